package password

import (
	"crypto/rand"
	"fmt"
	"io"
	"math/big"

	"ostiary/internal/userpool"
)

// What temporary passwords are made of: nothing that looks like something else, or that needs
// escaping in HTML.
const (
	clearLowercase = "abcdefghijkmnopqrstuvwxyz"
	clearUppercase = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	clearNumbers   = "23456789"
	clearSymbols   = "!#$%*+-=?@_"
)

// shortestGenerated is the least length of a generated password: over 70 bits.
const shortestGenerated = 12

// Generate draws a temporary password that meets every policy of at most its length. It has letters
// of both cases, a number and a symbol, whatever the policy asks for.
func Generate(random io.Reader, policy userpool.PasswordPolicy) (string, error) {
	text := make([]byte, max(policy.MinimumLength, shortestGenerated))
	for i := range text {
		alphabet := clearLowercase + clearUppercase + clearNumbers + clearSymbols
		if classes := []string{clearLowercase, clearUppercase, clearNumbers, clearSymbols}; i < len(classes) {
			alphabet = classes[i]
		}
		n, err := below(random, len(alphabet))
		if err != nil {
			return "", err
		}
		text[i] = alphabet[n]
	}
	for i := len(text) - 1; i > 0; i-- {
		j, err := below(random, i+1)
		if err != nil {
			return "", err
		}
		text[i], text[j] = text[j], text[i]
	}
	return string(text), nil
}

func below(random io.Reader, limit int) (int, error) {
	n, err := rand.Int(random, big.NewInt(int64(limit)))
	if err != nil {
		return 0, fmt.Errorf("draw a password: %w", err)
	}
	return int(n.Int64()), nil
}
