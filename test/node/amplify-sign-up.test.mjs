// From registering to signing in, through AWS Amplify.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminConfirmSignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { autoSignIn, confirmSignUp, deleteUser, getCurrentUser, resendSignUpCode, signUp } from "aws-amplify/auth";
import { Browser, accessToken, begin, checkSignedIn, withoutStaying } from "./amplify.mjs";
import { SmsConfiguration, admin, messages, newPool, newUser, newestMessage, password, stored, wrong } from "./world.mjs";

const byEmail = { AutoVerifiedAttributes: ["email"] };

/** Registers a user who has to confirm an e-mail address; answers the message with the code. */
async function register(pool, username, autoSignIn) {
  const userAttributes = { email: `${username}@example.com` };
  const { isSignUpComplete, nextStep, userId } = await signUp({ username, password, options: { userAttributes, autoSignIn } });
  assert.equal(isSignUpComplete, false);
  assert.deepEqual(nextStep, {
    signUpStep: "CONFIRM_SIGN_UP",
    codeDeliveryDetails: { destination: `${username[0]}***@e***`, deliveryMedium: "EMAIL", attributeName: "email" },
  });
  const user = await stored(pool, username);
  assert.equal(user.UserStatus, "UNCONFIRMED");
  assert.equal(user.attributes.sub, userId);
  assert.equal(user.attributes.email_verified, "false");
  const message = await newestMessage(pool, username, "SignUp");
  assert.equal(message.destination, userAttributes.email);
  return message;
}

async function checkConfirmed(pool, username) {
  const user = await stored(pool, username);
  assert.equal(user.UserStatus, "CONFIRMED");
  assert.equal(user.attributes.email_verified, "true");
}

test("a user registers, confirms the address and signs in", async (t) => {
  const pool = await newPool(t, byEmail);
  new Browser(pool);
  const { code } = await register(pool, "ana");

  assert.deepEqual(await begin("ana"), { signInStep: "CONFIRM_SIGN_UP" });
  await assert.rejects(confirmSignUp({ username: "ana", confirmationCode: wrong(code) }), { name: "CodeMismatchException" });
  assert.equal((await stored(pool, "ana")).UserStatus, "UNCONFIRMED");

  const { isSignUpComplete, nextStep } = await confirmSignUp({ username: "ana", confirmationCode: code });
  assert.equal(isSignUpComplete, true);
  assert.deepEqual(nextStep, { signUpStep: "DONE" });
  await checkConfirmed(pool, "ana");
  const { id } = await checkSignedIn(pool, await begin("ana"), "ana");
  assert.equal(id.email, "ana@example.com");
  assert.equal(id.email_verified, true);
});

test("a code sent again takes the place of the first", async (t) => {
  const pool = await newPool(t, byEmail);
  new Browser(pool);
  const first = await register(pool, "ana");
  assert.deepEqual(await resendSignUpCode({ username: "ana" }), {
    destination: "a***@e***",
    deliveryMedium: "EMAIL",
    attributeName: "email",
  });
  const second = await newestMessage(pool, "ana", "ResendCode");
  assert.equal((await messages(pool, "ana")).length, 2);
  if (first.code !== second.code) {
    await assert.rejects(confirmSignUp({ username: "ana", confirmationCode: first.code }), { name: "CodeMismatchException" });
  }
  await confirmSignUp({ username: "ana", confirmationCode: second.code });
  await checkConfirmed(pool, "ana");
  await assert.rejects(resendSignUpCode({ username: "ana" }), { name: "InvalidParameterException" });
});

test("a phone number is confirmed by a text message", async (t) => {
  const pool = await newPool(t, { AutoVerifiedAttributes: ["phone_number"], UsernameAttributes: ["phone_number"], SmsConfiguration });
  new Browser(pool);
  const phone = "+12065550123";
  const { nextStep, userId } = await signUp({ username: phone, password });
  assert.deepEqual(nextStep.codeDeliveryDetails, {
    destination: "+*******0123",
    deliveryMedium: "SMS",
    attributeName: "phone_number",
  });
  const message = await newestMessage(pool, userId, "SignUp");
  assert.equal(message.destination, phone);
  assert.equal(message.medium, "SMS");
  await confirmSignUp({ username: phone, confirmationCode: message.code });
  // The number is an alias: the username is the sub.
  const { id } = await checkSignedIn(pool, await begin(phone), userId);
  assert.equal(id.phone_number, phone);
  assert.equal(id.phone_number_verified, true);
  assert.deepEqual((await getCurrentUser()).signInDetails, { loginId: phone, authFlowType: "USER_SRP_AUTH" });
});

