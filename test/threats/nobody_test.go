package threats_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// unknown are names of nobody, each with this end, of whom nothing is made up that tells a stranger from them.
func (w *world) unknown(n int, end string) []string {
	w.Helper()
	var names []string
	for i := 0; len(names) < n; i++ {
		name := fmt.Sprint("nobody", i, end)
		if _, err := w.signInWith(abroad, name, "wrong", w.client); err != nil && strings.Contains(err.Error(), "Incorrect") {
			names = append(names, name)
		}
	}
	return names
}

// TestNobodyIsGuessedAt: what failed and what was asked for makes the sign-ins of users riskier, and those of nobody as
// much: what a name is answered hours later does not tell whether somebody has it.
func TestNobodyIsGuessedAt(t *testing.T) {
	guessing := func(w *world, name string) {
		_, _ = w.signInWith(place{abroad.address, "curl/8.5.0"}, name, "wrong", w.client)
	}
	recovering := func(w *world, name string) {
		_, err := w.api.ForgotPassword(w.Context(), &idp.ForgotPasswordInput{ClientId: &w.client, Username: &name})
		w.must(err)
	}
	byEMail := func(in *idp.CreateUserPoolInput) {
		in.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
	}
	for _, c := range []struct {
		name string
		act  func(w *world, name string)
		end  string
		pool []func(*idp.CreateUserPoolInput)
	}{
		{"guessing", guessing, "", nil}, {"recoveries", recovering, "", nil},
		{"guessing by e-mail", guessing, "@example.com", []func(*idp.CreateUserPoolInput){byEMail}},
		{"recoveries by e-mail", recovering, "@example.com", []func(*idp.CreateUserPoolInput){byEMail}},
	} {
		t.Run(c.name, func(t *testing.T) {
			both(t, func(w *world) {
				w.protect(types.AdvancedSecurityModeTypeEnforced, c.pool...)
				w.configure(action("BLOCK", false), nil, nil)
				w.user("new"+c.end, 0)
				names := append(w.unknown(3, c.end), "new"+c.end)
				for range 12 {
					for _, name := range names {
						c.act(w, name)
					}
					w.server.Advance(20 * time.Minute)
				}
				w.server.Advance(3 * time.Hour)
				for _, name := range names {
					_, err := w.signInWith(place{"203.0.113.77", "curl/8.5.0"}, name, "wrong", w.client)
					w.refused(err, blocked)
				}
			})
		})
	}
}
