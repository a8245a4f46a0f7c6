package signin_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/passkey/authenticator"
)

const (
	webAuthn  = types.ChallengeNameTypeWebAuthn
	notProved = "NotAuthorizedException: The passkey could not be verified."
)

// newPasskeyStage is a pool with passkeys of example.com, and a user ana.
func newPasskeyStage(t *testing.T) *stage {
	t.Helper()
	s := newStage(t, &idp.CreateUserPoolInput{Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
		AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeWebAuthn}}}})
	s.passkeys("example.com", "")
	s.user("ana")
	return s
}

// passkeys sets the pool's relying party.
func (s *stage) passkeys(rp string, factor types.WebAuthnFactorConfigurationType) {
	s.Helper()
	_, err := s.api.SetUserPoolMfaConfig(s.Context(), &idp.SetUserPoolMfaConfigInput{UserPoolId: &s.pool,
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: &rp, FactorConfiguration: factor}})
	s.must(err)
}

// login signs a user in by password and answers an access token.
func (s *stage) login(name string) *string {
	s.Helper()
	a := s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": name, "PASSWORD": password})), "")
	return a.tokens.AccessToken
}

// enrol registers a passkey of the device and answers its id.
func (s *stage) enrol(accessToken *string, d *authenticator.Authenticator) string {
	s.Helper()
	started, err := s.api.StartWebAuthnRegistration(s.Context(), &idp.StartWebAuthnRegistrationInput{AccessToken: accessToken})
	s.must(err)
	options, err := started.CredentialCreationOptions.MarshalSmithyDocument()
	s.must(err)
	credential, err := d.Create(options)
	s.must(err)
	var members map[string]any
	s.must(json.Unmarshal(credential, &members))
	_, err = s.api.CompleteWebAuthnRegistration(s.Context(), &idp.CompleteWebAuthnRegistrationInput{
		AccessToken: accessToken, Credential: document.NewLazyDocument(members)})
	s.must(err)
	return members["id"].(string)
}

// assert is the device's answer to the challenge.
func (s *stage) assert(a *answer, d *authenticator.Authenticator, twists ...func(*authenticator.Ceremony)) params {
	s.Helper()
	credential, err := d.Get([]byte(a.params["CREDENTIAL_REQUEST_OPTIONS"]), twists...)
	s.must(err)
	return params{"USERNAME": "ana", "CREDENTIAL": string(credential)}
}

func newDevice() *authenticator.Authenticator {
	return &authenticator.Authenticator{Origin: "https://app.example.com", Flags: authenticator.UserVerified, Counts: true}
}

func (s *stage) preferPasskey(name string) (*answer, error) {
	return s.initiate(userAuth, params{"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"})
}

func TestPasskeySignIn(t *testing.T) {
	s := newPasskeyStage(t)
	device := newDevice()
	prefer := func() *answer { return s.right(s.preferPasskey("ana")) }
	s.asked(prefer(), selectC) // without a passkey there is nothing to prefer
	id := s.enrol(s.login("ana"), device)

	a := s.asked(prefer(), webAuthn)
	var options struct {
		RPID             string
		Timeout          int
		UserVerification string
		Allow            []struct{ ID string } `json:"allowCredentials"`
	}
	s.must(json.Unmarshal([]byte(a.params["CREDENTIAL_REQUEST_OPTIONS"]), &options))
	if options.RPID != "example.com" || options.Timeout != 180_000 || options.UserVerification != "preferred" ||
		len(options.Allow) != 1 || options.Allow[0].ID != id {
		t.Errorf("options %+v", options)
	}
	tokens := s.asked(s.right(s.respond(a, webAuthn, s.assert(a, device))), "").tokens
	if sub := claims(t, tokens.IdToken)["cognito:username"]; sub != "ana" {
		t.Errorf("signed in %v", sub)
	}

	choose := s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "ana"})), selectC)
	if !slices.Contains(choose.available, webAuthn) {
		t.Errorf("available %v", choose.available)
	}
	a = s.asked(s.right(s.respond(choose, selectC, params{"USERNAME": "ana", "ANSWER": "WEB_AUTHN"})), webAuthn)

	// What proves nothing leaves the challenge open for what does.
	_, err := s.respond(a, webAuthn, s.assert(a, device, func(c *authenticator.Ceremony) { c.Origin = "https://example.org" }))
	s.refused(err, notProved)
	_, err = s.respond(a, webAuthn, params{"USERNAME": "ana", "CREDENTIAL": "{}"})
	s.refused(err, "InvalidParameterException: Credential data is not valid")
	_, err = s.respond(a, webAuthn, params{"USERNAME": "ana"})
	s.refused(err, "InvalidParameterException: Missing required parameter CREDENTIAL")
	right := s.assert(a, device)
	s.asked(s.right(s.respond(a, webAuthn, right)), "")

	// Neither the session nor the assertion works twice.
	_, err = s.respond(a, webAuthn, right)
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	a = s.asked(prefer(), webAuthn)
	_, err = s.respond(a, webAuthn, right)
	s.refused(err, notProved)

	// A session lives as long as the app client says, and a challenge no longer.
	late := s.assert(a, device)
	s.server.Advance(4 * time.Minute)
	_, err = s.respond(a, webAuthn, late)
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session is expired.")

	// A passkey of an earlier relying party is not offered.
	s.passkeys("example.org", "")
	s.asked(prefer(), selectC)
}

