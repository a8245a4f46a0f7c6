// Sign-in by choice (USER_AUTH), through AWS Amplify: codes in place of passwords, and passwords.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminSetUserMFAPreferenceCommand, ChangePasswordCommand } from "@aws-sdk/client-cognito-identity-provider";
import { autoSignIn, confirmSignUp, signUp } from "aws-amplify/auth";
import { Browser, accessToken, answer, begin, checkSignedIn, withoutStaying } from "./amplify.mjs";
import {
  SmsConfiguration,
  admin,
  configureMFA,
  messages,
  newPool,
  newUser,
  newestCode,
  newestMessage,
  password,
  stored,
  wrong,
} from "./world.mjs";

const email = "ana@example.com";
const phone = "+12065550123";
const authFlowType = "USER_AUTH";

/** A pool whose users choose how to sign in, and an app client that lets them. */
const poolOfChoice = (t, factors, client = {}, settings = {}) =>
  newPool(
    t,
    {
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } },
      AutoVerifiedAttributes: ["email"],
      SmsConfiguration,
      ...settings,
    },
    { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], ...client },
  );

const everyOne = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"];

/** Begins a sign-in without a password; answers the next step. */
const choose = (username, preferredChallenge) => begin(username, { authFlowType, preferredChallenge, secret: null });

const deliveries = {
  EMAIL_OTP: {
    signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
    codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***" },
  },
  SMS_OTP: {
    signInStep: "CONFIRM_SIGN_IN_WITH_SMS_CODE",
    codeDeliveryDetails: { deliveryMedium: "SMS", destination: "+*******0123" },
  },
};

for (const [factor, attribute, address] of [
  ["EMAIL_OTP", "email", email],
  ["SMS_OTP", "phone_number", phone],
]) {
  test(`a code takes the place of the password: ${factor}`, async (t) => {
    const pool = await poolOfChoice(t, everyOne);
    await newUser(pool, "ana", { attributes: { [attribute]: address } });
    new Browser(pool);
    assert.deepEqual(await choose("ana", factor), deliveries[factor]);
    const { code, destination } = await newestMessage(pool, "ana", "Authentication");
    assert.equal(destination, address);
    await assert.rejects(answer(wrong(code)), { name: "CodeMismatchException" });
    assert.equal(await accessToken(), undefined);
    const { id } = await checkSignedIn(pool, await answer(code), "ana");
    assert.equal(id[`${attribute}_verified`], true); // the code has proved whose it is
    assert.equal((await messages(pool, "ana")).length, 1);
  });
}

