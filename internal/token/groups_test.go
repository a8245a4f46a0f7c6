package token

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// join puts the user into a new group.
func (w *world) join(name, role string, precedence *int32) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		g := &userpool.Group{PoolID: poolID, Name: name, RoleARN: role, Precedence: precedence}
		if err := tx.CreateGroup(ctx, g); err != nil {
			return err
		}
		return tx.AddMember(ctx, poolID, name, w.user.Username)
	})
}

// groupClaims are the claims of groups of an ID token and of an access token, one line each.
func groupClaims(t testing.TB, result *cognitoidp.AuthenticationResultType) string {
	t.Helper()
	var b strings.Builder
	for _, text := range []*string{result.IdToken, result.AccessToken} {
		var claims map[string]any
		if err := json.Unmarshal([]byte(claimsText(t, *text)), &claims); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, claims["cognito:groups"], claims["cognito:roles"], claims["cognito:preferred_role"])
	}
	return b.String()
}

// TestGroupsAreCurrent: every new token has the groups of that moment.
func TestGroupsAreCurrent(t *testing.T) {
	w := newWorld(t)
	w.client.Settings.RefreshTokenRotation = &cognitoidp.RefreshTokenRotationType{Feature: cognitoidp.FeatureTypeEnabled}
	none := "<nil> <nil> <nil>\n<nil> <nil> <nil>\n"
	first := w.signIn().Result
	if diff := cmp.Diff(none, groupClaims(t, first)); diff != "" {
		t.Errorf("without groups (-want +got):\n%s", diff)
	}

	const role = "arn:aws:iam::111122223333:role/ops"
	w.join("staff", "", nil)
	w.join("ops", role, new(int32(3)))
	both := "[ops staff] [" + role + "] " + role + "\n[ops staff] <nil> <nil>\n"
	refreshed, err := w.refresh(*first.RefreshToken, "")
	if err != nil {
		t.Fatal(err)
	}
	exchanged := w.mustExchange(*first.RefreshToken)
	for how, result := range map[string]*cognitoidp.AuthenticationResultType{
		"sign-in": w.signIn().Result, "refresh": refreshed, "exchange": exchanged,
	} {
		if diff := cmp.Diff(both, groupClaims(t, result)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", how, diff)
		}
	}

	w.update(func(ctx context.Context, tx store.Tx) error {
		if err := tx.DeleteGroup(ctx, poolID, "staff"); err != nil {
			return err
		}
		return tx.RemoveMember(ctx, poolID, "ops", w.user.Username)
	})
	if diff := cmp.Diff(none, groupClaims(t, w.mustExchange(*exchanged.RefreshToken))); diff != "" {
		t.Errorf("groups left (-want +got):\n%s", diff)
	}
}

// TestManyGroups: the longest list of groups there can be still fits a token that this server takes.
func TestManyGroups(t *testing.T) {
	for what, name := range map[string]string{
		"ASCII": strings.Repeat("g", 125), "four bytes": strings.Repeat("\U0001F511", 125), "six bytes": "é" + strings.Repeat("<", 124),
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			for i := range userpool.MaxGroupsOfUser {
				w.join(fmt.Sprintf("%s%03d", name, i), fmt.Sprintf("arn:aws:iam::111122223333:role/%03d", i), nil)
			}
			result := w.signIn().Result
			b, err := w.Bearer(t.Context(), *result.AccessToken)
			if err != nil || b.User.Sub != w.user.Sub {
				t.Fatalf("an access token of %d bytes: %v", len(*result.AccessToken), err)
			}
			var claims struct {
				Groups []string `json:"cognito:groups"`
				Roles  []string `json:"cognito:roles"`
			}
			if err := json.Unmarshal([]byte(claimsText(t, *result.IdToken)), &claims); err != nil {
				t.Fatal(err)
			}
			if len(claims.Groups) != userpool.MaxGroupsOfUser || claims.Groups[7] != name+"007" || len(claims.Roles) != userpool.MaxGroupsOfUser {
				t.Errorf("%d groups, the eighth is %q, %d roles", len(claims.Groups), claims.Groups[7], len(claims.Roles))
			}
		})
	}
}
