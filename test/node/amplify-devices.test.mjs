// Devices: confirmed, remembered and forgotten, and what they spare their user, through AWS Amplify.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminForgetDeviceCommand } from "@aws-sdk/client-cognito-identity-provider";
import { fetchAuthSession, fetchDevices, forgetDevice, rememberDevice, signOut } from "aws-amplify/auth";
import { Browser, accessToken, answer, begin, checkSignedIn } from "./amplify.mjs";
import { devicesOf, newUserWithApp, poolOfDevices } from "./devices.mjs";
import { admin, newUser } from "./world.mjs";

// Browsers have a navigator, by whose name Amplify calls a new device; Node.js has one since version 21.
globalThis.navigator ??= { userAgent: "a browser" };

const askedForCode = { signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE" };

/** Signs in with a code; answers the claims. */
async function signInWithCode(pool, code, options) {
  assert.deepEqual(await begin("ana", options), askedForCode);
  return checkSignedIn(pool, await answer(await code()), "ana");
}

test("a device spares its user the code, whichever way the password goes", async (t) => {
  const pool = await poolOfDevices(t, { standIn: true, onPrompt: false });
  const code = await newUserWithApp(pool, "ana");
  const browser = new Browser(pool);
  const first = await signInWithCode(pool, code);
  const { deviceKey } = browser;
  assert.match(deviceKey, /^us-east-1_[0-9a-f-]{36}$/);
  assert.equal(first.access.device_key, deviceKey);

  const [device, ...others] = await fetchDevices();
  assert.deepEqual(others, []);
  assert.equal(device.id, deviceKey);
  assert.equal(device.attributes.device_status, "valid");
  const [known] = await devicesOf(pool, "ana");
  assert.equal(device.name, known.name);
  assert.deepEqual(device.createDate, known.created);
  assert.equal(known.remembered, true);

  for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    await signOut();
    assert.equal(await accessToken(), undefined);
    const { access } = await checkSignedIn(pool, await begin("ana", { authFlowType }), "ana");
    assert.equal(access.device_key, deviceKey);
  }
  assert.deepEqual((await devicesOf(pool, "ana")).map(({ key }) => key), [deviceKey]);

  new Browser(pool);
  assert.deepEqual(await begin("ana"), askedForCode);
});

test("a device is trusted once it is remembered", async (t) => {
  const pool = await poolOfDevices(t, { standIn: true, onPrompt: true });
  const code = await newUserWithApp(pool, "ana");
  const browser = new Browser(pool);
  await signInWithCode(pool, code);
  const { deviceKey } = browser;
  assert.deepEqual((await devicesOf(pool, "ana")).map(({ remembered }) => remembered), [false]);
  await signOut();
  assert.equal((await signInWithCode(pool, code)).access.device_key, deviceKey);

  await rememberDevice();
  assert.deepEqual((await devicesOf(pool, "ana")).map(({ remembered }) => remembered), [true]);
  await signOut();
  await checkSignedIn(pool, await begin("ana"), "ana");
});

test("a device that is forgotten, here or from afar, counts no more", async (t) => {
  const pool = await poolOfDevices(t, { standIn: true, onPrompt: false });
  const code = await newUserWithApp(pool, "ana");
  const lost = new Browser(pool);
  await signInWithCode(pool, code);
  const here = new Browser(pool);
  await signInWithCode(pool, code);
  assert.equal((await fetchDevices()).length, 2);

  await forgetDevice({ device: { id: lost.deviceKey } });
  assert.deepEqual((await fetchDevices()).map(({ id }) => id), [here.deviceKey]);
  assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens.accessToken.payload.device_key, here.deviceKey);
  lost.show();
  assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens, undefined); // signed out
  assert.deepEqual(await begin("ana"), askedForCode);
  assert.equal(lost.deviceKey, undefined);

  here.show();
  await forgetDevice();
  assert.equal(here.deviceKey, undefined);
  assert.deepEqual(await fetchDevices(), []);
});

for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
  test(`a device that is gone is given up, and its place taken by a new one: ${authFlowType}`, async (t) => {
    const pool = await poolOfDevices(t, { standIn: true, onPrompt: false });
    const code = await newUserWithApp(pool, "ana");
    const browser = new Browser(pool);
    await signInWithCode(pool, code);
    const gone = browser.deviceKey;
    await signOut();
    await admin.send(new AdminForgetDeviceCommand({ UserPoolId: pool.poolId, Username: "ana", DeviceKey: gone }));
    await signInWithCode(pool, code, { authFlowType });
    assert.notEqual(browser.deviceKey, gone);
    assert.deepEqual((await devicesOf(pool, "ana")).map(({ key }) => key), [browser.deviceKey]);
  });
}

test("a session of a device is refreshed while the device is known", async (t) => {
  const pool = await poolOfDevices(t, { standIn: false, onPrompt: false });
  await newUser(pool, "ana");
  const browser = new Browser(pool);
  const { access } = await checkSignedIn(pool, await begin("ana"), "ana");
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  assert.notEqual(tokens.accessToken.payload.jti, access.jti);
  assert.equal(tokens.accessToken.payload.device_key, browser.deviceKey);

  await admin.send(new AdminForgetDeviceCommand({ UserPoolId: pool.poolId, Username: "ana", DeviceKey: browser.deviceKey }));
  assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens, undefined);
});
