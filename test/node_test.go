package test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ostiary/internal/store/storetest/pgtest"
)

// postgres is a database on a PostgreSQL server of the test's own.
func postgres(t *testing.T) string {
	url, err := pgtest.New(t).CreateDatabase(t.Context(), "ostiary")
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// TestNodeClients runs test/node, the official JavaScript clients, against the program on each
// database.
func TestNodeClients(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		need(t, "node", "install Node.js 20 or newer")
	}
	if _, err := os.Stat("node/node_modules"); err != nil {
		need(t, "test/node/node_modules", "run npm install in test/node")
	}
	for name, database := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "ostiary.db") },
		"PostgreSQL": postgres,
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, "--database", database(t))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, node, "--test", "--test-reporter=spec", "mfa.test.mjs") // the file: a folder means something else to each version
			cmd.Dir = "node"
			cmd.Env = append(cleanEnvironment(), "OSTIARY_ENDPOINT="+p.endpoint)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("node --test: %v\n%s", err, out)
			}
		})
	}
}
