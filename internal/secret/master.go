package secret

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// masterKeySize is the length of a master key, in bytes: a key of AES-256-GCM.
const masterKeySize = 32

// maxMasterKeyFile is how much is read of a master key file, in bytes.
const maxMasterKeyFile = 1024

// MasterKey seals the keyring, and nothing else. Whoever has it and the database has every secret in
// the database. It prints as an address. Its zero value is no key.
type MasterKey struct {
	key func() []byte // fmt prints what fields hold, and with some verbs what they point to
}

func masterKey(raw []byte) MasterKey { return MasterKey{func() []byte { return raw }} }

// NewMasterKey draws a master key.
func NewMasterKey(rand io.Reader) (MasterKey, error) {
	raw := make([]byte, masterKeySize)
	if _, err := io.ReadFull(rand, raw); err != nil {
		return MasterKey{}, fmt.Errorf("draw a master key: %w", err)
	}
	return masterKey(raw), nil
}

// ParseMasterKey reads a master key from text, such as an environment variable: 32 bytes in Base64,
// of either alphabet, padded or not, with white space around it.
func ParseMasterKey(text string) (MasterKey, error) {
	text = strings.TrimRight(strings.TrimSpace(text), "=")
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	raw, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != masterKeySize {
		// The decoder's own error would tell a character of the key.
		return MasterKey{}, errors.New("a master key is 32 bytes in Base64, which this is not")
	}
	return masterKey(raw), nil
}

// Reveal is the key as text that ParseMasterKey reads; "" of no key.
func (m MasterKey) Reveal() string {
	if m.key == nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(m.key())
}

// aead is the cipher that seals keyrings.
func (m MasterKey) aead() (*subtle.AESGCM, error) {
	if m.key == nil {
		return nil, errors.New("no master key given")
	}
	return subtle.NewAESGCM(m.key())
}

// ReadMasterKey reads a master key file. It refuses one that others than its owner may read or write
// (not on Windows, where the mode says nothing of that). A missing file is fs.ErrNotExist.
func ReadMasterKey(path string) (MasterKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return MasterKey{}, fmt.Errorf("read the master key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return MasterKey{}, fmt.Errorf("read the master key: %w", err)
	}
	if mode := info.Mode(); mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return MasterKey{}, fmt.Errorf(
			"the master key file %s has mode %04o, so that others could use it: chmod it to 600", path, mode.Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxMasterKeyFile))
	if err != nil {
		return MasterKey{}, fmt.Errorf("read the master key: %w", err)
	}
	m, err := ParseMasterKey(string(text))
	if err != nil {
		return MasterKey{}, fmt.Errorf("master key file %s: %w", path, err)
	}
	return m, nil
}

// CreateMasterKey draws a master key and writes it to a new file of mode 0600. When it returns, the
// file is whole and on disk; it never replaces one, fs.ErrExist tells of that.
func CreateMasterKey(path string, rand io.Reader) (_ MasterKey, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("create the master key: %w", err)
		}
	}()
	m, err := NewMasterKey(rand)
	if err != nil {
		return MasterKey{}, err
	}
	// The key appears under its name only when it is whole: of two processes that start at once one
	// wins, and the other reads all of the winner's key.
	draft, err := os.CreateTemp(filepath.Dir(path), ".master-key-*")
	if err != nil {
		return MasterKey{}, err
	}
	defer os.Remove(draft.Name())
	_, err = io.WriteString(draft, m.Reveal()+"\n")
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return MasterKey{}, err
	}
	if err := os.Link(draft.Name(), path); err != nil {
		return MasterKey{}, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return MasterKey{}, err
	}
	return m, nil
}

// ReadOrCreateMasterKey reads the master key file, or creates it if there is none. It is for a start
// with an empty database only: a new key does not open a keyring that is already there.
func ReadOrCreateMasterKey(path string, rand io.Reader) (MasterKey, error) {
	m, err := ReadMasterKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	m, err = CreateMasterKey(path, rand)
	if errors.Is(err, fs.ErrExist) {
		return ReadMasterKey(path)
	}
	return m, err
}

// syncDir makes the names in a directory survive a loss of power. Windows has no such call.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
