package breach

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // what the published lists are made of; nothing is protected by it
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/FastFilter/xorfilter"
)

// FalsePositives is how often a password that is in no list is taken for one that is.
const FalsePositives = 1.0 / (1 << 16)

// The file: magic, how many passwords (8 bytes), then for each first byte of the hashes the length of its part
// (8 bytes) and the part, and at its end the SHA-256 of all before. Numbers are big-endian.
const (
	magic    = "OSTIARYBREACH\x00\x00\x01"
	parts    = 256
	overhead = len(magic) + 8 + parts*8 + sha256.Size
)

// Filter is a set of passwords. It is safe for concurrent use.
type Filter struct {
	count uint64
	parts [parts]*xorfilter.BinaryFuse[uint16]
}

// Open reads a filter that Build has written. A file that is incomplete, or changed by a single bit, is refused.
func Open(path string) (*Filter, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return read(raw)
}

var errDamaged = errors.New("not a filter of passwords, or damaged")

func read(raw []byte) (*Filter, error) {
	if len(raw) < overhead || string(raw[:len(magic)]) != magic {
		return nil, errDamaged
	}
	body, sum := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if want := sha256.Sum256(body); subtle.ConstantTimeCompare(want[:], sum) != 1 {
		return nil, errDamaged
	}
	f := &Filter{count: binary.BigEndian.Uint64(body[len(magic):])}
	rest := body[len(magic)+8:]
	for i := range f.parts {
		if len(rest) < 8 {
			return nil, errDamaged
		}
		size := binary.BigEndian.Uint64(rest)
		if rest = rest[8:]; size > uint64(len(rest)) {
			return nil, errDamaged
		}
		if size > 0 {
			part, err := xorfilter.LoadBinaryFuse[uint16](bytes.NewReader(rest[:size]))
			if err != nil {
				return nil, fmt.Errorf("part %d: %w", i, err)
			}
			f.parts[i] = part
		}
		rest = rest[size:]
	}
	if len(rest) != 0 {
		return nil, errDamaged
	}
	return f, nil
}

// Count is how many passwords the filter was built from.
func (f *Filter) Count() uint64 { return f.count }

// Known tells whether a password is in the filter or among the most common ones. A nil Filter has the latter only.
func (f *Filter) Known(password string) bool {
	if common(password) {
		return true
	}
	if f == nil {
		return false
	}
	part, key := keyOf(sha1.Sum([]byte(password))) //nolint:gosec // see above
	return f.parts[part] != nil && f.parts[part].Contains(key)
}

// keyOf is which part a hash belongs to, and as what.
func keyOf(hash [sha1.Size]byte) (part byte, key uint64) {
	return hash[0], binary.BigEndian.Uint64(hash[1:9])
}
