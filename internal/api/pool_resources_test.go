package api

import (
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/policy"
	"ostiary/internal/userpool"
)

// TestPoolResources: pools are neither created nor changed so that they name what the operator has not listed, and
// a refused change leaves them as they are.
func TestPoolResources(t *testing.T) {
	const (
		function = "arn:aws:lambda:us-west-2:111122223333:function:"
		identity = "arn:aws:ses:us-west-2:111122223333:identity/"
		group    = "arn:aws:logs:us-west-2:111122223333:log-group:"
	)
	s := poolService(t)
	s.PoolResources = policy.Resources{function + "pools-*", identity + "example.com", group + "/pools/*"}
	id := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "PLUS"}).Id
	refusal := func(arn string) string {
		return "InvalidParameter: User pools may not name " + arn + " here: the server's configuration (pool_resources) does not list it."
	}
	lambda := func(name string) *cognitoidp.LambdaConfigType {
		return &cognitoidp.LambdaConfigType{PreSignUp: new(function + "pools-a"), PostConfirmation: new(function + name)}
	}
	email := func(name string) *cognitoidp.EmailConfigurationType {
		return &cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new(identity + name)}
	}

	_, err := s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{
		UserPoolId: id, UserPoolTier: "PLUS", LambdaConfig: lambda("pools-b"), EmailConfiguration: email("example.com"),
		UserPoolAddOns: &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "ENFORCED"},
	})
	want(t, err, "")
	_, err = s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: id, UserPoolTier: "PLUS", LambdaConfig: lambda("other")})
	want(t, err, refusal(function+"other"))
	_, err = s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: id, UserPoolTier: "PLUS", EmailConfiguration: email("example.org")})
	want(t, err, refusal(identity+"example.org"))
	_, err = s.CreateUserPool(t.Context(), &cognitoidp.CreateUserPoolRequest{PoolName: "p", LambdaConfig: lambda("other")})
	want(t, err, refusal(function+"other"))

	logs := func(name string) error {
		_, err := s.SetLogDeliveryConfiguration(t.Context(), &cognitoidp.SetLogDeliveryConfigurationRequest{UserPoolId: id, LogConfigurations: []cognitoidp.LogConfigurationType{
			{LogLevel: "ERROR", EventSource: "userNotification", CloudWatchLogsConfiguration: &cognitoidp.CloudWatchLogsConfigurationType{LogGroupArn: new(group + name)}},
		}})
		return err
	}
	want(t, logs("/pools/a"), "")
	want(t, logs("/other"), refusal(group+"/other"))

	notices := func(name string) error {
		_, err := s.SetRiskConfiguration(t.Context(), &cognitoidp.SetRiskConfigurationRequest{UserPoolId: id,
			AccountTakeoverRiskConfiguration: &cognitoidp.AccountTakeoverRiskConfigurationType{
				Actions:             &cognitoidp.AccountTakeoverActionsType{HighAction: &cognitoidp.AccountTakeoverActionType{EventAction: "BLOCK"}},
				NotifyConfiguration: &cognitoidp.NotifyConfigurationType{SourceArn: identity + name},
			}})
		return err
	}
	want(t, notices("example.com"), "")
	want(t, notices("example.org"), refusal(identity+"example.org"))

	want(t, s.changePool(t.Context(), id, func(p *userpool.Pool) error {
		for _, arn := range append(p.Resources(), p.Risk.Resources()...) {
			if !s.PoolResources.Cover(arn) {
				t.Errorf("the pool names %s", arn)
			}
		}
		if n := len(p.Resources()); n != 4 {
			t.Errorf("the pool names %d resources: %v", n, p.Resources())
		}
		return nil
	}), "")
	s.PoolResources = nil
	want(t, logs("/other"), "")
}
