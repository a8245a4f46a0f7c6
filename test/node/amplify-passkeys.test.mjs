// Passkeys, through AWS Amplify with an authenticator in software.
import assert from "node:assert/strict";
import { test } from "node:test";
import { associateWebAuthnCredential, deleteWebAuthnCredential, listWebAuthnCredentials } from "aws-amplify/auth";
import { Browser, accessToken, answer, begin, checkSignedIn } from "./amplify.mjs";
import { installPasskeys } from "./authenticator.mjs";
import { configureMFA, newPool, newUser, password } from "./world.mjs";

const RelyingPartyId = "example.com";
const page = "https://app.example.com";
const authFlowType = "USER_AUTH";

/** A pool whose users may sign in by passkey. */
async function poolOfPasskeys(t, settings = {}) {
  const pool = await newPool(
    t,
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
    { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  );
  await configureMFA(pool, "OFF", { WebAuthnConfiguration: { RelyingPartyId, UserVerification: "preferred", ...settings } });
  return pool;
}

/** A new user, signed in by password in a browser that shows the page. */
async function signedIn(t, pool, username, origin = page) {
  await newUser(pool, username);
  new Browser(pool);
  const passkeys = installPasskeys(t, origin);
  await checkSignedIn(pool, await begin(username), username);
  return passkeys;
}

/** Begins a sign-in by passkey. */
const byPasskey = (username) => begin(username, { authFlowType, preferredChallenge: "WEB_AUTHN", secret: null });

test("a passkey is registered, and its user signs in by it", async (t) => {
  const pool = await poolOfPasskeys(t);
  await signedIn(t, pool, "ana");
  assert.deepEqual((await listWebAuthnCredentials()).credentials, []);
  await associateWebAuthnCredential();
  const { credentials } = await listWebAuthnCredentials();
  assert.equal(credentials.length, 1);
  const [{ credentialId, relyingPartyId, createdAt, authenticatorAttachment, authenticatorTransports }] = credentials;
  assert.ok(credentialId);
  assert.equal(relyingPartyId, RelyingPartyId);
  assert.ok(createdAt instanceof Date && Math.abs(createdAt - Date.now()) < 60_000);
  assert.equal(authenticatorAttachment, "platform");
  assert.deepEqual(authenticatorTransports, ["internal"]);

  new Browser(pool);
  await checkSignedIn(pool, await byPasskey("ana"), "ana");
  assert.equal((await listWebAuthnCredentials()).credentials[0].credentialId, credentialId);
});

test("a passkey is one of the choices", async (t) => {
  const pool = await poolOfPasskeys(t);
  await signedIn(t, pool, "ana");
  await associateWebAuthnCredential();
  new Browser(pool);
  const { availableChallenges } = await begin("ana", { authFlowType, secret: null });
  assert.deepEqual(availableChallenges.sort(), ["PASSWORD", "PASSWORD_SRP", "WEB_AUTHN"]);
  await checkSignedIn(pool, await answer("WEB_AUTHN"), "ana");
});

for (const [choice, proof] of [["WEB_AUTHN"], ["PASSWORD", password]]) {
  test(`who puts the passkey away chooses again: ${choice}`, async (t) => {
    const pool = await poolOfPasskeys(t);
    const passkeys = await signedIn(t, pool, "ana");
    await associateWebAuthnCredential();
    new Browser(pool);
    await begin("ana", { authFlowType, secret: null });
    const { mock } = t.mock.method(passkeys, "get", () => Promise.reject(new DOMException("cancelled", "NotAllowedError")));
    await assert.rejects(answer("WEB_AUTHN"), { name: "PasskeyAuthenticationCanceled" });
    assert.equal(await accessToken(), undefined);
    mock.restore();
    // Amplify answers SELECT_CHALLENGE, with the session of WEB_AUTHN.
    const step = await answer(choice);
    await checkSignedIn(pool, proof ? await answer(proof) : step, "ana");
  });
}

test("who has no passkey is not offered one", async (t) => {
  const pool = await poolOfPasskeys(t);
  await newUser(pool, "ana");
  new Browser(pool);
  const { signInStep, availableChallenges } = await byPasskey("ana");
  assert.equal(signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
  assert.deepEqual(availableChallenges.sort(), ["PASSWORD", "PASSWORD_SRP"]);
});

test("a passkey that is deleted opens nothing", async (t) => {
  const pool = await poolOfPasskeys(t);
  await signedIn(t, pool, "ana");
  await associateWebAuthnCredential();
  const [{ credentialId }] = (await listWebAuthnCredentials()).credentials;
  await assert.rejects(associateWebAuthnCredential(), { name: "PasskeyAlreadyExists" }); // the server lists it as known
  await deleteWebAuthnCredential({ credentialId });
  assert.deepEqual((await listWebAuthnCredentials()).credentials, []);
  await assert.rejects(deleteWebAuthnCredential({ credentialId }), { name: "ResourceNotFoundException" });
  new Browser(pool);
  assert.equal((await byPasskey("ana")).signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
});

test("the passkeys of a user are listed page by page", async (t) => {
  const pool = await poolOfPasskeys(t);
  await signedIn(t, pool, "ana");
  const ids = [];
  for (let i = 0; i < 3; i++) {
    installPasskeys(t, page); // another device
    await associateWebAuthnCredential();
  }
  let nextToken;
  do {
    const listed = await listWebAuthnCredentials({ pageSize: 2, nextToken });
    ids.push(...listed.credentials.map(({ credentialId }) => credentialId));
    nextToken = listed.nextToken;
  } while (nextToken);
  assert.equal(new Set(ids).size, 3);
  assert.equal(ids.length, 3);
});

test("somebody else's passkey is no proof", async (t) => {
  const pool = await poolOfPasskeys(t);
  await signedIn(t, pool, "ana");
  await associateWebAuthnCredential();
  const bea = await signedIn(t, pool, "bea");
  await associateWebAuthnCredential();
  new Browser(pool);
  // A browser only uses passkeys that the server allows; this one is forced to use Bea's.
  const get = bea.get.bind(bea);
  t.mock.method(bea, "get", ({ publicKey }) => get({ publicKey: { ...publicKey, allowCredentials: [] } }));
  await assert.rejects(byPasskey("ana"), { name: "NotAuthorizedException" });
  assert.equal(await accessToken(), undefined);
  await checkSignedIn(pool, await byPasskey("bea"), "bea");
});

test("a page of another domain is refused", async (t) => {
  const pool = await poolOfPasskeys(t);
  const passkeys = await signedIn(t, pool, "ana");
  await associateWebAuthnCredential();
  new Browser(pool);
  passkeys.reported = "https://app.example.org"; // as if a browser did not look at the relying party
  await assert.rejects(byPasskey("ana"), { name: "NotAuthorizedException" });
  assert.equal(await accessToken(), undefined);
});

test("where verification is required, a touch is not enough", async (t) => {
  const pool = await poolOfPasskeys(t, { UserVerification: "required" });
  const passkeys = await signedIn(t, pool, "ana");
  await associateWebAuthnCredential();
  new Browser(pool);
  passkeys.verifies = false;
  await assert.rejects(byPasskey("ana"), { name: "NotAuthorizedException" });
  passkeys.verifies = true;
  await checkSignedIn(pool, await byPasskey("ana"), "ana");
});
