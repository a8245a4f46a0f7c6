// Package page makes the tokens by which a listing goes on where its last page ended: NextToken and
// PaginationToken.
//
// A token is opaque to the caller. It cannot be made up or changed, works only for the listing it
// came from (the operation, the pool and whatever else selects or orders), and expires.
package page

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"time"

	"ostiary/internal/awserr"
)

// Lifetime is how long a token works (ListUsers, PaginationToken).
const Lifetime = time.Hour

// Hasher is the keyed hash that keeps tokens from being made up: secret.Keyring.
type Hasher interface {
	// Hash authenticates data for one purpose. Equal input yields equal output while the key lasts.
	Hash(purpose string, data ...[]byte) []byte
}

// Listing is what a token belongs to: the operation and every parameter but the page size, which a
// caller may change from page to page.
type Listing struct {
	Operation  string // as the service model names it
	Parameters []string
}

// Tokens makes and reads page tokens.
type Tokens struct {
	Keys Hasher
	Now  func() time.Time
}

// Next is the token for the page after the place that cursor describes.
func (t Tokens) Next(l Listing, cursor ...string) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(t.Now().Add(Lifetime).Unix()))
	body = appendStrings(body, cursor)
	return base64.RawURLEncoding.EncodeToString(append(t.seal(l, body), body...))
}

// Cursor is what Next was given, of which there were parts many. An absent token is the start: no
// cursor, no error. A made-up, changed, expired or foreign token gets InvalidParameterException.
func (t Tokens) Cursor(l Listing, token *string, parts int) ([]string, error) {
	if token == nil {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(*token)
	if err != nil || len(raw) < sealSize+8 {
		return nil, awserr.InvalidPageToken()
	}
	seal, body := raw[:sealSize], raw[sealSize:]
	if subtle.ConstantTimeCompare(seal, t.seal(l, body)) != 1 {
		return nil, awserr.InvalidPageToken()
	}
	if expires := int64(binary.BigEndian.Uint64(body)); t.Now().Unix() >= expires {
		return nil, awserr.InvalidPageToken()
	}
	cursor, ok := readStrings(body[8:])
	if !ok || len(cursor) != parts {
		return nil, awserr.InvalidPageToken()
	}
	return cursor, nil
}

// sealSize in bytes: 128 bits are out of reach of guessing within an hour.
const sealSize = 16

func (t Tokens) seal(l Listing, body []byte) []byte {
	listing := appendStrings(nil, append([]string{l.Operation}, l.Parameters...))
	// The length keeps listing and body apart whatever the hash does between its arguments.
	length := binary.BigEndian.AppendUint64(nil, uint64(len(listing)))
	return t.Keys.Hash("page token", length, listing, body)[:sealSize:sealSize]
}

// appendStrings writes every string after its length, so that no two lists look alike.
func appendStrings(b []byte, list []string) []byte {
	for _, s := range list {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

func readStrings(b []byte) (list []string, ok bool) {
	for len(b) > 0 {
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return nil, false
		}
		list = append(list, string(b[n:n+int(length)]))
		b = b[n+int(length):]
	}
	return list, true
}
