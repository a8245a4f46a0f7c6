package passkey

import (
	"crypto/elliptic"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"ostiary/internal/userpool"
)

// Hasher is the keyed hash that decoys are made of: secret.Keyring.
type Hasher interface {
	// Hash authenticates data for one purpose. Equal input yields equal output while the key lasts.
	Hash(purpose string, data ...[]byte) []byte
}

// Decoys are the passkeys of a user whom nobody is, where answers must not tell so: one, or none, for of
// those who exist too some have one and some have none. They are always the same for the same username,
// and of a key that nobody has. BeginSignIn and FinishSignIn do with them what they do with others, in
// the same time.
func Decoys(keys Hasher, p *userpool.Pool, u *userpool.User) ([]*userpool.Passkey, error) {
	draw := func(what string) []byte {
		return keys.Hash("passkey decoy", []byte(what), []byte(p.ID), []byte(p.Fold(u.Username)))
	}
	rp, form := RelyingParty(p), draw("form")
	if rp == "" || form[0]%2 == 0 {
		return nil, nil
	}
	key, err := nobodysKey(draw)
	if err != nil {
		return nil, err
	}
	sizes := []int{16, 20, 32} // of the credential ids that the common providers make
	return []*userpool.Passkey{{
		PoolID: p.ID, Username: u.Username, Sub: u.Sub, RPID: rp, PublicKey: key, BackupEligible: true, BackedUp: true,
		ID:         draw("id")[:sizes[int(form[1])%len(sizes)]],
		Transports: []string{string(protocol.Hybrid), string(protocol.Internal)},
	}}, nil
}

// nobodysKey is a point of the curve that was drawn rather than computed from a private key.
func nobodysKey(draw func(what string) []byte) ([]byte, error) {
	for i := 0; ; i++ { // every second x has a y
		x, y := elliptic.UnmarshalCompressed(elliptic.P256(), append([]byte{2}, draw(fmt.Sprint("key ", i))...))
		if x == nil {
			continue
		}
		cose, err := webauthncbor.Marshal(webauthncose.EC2PublicKeyData{
			PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)},
			Curve:         int64(webauthncose.P256), XCoord: x.FillBytes(make([]byte, 32)), YCoord: y.FillBytes(make([]byte, 32)),
		})
		if err != nil {
			return nil, fmt.Errorf("encode a decoy's public key: %w", err)
		}
		return cose, nil
	}
}
