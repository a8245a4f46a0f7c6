package main

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"ostiary/internal/config"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func TestImportLog(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	cfg, err := config.Load("", func(string) (string, bool) { return "", false }, map[string]string{"data": data})
	if err != nil {
		t.Fatal(err)
	}
	db, _, err := server.OpenStore(t.Context(), cfg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var lines []userpool.ImportLogLine
	for i := range int64(logPage + 1) {
		lines = append(lines, userpool.ImportLogLine{Line: i + 2, Outcome: userpool.ImportRowFailed, Reason: "Invalid email address format."})
	}
	lines[0] = userpool.ImportLogLine{Line: 1, Outcome: userpool.ImportRowSkipped, Reason: "The user already exists."}
	err = db.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(
			tx.CreateImportJob(t.Context(), &userpool.ImportJob{PoolID: "us-east-1_a", ID: "import-1"}),
			tx.CreateImportJob(t.Context(), &userpool.ImportJob{PoolID: "us-east-1_a", ID: "import-2"}),
			tx.AddImportLog(t.Context(), "us-east-1_a", "import-1", lines))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	code, out, _ := ostiary(t, "import-log", "--data", data, "us-east-1_a", "import-1")
	got := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if code != 0 || len(got) != len(lines) || got[0] != "[SKIPPED] Line Number 1 - The user already exists." ||
		got[logPage] != "[FAILED] Line Number 1002 - Invalid email address format." {
		t.Errorf("%d, %d lines: %.200s", code, len(got), out)
	}
	if code, out, complaint := ostiary(t, "import-log", "--data", data, "us-east-1_a", "import-2"); code != 0 || out != "" {
		t.Errorf("an empty log: %d %q %s", code, out, complaint)
	}
	code, _, complaint := ostiary(t, "import-log", "--data", data, "us-east-1_b", "import-1")
	if want := "user pool us-east-1_b has no user import job import-1"; code != 1 || !strings.Contains(complaint, want) {
		t.Errorf("%d %s", code, complaint)
	}
}
