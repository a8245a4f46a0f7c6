// Package test drives the program as its users do: the binary as a process of its own, and the
// official clients against it.
package test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ostiary/internal/store/storetest/pgtest"
)

// need skips a test whose tool is missing, and fails it where nothing may be skipped.
func need(t *testing.T, tool, hint string) {
	t.Helper()
	if os.Getenv("OSTIARY_TEST_REQUIRE") == "all" {
		t.Fatalf("%s is missing: %s", tool, hint)
	}
	t.Skipf("%s is missing: %s", tool, hint)
}

// buildDir is where the program is built, for all tests; TestMain makes and removes it.
var buildDir string

// binary is the program, built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "ostiary")
	out, err := exec.Command("go", "build", "-o", path, "ostiary/cmd/ostiary").CombinedOutput()
	if err != nil {
		return "", &buildError{err, string(out)}
	}
	return path, nil
})

type buildError struct {
	err    error
	output string
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + e.output }

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "ostiary-test-"); err != nil {
		panic(err)
	}
	code := pgtest.Run(m)
	os.RemoveAll(buildDir)
	os.Exit(code)
}

// process is a server that runs.
type process struct {
	cmd      *exec.Cmd
	endpoint string
	exited   chan error

	mu  sync.Mutex
	log strings.Builder
}

// serve starts the server on a port that is free, and stops it with the test.
func serve(t *testing.T, args ...string) *process {
	t.Helper()
	return serveWith(t, nil, args...)
}

// serveWith is serve with settings from the environment, each NAME=VALUE without the prefix.
func serveWith(t *testing.T, settings []string, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{exited: make(chan error, 1)}
	p.cmd = exec.Command(path, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(cleanEnvironment(), "TZ=UTC")
	for _, setting := range settings {
		p.cmd.Env = append(p.cmd.Env, "OSTIARY_"+setting)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go p.read(stderr, address)
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("the end of the server's log:\n%s", p.logged())
		}
	})
	select {
	case p.endpoint = <-address:
	case err := <-p.exited:
		p.exited <- err
		t.Fatalf("the server did not start: %v\n%s", err, p.logged())
	case <-time.After(time.Minute):
		t.Fatalf("the server did not say where it listens\n%s", p.logged())
	}
	return p
}

// read keeps the log and finds the line that tells the address.
func (p *process) read(log io.Reader, address chan<- string) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.log.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
		var line struct{ Msg, URL string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			address <- line.URL
		}
	}
	p.exited <- p.cmd.Wait()
}

// logged is the last of what the server logged.
func (p *process) logged() string {
	const most = 8 << 10
	p.mu.Lock()
	defer p.mu.Unlock()
	text := p.log.String()
	return text[max(0, len(text)-most):]
}

// kill ends the server at once, as a crash does.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	err := <-p.exited
	p.exited <- err
}

// stop asks the server to stop, as a service manager does, and answers how it ended.
func (p *process) stop(ctx context.Context) error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-p.exited:
		p.exited <- err
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cleanEnvironment is ours without the settings of a server.
func cleanEnvironment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OSTIARY_") {
			env = append(env, v)
		}
	}
	return env
}
