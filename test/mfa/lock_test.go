package mfa_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const (
	lockedCodes     = "Too many invalid credentials attempts. User temporarily locked. Please try again after few seconds."
	lockedPasswords = "Password attempts exceeded"
	wrongPassword   = "Incorrect username or password."
)

// lockAfter is how long the n-th failure in a row locks.
func lockAfter(n int) time.Duration {
	if n < 5 {
		return 0
	}
	return min(1<<(n-5)*time.Second, 15*time.Minute)
}

// TestPasswordLock walks along the lock: each further failure doubles it, up to a quarter of an hour.
func TestPasswordLock(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		for _, d := range []door{publicly, asAdmin} {
			u := p.newUser(t, noFactors)
			guess := func(pass string) answer { return p.signInAs(d, p.client, u.name, pass) }
			for n := 1; n <= 13; n++ {
				noTokens(t, fmt.Sprintf("wrong password %d", n), guess("Wr0ng-Horse!"), "NotAuthorizedException", wrongPassword)
				lock := lockAfter(n)
				if lock == 0 {
					continue
				}
				noTokens(t, fmt.Sprintf("the right password at once after %d", n), guess(password), "NotAuthorizedException", lockedPasswords)
				p.advance(lock - time.Second/2)
				noTokens(t, fmt.Sprintf("the right password before the lock of %s ends", lock), guess(password), "NotAuthorizedException", lockedPasswords)
				noTokens(t, "a wrong password while locked", guess("Wr0ng-Horse!"), "NotAuthorizedException", lockedPasswords)
				p.advance(time.Second)
			}
			wantChallenge(t, guess(password), "tokens")
			for range 4 { // counting begins again
				noTokens(t, "a wrong password after a success", guess("Wr0ng-Horse!"), "NotAuthorizedException", wrongPassword)
			}
			wantChallenge(t, guess(password), "tokens")
		}
		t.Run("forgotten after a quarter of an hour", func(t *testing.T) {
			u := p.newUser(t, noFactors)
			guess := func(pass string) answer { return p.signInAs(publicly, p.client, u.name, pass) }
			for range 4 {
				noTokens(t, "a wrong password", guess("Wr0ng-Horse!"), "NotAuthorizedException", wrongPassword)
			}
			p.advance(15*time.Minute + time.Second)
			noTokens(t, "the first of a new row", guess("Wr0ng-Horse!"), "NotAuthorizedException", wrongPassword)
			wantChallenge(t, guess(password), "tokens")
		})
		t.Run("one count for all ways in", func(t *testing.T) {
			u := p.newUser(t, noFactors)
			for i := range 5 {
				var a answer
				if i%3 == 2 {
					a = u.signInBySRP(t, "Wr0ng-Horse!")
				} else {
					a = p.signInAs([]door{publicly, asAdmin}[i%2], p.client, u.name, "Wr0ng-Horse!")
				}
				noTokens(t, "a wrong password", a, "NotAuthorizedException", wrongPassword)
			}
			noTokens(t, "the public way", u.signIn(publicly), "NotAuthorizedException", lockedPasswords)
			noTokens(t, "the administrator's way", u.signIn(asAdmin), "NotAuthorizedException", lockedPasswords)
			other := p.newUser(t, noFactors)
			wantChallenge(t, other.signIn(publicly), "tokens") // no one else is locked
		})
	})
}

// TestPasswordGuessing guesses from many places at once: five are looked at, the rest are locked out,
// and so is the right one among them.
func TestPasswordGuessing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.newUser(t, noFactors)
		guesses := race(50, func(i int) answer {
			return p.signInAs([]door{publicly, asAdmin}[i%2], p.client, u.name, fmt.Sprintf("Wr0ng-Horse!%d", i))
		})
		wantLookedAt(t, guesses, 5, "NotAuthorizedException", wrongPassword, lockedPasswords)
		guesses = race(50, func(i int) answer {
			if i == 25 {
				return u.signIn(publicly)
			}
			return p.signInAs(publicly, p.client, u.name, fmt.Sprintf("Wr0ng-Horse!%d", i))
		})
		wantLookedAt(t, guesses, 0, "NotAuthorizedException", wrongPassword, lockedPasswords)
		p.advance(1500 * time.Millisecond)
		guesses = race(50, func(i int) answer {
			return p.signInAs(publicly, p.client, u.name, fmt.Sprintf("Wr0ng-Horse!%d", i))
		})
		wantLookedAt(t, guesses, 1, "NotAuthorizedException", wrongPassword, lockedPasswords)
	})
}

