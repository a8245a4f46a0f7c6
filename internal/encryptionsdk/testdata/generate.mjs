// Writes messages.json beside itself: messages of the AWS Encryption SDK for JavaScript, for the tests of this
// package. The data keys come from a KMS made up here. To run it, after npm install in test/node:
//
//   cp internal/encryptionsdk/testdata/generate.mjs test/node/ && (cd test/node && node generate.mjs > ../../internal/encryptionsdk/testdata/messages.json); rm test/node/generate.mjs
import { createHash } from "node:crypto";
import { AlgorithmSuiteIdentifier, buildEncrypt, CommitmentPolicy, KmsKeyringNode } from "@aws-crypto/client-node";

const arn = "arn:aws:kms:us-east-1:123456789012:key/1a2b3c4d-0000-4444-8888-123456789abc";
const { encrypt } = buildEncrypt(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
const bytes = (seed, length) => createHash("shake256", { outputLength: length }).update(seed).digest();

const list = [];
for (const [context, length] of [
  [{ "userpool-id": "us-east-1_EXAMPLE" }, 6],
  [{ "userpool-id": "us-east-1_EXAMPLE" }, 0],
  [{ "userpool-id": "us-east-1_EXAMPLE", "Z": "", "ä": "ö", "a": "b" }, 1],
  [{}, 4095],
  [{}, 4096],
  [{ "userpool-id": "us-east-1_EXAMPLE" }, 9000],
]) {
  const plaintext = bytes(`text ${length}`, length);
  const dataKey = bytes(`data key ${length}`, 32);
  const encryptedDataKey = bytes(`encrypted ${length}`, 184);
  const kms = {
    generateDataKey: async () => ({ CiphertextBlob: encryptedDataKey, KeyId: arn, Plaintext: Uint8Array.from(dataKey) }),
  };
  const keyring = new KmsKeyringNode({ generatorKeyId: arn, clientProvider: () => kms });
  const { result } = await encrypt(keyring, plaintext, {
    encryptionContext: context,
    frameLength: 4096,
    suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384,
  });
  list.push({
    keyArn: arn,
    dataKey: dataKey.toString("base64"),
    encryptedDataKey: encryptedDataKey.toString("base64"),
    context,
    plaintext: plaintext.toString("base64"),
    message: result.toString("base64"),
  });
}
console.log(JSON.stringify(list, null, 1));
