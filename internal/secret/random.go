package secret

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
)

// Digits draws a code of n decimal digits, each code as likely as any other.
func Digits(rand io.Reader, n int) (string, error) {
	return Alphanumeric(rand, "0123456789", n)
}

// Alphanumeric draws n characters of an alphabet of 1 to 256 single bytes, each as likely as any
// other.
func Alphanumeric(rand io.Reader, alphabet string, n int) (string, error) {
	if len(alphabet) == 0 || len(alphabet) > 256 {
		return "", errors.New("draw characters: alphabet without characters, or with too many")
	}
	// Bytes from the last, incomplete run of the alphabet would make its first characters likelier.
	fair := 256 - 256%len(alphabet)
	out, drawn := make([]byte, 0, n), make([]byte, n+n/4+8)
	for range 100 {
		if _, err := io.ReadFull(rand, drawn); err != nil {
			return "", fmt.Errorf("draw characters: %w", err)
		}
		for _, b := range drawn {
			if len(out) == n {
				return string(out), nil
			}
			if int(b) < fair {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return "", errors.New("draw characters: the source of randomness repeats itself")
}

// Token draws n random bytes and writes them as base64url without padding.
func Token(rand io.Reader, n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(rand, raw); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// UUID draws a UUID of version 4 (RFC 9562), written in lower case.
func UUID(rand io.Reader) (string, error) {
	id, err := uuid.NewRandomFromReader(rand)
	if err != nil {
		return "", fmt.Errorf("draw a UUID: %w", err)
	}
	return id.String(), nil
}

// Equal compares two secrets in a time that tells nothing but whether they are of one length.
func Equal(a, b string) bool { return EqualBytes([]byte(a), []byte(b)) }

// EqualBytes is Equal for secrets that are not text.
func EqualBytes(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
