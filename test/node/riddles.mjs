// A pool whose custom sign-in asks riddles: its functions run behind the Lambda API of test/lambda_test.go.
import { newPool } from "./world.mjs";

export const arn = (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** A pool of riddles, and an app client that asks them. */
export const poolOfRiddles = (t, settings = {}, client = {}, functions = {}) =>
  newPool(
    t,
    {
      LambdaConfig: {
        DefineAuthChallenge: arn("define"),
        CreateAuthChallenge: arn("create"),
        VerifyAuthChallengeResponse: arn("verify"),
        ...functions,
      },
      ...settings,
    },
    { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], ...client },
  );
