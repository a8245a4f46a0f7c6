// Package pgtest runs the system's PostgreSQL for tests: one server for a test binary, in a
// temporary folder, reached by a Unix socket alone, and a fresh database for each test.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//	func TestX(t *testing.T)    { db := open(pgtest.URL(t)) … }
//
// Where PostgreSQL is not installed, tests that need it are skipped, unless the environment has
// OSTIARY_TEST_REQUIRE=all.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// shared is the server of this test binary, since TestMain and tests have no other way to meet.
var shared *server

type server struct {
	once sync.Once
	pg   *Postgres
	err  error

	mu        sync.Mutex
	databases int
}

// Main is a TestMain that stops the server after the tests, if one of them started it.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for a TestMain that has more to do: it runs the tests and answers the exit code.
func Run(m *testing.M) int {
	shared = new(server)
	code := m.Run()
	if shared.pg != nil {
		if err := shared.pg.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = max(code, 1)
		}
	}
	return code
}

// URL is the address of a new and empty database, dropped after the test.
func URL(t testing.TB) string {
	t.Helper()
	if shared == nil {
		t.Fatal("pgtest: the package needs func TestMain(m *testing.M) { pgtest.Main(m) }")
	}
	shared.once.Do(func() { shared.pg, shared.err = Start(context.Background()) })
	requireInstalled(t, shared.err)
	shared.mu.Lock()
	shared.databases++
	name := fmt.Sprintf("test_%d", shared.databases)
	shared.mu.Unlock()
	url, err := shared.pg.CreateDatabase(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shared.pg.DropDatabase(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return url
}

// New is a server of the test's own, stopped after it: for tests that stop servers themselves.
func New(t testing.TB) *Postgres {
	t.Helper()
	pg, err := Start(t.Context())
	requireInstalled(t, err)
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	return pg
}

// errNotInstalled: there is no PostgreSQL server on this system.
var errNotInstalled = errors.New("pgtest: initdb and postgres were not found")

func requireInstalled(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, errNotInstalled) && os.Getenv("OSTIARY_TEST_REQUIRE") != "all":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// binaries is the folder of initdb and postgres.
func binaries() (string, error) {
	var folders []string
	if path, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	packaged, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.Sort(packaged)
	slices.Reverse(packaged) // the newest version first
	for _, dir := range append(folders, packaged...) {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", errNotInstalled
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
