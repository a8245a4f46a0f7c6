package signin_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const (
	invalidSession  = "Invalid session for the user."
	expiredSession  = "Invalid session for the user, session is expired."
	consumedSession = "Invalid session for the user, session can only be used once."
	wrongPassword   = "Incorrect username or password."
	srpRefusal      = wrongPassword + " | " + invalidSession + " | " + expiredSession + " | " + consumedSession
)

// flipped is a text with one character in the middle changed for another of the same class.
func flipped(text string) string {
	b := []byte(text)
	for i := len(b) / 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= '0' && c <= '9':
			b[i] = '0' + (c-'0'+1)%10
		case c >= 'a' && c <= 'z':
			b[i] = 'a' + (c-'a'+1)%26
		case c >= 'A' && c <= 'Z':
			b[i] = 'A' + (c-'A'+1)%26
		default:
			continue
		}
		return string(b)
	}
	return text
}

// madeUp has the form of a session and was never given out.
func madeUp(like string) string {
	b := []byte(like)
	for i := range b {
		b[i] = flipped(string(b[i]))[0]
	}
	return string(b)
}

// presentation is one answer: the right responses by whoever knows them, and what carries the state.
type presentation struct {
	pool      *pool
	door      door
	client    string
	as        string
	session   string
	responses map[string]string
}

func (p presentation) send() step {
	return p.pool.respond(p.door, p.client, p.as, p.session, p.responses)
}

// carrying is the presentation with another state.
func (p presentation) carrying(carrier, state string) presentation {
	if carrier == "Session" {
		p.session = state
		return p
	}
	p.responses = with(p.responses, carrier, state)
	if state == "" {
		delete(p.responses, carrier)
	}
	return p
}

// present answers a stage rightly; nothing is sent yet.
func (u *user) present(t reporter, st stage, s *step) presentation {
	t.Helper()
	as, responses := u.right(t, st, s)
	return presentation{u.pool, s.door, u.client, as, s.session, responses}
}

// TestHostileSessions answers each challenge rightly but for the session, and never gets further; the
// session is then still good for whom it is.
func TestHostileSessions(t *testing.T) {
	t.Parallel()
	for _, database := range []string{sqlite, postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			sc := newScenes(t, database)
			h := hostility{sc, map[*pool]string{}, sc.optional.newPool(t, rehearsal)}
			for _, p := range []*pool{sc.optional, sc.required} {
				h.otherClient[p] = p.newClient(t)
			}
			all := stages
			if database != sqlite {
				all = everyNth(stages, 5)
			}
			for _, st := range all {
				t.Run(st.String(), func(t *testing.T) { h.attack(t, st) })
			}
		})
	}
}

// hostility is the scenes with more clients to attack from.
type hostility struct {
	scenes
	otherClient map[*pool]string
	otherPool   *pool
}

func (h hostility) attack(t *testing.T, st stage) {
	u, v := h.cast(t, st), h.cast(t, st)
	s := u.play(t, st)
	p := u.present(t, st, &s)
	carrier := s.carrier()
	invalid, expired, consumed := invalidSession, expiredSession, consumedSession
	if strings.HasSuffix(st.challenge, "PASSWORD_VERIFIER") {
		// Whatever is wrong with an exchange of SRP, either the session or the proof may be said to be.
		invalid, expired, consumed = srpRefusal, srpRefusal, srpRefusal
	}
	state := s.session
	if carrier != "Session" {
		state = p.responses[carrier]
	}

	if !h.goesWithout(st) {
		wantRefused(t, "no "+carrier, p.carrying(carrier, "").send(), "InvalidParameterException", "Missing required parameter "+carrier)
	}
	for what, text := range map[string]string{
		"a made-up one": madeUp(state), "one character changed": flipped(state), "cut short": state[:len(state)-4],
		"something behind it": state + "AAAA", "upper case": strings.ToUpper(state), "the other way round": reversed(state),
	} {
		if text != state {
			wantRefused(t, what, p.carrying(carrier, text).send(), "NotAuthorizedException", invalid)
		}
	}
	if carrier == "Session" {
		wantRefused(t, "garbage too short to be one", p.carrying(carrier, "garbage").send(), "InvalidParameterException", "")
		wantRefused(t, "garbage too long to be one", p.carrying(carrier, strings.Repeat("A", 2049)).send(), "InvalidParameterException", "")
		wantRefused(t, "garbage", p.carrying(carrier, "{\"not\": 'a session'} \x00 é").send(), "NotAuthorizedException", invalid)
	} else {
		wantRefused(t, "garbage", p.carrying(carrier, "{\"not\": 'a secret block'}").send(), "NotAuthorizedException", "")
	}

	// Of another user: their session for this user's name and proof, and the other way round.
	theirs := v.play(t, st)
	q := v.present(t, st, &theirs)
	theirState := theirs.session
	if carrier != "Session" {
		theirState = q.responses[carrier]
	}
	wantRefused(t, "another user's", p.carrying(carrier, theirState).send(), "NotAuthorizedException", invalid)
	crossed := p
	crossed.responses = with(p.responses, "USERNAME", v.name)
	wantRefused(t, "for another user's name", crossed.send(), "NotAuthorizedException", invalid)
	crossed.responses = q.responses
	if carrier == "Session" {
		wantRefused(t, "for another user's name and proof", crossed.send(), "NotAuthorizedException", invalid)
	}

	// Of another client, of the pool and of another one.
	foreign := p
	foreign.client = h.otherClient[u.pool]
	wantRefused(t, "by another client", foreign.send(), "NotAuthorizedException", invalid)
	foreign.pool, foreign.client = h.otherPool, h.otherPool.client
	wantRefused(t, "by a client of another pool", foreign.send(), "NotAuthorizedException", invalid)
	foreign.door = asAdmin
	wantRefused(t, "by an administrator of another pool", foreign.send(), "NotAuthorizedException", invalid)
	foreign.client = u.client
	wantRefused(t, "by an administrator of another pool with this client", foreign.send(), "ResourceNotFoundException", "")

	h.otherUses(t, st, u, state)

	// Nothing of this has hurt.
	wantOnward(t, "after all that", p.send())
	wantOnward(t, "the other user", q.send())
	wantRefused(t, "consumed", p.send(), "NotAuthorizedException", consumed)
	h.wantConsumed(t, st, p, consumed)

	p = h.replay(t, st)
	h.Advance(3*time.Minute + time.Second)
	wantRefused(t, "too late", p.send(), "NotAuthorizedException", expired)
}

