package mfa_test

import (
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const spent = "Your software token has already been used once."

// appPool has users whose app is asked for.
func appPool(t *testing.T, database string) *pool {
	return start(t, database).newPool(t, setting{"OPTIONAL", allFactors, "admin"})
}

// withApp is a user with an active app, whose registration lies a minute back.
func (p *pool) withApp(t *testing.T) *user {
	t.Helper()
	u := p.newUser(t, sms|email)
	u.register(t)
	u.activate(t, totp, totp)
	p.advance(time.Minute)
	return u
}

// asked starts a sign-in that asks for the app.
func (u *user) asked(t reporter) answer {
	t.Helper()
	return wantChallenge(t, u.signIn(publicly), "SOFTWARE_TOKEN_MFA")
}

// TestCodeOnce: a code is good for one act, whichever session and operation it comes by.
func TestCodeOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		t.Run("two sign-ins", func(t *testing.T) {
			u := p.withApp(t)
			first, second := u.asked(t), u.asked(t)
			code := otp(t, u.secret, p.now())
			wantChallenge(t, u.enter(first, code), "tokens")
			noTokens(t, "the code again, by a session from before", u.enter(second, code), "ExpiredCodeException", spent)
			noTokens(t, "the code again, by a new session", u.enter(u.asked(t), code), "ExpiredCodeException", spent)
			p.advance(30 * time.Second) // still within a step
			noTokens(t, "the code again, half a minute later", u.enter(u.asked(t), code), "ExpiredCodeException", spent)
			wantChallenge(t, u.enter(second, otp(t, u.secret, p.now())), "tokens")
		})
		t.Run("registration, then sign-in", func(t *testing.T) {
			u := p.newUser(t, sms|email)
			u.register(t)
			u.activate(t, totp, noFactors)
			noTokens(t, "the code of the registration", u.enter(u.asked(t), otp(t, u.secret, p.now())), "ExpiredCodeException", spent)
			p.advance(30 * time.Second)
			wantChallenge(t, u.enter(u.asked(t), otp(t, u.secret, p.now())), "tokens")
		})
		t.Run("racing sign-ins", func(t *testing.T) {
			u := p.withApp(t)
			const racers = 5 // no more, for a spent code may count as a wrong one
			var sessions [racers]answer
			for i := range sessions {
				sessions[i] = u.asked(t)
			}
			code := otp(t, u.secret, p.now())
			answers := race(racers, func(i int) answer { return u.enter(sessions[i], code) })
			wantOneWinner(t, "one code in many sessions", answers, "ExpiredCodeException")
		})
		t.Run("one session, one code, many at once", func(t *testing.T) {
			u := p.withApp(t)
			session, code := u.asked(t), otp(t, u.secret, p.now())
			answers := race(8, func(int) answer { return u.enter(session, code) })
			wantOneWinner(t, "one session answered at once", answers, "NotAuthorizedException", "ExpiredCodeException")
		})
	})
}

// race runs f n times at once.
func race(n int, f func(i int) answer) []answer {
	answers := make([]answer, n)
	var running sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		running.Go(func() {
			<-begin
			answers[i] = f(i)
		})
	}
	close(begin)
	running.Wait()
	return answers
}

// wantOneWinner: one has tokens, the others one of these exceptions.
func wantOneWinner(t *testing.T, what string, answers []answer, losers ...string) {
	t.Helper()
	winners := 0
	for _, a := range answers {
		if a.tokens != nil {
			winners++
			continue
		}
		ok := false
		for _, name := range losers {
			ok = ok || a.answer == name
		}
		if !ok {
			t.Errorf("%s: a loser got %s %v, want one of %v", what, a.demand, a.err, losers)
		}
	}
	if winners != 1 {
		t.Errorf("%s: %d got tokens, want one", what, winners)
	}
}

// TestCodeWindow: a code of the step before or after is good, one further away is not.
func TestCodeWindow(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		for steps, good := range map[int]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
			at := func() time.Time { return p.now().Add(time.Duration(steps) * 30 * time.Second) }

			u := p.withApp(t)
			p.advance(time.Minute)
			a := u.enter(u.asked(t), otp(t, u.secret, at()))
			if good {
				wantChallenge(t, a, "tokens")
			} else {
				noTokens(t, "a code two steps away", a, "CodeMismatchException", "Invalid code received for user")
			}

			fresh := p.newUser(t, noFactors)
			fresh.open(t)
			secret := fresh.associate(t)
			err := fresh.verify(secret, otp(t, secret, at()))
			switch {
			case good && err != nil:
				t.Errorf("VerifySoftwareToken %d steps away: %v", steps, err)
			case !good:
				refused(t, "VerifySoftwareToken two steps away", err, "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
			}
		}
	})
}

