package mfa_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	invalid  = "Invalid session for the user."
	stale    = "Invalid session for the user, session is expired."
	consumed = "Invalid session for the user, session can only be used once."
)

// madeUp has the form of a session and was never given out.
var madeUp = "AYABe" + strings.Repeat("Zm9yZ2VkX3Nlc3Npb24", 10)

// scene is a pool with a user before each kind of challenge.
type scene struct {
	*pool
	users map[string]*user
}

func newScene(t *testing.T, database string) scene {
	t.Helper()
	p := start(t, database).newPool(t, setting{"OPTIONAL", allFactors, "admin"})
	s := scene{p, map[string]*user{}}
	for challenge, active := range map[string]factors{
		"SMS_MFA": sms, "SOFTWARE_TOKEN_MFA": totp, "EMAIL_OTP": email, "SELECT_MFA_TYPE": allFactors,
	} {
		u := p.newUser(t, sms|email)
		u.register(t)
		u.activate(t, active, noFactors)
		s.users[challenge] = u
	}
	p.advance(time.Minute)
	return s
}

// right is the responses that a challenge would be content with.
func (s scene) right(t reporter, u *user, challenge string) map[string]string {
	t.Helper()
	if challenge == "SELECT_MFA_TYPE" {
		return map[string]string{"USERNAME": u.name, "ANSWER": "SMS_MFA"}
	}
	return map[string]string{"USERNAME": u.name, codeParameter[challenge]: u.rightCode(t, challenge)}
}

// TestSessions answers each challenge rightly but for the session, and never gets further.
func TestSessions(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		s := newScene(t, database)
		otherClient := s.newClient(t)
		otherPool := s.newPool(t, setting{"OPTIONAL", allFactors, "admin"})
		for challenge, u := range s.users {
			t.Run(challenge, func(t *testing.T) {
				s.advance(time.Minute)
				a := wantChallenge(t, u.signIn(publicly), challenge)
				right := s.right(t, u, challenge)
				try := func(client, name, session string, responses map[string]string) answer {
					return s.respond(publicly, client, name, session, responses)
				}

				noTokens(t, "no session", try(s.client, challenge, "", right), "InvalidParameterException", "Missing required parameter Session")
				noTokens(t, "a session too short to be one", try(s.client, challenge, "short", right), "InvalidParameterException", "")
				noTokens(t, "a made-up session", try(s.client, challenge, madeUp, right), "NotAuthorizedException", invalid)
				cut := a.session[:len(a.session)-4]
				noTokens(t, "a session cut short", try(s.client, challenge, cut, right), "NotAuthorizedException", invalid)
				noTokens(t, "another client's session", try(otherClient, challenge, a.session, right), "NotAuthorizedException", invalid)
				noTokens(t, "another pool's session", try(otherPool.client, challenge, a.session, right), "NotAuthorizedException", invalid)
				noTokens(t, "a session of another kind of request", otherPool.respond(asAdmin, otherPool.client, challenge, a.session, right), "NotAuthorizedException", invalid)

				for other := range s.users {
					if other != challenge {
						responses := maps.Clone(right)
						maps.Copy(responses, s.right(t, s.codeHolder(t, u, other), other))
						responses["USERNAME"] = u.name
						noTokens(t, "the session of "+challenge+" for "+other, try(s.client, other, a.session, responses), "NotAuthorizedException", invalid)

						foreign := s.users[other]
						asOther := maps.Clone(right)
						asOther["USERNAME"] = foreign.name
						noTokens(t, "the username of another user", try(s.client, challenge, a.session, asOther), "NotAuthorizedException", invalid)
					}
				}
				for _, name := range []string{"MFA_SETUP", "NEW_PASSWORD_REQUIRED", "PASSWORD_VERIFIER", "SELECT_CHALLENGE", "CUSTOM_CHALLENGE", "DEVICE_SRP_AUTH", "ADMIN_NO_SRP_AUTH", "SMS_OTP"} {
					got := try(s.client, name, a.session, map[string]string{
						"USERNAME": u.name, "ANSWER": "SMS_MFA", "NEW_PASSWORD": "An0ther-Horse!", "PASSWORD": password, "SMS_OTP_CODE": "123456",
						"EMAIL": "thief@example.com", "SRP_A": "2", "DEVICE_KEY": "eu-west-1_0a", "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA",
						"PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": s.now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"),
					})
					if got.err == nil {
						t.Errorf("the session of %s answers %s: %s", challenge, name, got.demand)
					} else if code, _ := exception(got.err); code == "InternalErrorException" {
						t.Errorf("the session of %s for %s: %v", challenge, name, got.err)
					}
				}
				if _, err := s.api.AssociateSoftwareToken(s.ctx, &idp.AssociateSoftwareTokenInput{Session: &a.session}); err == nil {
					t.Errorf("the session of %s registers an app", challenge)
				}
				_, err := s.api.VerifySoftwareToken(s.ctx, &idp.VerifySoftwareTokenInput{Session: &a.session, UserCode: aws.String(otp(t, u.secret, s.now()))})
				if err == nil {
					t.Errorf("the session of %s verifies an app", challenge)
				}

				// Whatever was tried, the session is still good for its own user.
				next := try(s.client, challenge, a.session, right)
				if challenge == "SELECT_MFA_TYPE" {
					wantChallenge(t, next, "SMS_MFA")
				} else {
					wantChallenge(t, next, "tokens")
				}
				s.advance(time.Minute)
				noTokens(t, "a consumed session", try(s.client, challenge, a.session, s.right(t, u, challenge)), "NotAuthorizedException", consumed)
				again := s.right(t, u, challenge)
				for name, text := range again {
					if name != "USERNAME" && name != "ANSWER" {
						again[name] = wrong(text) // a consumed session has no right or wrong answers any more
					}
				}
				noTokens(t, "a consumed session, wrongly", try(s.client, challenge, a.session, again), "NotAuthorizedException", consumed)
			})
		}
	})
}