// wantLookedAt: so many guesses were found wrong, and all others met the lock.
func wantLookedAt(t *testing.T, guesses []answer, n int, exceptionName, wrongText, lockedText string) {
	t.Helper()
	looked, locked := 0, 0
	for _, g := range guesses {
		name, text := exception(g.err)
		switch {
		case g.tokens != nil:
			t.Error("a guess got TOKENS")
		case name == exceptionName && text == wrongText:
			looked++
		case name == "NotAuthorizedException" && text == lockedText:
			locked++
		default:
			t.Errorf("a guess got %s %q", name, text)
		}
	}
	if looked != n || locked != len(guesses)-n {
		t.Errorf("%d guesses were looked at and %d locked out, want %d and %d", looked, locked, n, len(guesses)-n)
	}
}

// wrongCode gives a wrong answer to a challenge for a code.
func (u *user) wrongCode(t reporter, a answer) answer {
	t.Helper()
	return u.enter(a, wrong(u.rightCode(t, a.answer)))
}

var mismatchText = map[string]string{
	"SOFTWARE_TOKEN_MFA": "Invalid code received for user",
	"SMS_MFA":            "Invalid code or auth state for the user.",
	"EMAIL_OTP":          "Invalid code or auth state for the user.",
}

// TestCodeLock walks along the lock for codes of each factor.
func TestCodeLock(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		for _, f := range eachFactor {
			t.Run(factorNames[f], func(t *testing.T) {
				t.Parallel()
				p := appPool(t, database)
				u := p.withApp(t)
				u.restore(t, model{active: f, preferred: f})
				challenge := factorNames[f]
				fresh := func() answer { return wantChallenge(t, u.signIn(publicly), challenge) }
				a := fresh()
				for n := 1; n <= 9; n++ {
					if n%2 == 0 { // the count is the user's, not the session's
						a = fresh()
					}
					noTokens(t, fmt.Sprintf("wrong code %d", n), u.wrongCode(t, a), "CodeMismatchException", mismatchText[challenge])
					lock := lockAfter(n)
					if lock == 0 {
						continue
					}
					noTokens(t, fmt.Sprintf("the right code at once after %d", n), u.enter(a, u.rightCode(t, challenge)), "NotAuthorizedException", lockedCodes)
					b := u.signIn(publicly)
					if b.answer == challenge {
						noTokens(t, "the right code in a new sign-in", u.enter(b, u.rightCode(t, challenge)), "NotAuthorizedException", lockedCodes)
					} else {
						noTokens(t, "a new sign-in while locked", b, "NotAuthorizedException", lockedCodes)
					}
					p.advance(lock - time.Second/2)
					noTokens(t, fmt.Sprintf("the right code before the lock of %s ends", lock), u.enter(a, u.rightCode(t, challenge)), "NotAuthorizedException", lockedCodes)
					noTokens(t, "a wrong code while locked", u.wrongCode(t, a), "NotAuthorizedException", lockedCodes)
					p.advance(time.Second)
				}
				a = fresh()
				wantChallenge(t, u.enter(a, u.rightCode(t, challenge)), "tokens")
				p.advance(time.Minute)
				a = fresh()
				for range 4 { // counting begins again
					noTokens(t, "a wrong code after a success", u.wrongCode(t, a), "CodeMismatchException", mismatchText[challenge])
				}
				wantChallenge(t, u.enter(a, u.rightCode(t, challenge)), "tokens")
			})
		}
	})
}

