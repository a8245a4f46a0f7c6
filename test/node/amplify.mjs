// AWS Amplify as a web app sets it up, its tokens kept in memory. A process has one Amplify, so the
// tests of a file run one after the other.
import assert from "node:assert/strict";
import { Amplify } from "aws-amplify";
import { confirmSignIn, fetchAuthSession, getCurrentUser, signIn } from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { ConsoleLogger } from "aws-amplify/utils";
import { checkTokens } from "./tokens.mjs";
import { endpoint, password } from "./world.mjs";

ConsoleLogger.LOG_LEVEL = "ERROR"; // it warns of every endpoint that is not the service's

/** Memory in place of a browser's localStorage. */
class Memory {
  #items = new Map();
  async setItem(key, value) {
    this.#items.set(key, value);
  }
  async getItem(key) {
    return this.#items.get(key) ?? null;
  }
  async removeItem(key) {
    this.#items.delete(key);
  }
  async clear() {
    this.#items.clear();
  }
  /** What is kept under the one key with this ending. */
  ending(end) {
    const found = [...this.#items].filter(([key]) => key.endsWith(end));
    assert.ok(found.length <= 1, `one key ends with ${end}`);
    return found[0]?.[1];
  }
}

/** A browser with the app of a pool open in it. It is in front until another is made or shown. */
export class Browser {
  #memory = new Memory();
  #cognito;

  constructor({ poolId, clientId }) {
    this.#cognito = { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: endpoint };
    this.show();
  }

  show() {
    Amplify.configure({ Auth: { Cognito: this.#cognito } });
    cognitoUserPoolsTokenProvider.setKeyValueStorage(this.#memory);
  }

  /** The key of the device that Amplify keeps; undefined if none. */
  get deviceKey() {
    return this.#memory.ending(".deviceKey");
  }

  /** The refresh token that Amplify keeps; undefined if none. */
  get refreshToken() {
    return this.#memory.ending(".refreshToken");
  }
}

/** Begins a sign-in and answers its next step. */
export async function begin(username, { secret = password, ...options } = {}) {
  const { isSignedIn, nextStep } = await signIn({ username, password: secret ?? undefined, options });
  assert.equal(isSignedIn, nextStep.signInStep === "DONE");
  return nextStep;
}

/** Answers a challenge and gives the next step. */
export async function answer(challengeResponse, options) {
  const { isSignedIn, nextStep } = await confirmSignIn({ challengeResponse, options });
  assert.equal(isSignedIn, nextStep.signInStep === "DONE");
  return nextStep;
}

/** That a step was the last: a user is signed in, with good tokens. Answers their claims. */
export async function checkSignedIn(pool, step, username) {
  assert.deepEqual(step, { signInStep: "DONE" });
  const { tokens, userSub } = await fetchAuthSession();
  const claims = await checkTokens(pool, { idToken: tokens.idToken.toString(), accessToken: tokens.accessToken.toString() }, username);
  assert.equal(claims.id.sub, userSub);
  assert.equal((await getCurrentUser()).userId, userSub);
  return claims;
}

/** The access token of the user who is signed in, as text; undefined if there is none. */
export async function accessToken(options) {
  return (await fetchAuthSession(options)).tokens?.accessToken.toString();
}

/** Amplify ends an automatic sign-in that nobody completes, after minutes for which no test has to stay. */
export function withoutStaying(t) {
  const setTimeout = globalThis.setTimeout;
  t.mock.method(globalThis, "setTimeout", (...args) => setTimeout(...args).unref());
}