// TestAppAgain: registering again by access token drops the app at once; only the new one counts,
// and only when verified.
func TestAppAgain(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.withApp(t)
		u.activate(t, totp|sms, totp)
		begun := u.asked(t) // a sign-in that waits for the old app
		old := u.secret
		secret := u.associate(t)
		u.wantReads(t, person{can: sms | email, active: totp | sms, preferred: totp})
		wantChallenge(t, u.signIn(publicly), "SMS_MFA")
		noTokens(t, "the dropped app's code", u.enter(begun, otp(t, old, p.now())), "SoftwareTokenMFANotFoundException", "")
		noTokens(t, "the unverified app's code", u.enter(begun, otp(t, secret, p.now())), "SoftwareTokenMFANotFoundException", "")

		second := u.associate(t) // drops the one that waits to be verified, too
		refused(t, "the first new app's code", u.verify(secret, otp(t, secret, p.now())), "EnableSoftwareTokenMFAException", "")
		if err := u.verify(second, otp(t, second, p.now())); err != nil {
			t.Fatal(err)
		}
		u.wantReads(t, person{can: allFactors, active: totp | sms, preferred: totp})
		p.advance(time.Minute)
		noTokens(t, "the old app's code", u.enter(u.asked(t), otp(t, old, p.now())), "CodeMismatchException", "Invalid code received for user")
		wantChallenge(t, u.enter(u.asked(t), otp(t, second, p.now())), "tokens")
	})
}

// TestAppRequired: where MFA is required, whose app is dropped has to register one at sign-in.
func TestAppRequired(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.newUser(t, noFactors)
		u.open(t)
		p.configure(t, setting{"ON", totp, "admin"})
		a := wantChallenge(t, u.signIn(asAdmin), "MFA_SETUP")
		done, secret := u.setUpApp(t, a)
		wantChallenge(t, done, "tokens")
		u.wantOnly(t, "SOFTWARE_TOKEN_MFA")
		noTokens(t, "the code of the registration", u.enter(u.asked(t), otp(t, secret, p.now())), "ExpiredCodeException", spent)

		u.token = *done.tokens.AccessToken
		u.associate(t)
		a = wantChallenge(t, u.signIn(publicly), "MFA_SETUP")
		done, secret = u.setUpApp(t, a)
		wantChallenge(t, done, "tokens")
		p.advance(time.Minute)
		wantChallenge(t, u.enter(u.asked(t), otp(t, secret, p.now())), "tokens")
	})
}

// wantOnly checks that this factor alone is activated; whether it is preferred is not documented.
func (u *user) wantOnly(t *testing.T, factor string) {
	t.Helper()
	if got := u.read(t); len(got.list) != 1 || got.list[0] != factor {
		t.Errorf("UserMFASettingList is %v, want %s", got.list, factor)
	}
}

// TestSetupRace: of several set-ups for one user, begun at a time when the password was enough, one
// registers its app. Nobody who has the password alone can replace it with a session from before.
func TestSetupRace(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		p.configure(t, setting{"ON", totp, "admin"})
		begin := func(u *user, n int) (sessions, secrets []string) {
			for range n {
				a := wantChallenge(t, u.signIn(publicly), "MFA_SETUP")
				secret, session := u.beginApp(t, a.session)
				sessions, secrets = append(sessions, session), append(secrets, secret)
			}
			return sessions, secrets
		}
		setup := func(u *user, session, secret string) answer {
			next, err := u.verifyIn(session, otp(t, secret, p.now()))
			if err != nil {
				return reply(publicly, "", nil, nil, nil, err)
			}
			return u.respond(publicly, u.client, "MFA_SETUP", next, map[string]string{"USERNAME": u.name})
		}
		t.Run("one after the other", func(t *testing.T) {
			u := p.newUser(t, noFactors)
			sessions, secrets := begin(u, 2)
			wantChallenge(t, setup(u, sessions[0], secrets[0]), "tokens")
			if late := setup(u, sessions[1], secrets[1]); late.tokens != nil || late.err == nil {
				t.Errorf("a second set-up by a session from before the first: %s, want it refused", late.demand)
			}
			p.advance(time.Minute)
			wantChallenge(t, u.enter(u.asked(t), otp(t, secrets[0], p.now())), "tokens")
		})
		t.Run("overlapping", func(t *testing.T) {
			u := p.newUser(t, noFactors)
			sessions, secrets := begin(u, 2)
			ready, err := u.verifyIn(sessions[1], otp(t, secrets[1], p.now()))
			if err != nil {
				t.Fatal(err)
			}
			other := setup(u, sessions[0], secrets[0]) // whether this one or the first wins is not documented
			first := u.respond(publicly, u.client, "MFA_SETUP", ready, map[string]string{"USERNAME": u.name})
			if (other.tokens != nil) == (first.tokens != nil) {
				t.Fatalf("two set-ups that overlap: %s and %s, want one to give tokens", other.demand, first.demand)
			}
			secret := secrets[0]
			if first.tokens != nil {
				secret = secrets[1]
			}
			p.advance(time.Minute)
			wantChallenge(t, u.enter(u.asked(t), otp(t, secret, p.now())), "tokens")
		})
		t.Run("at once", func(t *testing.T) {
			u := p.newUser(t, noFactors)
			const n = 6
			sessions, secrets := begin(u, n)
			answers := race(n, func(i int) answer { return setup(u, sessions[i], secrets[i]) })
			winner, winners := -1, 0
			for i, a := range answers {
				if a.tokens != nil {
					winner, winners = i, winners+1
				} else if a.err == nil {
					t.Errorf("a loser got %s", a.demand)
				} else if name, _ := exception(a.err); name == "InternalErrorException" {
					t.Errorf("a loser got %v", a.err)
				}
			}
			if winners != 1 {
				t.Fatalf("%d set-ups gave tokens, want one", winners)
			}
			p.advance(time.Minute)
			wantChallenge(t, u.enter(u.asked(t), otp(t, secrets[winner], p.now())), "tokens")
		})
		t.Run("by access token at once", func(t *testing.T) {
			q := p.newPool(t, setting{"OPTIONAL", allFactors, "admin"})
			u := q.newUser(t, noFactors)
			u.open(t)
			secret := u.associate(t)
			code := otp(t, secret, p.now())
			var wins int
			var mu sync.Mutex
			inParallel(8, func(int) {
				err := u.verifyQuietly(code)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					wins++
				} else if name, _ := exception(err); name == "InternalErrorException" {
					t.Errorf("VerifySoftwareToken: %v", err)
				}
			})
			if wins != 1 {
				t.Errorf("one code verified the app %d times, want once", wins)
			}
		})
	})
}

