package api

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/signin"
	"ostiary/internal/srp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// meanwhile is a store in which something happens just before the next Update.
type meanwhile struct {
	store.Store
	happens func()
}

func (m *meanwhile) Update(ctx context.Context, fn func(store.Tx) error) error {
	if happens := m.happens; happens != nil {
		m.happens = nil
		happens()
	}
	return m.Store.Update(ctx, fn)
}

// signsIn lets users of a stage sign in, and answers the store that they sign in with.
func (st *stage) signsIn() *meanwhile {
	st.t.Helper()
	if err := st.Tokens.RotateKeys(st.ctx, st.poolID); err != nil {
		st.t.Fatal(err)
	}
	m := &meanwhile{Store: st.Store}
	st.SignIn = &signin.Service{
		Store: m, Tokens: st.Tokens, Messages: st.inbox, Secrets: st.Secrets, Now: st.Service.Now, Rand: st.Rand,
	}
	return m
}

// TestAttributesMeanwhile: attributes that come with a new password do not replace those that somebody
// else has set since, and do not inherit that they are verified.
func TestAttributesMeanwhile(t *testing.T) {
	st := newStage(t, nil, func(c *userpool.Client) {
		c.Settings.ExplicitAuthFlows = []cognitoidp.ExplicitAuthFlowsType{cognitoidp.ExplicitAuthFlowsTypeAllowUserPasswordAuth}
	})
	m := st.signsIn()
	if _, err := st.AdminCreateUser(st.ctx, &cognitoidp.AdminCreateUserRequest{
		UserPoolId: st.poolID, Username: "ana", TemporaryPassword: new(goodPassword), MessageAction: cognitoidp.MessageActionTypeSuppress,
	}); err != nil {
		t.Fatal(err)
	}
	asked, err := st.InitiateAuth(st.ctx, &cognitoidp.InitiateAuthRequest{
		ClientId: st.client.ID, AuthFlow: cognitoidp.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": goodPassword},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.happens = func() {
		_, err := st.AdminUpdateUserAttributes(st.ctx, &cognitoidp.AdminUpdateUserAttributesRequest{
			UserPoolId: st.poolID, Username: "ana", UserAttributes: attrs("email", "ana@example.com", "email_verified", "true"),
		})
		want(t, err, "")
	}
	_, err = st.RespondToAuthChallenge(st.ctx, &cognitoidp.RespondToAuthChallengeRequest{
		ClientId: st.client.ID, ChallengeName: asked.ChallengeName, Session: asked.Session,
		ChallengeResponses: map[string]string{
			"USERNAME": "ana", "NEW_PASSWORD": "Another-passw0rd!", "userAttributes.email": "thief@example.com",
		},
	})
	if err == nil {
		t.Error("the answer was taken")
	}
	if _, u := st.user("ana"); u.Attributes["email"] != "ana@example.com" {
		t.Errorf("attributes are %v", u.Attributes)
	}
}

// TestSignUpSessionMeanwhile: the session of a sign-up is that user's, and not of the next who takes the
// name.
func TestSignUpSessionMeanwhile(t *testing.T) {
	pool := verifyingEmail()
	pool.Policies = &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
		AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{cognitoidp.AuthFactorTypePassword, cognitoidp.AuthFactorTypeEmailOtp},
	}}
	st := newStage(t, pool, func(c *userpool.Client) {
		c.Settings.ExplicitAuthFlows = []cognitoidp.ExplicitAuthFlowsType{cognitoidp.ExplicitAuthFlowsTypeAllowUserAuth}
	})
	m := st.signsIn()
	signUp := func(address string) {
		t.Helper()
		_, err := st.SignUp(st.ctx, &cognitoidp.SignUpRequest{ClientId: st.client.ID, Username: "ana", UserAttributes: attrs("email", address)})
		want(t, err, "")
	}
	signUp("thief@example.com")
	code := st.code()
	m.happens = func() {
		_, err := st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"})
		want(t, err, "")
		signUp("ana@example.com")
		want(t, st.confirm("ana", st.code(), false), "")
	}
	confirmed, err := st.ConfirmSignUp(st.ctx, &cognitoidp.ConfirmSignUpRequest{ClientId: st.client.ID, Username: "ana", ConfirmationCode: code})
	if err != nil || confirmed.Session == nil {
		return // nothing to sign in with
	}
	out, err := st.InitiateAuth(st.ctx, &cognitoidp.InitiateAuthRequest{
		ClientId: st.client.ID, AuthFlow: cognitoidp.AuthFlowTypeUserAuth, Session: confirmed.Session,
		AuthParameters: map[string]string{"USERNAME": "ana"},
	})
	if err == nil {
		t.Errorf("signed in as the other: %v", out.AuthenticationResult != nil)
	}
}