test("who has confirmed is signed in automatically", async (t) => {
  const pool = await newPool(t, byEmail);
  new Browser(pool);
  withoutStaying(t);
  const { code } = await register(pool, "ana", true);
  const { nextStep } = await confirmSignUp({ username: "ana", confirmationCode: code });
  assert.deepEqual(nextStep, { signUpStep: "COMPLETE_AUTO_SIGN_IN" });
  await checkConfirmed(pool, "ana");
  const { nextStep: last } = await autoSignIn();
  await checkSignedIn(pool, last, "ana");
});

test("a name, a password and attributes that are not good are refused", async (t) => {
  const pool = await newPool(t, byEmail);
  new Browser(pool);
  await newUser(pool, "ana");
  const options = { userAttributes: { email: "ana@example.com" } };
  await assert.rejects(signUp({ username: "ana", password, options }), { name: "UsernameExistsException", message: "User already exists" });
  await assert.rejects(signUp({ username: "bea", password: "short", options }), {
    name: "InvalidPasswordException",
    message: /^Password did not conform with policy: /,
  });
  await assert.rejects(signUp({ username: "bea", password, options: { userAttributes: { email: "nowhere" } } }), {
    name: "InvalidParameterException",
  });
  await assert.rejects(stored(pool, "bea"), { name: "UserNotFoundException" });
  assert.deepEqual(await messages(pool, "bea"), []);
});

test("a password is sent as it is where the app says so", async (t) => {
  const pool = await newPool(t);
  new Browser(pool);
  await newUser(pool, "ana");
  const authFlowType = "USER_PASSWORD_AUTH";
  await assert.rejects(begin("ana", { authFlowType, secret: "Wrong-horse-7" }), {
    name: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
  assert.equal(await accessToken(), undefined);
  await checkSignedIn(pool, await begin("ana", { authFlowType }), "ana");
  await assert.rejects(begin("ana"), { name: "UserAlreadyAuthenticatedException" });
});

test("where users are hidden, an unknown name is refused like a wrong password", async (t) => {
  const refused = { name: "NotAuthorizedException", message: "Incorrect username or password." };
  const pool = await newPool(t, { UsernameAttributes: ["email"] }, { PreventUserExistenceErrors: "ENABLED" });
  await newUser(pool, "ana@example.com");
  for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    new Browser(pool);
    await assert.rejects(begin("ana@example.com", { authFlowType, secret: "Wrong-horse-7" }), refused);
    await assert.rejects(begin("bea@example.com", { authFlowType }), refused);
  }
});

test("a flow that the app client does not have is refused", async (t) => {
  const pool = await newPool(t, {}, { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] });
  new Browser(pool);
  await newUser(pool, "ana");
  await assert.rejects(begin("ana"), { name: "InvalidParameterException", message: "USER_SRP_AUTH is not enabled for the client." });
  await assert.rejects(begin("ana", { authFlowType: "USER_PASSWORD_AUTH" }), {
    name: "InvalidParameterException",
    message: "USER_PASSWORD_AUTH flow not enabled for this client",
  });
});

test("a user who deletes the account is gone", async (t) => {
  const pool = await newPool(t, byEmail);
  new Browser(pool);
  await register(pool, "ana");
  await admin.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.poolId, Username: "ana" }));
  await checkSignedIn(pool, await begin("ana"), "ana");
  await deleteUser();
  assert.equal(await accessToken(), undefined);
  await assert.rejects(stored(pool, "ana"), { name: "UserNotFoundException" });
  await assert.rejects(begin("ana"), { name: "UserNotFoundException", message: "User does not exist." });
  await register(pool, "ana"); // the name is free again
});
