// Custom sign-in (CUSTOM_AUTH), through amazon-cognito-identity-js.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerCustom, browserUser, signIn, signInCustom, tokensOf } from "./identity.mjs";
import { poolOfRiddles } from "./riddles.mjs";
import { checkTokens } from "./tokens.mjs";
import { newUser } from "./world.mjs";

const refused = { code: "NotAuthorizedException", message: "Incorrect username or password." };

/** What is asked of a user without a nickname. */
const riddle = (question, solved, before) => ({
  what: "CUSTOM_CHALLENGE",
  parameters: { question, solved, before, nickname: "", hint: "", USERNAME: "ana" },
});

test("a user solves riddles in place of a password", async (t) => {
  const pool = await poolOfRiddles(t);
  await newUser(pool, "ana");
  const user = browserUser(pool, "ana");
  assert.deepEqual(await signInCustom(user), riddle("twice 20", "0", "nothing"));
  assert.deepEqual(await answerCustom(user, "40"), riddle("twice 21", "1", "CUSTOM_CHALLENGE RIDDLE_0"));
  assert.deepEqual(await answerCustom(user, "41"), riddle("twice 22", "1", "CUSTOM_CHALLENGE RIDDLE_1"));
  const { what, session } = await answerCustom(user, "44");
  assert.equal(what, "tokens");
  await checkTokens(pool, tokensOf(session), "ana");
});

test("the password comes first where the app says so", async (t) => {
  const pool = await poolOfRiddles(t);
  await newUser(pool, "ana");
  const user = browserUser(pool, "ana");
  user.setAuthenticationFlowType("CUSTOM_AUTH");
  await assert.rejects(signIn(user, "Wrong-horse-7"), refused);
  assert.deepEqual(await signIn(user), riddle("twice 20", "0", "PASSWORD_VERIFIER"));
  await answerCustom(user, "40");
  const { what, session } = await answerCustom(user, "42");
  assert.equal(what, "tokens");
  await checkTokens(pool, tokensOf(session), "ana");
});

test("too many wrong answers end the sign-in", async (t) => {
  const pool = await poolOfRiddles(t);
  await newUser(pool, "ana");
  const user = browserUser(pool, "ana");
  await signInCustom(user);
  await answerCustom(user, "1");
  await answerCustom(user, "2");
  await assert.rejects(answerCustom(user, "3"), refused);
});
