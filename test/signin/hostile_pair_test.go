package signin_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// interchangeable are the pairs where a challenge may be answered by the name of another: the first factor
// is chosen by either of two styles, and again by whoever has dismissed the prompt for a passkey.
var interchangeable = map[string]bool{
	"SELECT_CHALLENGE PASSWORD": true, "SELECT_CHALLENGE PASSWORD_SRP": true,
	"WEB_AUTHN SELECT_CHALLENGE": true, "WEB_AUTHN PASSWORD": true, "WEB_AUTHN PASSWORD_SRP": true,
}

// TestEveryPair presents the session of each challenge for each other challenge, by somebody who knows
// every proof from other sign-ins of the same user.
func TestEveryPair(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	sc := newScenes(t, sqlite)
	var pairs int
	for _, st := range stages {
		t.Run(st.String(), func(t *testing.T) {
			// Who can be asked for everything knows every proof.
			u := sc.cast(t, st)
			s := u.play(t, st)
			otherClient := u.newClient(t)
			spoils := u.spoils(t, otherClient)
			for _, other := range types.ChallengeNameType("").Values() {
				if string(other) == st.challenge {
					continue
				}
				for _, d := range []door{publicly, asAdmin} {
					for _, responses := range spoils {
						pairs++
						got := u.respond(d, u.client, string(other), s.session, responses)
						switch {
						case interchangeable[st.challenge+" "+string(other)]:
						case got.tokens != nil:
							t.Errorf("asked for %s, answered %s (%s): TOKENS", st, other, d)
						case !got.refused():
							t.Errorf("asked for %s, answered %s (%s): %s", st, other, d, got)
						case got.refused() && got.name != "NotAuthorizedException" && got.name != "InvalidParameterException":
							t.Errorf("asked for %s, answered %s (%s): %s", st, other, d, got)
						}
						if !got.refused() {
							u = sc.cast(t, st)
							s = u.play(t, st)
							spoils = u.spoils(t, otherClient)
						}
					}
				}
			}
			// What was tried was none of the stage's business.
			if strings.HasSuffix(st.challenge, "PASSWORD_VERIFIER") || st.challenge == "SOFTWARE_TOKEN_MFA" {
				return // the proofs are bound to the exchange, or were spent
			}
			p := u.present(t, st, &s)
			wantOnward(t, fmt.Sprintf("%s after all other challenges", st), p.send())
		})
	}
	if want := len(stages) * 15; pairs < want {
		t.Errorf("%d pairs, want at least %d", pairs, want)
	}
}

// spoils are answers to everything at once: codes, passwords and proofs that are right in other sign-ins
// of the same user, with each answer to a choice.
func (u *user) spoils(t reporter, otherClient string) []map[string]string {
	t.Helper()
	all := map[string]string{
		"USERNAME": u.name, "PASSWORD": u.typed(), "NEW_PASSWORD": newPassword, "SRP_A": newSRPClient().A(), "EMAIL": u.email(),
		"TIMESTAMP": u.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"), "PASSWORD_CLAIM_SIGNATURE": "AAAA", "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA",
		"DEVICE_KEY": "us-east-1_" + strings.Repeat("0", 8) + "-0000-0000-0000-000000000000",
	}
	code := codeOr(u.code(u.id, u.name), "123456")
	for _, name := range []string{"SMS_MFA_CODE", "EMAIL_OTP_CODE", "SMS_OTP_CODE", "SOFTWARE_TOKEN_MFA_CODE", "EMAIL_MFA_CODE"} {
		all[name] = code
	}
	if u.secret != "" {
		all["SOFTWARE_TOKEN_MFA_CODE"] = otp(t, u.secret, u.Now().Add(30*time.Second))
	}
	if u.passkey != nil {
		all["CREDENTIAL"], _ = u.passkey.get(fmt.Sprintf(`{"challenge":%q,"rpId":%q}`, base64url(make([]byte, 32)), relyingParty))
		if asked := u.start(start{publicly, "USER_AUTH", "WEB_AUTHN"}); asked.name == "WEB_AUTHN" {
			all["CREDENTIAL"] = u.credential(t, &asked)
		}
	}
	// A right proof of SRP needs no session: one that another client of the pool began is worth nothing here.
	if begun := u.startWith(otherClient, start{publicly, "USER_SRP_AUTH", ""}); begun.name == "PASSWORD_VERIFIER" {
		_, proof := u.responses(t, &begun, "")
		maps.Copy(all, proof)
	}
	if u.device != nil {
		all["DEVICE_KEY"] = u.device.key
	}
	var each []map[string]string
	for _, answer := range []string{"SMS_MFA", "PASSWORD", "EMAIL_OTP"} {
		one := maps.Clone(all)
		one["ANSWER"] = answer
		each = append(each, one)
	}
	return each
}