// TestUndeliverableFirstFactors: codes that cannot be delivered do not tell who exists.
func TestUndeliverableFirstFactors(t *testing.T) {
	begin := func(t *testing.T, existence cognitoidp.PreventUserExistenceErrorTypes, username string) (string, error) {
		st := newStage(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
			AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{cognitoidp.AuthFactorTypePassword, cognitoidp.AuthFactorTypeEmailOtp},
		}}}, func(c *userpool.Client) {
			c.Settings.PreventUserExistenceErrors = existence
			c.Settings.ExplicitAuthFlows = []cognitoidp.ExplicitAuthFlowsType{cognitoidp.ExplicitAuthFlowsTypeAllowUserAuth}
		})
		st.signsIn()
		st.SignIn.Messages = brokenSender{}
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
	for _, username := range []string{"ana", "nobody@example.com"} {
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

// TestLockedMeanwhile: many proofs at once may all have found the name open. The right one among them is
// not told by what is wrong with the device key beside it.
func TestLockedMeanwhile(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{DeviceConfiguration: &cognitoidp.DeviceConfigurationType{}}, func(c *userpool.Client) {
		c.Settings.ExplicitAuthFlows = []cognitoidp.ExplicitAuthFlowsType{cognitoidp.ExplicitAuthFlowsTypeAllowUserSrpAuth}
	})
	st.signsIn()
	st.confirmed("ana")
	client, err := srp.NewClient(st.Rand)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := st.InitiateAuth(st.ctx, &cognitoidp.InitiateAuthRequest{
		ClientId: st.client.ID, AuthFlow: cognitoidp.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": "ana", "SRP_A": client.HexA()},
	})
	if err != nil {
		t.Fatal(err)
	}
	block, err := base64.StdEncoding.DecodeString(asked.ChallengeParameters["SECRET_BLOCK"])
	if err != nil {
		t.Fatal(err)
	}
	p, _ := st.user("ana")
	claim := srp.Claim{Prefix: p.Suffix(), ID: "ana", SecretBlock: block, Timestamp: srp.FormatTimestamp(st.now)}
	proof, err := client.Sign(claim, goodPassword, asked.ChallengeParameters["SALT"], asked.ChallengeParameters["SRP_B"])
	if err != nil {
		t.Fatal(err)
	}
	answer := func() error {
		_, err := st.RespondToAuthChallenge(st.ctx, &cognitoidp.RespondToAuthChallengeRequest{
			ClientId: st.client.ID, ChallengeName: cognitoidp.ChallengeNameTypePasswordVerifier,
			ChallengeResponses: map[string]string{
				"USERNAME": "ana", "DEVICE_KEY": "us-west-2_none", "PASSWORD_CLAIM_SECRET_BLOCK": asked.ChallengeParameters["SECRET_BLOCK"],
				"TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": proof,
			},
		})
		return err
	}
	want(t, answer(), "ResourceNotFound: Device does not exist.")
	looks := 0
	st.SignIn.Now = func() time.Time {
		if looks++; looks == 3 { // after the session and the lock, when the age of the proof is looked at
			st.update(func(tx store.Tx) error {
				return tx.PutFailures(st.ctx, &userpool.Failures{
					PoolID: st.poolID, Name: "ana", Kind: userpool.WrongPassword, Count: 5, Last: st.now, Expires: st.now.Add(time.Minute),
				})
			})
		}
		return st.now
	}
	want(t, answer(), "NotAuthorized: Password attempts exceeded")
}
