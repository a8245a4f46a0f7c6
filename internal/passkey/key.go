package passkey

import (
	"fmt"
	"math/big"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"ostiary/internal/awserr"
)

// The size of RSA keys, in bits: less is not safe, and no authenticator makes more. To verify by a key
// of any size would be work that whoever registers it can have done.
const minRSA, maxRSA = 2048, 4096

// supportedKey is a public key (COSE_Key) of one of the algorithms asked for, written in one way and
// with nothing else in it.
func supportedKey(cose []byte) ([]byte, error) {
	var kind webauthncose.PublicKeyData
	if err := webauthncbor.Unmarshal(cose, &kind); err != nil {
		return nil, awserr.InvalidCredential()
	}
	algorithm := webauthncose.COSEAlgorithmIdentifier(kind.Algorithm)
	if algorithm != webauthncose.AlgES256 && algorithm != webauthncose.AlgRS256 {
		return nil, awserr.WebAuthnCredentialNotSupported("The key is neither of ES256 nor of RS256.")
	}
	key, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return nil, awserr.InvalidCredential()
	}
	rsa, isRSA := key.(webauthncose.RSAPublicKeyData)
	if isRSA != (algorithm == webauthncose.AlgRS256) {
		return nil, awserr.InvalidCredential()
	}
	if bits := new(big.Int).SetBytes(rsa.Modulus).BitLen(); isRSA && (bits < minRSA || bits > maxRSA) {
		return nil, awserr.WebAuthnCredentialNotSupported(fmt.Sprintf("The RSA key has %d bits, not %d to %d.", bits, minRSA, maxRSA))
	}
	canonical, err := webauthncbor.Marshal(key)
	if err != nil {
		return nil, fmt.Errorf("encode a passkey's public key: %w", err)
	}
	return canonical, nil
}

// signed tells whether the key has made the signature of message.
func signed(cose, message, signature []byte) bool {
	key, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return false
	}
	valid, err := webauthncose.VerifySignature(key, message, signature)
	return err == nil && valid
}
