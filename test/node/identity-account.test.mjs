// Accounts and sessions, through amazon-cognito-identity-js.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminDisableUserCommand, AdminResetUserPasswordCommand, GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { CognitoUserAttribute } from "amazon-cognito-identity-js";
import { browserPool, browserUser, call, perform, refresh, signIn, tokensOf, userData, withoutWaiting } from "./identity.mjs";
import { checkTokens } from "./tokens.mjs";
import { admin, newPool, newUser, newestCode, newestMessage, password, stored, wrong } from "./world.mjs";

const email = "ana@example.com";
const secret = "Another-horse-8";
const revoked = { name: "NotAuthorizedException", message: "Access Token has been revoked" };

const attributes = (values) => Object.entries(values).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
const read = async (user) =>
  Object.fromEntries((await call(user, "getUserAttributes")).map((attribute) => [attribute.getName(), attribute.getValue()]));

/** Whose an access token is, as the server sees it. */
const owner = async (session) =>
  (await admin.send(new GetUserCommand({ AccessToken: session.getAccessToken().getJwtToken() }))).Username;

/** Makes a user who is signed in, in a browser of their own. */
async function signedIn(pool, username, given = {}) {
  await newUser(pool, username, { attributes: given });
  const user = browserUser(pool, username);
  const { what, session } = await signIn(user);
  assert.equal(what, "tokens");
  return { user, session };
}

/** That a password is no longer the user's and another is. */
async function checkReplaced(pool, old, current) {
  await assert.rejects(signIn(browserUser(pool, "ana"), old), {
    code: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
  assert.equal((await signIn(browserUser(pool, "ana"), current)).what, "tokens");
}

test("a user registers, confirms the address and signs in", async (t) => {
  const pool = await newPool(t, { AutoVerifiedAttributes: ["email"] });
  const register = () => call(browserPool(pool), "signUp", "ana", password, attributes({ email }), null);
  const { user, userConfirmed, userSub, codeDeliveryDetails } = await register();
  assert.equal(userConfirmed, false);
  assert.deepEqual(codeDeliveryDetails, { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" });
  assert.equal((await stored(pool, "ana")).attributes.sub, userSub);
  const first = await newestCode(pool, "ana", "SignUp");
  await assert.rejects(signIn(user), { code: "UserNotConfirmedException", message: "User is not confirmed." });
  await assert.rejects(call(user, "confirmRegistration", wrong(first), false), { code: "CodeMismatchException" });

  const { CodeDeliveryDetails } = await call(user, "resendConfirmationCode");
  assert.deepEqual(CodeDeliveryDetails, codeDeliveryDetails);
  const { code, destination } = await newestMessage(pool, "ana", "ResendCode");
  assert.equal(destination, email);
  assert.equal(await call(user, "confirmRegistration", code, false), "SUCCESS");
  const { session } = await signIn(user);
  const { id } = await checkTokens(pool, tokensOf(session), "ana");
  assert.equal(id.sub, userSub);
  assert.equal(id.email_verified, true);
  await assert.rejects(register(), { code: "UsernameExistsException", message: "User already exists" });
});

test("a password goes as it is where the app says so", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana");
  const user = browserUser(pool, "ana");
  user.setAuthenticationFlowType("USER_PASSWORD_AUTH");
  await assert.rejects(signIn(user, secret), { code: "NotAuthorizedException", message: "Incorrect username or password." });
  const { session } = await signIn(user);
  await checkTokens(pool, tokensOf(session), "ana");
});

test("a user is still signed in when the page is opened again", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana");
  const browser = browserPool(pool);
  const { session } = await signIn(browserUser(pool, "ana", browser));
  const again = browser.getCurrentUser();
  assert.equal(again.getUsername(), "ana");
  assert.deepEqual(tokensOf(await call(again, "getSession")), tokensOf(session));
  assert.equal((await userData(again)).Username, "ana");
});

test("a session is refreshed until an administrator disables the user", async (t) => {
  const pool = await newPool(t);
  const { user, session } = await signedIn(pool, "ana");
  const fresh = await refresh(user, session);
  assert.notEqual(fresh.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  assert.equal(fresh.getRefreshToken().getToken(), session.getRefreshToken().getToken());
  await checkTokens(pool, tokensOf(fresh), "ana");
  await admin.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: "ana" }));
  withoutWaiting(t);
  await assert.rejects(refresh(browserUser(pool, "ana"), session), { code: "NotAuthorizedException" });
  await assert.rejects(signIn(browserUser(pool, "ana")), { code: "NotAuthorizedException", message: "User is disabled." });
});

test("an expired session is refreshed by itself", async (t) => {
  const pool = await newPool(t);
  const { user, session } = await signedIn(pool, "ana");
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3_601_000 }); // the library looks at its own clock
  assert.equal(session.isValid(), false);
  const fresh = await call(user, "getSession");
  t.mock.timers.reset();
  assert.notDeepEqual(tokensOf(fresh), tokensOf(session));
  await checkTokens(pool, tokensOf(fresh), "ana");
});

