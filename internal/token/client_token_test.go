package token

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// TestMintForClient: the exact claims, and a signature that the pool's published keys verify.
func TestMintForClient(t *testing.T) {
	w := newWorld(t)
	w.Rand = new(counter)
	w.saveClient(func(c *userpool.Client) {
		c.Settings.AccessTokenValidity = new(int32(10))
		c.Settings.TokenValidityUnits = &cognitoidp.TokenValidityUnitsType{AccessToken: cognitoidp.TimeUnitsTypeMinutes}
	})
	result, err := w.MintForClient(t.Context(), w.pool, w.client, []string{"orders/read", "https://api.example.com/write"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if *result.ExpiresIn != 600 || *result.TokenType != "Bearer" {
		t.Errorf("expires in %d, type %s", *result.ExpiresIn, *result.TokenType)
	}
	got := claimsText(t, *result.AccessToken) + "\n"
	file := filepath.Join("testdata", "client_token.golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}

	published, err := w.JWKS(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	set, err := jwk.Parse(published)
	if err != nil {
		t.Fatal(err)
	}
	clock := jwt.ClockFunc(func() time.Time { return w.now })
	if _, err := jwt.Parse([]byte(*result.AccessToken), jwt.WithKeySet(set), jwt.WithClock(clock)); err != nil {
		t.Errorf("a verifier that knows nothing but the published keys: %v", err)
	}
	if s, err := take(*result.AccessToken); err != nil || s.kid != w.kid(poolID, userpool.UseAccess) {
		t.Errorf("signed by another key than access tokens: %v", err)
	}
}

// TestClientTokenIsNobodys: by no scope does it act for a user, not even for one of the client's name.
func TestClientTokenIsNobodys(t *testing.T) {
	w := newWorld(t)
	w.addUser(poolID, clientID, clientID)
	for scope, want := range map[string]struct {
		code cognitoidp.ErrorCode
		text string
	}{
		"orders/read":  {cognitoidp.NotAuthorizedException, "Access Token does not have required scopes"},
		ScopeUserAdmin: {cognitoidp.UserNotFoundException, "User does not exist."}, // GetClientToken never grants it
	} {
		result, err := w.MintForClient(t.Context(), w.pool, w.client, []string{scope}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Bearer(t.Context(), *result.AccessToken)
		wantRefusal(t, err, want.code, want.text)
		_, err = w.BearerFor(t.Context(), *result.AccessToken, "")
		wantRefusal(t, err, cognitoidp.UserNotFoundException, "User does not exist.")
	}
}

func TestMintForClientFaults(t *testing.T) {
	w := newWorld(t)
	if _, err := w.MintForClient(t.Context(), &userpool.Pool{ID: "eu-west-1_gone00000"}, w.client, nil, nil); err == nil {
		t.Error("a token was signed without a key")
	}
	broken := errors.New("no entropy")
	w.Rand = iotest.ErrReader(broken)
	if _, err := w.MintForClient(t.Context(), w.pool, w.client, nil, nil); !errors.Is(err, broken) {
		t.Errorf("without randomness: %v", err)
	}
}
