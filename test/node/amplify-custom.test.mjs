// Custom sign-in (CUSTOM_AUTH), through AWS Amplify: challenges that the pool's functions make up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminSetUserMFAPreferenceCommand } from "@aws-sdk/client-cognito-identity-provider";
import { autoSignIn, confirmSignUp, signUp } from "aws-amplify/auth";
import { Browser, accessToken, answer, begin, checkSignedIn, withoutStaying } from "./amplify.mjs";
import { arn, poolOfRiddles } from "./riddles.mjs";
import { SmsConfiguration, admin, configureMFA, newPool, newUser, newestCode, password } from "./world.mjs";

const refused = { name: "NotAuthorizedException", message: "Incorrect username or password." };

/** Begins a sign-in without a password. */
const custom = (username, options) => begin(username, { authFlowType: "CUSTOM_WITHOUT_SRP", secret: null, ...options });

/** The step of a riddle about a user with this nickname. */
const riddle = (question, solved, before, { username = "ana", nickname = "An", hint = "" } = {}) => ({
  signInStep: "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE",
  additionalInfo: { question, solved, before, nickname, hint, USERNAME: username },
});

test("a user solves riddles in place of a password", async (t) => {
  const pool = await poolOfRiddles(t);
  await newUser(pool, "ana", { attributes: { nickname: "An" } });
  new Browser(pool);
  // What goes with the first request is not for these functions; what goes with an answer is.
  assert.deepEqual(await custom("ana", { clientMetadata: { hint: "lost" } }), riddle("twice 20", "0", "nothing"));
  assert.deepEqual(
    await answer("40", { clientMetadata: { hint: "double it" } }),
    riddle("twice 21", "1", "CUSTOM_CHALLENGE RIDDLE_0", { hint: "double it" }),
  );
  assert.deepEqual(await answer("41"), riddle("twice 22", "1", "CUSTOM_CHALLENGE RIDDLE_1")); // wrong: another
  assert.equal(await accessToken(), undefined);
  await checkSignedIn(pool, await answer("44"), "ana");
});

test("too many wrong answers end the sign-in", async (t) => {
  const pool = await poolOfRiddles(t);
  await newUser(pool, "ana");
  new Browser(pool);
  await custom("ana");
  await answer("1");
  await answer("2");
  await assert.rejects(answer("3"), refused);
  assert.equal(await accessToken(), undefined);
});

test("the password comes first where the app says so", async (t) => {
  const pool = await poolOfRiddles(t);
  await newUser(pool, "ana", { attributes: { nickname: "An" } });
  new Browser(pool);
  const authFlowType = "CUSTOM_WITH_SRP";
  await assert.rejects(begin("ana", { authFlowType, secret: "Wrong-horse-7" }), refused);
  assert.deepEqual(await begin("ana", { authFlowType }), riddle("twice 20", "0", "PASSWORD_VERIFIER"));
  await answer("40");
  await checkSignedIn(pool, await answer("42"), "ana");
});

test("the second factor comes between the password and the riddles", async (t) => {
  const pool = await poolOfRiddles(t, { SmsConfiguration });
  await configureMFA(pool, "OPTIONAL", { SmsMfaConfiguration: { SmsConfiguration } });
  await newUser(pool, "ana", { attributes: { nickname: "An", phone_number: "+12065550123" } });
  await admin.send(
    new AdminSetUserMFAPreferenceCommand({ UserPoolId: pool.poolId, Username: "ana", SMSMfaSettings: { Enabled: true } }),
  );
  new Browser(pool);
  assert.equal((await begin("ana", { authFlowType: "CUSTOM_WITH_SRP" })).signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
  const code = await newestCode(pool, "ana", "Authentication");
  assert.deepEqual(await answer(code), riddle("twice 20", "0", "SMS_MFA"));
  await answer("40");
  await checkSignedIn(pool, await answer("42"), "ana");
});

test("an alias does", async (t) => {
  const pool = await poolOfRiddles(t, { UsernameAttributes: ["email"] });
  await newUser(pool, "ana@example.com");
  for (const options of [{}, { authFlowType: "CUSTOM_WITH_SRP", secret: password }]) {
    new Browser(pool);
    const { additionalInfo } = await custom("ana@example.com", options);
    await answer("40");
    await checkSignedIn(pool, await answer("42"), additionalInfo.USERNAME);
    assert.notEqual(additionalInfo.USERNAME, "ana@example.com");
  }
});

test("who has registered goes on with the riddles", async (t) => {
  const pool = await poolOfRiddles(t, { AutoVerifiedAttributes: ["email"] });
  new Browser(pool);
  withoutStaying(t);
  await signUp({
    username: "ana",
    password,
    options: { userAttributes: { email: "ana@example.com" }, autoSignIn: { authFlowType: "CUSTOM_WITHOUT_SRP" } },
  });
  await confirmSignUp({ username: "ana", confirmationCode: await newestCode(pool, "ana", "SignUp") });
  const { nextStep } = await autoSignIn();
  assert.deepEqual(nextStep, riddle("twice 20", "0", "nothing", { nickname: "" }));
  await answer("40");
  await checkSignedIn(pool, await answer("42"), "ana");
});

test("where users are hidden, nobody is asked riddles and never signed in", async (t) => {
  const pool = await poolOfRiddles(t, {}, { PreventUserExistenceErrors: "ENABLED" });
  new Browser(pool);
  assert.deepEqual(await custom("nobody"), riddle("twice 20", "0", "nothing", { username: "nobody", nickname: "" }));
  await answer("40");
  await assert.rejects(answer("42"), refused);
  assert.equal(await accessToken(), undefined);
});

test("a function that fails says why", async (t) => {
  const pool = await poolOfRiddles(t, {}, {}, { CreateAuthChallenge: arn("broken") });
  await newUser(pool, "ana");
  new Browser(pool);
  await assert.rejects(custom("ana"), {
    name: "UserLambdaValidationException",
    message: "CreateAuthChallenge failed with error out of riddles.",
  });
});

test("a pool without functions has no custom sign-in", async (t) => {
  const pool = await newPool(t, {}, { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] });
  await newUser(pool, "ana");
  new Browser(pool);
  await assert.rejects(custom("ana"), {
    name: "InvalidParameterException",
    message: "Custom auth lambda trigger is not configured for the user pool.",
  });
});
