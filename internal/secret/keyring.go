package secret

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

var (
	// ErrUnknownKey says that something was sealed by a key that this Keyring does not hold: another
	// node rotated the keys. Reload the stored keyring and try again.
	ErrUnknownKey = errors.New("sealed by a key that is not in the keyring")
	// ErrNotSealed says that a ciphertext is damaged, was moved from another record, or is none.
	ErrNotSealed = errors.New("not sealed here, or changed or moved since")
)

// maxDerived is the most that Derive yields, in bytes (RFC 5869, section 2.3).
const maxDerived = 255 * sha256.Size

// Keyring seals, opens and hashes. It is safe for concurrent use. Only NewKeyring and OpenKeyring
// make one.
type Keyring struct {
	keys atomic.Pointer[keys]
}

// keys is one state of a keyring; Reload replaces it whole.
type keys struct {
	aead    tink.AEAD
	primary uint32
	known   map[uint32]bool // the keys that open
	root    []byte          // the hash key as stored
	hash    []byte          // what Hash uses, derived from root
}

// AssociatedData is the place where a sealed secret belongs. AD makes it.
type AssociatedData struct{ encoded []byte }

// AD is the place of one sealed secret: the pool ("" for what belongs to none), the kind of record,
// the record's id within the pool, and the field. Two places that differ in any part are different,
// however the parts are cut.
func AD(poolID, kind, recordID, field string) AssociatedData {
	var b []byte
	for _, part := range []string{poolID, kind, recordID, field} {
		b = appendField(b, []byte(part))
	}
	return AssociatedData{b}
}

// Seal encrypts a secret for its place. Equal secrets have different ciphertexts.
func (k *Keyring) Seal(plaintext []byte, place AssociatedData) ([]byte, error) {
	if place.encoded == nil {
		return nil, errors.New("seal a secret: its place is missing")
	}
	ciphertext, err := k.keys.Load().aead.Encrypt(plaintext, place.encoded)
	if err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	return ciphertext, nil
}

// Open decrypts what Seal made for the same place, or answers ErrNotSealed or ErrUnknownKey.
func (k *Keyring) Open(ciphertext []byte, place AssociatedData) ([]byte, error) {
	state := k.keys.Load()
	id, ok := keyID(ciphertext)
	switch {
	case place.encoded == nil || !ok:
		return nil, ErrNotSealed
	case !state.known[id]:
		return nil, ErrUnknownKey
	}
	plaintext, err := state.aead.Decrypt(ciphertext, place.encoded)
	if err != nil {
		return nil, ErrNotSealed
	}
	return plaintext, nil
}

// Stale tells whether a ciphertext should be sealed anew, because its key is no longer the primary.
func (k *Keyring) Stale(ciphertext []byte) bool {
	id, ok := keyID(ciphertext)
	return !ok || id != k.keys.Load().primary
}

// keyID reads the id of the key that sealed a ciphertext, which stands before it: tink's prefix of
// 0x01 and four bytes.
func keyID(ciphertext []byte) (uint32, bool) {
	if len(ciphertext) < 5 || ciphertext[0] != 0x01 {
		return 0, false
	}
	return binary.BigEndian.Uint32(ciphertext[1:]), true
}

// Hash is HMAC-SHA256 over the data, for one purpose: equal for equal data as long as the keyring
// lasts, and without the key neither computed nor checked. It is for secrets that are random, such
// as codes, sessions and refresh tokens. Where one piece of data ends and the next begins matters.
func (k *Keyring) Hash(purpose string, data ...[]byte) []byte {
	mac := hmac.New(sha256.New, k.keys.Load().hash)
	var length [8]byte
	write := func(b []byte) {
		binary.BigEndian.PutUint64(length[:], uint64(len(b)))
		mac.Write(length[:])
		mac.Write(b)
	}
	write([]byte(purpose))
	for _, d := range data {
		write(d)
	}
	return mac.Sum(nil)
}

// Derive is a key of n bytes, at most 8160, for one purpose: the same as long as the keyring lasts.
func (k *Keyring) Derive(purpose string, n int) []byte {
	return expand(k.keys.Load().root, "derived key: "+purpose, n)
}

// expand is HKDF-Expand (RFC 5869) of the hash key, which is uniformly random.
func expand(root []byte, info string, n int) []byte {
	out, err := hkdf.Expand(sha256.New, root, info, max(0, min(n, maxDerived)))
	if err != nil {
		panic("secret: HKDF refuses a length that it allows: " + err.Error())
	}
	return out
}

// Reload takes over another state of the same keyring, as stored by Rotate, Retire or Rewrap. All
// that use the Keyring use the new state at once.
func (k *Keyring) Reload(master MasterKey, sealed []byte) error {
	opened, err := openEnvelope(master, sealed)
	if err != nil {
		return err
	}
	state, err := opened.keys()
	if err != nil {
		return err
	}
	// With another hash key nothing that was hashed would be found again.
	if current := k.keys.Load(); current != nil && !EqualBytes(current.root, state.root) {
		return errors.New("this is another keyring, not another state of the one in use")
	}
	k.keys.Store(state)
	return nil
}

// keys makes a state of what was sealed.
func (e *envelope) keys() (*keys, error) {
	cipher, err := aead.New(e.sealing)
	if err != nil {
		return nil, fmt.Errorf("read the sealing keys: %w", err)
	}
	primary, err := e.sealing.Primary()
	if err != nil {
		return nil, fmt.Errorf("read the sealing keys: %w", err)
	}
	state := &keys{
		aead:    cipher,
		primary: primary.KeyID(),
		known:   map[uint32]bool{},
		root:    e.root,
		hash:    expand(e.root, "keyed hashes", sha256.Size),
	}
	for i := range e.sealing.Len() {
		entry, err := e.sealing.Entry(i)
		if err != nil {
			return nil, fmt.Errorf("read the sealing keys: %w", err)
		}
		state.known[entry.KeyID()] = true
	}
	return state, nil
}

// appendField appends b with its length before it, so that fields in a row are unambiguous.
func appendField(to, b []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(b))), b...)
}