func (u *user) verifyQuietly(code string) error {
	_, err := u.api.VerifySoftwareToken(u.ctx, &idp.VerifySoftwareTokenInput{AccessToken: &u.token, UserCode: &code})
	return err
}

// TestAppParameters: what AssociateSoftwareToken and VerifySoftwareToken refuse.
func TestAppParameters(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.newUser(t, noFactors)
		u.open(t)
		p.configure(t, setting{"ON", allFactors, "admin"})
		a := wantChallenge(t, u.signIn(publicly), "MFA_SETUP")
		associate := func(token, session string) error {
			_, err := p.api.AssociateSoftwareToken(p.ctx, &idp.AssociateSoftwareTokenInput{AccessToken: some(token), Session: some(session)})
			return err
		}
		verify := func(token, session string) error {
			_, err := p.api.VerifySoftwareToken(p.ctx, &idp.VerifySoftwareTokenInput{AccessToken: some(token), Session: some(session), UserCode: aws.String("000000")})
			return err
		}
		for name, call := range map[string]func(token, session string) error{"AssociateSoftwareToken": associate, "VerifySoftwareToken": verify} {
			refused(t, name+" with neither", call("", ""), "InvalidParameterException", "")
			refused(t, name+" with both", call(u.token, a.session), "InvalidParameterException", "")
			refused(t, name+" with garbage", call("garbage", ""), "NotAuthorizedException", "Invalid Access Token")
			refused(t, name+" with a made-up session", call("", madeUp), "NotAuthorizedException", "Invalid session for the user.")
		}
		if name, _ := exception(verify(u.token, "")); name != "EnableSoftwareTokenMFAException" && name != "SoftwareTokenMFANotFoundException" {
			t.Errorf("VerifySoftwareToken before AssociateSoftwareToken: %s", name)
		}
		if name, _ := exception(verify("", a.session)); name != "EnableSoftwareTokenMFAException" && name != "SoftwareTokenMFANotFoundException" {
			t.Errorf("VerifySoftwareToken in a session before AssociateSoftwareToken: %s", name)
		}
		secret, session := u.beginApp(t, a.session)
		_, err := u.verifyIn(session, wrong(otp(t, secret, p.now())))
		refused(t, "VerifySoftwareToken in a session, wrong code", err, "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
		next, err := u.verifyIn(session, otp(t, secret, p.now()))
		if err != nil {
			t.Fatalf("the right code after a wrong one: %v", err)
		}
		wantChallenge(t, u.respond(publicly, u.client, "MFA_SETUP", next, map[string]string{"USERNAME": u.name}), "tokens")

		p.configure(t, setting{"ON", sms, "admin"})
		const off = "Software Token MFA has not been enabled by the userPool"
		refused(t, "AssociateSoftwareToken where apps are off", associate(u.token, ""), "SoftwareTokenMFANotFoundException", off)
		refused(t, "VerifySoftwareToken where apps are off", verify(u.token, ""), "SoftwareTokenMFANotFoundException", off)
	})
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// TestFriendlyName: the name given to the app comes with its challenge.
func TestFriendlyName(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.newUser(t, noFactors)
		u.open(t)
		u.secret = u.associate(t)
		must[*idp.VerifySoftwareTokenOutput](t, "VerifySoftwareToken")(p.api.VerifySoftwareToken(p.ctx, &idp.VerifySoftwareTokenInput{
			AccessToken: &u.token, UserCode: aws.String(otp(t, u.secret, p.now())), FriendlyDeviceName: aws.String("Blue phone"),
		}))
		wantChallenge(t, u.signIn(publicly), "tokens") // verifying alone activates nothing
		u.activate(t, totp, noFactors)
		if a := u.asked(t); a.params["FRIENDLY_DEVICE_NAME"] != "Blue phone" {
			t.Errorf("SOFTWARE_TOKEN_MFA names the app %q", a.params["FRIENDLY_DEVICE_NAME"])
		}
	})
}
