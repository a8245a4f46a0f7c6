package test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

const (
	opsRole  = "arn:aws:iam::111122223333:role/ops"
	deskRole = "arn:aws:iam::111122223333:role/desk"
)

// groupClaims are the claims by which an application and an identity pool know a user's groups.
type groupClaims struct {
	Groups    []string `json:"cognito:groups"`
	Roles     []string `json:"cognito:roles"`
	Preferred string   `json:"cognito:preferred_role"`
}

func readClaims(t *testing.T, token *string) (claims groupClaims) {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(*token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// TestGroups: groups are made, listed, joined and left through the SDK, and tokens follow.
func TestGroups(t *testing.T) {
	for database, where := range map[string]func(t *testing.T) string{
		"SQLite":     func(*testing.T) string { return "sqlite::memory:" },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(database, func(t *testing.T) { testGroups(t, ostiarytest.Start(t, ostiarytest.WithDatabase(where(t))).Client()) })
	}
}

func testGroups(t *testing.T, api *idp.Client) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pool, err := api.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("groups")})
	must(err)
	poolID := pool.UserPool.Id
	client, err := api.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: poolID, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})
	must(err)
	for _, name := range []string{"ana", "ben", "cleo"} {
		_, err := api.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: poolID, Username: &name, MessageAction: types.MessageActionTypeSuppress})
		must(err)
	}
	password := aws.String("Correct-horse-7")
	_, err = api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: poolID, Username: aws.String("ana"), Password: password, Permanent: true})
	must(err)

	for _, g := range []idp.CreateGroupInput{
		{GroupName: aws.String("staff"), Description: aws.String("everybody")},
		{GroupName: aws.String("ops"), RoleArn: aws.String(opsRole), Precedence: aws.Int32(5)},
		{GroupName: aws.String("desk"), RoleArn: aws.String(deskRole), Precedence: aws.Int32(5)},
	} {
		g.UserPoolId = poolID
		out, err := api.CreateGroup(ctx, &g)
		must(err)
		got, err := api.GetGroup(ctx, &idp.GetGroupInput{UserPoolId: poolID, GroupName: g.GroupName})
		must(err)
		if diff := cmp.Diff(out.Group, got.Group, cmp.AllowUnexported(types.GroupType{})); diff != "" {
			t.Errorf("GetGroup (-created +got):\n%s", diff)
		}
	}
	var exists *types.GroupExistsException
	if _, err := api.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: poolID, GroupName: aws.String("ops")}); !errors.As(err, &exists) {
		t.Errorf("a group that is there: %v", err)
	}
	join := func(user, group string) {
		t.Helper()
		_, err := api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: poolID, Username: &user, GroupName: &group})
		must(err)
	}

	signIn, err := api.InitiateAuth(ctx, &idp.InitiateAuthInput{
		ClientId: client.UserPoolClient.ClientId, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": *password},
	})
	must(err)
	tokens := signIn.AuthenticationResult
	refreshToken := *tokens.RefreshToken
	expect := func(when string, id, access groupClaims) {
		t.Helper()
		if diff := cmp.Diff(id, readClaims(t, tokens.IdToken)); diff != "" {
			t.Errorf("%s: ID token (-want +got):\n%s", when, diff)
		}
		if diff := cmp.Diff(access, readClaims(t, tokens.AccessToken)); diff != "" {
			t.Errorf("%s: access token (-want +got):\n%s", when, diff)
		}
	}
	refresh := func() {
		t.Helper()
		out, err := api.InitiateAuth(ctx, &idp.InitiateAuthInput{
			ClientId: client.UserPoolClient.ClientId, AuthFlow: types.AuthFlowTypeRefreshTokenAuth,
			AuthParameters: map[string]string{"REFRESH_TOKEN": refreshToken},
		})
		must(err)
		tokens = out.AuthenticationResult
	}
	expect("without groups", groupClaims{}, groupClaims{})

	for _, group := range []string{"staff", "ops", "ops", "desk"} {
		join("ana", group)
	}
	refresh()
	expect("two roles of one precedence",
		groupClaims{Groups: []string{"desk", "ops", "staff"}, Roles: []string{deskRole, opsRole}},
		groupClaims{Groups: []string{"desk", "ops", "staff"}})
	_, err = api.UpdateGroup(ctx, &idp.UpdateGroupInput{UserPoolId: poolID, GroupName: aws.String("ops"), Precedence: aws.Int32(0)})
	must(err)
	refresh()
	expect("one precedence changed",
		groupClaims{Groups: []string{"ops", "desk", "staff"}, Roles: []string{opsRole, deskRole}, Preferred: opsRole},
		groupClaims{Groups: []string{"ops", "desk", "staff"}})
	_, err = api.AdminRemoveUserFromGroup(ctx, &idp.AdminRemoveUserFromGroupInput{UserPoolId: poolID, Username: aws.String("ana"), GroupName: aws.String("ops")})
	must(err)
	_, err = api.DeleteGroup(ctx, &idp.DeleteGroupInput{UserPoolId: poolID, GroupName: aws.String("staff")})
	must(err)
	refresh()
	expect("one group left and one deleted",
		groupClaims{Groups: []string{"desk"}, Roles: []string{deskRole}, Preferred: deskRole}, groupClaims{Groups: []string{"desk"}})

	join("ben", "desk")
	join("cleo", "desk")
	var names []string
	users := idp.NewListUsersInGroupPaginator(api, &idp.ListUsersInGroupInput{UserPoolId: poolID, GroupName: aws.String("desk"), Limit: aws.Int32(2)})
	for users.HasMorePages() {
		page, err := users.NextPage(ctx)
		must(err)
		for _, u := range page.Users {
			names = append(names, *u.Username)
		}
	}
	groups := idp.NewListGroupsPaginator(api, &idp.ListGroupsInput{UserPoolId: poolID, Limit: aws.Int32(1)})
	for groups.HasMorePages() {
		page, err := groups.NextPage(ctx)
		must(err)
		for _, g := range page.Groups {
			names = append(names, *g.GroupName)
		}
	}
	of := idp.NewAdminListGroupsForUserPaginator(api, &idp.AdminListGroupsForUserInput{UserPoolId: poolID, Username: aws.String("ana"), Limit: aws.Int32(1)})
	for of.HasMorePages() {
		page, err := of.NextPage(ctx)
		must(err)
		for _, g := range page.Groups {
			names = append(names, *g.GroupName)
		}
	}
	if want := "[ana ben cleo desk ops desk]"; fmt.Sprint(names) != want {
		t.Errorf("listed %v, want %v", names, want)
	}

	// A user in as many groups as there can be signs in and uses the token.
	for i := range 99 {
		name := fmt.Sprintf("%0128d", i)
		_, err := api.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: poolID, GroupName: &name})
		must(err)
		join("ana", name)
	}
	refresh()
	if got := len(readClaims(t, tokens.AccessToken).Groups); got != 100 {
		t.Errorf("%d groups in the access token, want 100", got)
	}
	if _, err := api.GetUser(ctx, &idp.GetUserInput{AccessToken: tokens.AccessToken}); err != nil {
		t.Errorf("GetUser with 100 groups in the token: %v", err)
	}
}
