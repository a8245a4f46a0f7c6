package userpool_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"ostiary/internal/saml"
	"ostiary/internal/userpool"
)

// TestSecretsAreNotPrinted: no verb and no log handler shows a secret of a noun.
func TestSecretsAreNotPrinted(t *testing.T) {
	secret := []byte("VERY-SECRET-MATERIAL")
	password := userpool.Password{Salt: secret, Verifier: secret}
	app := &userpool.TOTP{Secret: secret}
	forms := []string{
		string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		base64.StdEncoding.EncodeToString(secret), strings.Trim(fmt.Sprint(secret), "[]"), strings.Trim(fmt.Sprintf("%#v", secret), "[]byte{}"), //nolint:staticcheck // as numbers is another form
	}
	for _, noun := range []any{
		userpool.User{Sub: "s", Password: &password, PasswordHistory: []userpool.Password{password}, TOTP: app, PendingTOTP: app},
		userpool.Client{ID: "c", Secrets: []userpool.ClientSecret{{ID: "i", Value: string(secret)}}},
		userpool.Attempt{EventID: "e", SRP: secret, PendingTOTP: secret},
		userpool.Device{Key: "d", Salt: secret, Verifier: secret},
		userpool.SigningKey{ID: "k", PrivateKey: secret},
		userpool.IdentityProvider{Name: "n", Details: map[string]string{"client_secret": string(secret)}, Encryption: &saml.KeyPair{PrivateKey: secret}},
		saml.KeyPair{PrivateKey: secret},
		&userpool.User{Sub: "s", PasswordHistory: []userpool.Password{password}},
		&userpool.Attempt{SRP: secret},
		[]*userpool.SigningKey{{PrivateKey: secret}},
	} {
		var shown strings.Builder
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&shown, verb+"\n", noun)
		}
		if _, isList := noun.([]*userpool.SigningKey); !isList { // handlers do not look into lists
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Info("noun", "noun", noun)
			slog.New(slog.NewTextHandler(&log, nil)).Info("noun", "noun", noun)
			shown.Write(log.Bytes())
		}
		for _, form := range forms {
			if strings.Contains(shown.String(), form) {
				t.Errorf("%T shows %s in\n%s", noun, form, shown.String())
			}
		}
	}
}
