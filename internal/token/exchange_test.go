package token

import (
	"errors"
	"sync"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func (w *world) exchange(text string) (*cognitoidp.AuthenticationResultType, error) {
	return w.Exchange(w.t.Context(), w.pool, w.client, Presented{RefreshToken: text})
}

func (w *world) mustExchange(text string) *cognitoidp.AuthenticationResultType {
	w.t.Helper()
	result, err := w.exchange(text)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Bearer(w.t.Context(), *result.AccessToken); err != nil {
		w.t.Errorf("the new access token: %v", err)
	}
	return result
}

// rotating makes the client rotate its refresh tokens, with a grace in seconds.
func (w *world) rotating(grace int32) {
	w.t.Helper()
	w.saveClient(func(c *userpool.Client) {
		c.Settings.RefreshTokenRotation = &cognitoidp.RefreshTokenRotationType{
			Feature: cognitoidp.FeatureTypeEnabled, RetryGracePeriodSeconds: &grace,
		}
	})
}

func TestExchangeWithoutRotation(t *testing.T) {
	w := newWorld(t)
	first := *w.signIn().Result.RefreshToken
	for range 3 {
		w.advance(time.Hour)
		if result := w.mustExchange(first); result.RefreshToken != nil {
			t.Error("a client that does not rotate got a new refresh token")
		}
	}
}

func TestExchangeRotates(t *testing.T) {
	w := newWorld(t)
	w.rotating(30)
	first := *w.signIn().Result.RefreshToken
	w.advance(24 * time.Hour)
	second := *w.mustExchange(first).RefreshToken
	if second == first {
		t.Fatal("the refresh token stayed the same")
	}
	w.advance(29 * time.Second)
	third := *w.mustExchange(first).RefreshToken // a retry within the grace
	w.mustExchange(second)
	w.mustExchange(third)

	// The new ones live for what is left of the first one's thirty days.
	fourth := *w.mustExchange(third).RefreshToken
	w.advance(29*24*time.Hour - 29*time.Second)
	if _, err := w.exchange(fourth); !errors.Is(err, cognitoidp.NotAuthorizedException) {
		t.Errorf("after the first one's life: %v", err)
	}
}

// TestReuseEndsTheSession: a token that comes back after the grace ends what came of it, whoever has it.
func TestReuseEndsTheSession(t *testing.T) {
	for name, grace := range map[string]int32{"no grace": 0, "a grace": 10} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.rotating(grace)
			grant := w.signIn()
			stolen := *grant.Result.RefreshToken
			other := w.signIn()
			second := w.mustExchange(stolen)
			w.advance(time.Duration(grace) * time.Second)
			if _, err := w.exchange(stolen); !errors.Is(err, cognitoidp.RefreshTokenReuseException) {
				t.Errorf("reused: %v", err)
			}
			if _, err := w.exchange(*second.RefreshToken); !errors.Is(err, cognitoidp.NotAuthorizedException) {
				t.Errorf("its successor: %v", err)
			}
			for what, access := range map[string]*string{"first": grant.Result.AccessToken, "second": second.AccessToken} {
				if _, err := w.Bearer(t.Context(), *access); !errors.Is(err, cognitoidp.NotAuthorizedException) {
					t.Errorf("the %s access token: %v", what, err)
				}
			}
			w.mustExchange(*other.Result.RefreshToken) // another sign-in is not concerned
		})
	}
}

// TestExchangeRace: without a grace, of those who present one token at once at most one gets tokens, and
// the session ends. Within a grace all get tokens that work.
func TestExchangeRace(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for _, grace := range []int32{0, 60} {
			for _, tracked := range []bool{false, true} {
				w.rotating(grace)
				w.tracking(tracked, 20)
				const callers = 4
				first := w.signIn().Result
				results := make([]*cognitoidp.AuthenticationResultType, callers)
				var all sync.WaitGroup
				for i := range callers {
					all.Go(func() {
						result, err := w.exchange(*first.RefreshToken)
						if err != nil && (grace > 0 ||
							!errors.Is(err, cognitoidp.RefreshTokenReuseException) && !errors.Is(err, cognitoidp.NotAuthorizedException)) {
							t.Errorf("caller %d: %v", i, err)
						}
						results[i] = result
					})
				}
				all.Wait()
				won := 0
				for i, result := range results {
					if result == nil {
						continue
					}
					won++
					_, access := w.Bearer(t.Context(), *result.AccessToken)
					_, refresh := w.exchange(*result.RefreshToken)
					if works := grace > 0; (access == nil) != works || (refresh == nil) != works {
						t.Errorf("grace %d, tokens of caller %d: %v, %v", grace, i, access, refresh)
					}
				}
				if want := map[int32]int{0: 1, 60: callers}[grace]; won != want {
					t.Errorf("grace %d: %d callers got tokens, want %d", grace, won, want)
				}
			}
		}
	})
}

// TestStolenRefreshToken: thief and victim go on from one token; once the grace is over, the first who
// comes back with an old one ends the tokens of both, however many present it at once.
func TestStolenRefreshToken(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.rotating(10)
		stolen := *w.signIn().Result.RefreshToken
		victim, thief := w.mustExchange(stolen), w.mustExchange(stolen)
		w.advance(10 * time.Second)
		thief = w.mustExchange(*thief.RefreshToken)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := w.exchange(stolen); !errors.Is(err, cognitoidp.RefreshTokenReuseException) && !errors.Is(err, cognitoidp.NotAuthorizedException) {
					t.Errorf("reused: %v", err)
				}
			})
		}
		all.Wait()
		for who, one := range map[string]*cognitoidp.AuthenticationResultType{"victim": victim, "thief": thief} {
			_, err := w.exchange(*one.RefreshToken)
			wantRefusal(t, err, errNotAuthorized, revokedRefresh)
			if _, err := w.Bearer(t.Context(), *one.AccessToken); !errors.Is(err, cognitoidp.NotAuthorizedException) {
				t.Errorf("access token of the %s: %v", who, err)
			}
		}
	})
}

// TestExchangeWhileForgetting: a device that is forgotten while its refresh token is being exchanged
// leaves nothing behind.
func TestExchangeWhileForgetting(t *testing.T) {
	const device = "eu-west-1_0d4c8f7e-1111-4222-8333-444455556666"
	w := newWorld(t)
	w.rotating(10)
	text := *w.signIn(func(in *SignIn) { in.DeviceKey = device }).Result.RefreshToken
	w.confirm(device)
	w.Store = &meanwhile{Store: w.Store, once: func(s store.Store) {
		err := s.Update(t.Context(), func(tx store.Tx) error { return tx.DeleteDevice(t.Context(), poolID, "Ana", device) })
		if err != nil {
			t.Error(err)
		}
	}}
	_, err := w.Exchange(t.Context(), w.pool, w.client, Presented{RefreshToken: text, DeviceKey: device})
	wantRefusal(t, err, errNotAuthorized, "Invalid Refresh Token")
}

func TestExchangeRefuses(t *testing.T) {
	w := newWorld(t)
	w.rotating(0)
	g := w.signIn()
	for name, text := range map[string]string{"garbage": "garbage", "an access token": *g.Result.AccessToken} {
		if _, err := w.exchange(text); !errors.Is(err, cognitoidp.NotAuthorizedException) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) })
	if _, err := w.exchange(*g.Result.RefreshToken); !errors.Is(err, cognitoidp.NotAuthorizedException) {
		t.Errorf("after a sign-out everywhere: %v", err)
	}
}
