package threats_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/internal/message"
	"ostiary/internal/secret"
)

// TestWhere: whose word about the user's address counts.
func TestWhere(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeAudit)
		w.user("ana", 0)
		claims := &types.UserContextDataType{IpAddress: &abroad.address, EncodedData: aws.String("machine")}
		publicClient := w.client
		silent := w.newClient(func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
		telling := w.newClient(func(in *idp.CreateUserPoolClientInput) {
			in.GenerateSecret, in.EnablePropagateAdditionalUserContextData = true, aws.Bool(true)
		})
		for _, c := range []struct {
			name, client, want string
		}{{"a public client", publicClient, home.address}, {"a confidential client", silent, home.address}, {"one that propagates", telling, abroad.address}} {
			w.server.Advance(time.Minute)
			_, err := w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
				ClientId: &c.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, UserContextData: claims,
				AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password, "SECRET_HASH": w.secretHash("ana", c.client)},
			})
			w.must(err)
			if got := w.events("ana")[0].EventContextData.IpAddress; *got != c.want {
				w.Errorf("%s: from %s, want %s", c.name, *got, c.want)
			}
		}
		for _, c := range []struct {
			data *types.ContextDataType
			want string
		}{
			{&types.ContextDataType{
				IpAddress: &abroad.address, ServerName: aws.String("s"), ServerPath: aws.String("/"),
				HttpHeaders: []types.HttpHeader{{HeaderName: aws.String("User-Agent"), HeaderValue: &abroad.agent}},
			}, abroad.address + " Firefox 133, Linux"},
			{nil, " "},
		} {
			w.server.Advance(time.Minute)
			_, err := w.api.AdminInitiateAuth(w.Context(), &idp.AdminInitiateAuthInput{
				UserPoolId: &w.pool, ClientId: &publicClient, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, ContextData: c.data,
				AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password},
			})
			w.must(err)
			e := w.events("ana")[0].EventContextData
			if got := aws.ToString(e.IpAddress) + " " + aws.ToString(e.DeviceName); got != c.want {
				w.Errorf("for an administrator with %v: %q, want %q", c.data, got, c.want)
			}
		}
	})
}

func (w *world) secretHash(name, client string) string {
	w.Helper()
	out, err := w.api.DescribeUserPoolClient(w.Context(), &idp.DescribeUserPoolClientInput{UserPoolId: &w.pool, ClientId: &client})
	w.must(err)
	if out.UserPoolClient.ClientSecret == nil {
		return ""
	}
	return secret.SecretHash(*out.UserPoolClient.ClientSecret, name, client)
}

// TestForgedAddress: who is no trusted proxy does not choose an address.
func TestForgedAddress(t *testing.T) {
	w := start(t, "sqlite::memory:", map[string]string{"trusted_proxies": "198.18.0.1"})
	w.protect(types.AdvancedSecurityModeTypeAudit)
	w.user("ana", 1)
	if got := *w.events("ana")[0].EventContextData.IpAddress; got != "127.0.0.1" {
		w.Errorf("from %s", got)
	}
}

// TestFault: what cannot be weighed does not pass where it is enforced, and passes where it is audited.
func TestFault(t *testing.T) {
	for _, mode := range []types.AdvancedSecurityModeType{types.AdvancedSecurityModeTypeEnforced, types.AdvancedSecurityModeTypeAudit} {
		t.Run(string(mode), func(t *testing.T) {
			w := start(t, "sqlite::memory:")
			w.protect(mode)
			w.user("ana", 3)
			w.server.Advance(48 * time.Hour)
			w.store.broken.Store(true)
			out, err := w.signIn(attacker, "ana")
			w.store.broken.Store(false)
			if mode == types.AdvancedSecurityModeTypeAudit {
				w.tokens(out, err)
			} else {
				var e smithy.APIError
				if !errors.As(err, &e) || e.ErrorCode() != "InternalErrorException" {
					t.Errorf("got %v, want a fault", err)
				}
			}
			if !strings.Contains(w.log.String(), errBroken.Error()) {
				t.Error("the log does not say why")
			}
		})
	}
}

