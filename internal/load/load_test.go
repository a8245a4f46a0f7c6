package load_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/config"
	"ostiary/internal/load"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// stage is a database, with a server of it.
type stage struct {
	*testing.T
	db  store.Store
	url string
	*load.Filling
}

func newStage(t *testing.T) *stage {
	t.Helper()
	cfg, err := config.Load("", func(string) (string, bool) { return "", false }, map[string]string{
		"listen": "127.0.0.1:0", "data": t.TempDir(), "database": "sqlite:" + filepath.Join(t.TempDir(), "o.db"),
	})
	if err != nil {
		t.Fatal(err)
	}
	db, keyring, err := server.OpenStore(t.Context(), cfg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), cfg, server.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, db.Close()); err != nil {
			t.Error(err)
		}
	})
	return &stage{T: t, db: db, url: "http://" + s.Addr().String(), Filling: &load.Filling{
		Store: db, Keyring: keyring, Region: "eu-west-1", Account: "000000000000", Now: time.Now, Rand: rand.Reader,
	}}
}

func (s *stage) fill(users int) *load.Crowd {
	s.Helper()
	c, err := s.Fill(s.Context(), users)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

func (s *stage) view(fn func(store.Reader) error) {
	s.Helper()
	if err := s.db.View(s.Context(), fn); err != nil {
		s.Fatal(err)
	}
}

// TestFill: whoever knows the number of a user knows the user.
func TestFill(t *testing.T) {
	s := newStage(t)
	const users = 1203
	var told []int
	s.Progress = func(n int) { told = append(told, n) }
	c := s.fill(users)
	if !slices.Equal(told, []int{500, 1000, users}) {
		t.Errorf("told of %v users", told)
	}
	able := map[int]bool{}
	for n := range c.Able() {
		able[c.AbleUser(n)] = true
	}
	if len(able) != 256 {
		t.Errorf("%d users can sign in", len(able))
	}
	s.view(func(r store.Reader) error {
		p, err := r.Pool(t.Context(), c.PoolID)
		if err != nil {
			return err
		}
		if n, err := r.CountUsers(t.Context(), p.ID); n != users || err != nil {
			t.Errorf("%d users, error %v", n, err)
		}
		for _, i := range []int{0, 1, 777, users - 1} {
			for _, name := range []string{load.Username(i), load.Email(i), load.PhoneNumber(i), load.PreferredUsername(i), load.Sub(i)} {
				u, err := store.FindUserOrSub(t.Context(), r, p, name)
				if err != nil || u.Username != load.Username(i) {
					t.Errorf("%s is %v, error %v", name, u, err)
				}
			}
			of, err := r.GroupsOf(t.Context(), p.ID, load.Username(i))
			if err != nil || len(of) != 1 || of[0].Name != load.GroupName {
				t.Errorf("user %d is in %v, error %v", i, of, err)
			}
		}
		for value, want := range map[string]int{"Enabled": users - 13, "Disabled": 13} {
			found, err := r.Users(t.Context(), p.ID, store.UserQuery{Attribute: "status", Value: value, Limit: users})
			if err != nil || len(found) != want {
				t.Errorf("%d users are %s, want %d, error %v", len(found), value, want, err)
			}
		}
		return nil
	})
}

// TestRun does every operation there is, on pools of several sizes.
func TestRun(t *testing.T) {
	s := newStage(t)
	for _, users := range []int{1, 2, 257} {
		c := s.fill(users)
		run := load.Run{
			Endpoint: s.url, Crowd: c, Mix: load.Operations(), Workers: 2, For: 2 * time.Second,
			AccessKey: "key", SecretKey: "secret", Rand: rand.Reader,
		}
		report, err := run.Do(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Rows) != len(load.Operations()) {
			t.Errorf("%d operations were done", len(report.Rows))
		}
		for _, row := range report.Rows {
			if row.Answered == 0 || row.Failed() != 0 {
				t.Errorf("%d users: %+v", users, row)
			}
			if row.P50 <= 0 || row.P50 > row.P90 || row.P90 > row.P99 || row.P99 > row.Greatest || row.Greatest > report.Took {
				t.Errorf("percentiles of %+v", row)
			}
			if row.Operation == "sign-in" && row.Floor <= 0 {
				t.Errorf("the cryptography of a sign-in takes %s", row.Floor)
			}
		}
		var out strings.Builder
		if err := report.Write(&out); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(out.String(), "\n"); lines != len(load.Operations())+2 {
			t.Errorf("%d lines:\n%s", lines, &out)
		}
	}
}

// TestRefusals: what goes wrong is counted by its name, or ends the run before it begins.
func TestRefusals(t *testing.T) {
	s := newStage(t)
	c := s.fill(3)
	run := load.Run{Endpoint: s.url, Crowd: c, Mix: []string{"admin-get-user"}, Workers: 1, For: 300 * time.Millisecond,
		AccessKey: "key", SecretKey: "secret", Rand: rand.Reader}
	c.PoolID = "eu-west-1_NotThere0"
	report, err := run.Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if row := report.Rows[0]; row.Answered != 0 || row.Failed() == 0 || row.Errors["ResourceNotFoundException"] != row.Failed() {
		t.Errorf("%+v", row)
	}
	var out strings.Builder
	if err := report.Write(&out); err != nil || !strings.Contains(out.String(), "times ResourceNotFoundException\n") {
		t.Errorf("error %v:\n%s", err, &out)
	}
	c.Password = "another"
	if _, err := run.Do(t.Context()); err == nil || !strings.Contains(err.Error(), "NotAuthorizedException") {
		t.Errorf("a wrong password: %v", err)
	}
	for text, wrong := range map[string]bool{"sign-in": false, "get-user, refresh,get-user": false, "": true, "sign-in,": true, "dance": true} {
		if _, err := load.ParseMix(text); (err != nil) != wrong {
			t.Errorf("mix %q: %v", text, err)
		}
	}
}

// TestClear: only what Fill made goes, as a whole.
func TestClear(t *testing.T) {
	s := newStage(t)
	c := s.fill(1500)
	var told int
	if err := load.Clear(t.Context(), s.db, c.PoolID, func(rows int) { told = rows }); err != nil {
		t.Fatal(err)
	}
	s.view(func(r store.Reader) error {
		if _, err := r.Pool(t.Context(), c.PoolID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the pool: %v", err)
		}
		found, err := r.Users(t.Context(), c.PoolID, store.UserQuery{Limit: 1})
		if len(found) != 0 || told < 1500 {
			t.Errorf("%d users are left, %d rows went", len(found), told)
		}
		return err
	})
	if err := load.Clear(t.Context(), s.db, c.PoolID, nil); err != nil {
		t.Errorf("again: %v", err)
	}
	err := s.db.Update(t.Context(), func(tx store.Tx) error {
		return tx.CreatePool(t.Context(), &userpool.Pool{ID: "eu-west-1_ofPeople", Name: "people", Settings: cognitoidp.UserPoolType{}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Clear(t.Context(), s.db, "eu-west-1_ofPeople", nil); !errors.Is(err, load.ErrNotFilled) {
		t.Errorf("a pool of people: %v", err)
	}
}
