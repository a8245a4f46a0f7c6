package encryptionsdk

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
)

// DataKeySize is the length of a data key, in bytes.
const DataKeySize = 32

// PublicKey is the key of the encryption context under which the public key of the signature stands. All that
// begin as it does are the SDKs' own.
const (
	PublicKey      = reservedPrefix + "public-key"
	reservedPrefix = "aws-crypto-"
)

// DataKey is a new data key, in plain and encrypted by a key of a KMS under an encryption context.
type DataKey struct {
	Plaintext []byte // DataKeySize bytes
	Encrypted []byte
	KeyARN    string // of the key that encrypted it
}

// Generate makes a data key for one message, encrypted under that encryption context.
type Generate func(ctx context.Context, encryptionContext map[string]string) (*DataKey, error)

// Encrypt makes the message of a text, with an encryption context that has no keys of the SDKs' own. Generate
// is called once, with what the SDKs add to the context. The data key is overwritten before Encrypt returns.
// Errors have no part of the text.
func Encrypt(ctx context.Context, random io.Reader, generate Generate, encryptionContext map[string]string, plaintext []byte) ([]byte, error) {
	for name := range encryptionContext {
		if strings.HasPrefix(name, reservedPrefix) {
			return nil, fmt.Errorf("encryptionsdk: the encryption context may not have %q", name)
		}
	}
	signer, err := ecdsa.GenerateKey(elliptic.P384(), random)
	if err != nil {
		return nil, fmt.Errorf("encryptionsdk: make a key to sign with: %w", err)
	}
	whole := maps.Clone(encryptionContext)
	if whole == nil {
		whole = map[string]string{}
	}
	public, err := compressed(&signer.PublicKey)
	if err != nil {
		return nil, err
	}
	whole[PublicKey] = base64.StdEncoding.EncodeToString(public)

	key, err := generate(ctx, maps.Clone(whole))
	if err != nil {
		return nil, fmt.Errorf("make a data key: %w", err)
	}
	defer clear(key.Plaintext)
	if len(key.Plaintext) != DataKeySize {
		return nil, errors.New("encryptionsdk: the data key has another length than asked for")
	}
	var id [messageIDSize]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return nil, fmt.Errorf("encryptionsdk: draw a message id: %w", err)
	}
	message, err := seal(id, whole, key, plaintext)
	if err != nil {
		return nil, err
	}
	digest := sha512.Sum384(message)
	signature, err := signer.Sign(random, digest[:], nil)
	if err != nil {
		return nil, fmt.Errorf("encryptionsdk: sign: %w", err)
	}
	return appendField(message, signature)
}
