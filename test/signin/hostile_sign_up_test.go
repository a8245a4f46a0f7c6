package signin_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// newcomer is a user who has just signed up and confirmed.
type newcomer struct {
	*user
	signUp, session string // of SignUp, of ConfirmSignUp
}

// newNewcomer signs up and confirms.
func (p *pool) newNewcomer(t reporter) newcomer {
	t.Helper()
	n := newcomer{user: p.newUser(t, kind{status: confirmed})}
	n.name += "-new"
	up := must[*idp.SignUpOutput](t, "SignUp")(p.api.SignUp(p.ctx, &idp.SignUpInput{
		ClientId: &p.client, Username: &n.name, Password: aws.String(password), UserAttributes: n.attributes(email, false),
	}))
	n.signUp = aws.ToString(up.Session)
	code := p.code(p.id, n.name)
	confirmed := must[*idp.ConfirmSignUpOutput](t, "ConfirmSignUp")(p.api.ConfirmSignUp(p.ctx, &idp.ConfirmSignUpInput{
		ClientId: &p.client, Username: &n.name, ConfirmationCode: &code, Session: up.Session,
	}))
	n.session = aws.ToString(confirmed.Session)
	if n.signUp == "" || n.session == "" {
		t.Fatalf("sessions of %d and %d characters", len(n.signUp), len(n.session))
	}
	return n
}

func (n newcomer) enter(d door, client, session string) step {
	return n.begin(client, opening{d, "USER_AUTH", map[string]string{"USERNAME": n.name}, session})
}

// TestSignUpSessions: the session of ConfirmSignUp signs its user in, once, and nobody else.
func TestSignUpSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	off := setting{first: everyFirst, mode: "OFF", recovery: "email"}
	p, foreign := w.newPool(t, off), w.newPool(t, off)
	otherClient := p.newClient(t)
	n, other := p.newNewcomer(t), p.newNewcomer(t)

	wantRefused(t, "made up", n.enter(publicly, p.client, madeUp(n.session)), "NotAuthorizedException", invalidSession)
	wantRefused(t, "changed", n.enter(publicly, p.client, flipped(n.session)), "NotAuthorizedException", invalidSession)
	wantRefused(t, "too short", n.enter(publicly, p.client, "short"), "InvalidParameterException", "")
	wantRefused(t, "the session of SignUp", n.enter(publicly, p.client, n.signUp), "NotAuthorizedException", "")
	wantRefused(t, "another newcomer's", n.enter(publicly, p.client, other.session), "NotAuthorizedException", invalidSession)
	wantRefused(t, "by another client", n.enter(publicly, otherClient, n.session), "NotAuthorizedException", invalidSession)
	got := newcomer{user: &user{pool: foreign, name: n.name}}.enter(publicly, foreign.client, n.session)
	wantRefused(t, "by another pool", got, "NotAuthorizedException | UserNotFoundException", "")
	wantRefused(t, "without a name", p.begin(p.client, opening{publicly, "USER_AUTH", map[string]string{}, n.session}), "InvalidParameterException", "Missing required parameter USERNAME")
	for _, challenge := range types.ChallengeNameType("").Values() {
		got := p.respond(publicly, p.client, string(challenge), n.session, map[string]string{
			"USERNAME": n.name, "PASSWORD": password, "ANSWER": "PASSWORD", "SRP_A": "abcdef", "EMAIL_OTP_CODE": p.code(p.id, n.name), "SMS_OTP_CODE": "123456",
			"SMS_MFA_CODE": "123456", "SOFTWARE_TOKEN_MFA_CODE": "123456", "NEW_PASSWORD": newPassword, "CREDENTIAL": "{}", "DEVICE_KEY": "us-east-1_0a",
			"PASSWORD_CLAIM_SECRET_BLOCK": "AAAA", "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": w.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"),
		})
		if !got.refused() {
			t.Errorf("the session of ConfirmSignUp answers %s: %s", challenge, got)
		}
	}
	_, err := p.api.AssociateSoftwareToken(p.ctx, &idp.AssociateSoftwareTokenInput{Session: &n.session})
	if got := refusal(err); got != "NotAuthorizedException: "+invalidSession {
		t.Errorf("the session of ConfirmSignUp at AssociateSoftwareToken: %q", got)
	}

	s := n.enter(publicly, p.client, n.session)
	if s.name != tokens {
		t.Fatalf("the right session: %s", s)
	}
	n.wantGoodTokens(t, "ConfirmSignUp", s)
	wantRefused(t, "consumed", n.enter(publicly, p.client, n.session), "NotAuthorizedException", consumedSession)
	w.Advance(3*time.Minute + time.Second)
	wantRefused(t, "too late", other.enter(publicly, p.client, other.session), "NotAuthorizedException", expiredSession)

	late := p.newNewcomer(t)
	must[*idp.AdminDisableUserOutput](t, "AdminDisableUser")(p.api.AdminDisableUser(p.ctx, &idp.AdminDisableUserInput{UserPoolId: &p.id, Username: &late.name}))
	if got := late.enter(publicly, p.client, late.session); !got.refused() {
		t.Errorf("a disabled newcomer: %s", got)
	}
	// A second factor that is required is so for newcomers.
	required := w.newPool(t, obligatory)
	n = required.newNewcomer(t)
	if got := n.enter(publicly, required.client, n.session); got.tokens != nil || got.refused() {
		t.Errorf("a newcomer where a second factor is required: %s", got)
	}
}

// TestHostileConfirmations: the session of SignUp is its user's alone.
func TestHostileConfirmations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	off := setting{first: everyFirst, mode: "OFF", recovery: "email"}
	p := w.newPool(t, off)
	otherClient := p.newClient(t)
	signUp := func(name string) string {
		out := must[*idp.SignUpOutput](t, "SignUp")(p.api.SignUp(p.ctx, &idp.SignUpInput{
			ClientId: &p.client, Username: &name, Password: aws.String(password),
			UserAttributes: []types.AttributeType{attribute("email", name+"@example.com")},
		}))
		return *out.Session
	}
	ana, bob := signUp("ana"), signUp("bob")
	confirm := func(client, name, session string) error {
		code := p.code(p.id, name)
		_, err := p.api.ConfirmSignUp(p.ctx, &idp.ConfirmSignUpInput{ClientId: &client, Username: &name, ConfirmationCode: &code, Session: &session})
		return err
	}
	for what, err := range map[string]error{
		"another's session":     confirm(p.client, "ana", bob),
		"by another client":     confirm(otherClient, "ana", ana),
		"a made-up session":     confirm(p.client, "ana", madeUp(ana)),
		"one character changed": confirm(p.client, "ana", flipped(ana)),
	} {
		if name, _ := exception(err); name != "NotAuthorizedException" {
			t.Errorf("ConfirmSignUp with %s: %v", what, err)
		}
	}
	if err := confirm(p.client, "ana", ana); err != nil {
		t.Errorf("ConfirmSignUp: %v", err)
	}
	w.Advance(3*time.Minute + time.Second)
	if err := confirm(p.client, "bob", bob); err != nil {
		if name, text := exception(err); name != "NotAuthorizedException" || text != expiredSession {
			t.Errorf("ConfirmSignUp with an expired session: %v", err)
		}
	}
}
