// A user of amazon-cognito-identity-js in a browser, its callbacks as promises.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { endpoint, password } from "./world.mjs";

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

/** A pool of amazon-cognito-identity-js on the server under test, in a browser of its own. */
export const browserPool = ({ poolId, clientId }) =>
  new CognitoUserPool({
    UserPoolId: poolId,
    ClientId: clientId,
    Storage: new Storage(),
    endpoint: endpoint.replace(/\/$/, "") + "/",
  });

/** A user of amazon-cognito-identity-js, in a browser of their own unless it is given. */
export const browserUser = (pool, username, browser = browserPool(pool)) =>
  new CognitoUser({ Username: username, Pool: browser, Storage: browser.storage });

/** Calls a method that takes one callback. */
export const call = (on, method, ...args) =>
  new Promise((resolve, reject) => on[method](...args, (err, result) => (err ? reject(err) : resolve(result))));

/** Calls a method that takes callbacks by name. */
export const perform = (on, method, ...args) =>
  new Promise((resolve, reject) => on[method](...args, { onSuccess: resolve, onFailure: reject, inputVerificationCode: resolve }));

// Every way in which a step of a sign-in can end, each as { what, … }. ask: the user is to be asked whether
// to remember a new device.
function callbacks(resolve, reject) {
  return {
    onSuccess: (session, ask = false) => resolve({ what: "tokens", session, ask }),
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

/** Begins a custom sign-in without a password. */
export const signInCustom = (user) =>
  new Promise((resolve, reject) => {
    user.setAuthenticationFlowType("CUSTOM_AUTH");
    user.initiateAuth(new AuthenticationDetails({ Username: user.getUsername() }), callbacks(resolve, reject));
  });

/** Answers a custom challenge. */
export const answerCustom = (user, answer) =>
  new Promise((resolve, reject) => user.sendCustomChallengeAnswer(answer, callbacks(resolve, reject)));

export const replacePassword = (user, secret, attributes = {}) =>
  new Promise((resolve, reject) => user.completeNewPasswordChallenge(secret, attributes, callbacks(resolve, reject)));

/** Answers a second factor with its code. */
export const answerCode = (user, code, factor) =>
  new Promise((resolve, reject) => user.sendMFACode(code, callbacks(resolve, reject), factor));

export const answerTOTP = (user, code) => answerCode(user, code, "SOFTWARE_TOKEN_MFA");

export const chooseMFA = (user, type) =>
  new Promise((resolve, reject) => user.sendMFASelectionAnswer(type, callbacks(resolve, reject)));

export const associate = (user) =>
  new Promise((resolve, reject) => user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }));

export const verify = (user, code, name = "phone") => perform(user, "verifySoftwareToken", code, name);

export const prefer = (user, sms, totp) => call(user, "setUserMfaPreference", sms, totp);

export const refresh = (user, session) => call(user, "refreshSession", session.getRefreshToken());

export const userData = (user) =>
  new Promise((resolve, reject) =>
    user.getUserData((err, data) => (err ? reject(err) : resolve(data)), { bypassCache: true }),
  );

/** The tokens of a session as texts. */
export const tokensOf = (session) => ({
  idToken: session.getIdToken().getJwtToken(),
  accessToken: session.getAccessToken().getJwtToken(),
});

/** The library asks again, for several seconds, when a refresh or a revocation is refused; now at once. */
export function withoutWaiting(t) {
  t.mock.method(globalThis, "setTimeout", (then, _, ...args) => setImmediate(then, ...args));
}