// codeHolder is whose code to send for another challenge: the user's own where there is one.
func (s scene) codeHolder(t reporter, u *user, challenge string) *user {
	t.Helper()
	if challenge == "SOFTWARE_TOKEN_MFA" || challenge == "SELECT_MFA_TYPE" {
		return u
	}
	wantChallenge(t, s.users[challenge].signIn(publicly), challenge) // so that there is a code at all
	return s.users[challenge]
}

// TestSessionAge: a session lives as long as the client says, afresh for every step.
func TestSessionAge(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		s := newScene(t, database)
		const life = 3 * time.Minute // the default
		for _, challenge := range []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "SELECT_MFA_TYPE"} {
			u := s.users[challenge]
			a := wantChallenge(t, u.signIn(publicly), challenge)
			s.advance(life + time.Second)
			noTokens(t, challenge+" too late", s.respond(publicly, s.client, challenge, a.session, s.right(t, u, challenge)), "NotAuthorizedException", stale)

			a = wantChallenge(t, u.signIn(publicly), challenge)
			s.advance(life - time.Second)
			got := s.respond(publicly, s.client, challenge, a.session, s.right(t, u, challenge))
			if challenge != "SELECT_MFA_TYPE" {
				wantChallenge(t, got, "tokens")
				continue
			}
			s.advance(life - time.Second)
			wantChallenge(t, u.enter(wantChallenge(t, got, "SMS_MFA"), u.code(t, u.id, u.name)), "tokens")
		}

		must[*idp.UpdateUserPoolClientOutput](t, "UpdateUserPoolClient")(s.api.UpdateUserPoolClient(s.ctx, &idp.UpdateUserPoolClientInput{
			UserPoolId: &s.id, ClientId: &s.client, AuthSessionValidity: aws.Int32(15),
			ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
		}))
		u := s.users["SMS_MFA"]
		a := wantChallenge(t, u.signIn(publicly), "SMS_MFA")
		s.advance(14 * time.Minute)
		wantChallenge(t, u.enter(a, u.code(t, u.id, u.name)), "tokens")
		a = wantChallenge(t, u.signIn(publicly), "SMS_MFA")
		s.advance(15*time.Minute + time.Second)
		noTokens(t, "SMS_MFA after fifteen minutes", u.enter(a, u.code(t, u.id, u.name)), "NotAuthorizedException", stale)
	})
}

