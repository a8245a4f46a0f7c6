package test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ostiary/internal/store/storetest/pgtest"
)

// TestNodeClients runs test/node, the official JavaScript clients, against the program on each
// database. Every file has a server of its own, so that none moves another's clock. Files that end in
// -custom have one whose pools reach riddles, through a Lambda API in the test.
func TestNodeClients(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		need(t, "node", "install Node.js 20 or newer")
	}
	if _, err := os.Stat("node/node_modules"); err != nil {
		need(t, "test/node/node_modules", "run npm install in test/node")
	}
	files, err := filepath.Glob("node/*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("test/node/*.test.mjs: %d files, %v", len(files), err)
	}
	for name, database := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "ostiary.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range files {
				file = filepath.Base(file)
				subject := strings.TrimSuffix(file, ".test.mjs")
				t.Run(subject, func(t *testing.T) {
					t.Parallel()
					args := []string{"--database", database(t)}
					if strings.HasSuffix(subject, "-custom") {
						args = append(args, "--lambda-endpoint", riddleAPI(t).URL)
					}
					runNode(t, node, file, serve(t, args...).endpoint)
				})
			}
		})
	}
}

// runNode runs the tests of a file of test/node against a server. It names the file: a folder means
// something else to each version of Node.js.
func runNode(t *testing.T, node, file, endpoint string) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "--test", "--test-reporter=spec", file)
	cmd.Dir = "node"
	cmd.Env = append(cleanEnvironment(), "OSTIARY_ENDPOINT="+endpoint)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("node --test %s: %v\n%s", file, err, out)
	}
}