// TestPasskeyOfAnother: a user signs in by their own passkey alone.
func TestPasskeyOfAnother(t *testing.T) {
	s := newPasskeyStage(t)
	s.user("ben")
	ana, ben := newDevice(), newDevice()
	s.enrol(s.login("ana"), ana)
	s.enrol(s.login("ben"), ben)
	a := s.asked(s.right(s.preferPasskey("ana")), webAuthn)
	b := s.asked(s.right(s.preferPasskey("ben")), webAuthn)
	_, err := s.respond(a, webAuthn, s.assert(b, ben))
	s.refused(err, notProved)
	var challenge struct{ Challenge string }
	s.must(json.Unmarshal([]byte(a.params["CREDENTIAL_REQUEST_OPTIONS"]), &challenge))
	_, err = s.respond(a, webAuthn, s.assert(b, ben, func(c *authenticator.Ceremony) { c.Challenge = challenge.Challenge }))
	s.refused(err, notProved)
	// The challenge of one sign-in does not serve another.
	again := s.asked(s.right(s.preferPasskey("ana")), webAuthn)
	_, err = s.respond(again, webAuthn, s.assert(a, ana))
	s.refused(err, notProved)
	s.asked(s.right(s.respond(a, webAuthn, s.assert(a, ana))), "")
}

// TestCopiedPasskey: of two devices with one key and one count, one signs in.
func TestCopiedPasskey(t *testing.T) {
	s := newPasskeyStage(t)
	device := newDevice()
	s.enrol(s.login("ana"), device)
	const rounds = 6
	answers := make([]*answer, rounds)
	proofs := make([]params, rounds)
	for i := range answers {
		answers[i] = s.asked(s.right(s.preferPasskey("ana")), webAuthn)
		proofs[i] = s.assert(answers[i], device, func(c *authenticator.Ceremony) { c.Count = 7 })
	}
	var wg sync.WaitGroup
	errs := make([]error, rounds)
	for i := range answers {
		wg.Go(func() { _, errs[i] = s.respond(answers[i], webAuthn, proofs[i]) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		s.refused(err, notProved)
	}
	if won != 1 {
		t.Errorf("%d signed in with one count", won)
	}
}

func TestDeletedPasskey(t *testing.T) {
	s := newPasskeyStage(t)
	device := newDevice()
	access := s.login("ana")
	id := s.enrol(access, device)
	a := s.asked(s.right(s.preferPasskey("ana")), webAuthn)
	_, err := s.api.DeleteWebAuthnCredential(s.Context(), &idp.DeleteWebAuthnCredentialInput{AccessToken: access, CredentialId: &id})
	s.must(err)
	_, err = s.respond(a, webAuthn, s.assert(a, device))
	s.refused(err, notProved)
}

// TestPasskeyMFA: a passkey is both factors where pool and user have it so, and then only with the user
// verified.
func TestPasskeyMFA(t *testing.T) {
	s := newPasskeyStage(t)
	device := newDevice()
	access := s.login("ana")
	s.enrol(access, device)
	_, err := s.api.SetUserPoolMfaConfig(s.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &s.pool, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String("example.com"),
			FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification},
	})
	s.must(err)
	s.app(access, true)
	s.asked(s.right(s.preferPasskey("ana")), selectC) // a second factor is active, and the passkey is none
	_, err = s.api.SetUserMFAPreference(s.Context(), &idp.SetUserMFAPreferenceInput{
		AccessToken: access, WebAuthnMfaSettings: &types.WebAuthnMfaSettingsType{Enabled: true}})
	s.must(err)

	a := s.asked(s.right(s.preferPasskey("ana")), webAuthn)
	if !strings.Contains(a.params["CREDENTIAL_REQUEST_OPTIONS"], `"userVerification":"required"`) {
		t.Errorf("options %s", a.params["CREDENTIAL_REQUEST_OPTIONS"])
	}
	_, err = s.respond(a, webAuthn, s.assert(a, device, func(c *authenticator.Ceremony) { c.Flags &^= authenticator.UserVerified }))
	s.refused(err, notProved)
	s.asked(s.right(s.respond(a, webAuthn, s.assert(a, device))), "")
}