// TestSetupSessions: the sessions of MFA_SETUP cannot be answered without an app that was verified in
// them, nor be used for another user, client or act.
func TestSetupSessions(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := start(t, database).newPool(t, setting{"ON", allFactors, "admin"})
		otherClient := p.newClient(t)
		u, v := p.newUser(t, noFactors), p.newUser(t, noFactors)
		name := map[string]string{"USERNAME": u.name}
		finish := func(session string, responses map[string]string) answer {
			return p.respond(publicly, p.client, "MFA_SETUP", session, responses)
		}
		notYet := func(what string, a answer) {
			t.Helper()
			if a.err == nil {
				t.Errorf("%s: %s, want it refused", what, a.demand)
			} else if code, _ := exception(a.err); code == "InternalErrorException" {
				t.Errorf("%s: %v", what, a.err)
			}
		}

		a := wantChallenge(t, u.signIn(publicly), "MFA_SETUP")
		notYet("nothing set up", finish(a.session, name))
		secret, session := u.beginApp(t, a.session)
		notYet("an app that is not verified", finish(session, name))
		_, err := u.verifyIn(session, wrong(otp(t, secret, p.now())))
		refused(t, "a wrong code", err, "EnableSoftwareTokenMFAException", "")
		notYet("an app that failed to verify", finish(session, name))

		b := wantChallenge(t, v.signIn(publicly), "MFA_SETUP")
		_, err = v.verifyIn(b.session, otp(t, secret, p.now()))
		if err == nil {
			t.Error("an app verified in another user's session")
		}
		noTokens(t, "MFA_SETUP for another user", finish(b.session, name), "NotAuthorizedException", invalid)

		next, err := u.verifyIn(session, otp(t, secret, p.now()))
		if err != nil {
			t.Fatal(err)
		}
		noTokens(t, "the verified session of another user", finish(next, map[string]string{"USERNAME": v.name}), "NotAuthorizedException", invalid)
		noTokens(t, "the verified session by another client", p.respond(publicly, otherClient, "MFA_SETUP", next, name), "NotAuthorizedException", invalid)
		notYet("the verified session for SOFTWARE_TOKEN_MFA", p.respond(publicly, p.client, "SOFTWARE_TOKEN_MFA", next,
			map[string]string{"USERNAME": u.name, "SOFTWARE_TOKEN_MFA_CODE": otp(t, secret, p.now())}))
		wantChallenge(t, finish(next, name), "tokens")
		noTokens(t, "the verified session again", finish(next, name), "NotAuthorizedException", consumed)
		if _, err := p.api.AssociateSoftwareToken(p.ctx, &idp.AssociateSoftwareTokenInput{Session: &next}); err == nil {
			t.Error("a consumed session registers another app")
		}
		if _, err := p.api.AssociateSoftwareToken(p.ctx, &idp.AssociateSoftwareTokenInput{Session: &a.session}); err == nil {
			t.Error("the first session of a finished sign-in registers another app")
		}

		// Time runs for set-ups too.
		b = wantChallenge(t, v.signIn(publicly), "MFA_SETUP")
		secret, session = v.beginApp(t, b.session)
		p.advance(3*time.Minute + time.Second)
		_, err = v.verifyIn(session, otp(t, secret, p.now()))
		refused(t, "VerifySoftwareToken too late", err, "NotAuthorizedException", stale)
		b = wantChallenge(t, v.signIn(publicly), "MFA_SETUP")
		p.advance(3*time.Minute + time.Second)
		_, err = p.api.AssociateSoftwareToken(p.ctx, &idp.AssociateSoftwareTokenInput{Session: &b.session})
		refused(t, "AssociateSoftwareToken too late", err, "NotAuthorizedException", stale)
	})
}

// TestChoices: only what was offered can be chosen, and nothing is chosen where nothing was.
func TestChoices(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := start(t, database).newPool(t, setting{"OPTIONAL", allFactors, "admin"})
		u := p.newUser(t, sms|email)
		u.activate(t, sms|email, noFactors)
		a := wantChallenge(t, u.signIn(publicly), "SELECT_MFA_TYPE")
		for _, choice := range []string{"SOFTWARE_TOKEN_MFA", "SMS_OTP", "WEB_AUTHN", "PASSWORD", "sms_mfa", ""} {
			noTokens(t, "choosing "+choice, u.choose(a, choice), "InvalidParameterException", "")
		}
		noTokens(t, "choosing nothing", p.respond(publicly, p.client, "SELECT_MFA_TYPE", a.session, map[string]string{"USERNAME": u.name}), "InvalidParameterException", "")
		// The model's text calls e-mail EMAIL_MFA where the challenge is EMAIL_OTP.
		b := wantChallenge(t, u.choose(a, "EMAIL_MFA"), "EMAIL_OTP")
		noTokens(t, "the code missing", p.respond(publicly, p.client, "EMAIL_OTP", b.session, map[string]string{"USERNAME": u.name}), "InvalidParameterException", "")
		noTokens(t, "the username missing", p.respond(publicly, p.client, "EMAIL_OTP", b.session, map[string]string{"EMAIL_OTP_CODE": "123456"}), "InvalidParameterException", "")

		// The factor is switched off between the question and the answer.
		u.activate(t, sms, sms)
		a = wantChallenge(t, u.signIn(publicly), "SMS_MFA")
		code := u.code(t, u.id, u.name)
		u.lose(t, sms)
		if got := u.enter(a, code); got.err != nil {
			if name, _ := exception(got.err); name == "InternalErrorException" {
				t.Errorf("the number went meanwhile: %v", got.err)
			}
		}
	})
}
