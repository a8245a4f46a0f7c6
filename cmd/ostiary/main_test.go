package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"ostiary/internal/config"
)

// ostiary runs the program and answers exit status and what it wrote.
func ostiary(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestHelp(t *testing.T) {
	for command, want := range map[string]string{
		"":                          "Run the server.",
		"--help":                    "Run the server.",
		"serve --help":              "--dev-allow-remote",
		"migrate --help":            "ostiary migrate --config",
		"backup --help":             "ostiary backup",
		"keys create-master --help": "ostiary keys create-master",
		"keys rotate-master --help": "ostiary keys rotate-master",
		"credentials create --help": "ostiary credentials create",
		"credentials list --help":   "--config",
		"healthcheck --help":        "HEALTHCHECK",
		"operations --help":         "ostiary operations",
		"totp --help":               "ostiary totp",
		"load --help":               "ostiary load fill --users",
		"load fill --help":          "--users",
		"load run --help":           "admin-get-user, create-user",
		"load clear --help":         "--database",
		"version":                   "ostiary ",
		"totp --at 1970-01-01T00:00:59Z GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ": "287082",
	} {
		if code, out, errs := ostiary(t, strings.Fields(command)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("ostiary %s: %d, without %q\n%s%s", command, code, want, out, errs)
		}
	}
}

func TestRefusals(t *testing.T) {
	for command, want := range map[string]string{
		"fly":                                  "unexpected argument fly",
		"serve --port 80":                      "unknown flag --port",
		"serve --listen 0.0.0.0:0":             "--dev-allow-remote",
		"serve --listen nowhere":               "listen",
		"serve --database mysql://x":           "database",
		"serve --config /nowhere/ostiary.yaml": "no such file",
		"totp 0189":                            "not Base32",
		"credentials list":                     "--config",
		"backup --database postgres://x/y f":   "pg_dump",
		"healthcheck --listen 127.0.0.1:1":     "healthcheck",
		"load fill --users 0 crowd.json":       "has to be a user",
		"load clear main.go":                   "was not written by ostiary load fill",
		"load run --endpoint http://127.0.0.1:1 --mix dance main_test.go": "was not written by",
	} {
		if code, out, errs := ostiary(t, strings.Fields(command)...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("ostiary %s: %d, without %q\n%s%s", command, code, want, out, errs)
		}
	}
}

func TestOperations(t *testing.T) {
	_, out, _ := ostiary(t, "operations", "--json")
	var rows []operationRow
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err)
	}
	built := map[string]bool{}
	for _, r := range rows {
		built[r.Name] = r.Built
	}
	if len(built) != 140 || !built["SetUserMFAPreference"] {
		t.Errorf("%d operations, SetUserMFAPreference %v", len(built), built["SetUserMFAPreference"])
	}
}

// TestProductionFromCommands: what the commands print and write makes a server that starts.
func TestProductionFromCommands(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := ostiary(t, args...)
		if code != 0 {
			t.Fatalf("ostiary %s: %d\n%s%s", strings.Join(args, " "), code, out, errs)
		}
		return out
	}
	must("keys", "create-master", in("master.key"))
	must("keys", "create-master", in("next.key"))
	credentials := must("credentials", "create", "--user", "deploy")
	file := "base_url: https://auth.example.com\ndata: " + dir + "\nmaster_key: {file: " + in("master.key") + "}\n" + credentials
	if err := os.WriteFile(in("ostiary.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(in("ostiary.yaml"), func(string) (string, bool) { return "", false }, nil)
	if err != nil {
		t.Fatal(err)
	}
	secret := cfg.AccessKeys[0].Secret.Reveal()
	list := must("credentials", "list", "--config", in("ostiary.yaml"))
	if !strings.Contains(list, "arn:aws:iam::000000000000:user/deploy") || strings.Contains(list, secret) {
		t.Errorf("credentials list:\n%s", list)
	}
	must("migrate", "--config", in("ostiary.yaml"))
	must("backup", "--config", in("ostiary.yaml"), in("copy.db"))
	must("keys", "rotate-master", "--config", in("ostiary.yaml"), "--to", in("next.key"))
	if code, _, errs := ostiary(t, "migrate", "--config", in("ostiary.yaml")); code == 0 || !strings.Contains(errs, "master key") {
		t.Errorf("with the old master key: %d %s", code, errs)
	}

	t.Setenv("OSTIARY_MASTER_KEY_FILE", in("next.key"))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &untilListening{stop: stop}
	code := run(ctx, []string{"serve", "--config", in("ostiary.yaml"), "--listen", "127.0.0.1:0"}, log, log)
	if text := log.text.String(); code != 0 || !strings.Contains(text, `"mode":"production"`) || strings.Contains(text, secret) {
		t.Errorf("serve: %d\n%s", code, text)
	}
}

// untilListening is a log that stops the server once it listens.
type untilListening struct {
	stop func()
	mu   sync.Mutex
	text strings.Builder
}

func (u *untilListening) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if bytes.Contains(p, []byte(`"msg":"listening"`)) {
		u.stop()
	}
	return u.text.Write(p)
}
