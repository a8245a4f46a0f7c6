package account

import (
	"ostiary/internal/awserr"
	"ostiary/internal/secret"
	"ostiary/internal/userpool"
)

// CheckSecretHash checks the SecretHash of a request by an app client. Username is the text of that
// same request. Any secret in force will do. A client without a secret must not send a hash: it would
// be believed to have one.
func CheckSecretHash(client *userpool.Client, username, hash string) error {
	if hash == "" && client.Confidential() {
		return awserr.ClientSecretHashMissing(client.ID)
	}
	if hash == "" || provesSecret(client, username, hash) {
		return nil
	}
	return awserr.ClientSecretHashWrong(client.ID)
}

// CheckRefreshSecretHash is CheckSecretHash for the exchange of a refresh token. Username is the
// stored one, for no other travels.
func CheckRefreshSecretHash(client *userpool.Client, username, hash string) error {
	if hash == "" && client.Confidential() {
		return awserr.ClientSecretHashMissing(client.ID)
	}
	if hash == "" || provesSecret(client, username, hash) {
		return nil
	}
	return awserr.RefreshSecretHashWrong(client.ID)
}

func provesSecret(client *userpool.Client, username, hash string) bool {
	proved := false
	for _, s := range client.Secrets { // all of them, so that the time does not tell which
		if secret.CheckSecretHash(s.Value, username, client.ID, hash) {
			proved = true
		}
	}
	return proved
}

// ProvesSecret tells whether a secret sent in plain (ClientSecret) is one of the client's in force. A
// client without a secret proves nothing and must send none.
func ProvesSecret(client *userpool.Client, given string) bool {
	if !client.Confidential() {
		return given == ""
	}
	proved := false
	for _, s := range client.Secrets { // all of them, so that the time does not tell which
		if secret.Equal(s.Value, given) {
			proved = true
		}
	}
	return proved
}
