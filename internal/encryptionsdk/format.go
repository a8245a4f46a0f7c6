package encryptionsdk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// What stands in a header of message format version 1.
const (
	version1              = 0x01
	customerAuthenticated = 0x80 // "customer authenticated encrypted data", the only type
	suite                 = 0x0378
	framed                = 0x02
	provider              = "aws-kms"
	frameLength           = 4096 // the SDKs' default, in bytes

	messageIDSize = 16
	ivSize        = 12
	finalFrame    = 0xffffffff // stands before the sequence number of the last frame
)

// seal is a message up to its footer.
func seal(id [messageIDSize]byte, encryptionContext map[string]string, key *DataKey, plaintext []byte) ([]byte, error) {
	header, err := header(id, encryptionContext, key)
	if err != nil {
		return nil, err
	}
	aead, err := derive(id, key.Plaintext)
	if err != nil {
		return nil, err
	}
	message := aead.Seal(slices.Concat(header, iv(0)), iv(0), nil, header)

	// A text that fills its last frame has an empty one after it, as the SDKs have it.
	sequence := uint32(1)
	for ; len(plaintext) >= frameLength; plaintext = plaintext[frameLength:] {
		message = binary.BigEndian.AppendUint32(message, sequence)
		message = append(message, iv(sequence)...)
		message = aead.Seal(message, iv(sequence), plaintext[:frameLength], bodyAAD(id, "AWSKMSEncryptionClient Frame", sequence, frameLength))
		if sequence++; sequence == finalFrame {
			return nil, errors.New("encryptionsdk: too long a text")
		}
	}
	message = binary.BigEndian.AppendUint32(message, finalFrame)
	message = binary.BigEndian.AppendUint32(message, sequence)
	message = append(message, iv(sequence)...)
	message = binary.BigEndian.AppendUint32(message, uint32(len(plaintext)))
	return aead.Seal(message, iv(sequence), plaintext, bodyAAD(id, "AWSKMSEncryptionClient Final Frame", sequence, len(plaintext))), nil
}

// header is the header without its authentication.
func header(id [messageIDSize]byte, encryptionContext map[string]string, key *DataKey) ([]byte, error) {
	b := []byte{version1, customerAuthenticated}
	b = binary.BigEndian.AppendUint16(b, suite)
	b = append(b, id[:]...)
	pairs, err := contextPairs(encryptionContext)
	if err != nil {
		return nil, err
	}
	if b, err = appendField(b, pairs); err != nil {
		return nil, err
	}
	b = binary.BigEndian.AppendUint16(b, 1) // encrypted data keys
	for _, field := range [][]byte{[]byte(provider), []byte(key.KeyARN), key.Encrypted} {
		if b, err = appendField(b, field); err != nil {
			return nil, err
		}
	}
	b = append(b, framed, 0, 0, 0, 0, ivSize)
	return binary.BigEndian.AppendUint32(b, frameLength), nil
}

// contextPairs is an encryption context with its keys in the order of their bytes.
func contextPairs(encryptionContext map[string]string) (b []byte, err error) {
	if len(encryptionContext) > math.MaxUint16 {
		return nil, errTooLong
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(encryptionContext)))
	for _, name := range slices.Sorted(maps.Keys(encryptionContext)) {
		if b, err = appendField(b, []byte(name)); err != nil {
			return nil, err
		}
		if b, err = appendField(b, []byte(encryptionContext[name])); err != nil {
			return nil, err
		}
	}
	return b, nil
}

var errTooLong = errors.New("encryptionsdk: a field of the header has no place for so much")

// compressed is a point of the curve (SEC 1, section 2.3.3) without the half of it that follows from the other.
func compressed(public *ecdsa.PublicKey) ([]byte, error) {
	whole, err := public.Bytes()
	if err != nil {
		return nil, fmt.Errorf("encryptionsdk: %w", err)
	}
	odd := whole[len(whole)-1] & 1
	return append([]byte{2 | odd}, whole[1:1+len(whole)/2]...), nil
}

// appendField appends a value with its length, of two bytes, before it.
func appendField(b, value []byte) ([]byte, error) {
	if len(value) > math.MaxUint16 {
		return nil, errTooLong
	}
	return append(binary.BigEndian.AppendUint16(b, uint16(len(value))), value...), nil
}

// derive makes the key of one message out of the data key.
func derive(id [messageIDSize]byte, dataKey []byte) (cipher.AEAD, error) {
	info := append(binary.BigEndian.AppendUint16(nil, suite), id[:]...)
	key, err := hkdf.Key(sha512.New384, dataKey, nil, string(info), DataKeySize)
	if err != nil {
		return nil, fmt.Errorf("encryptionsdk: derive a key: %w", err)
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("encryptionsdk: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("encryptionsdk: %w", err)
	}
	return aead, nil
}

// iv is the number of a frame, 0 for the header: a derived key is for one message, so that none comes twice.
func iv(sequence uint32) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, ivSize-4, ivSize), sequence)
}

// bodyAAD is what a frame is bound to beside its key.
func bodyAAD(id [messageIDSize]byte, content string, sequence uint32, length int) []byte {
	b := append(slices.Clone(id[:]), content...)
	b = binary.BigEndian.AppendUint32(b, sequence)
	return binary.BigEndian.AppendUint64(b, uint64(length))
}
