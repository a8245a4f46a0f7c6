// What ends with time, through AWS Amplify. These tests move the server's clock by hours, away from the
// clock of this process, and so sign in without SRP, whose proofs bear the client's time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { confirmResetPassword, confirmSignUp, resendSignUpCode, resetPassword, signUp } from "aws-amplify/auth";
import { Browser, accessToken, answer, begin, checkSignedIn } from "./amplify.mjs";
import { EmailConfiguration, admin, advance, configureMFA, newPool, newUser, newestCode, noRecovery, password, stored } from "./world.mjs";

const email = "ana@example.com";
const authFlowType = "USER_PASSWORD_AUTH";

test("a code to confirm an account works for a day", async (t) => {
  const pool = await newPool(t, { AutoVerifiedAttributes: ["email"] });
  new Browser(pool);
  await signUp({ username: "ana", password, options: { userAttributes: { email } } });
  const late = await newestCode(pool, "ana", "SignUp");
  await advance("24h");
  await assert.rejects(confirmSignUp({ username: "ana", confirmationCode: late }), {
    name: "ExpiredCodeException",
    message: "Invalid code provided, please request a code again.",
  });
  await resendSignUpCode({ username: "ana" });
  const code = await newestCode(pool, "ana", "ResendCode");
  await advance("23h59m");
  await confirmSignUp({ username: "ana", confirmationCode: code });
  assert.equal((await stored(pool, "ana")).UserStatus, "CONFIRMED");
});

test("a code to reset a password works for an hour", async (t) => {
  const pool = await newPool(t);
  new Browser(pool);
  await newUser(pool, "ana", { attributes: { email, email_verified: "true" } });
  const confirm = (confirmationCode) => confirmResetPassword({ username: "ana", confirmationCode, newPassword: "Another-horse-8" });
  await resetPassword({ username: "ana" });
  const late = await newestCode(pool, "ana", "ForgotPassword");
  await advance("1h");
  await assert.rejects(confirm(late), { name: "ExpiredCodeException" });
  await resetPassword({ username: "ana" });
  const code = await newestCode(pool, "ana", "ForgotPassword");
  await advance("59m");
  await confirm(code);
  await checkSignedIn(pool, await begin("ana", { authFlowType, secret: "Another-horse-8" }), "ana");
});

test("a challenge waits as long as the app client says", async (t) => {
  const pool = await newPool(
    t,
    { EmailConfiguration, AccountRecoverySetting: noRecovery },
    { AuthSessionValidity: 5, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
  );
  await configureMFA(pool, "ON", { EmailMfaConfiguration: {} });
  await newUser(pool, "ana", { attributes: { email } });
  new Browser(pool);
  await begin("ana", { authFlowType });
  const late = await newestCode(pool, "ana", "Authentication");
  await advance("5m");
  await assert.rejects(answer(late), { name: "NotAuthorizedException", message: "Invalid session for the user, session is expired." });
  assert.equal(await accessToken(), undefined);

  await begin("ana", { authFlowType });
  const code = await newestCode(pool, "ana", "Authentication");
  await advance("4m");
  await checkSignedIn(pool, await answer(code), "ana");
});

test("an access token that expires is replaced by itself", async (t) => {
  const pool = await newPool(
    t,
    {},
    { AccessTokenValidity: 5, IdTokenValidity: 5, TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes" } },
  );
  new Browser(pool);
  await newUser(pool, "ana");
  const { access } = await checkSignedIn(pool, await begin("ana", { authFlowType }), "ana");
  assert.equal(access.exp - access.iat, 300);
  const token = await accessToken();
  await advance("5m");
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + 300_000); // Amplify looks at its own clock
  const owner = (AccessToken) => admin.send(new GetUserCommand({ AccessToken }));
  await assert.rejects(owner(token), { name: "NotAuthorizedException", message: "Access Token has expired" });
  const fresh = await accessToken();
  assert.notEqual(fresh, token);
  assert.equal((await owner(fresh)).Username, "ana");
});

for (const [rotation, flows] of [
  ["DISABLED", ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]],
  ["ENABLED", ["ALLOW_USER_PASSWORD_AUTH"]],
]) {
  test(`a session that is refreshed ends all the same: rotation ${rotation}`, async (t) => {
    const pool = await newPool(
      t,
      {},
      {
        ExplicitAuthFlows: flows,
        RefreshTokenRotation: { Feature: rotation, RetryGracePeriodSeconds: 0 },
        RefreshTokenValidity: 60,
        TokenValidityUnits: { RefreshToken: "minutes" },
      },
    );
    const browser = new Browser(pool);
    await newUser(pool, "ana");
    await checkSignedIn(pool, await begin("ana", { authFlowType }), "ana");
    await advance("59m");
    assert.ok(await accessToken({ forceRefresh: true }));
    await advance("1m"); // a new refresh token lives for what was left of the first
    assert.equal(await accessToken({ forceRefresh: true }), undefined);
    assert.equal(browser.refreshToken, undefined);
  });
}
