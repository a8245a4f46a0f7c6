// What stands between a password and its tokens, answered through AWS Amplify: temporary passwords and
// second factors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminResetUserPasswordCommand, AdminSetUserMFAPreferenceCommand } from "@aws-sdk/client-cognito-identity-provider";
import { Browser, accessToken, answer, begin, checkSignedIn } from "./amplify.mjs";
import { totp } from "./totp.mjs";
import {
  EmailConfiguration,
  SmsConfiguration,
  admin,
  advance,
  configureMFA,
  everyFactor,
  messages,
  newPool,
  newUser,
  newestMessage,
  noRecovery,
  serverTime,
  setAttributes,
  stored,
  wrong,
} from "./world.mjs";

const phone = "+12065550123";
const email = "ana@example.com";

/** A pool that can send everything, in which everything may be a second factor. */
async function poolOfMessages(t, mode) {
  const pool = await newPool(t, { SmsConfiguration, EmailConfiguration, AccountRecoverySetting: noRecovery });
  await configureMFA(pool, mode, everyFactor);
  return pool;
}

/** Switches factors on, as an administrator. */
async function prefer({ poolId }, username, settings) {
  await admin.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId: poolId, Username: username, ...settings }));
}

test("a temporary password is replaced, and what is missing is given", async (t) => {
  const pool = await newPool(t, { Schema: [{ Name: "family_name", Required: true, Mutable: true }] });
  new Browser(pool);
  await newUser(pool, "ana", { permanent: false });
  const step = { signInStep: "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED", missingAttributes: ["family_name"] };
  assert.deepEqual(await begin("ana"), step);

  const userAttributes = { family_name: "Anders", nickname: "An" };
  await assert.rejects(answer("weak", { userAttributes }), { name: "InvalidPasswordException" });
  assert.equal((await stored(pool, "ana")).UserStatus, "FORCE_CHANGE_PASSWORD");

  const { id } = await checkSignedIn(pool, await answer("Another-horse-8", { userAttributes }), "ana");
  assert.equal(id.family_name, "Anders");
  assert.equal(id.nickname, "An");
  assert.equal((await stored(pool, "ana")).UserStatus, "CONFIRMED");
  new Browser(pool);
  await assert.rejects(begin("ana"), { name: "NotAuthorizedException" });
  await checkSignedIn(pool, await begin("ana", { secret: "Another-horse-8" }), "ana");
});

test("a missing attribute is asked for", async (t) => {
  const pool = await newPool(t, { Schema: [{ Name: "family_name", Required: true, Mutable: true }] });
  new Browser(pool);
  await newUser(pool, "ana", { permanent: false });
  await begin("ana");
  await assert.rejects(answer("Another-horse-8"), { name: "InvalidParameterException" });
  assert.equal((await stored(pool, "ana")).UserStatus, "FORCE_CHANGE_PASSWORD");
});

test("a reset by an administrator sends the user to choose a password", async (t) => {
  const pool = await newPool(t);
  new Browser(pool);
  await newUser(pool, "ana", { attributes: { email, email_verified: "true" } });
  await admin.send(new AdminResetUserPasswordCommand({ UserPoolId: pool.poolId, Username: "ana" }));
  assert.deepEqual(await begin("ana"), { signInStep: "RESET_PASSWORD" });
  assert.equal(await accessToken(), undefined);
});

