package test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestReadmeTour pastes the readme's tour into a shell: what it promises has to work, and to end with
// tokens.
func TestReadmeTour(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			need(t, tool, "install it")
		}
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```sh tour\n")
	tour, _, closed := strings.Cut(rest, "\n```")
	if !found || !closed {
		t.Fatal("README.md has no tour")
	}
	p := serve(t)
	tour = strings.ReplaceAll(tour, "http://localhost:4500", p.endpoint)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // go run links twice
	defer cancel()
	bash := exec.CommandContext(ctx, "bash", "-eu", "-c", tour)
	bash.Dir = ".." // the folder it is pasted in
	bash.Env = cleanEnvironment()
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	answer := string(out)[strings.LastIndex(strings.TrimSpace(string(out)), "\n")+1:]
	for _, member := range []string{`"AccessToken":"`, `"IdToken":"`, `"RefreshToken":"`} {
		if !strings.Contains(answer, member) {
			t.Errorf("the tour ends without %s:\n%s", member, out)
		}
	}
}

// TestStops: a server that is asked to stop does so, with exit status 0.
func TestStops(t *testing.T) {
	p := serve(t)
	answer, err := http.Get(p.endpoint + "/_ostiary/health/ready")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("ready: %s", answer.Status)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := p.stop(ctx); err != nil {
		t.Errorf("stopping: %v", err)
	}
}
