// A browser's passkeys in software (Web Authentication Level 3): ES256 keys, attestation "none".
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const sha256 = (data) => createHash("sha256").update(data).digest();
const base64url = (data) => Buffer.from(data).toString("base64url");
const arrayBuffer = (data) => Uint8Array.from(data).buffer;

/** -7 in COSE: ECDSA on P-256 with SHA-256. */
const es256 = -7;

const userPresent = 0x01;
const userVerified = 0x04;
const attestedCredential = 0x40;

/** A public key as CBOR: a COSE_Key with the members kty, alg, crv, x and y. */
function coseKey(publicKey) {
  const { x, y } = publicKey.export({ format: "jwk" });
  return Buffer.concat([
    Buffer.from("a5010203262001215820", "hex"),
    Buffer.from(x, "base64url"),
    Buffer.from("225820", "hex"),
    Buffer.from(y, "base64url"),
  ]);
}

/** The attestation object of CBOR, whose statement is empty. */
function attestationObject(authenticatorData) {
  const text = (s) => Buffer.concat([Buffer.from([0x60 + s.length]), Buffer.from(s)]);
  const length = Buffer.from([0x59, authenticatorData.length >> 8, authenticatorData.length & 0xff]);
  return Buffer.concat([
    Buffer.from([0xa3]), text("fmt"), text("none"), text("attStmt"), Buffer.from([0xa0]), text("authData"), length, authenticatorData,
  ]);
}

class PublicKeyCredential {
  type = "public-key";
  authenticatorAttachment = "platform";
  constructor(id, response) {
    this.id = base64url(id);
    this.rawId = arrayBuffer(id);
    this.response = response;
  }
  getClientExtensionResults() {
    return {};
  }
}

class AuthenticatorAttestationResponse {
  #publicKey;
  #data;
  constructor(clientData, publicKey, data) {
    this.clientDataJSON = arrayBuffer(clientData);
    this.attestationObject = arrayBuffer(attestationObject(data));
    this.#publicKey = publicKey;
    this.#data = data;
  }
  getTransports() {
    return ["internal"];
  }
  getPublicKeyAlgorithm() {
    return es256;
  }
  getPublicKey() {
    return arrayBuffer(this.#publicKey.export({ type: "spki", format: "der" }));
  }
  getAuthenticatorData() {
    return arrayBuffer(this.#data);
  }
}

class AuthenticatorAssertionResponse {
  constructor(clientData, data, signature, userHandle) {
    this.clientDataJSON = arrayBuffer(clientData);
    this.authenticatorData = arrayBuffer(data);
    this.signature = arrayBuffer(signature);
    this.userHandle = arrayBuffer(userHandle);
  }
}

/**
 * What navigator.credentials is in a browser that shows a page of this origin. Its user agrees to
 * everything; verifies tells whether by a fingerprint or the like, or by a touch.
 */
export class Authenticator {
  #keys = [];
  verifies = true;

  constructor(origin) {
    this.origin = origin;
    this.reported = origin; // to the server
  }

  async create({ publicKey: options }) {
    const rpId = this.#checkRelyingParty(options.rp.id);
    if (options.excludeCredentials.some(({ id }) => this.#find(rpId, Buffer.from(id)))) {
      throw new DOMException("there is a passkey already", "InvalidStateError");
    }
    if (!options.pubKeyCredParams.some(({ type, alg }) => type === "public-key" && alg === es256)) {
      throw new DOMException("no algorithm in common", "NotSupportedError");
    }
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = { id: randomBytes(16), rpId, privateKey, userHandle: Buffer.from(options.user.id), uses: 0 };
    this.#keys.push(key);
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, key.id.length]), key.id, coseKey(publicKey)]);
    const data = Buffer.concat([this.#data(key, attestedCredential), credential]);
    const clientData = this.#clientData("webauthn.create", options.challenge);
    return new PublicKeyCredential(key.id, new AuthenticatorAttestationResponse(clientData, publicKey, data));
  }

  async get({ publicKey: options }) {
    const rpId = this.#checkRelyingParty(options.rpId);
    const allowed = options.allowCredentials;
    const key = allowed.length > 0
      ? allowed.map(({ id }) => this.#find(rpId, Buffer.from(id))).find(Boolean)
      : this.#keys.find((key) => key.rpId === rpId);
    if (!key) throw new DOMException("there is no passkey for this page", "NotAllowedError");
    key.uses++;
    const data = this.#data(key, 0);
    const clientData = this.#clientData("webauthn.get", options.challenge);
    const signature = sign("sha256", Buffer.concat([data, sha256(clientData)]), key.privateKey);
    return new PublicKeyCredential(key.id, new AuthenticatorAssertionResponse(clientData, data, signature, key.userHandle));
  }

  /** A page may name its own host as the relying party, or a domain above it. */
  #checkRelyingParty(id) {
    const { hostname } = new URL(this.origin);
    const rpId = id ?? hostname;
    if (hostname !== rpId && !hostname.endsWith(`.${rpId}`)) {
      throw new DOMException(`${this.origin} is no page of ${rpId}`, "SecurityError");
    }
    return rpId;
  }

  #find(rpId, id) {
    return this.#keys.find((key) => key.rpId === rpId && key.id.equals(id));
  }

  #clientData(type, challenge) {
    return Buffer.from(JSON.stringify({ type, challenge: base64url(challenge), origin: this.reported, crossOrigin: false }));
  }

  /** The authenticator data without a credential: relying party, flags, counter. */
  #data(key, flags) {
    const uses = Buffer.alloc(4);
    uses.writeUInt32BE(key.uses);
    return Buffer.concat([sha256(key.rpId), Buffer.from([flags | userPresent | (this.verifies ? userVerified : 0)]), uses]);
  }
}

/** Makes this process look like a browser with passkeys, as far as AWS Amplify looks, until the test ends. */
export function installPasskeys(t, origin) {
  const credentials = new Authenticator(origin);
  const globals = {
    PublicKeyCredential,
    AuthenticatorAttestationResponse,
    AuthenticatorAssertionResponse,
    navigator: { credentials },
    window: { document: {}, isSecureContext: true, PublicKeyCredential, location: { origin } },
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  return credentials;
}
