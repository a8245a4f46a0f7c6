// What every test starts from: a pool, an app client and users on the server at OSTIARY_ENDPOINT,
// made with the AWS SDK; the messages that the server sent, and its clock.
import assert from "node:assert/strict";
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";

export const endpoint = process.env.OSTIARY_ENDPOINT;
if (!endpoint) throw new Error("set OSTIARY_ENDPOINT to the address of a development server");

export const password = "Correct-horse-7";

export const admin = new CognitoIdentityProviderClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIAOSTIARYTESTS0000", secretAccessKey: "any secret does in development" },
});

/** What a pool needs to send text messages. */
export const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms", ExternalId: "tests" };

/** What a pool needs to send codes by e-mail as a second factor: an address of its own. */
export const EmailConfiguration = {
  EmailSendingAccount: "DEVELOPER",
  SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/no-reply@example.com",
};

/** Nobody recovers a password by a message, so every channel may be a second factor. */
export const noRecovery = { RecoveryMechanisms: [{ Priority: 1, Name: "admin_only" }] };

/**
 * A pool whose users may have an authenticator app, and its app client, each with more settings if
 * given. The test removes it again.
 */
export async function newPool(t, settings = {}, client = {}) {
  const PoolName = t.name.slice(0, 100).replace(/[^\w ]/g, "-");
  const { UserPool: pool } = await admin.send(new CreateUserPoolCommand({ PoolName, ...settings }));
  t.after(() => admin.send(new DeleteUserPoolCommand({ UserPoolId: pool.Id })));
  await configureMFA({ poolId: pool.Id }, "OPTIONAL");
  const { UserPoolClient } = await admin.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool.Id,
      ClientName: "browser",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      ...client,
    }),
  );
  return { poolId: pool.Id, clientId: UserPoolClient.ClientId };
}

/** Whether a pool asks for a second factor, and which: an authenticator app unless told otherwise. */
export async function configureMFA({ poolId }, mode, factors = { SoftwareTokenMfaConfiguration: { Enabled: true } }) {
  await admin.send(new SetUserPoolMfaConfigCommand({ UserPoolId: poolId, MfaConfiguration: mode, ...factors }));
}

/** Every second factor, for configureMFA. */
export const everyFactor = {
  SoftwareTokenMfaConfiguration: { Enabled: true },
  SmsMfaConfiguration: { SmsConfiguration },
  EmailMfaConfiguration: {},
};

const listed = (attributes) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** A user with the password above; a temporary one that has to be replaced if not permanent. */
export async function newUser({ poolId }, username, { permanent = true, attributes = {} } = {}) {
  await admin.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: username,
      MessageAction: "SUPPRESS",
      TemporaryPassword: password,
      UserAttributes: listed(attributes),
    }),
  );
  if (permanent) {
    await admin.send(
      new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: username, Password: password, Permanent: true }),
    );
  }
}

/** What the server holds of a user: AdminGetUser, its attributes as an object. */
export async function stored({ poolId }, username) {
  const { UserAttributes, ...user } = await admin.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: username }));
  return { ...user, attributes: Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])) };
}

/** Changes a user's attributes as an administrator. */
export async function setAttributes({ poolId }, username, attributes) {
  await admin.send(new AdminUpdateUserAttributesCommand({ UserPoolId: poolId, Username: username, UserAttributes: listed(attributes) }));
}

/** The messages that a user was sent, newest first. */
export async function messages({ poolId }, username) {
  const url = new URL("/_ostiary/messages", endpoint);
  url.search = new URLSearchParams({ userPoolId: poolId, username });
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`reading the inbox: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The newest message to a user, which has to be of this kind (a source of the custom message trigger). */
export async function newestMessage(pool, username, trigger) {
  const [message] = await messages(pool, username);
  assert.equal(message?.trigger, `CustomMessage_${trigger}`);
  assert.ok(message.body.includes(message.code), "the message contains its code");
  return message;
}

/** The code in the newest message to a user. */
export const newestCode = async (pool, username, trigger) => (await newestMessage(pool, username, trigger)).code;

/** A code as long as this one, and not this one. */
export const wrong = (code) => String((Number(code) + 500_000) % 10 ** code.length).padStart(code.length, "0");

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
