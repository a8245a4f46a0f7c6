package mfa

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what RFC 6238 and every app use; as an HMAC it is sound
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// The codes are those that every authenticator app makes unless told otherwise: RFC 6238 with
// SHA-1, 6 digits and steps of 30 seconds. Apps ignore other wishes, so there are none.
const (
	totpDigits  = 6
	totpModulus = 1_000_000 // 10^totpDigits
	totpPeriod  = 30        // seconds
	totpSkew    = 1         // steps that a phone's clock may be off, either way
)

// totpSecretSize is the length of a secret, in bytes: as SecretCode 52 characters.
const totpSecretSize = 32

// Result is what Verify finds.
type Result int

const (
	Mismatch    Result = iota // not a code of this time
	AlreadyUsed               // a code of this time, of the last step accepted or an earlier one
	Accepted
)

func (r Result) String() string {
	switch r {
	case Mismatch:
		return "mismatch"
	case AlreadyUsed:
		return "already used"
	case Accepted:
		return "accepted"
	default:
		return fmt.Sprintf("Result(%d)", int(r))
	}
}

// NewSecret draws the secret of an authenticator app: 32 bytes.
func NewSecret(rand io.Reader) ([]byte, error) {
	secret := make([]byte, totpSecretSize)
	if _, err := io.ReadFull(rand, secret); err != nil {
		return nil, fmt.Errorf("draw a TOTP secret: %w", err)
	}
	return secret, nil
}

// SecretCode is a secret as AssociateSoftwareToken returns it and apps take it: Base32 (RFC 4648)
// without padding.
func SecretCode(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// Step is the time step of RFC 6238 that t falls into: how often 30 seconds have passed since 1970.
func Step(t time.Time) int64 { return t.Unix() / totpPeriod }

// Code is the code of one time step (RFC 4226, section 5.3, with the step as counter).
func Code(secret []byte, step int64) string {
	counter := binary.BigEndian.AppendUint64(nil, uint64(step))
	mac := hmac.New(sha1.New, secret)
	mac.Write(counter)
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	number := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, number%totpModulus)
}

// Verify looks for the time step of a code: that of now or one of its neighbours, and later than
// lastStep, the step last accepted (zero before the first). The caller keeps the step of an accepted
// code as the next lastStep, in the same transaction, so that no code works twice (RFC 6238, section
// 5.2). The step means nothing with another result.
//
// A secret that is absent has no codes.
func Verify(secret []byte, code string, now time.Time, lastStep int64) (step int64, result Result) {
	if len(secret) == 0 {
		return 0, Mismatch
	}
	current := Step(now)
	for s := current - totpSkew; s <= current+totpSkew; s++ {
		matches := subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(code)) == 1
		switch {
		case !matches || result == Accepted:
		case s <= lastStep:
			result = AlreadyUsed
		default:
			step, result = s, Accepted
		}
	}
	return step, result
}
