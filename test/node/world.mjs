// What every test starts from: a pool, an app client and users on the server at OSTIARY_ENDPOINT,
// made with the AWS SDK.
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";

export const endpoint = process.env.OSTIARY_ENDPOINT;
if (!endpoint) throw new Error("set OSTIARY_ENDPOINT to the address of a development server");

export const password = "Correct-horse-7";

export const admin = new CognitoIdentityProviderClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIAOSTIARYTESTS0000", secretAccessKey: "any secret does in development" },
});

/** A pool whose users may have an authenticator app, and its app client. The test removes it again. */
export async function newPool(t, settings = {}) {
  const { UserPool: pool } = await admin.send(new CreateUserPoolCommand({ PoolName: t.name.slice(0, 100).replace(/[^\w ]/g, "-"), ...settings }));
  t.after(() => admin.send(new DeleteUserPoolCommand({ UserPoolId: pool.Id })));
  await admin.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: pool.Id,
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  const { UserPoolClient: client } = await admin.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool.Id,
      ClientName: "browser",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  );
  return { poolId: pool.Id, clientId: client.ClientId };
}

/** A user with the password above; a temporary one that has to be replaced if not permanent. */
export async function newUser({ poolId }, username, { permanent = true, attributes = {} } = {}) {
  await admin.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: username,
      MessageAction: "SUPPRESS",
      TemporaryPassword: password,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
  if (permanent) {
    await admin.send(
      new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: username, Password: password, Permanent: true }),
    );
  }
}

/** Memory in place of a browser's localStorage, so that nothing is shared between tests. */
class Storage {
  #items = new Map();
  setItem(key, value) {
    this.#items.set(key, value);
    return value;
  }
  getItem(key) {
    return this.#items.get(key) ?? null;
  }
  removeItem(key) {
    return this.#items.delete(key);
  }
  clear() {
    this.#items.clear();
  }
}

/** A user of amazon-cognito-identity-js who talks to the server under test. */
export function browserUser({ poolId, clientId }, username) {
  const storage = new Storage();
  const pool = new CognitoUserPool({
    UserPoolId: poolId,
    ClientId: clientId,
    Storage: storage,
    endpoint: endpoint.replace(/\/$/, "") + "/",
  });
  return new CognitoUser({ Username: username, Pool: pool, Storage: storage });
}

// Every way in which a step of a sign-in can end, each as { what, … }.
function callbacks(resolve, reject) {
  return {
    onSuccess: (session) => resolve({ what: "tokens", session }),
    onFailure: reject,
    newPasswordRequired: (attributes, required) => resolve({ what: "NEW_PASSWORD_REQUIRED", attributes, required }),
    totpRequired: (name, parameters) => resolve({ what: name, parameters }),
    mfaRequired: (name, parameters) => resolve({ what: name, parameters }),
    mfaSetup: (name, parameters) => resolve({ what: name, parameters }),
    selectMFAType: (name, parameters) => resolve({ what: name, parameters }),
    customChallenge: (parameters) => resolve({ what: "CUSTOM_CHALLENGE", parameters }),
  };
}

/** Signs in with the Secure Remote Password protocol, as the library does by default. */
export function signIn(user, secret = password) {
  return new Promise((resolve, reject) => {
    user.authenticateUser(
      new AuthenticationDetails({ Username: user.getUsername(), Password: secret }),
      callbacks(resolve, reject),
    );
  });
}

export const replacePassword = (user, secret, attributes = {}) =>
  new Promise((resolve, reject) => user.completeNewPasswordChallenge(secret, attributes, callbacks(resolve, reject)));

export const answerTOTP = (user, code) =>
  new Promise((resolve, reject) => user.sendMFACode(code, callbacks(resolve, reject), "SOFTWARE_TOKEN_MFA"));

export const chooseMFA = (user, type) =>
  new Promise((resolve, reject) => user.sendMFASelectionAnswer(type, callbacks(resolve, reject)));

export const associate = (user) =>
  new Promise((resolve, reject) =>
    user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }),
  );

export const verify = (user, code, name = "phone") =>
  new Promise((resolve, reject) =>
    user.verifySoftwareToken(code, name, { onSuccess: resolve, onFailure: reject }),
  );

export const prefer = (user, sms, totp) =>
  new Promise((resolve, reject) =>
    user.setUserMfaPreference(sms, totp, (err, result) => (err ? reject(err) : resolve(result))),
  );

export const refresh = (user, session) =>
  new Promise((resolve, reject) =>
    user.refreshSession(session.getRefreshToken(), (err, fresh) => (err ? reject(err) : resolve(fresh))),
  );

export const userData = (user) =>
  new Promise((resolve, reject) =>
    user.getUserData((err, data) => (err ? reject(err) : resolve(data)), { bypassCache: true }),
  );

/** Moves the server's clock, so that no test waits; answers the new time in milliseconds. */
export async function advance(by) {
  const answer = await fetch(new URL("/_ostiary/clock", endpoint), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ advance: by }),
  });
  if (!answer.ok) throw new Error(`moving the clock: ${answer.status} ${await answer.text()}`);
  return Date.parse((await answer.json()).time);
}

/** The server's time in milliseconds. */
export async function serverTime() {
  const answer = await fetch(new URL("/_ostiary/clock", endpoint));
  if (!answer.ok) throw new Error(`reading the clock: ${answer.status}`);
  return Date.parse((await answer.json()).time);
}
