// What signed-in users do with their accounts, through AWS Amplify: passwords, attributes, second factors.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  confirmResetPassword,
  confirmUserAttribute,
  deleteUserAttributes,
  fetchMFAPreference,
  fetchUserAttributes,
  resetPassword,
  sendUserAttributeVerificationCode,
  setUpTOTP,
  updateMFAPreference,
  updatePassword,
  updateUserAttribute,
  updateUserAttributes,
  verifyTOTPSetup,
} from "aws-amplify/auth";
import { Browser, answer, begin, checkSignedIn } from "./amplify.mjs";
import { totp } from "./totp.mjs";
import {
  EmailConfiguration,
  SmsConfiguration,
  advance,
  configureMFA,
  everyFactor,
  messages,
  newPool,
  newUser,
  newestCode,
  newestMessage,
  noRecovery,
  password,
  serverTime,
  stored,
  wrong,
} from "./world.mjs";

const email = "ana@example.com";
const phone = "+12065550123";
const secret = "Another-horse-8";

/** Signs a new user in. */
async function signedIn(pool, attributes = {}) {
  await newUser(pool, "ana", { attributes });
  new Browser(pool);
  return checkSignedIn(pool, await begin("ana"), "ana");
}

/** That a password is no longer the user's and another is. */
async function checkReplaced(pool, old, current) {
  new Browser(pool);
  await assert.rejects(begin("ana", { secret: old }), { name: "NotAuthorizedException", message: "Incorrect username or password." });
  await checkSignedIn(pool, await begin("ana", { secret: current }), "ana");
}