for (const factor of ["PASSWORD", "PASSWORD_SRP"]) {
  test(`a password is preferred: ${factor}`, async (t) => {
    const pool = await poolOfChoice(t, everyOne);
    await newUser(pool, "ana", { attributes: { email } });
    new Browser(pool);
    const options = { authFlowType, preferredChallenge: factor };
    await assert.rejects(begin("ana", { ...options, secret: "Wrong-horse-7" }), {
      name: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
    await checkSignedIn(pool, await begin("ana", options), "ana");
    assert.deepEqual(await messages(pool, "ana"), []);
  });
}

test("who prefers nothing is offered what there is, and each will do", async (t) => {
  const pool = await poolOfChoice(t, everyOne);
  await newUser(pool, "ana", { attributes: { email, phone_number: phone } });
  const offer = async () => {
    new Browser(pool);
    const { signInStep, availableChallenges } = await choose("ana");
    assert.equal(signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
    assert.deepEqual(availableChallenges.sort(), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP", "SMS_OTP"]);
  };
  for (const factor of ["EMAIL_OTP", "SMS_OTP"]) {
    await offer();
    assert.deepEqual(await answer(factor), deliveries[factor]);
    await checkSignedIn(pool, await answer(await newestCode(pool, "ana", "Authentication")), "ana");
  }
  for (const factor of ["PASSWORD", "PASSWORD_SRP"]) {
    await offer();
    assert.deepEqual(await answer(factor), { signInStep: "CONFIRM_SIGN_IN_WITH_PASSWORD" });
    await checkSignedIn(pool, await answer(password), "ana");
  }
  assert.equal((await messages(pool, "ana")).length, 2);
});

for (const factor of ["PASSWORD", "PASSWORD_SRP"]) {
  test(`a wrong password does not sign in: ${factor}`, async (t) => {
    const pool = await poolOfChoice(t, everyOne);
    await newUser(pool, "ana", { attributes: { email } });
    new Browser(pool);
    await choose("ana");
    await answer(factor);
    await assert.rejects(answer("Wrong-horse-7"), { name: "NotAuthorizedException", message: "Incorrect username or password." });
    assert.equal(await accessToken(), undefined);
    await choose("ana");
    await answer(factor);
    await checkSignedIn(pool, await answer(password), "ana");
  });
}

test("a preference that the user cannot follow leads to the choice", async (t) => {
  const pool = await poolOfChoice(t, everyOne);
  await newUser(pool, "ana", { attributes: { email } });
  new Browser(pool);
  const { signInStep, availableChallenges } = await choose("ana", "SMS_OTP");
  assert.equal(signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
  assert.deepEqual(availableChallenges.sort(), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]);
  await assert.rejects(answer("SMS_OTP"), { name: "InvalidParameterException" });
  assert.deepEqual(await messages(pool, "ana"), []);
});

test("an alias does for every way", async (t) => {
  const pool = await poolOfChoice(t, everyOne, {}, { UsernameAttributes: ["email"] });
  await newUser(pool, email);
  const username = (await stored(pool, email)).attributes.sub;
  new Browser(pool);
  await choose(email, "EMAIL_OTP");
  await checkSignedIn(pool, await answer(await newestCode(pool, username, "Authentication")), username);
  new Browser(pool);
  await choose(email);
  await answer("EMAIL_OTP");
  await checkSignedIn(pool, await answer(await newestCode(pool, username, "Authentication")), username);
  for (const preferredChallenge of ["PASSWORD", "PASSWORD_SRP"]) {
    new Browser(pool);
    await checkSignedIn(pool, await begin(email, { authFlowType, preferredChallenge }), username);
    new Browser(pool);
    await choose(email);
    await answer(preferredChallenge);
    await checkSignedIn(pool, await answer(password), username);
  }
});

test("a temporary password is replaced whichever way it is shown", async (t) => {
  const pool = await poolOfChoice(t, everyOne);
  for (const preferredChallenge of ["PASSWORD", "PASSWORD_SRP"]) {
    const username = `new-${preferredChallenge}`;
    await newUser(pool, username, { permanent: false });
    new Browser(pool);
    const { signInStep } = await begin(username, { authFlowType, preferredChallenge });
    assert.equal(signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
    await checkSignedIn(pool, await answer("Another-horse-8"), username);
    assert.equal((await stored(pool, username)).UserStatus, "CONFIRMED");
  }
});

test("a user with a second factor begins with the password", async (t) => {
  const pool = await poolOfChoice(t, everyOne);
  await newUser(pool, "ana", { attributes: { email, phone_number: phone } });
  await configureMFA(pool, "OPTIONAL", { SmsMfaConfiguration: { SmsConfiguration } });
  await admin.send(
    new AdminSetUserMFAPreferenceCommand({ UserPoolId: pool.poolId, Username: "ana", SMSMfaSettings: { Enabled: true } }),
  );
  new Browser(pool);
  const { availableChallenges } = await choose("ana", "EMAIL_OTP");
  assert.deepEqual(availableChallenges.sort(), ["PASSWORD", "PASSWORD_SRP"]);
  await answer("PASSWORD");
  assert.deepEqual(await answer(password), deliveries.SMS_OTP);
  await checkSignedIn(pool, await answer(await newestCode(pool, "ana", "Authentication")), "ana");
});

test("who registers without a password is signed in automatically, and may choose one later", async (t) => {
  const pool = await poolOfChoice(t, ["PASSWORD", "EMAIL_OTP"]);
  new Browser(pool);
  withoutStaying(t);
  const { nextStep } = await signUp({ username: "ana", options: { userAttributes: { email }, autoSignIn: { authFlowType } } });
  assert.equal(nextStep.signUpStep, "CONFIRM_SIGN_UP");
  const confirmed = await confirmSignUp({ username: "ana", confirmationCode: await newestCode(pool, "ana", "SignUp") });
  assert.deepEqual(confirmed.nextStep, { signUpStep: "COMPLETE_AUTO_SIGN_IN" });
  const { id } = await checkSignedIn(pool, (await autoSignIn()).nextStep, "ana");
  assert.equal(id.email_verified, true);
  assert.equal((await messages(pool, "ana")).length, 1); // the code that confirmed was enough

  const token = await accessToken();
  new Browser(pool);
  assert.deepEqual((await choose("ana")).availableChallenges, ["EMAIL_OTP"]);
  await admin.send(new ChangePasswordCommand({ AccessToken: token, ProposedPassword: password }));
  assert.deepEqual((await choose("ana")).availableChallenges.sort(), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]);
  await checkSignedIn(pool, await begin("ana", { authFlowType, preferredChallenge: "PASSWORD_SRP" }), "ana");
});

test("a user who has not confirmed yet does so by signing in", async (t) => {
  const pool = await poolOfChoice(t, ["PASSWORD", "EMAIL_OTP"]);
  new Browser(pool);
  await signUp({ username: "ana", options: { userAttributes: { email } } });
  assert.equal((await stored(pool, "ana")).UserStatus, "UNCONFIRMED");
  assert.deepEqual(await choose("ana", "EMAIL_OTP"), deliveries.EMAIL_OTP);
  await checkSignedIn(pool, await answer(await newestCode(pool, "ana", "Authentication")), "ana");
  const user = await stored(pool, "ana");
  assert.equal(user.UserStatus, "CONFIRMED");
  assert.equal(user.attributes.email_verified, "true");
});

test("an app client without the flow, and a name without a user", async (t) => {
  const pool = await poolOfChoice(t, everyOne, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
  await newUser(pool, "ana", { attributes: { email } });
  new Browser(pool);
  await assert.rejects(choose("ana", "EMAIL_OTP"), {
    name: "InvalidParameterException",
    message: "USER_AUTH flow not enabled for this client",
  });
  new Browser(await poolOfChoice(t, everyOne));
  await assert.rejects(choose("nobody", "EMAIL_OTP"), { name: "UserNotFoundException", message: "User does not exist." });
});

test("where users are hidden, nobody is sent a code and no answer is right", async (t) => {
  const pool = await poolOfChoice(t, ["PASSWORD", "EMAIL_OTP"], { PreventUserExistenceErrors: "ENABLED" });
  new Browser(pool);
  // Of users too, some have a second factor and are offered no code.
  let name, step;
  for (let i = 0; step?.signInStep !== "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"; i++) {
    assert.ok(i < 64, "none of 64 strangers is asked for a code");
    name = `nobody-${i}@example.com`;
    step = await choose(name, "EMAIL_OTP");
  }
  await assert.rejects(answer("12345678"), { name: "CodeMismatchException" });
  assert.deepEqual(await messages(pool, name), []);
});
