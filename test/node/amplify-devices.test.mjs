// Devices that stand in for a second factor, through AWS Amplify.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AdminForgetDeviceCommand,
  AdminListDevicesCommand,
  AdminSetUserMFAPreferenceCommand,
  GetTokensFromRefreshTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { fetchDevices, forgetDevice, rememberDevice, signOut } from "aws-amplify/auth";
import { Browser, accessToken, answer, begin, checkSignedIn } from "./amplify.mjs";
import { SmsConfiguration, admin, configureMFA, messages, newPool, newUser, newestCode } from "./world.mjs";

globalThis.navigator ??= { userAgent: "Node.js" }; // from which Amplify names the device

const always = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
const onPrompt = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };
const tracked = { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false };

/** A pool that tracks devices, and a user in it who has codes by text message on. */
async function poolOfDevices(t, DeviceConfiguration, settings = {}) {
  const pool = await newPool(t, { DeviceConfiguration, SmsConfiguration, ...settings });
  await configureMFA(pool, "OPTIONAL", { SmsMfaConfiguration: { SmsConfiguration } });
  await newUser(pool, "ana", { attributes: { phone_number: "+12065550123" } });
  await admin.send(
    new AdminSetUserMFAPreferenceCommand({ UserPoolId: pool.poolId, Username: "ana", SMSMfaSettings: { Enabled: true } }),
  );
  return pool;
}

/** Signs in and has to answer with a code; answers the claims. */
async function withCode(pool, options) {
  const before = (await messages(pool, "ana")).length;
  assert.equal((await begin("ana", options)).signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
  assert.equal((await messages(pool, "ana")).length, before + 1);
  return checkSignedIn(pool, await answer(await newestCode(pool, "ana", "Authentication")), "ana");
}

/** Signs in and is asked for nothing but the password; answers the claims. */
async function withoutCode(pool, options) {
  const before = (await messages(pool, "ana")).length;
  const claims = await checkSignedIn(pool, await begin("ana", options), "ana");
  assert.equal((await messages(pool, "ana")).length, before);
  return claims;
}

/** The devices of the user as an administrator sees them: the remembered status by key. */
async function listed({ poolId }) {
  const { Devices } = await admin.send(new AdminListDevicesCommand({ UserPoolId: poolId, Username: "ana" }));
  return Object.fromEntries(
    Devices.map(({ DeviceKey, DeviceAttributes }) => [
      DeviceKey,
      DeviceAttributes.find(({ Name }) => Name === "dev:device_remembered_status")?.Value,
    ]),
  );
}

test("a remembered device stands in for the code, a new one does not", async (t) => {
  const pool = await poolOfDevices(t, always);
  const browser = new Browser(pool);
  const { access } = await withCode(pool);
  const devices = await fetchDevices();
  assert.deepEqual(devices.map(({ id }) => id), [access.device_key]);
  assert.equal(devices[0].name, navigator.userAgent);
  assert.ok(devices[0].createDate instanceof Date);
  assert.deepEqual(await listed(pool), { [access.device_key]: "remembered" });

  for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    await signOut();
    const again = await withoutCode(pool, { authFlowType });
    assert.equal(again.access.device_key, access.device_key);
  }
  new Browser(pool);
  await withCode(pool);
  assert.equal(Object.keys(await listed(pool)).length, 2);
  browser.show();
  await signOut();
  await assert.rejects(begin("ana", { secret: "Wrong-horse-7" }), { name: "NotAuthorizedException" });
});

test("a device is remembered when its user says so", async (t) => {
  const pool = await poolOfDevices(t, onPrompt);
  new Browser(pool);
  const { access } = await withCode(pool);
  assert.deepEqual(await listed(pool), { [access.device_key]: "not_remembered" });
  await signOut();
  await withCode(pool);
  await rememberDevice();
  assert.equal((await listed(pool))[access.device_key], "remembered");
  await signOut();
  await withoutCode(pool);
});

test("a device that is only tracked stands in for nothing", async (t) => {
  const pool = await poolOfDevices(t, tracked);
  new Browser(pool);
  const { access } = await withCode(pool);
  await signOut();
  const again = await withCode(pool);
  assert.equal(again.access.device_key, access.device_key);
  assert.deepEqual(Object.keys(await listed(pool)), [access.device_key]);
});

test("a device that its user forgets is new again", async (t) => {
  const pool = await poolOfDevices(t, always);
  new Browser(pool);
  await withCode(pool);
  await forgetDevice();
  assert.deepEqual(await listed(pool), {});
  assert.deepEqual(await fetchDevices(), []);
  await signOut();
  await withCode(pool);
  assert.equal(Object.keys(await listed(pool)).length, 1);
});

test("a user forgets another device", async (t) => {
  const pool = await poolOfDevices(t, always);
  const lost = new Browser(pool);
  const { access } = await withCode(pool);
  const kept = new Browser(pool);
  await withCode(pool);
  const device = (await fetchDevices()).find(({ id }) => id === access.device_key);
  await forgetDevice({ device });
  assert.equal((await fetchDevices()).length, 1);
  await signOut();
  await withoutCode(pool);
  lost.show();
  await signOut();
  await withCode(pool);
  kept.show();
  assert.equal((await fetchDevices()).length, 2);
});

for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
  test(`a device that an administrator forgot is given up by the app: ${authFlowType}`, async (t) => {
    const pool = await poolOfDevices(t, always);
    new Browser(pool);
    const { access } = await withCode(pool);
    await signOut();
    await admin.send(new AdminForgetDeviceCommand({ UserPoolId: pool.poolId, Username: "ana", DeviceKey: access.device_key }));
    const fresh = await withCode(pool, { authFlowType });
    assert.notEqual(fresh.access.device_key, access.device_key);
    assert.deepEqual(await listed(pool), { [fresh.access.device_key]: "remembered" });
  });
}

test("a session on a device is refreshed by that device", async (t) => {
  const pool = await poolOfDevices(t, always);
  const browser = new Browser(pool);
  const { access } = await withCode(pool);
  const token = await accessToken();
  assert.notEqual(await accessToken({ forceRefresh: true }), token);
  const redeem = (DeviceKey) =>
    admin.send(new GetTokensFromRefreshTokenCommand({ ClientId: pool.clientId, RefreshToken: browser.refreshToken, DeviceKey }));
  const refused = { name: "NotAuthorizedException", message: "Invalid Refresh Token" };
  await assert.rejects(redeem(), refused);
  await assert.rejects(redeem("us-east-1_00000000-0000-4000-8000-000000000000"), refused);
  assert.ok((await redeem(access.device_key)).AuthenticationResult.AccessToken);
});
