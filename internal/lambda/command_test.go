//go:build unix

package lambda

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCommand: an event goes in, an answer comes out, whatever else a program does.
func TestCommand(t *testing.T) {
	t.Setenv("OSTIARY_MASTER_KEY", "a secret of the server")
	var stderr bytes.Buffer
	run := func(script string, env ...string) ([]byte, error) {
		f := reach(t, &Functions{AttemptTime: 5 * time.Second, Local: map[string]Target{
			"f": &Command{Path: "/bin/sh", Args: []string{"-c", script}, Env: env, Stderr: &stderr},
		}}, nil)
		return f.Invoke(t.Context(), "p", prefix+"f", []byte(`{"event":1}`))
	}
	answered := func(want, script string, env ...string) {
		t.Helper()
		if answer, err := run(script, env...); err != nil || string(answer) != want {
			t.Errorf("%s: %s, %v", script, answer, err)
		}
	}
	answered(`{"event":1}`, "cat")
	answered("a", `printf '%s' "$ONE"`, "ONE=a")
	answered("", `printf '%s' "$OSTIARY_MASTER_KEY"`)
	answered("x", "echo noise >&2; printf x")
	if !strings.Contains(stderr.String(), "noise") {
		t.Errorf("standard error: %q", stderr.String())
	}
	_, err := run(`printf '{"errorMessage":"no"}'`)
	wantThrown(t, err, "no")
	_, err = run(`printf '{"errorMessage":"no"}'; exit 3`)
	wantThrown(t, err, "no")
	_, err = run("exit 3")
	wantThrown(t, err, "Runtime exited with error: exit status 3")
	_, err = run("kill -9 $$")
	wantThrown(t, err, "Runtime exited with error: signal: killed")
	_, err = run("yes")
	wantThrown(t, err, "Response payload size exceeded maximum allowed payload size (1048576 bytes).")

	f := reach(t, &Functions{Local: map[string]Target{"f": &Command{Path: filepath.Join(t.TempDir(), "none")}}}, nil)
	_, err = f.Invoke(t.Context(), "p", prefix+"f", []byte(`{}`))
	wantCause(t, err, "error ServiceException")
}

// TestCommandTime: a program that hangs is killed with all that it has started.
func TestCommandTime(t *testing.T) {
	noted := filepath.Join(t.TempDir(), "pids")
	f := reach(t, &Functions{AttemptTime: time.Second, Local: map[string]Target{
		"f": &Command{Path: "/bin/sh", Args: []string{"-c", `sleep 600 & echo $! >>"$0"; wait`, noted}, Env: []string{"PATH=" + os.Getenv("PATH")}},
	}}, nil)
	_, err := f.Invoke(t.Context(), "p", prefix+"f", []byte(`{}`))
	wantCause(t, err, "error Socket timeout while invoking Lambda function")
	text, err := os.ReadFile(noted)
	if err != nil {
		t.Fatal(err)
	}
	pids := strings.Fields(string(text))
	if len(pids) != 3 {
		t.Errorf("tried %d times", len(pids))
	}
	for _, text := range pids {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); alive(pid); time.Sleep(5 * time.Millisecond) {
			if time.Since(begin) > 10*time.Second {
				t.Fatalf("process %d lives on", pid)
			}
		}
	}
}

// alive is false for what has ended and waits to be collected by whoever adopted it.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
