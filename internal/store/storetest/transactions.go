package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testRollback(t *testing.T, s store.Store) {
	furnish(t, s, "r_a")
	refusal := errors.New("refused")
	refused(t, s, refusal, func(ctx context.Context, tx store.Tx) error {
		if err := tx.DeletePool(ctx, "r_a"); err != nil {
			return err
		}
		if _, err := tx.Pool(ctx, "r_a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a transaction does not see its own deletion: %v", err)
		}
		if err := tx.CreatePool(ctx, &userpool.Pool{ID: "r_b"}); err != nil {
			return err
		}
		if p, err := tx.Pool(ctx, "r_b"); err != nil || p.ID != "r_b" {
			t.Errorf("a transaction does not see its own pool: %v", err)
		}
		return refusal
	})
	expectFurniture(t, s, "r_a")
	missing(t, s, "pool of a transaction that was refused", readPool("r_b"))

	ctx := t.Context()
	if err := s.View(ctx, func(store.Reader) error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("View answers %v, not its function's error", err)
	}
}

// testIsolation: a View keeps its snapshot while an Update goes on, and a later View sees the change.
func testIsolation(t *testing.T, s store.Store) {
	ctx := t.Context()
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.CreatePool(ctx, &userpool.Pool{ID: "r_a", Name: "before"}); err != nil {
			return err
		}
		return tx.CreateUser(ctx, newUser("r_a", "ana", "email", "before@example.com"))
	})
	change := func(tx store.Tx) error {
		p, err := tx.Pool(ctx, "r_a")
		if err != nil {
			return err
		}
		p.Name = "after"
		u, err := tx.User(ctx, "r_a", "ana")
		if err != nil {
			return err
		}
		u.Names.Aliases[0].Value = "after@example.com"
		return errors.Join(tx.SavePool(ctx, p), tx.SaveUser(ctx, u))
	}
	look := func(r store.Reader, name, mail string) {
		t.Helper()
		p, err := r.Pool(ctx, "r_a")
		if err != nil || p.Name != name {
			t.Errorf("pool %+v, error %v; want name %s", p, err, name)
		}
		if _, err := r.UserByAlias(ctx, "r_a", userpool.Alias{Attribute: "email", Value: mail}); err != nil {
			t.Errorf("user by %s: %v", mail, err)
		}
	}
	// A store may let the Update wait for the View, so it must not be awaited inside.
	done := make(chan error, 1)
	inside := make(chan struct{})
	var enter sync.Once // the Update may run again
	view(t, s, func(ctx context.Context, r store.Reader) error {
		look(r, "before", "before@example.com")
		go func() {
			done <- s.Update(ctx, func(tx store.Tx) error {
				enter.Do(func() { close(inside) })
				return change(tx)
			})
		}()
		select {
		case <-inside:
		case err := <-done: // so soon, or without having run: that is asked below
			done <- err
		}
		for range 100 {
			look(r, "before", "before@example.com")
		}
		return nil
	})
	if err := <-done; err != nil {
		t.Fatalf("Update: %v", err)
	}
	view(t, s, func(_ context.Context, r store.Reader) error {
		look(r, "after", "after@example.com")
		return nil
	})
}

// testOwnership: what an Update reads belongs to the caller, and what was written is a copy.
func testOwnership(t *testing.T, s store.Store) {
	p, c := filled[userpool.Pool](full), filled[userpool.Client](full)
	k, u := filled[userpool.SigningKey](full), filled[userpool.User](full)
	p.ID, c.PoolID, k.PoolID, u.PoolID = "r_a", "r_a", "r_a", "r_a"
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.CreatePool(ctx, p), tx.CreateClient(ctx, c), tx.CreateSigningKey(ctx, k), tx.CreateUser(ctx, u))
	})
	spoil := func(p *userpool.Pool, c *userpool.Client, k *userpool.SigningKey, u *userpool.User) {
		p.Settings.AliasAttributes[0] = "spoiled"
		p.Settings.UserPoolTags["spoiled"] = "yes"
		c.Settings.ExplicitAuthFlows[0] = "spoiled"
		c.Secrets[0].Value = "spoiled"
		k.PrivateKey[0]++
		u.Attributes["spoiled"] = "yes"
		u.Password.Verifier[0]++
	}
	want := *filled[userpool.Pool](full)
	want.ID = p.ID
	check := func() {
		t.Helper()
		same(t, "pool", &want, both(t, s, readPool("r_a")))
		if got := both(t, s, readClient(c.ID)); got.Secrets[0].Value == "spoiled" || got.Settings.ExplicitAuthFlows[0] == "spoiled" {
			t.Errorf("a client was changed from outside: %+v", got)
		}
		keys := both(t, s, func(ctx context.Context, r store.Reader) ([]*userpool.SigningKey, error) {
			return r.SigningKeys(ctx, "r_a")
		})
		same(t, "signing key", filled[userpool.SigningKey](full).PrivateKey, keys[0].PrivateKey)
		same(t, "verifier", filled[userpool.User](full).Password.Verifier, both(t, s, readUser("r_a", u.Names.Username)).Password.Verifier)
	}
	check()
	spoil(p, c, k, u)
	check()
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		p, err1 := tx.Pool(ctx, "r_a")
		c, err2 := tx.Client(ctx, c.ID)
		keys, err3 := tx.SigningKeys(ctx, "r_a")
		u, err4 := tx.User(ctx, "r_a", u.Names.Username)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return err
		}
		spoil(p, c, keys[0], u)
		return nil
	})
	check()
}

func testCancellation(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx store.Tx) error {
		if err := tx.CreatePool(ctx, &userpool.Pool{ID: "r_a"}); err != nil {
			return err
		}
		cancel()
		_, err := tx.Pool(ctx, "r_a")
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Update answers %v", err)
	}
	for name, err := range map[string]error{
		"View":   s.View(ctx, func(r store.Reader) error { _, err := r.CountPools(ctx); return err }),
		"Update": s.Update(ctx, func(store.Tx) error { return nil }),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context answers %v", name, err)
		}
	}
	missing(t, s, "pool of a cancelled transaction", readPool("r_a"))
	// An error that the function overlooks must not be committed over.
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	err = s.Update(ctx, func(tx store.Tx) error {
		if err := tx.CreatePool(ctx, &userpool.Pool{ID: "r_a"}); err != nil {
			return err
		}
		dead, kill := context.WithCancel(ctx)
		kill()
		_, _ = tx.Pool(dead, "r_a")
		return nil
	})
	if err == nil {
		t.Error("an Update with a failed statement was committed")
	}
	missing(t, s, "pool of a failed transaction", readPool("r_a"))
}

// testPanic: a function that panics leaves nothing behind and blocks nobody.
func testPanic(t *testing.T, s store.Store) {
	for name, run := range map[string]func(){
		"View": func() { _ = s.View(t.Context(), func(store.Reader) error { panic("on purpose") }) },
		"Update": func() {
			_ = s.Update(t.Context(), func(tx store.Tx) error {
				if err := tx.CreatePool(t.Context(), &userpool.Pool{ID: "r_a"}); err != nil {
					t.Errorf("CreatePool: %v", err)
				}
				panic("on purpose")
			})
		},
	} {
		for range 50 { // more often than there are connections
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s swallowed a panic", name)
					}
				}()
				run()
			}()
		}
	}
	missing(t, s, "pool of a transaction that panicked", readPool("r_a"))
}
