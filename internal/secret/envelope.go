package secret

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// ErrMasterKey says that a keyring was sealed by another master key, or is damaged.
var ErrMasterKey = errors.New("the keyring does not open: another master key sealed it, or it is damaged")

// envelope is what a sealed keyring holds. Sealed, it is a version byte, the sealing keys as a tink
// keyset with its length before it, and the hash key, each sealed by the master key.
type envelope struct {
	sealing *keyset.Handle
	root    []byte
}

const envelopeVersion = 1

// NewKeyring makes a keyring. It is for the first start: sealed must be stored, and stored once,
// before anything is sealed or hashed. The keys are drawn from the system's randomness, by tink.
func NewKeyring(master MasterKey) (sealed []byte, k *Keyring, err error) {
	sealing, err := keyset.NewHandle(sealingKey())
	if err != nil {
		return nil, nil, fmt.Errorf("make a sealing key: %w", err)
	}
	e := &envelope{sealing: sealing, root: make([]byte, sha256.Size)}
	rand.Read(e.root) // never fails
	if sealed, err = e.seal(master); err != nil {
		return nil, nil, err
	}
	k, err = OpenKeyring(master, sealed)
	return sealed, k, err
}

// OpenKeyring opens what NewKeyring, Rotate, Retire or Rewrap made, or answers ErrMasterKey.
func OpenKeyring(master MasterKey, sealed []byte) (*Keyring, error) {
	k := new(Keyring)
	if err := k.Reload(master, sealed); err != nil {
		return nil, err
	}
	return k, nil
}

// Rotate adds a new primary sealing key; what older keys sealed still opens. A node that has not
// reloaded gets ErrUnknownKey for what the new key sealed. Where that must not happen, Introduce the
// key, Reload everywhere, and then Promote it.
func Rotate(master MasterKey, sealed []byte) ([]byte, error) {
	introduced, err := Introduce(master, sealed)
	if err != nil {
		return nil, err
	}
	return Promote(master, introduced)
}

// Introduce adds a sealing key that opens but does not seal yet.
func Introduce(master MasterKey, sealed []byte) ([]byte, error) {
	return change(master, sealed, func(m *keyset.Manager, _ *keyset.Handle) error {
		_, err := m.Add(sealingKey())
		return err
	})
}

// Promote makes the newest sealing key the primary.
func Promote(master MasterKey, sealed []byte) ([]byte, error) {
	return change(master, sealed, func(m *keyset.Manager, h *keyset.Handle) error {
		newest, err := h.Entry(h.Len() - 1)
		if err != nil {
			return err
		}
		return m.SetPrimary(newest.KeyID())
	})
}

// Retire removes every sealing key but the primary. What they sealed is lost, so everything that is
// Stale has to be sealed anew before.
func Retire(master MasterKey, sealed []byte) ([]byte, error) {
	return change(master, sealed, func(m *keyset.Manager, h *keyset.Handle) error {
		for i := range h.Len() {
			entry, err := h.Entry(i)
			if err != nil {
				return err
			}
			if entry.IsPrimary() {
				continue
			}
			if err := m.Delete(entry.KeyID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rewrap seals a keyring by another master key. The keys in it stay, so nothing else changes.
func Rewrap(from, to MasterKey, sealed []byte) ([]byte, error) {
	e, err := openEnvelope(from, sealed)
	if err != nil {
		return nil, err
	}
	return e.seal(to)
}

// change opens a keyring, changes its sealing keys, and seals it again.
func change(master MasterKey, sealed []byte, edit func(*keyset.Manager, *keyset.Handle) error) ([]byte, error) {
	e, err := openEnvelope(master, sealed)
	if err != nil {
		return nil, err
	}
	manager := keyset.NewManagerFromHandle(e.sealing)
	if err := edit(manager, e.sealing); err != nil {
		return nil, fmt.Errorf("change the sealing keys: %w", err)
	}
	if e.sealing, err = manager.Handle(); err != nil {
		return nil, fmt.Errorf("change the sealing keys: %w", err)
	}
	return e.seal(master)
}

// sealingKey is XAES-256-GCM. Its nonces of 192 bits can be drawn at random without end; those of
// AES-GCM suffice for 2^32 secrets, which a busy server seals within months.
func sealingKey() *tink_go_proto.KeyTemplate { return aead.XAES256GCM192BitNonceKeyTemplate() }

// The places of the two parts, as far as the master key is concerned.
func sealingPlace() []byte { return AD("", "keyring", "", "sealing keys").encoded }
func rootPlace() []byte    { return AD("", "keyring", "", "hash key").encoded }

func (e *envelope) seal(master MasterKey) ([]byte, error) {
	kek, err := master.aead()
	if err != nil {
		return nil, fmt.Errorf("seal the keyring: %w", err)
	}
	var sealing bytes.Buffer
	if err := e.sealing.WriteWithAssociatedData(keyset.NewBinaryWriter(&sealing), kek, sealingPlace()); err != nil {
		return nil, fmt.Errorf("seal the keyring: %w", err)
	}
	root, err := kek.Encrypt(e.root, rootPlace())
	if err != nil {
		return nil, fmt.Errorf("seal the keyring: %w", err)
	}
	sealed := appendField([]byte{envelopeVersion}, sealing.Bytes())
	return append(sealed, root...), nil
}

func openEnvelope(master MasterKey, sealed []byte) (*envelope, error) {
	kek, err := master.aead()
	if err != nil {
		return nil, fmt.Errorf("open the keyring: %w", err)
	}
	if len(sealed) == 0 {
		return nil, ErrMasterKey
	}
	if sealed[0] != envelopeVersion {
		return nil, fmt.Errorf("open the keyring: version %d is not known here", sealed[0])
	}
	length, n := binary.Uvarint(sealed[1:])
	rest := sealed[1+max(n, 0):]
	if n <= 0 || length > uint64(len(rest)) {
		return nil, ErrMasterKey
	}
	reader := keyset.NewBinaryReader(bytes.NewReader(rest[:length]))
	sealing, err := keyset.ReadWithAssociatedData(reader, kek, sealingPlace())
	if err != nil {
		return nil, ErrMasterKey
	}
	root, err := kek.Decrypt(rest[length:], rootPlace())
	if err != nil || len(root) != sha256.Size {
		return nil, ErrMasterKey
	}
	return &envelope{sealing: sealing, root: root}, nil
}
