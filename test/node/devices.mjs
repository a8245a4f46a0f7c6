// Pools that track devices, and users whose devices can stand in for something.
import {
  AdminListDevicesCommand,
  AssociateSoftwareTokenCommand,
  InitiateAuthCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { totp } from "./totp.mjs";
import { admin, advance, newPool, newUser, password, serverTime } from "./world.mjs";

/** A pool whose devices stand in for a second factor or not, remembered when the user says so or at once. */
export const poolOfDevices = (t, { standIn, onPrompt }) =>
  newPool(t, { DeviceConfiguration: { ChallengeRequiredOnNewDevice: standIn, DeviceOnlyRememberedOnUserPrompt: onPrompt } });

const step = 30_000;

/**
 * A user with an authenticator app that is switched on; answers what gives its next code. No code works
 * twice, so each is of a later time than the one before; the server takes codes of the next step, too.
 */
export async function newUserWithApp(pool, username) {
  await newUser(pool, username);
  const { AuthenticationResult } = await admin.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: pool.clientId,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  const { AccessToken } = AuthenticationResult;
  const { SecretCode } = await admin.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  let at = await serverTime();
  await admin.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(SecretCode, at) }));
  await admin.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }));
  return async () => {
    const now = await serverTime();
    at = Math.max(at + step, now);
    if (at > now + step) await advance("30s");
    return totp(SecretCode, at);
  };
}

/** The devices of a user as an administrator sees them: their keys, names and whether they are remembered. */
export async function devicesOf({ poolId }, username) {
  const { Devices } = await admin.send(new AdminListDevicesCommand({ UserPoolId: poolId, Username: username }));
  return Devices.map(({ DeviceKey, DeviceAttributes, DeviceCreateDate, DeviceLastAuthenticatedDate }) => {
    const attributes = Object.fromEntries(DeviceAttributes.map(({ Name, Value }) => [Name, Value]));
    return {
      key: DeviceKey,
      name: attributes.device_name,
      remembered: attributes["dev:device_remembered_status"] === "remembered",
      created: DeviceCreateDate,
      lastAuthenticated: DeviceLastAuthenticatedDate,
    };
  });
}