// Advance moves the time of all pools: there is one server.
func (h hostility) Advance(d time.Duration) { h.optional.Advance(d) }

// replay is the stage come to by a new user: the first may have changed by it.
func (sc scenes) replay(t reporter, st stage) presentation {
	t.Helper()
	u := sc.cast(t, st)
	s := u.play(t, st)
	return u.present(t, st, &s)
}

// goesWithout tells the challenges that clients answer without a session: TestDevicesAlone.
func (h hostility) goesWithout(st stage) bool { return strings.HasPrefix(st.challenge, "DEVICE_") }

// wantConsumed: nor is there a wrong answer any more.
func (h hostility) wantConsumed(t *testing.T, st stage, p presentation, text string) {
	t.Helper()
	changed := maps.Clone(p.responses)
	for _, name := range []string{"SMS_MFA_CODE", "SOFTWARE_TOKEN_MFA_CODE", "EMAIL_OTP_CODE", "SMS_OTP_CODE"} {
		if code, ok := changed[name]; ok {
			changed[name] = wrong(code)
		}
	}
	if _, ok := changed["PASSWORD_CLAIM_SIGNATURE"]; ok {
		changed["PASSWORD_CLAIM_SIGNATURE"] = "AAAA"
	}
	p.responses = changed
	wantRefused(t, "consumed, and a wrong answer", p.send(), "NotAuthorizedException", text)
}

// otherUses: a session of one operation is none of another.
func (h hostility) otherUses(t *testing.T, st stage, u *user, state string) {
	t.Helper()
	if len(state) > 2048 || st.challenge == "MFA_SETUP" {
		return // TestSetUpSessions
	}
	_, err := u.api.AssociateSoftwareToken(u.ctx, &idp.AssociateSoftwareTokenInput{Session: &state})
	if got, want := refusal(err), "NotAuthorizedException: "+invalidSession; got != want {
		t.Errorf("at AssociateSoftwareToken: %q, want %q", got, want)
	}
	_, err = u.api.VerifySoftwareToken(u.ctx, &idp.VerifySoftwareTokenInput{Session: &state, UserCode: aws.String("123456")})
	if got, want := refusal(err), "NotAuthorizedException: "+invalidSession; got != want {
		t.Errorf("at VerifySoftwareToken: %q, want %q", got, want)
	}
	for _, name := range []string{u.name, h.unconfirmedUser(t, u.pool).name} {
		_, err = u.api.ConfirmSignUp(u.ctx, &idp.ConfirmSignUpInput{
			ClientId: &u.client, Username: &name, Session: &state, ConfirmationCode: aws.String(codeOr(u.code(u.id, name), "123456")),
		})
		if got := refusal(err); !strings.HasPrefix(got, "NotAuthorizedException") {
			t.Errorf("at ConfirmSignUp of %s: %q, want NotAuthorizedException", name, got)
		}
	}
	for _, d := range []door{publicly, asAdmin} {
		got := u.begin(u.client, opening{d, "USER_AUTH", map[string]string{"USERNAME": u.name}, state})
		wantRefused(t, "at InitiateAuth "+d.String(), got, "NotAuthorizedException", invalidSession)
	}
}

func (h hostility) unconfirmedUser(t reporter, p *pool) *user {
	t.Helper()
	return p.newUser(t, kind{status: unconfirmed, can: email})
}

func codeOr(code, otherwise string) string {
	if code == "" {
		return otherwise
	}
	return code
}

func reversed(text string) string {
	b := []byte(text)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
