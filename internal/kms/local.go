package kms

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"ostiary/internal/awserr"
	"ostiary/internal/encryptionsdk"
	"ostiary/internal/secret"
)

// Local is the keys of the installation itself. Fill in the fields; it is then safe for concurrent use.
type Local struct {
	Secrets *secret.Keyring
	Rand    io.Reader
}

// A ciphertext of a Local key is a version, the key's ARN with its length of two bytes before it, a salt, and
// AES-256-GCM of the text, bound to all that stands before it and to the encryption context. The salt makes a
// key for this one ciphertext out of the ARN's, so that the nonce need not differ.
const (
	blobVersion = 0x01
	saltSize    = 32
	tagSize     = 16
)

// GenerateDataKey makes a data key and encrypts it by the key of that ARN.
func (l *Local) GenerateDataKey(_ context.Context, keyARN string, encryptionContext map[string]string) (*encryptionsdk.DataKey, error) {
	return l.generate(keyARN, encryptionContext, encryptionsdk.DataKeySize)
}

func (l *Local) generate(keyARN string, encryptionContext map[string]string, size int) (*encryptionsdk.DataKey, error) {
	plaintext := make([]byte, size)
	if _, err := io.ReadFull(l.Rand, plaintext); err != nil {
		return nil, fmt.Errorf("kms: draw a data key: %w", err)
	}
	encrypted, err := l.encrypt(keyARN, encryptionContext, plaintext)
	if err != nil {
		clear(plaintext)
		return nil, err
	}
	return &encryptionsdk.DataKey{Plaintext: plaintext, Encrypted: encrypted, KeyARN: keyARN}, nil
}

func (l *Local) encrypt(keyARN string, encryptionContext map[string]string, plaintext []byte) ([]byte, error) {
	if len(keyARN) > math.MaxUint16 {
		return nil, awserr.KMSKeyNotFound(keyARN[:100])
	}
	blob := binary.BigEndian.AppendUint16([]byte{blobVersion}, uint16(len(keyARN)))
	blob = append(blob, keyARN...)
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(l.Rand, salt); err != nil {
		return nil, fmt.Errorf("kms: draw a salt: %w", err)
	}
	blob = append(blob, salt...)
	aead, err := l.cipher(keyARN, salt)
	if err != nil {
		return nil, err
	}
	return aead.Seal(blob, make([]byte, aead.NonceSize()), plaintext, bound(blob, encryptionContext)), nil //nolint:gosec // a key seals once
}

// keyOf is the ARN of the key that a ciphertext says it was encrypted by.
func keyOf(blob []byte) (arn string, rest []byte, ok bool) {
	if len(blob) < 3 || blob[0] != blobVersion {
		return "", nil, false
	}
	n := int(binary.BigEndian.Uint16(blob[1:]))
	if len(blob) < 3+n+saltSize+tagSize {
		return "", nil, false
	}
	return string(blob[3 : 3+n]), blob[3+n:], true
}

// decrypt opens what encrypt made, under the same context, or answers InvalidCiphertextException.
func (l *Local) decrypt(blob []byte, encryptionContext map[string]string) ([]byte, error) {
	arn, rest, ok := keyOf(blob)
	if !ok {
		return nil, awserr.InvalidCiphertext()
	}
	aead, err := l.cipher(arn, rest[:saltSize])
	if err != nil {
		return nil, err
	}
	before := blob[:len(blob)-len(rest)+saltSize]
	plaintext, err := aead.Open(nil, make([]byte, aead.NonceSize()), rest[saltSize:], bound(before, encryptionContext))
	if err != nil {
		return nil, awserr.InvalidCiphertext()
	}
	return plaintext, nil
}

// cipher is the key of one ciphertext.
func (l *Local) cipher(keyARN string, salt []byte) (cipher.AEAD, error) {
	root := l.Secrets.Derive("KMS key "+keyARN, sha256.Size)
	defer clear(root)
	key, err := hkdf.Key(sha256.New, root, salt, "one ciphertext", 32)
	if err != nil {
		return nil, fmt.Errorf("kms: derive a key: %w", err)
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("kms: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("kms: %w", err)
	}
	return aead, nil
}

// bound is what a ciphertext is bound to: what stands before it, and the context, in whatever order it came.
func bound(before []byte, encryptionContext map[string]string) []byte {
	b := slices.Clone(before)
	for _, name := range slices.Sorted(maps.Keys(encryptionContext)) {
		for _, text := range []string{name, encryptionContext[name]} {
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...)
		}
	}
	return b
}
