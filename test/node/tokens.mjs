// What the tokens of a sign-in have to be, checked as an application checks them: aws-jwt-verify with
// the keys that the server publishes.
import assert from "node:assert/strict";
import { JwtVerifier } from "aws-jwt-verify";
import { JwtInvalidSignatureError } from "aws-jwt-verify/error";
import { endpoint } from "./world.mjs";

/** Finds where the server publishes a pool's keys, as an OpenID Connect client does. */
async function discover({ poolId }) {
  const answer = await fetch(new URL(`/${poolId}/.well-known/openid-configuration`, endpoint));
  assert.equal(answer.status, 200);
  return answer.json();
}

/**
 * Verifies an ID token and an access token, as JWTs, and that they are this user's from this app
 * client; answers their claims.
 */
export async function checkTokens(pool, { idToken, accessToken }, username) {
  const { issuer, jwks_uri: jwks } = await discover(pool);
  // The issuer may be the name a browser uses; the keys are fetched from where the test runs. The
  // library fetches over https only, so the test hands the key set over.
  const verifier = JwtVerifier.create({ issuer, jwksUri: "https://ostiary.invalid/jwks.json", audience: null });
  const keys = await fetch(new URL(new URL(jwks).pathname, endpoint));
  assert.equal(keys.status, 200);
  verifier.cacheJwks(await keys.json());
  const id = await verifier.verify(idToken);
  assert.equal(id.token_use, "id");
  assert.equal(id.aud, pool.clientId);
  assert.equal(id["cognito:username"], username);
  const access = await verifier.verify(accessToken);
  assert.equal(access.token_use, "access");
  assert.equal(access.client_id, pool.clientId);
  assert.equal(access.username, username);
  assert.equal(access.sub, id.sub);
  const parts = idToken.split(".");
  const forged = [parts[0], Buffer.from(JSON.stringify({ ...id, "cognito:username": "mallory" })).toString("base64url"), parts[2]];
  await assert.rejects(verifier.verify(forged.join(".")), JwtInvalidSignatureError);
  return { id, access };
}