// TestCodeLockOfAll: a right password does not wipe out wrong codes, changing the factor does not
// begin a new count, and the password's count is another one.
func TestCodeLockOfAll(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.withApp(t)
		u.restore(t, model{active: allFactors})
		choice := func(i int) answer {
			a := wantChallenge(t, u.signIn(publicly), "SELECT_MFA_TYPE")
			return wantChallenge(t, u.choose(a, factorNames[eachFactor[i%3]]), factorNames[eachFactor[i%3]])
		}
		for i := range 5 {
			a := choice(i)
			noTokens(t, "a wrong code", u.wrongCode(t, a), "CodeMismatchException", mismatchText[a.answer])
		}
		for i := range 3 {
			a := wantChallenge(t, u.signIn(publicly), "SELECT_MFA_TYPE")
			a = u.choose(a, factorNames[eachFactor[i]])
			if a.err == nil {
				a = u.enter(a, u.rightCode(t, a.answer))
			}
			noTokens(t, "the right code by "+factorNames[eachFactor[i]], a, "NotAuthorizedException", lockedCodes)
		}
		noTokens(t, "a wrong password", p.signInAs(publicly, p.client, u.name, "Wr0ng-Horse!"), "NotAuthorizedException", wrongPassword)
		p.advance(1500 * time.Millisecond)
		a := choice(0)
		wantChallenge(t, u.enter(a, u.rightCode(t, a.answer)), "tokens")

		// Forgotten after a day without attempts.
		a = choice(0)
		for range 4 {
			noTokens(t, "a wrong code", u.wrongCode(t, a), "CodeMismatchException", "")
		}
		p.advance(24*time.Hour + time.Second)
		a = choice(0)
		for range 4 {
			noTokens(t, "a wrong code of a new row", u.wrongCode(t, a), "CodeMismatchException", "")
		}
		wantChallenge(t, u.enter(a, u.rightCode(t, a.answer)), "tokens")
	})
}

// TestCodeGuessing guesses codes from many places at once, by one session and by many.
func TestCodeGuessing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		for _, f := range []factors{totp, sms} {
			for what, each := range map[string]bool{"one session": false, "a session for each guess": true} {
				t.Run(factorNames[f]+" by "+what, func(t *testing.T) {
					u := p.withApp(t)
					u.restore(t, model{active: f, preferred: f})
					challenge := factorNames[f]
					sessions := make([]answer, 50)
					for i := range sessions {
						if i == 0 || each && f == totp {
							sessions[i] = wantChallenge(t, u.signIn(publicly), challenge)
						} else {
							sessions[i] = sessions[i-1]
						}
					}
					right := u.rightCode(t, challenge)
					bad := func(i int) answer { return u.enter(sessions[i], shifted(right, i+1)) }
					mismatch := mismatchText[challenge]

					wantLookedAt(t, race(50, bad), 5, "CodeMismatchException", mismatch, lockedCodes)
					wantLookedAt(t, race(50, func(i int) answer {
						if i == 25 {
							return u.enter(sessions[i], right)
						}
						return bad(i)
					}), 0, "CodeMismatchException", mismatch, lockedCodes)
					p.advance(1500 * time.Millisecond)
					wantLookedAt(t, race(50, bad), 1, "CodeMismatchException", mismatch, lockedCodes)
				})
			}
		}
	})
}

// shifted is another code of six digits, another one for each n up to a million, and never one that
// an app shows within its window but by a chance of two in a million.
func shifted(code string, n int) string {
	var number int
	fmt.Sscanf(code, "%d", &number)
	return fmt.Sprintf("%0*d", len(code), (number+n*7919)%pow10(len(code)))
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// TestLockSurvivesSetters: what users and administrators may change about MFA does not end a lock.
func TestLockSurvivesSetters(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		p := appPool(t, database)
		u := p.withApp(t)
		u.restore(t, model{active: sms | totp, preferred: totp})
		a := u.asked(t)
		for range 5 {
			noTokens(t, "a wrong code", u.wrongCode(t, a), "CodeMismatchException", "")
		}
		if got := u.prefer(t, true, blocks{sms: {nil, aws.Bool(true)}}); got.body != "{}" {
			t.Fatalf("preference: %d %s", got.status, got.body)
		}
		a = u.signIn(publicly)
		if a.err == nil {
			a = u.enter(wantChallenge(t, a, "SMS_MFA"), u.rightCode(t, "SMS_MFA"))
		}
		noTokens(t, "by the other factor", a, "NotAuthorizedException", lockedCodes)
		listed := must[*idp.AdminGetUserOutput](t, "AdminGetUser")(p.api.AdminGetUser(p.ctx, &idp.AdminGetUserInput{UserPoolId: &p.id, Username: &u.name}))
		if !slices.Contains(listed.UserMFASettingList, "SMS_MFA") || aws.ToString(listed.PreferredMfaSetting) != "SMS_MFA" {
			t.Errorf("reads show %v, %s", listed.UserMFASettingList, aws.ToString(listed.PreferredMfaSetting))
		}
	})
}
