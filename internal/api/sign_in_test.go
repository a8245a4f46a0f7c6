package api

import (
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/signin"
	"ostiary/internal/userpool"
)

// TestUndeliverableFirstFactors: codes that cannot be delivered do not tell who exists.
func TestUndeliverableFirstFactors(t *testing.T) {
	begin := func(t *testing.T, existence cognitoidp.PreventUserExistenceErrorTypes, username string) (string, error) {
		st := newStage(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
			AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{cognitoidp.AuthFactorTypePassword, cognitoidp.AuthFactorTypeEmailOtp},
		}}}, func(c *userpool.Client) {
			c.Settings.PreventUserExistenceErrors = existence
			c.Settings.ExplicitAuthFlows = []cognitoidp.ExplicitAuthFlowsType{cognitoidp.ExplicitAuthFlowsTypeAllowUserAuth}
		})
		st.SignIn = &signin.Service{
			Store: st.Store, Tokens: st.Tokens, Messages: brokenSender{}, Secrets: st.Secrets, Now: st.Service.Now, Rand: st.Rand,
		}
		st.confirmed("ana", "email", "ana@example.com")
		out, err := st.InitiateAuth(st.ctx, &cognitoidp.InitiateAuthRequest{
			ClientId: st.client.ID, AuthFlow: cognitoidp.AuthFlowTypeUserAuth,
			AuthParameters: map[string]string{"USERNAME": username, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
		})
		if err != nil {
			return "", err
		}
		return string(out.ChallengeName), nil
	}
	for _, username := range []string{"ana", "nobody"} {
		t.Run("hidden "+username, func(t *testing.T) {
			challenge, err := begin(t, cognitoidp.PreventUserExistenceErrorTypesEnabled, username)
			if challenge != "EMAIL_OTP" {
				t.Errorf("asked for %q, %v", challenge, err)
			}
		})
	}
	t.Run("told", func(t *testing.T) {
		_, err := begin(t, cognitoidp.PreventUserExistenceErrorTypesLegacy, "ana")
		want(t, err, "CodeDeliveryFailure: Unable to deliver code to user")
	})
}
