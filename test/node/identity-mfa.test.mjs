// Sign-in, authenticator apps and their settings, through amazon-cognito-identity-js.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminSetUserMFAPreferenceCommand } from "@aws-sdk/client-cognito-identity-provider";
import {
  answerCode,
  answerTOTP,
  associate,
  browserUser,
  call,
  chooseMFA,
  prefer,
  replacePassword,
  signIn,
  tokensOf,
  userData,
  verify,
} from "./identity.mjs";
import { checkTokens } from "./tokens.mjs";
import { totp } from "./totp.mjs";
import {
  SmsConfiguration,
  admin,
  advance,
  configureMFA,
  newPool,
  newUser,
  newestMessage,
  password,
  serverTime,
  setAttributes,
  stored,
  wrong,
} from "./world.mjs";

/** Signs in a new user and gives it an authenticator app that is switched on and preferred. */
async function withApp(pool, username) {
  await newUser(pool, username);
  const user = browserUser(pool, username);
  assert.equal((await signIn(user)).what, "tokens");
  const secret = await associate(user);
  assert.match(secret, /^[A-Z2-7]{16,}$/);
  await verify(user, totp(secret, await serverTime()));
  assert.equal(await prefer(user, null, { PreferredMfa: true, Enabled: true }), "SUCCESS");
  user.signOut();
  return secret;
}

test("a wrong password is refused", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana");
  await assert.rejects(signIn(browserUser(pool, "ana"), "Wrong-horse-7"), {
    code: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
});

test("an authenticator app is enrolled and asked for at the next sign-in", async (t) => {
  const pool = await newPool(t);
  const secret = await withApp(pool, "ana");

  const user = browserUser(pool, "ana");
  const step = await signIn(user);
  assert.equal(step.what, "SOFTWARE_TOKEN_MFA");
  const code = totp(secret, await advance("30s"));
  const { what, session } = await answerTOTP(user, code);
  assert.equal(what, "tokens");
  await checkTokens(pool, tokensOf(session), "ana");

  const data = await userData(user);
  assert.equal(data.PreferredMfaSetting, "SOFTWARE_TOKEN_MFA");
  assert.deepEqual(data.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);

  // The same code a second time is no proof of anything.
  const thief = browserUser(pool, "ana");
  assert.equal((await signIn(thief)).what, "SOFTWARE_TOKEN_MFA");
  await assert.rejects(answerTOTP(thief, code), (err) =>
    ["CodeMismatchException", "ExpiredCodeException"].includes(err.code),
  );
});

test("a wrong first code does not enrol an authenticator app", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana");
  const user = browserUser(pool, "ana");
  await signIn(user);
  const secret = await associate(user);
  await assert.rejects(verify(user, wrong(totp(secret, await serverTime()))), { code: "EnableSoftwareTokenMFAException" });
  await assert.rejects(prefer(user, null, { PreferredMfa: true, Enabled: true }), { code: "InvalidParameterException" });
});

test("a user with two factors and no preference chooses", async (t) => {
  const pool = await newPool(t);
  const secret = await withApp(pool, "ana");
  await configureMFA(pool, "OPTIONAL", {
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsConfiguration },
  });
  await setAttributes(pool, "ana", { phone_number: "+12065550100", phone_number_verified: "true" });
  await admin.send(
    new AdminSetUserMFAPreferenceCommand({
      UserPoolId: pool.poolId,
      Username: "ana",
      SMSMfaSettings: { Enabled: true },
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
    }),
  );

  const user = browserUser(pool, "ana");
  const choice = await signIn(user);
  assert.equal(choice.what, "SELECT_MFA_TYPE");
  assert.deepEqual(JSON.parse(choice.parameters.MFAS_CAN_CHOOSE).sort(), ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
  assert.equal((await chooseMFA(user, "SOFTWARE_TOKEN_MFA")).what, "SOFTWARE_TOKEN_MFA");
  assert.equal((await answerTOTP(user, totp(secret, await advance("30s")))).what, "tokens");
});

test("a code by text message is asked for, by either way to switch it on", async (t) => {
  const pool = await newPool(t, { SmsConfiguration });
  await configureMFA(pool, "OPTIONAL", { SmsMfaConfiguration: { SmsConfiguration } });
  await newUser(pool, "ana", { attributes: { phone_number: "+12065550123" } });
  const user = browserUser(pool, "ana");
  assert.equal((await signIn(user)).what, "tokens");
  assert.equal(await call(user, "getMFAOptions"), undefined);
  const withCode = async () => {
    const step = await signIn(user);
    assert.equal(step.what, "SMS_MFA");
    assert.equal(step.parameters.CODE_DELIVERY_DELIVERY_MEDIUM, "SMS");
    assert.equal(step.parameters.CODE_DELIVERY_DESTINATION, "+*******0123");
    const { code } = await newestMessage(pool, "ana", "Authentication");
    await assert.rejects(answerCode(user, wrong(code), "SMS_MFA"), { code: "CodeMismatchException" });
    assert.equal((await answerCode(user, code, "SMS_MFA")).what, "tokens");
  };

  assert.equal(await call(user, "enableMFA"), "SUCCESS");
  assert.deepEqual(await call(user, "getMFAOptions"), [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }]);
  await withCode();
  assert.equal(await call(user, "disableMFA"), "SUCCESS");
  assert.equal(await call(user, "getMFAOptions"), undefined);
  assert.equal((await signIn(user)).what, "tokens");

  assert.equal(await prefer(user, { Enabled: true, PreferredMfa: true }, null), "SUCCESS");
  assert.equal((await userData(user)).PreferredMfaSetting, "SMS_MFA");
  await withCode();
  assert.equal(await prefer(user, { Enabled: false }, null), "SUCCESS");
  assert.equal((await userData(user)).UserMFASettingList, undefined);
  assert.equal((await signIn(user)).what, "tokens");
});

test("a pool that requires MFA makes the user enrol during sign-in", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana");
  await configureMFA(pool, "ON");
  const user = browserUser(pool, "ana");
  const step = await signIn(user);
  assert.equal(step.what, "MFA_SETUP");
  const secret = await associate(user);
  const session = await verify(user, totp(secret, await serverTime()));
  assert.equal(session.isValid(), true);
  await checkTokens(pool, tokensOf(session), "ana");
});

test("a temporary password has to be replaced", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana", { permanent: false, attributes: { email: "ana@example.com" } });
  const user = browserUser(pool, "ana");
  const step = await signIn(user);
  assert.equal(step.what, "NEW_PASSWORD_REQUIRED");
  assert.equal(step.attributes.email, "ana@example.com");
  assert.equal((await replacePassword(user, "Another-horse-8")).what, "tokens");
  assert.equal((await stored(pool, "ana")).UserStatus, "CONFIRMED");
  await assert.rejects(signIn(browserUser(pool, "ana"), password), { code: "NotAuthorizedException" });
  assert.equal((await signIn(browserUser(pool, "ana"), "Another-horse-8")).what, "tokens");
});
