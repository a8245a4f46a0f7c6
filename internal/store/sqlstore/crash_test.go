package sqlstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

// crashURL names the variable that makes this test binary a child that writes to the database there.
const crashURL = "OSTIARY_CRASH_TEST_URL"

const (
	crashWriters = 8
	crashRounds  = 4
	crashAcks    = 150 // acknowledged writes before the kill
)

// openCrashed seals under a fixed key: parent and children share what they write.
func openCrashed(ctx context.Context, url string) (*sqlstore.DB, error) {
	return sqlstore.Open(ctx, url, sqlstore.Options{Sealer: storetest.SealerWithKey([32]byte{1})})
}

// writeUntilKilled writes from several goroutines and prints the name of each write that was
// acknowledged. A write is four rows that must all be there or none.
func writeUntilKilled(url string) {
	ctx := context.Background()
	db, err := openCrashed(ctx, url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for w := range crashWriters {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				err := db.Update(ctx, func(tx store.Tx) error { return writeAll(ctx, tx, name) })
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1) // the server was killed under us
				}
				// One system call: what was printed is a whole line.
				_, _ = os.Stdout.WriteString(name + "\n")
			}
		}()
	}
	select {}
}

func writeAll(ctx context.Context, tx store.Tx, name string) error {
	u := &userpool.User{
		PoolID: "r_a", Username: name, Sub: "sub" + name, Names: userpool.Names{Username: name},
		Password: &userpool.Password{Verifier: []byte(name)},
	}
	return errors.Join(
		tx.CreateUser(ctx, u),
		tx.CreateAttempt(ctx, &userpool.Attempt{ID: []byte(name), PoolID: "r_a", Username: name, SRP: []byte(name)}),
		tx.CreateTokenSession(ctx, &userpool.TokenSession{PoolID: "r_a", OriginJTI: name, Username: name}),
		tx.CreateRefreshToken(ctx, &userpool.RefreshToken{ID: []byte(name), PoolID: "r_a", OriginJTI: name}),
	)
}

func readAll(ctx context.Context, r store.Reader, name string) error {
	_, err1 := r.User(ctx, "r_a", name)
	_, err2 := r.Attempt(ctx, []byte(name))
	_, err3 := r.TokenSession(ctx, "r_a", name)
	_, err4 := r.RefreshToken(ctx, []byte(name))
	return errors.Join(err1, err2, err3, err4)
}

// crash lets a child write to url until kill ends it, and answers what was acknowledged.
func crash(t *testing.T, url string, kill func(child *os.Process) error) (acknowledged []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), crashURL+"="+url)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == crashAcks {
			if err := kill(cmd.Process); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed
	if len(acknowledged) < crashAcks {
		t.Fatalf("the child ended after %d writes: %s", len(acknowledged), complaint.String())
	}
	return acknowledged
}

// expectWhole: every acknowledged write is there, and every write that is there is there as a whole.
func expectWhole(t *testing.T, url string, acknowledged []string) {
	t.Helper()
	ctx := t.Context()
	db, err := openCrashed(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(ctx, func(r store.Reader) error {
		for _, name := range acknowledged {
			if err := readAll(ctx, r, name); err != nil {
				t.Errorf("acknowledged write %s: %v", name, err)
			}
		}
		users, q := 0, store.UserQuery{Limit: 100}
		for {
			page, err := r.Users(ctx, "r_a", q)
			if err != nil {
				return err
			}
			for _, u := range page {
				users++
				if err := readAll(ctx, r, u.Username); err != nil {
					t.Errorf("half of write %s: %v", u.Username, err)
				}
			}
			if len(page) < q.Limit {
				break
			}
			q.After = q.CursorAt(page[len(page)-1])
		}
		n, err := r.CountUsers(ctx, "r_a")
		if n != users {
			t.Errorf("CountUsers is %d, there are %d", n, users)
		}
		t.Logf("%d writes acknowledged, %d there", len(acknowledged), users)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func killed(child *os.Process) error { return child.Kill() }

func TestSQLiteCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "o.db")
	var all []string
	for range crashRounds {
		all = append(all, crash(t, "sqlite:"+path, killed)...)
		expectWhole(t, "sqlite:"+path, all)
		var verdict string
		if err := sqlDB(t, "sqlite", path).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Fatalf("integrity check: %s %v", verdict, err)
		}
	}
}

func TestPostgresCrash(t *testing.T) {
	server := pgtest.New(t)
	url, err := server.CreateDatabase(t.Context(), "crash")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for round := range crashRounds {
		if round%2 == 0 {
			all = append(all, crash(t, url, killed)...)
		} else {
			all = append(all, crash(t, url, func(*os.Process) error { return server.Crash() })...)
			if err := server.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		expectWhole(t, url, all)
	}
}
