package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// Secret is text that must not be shown. However it is printed, logged or encoded, it appears as
// [redacted], or as nothing if it is empty.
type Secret string

// Reveal gives the text.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[redacted]"
}

// Format prints the same whatever the verb: a wrong one would otherwise print the text.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText keeps the text out of JSON, YAML and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// readSecret reads a file of one secret, which not everybody may be able to read.
func readSecret(path string) (Secret, error) {
	const maxSize = 64 << 10
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := checkPrivate(f); err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > maxSize:
		return "", fmt.Errorf("%s: longer than %d bytes", path, maxSize)
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("%s: empty", path)
	}
	return Secret(secret), nil
}

// checkPrivate asks the open file, so that it is the one which is then read.
func checkPrivate(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: not a file", f.Name())
	case openToAll(info):
		return fmt.Errorf("%s: everybody on this machine can get at it (mode %04o); chmod o= would help", f.Name(), info.Mode().Perm())
	}
	return nil
}

// openToAll tells whether users who are neither the owner nor in the group have any access. Windows
// does not keep that in the mode.
func openToAll(info os.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0
}

// weakSecret says what is wrong with a secret, without repeating it.
func weakSecret(s Secret) error {
	const minLength = 32
	switch {
	case len(s) < minLength:
		return fmt.Errorf("too short: at least %d characters", minLength)
	case strings.Contains(string(s), "EXAMPLE"):
		return errors.New("taken from an example that everybody knows")
	}
	return nil
}
