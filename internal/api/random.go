package api

import (
	"io"
)

// The characters of identifiers and secrets that the server makes.
const (
	lowerAlphanumerics = "0123456789abcdefghijklmnopqrstuvwxyz"
	alphanumerics      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base32Hex          = "0123456789abcdefghijklmnopqrstuv"
)

// randomText draws length characters of an alphabet of at most 256, each as likely as the others.
func randomText(rand io.Reader, alphabet string, length int) (string, error) {
	fair := 256 - 256%len(alphabet) // bytes from here on would favour the first characters
	text := make([]byte, 0, length)
	buffer := make([]byte, length)
	for len(text) < length {
		if _, err := io.ReadFull(rand, buffer); err != nil {
			return "", err
		}
		for _, b := range buffer {
			if int(b) < fair && len(text) < length {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text), nil
}
