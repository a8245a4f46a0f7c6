// What becomes of a session once a user is signed in, through AWS Amplify: refresh, rotation, sign-out.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AdminDisableUserCommand,
  AdminUserGlobalSignOutCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { fetchAuthSession, fetchUserAttributes, getCurrentUser, signOut } from "aws-amplify/auth";
import { Hub } from "aws-amplify/utils";
import { Browser, accessToken, begin, checkSignedIn } from "./amplify.mjs";
import { checkTokens } from "./tokens.mjs";
import { admin, advance, newPool, newUser } from "./world.mjs";

const revoked = { name: "NotAuthorizedException", message: "Access Token has been revoked" };
const rotating = {
  ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
  RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
};

/** What somebody gets who holds a copy of a refresh token. */
const redeem = ({ clientId }, token) => admin.send(new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken: token }));

/** Whose an access token is, as the server sees it. */
const owner = async (token) => (await admin.send(new GetUserCommand({ AccessToken: token }))).Username;

/** Signs a new user in; answers the claims of the tokens and the access token. */
async function signedIn(pool, username) {
  await newUser(pool, username);
  const claims = await checkSignedIn(pool, await begin(username), username);
  return { ...claims, token: await accessToken() };
}

/** Refreshes, and checks what was given; answers the claims. */
async function refreshed(pool, username) {
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  return checkTokens(pool, { idToken: tokens.idToken.toString(), accessToken: tokens.accessToken.toString() }, username);
}

test("a session is refreshed, its refresh token kept", async (t) => {
  const pool = await newPool(t);
  const browser = new Browser(pool);
  const first = await signedIn(pool, "ana");
  const { refreshToken } = browser;
  assert.equal(await accessToken(), first.token); // no need yet

  await advance("1s");
  const second = await refreshed(pool, "ana");
  for (const use of ["id", "access"]) {
    assert.notEqual(second[use].jti, first[use].jti);
    assert.equal(second[use].origin_jti, first[use].origin_jti);
    assert.equal(second[use].auth_time, first[use].auth_time);
    assert.ok(second[use].iat > first[use].iat);
  }
  assert.equal(browser.refreshToken, refreshToken);
  assert.equal((await redeem(pool, refreshToken)).AuthenticationResult.RefreshToken, undefined);
  assert.equal(await owner(first.token), "ana"); // a refresh takes nothing away
});

test("a rotated refresh token is replaced at every refresh", async (t) => {
  const pool = await newPool(t, {}, rotating);
  const browser = new Browser(pool);
  const first = await signedIn(pool, "ana");
  const tokens = [browser.refreshToken];
  for (let i = 0; i < 3; i++) {
    const { access } = await refreshed(pool, "ana");
    assert.equal(access.origin_jti, first.access.origin_jti);
    assert.ok(!tokens.includes(browser.refreshToken));
    tokens.push(browser.refreshToken);
  }
});

test("a rotated refresh token that comes back ends the session", async (t) => {
  const pool = await newPool(t, {}, rotating);
  const browser = new Browser(pool);
  await signedIn(pool, "ana");
  const stolen = browser.refreshToken;
  await refreshed(pool, "ana");
  await advance("1s"); // beyond the grace, which is nothing here
  await assert.rejects(redeem(pool, stolen), { name: "RefreshTokenReuseException" });
  assert.equal(await accessToken({ forceRefresh: true }), undefined); // nobody can tell the thief from the victim
  assert.equal(browser.refreshToken, undefined);
});

test("a rotated refresh token works again within its grace", async (t) => {
  const pool = await newPool(t, {}, { ...rotating, RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 60 } });
  const browser = new Browser(pool);
  await signedIn(pool, "ana");
  const before = browser.refreshToken;
  await refreshed(pool, "ana");
  const { AuthenticationResult } = await redeem(pool, before);
  assert.equal(await owner(AuthenticationResult.AccessToken), "ana");
  assert.ok(![undefined, before, browser.refreshToken].includes(AuthenticationResult.RefreshToken));
  await refreshed(pool, "ana"); // and the session goes on
});

test("who signs out leaves the sessions on other devices alone", async (t) => {
  const pool = await newPool(t);
  const laptop = new Browser(pool);
  const { token: onLaptop } = await signedIn(pool, "ana");
  const phone = new Browser(pool);
  await checkSignedIn(pool, await begin("ana"), "ana");
  const onPhone = await accessToken();
  const { refreshToken } = phone;

  await signOut();
  assert.equal(phone.refreshToken, undefined);
  assert.equal(await accessToken(), undefined);
  await assert.rejects(getCurrentUser(), { name: "UserUnAuthenticatedException" });
  await assert.rejects(redeem(pool, refreshToken), { name: "NotAuthorizedException", message: "Refresh Token has been revoked" });
  await assert.rejects(owner(onPhone), revoked);

  assert.equal(await owner(onLaptop), "ana");
  laptop.show();
  await refreshed(pool, "ana");
});

test("a global sign-out ends the sessions on all devices", async (t) => {
  const pool = await newPool(t);
  const laptop = new Browser(pool);
  const { token: onLaptop } = await signedIn(pool, "ana");
  new Browser(pool);
  await checkSignedIn(pool, await begin("ana"), "ana");
  const onPhone = await accessToken();

  await signOut({ global: true });
  for (const token of [onLaptop, onPhone]) {
    await assert.rejects(owner(token), revoked);
  }
  laptop.show();
  await assert.rejects(fetchUserAttributes(), revoked);
  assert.equal(await accessToken({ forceRefresh: true }), undefined);
  assert.equal(laptop.refreshToken, undefined);
  await checkSignedIn(pool, await begin("ana"), "ana"); // the user may come back at once
});

for (const [what, Command] of [
  ["signed out by", AdminUserGlobalSignOutCommand],
  ["disabled by", AdminDisableUserCommand],
]) {
  test(`a user ${what} an administrator is asked to sign in again`, async (t) => {
    const pool = await newPool(t);
    const browser = new Browser(pool);
    await signedIn(pool, "ana");
    const failures = [];
    t.after(Hub.listen("auth", ({ payload }) => failures.push(payload.event)));
    await admin.send(new Command({ UserPoolId: pool.poolId, Username: "ana" }));
    await assert.rejects(fetchUserAttributes(), { name: "NotAuthorizedException" });
    assert.equal(await accessToken({ forceRefresh: true }), undefined);
    assert.equal(browser.refreshToken, undefined);
    assert.ok(failures.includes("tokenRefresh_failure"));
  });
}
