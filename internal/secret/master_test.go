package secret

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

func TestParseMasterKey(t *testing.T) {
	// Bytes 0xfb and 0xff bring out both characters in which the alphabets differ.
	m, err := NewMasterKey(strings.NewReader(strings.Repeat("\xfb\xff\xbe\xff", 8)))
	if err != nil {
		t.Fatal(err)
	}
	text := m.Reveal()
	url := strings.NewReplacer("+", "-", "/", "_").Replace(text)
	if url == text || len(text) != 44 {
		t.Fatalf("the key shows no difference of alphabets: %s", text)
	}
	for _, form := range []string{text, url, strings.TrimRight(url, "="), " " + text + "\r\n"} {
		if got, err := ParseMasterKey(form); err != nil || got.Reveal() != text {
			t.Errorf("%q: %v", form, err)
		}
	}
	for _, bad := range []string{"", "x", text[:40], text + "AAAA", "!" + text[1:], strings.Repeat("A", 42) + "B"} {
		_, err := ParseMasterKey(bad)
		if err == nil {
			t.Errorf("%q is a master key", bad)
		} else if bad != "" && bad != "x" && strings.Contains(err.Error(), bad) {
			t.Errorf("the error repeats the key")
		}
	}
	wrong := errors.New("no randomness")
	if _, err := NewMasterKey(iotest.ErrReader(wrong)); !errors.Is(err, wrong) {
		t.Errorf("a broken source: %v", err)
	}
	if got := (MasterKey{}).Reveal(); got != "" {
		t.Errorf("no key is revealed as %q", got)
	}
	holder := struct {
		Exported MasterKey
		inner    MasterKey
	}{m, m}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, value := range []any{m, &m, holder, &holder} {
			printed := fmt.Sprintf(verb, value)
			if strings.Contains(printed, "251") || strings.Contains(printed, "fbff") || strings.Contains(printed, "0xfb, ") {
				t.Errorf("%s shows the key: %s", verb, printed)
			}
		}
	}
}

func TestMasterKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := ReadMasterKey(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	created, err := CreateMasterKey(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for what, read := range map[string]func() (MasterKey, error){
		"ReadMasterKey":         func() (MasterKey, error) { return ReadMasterKey(path) },
		"ReadOrCreateMasterKey": func() (MasterKey, error) { return ReadOrCreateMasterKey(path, rand.Reader) },
	} {
		if got, err := read(); err != nil || got.Reveal() != created.Reveal() {
			t.Errorf("%s: another key, %v", what, err)
		}
	}
	if _, err := CreateMasterKey(path, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside the key lie %v, %v", left, err)
	}
	if _, err := CreateMasterKey(filepath.Join(path, "nowhere"), rand.Reader); err == nil {
		t.Errorf("created below a file")
	}
	if _, err := CreateMasterKey(path+"2", iotest.ErrReader(io.ErrUnexpectedEOF)); err == nil {
		t.Errorf("created without randomness")
	}
}

func TestMasterKeyFileRefused(t *testing.T) {
	dir := t.TempDir()
	m := newMaster(t)
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if runtime.GOOS != "windows" {
		for _, mode := range []fs.FileMode{0o644, 0o640, 0o620, 0o604, 0o602, 0o610} {
			_, err := ReadOrCreateMasterKey(write(mode.String(), m.Reveal(), mode), rand.Reader)
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%04o", mode)) {
				t.Errorf("mode %04o: %v", mode, err)
			}
		}
	}
	if _, err := ReadMasterKey(write("good", m.Reveal(), 0o400)); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
	for what, text := range map[string]string{
		"empty":  "",
		"short":  m.Reveal()[:20],
		"long":   m.Reveal() + m.Reveal(),
		"absurd": strings.Repeat("A", 1<<20),
	} {
		_, err := ReadMasterKey(write(what, text, 0o600))
		if err == nil {
			t.Errorf("%s: read", what)
		} else if len(text) > 10 && strings.Contains(err.Error(), text[:10]) {
			t.Errorf("%s: the error repeats the key", what)
		}
	}
	if _, err := ReadMasterKey(dir); err == nil {
		t.Errorf("a directory is read")
	}
}

// Processes that start at once agree on one key.
func TestReadOrCreateMasterKeyRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	found := make([]MasterKey, 8)
	var wg sync.WaitGroup
	for i := range found {
		wg.Go(func() {
			m, err := ReadOrCreateMasterKey(path, rand.Reader)
			if err != nil {
				t.Error(err)
			}
			found[i] = m
		})
	}
	wg.Wait()
	for _, m := range found[1:] {
		if m.Reveal() != found[0].Reveal() {
			t.Errorf("two keys are in use")
		}
	}
}
