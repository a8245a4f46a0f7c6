// The time-based one-time password of RFC 6238 as authenticator apps compute it: SHA-1, six digits,
// steps of thirty seconds.
import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(text) {
  let bits = "";
  for (const letter of text.toUpperCase().replace(/=+$/, "")) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw new Error(`${letter} is no letter of Base32`);
    bits += value.toString(2).padStart(5, "0");
  }
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code for a Base32 secret at a time in milliseconds. */
export function totp(secret, at) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = mac[mac.length - 1] & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
