package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestLoad fills a pool, drives a server of the same database, and clears it away, by commands alone.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	data, crowd := filepath.Join(dir, "data"), filepath.Join(dir, "crowd.json")
	succeed := func(args ...string) string {
		t.Helper()
		code, out, errs := ostiary(t, args...)
		if code != 0 {
			t.Fatalf("ostiary %v: %d\n%s", args, code, errs)
		}
		return out
	}
	if out := succeed("load", "fill", "--data", data, "--region", "eu-west-1", "--users", "30", crowd); !strings.Contains(out, "User pool eu-west-1_") || !strings.Contains(out, ": 30 users in ") {
		t.Errorf("fill says %s", out)
	}
	if info, err := os.Stat(crowd); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, error %v: it has a password", info, err)
	}
	if code, _, errs := ostiary(t, "load", "fill", "--data", data, crowd); code == 0 || !strings.Contains(errs, "exists") {
		t.Errorf("over another: %d %s", code, errs)
	}

	ctx, stop := context.WithCancel(t.Context())
	logged, log := io.Pipe()
	listening := make(chan string, 1)
	go findURL(logged, listening)
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, io.Discard, log)
	}()
	var url string
	select {
	case url = <-listening:
	case <-time.After(time.Minute):
		t.Fatal("the server does not listen")
	}
	out := succeed("load", "run", "--endpoint", url, "--for", "300ms", "--workers", "2", crowd)
	for _, name := range []string{"sign-in", "refresh", "get-user", "all"} {
		if !regexp.MustCompile(`(?m)^ *` + name + ` +[1-9][0-9]* +0 `).MatchString(out) {
			t.Errorf("nothing of %s, or failures:\n%s", name, out)
		}
	}
	for args, want := range map[string]string{
		"--mix dance": "no operation is called", "--workers 0": "more than nothing", "--for 0s": "more than nothing",
	} {
		given := append([]string{"load", "run", "--endpoint", url}, append(strings.Fields(args), crowd)...)
		if code, _, errs := ostiary(t, given...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%s: %d %s", args, code, errs)
		}
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	log.Close()

	succeed("load", "clear", "--data", data, crowd)
	if _, err := os.Stat(crowd); !os.IsNotExist(err) {
		t.Errorf("clear leaves the file: %v", err)
	}
}

// findURL finds the address in a server's log, and reads on.
func findURL(log io.Reader, found chan<- string) {
	address := regexp.MustCompile(`"msg":"listening","url":"([^"]+)"`)
	var text strings.Builder
	piece := make([]byte, 4096)
	for {
		n, err := log.Read(piece)
		if err != nil {
			return
		}
		text.Write(piece[:n])
		if m := address.FindStringSubmatch(text.String()); m != nil {
			found <- m[1]
			_, _ = io.Copy(io.Discard, log)
			return
		}
	}
}