test("who signs out may revoke the session, and no other", async (t) => {
  const pool = await newPool(t);
  const { user: here, session: mine } = await signedIn(pool, "ana");
  const there = browserUser(pool, "ana");
  const { session: other } = await signIn(there);

  await call(here, "signOut");
  assert.equal(here.getSignInUserSession(), null);
  await assert.rejects(call(here, "getSession"), /Local storage is missing an ID Token/);
  await assert.rejects(owner(mine), revoked);
  withoutWaiting(t);
  await assert.rejects(refresh(browserUser(pool, "ana"), mine), {
    code: "NotAuthorizedException",
    message: "Refresh Token has been revoked",
  });

  assert.equal(await owner(other), "ana");
  there.signOut(); // forgets the tokens and revokes nothing
  assert.equal(await owner(other), "ana");
});

test("a global sign-out ends every session", async (t) => {
  const pool = await newPool(t);
  const { user, session } = await signedIn(pool, "ana");
  const there = browserUser(pool, "ana");
  const { session: other } = await signIn(there);
  assert.equal(await perform(user, "globalSignOut"), "SUCCESS");
  await assert.rejects(owner(session), revoked);
  await assert.rejects(owner(other), revoked);
  await assert.rejects(userData(there), { code: "NotAuthorizedException", message: "Access Token has been revoked" });
  assert.equal((await signIn(user)).what, "tokens");
});

test("a user changes the password", async (t) => {
  const pool = await newPool(t);
  const { user } = await signedIn(pool, "ana");
  await assert.rejects(call(user, "changePassword", "Wrong-horse-7", secret), { code: "NotAuthorizedException" });
  await assert.rejects(call(user, "changePassword", password, "weak-horse"), { code: "InvalidPasswordException" });
  assert.equal(await call(user, "changePassword", password, secret), "SUCCESS");
  await checkReplaced(pool, password, secret);
});

test("who forgot the password is sent a code", async (t) => {
  const pool = await newPool(t);
  await newUser(pool, "ana", { attributes: { email, email_verified: "true" } });
  const user = browserUser(pool, "ana");
  const { CodeDeliveryDetails } = await perform(user, "forgotPassword");
  assert.deepEqual(CodeDeliveryDetails, { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" });
  const { code, destination } = await newestMessage(pool, "ana", "ForgotPassword");
  assert.equal(destination, email);
  await assert.rejects(perform(user, "confirmPassword", wrong(code), secret), { code: "CodeMismatchException" });
  assert.equal(await perform(user, "confirmPassword", code, secret), "SUCCESS");
  await checkReplaced(pool, password, secret);
});

test("a reset by an administrator has to be completed", async (t) => {
  const pool = await newPool(t);
  const { user } = await signedIn(pool, "ana", { email, email_verified: "true" });
  await admin.send(new AdminResetUserPasswordCommand({ UserPoolId: pool.poolId, Username: "ana" }));
  await assert.rejects(signIn(user), { code: "PasswordResetRequiredException" });
  await perform(user, "confirmPassword", await newestCode(pool, "ana", "ForgotPassword"), secret);
  assert.equal((await stored(pool, "ana")).UserStatus, "CONFIRMED");
  await checkReplaced(pool, password, secret);
});

test("a user reads, changes, confirms and deletes attributes", async (t) => {
  const pool = await newPool(t, { AutoVerifiedAttributes: ["email"] });
  const { user, session } = await signedIn(pool, "ana", { nickname: "An" });
  const sub = session.getIdToken().payload.sub;
  assert.deepEqual(await read(user), { sub, nickname: "An" });

  assert.equal(await call(user, "updateAttributes", attributes({ nickname: "Annie", email })), "SUCCESS");
  assert.deepEqual(await read(user), { sub, nickname: "Annie", email, email_verified: "false" });
  const sent = await newestMessage(pool, "ana", "UpdateUserAttribute");
  assert.equal(sent.destination, email);
  await assert.rejects(perform(user, "verifyAttribute", "email", wrong(sent.code)), { code: "CodeMismatchException" });
  await perform(user, "getAttributeVerificationCode", "email");
  const code = await newestCode(pool, "ana", "VerifyUserAttribute");
  assert.equal(await perform(user, "verifyAttribute", "email", code), "SUCCESS");
  assert.equal((await read(user)).email_verified, "true");

  assert.equal(await call(user, "deleteAttributes", ["nickname"]), "SUCCESS");
  assert.deepEqual(await read(user), { sub, email, email_verified: "true" });
  assert.deepEqual((await stored(pool, "ana")).attributes, await read(user));
});

test("a user who deletes the account is gone", async (t) => {
  const pool = await newPool(t);
  const { user, session } = await signedIn(pool, "ana");
  assert.equal(await call(user, "deleteUser"), "SUCCESS");
  await assert.rejects(stored(pool, "ana"), { name: "UserNotFoundException" });
  await assert.rejects(owner(session), { name: "UserNotFoundException" });
  await assert.rejects(signIn(user), { code: "UserNotFoundException", message: "User does not exist." });
});