test("a user changes the password", async (t) => {
  const pool = await newPool(t);
  await signedIn(pool);
  await assert.rejects(updatePassword({ oldPassword: "Wrong-horse-7", newPassword: secret }), {
    name: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
  await assert.rejects(updatePassword({ oldPassword: password, newPassword: "weak-horse" }), { name: "InvalidPasswordException" });
  await updatePassword({ oldPassword: password, newPassword: secret });
  await checkReplaced(pool, password, secret);
});

test("who forgot the password is sent a code", async (t) => {
  const pool = await newPool(t);
  new Browser(pool);
  await newUser(pool, "ana", { attributes: { email, email_verified: "true" } });
  assert.deepEqual(await resetPassword({ username: "ana" }), {
    isPasswordReset: false,
    nextStep: {
      resetPasswordStep: "CONFIRM_RESET_PASSWORD_WITH_CODE",
      codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***", attributeName: "email" },
    },
  });
  const { code, destination } = await newestMessage(pool, "ana", "ForgotPassword");
  assert.equal(destination, email);
  const confirm = (confirmationCode, newPassword) => confirmResetPassword({ username: "ana", confirmationCode, newPassword });
  await assert.rejects(confirm(wrong(code), secret), {
    name: "CodeMismatchException",
    message: "Invalid verification code provided, please try again.",
  });
  await assert.rejects(confirm(code, "weak-horse"), { name: "InvalidPasswordException" });
  await confirm(code, secret); // a weak password did not use the code up
  await assert.rejects(confirm(code, "Third-horse-9"), { name: "ExpiredCodeException" });
  await checkReplaced(pool, password, secret);
});

test("a user reads and changes attributes", async (t) => {
  const open = ["nickname", "custom:plan"];
  const Schema = ["plan", "secret"].map((Name) => ({ Name, AttributeDataType: "String", Mutable: true }));
  const pool = await newPool(t, { Schema }, { ReadAttributes: open, WriteAttributes: open });
  const { id } = await signedIn(pool, { nickname: "An" });
  assert.deepEqual(await fetchUserAttributes(), { sub: id.sub, nickname: "An" });
  const done = { isUpdated: true, nextStep: { updateAttributeStep: "DONE" } };
  assert.deepEqual(await updateUserAttributes({ userAttributes: { nickname: "Annie", "custom:plan": "gold" } }), {
    nickname: done,
    "custom:plan": done,
  });
  assert.deepEqual(await fetchUserAttributes(), { sub: id.sub, nickname: "Annie", "custom:plan": "gold" });
  assert.deepEqual((await stored(pool, "ana")).attributes, { sub: id.sub, nickname: "Annie", "custom:plan": "gold" });
  await deleteUserAttributes({ userAttributeKeys: ["nickname"] });
  assert.deepEqual(await fetchUserAttributes(), { sub: id.sub, "custom:plan": "gold" });
  await assert.rejects(updateUserAttributes({ userAttributes: { "custom:secret": "x" } }), {
    name: "NotAuthorizedException",
    message: "A client attempted to write unauthorized attribute",
  });
  await assert.rejects(updateUserAttributes({ userAttributes: { sub: "x" } }), { name: "NotAuthorizedException" });
});

test("a new address is confirmed by a code", async (t) => {
  const pool = await newPool(t, { AutoVerifiedAttributes: ["email"] });
  await signedIn(pool, { email: "old@example.com", email_verified: "true" });
  assert.deepEqual(await updateUserAttribute({ userAttribute: { attributeKey: "email", value: email } }), {
    isUpdated: false,
    nextStep: {
      updateAttributeStep: "CONFIRM_ATTRIBUTE_WITH_CODE",
      codeDeliveryDetails: { attributeName: "email", deliveryMedium: "EMAIL", destination: "a***@e***" },
    },
  });
  assert.deepEqual((await fetchUserAttributes()).email_verified, "false");
  const { code, destination } = await newestMessage(pool, "ana", "UpdateUserAttribute");
  assert.equal(destination, email);
  const confirm = (confirmationCode) => confirmUserAttribute({ userAttributeKey: "email", confirmationCode });
  await assert.rejects(confirm(wrong(code)), { name: "CodeMismatchException" });

  assert.deepEqual(await sendUserAttributeVerificationCode({ userAttributeKey: "email" }), {
    destination: "a***@e***",
    deliveryMedium: "EMAIL",
    attributeName: "email",
  });
  await confirm(await newestCode(pool, "ana", "VerifyUserAttribute"));
  const attributes = await fetchUserAttributes();
  assert.equal(attributes.email, email);
  assert.equal(attributes.email_verified, "true");
});

test("an address that has to be confirmed first leaves the old one in place", async (t) => {
  const pool = await newPool(t, {
    AutoVerifiedAttributes: ["email"],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
  });
  await signedIn(pool, { email: "old@example.com", email_verified: "true" });
  await updateUserAttributes({ userAttributes: { email } });
  const before = await fetchUserAttributes();
  assert.equal(before.email, "old@example.com");
  assert.equal(before.email_verified, "true");
  const { code, destination } = await newestMessage(pool, "ana", "UpdateUserAttribute");
  assert.equal(destination, email);
  await confirmUserAttribute({ userAttributeKey: "email", confirmationCode: code });
  assert.equal((await fetchUserAttributes()).email, email);
});

test("a signed-in user sets up an authenticator app", async (t) => {
  const pool = await newPool(t);
  await signedIn(pool);
  assert.deepEqual(await fetchMFAPreference(), { preferred: undefined, enabled: undefined });
  await assert.rejects(updateMFAPreference({ totp: "PREFERRED" }), { name: "InvalidParameterException" });

  const { sharedSecret, getSetupUri } = await setUpTOTP();
  assert.match(getSetupUri("Example", "ana").toString(), new RegExp(`^otpauth://totp/Example:ana\\?secret=${sharedSecret}&`));
  const code = totp(sharedSecret, await serverTime());
  await assert.rejects(verifyTOTPSetup({ code: wrong(code) }), { name: "EnableSoftwareTokenMFAException" });
  await verifyTOTPSetup({ code, options: { friendlyDeviceName: "phone" } });
  await updateMFAPreference({ totp: "PREFERRED" });
  assert.deepEqual(await fetchMFAPreference(), { preferred: "TOTP", enabled: ["TOTP"] });

  new Browser(pool);
  assert.deepEqual(await begin("ana"), { signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE" });
  await checkSignedIn(pool, await answer(totp(sharedSecret, await advance("30s"))), "ana");

  await updateMFAPreference({ totp: "DISABLED" });
  assert.deepEqual(await fetchMFAPreference(), { preferred: undefined, enabled: undefined });
  new Browser(pool);
  await checkSignedIn(pool, await begin("ana"), "ana");
});

test("a signed-in user switches factors on and off and prefers one", async (t) => {
  const pool = await newPool(t, { SmsConfiguration, EmailConfiguration, AccountRecoverySetting: noRecovery });
  await configureMFA(pool, "OPTIONAL", everyFactor);
  await signedIn(pool, { email, phone_number: phone });
  const preference = async () => {
    const { preferred, enabled } = await fetchMFAPreference();
    return { preferred, enabled: enabled?.toSorted() };
  };
  for (const [change, expected] of [
    [{ sms: "ENABLED" }, { preferred: undefined, enabled: ["SMS"] }],
    [{ email: "PREFERRED" }, { preferred: "EMAIL", enabled: ["EMAIL", "SMS"] }],
    [{ sms: "PREFERRED" }, { preferred: "SMS", enabled: ["EMAIL", "SMS"] }],
    [{ sms: "NOT_PREFERRED" }, { preferred: undefined, enabled: ["EMAIL", "SMS"] }],
    [{ sms: "DISABLED", email: "PREFERRED" }, { preferred: "EMAIL", enabled: ["EMAIL"] }],
  ]) {
    await updateMFAPreference(change);
    assert.deepEqual(await preference(), expected);
  }
  await assert.rejects(updateMFAPreference({ sms: "PREFERRED", email: "PREFERRED" }), { name: "InvalidParameterException" });
  new Browser(pool);
  assert.equal((await begin("ana")).signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  assert.equal((await messages(pool, "ana")).length, 1);
});