// TestNobodyIsHidden: at any risk, who exists is not told by what is answered. Of many names tried by a stranger
// the same answers come as of real users: some blocked, some not.
func TestNobodyIsHidden(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, action("BLOCK", true), action("BLOCK", true))
	w.user("ana", 12)
	w.user("new", 0)
	w.server.Advance(48 * time.Hour)
	seen := map[string]int{}
	for i := range 20 {
		_, err := w.signInWith(abroad, fmt.Sprint("nobody", i), "wrong", w.client)
		var e smithy.APIError
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		seen[e.ErrorCode()+": "+e.ErrorMessage()]++
	}
	if sent := w.server.Inbox.List(message.Filter{UserPoolID: w.pool}); len(sent) > 0 {
		t.Errorf("nobody was sent %q to %q", sent[0].Subject, sent[0].Destination)
	}
	if seen[blocked] == 0 || seen[blocked]+seen[incorrect] != 20 {
		t.Errorf("nobody is answered %v", seen)
	}
	_, err := w.signInWith(abroad, "ana", "wrong", w.client)
	w.refused(err, blocked)
}

// TestFlood: whoever only begins sign-ins, or is blocked, leaves so many events and notices, and no more.
func TestFlood(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, nil, action("BLOCK", true))
	w.user("ana", 3)
	w.server.Advance(48 * time.Hour)
	for range 210 {
		_, err := w.signIn(attacker, "ana")
		w.refused(err, blocked)
	}
	if got := len(w.events("ana")); got != 203 {
		t.Errorf("%d events, want 203", got)
	}
	if got := len(w.notices("ana")); got != 5 {
		t.Errorf("%d notices, want 5", got)
	}
}

// TestAddressLockout: an address that fails for many names is refused for a while, the right password included,
// with or without threat protection; others are not, nor a server that signs its users in.
func TestAddressLockout(t *testing.T) {
	const exceeded = "TooManyRequestsException: Rate exceeded"
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeOff)
		w.user("ana", 0)
		w.user("ben", 0)
		for i := range 10 { // an estimate
			if _, err := w.signInWith(abroad, fmt.Sprint("name", i), "wrong", w.client); err != nil && strings.Contains(err.Error(), "Rate exceeded") {
				w.Errorf("after %d names", i)
			}
		}
		for i := range 5 { // two names may count as one, by a secret key
			_, _ = w.signInWith(abroad, fmt.Sprint("more", i), "wrong", w.client)
		}
		for range 20 { // the same name over and over is one
			_, _ = w.signInWith(home, "ben", "wrong", w.client)
		}
		for _, name := range []string{"ana", "nobody"} {
			_, err := w.signIn(abroad, name)
			w.refused(err, exceeded)
		}
		w.tokens(w.signIn(home, "ana"))
		w.at = abroad
		_, err := w.api.AdminInitiateAuth(w.Context(), &idp.AdminInitiateAuthInput{
			UserPoolId: &w.pool, ClientId: &w.client, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password},
		})
		w.must(err)
		w.server.Advance(2 * time.Hour)
		w.tokens(w.signIn(abroad, "ana"))
	}, map[string]string{"address_lockout": "10"})
}

// TestGone: what a user did is forgotten with the user.
func TestGone(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeAudit)
		w.user("ana", 3)
		_, err := w.api.AdminDeleteUser(w.Context(), &idp.AdminDeleteUserInput{UserPoolId: &w.pool, Username: aws.String("ana")})
		w.must(err)
		_, err = w.api.AdminListUserAuthEvents(w.Context(), &idp.AdminListUserAuthEventsInput{UserPoolId: &w.pool, Username: aws.String("ana")})
		w.refused(err, "UserNotFoundException: User does not exist.")
		w.user("ana", 1)
		if got := len(w.events("ana")); got != 1 {
			w.Errorf("%d events of another of that name", got)
		}
	})
}
