package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const racers = 8

// race runs fn in so many goroutines at once and answers how many of them won.
func race(t *testing.T, fn func(racer int) (won bool, err error)) int {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	wins := 0
	for i := range racers {
		wg.Go(func() {
			won, err := fn(i)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("racer %d: %v", i, err)
			}
			if won {
				wins++
			}
		})
	}
	wg.Wait()
	return wins
}

// raceUpdate is a race of Updates.
func raceUpdate(t *testing.T, s store.Store, fn func(ctx context.Context, tx store.Tx, racer int) (bool, error)) int {
	t.Helper()
	return race(t, func(racer int) (won bool, err error) {
		err = s.Update(t.Context(), func(tx store.Tx) (err error) {
			won, err = fn(t.Context(), tx, racer)
			return err
		})
		return won, err
	})
}

func testRaceForAlias(t *testing.T, s store.Store) {
	for round := range 5 {
		mail := fmt.Sprintf("%d@example.com", round)
		wins := race(t, func(racer int) (bool, error) {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				return tx.CreateUser(t.Context(), newUser("r_a", fmt.Sprintf("new%d-%d", round, racer), "email", mail))
			})
			if errors.Is(err, store.ErrExists) {
				return false, nil
			}
			return err == nil, err
		})
		same(t, "users created with one alias", 1, wins)

		// The same among users who exist.
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			for racer := range racers {
				if err := tx.CreateUser(ctx, newUser("r_b", fmt.Sprintf("old%d-%d", round, racer), "", "")); err != nil {
					return err
				}
			}
			return nil
		})
		wins = race(t, func(racer int) (bool, error) {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				return tx.SaveUser(t.Context(), newUser("r_b", fmt.Sprintf("old%d-%d", round, racer), "email", mail))
			})
			if errors.Is(err, store.ErrExists) {
				return false, nil
			}
			return err == nil, err
		})
		same(t, "users who got one alias", 1, wins)
		get(t, s, readAlias("r_a", "email", mail))
		get(t, s, readAlias("r_b", "email", mail))
	}
	same(t, "CountUsers", 5, both(t, s, readUserCount("r_a")))
	same(t, "CountUsers", 5*racers, both(t, s, readUserCount("r_b")))
}

func testRaceToConsume(t *testing.T, s store.Store) {
	for round := range 5 {
		id := []byte{byte(round)}
		later := start.Add(time.Hour)
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(
				tx.CreateAttempt(ctx, &userpool.Attempt{ID: id, PoolID: "r_a", Expires: later}),
				tx.CreateRefreshToken(ctx, &userpool.RefreshToken{ID: id, PoolID: "r_a", Expires: later}),
				tx.PutCode(ctx, &userpool.Code{PoolID: "r_a", Username: "ana", Purpose: userpool.CodeSignUp, Expires: later}),
			)
		})
		same(t, "winners of ConsumeAttempt", 1, raceUpdate(t, s, func(ctx context.Context, tx store.Tx, _ int) (bool, error) {
			return tx.ConsumeAttempt(ctx, id)
		}))
		same(t, "winners of RotateRefreshToken", 1, raceUpdate(t, s, func(ctx context.Context, tx store.Tx, _ int) (bool, error) {
			return tx.RotateRefreshToken(ctx, id, start)
		}))
		same(t, "winners of ConsumeCode", 1, raceUpdate(t, s, func(ctx context.Context, tx store.Tx, _ int) (bool, error) {
			return tx.ConsumeCode(ctx, "r_a", "ana", userpool.CodeSignUp)
		}))
	}
}

func testRaceToSpend(t *testing.T, s store.Store) {
	const each = 10
	var mu sync.Mutex
	seen := map[int]int{}
	race(t, func(int) (bool, error) {
		for range each {
			var n int
			err := s.Update(t.Context(), func(tx store.Tx) (err error) {
				n, err = tx.Spend(t.Context(), "r_a", "ana", "sms", time.Hour, start)
				return err
			})
			if err != nil {
				return false, err
			}
			mu.Lock()
			seen[n]++
			mu.Unlock()
		}
		return true, nil
	})
	for n := 1; n <= racers*each; n++ {
		if seen[n] != 1 {
			t.Errorf("%d of the uses were told to be number %d, want 1", seen[n], n)
		}
	}
}

// testRaceToChange: no change is lost when all read, decide and write the same record, and a
// refusal among them undoes itself alone.
func testRaceToChange(t *testing.T, s store.Store) {
	const each = 10
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, newUser("r_a", "ana", "", "")) })
	refusal := errors.New("refused")
	race(t, func(racer int) (bool, error) {
		for i := range each {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				u, err := tx.User(t.Context(), "r_a", "ana")
				if err != nil {
					return err
				}
				if u.Attributes == nil {
					u.Attributes = map[string]string{}
				}
				mark := fmt.Sprintf("custom:%d-%d", racer, i)
				if _, twice := u.Attributes[mark]; twice {
					return fmt.Errorf("%s is there already", mark)
				}
				u.Attributes[mark] = "x"
				if err := tx.SaveUser(t.Context(), u); err != nil {
					return err
				}
				if i%3 == 2 {
					return refusal
				}
				return nil
			})
			if i%3 == 2 && errors.Is(err, refusal) {
				err = nil
			}
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
	kept := 0
	for i := range each {
		if i%3 != 2 {
			kept += racers
		}
	}
	same(t, "changes kept", kept, len(get(t, s, readUser("r_a", "ana")).Attributes))
}

// testRaceForPasskeys: who counts before adding never goes beyond the most, though all count at once.
func testRaceForPasskeys(t *testing.T, s store.Store) {
	add := func(ctx context.Context, tx store.Tx, id string) (bool, error) {
		keys, err := tx.Passkeys(ctx, "r_a", "ana")
		if err != nil || len(keys) >= userpool.MostPasskeys {
			return false, err
		}
		return true, tx.CreatePasskey(ctx, &userpool.Passkey{PoolID: "r_a", Username: "ana", ID: []byte(id)})
	}
	const room = 3
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range userpool.MostPasskeys - room {
			if _, err := add(ctx, tx, fmt.Sprint("there ", i)); err != nil {
				return err
			}
		}
		return nil
	})
	wins := raceUpdate(t, s, func(ctx context.Context, tx store.Tx, racer int) (bool, error) {
		return add(ctx, tx, fmt.Sprint("new ", racer))
	})
	same(t, "passkeys that found room", room, wins)
	same(t, "passkeys", userpool.MostPasskeys, len(both(t, s, readPasskeys("r_a", "ana"))))
}
