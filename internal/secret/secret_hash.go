package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
)

// SecretHash is the SECRET_HASH of requests by an app client with a secret: Base64 of HMAC-SHA256
// over username and client id, keyed by the client secret. The username is the text of that same
// request, whatever name of the user it is.
func SecretHash(clientSecret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	io.WriteString(mac, username)
	io.WriteString(mac, clientID)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// CheckSecretHash tells whether hash is the SecretHash, in constant time.
func CheckSecretHash(clientSecret, username, clientID, hash string) bool {
	return Equal(SecretHash(clientSecret, username, clientID), hash)
}