test("a code by text message is the second factor", async (t) => {
  const pool = await poolOfMessages(t, "OPTIONAL");
  new Browser(pool);
  await newUser(pool, "ana", { attributes: { phone_number: phone } });
  await prefer(pool, "ana", { SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
  assert.deepEqual(await begin("ana"), {
    signInStep: "CONFIRM_SIGN_IN_WITH_SMS_CODE",
    codeDeliveryDetails: { deliveryMedium: "SMS", destination: "+*******0123" },
  });
  const { code, destination } = await newestMessage(pool, "ana", "Authentication");
  assert.equal(destination, phone);
  await assert.rejects(answer(wrong(code)), {
    name: "CodeMismatchException",
    message: "Invalid code or auth state for the user.",
  });
  assert.equal(await accessToken(), undefined);
  // A wrong code leaves the session alive. The right one proves whose number it is.
  const { id } = await checkSignedIn(pool, await answer(code), "ana");
  assert.equal(id.phone_number_verified, true);
});

test("a code by e-mail is the second factor, whichever way the password goes", async (t) => {
  const pool = await poolOfMessages(t, "OPTIONAL");
  await newUser(pool, "ana", { attributes: { email } });
  await prefer(pool, "ana", { EmailMfaSettings: { Enabled: true } });
  for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    new Browser(pool);
    assert.deepEqual(await begin("ana", { authFlowType }), {
      signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
      codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***" },
    });
    const { code, destination } = await newestMessage(pool, "ana", "Authentication");
    assert.equal(destination, email);
    await assert.rejects(answer(wrong(code)), { name: "CodeMismatchException" });
    const { id } = await checkSignedIn(pool, await answer(code), "ana");
    assert.equal(id.email_verified, true);
  }
  assert.equal((await messages(pool, "ana")).length, 2);
});

test("who has several factors chooses one", async (t) => {
  const pool = await poolOfMessages(t, "OPTIONAL");
  await newUser(pool, "ana", { attributes: { email, phone_number: phone } });
  await prefer(pool, "ana", { SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } });
  for (const [choice, signInStep, medium] of [
    ["SMS", "CONFIRM_SIGN_IN_WITH_SMS_CODE", "SMS"],
    ["EMAIL", "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "EMAIL"],
  ]) {
    new Browser(pool);
    const selection = await begin("ana");
    assert.equal(selection.signInStep, "CONTINUE_SIGN_IN_WITH_MFA_SELECTION");
    assert.deepEqual(selection.allowedMFATypes.sort(), ["EMAIL", "SMS"]);
    await assert.rejects(answer("TOTP"), { name: "InvalidParameterException" }); // not among them
    const before = await messages(pool, "ana");
    assert.equal((await answer(choice)).signInStep, signInStep);
    const message = await newestMessage(pool, "ana", "Authentication");
    assert.equal((await messages(pool, "ana")).length, before.length + 1);
    assert.equal(message.medium, medium);
    await checkSignedIn(pool, await answer(message.code), "ana");
  }
});

test("an authenticator app is set up during the sign-in and asked for at the next", async (t) => {
  const pool = await newPool(t);
  await configureMFA(pool, "ON");
  await newUser(pool, "ana");
  new Browser(pool);
  const { signInStep, totpSetupDetails } = await begin("ana");
  assert.equal(signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
  const secret = totpSetupDetails.sharedSecret;
  assert.match(secret, /^[A-Z2-7]{16,}$/);
  assert.equal(
    totpSetupDetails.getSetupUri("Example", "ana").toString(),
    `otpauth://totp/Example:ana?secret=${secret}&issuer=Example`,
  );
  const code = totp(secret, await serverTime());
  await assert.rejects(answer(wrong(code)), { name: "EnableSoftwareTokenMFAException" });
  await checkSignedIn(pool, await answer(code, { friendlyDeviceName: "phone" }), "ana");
  assert.deepEqual((await stored(pool, "ana")).UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);

  new Browser(pool);
  assert.deepEqual(await begin("ana"), { signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE" });
  const next = totp(secret, await advance("30s"));
  await assert.rejects(answer(code), { name: "ExpiredCodeException", message: "Your software token has already been used once." });
  await assert.rejects(answer(wrong(next)), { name: "CodeMismatchException", message: "Invalid code received for user" });
  await checkSignedIn(pool, await answer(next), "ana");
});

test("an e-mail address is set up as the second factor during the sign-in", async (t) => {
  const pool = await newPool(t, { EmailConfiguration, AccountRecoverySetting: noRecovery });
  await configureMFA(pool, "ON", { EmailMfaConfiguration: {} });
  await newUser(pool, "ana");
  new Browser(pool);
  assert.deepEqual(await begin("ana"), { signInStep: "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP" });
  assert.deepEqual(await answer(email), {
    signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
    codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***" },
  });
  const { code, destination } = await newestMessage(pool, "ana", "Authentication");
  assert.equal(destination, email);
  assert.equal((await stored(pool, "ana")).attributes.email, undefined); // not before it is proved
  await assert.rejects(answer(wrong(code)), { name: "CodeMismatchException" });
  const { id } = await checkSignedIn(pool, await answer(code), "ana");
  assert.equal(id.email, email);
  assert.equal(id.email_verified, true);
});

test("who signs in by an alias answers for the user behind it", async (t) => {
  const pool = await newPool(t, { UsernameAttributes: ["email", "phone_number"], EmailConfiguration, AccountRecoverySetting: noRecovery });
  await configureMFA(pool, "ON", { EmailMfaConfiguration: {}, SoftwareTokenMfaConfiguration: { Enabled: true } });
  await newUser(pool, email);
  const username = (await stored(pool, email)).attributes.sub;
  for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    new Browser(pool);
    assert.equal((await begin(email, { authFlowType })).signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
    const { code } = await newestMessage(pool, username, "Authentication");
    await checkSignedIn(pool, await answer(code), username);
  }
});

for (const [choice, signInStep] of [
  ["TOTP", "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"],
  ["EMAIL", "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"],
]) {
  test(`who has no factor chooses which to set up: ${choice}`, async (t) => {
    const pool = await poolOfMessages(t, "ON");
    await newUser(pool, "ana", { permanent: false });
    new Browser(pool);
    assert.equal((await begin("ana")).signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
    const selection = await answer("Another-horse-8");
    assert.equal(selection.signInStep, "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION");
    assert.deepEqual(selection.allowedMFATypes.sort(), ["EMAIL", "TOTP"]); // a phone number cannot be set up here
    const step = await answer(choice);
    assert.equal(step.signInStep, signInStep);
    if (choice === "TOTP") {
      const code = totp(step.totpSetupDetails.sharedSecret, await serverTime());
      await checkSignedIn(pool, await answer(code), "ana");
      assert.deepEqual((await stored(pool, "ana")).UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);
      return;
    }
    assert.equal((await answer(email)).signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
    const { code } = await newestMessage(pool, "ana", "Authentication");
    await checkSignedIn(pool, await answer(code), "ana");
    assert.equal((await stored(pool, "ana")).attributes.email_verified, "true");
  });
}

test("an administrator who adds a phone number adds a choice where a factor is required", async (t) => {
  const pool = await poolOfMessages(t, "ON");
  await newUser(pool, "ana", { attributes: { email } });
  await setAttributes(pool, "ana", { phone_number: phone });
  new Browser(pool);
  const { signInStep, allowedMFATypes } = await begin("ana");
  assert.equal(signInStep, "CONTINUE_SIGN_IN_WITH_MFA_SELECTION");
  assert.deepEqual(allowedMFATypes.sort(), ["EMAIL", "SMS"]);
});
