package token

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// maxTokenSize bounds what is looked at, in bytes. The largest access token that is minted names a
// hundred groups (userpool.MaxGroupsOfUser) of 128 characters, each at most six bytes in JSON.
const maxTokenSize = 128 << 10

var errNotOurs = errors.New("not a token of this server")

// sign puts a token together (RFC 7515, section 7.1): header, claims, RS256 signature.
func (k *key) sign(claims []byte) (string, error) {
	text := make([]byte, 0, len(k.header)+base64.RawURLEncoding.EncodedLen(len(claims))+1+
		base64.RawURLEncoding.EncodedLen(k.public.Size()))
	text = append(text, k.header...)
	text = base64.RawURLEncoding.AppendEncode(text, claims)
	digest := sha256.Sum256(text)
	signature, err := k.signer.Sign(nil, digest[:], crypto.SHA256) // PKCS #1 v1.5 draws no randomness
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(base64.RawURLEncoding.AppendEncode(append(text, '.'), signature)), nil
}

// signed is a token taken apart. Nothing in it is to be believed before verify.
type signed struct {
	kid       string
	claims    []byte
	text      string // what is signed
	signature []byte
}

// take takes a token apart. It reads only the one form in which this server writes tokens: exactly
// that header, three parts, base64url without padding, each value spelt in its only way. So there is
// one text for one token, and no algorithm to choose.
func take(token string) (*signed, error) {
	if len(token) > maxTokenSize || strings.Count(token, ".") != 2 {
		return nil, errNotOurs
	}
	last := strings.LastIndexByte(token, '.')
	header, claims, _ := strings.Cut(token[:last], ".")
	s := &signed{text: token[:last]}
	rawHeader, err := decode(header)
	if err != nil {
		return nil, err
	}
	kid, ok := strings.CutPrefix(string(rawHeader), headerStart)
	if !ok {
		return nil, errNotOurs
	}
	if s.kid, ok = strings.CutSuffix(kid, headerEnd); !ok || s.kid == "" || strings.ContainsAny(s.kid, `"\`) {
		return nil, errNotOurs
	}
	if s.claims, err = decode(claims); err != nil {
		return nil, err
	}
	if s.signature, err = decode(token[last+1:]); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *signed) verify(public *rsa.PublicKey) error {
	digest := sha256.Sum256([]byte(s.text))
	return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], s.signature)
}

// decode refuses what a lenient decoder ignores: line breaks, and bits after the last byte.
func decode(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, errNotOurs
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil || len(raw) == 0 {
		return nil, errNotOurs
	}
	return raw, nil
}
