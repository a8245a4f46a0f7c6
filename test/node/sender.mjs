// A custom sender function as apps have it: it decrypts the code with the AWS Encryption SDK and the key
// that its variables name, and sends it on. Around it is what Lambda does: an address that takes events. The
// tests in Go start it (test/custom_sender_test.go); MAIL_URL takes what it sends.
import { createServer } from "node:http";
import { buildClient, CommitmentPolicy, KmsKeyringNode } from "@aws-crypto/client-node";

const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
const keyring = new KmsKeyringNode({ generatorKeyId: process.env.KEY_ALIAS, keyIds: [process.env.KEY_ARN] });

async function handler(event) {
  let code = null;
  if (event.request.code) {
    const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(event.request.code, "base64"));
    if (messageHeader.encryptionContext["userpool-id"] !== event.userPoolId) throw new Error("a code of another pool");
    code = plaintext.toString("utf8");
  }
  const { type, userAttributes } = event.request;
  const to = type === "customSMSSenderRequestV1" ? userAttributes.phone_number : userAttributes.email;
  const answer = await fetch(process.env.MAIL_URL, {
    method: "POST",
    body: JSON.stringify({ to, code, source: event.triggerSource, user: event.userName }),
  });
  if (!answer.ok) throw new Error("not sent");
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    await handler(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    response.end("null"); // nobody reads what a custom sender answers
  } catch (error) {
    response.statusCode = 500;
    response.end(JSON.stringify({ errorType: error.name, errorMessage: error.message }));
  }
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
