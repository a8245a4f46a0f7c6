// Devices: confirmed, remembered and forgotten, and what they spare their user, through
// amazon-cognito-identity-js.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminForgetDeviceCommand } from "@aws-sdk/client-cognito-identity-provider";
import { devicesOf, newUserWithApp, poolOfDevices } from "./devices.mjs";
import { answerTOTP, browserPool, browserUser, perform, refresh, signIn, tokensOf, withoutWaiting } from "./identity.mjs";
import { checkTokens } from "./tokens.mjs";
import { admin, advance, newUser } from "./world.mjs";

const cachedKey = (browser, username) =>
  browser.storage.getItem(`CognitoIdentityServiceProvider.${browser.getClientId()}.${username}.deviceKey`);

/** Signs in with a code; answers the session and whether the user is to be asked about the device. */
async function signInWithCode(user, code) {
  const { what } = await signIn(user);
  assert.equal(what, "SOFTWARE_TOKEN_MFA");
  const done = await answerTOTP(user, await code());
  assert.equal(done.what, "tokens");
  return done;
}

/** Signs in without a code. */
async function signInSilently(user) {
  const done = await signIn(user);
  assert.equal(done.what, "tokens");
  return done;
}

/** That the server does not take a refresh token from this user's browser. */
async function checkNotRefreshed(t, user, session) {
  withoutWaiting(t);
  await assert.rejects(refresh(user, session), { code: "NotAuthorizedException", message: "Invalid Refresh Token" });
  t.mock.restoreAll();
}

/** The device that an access token is of. */
async function deviceOf(pool, session, username) {
  const { access } = await checkTokens(pool, tokensOf(session), username);
  return access.device_key;
}

test("a device is confirmed at sign-in and spares its user the code from then on", async (t) => {
  const pool = await poolOfDevices(t, { standIn: true, onPrompt: false });
  const code = await newUserWithApp(pool, "ana");
  assert.deepEqual(await devicesOf(pool, "ana"), []); // that sign-in's key was never confirmed
  const browser = browserPool(pool);
  const first = browserUser(pool, "ana", browser);
  const { session, ask } = await signInWithCode(first, code);
  assert.equal(ask, false);
  const key = cachedKey(browser, "ana");
  assert.match(key, /^us-east-1_[0-9a-f-]{36}$/);
  assert.equal(await deviceOf(pool, session, "ana"), key);
  const [device, ...others] = await devicesOf(pool, "ana");
  assert.deepEqual(others, []);
  assert.equal(device.key, key);
  assert.equal(device.remembered, true);

  const { Device } = await perform(first, "getDevice");
  assert.equal(Device.DeviceKey, key);
  assert.deepEqual(Device.DeviceAttributes.slice(0, 2), [
    { Name: "device_status", Value: "valid" },
    { Name: "device_name", Value: device.name },
  ]);
  assert.deepEqual((await perform(first, "listDevices", 10, null)).Devices, [Device]);

  first.signOut();
  await advance("2s");
  const again = await signInSilently(browserUser(pool, "ana", browser));
  assert.equal(await deviceOf(pool, again.session, "ana"), key);
  const [later, ...more] = await devicesOf(pool, "ana");
  assert.deepEqual(more, []);
  assert.ok(later.lastAuthenticated > device.lastAuthenticated);
  assert.deepEqual(later.created, device.created);

  assert.equal((await signIn(browserUser(pool, "ana"))).what, "SOFTWARE_TOKEN_MFA"); // another browser
});

test("a device that stays unremembered until its user says so", async (t) => {
  const pool = await poolOfDevices(t, { standIn: true, onPrompt: true });
  const code = await newUserWithApp(pool, "ana");
  const browser = browserPool(pool);
  assert.equal((await signInWithCode(browserUser(pool, "ana", browser), code)).ask, true);
  const key = cachedKey(browser, "ana");

  const user = browserUser(pool, "ana", browser);
  const { session } = await signInWithCode(user, code);
  assert.equal(await deviceOf(pool, session, "ana"), key); // it is known, if not trusted
  assert.equal(await perform(user, "setDeviceStatusRemembered"), "SUCCESS");
  assert.deepEqual((await devicesOf(pool, "ana")).map(({ remembered }) => remembered), [true]);
  const trusted = browserUser(pool, "ana", browser);
  await signInSilently(trusted);

  assert.equal(await perform(trusted, "setDeviceStatusNotRemembered"), "SUCCESS");
  assert.deepEqual((await devicesOf(pool, "ana")).map(({ remembered }) => remembered), [false]);
  assert.equal((await signIn(browserUser(pool, "ana", browser))).what, "SOFTWARE_TOKEN_MFA");
});

test("a device of a pool that only tracks them spares nothing", async (t) => {
  const pool = await poolOfDevices(t, { standIn: false, onPrompt: false });
  const code = await newUserWithApp(pool, "ana");
  const browser = browserPool(pool);
  for (let i = 0; i < 2; i++) {
    const { session } = await signInWithCode(browserUser(pool, "ana", browser), code);
    assert.equal(await deviceOf(pool, session, "ana"), cachedKey(browser, "ana"));
  }
  assert.deepEqual((await devicesOf(pool, "ana")).map(({ key }) => key), [cachedKey(browser, "ana")]);
});

test("a forgotten device is asked for a code, and becomes another", async (t) => {
  const pool = await poolOfDevices(t, { standIn: true, onPrompt: false });
  const code = await newUserWithApp(pool, "ana");
  const browser = browserPool(pool);
  const user = browserUser(pool, "ana", browser);
  const { session } = await signInWithCode(user, code);
  const key = cachedKey(browser, "ana");
  assert.equal(await perform(user, "forgetDevice"), "SUCCESS");
  assert.equal(cachedKey(browser, "ana"), null);
  assert.deepEqual(await devicesOf(pool, "ana"), []);
  await checkNotRefreshed(t, user, session);

  await signInWithCode(browserUser(pool, "ana", browser), code);
  const second = cachedKey(browser, "ana");
  assert.notEqual(second, key);
  assert.deepEqual((await devicesOf(pool, "ana")).map((device) => device.key), [second]);

  // Forgotten by an administrator: the browser learns of it when it names the key, and drops it.
  await admin.send(new AdminForgetDeviceCommand({ UserPoolId: pool.poolId, Username: "ana", DeviceKey: second }));
  assert.equal((await signIn(browserUser(pool, "ana", browser))).what, "SOFTWARE_TOKEN_MFA");
  assert.equal(cachedKey(browser, "ana"), null);
});

test("a refresh token is of no use without its device", async (t) => {
  const pool = await poolOfDevices(t, { standIn: false, onPrompt: false });
  await newUser(pool, "ana");
  const browser = browserPool(pool);
  const user = browserUser(pool, "ana", browser);
  const { session } = await signInSilently(user);
  const key = cachedKey(browser, "ana");
  await checkNotRefreshed(t, browserUser(pool, "ana"), session);
  const refreshed = await refresh(user, session);
  assert.notEqual(tokensOf(refreshed).accessToken, tokensOf(session).accessToken);
  assert.equal(await deviceOf(pool, refreshed, "ana"), key);
});
