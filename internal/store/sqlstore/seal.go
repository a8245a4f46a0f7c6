package sqlstore

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// sealer turns the secrets of a record into the sealed column and back.
type sealer struct{ s Sealer }

// seal answers nil if there are no secrets. where names the place of the record: kind, pool id and
// ids, so that a ciphertext moved to another row does not open.
func (s sealer) seal(secrets any, none bool, where ...string) ([]byte, error) {
	if none {
		return nil, nil
	}
	plain, err := json.Marshal(secrets)
	if err != nil {
		return nil, fmt.Errorf("encode secrets of a %s: %w", where[0], err)
	}
	sealed, err := s.s.Seal(plain, place(where))
	clear(plain)
	if err != nil {
		return nil, fmt.Errorf("seal secrets of a %s: %w", where[0], err)
	}
	return sealed, nil
}

func (s sealer) open(sealed []byte, secrets any, where ...string) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := s.s.Open(sealed, place(where))
	if err != nil {
		return fmt.Errorf("open secrets of a %s: %w", where[0], err)
	}
	err = json.Unmarshal(plain, secrets)
	clear(plain)
	if err != nil {
		return fmt.Errorf("decode secrets of a %s: %w", where[0], err)
	}
	return nil
}

// place is where as associated data; lengths keep different places apart.
func place(where []string) []byte {
	var ad []byte
	for _, part := range where {
		ad = binary.AppendUvarint(ad, uint64(len(part)))
		ad = append(ad, part...)
	}
	return ad
}