// TestRegistrationIsNoSignIn: the challenge of a registration is no session, and an answer to the one
// none to the other.
func TestRegistrationIsNoSignIn(t *testing.T) {
	s := newPasskeyStage(t)
	device := newDevice()
	access := s.login("ana")
	s.enrol(access, device)
	started, err := s.api.StartWebAuthnRegistration(s.Context(), &idp.StartWebAuthnRegistrationInput{AccessToken: access})
	s.must(err)
	var options struct{ Challenge string }
	text, err := started.CredentialCreationOptions.MarshalSmithyDocument()
	s.must(err)
	s.must(json.Unmarshal(text, &options))
	a := s.asked(s.right(s.preferPasskey("ana")), webAuthn)
	proof := s.assert(a, device, func(c *authenticator.Ceremony) { c.Challenge = options.Challenge })
	_, err = s.respond(a, webAuthn, proof)
	s.refused(err, notProved)
	_, err = s.respond(&answer{session: &options.Challenge}, webAuthn, proof)
	s.refused(err, "NotAuthorizedException: Invalid session for the user.")
}

// TestNobodysPasskey: of names that nobody has, some have a passkey, and no answer tells that it is none.
func TestNobodysPasskey(t *testing.T) {
	s := newPasskeyStage(t)
	_, err := s.api.UpdateUserPoolClient(s.Context(), &idp.UpdateUserPoolClientInput{
		UserPoolId: &s.pool, ClientId: &s.client, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
	})
	s.must(err)
	device := newDevice()
	s.enrol(s.login("ana"), device)
	ana := s.asked(s.right(s.preferPasskey("ana")), webAuthn)
	with, without := 0, 0
	for i := range 30 {
		name := fmt.Sprintf("nobody%d", i)
		a := s.right(s.preferPasskey(name))
		if a.challenge != webAuthn {
			without++
			continue
		}
		with++
		if !slices.Equal(s.members(a), s.members(ana)) {
			t.Errorf("options of %s: %s", name, a.params["CREDENTIAL_REQUEST_OPTIONS"])
		}
		proof := s.assert(ana, device)
		proof["USERNAME"] = name
		_, err := s.respond(a, webAuthn, proof)
		s.refused(err, notProved)
	}
	if with == 0 || without == 0 {
		t.Errorf("%d names with a passkey, %d without", with, without)
	}
}

// members are the names of those of the options.
func (s *stage) members(a *answer) []string {
	s.Helper()
	var options map[string]any
	s.must(json.Unmarshal([]byte(a.params["CREDENTIAL_REQUEST_OPTIONS"]), &options))
	return slices.Sorted(maps.Keys(options))
}
