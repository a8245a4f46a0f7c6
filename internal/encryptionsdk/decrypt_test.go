package encryptionsdk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
)

// message is one as read by the decoder of these tests, which is written from the specification and shares
// nothing with what writes.
type message struct {
	id           []byte
	context      map[string]string
	keyARN       string
	encryptedKey []byte
	plaintext    []byte
	signed       int // bytes before the footer
}

// reader takes a message apart; the first thing that is missing stays its error.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n > len(r.rest) {
		r.err = errors.New("cut off")
		return make([]byte, min(n, 1<<16))
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) number(size int) (n int) {
	for _, b := range r.take(size) {
		n = n<<8 | int(b)
	}
	return n
}

func (r *reader) field() []byte { return r.take(r.number(2)) }

func (r *reader) must(is bool, what string, args ...any) {
	if r.err == nil && !is {
		r.err = fmt.Errorf(what, args...)
	}
}

// decrypt reads a message, with the data key for its encrypted data key.
func decrypt(whole []byte, keyOf func(m *message) []byte) (*message, error) {
	r := &reader{rest: whole}
	m := &message{context: map[string]string{}}
	r.must(r.number(1) == 1, "version")
	r.must(r.number(1) == 0x80, "type")
	r.must(r.number(2) == 0x0378, "suite")
	m.id = r.take(16)
	if pairs := (&reader{rest: r.field()}); len(pairs.rest) > 0 {
		n, before := pairs.number(2), ""
		r.must(n > 0, "an empty context has no count")
		for i := range n {
			name, value := string(pairs.field()), string(pairs.field())
			r.must(i == 0 || before < name, "%q after %q", name, before)
			m.context[name], before = value, name
		}
		r.must(pairs.err == nil && len(pairs.rest) == 0, "context: %v, %d bytes left", pairs.err, len(pairs.rest))
	}
	r.must(r.number(2) == 1, "data keys")
	r.must(string(r.field()) == "aws-kms", "provider")
	m.keyARN, m.encryptedKey = string(r.field()), r.field()
	r.must(r.number(1) == 2, "framed")
	r.must(r.number(4) == 0, "reserved")
	r.must(r.number(1) == 12, "IV length")
	frame := r.number(4)
	header := whole[:len(whole)-len(r.rest)]
	if r.err != nil {
		return nil, r.err
	}
	block, err := aes.NewCipher(hkdf32(keyOf(m), append([]byte{0x03, 0x78}, m.id...)))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	headerIV := r.take(12)
	if _, err := gcm.Open(nil, headerIV, r.take(16), header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	for sequence, final := 1, false; r.err == nil && !final; sequence++ {
		length, content := frame, "AWSKMSEncryptionClient Frame"
		n := r.number(4)
		if final = n == 0xffffffff; final {
			n, content = r.number(4), "AWSKMSEncryptionClient Final Frame"
		}
		r.must(n == sequence, "frame %d is number %d", sequence, n)
		nonce := r.take(12)
		if final {
			length = r.number(4)
			r.must(length <= frame, "a last frame of %d bytes", length)
		}
		sealed := r.take(length + 16)
		if r.err != nil {
			return nil, r.err
		}
		aad := append([]byte(string(m.id)+content), byte(n>>24), byte(n>>16), byte(n>>8), byte(n), 0, 0, 0, 0, 0, 0, byte(length>>8), byte(length))
		opened, err := gcm.Open(nil, nonce, sealed, aad)
		if err != nil {
			return nil, fmt.Errorf("frame %d: %w", sequence, err)
		}
		m.plaintext = append(m.plaintext, opened...)
	}
	m.signed = len(whole) - len(r.rest)
	signature := r.field()
	r.must(len(r.rest) == 0, "%d bytes after the message", len(r.rest))
	if r.err != nil {
		return nil, r.err
	}
	compressed, err := base64.StdEncoding.DecodeString(m.context["aws-crypto-public-key"])
	if err != nil {
		return nil, err
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.P384(), compressed)
	if x == nil {
		return nil, errors.New("public key")
	}
	point := append(x.FillBytes(make([]byte, 48)), y.FillBytes(make([]byte, 48))...)
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P384(), append([]byte{4}, point...))
	if err != nil {
		return nil, err
	}
	digest := sha512.Sum384(whole[:m.signed])
	if !ecdsa.VerifyASN1(public, digest[:], signature) {
		return nil, errors.New("signature")
	}
	return m, nil
}

// hkdf32 is HKDF-SHA-384 (RFC 5869) without a salt, its first 32 bytes: less than one block of the expansion.
func hkdf32(secret, info []byte) []byte {
	extract := hmac.New(sha512.New384, make([]byte, sha512.Size384))
	extract.Write(secret)
	expand := hmac.New(sha512.New384, extract.Sum(nil))
	expand.Write(append(info, 1))
	return expand.Sum(nil)[:32]
}
