package api

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

func createClient(t *testing.T, s *Service, in *cognitoidp.CreateUserPoolClientRequest) *cognitoidp.UserPoolClientType {
	t.Helper()
	if in.ClientName == "" {
		in.ClientName = "app"
	}
	out, err := s.CreateUserPoolClient(t.Context(), in)
	if err != nil {
		t.Fatalf("CreateUserPoolClient: %v", err)
	}
	return out.UserPoolClient
}

func describeClientOf(t *testing.T, s *Service, poolID, id string) *cognitoidp.UserPoolClientType {
	t.Helper()
	out, err := s.DescribeUserPoolClient(t.Context(), &cognitoidp.DescribeUserPoolClientRequest{UserPoolId: poolID, ClientId: id})
	if err != nil {
		t.Fatalf("DescribeUserPoolClient: %v", err)
	}
	return out.UserPoolClient
}

func TestCreateUserPoolClientWithNameOnly(t *testing.T) {
	s := poolService(t)
	now := time.Unix(1726784814, 598_765_432).UTC()
	s.Now = func() time.Time { return now }
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	created := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID})
	if !regexp.MustCompile(`^[0-9a-z]{26}$`).MatchString(*created.ClientId) {
		t.Errorf("id %q", *created.ClientId)
	}
	date := now.Truncate(time.Millisecond)
	want := &cognitoidp.UserPoolClientType{
		UserPoolId: &poolID, ClientName: new("app"), ClientId: created.ClientId, CreationDate: &date, LastModifiedDate: &date,
		RefreshTokenValidity: new(int32(30)), TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{},
		AllowedOAuthFlowsUserPoolClient: new(false), EnableTokenRevocation: new(true),
		EnablePropagateAdditionalUserContextData: new(false), AuthSessionValidity: new(int32(3)), ClientType: "REGULAR",
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("CreateUserPoolClient (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, describeClientOf(t, s, poolID, *created.ClientId)); diff != "" {
		t.Errorf("DescribeUserPoolClient (-want +got):\n%s", diff)
	}
}

func TestClientSecretAtCreation(t *testing.T) {
	s := poolService(t)
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	generated := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, GenerateSecret: new(true)})
	if generated.ClientSecret == nil || !regexp.MustCompile(`^[0-9a-v]{51}$`).MatchString(*generated.ClientSecret) {
		t.Errorf("generated secret of the wrong form")
	}
	if got := describeClientOf(t, s, poolID, *generated.ClientId).ClientSecret; got == nil || *got != *generated.ClientSecret {
		t.Error("DescribeUserPoolClient answers another secret")
	}
	given := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, GenerateSecret: new(false), ClientSecret: new(givenSecret)})
	if given.ClientSecret == nil || *given.ClientSecret != givenSecret {
		t.Error("the given secret was not taken")
	}
	_, err := s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, ClientName: "app",
		GenerateSecret: new(true), ClientSecret: new(givenSecret)})
	refused(t, err, cognitoidp.InvalidParameterException, "ClientSecret cannot be provided when GenerateSecret is true.")
}

const givenSecret = "0123456789abcdefghijklmnop"

func TestCreateUserPoolClientRefusals(t *testing.T) {
	s := poolService(t)
	s.MaxClients = 1
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	_, err := s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{UserPoolId: missingPool, ClientName: "app"})
	noSuchPool(t, err)
	_, err = s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, ClientName: "app",
		AllowedOAuthScopes: []string{"orders/read"}})
	refused(t, err, cognitoidp.ScopeDoesNotExistException, "Invalid scope requested: orders/read")
	_, err = s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, ClientName: "app",
		SupportedIdentityProviders: []string{"Google"}})
	refused(t, err, cognitoidp.InvalidParameterException, "The provider Google does not exist for User Pool "+poolID+".")
	createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID}) // the refused ones do not count
	_, err = s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, ClientName: "app"})
	refused(t, err, cognitoidp.LimitExceededException, "The user pool already has 1 app clients, the most it may have.")
	createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id})

	broken := errors.New("no entropy")
	s.Rand = iotest.ErrReader(broken)
	_, err = s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, ClientName: "app"})
	if !errors.Is(err, broken) {
		t.Errorf("without randomness: %v", err)
	}
}

func TestUpdateUserPoolClient(t *testing.T) {
	s := poolService(t)
	now := time.Unix(1000, 0).UTC()
	s.Now = func() time.Time { return now }
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	was := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, GenerateSecret: new(true),
		AccessTokenValidity: new(int32(10)), TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{AccessToken: "minutes"},
		AllowedOAuthFlows: []cognitoidp.OAuthFlowType{"code"}, AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthScopes: []string{"openid"},
		CallbackURLs: []string{"https://a.example"}, LogoutURLs: []string{"https://a.example"}, DefaultRedirectURI: new("https://a.example"),
		ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_USER_AUTH"}, PreventUserExistenceErrors: "ENABLED",
		ReadAttributes: []string{"email"}, WriteAttributes: []string{"email"}, EnableTokenRevocation: new(false),
		SupportedIdentityProviders: []string{"COGNITO"}, AuthSessionValidity: new(int32(15)),
		RefreshTokenRotation: &cognitoidp.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: new(int32(0))},
	})
	now = now.Add(time.Hour)

	// With what DescribeUserPoolClient answers, nothing but the date changes.
	out, err := s.UpdateUserPoolClient(t.Context(), &cognitoidp.UpdateUserPoolClientRequest{
		UserPoolId: poolID, ClientId: *was.ClientId, ClientName: was.ClientName,
		AccessTokenValidity: was.AccessTokenValidity, AllowedOAuthFlows: was.AllowedOAuthFlows,
		AllowedOAuthFlowsUserPoolClient: was.AllowedOAuthFlowsUserPoolClient, AllowedOAuthScopes: was.AllowedOAuthScopes,
		AnalyticsConfiguration: was.AnalyticsConfiguration, AuthSessionValidity: was.AuthSessionValidity, CallbackURLs: was.CallbackURLs,
		DefaultRedirectURI: was.DefaultRedirectURI, EnablePropagateAdditionalUserContextData: was.EnablePropagateAdditionalUserContextData,
		EnableTokenRevocation: was.EnableTokenRevocation, ExplicitAuthFlows: was.ExplicitAuthFlows, IdTokenValidity: was.IdTokenValidity,
		LogoutURLs: was.LogoutURLs, PreventUserExistenceErrors: was.PreventUserExistenceErrors, ReadAttributes: was.ReadAttributes,
		RefreshTokenRotation: was.RefreshTokenRotation, RefreshTokenValidity: was.RefreshTokenValidity,
		SupportedIdentityProviders: was.SupportedIdentityProviders, TokenValidityUnits: was.TokenValidityUnits, WriteAttributes: was.WriteAttributes,
	})
	if err != nil {
		t.Fatal(err)
	}
	was.LastModifiedDate = &now
	if diff := cmp.Diff(was, out.UserPoolClient); diff != "" {
		t.Errorf("changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(was, describeClientOf(t, s, poolID, *was.ClientId)); diff != "" {
		t.Errorf("kept differently (-before +after):\n%s", diff)
	}

	// With nothing, all but name, secret and token revocation returns to the defaults.
	out, err = s.UpdateUserPoolClient(t.Context(), &cognitoidp.UpdateUserPoolClientRequest{UserPoolId: poolID, ClientId: *was.ClientId})
	if err != nil {
		t.Fatal(err)
	}
	want := &cognitoidp.UserPoolClientType{
		UserPoolId: &poolID, ClientName: was.ClientName, ClientId: was.ClientId, ClientSecret: was.ClientSecret,
		CreationDate: was.CreationDate, LastModifiedDate: &now,
		RefreshTokenValidity: new(int32(30)), TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{},
		AllowedOAuthFlowsUserPoolClient: new(false), EnableTokenRevocation: new(false),
		EnablePropagateAdditionalUserContextData: new(false), AuthSessionValidity: new(int32(3)), ClientType: "REGULAR",
	}
	if diff := cmp.Diff(want, out.UserPoolClient); diff != "" {
		t.Errorf("reset (-want +got):\n%s", diff)
	}

	_, err = s.UpdateUserPoolClient(t.Context(), &cognitoidp.UpdateUserPoolClientRequest{UserPoolId: poolID, ClientId: *was.ClientId,
		ClientName: new("other"), AccessTokenValidity: new(int32(86400))})
	refused(t, err, cognitoidp.InvalidParameterException, "Invalid range for token validity.")
	if diff := cmp.Diff(want, describeClientOf(t, s, poolID, *was.ClientId)); diff != "" {
		t.Errorf("a refusal changed the client (-want +got):\n%s", diff)
	}
}

// Every operation on an app client refuses a pool that is not there, a client that is not there, and
// a client of another pool.
func TestClientNotFound(t *testing.T) {
	s := poolService(t)
	mine := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	other := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	client := *createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: mine, GenerateSecret: new(true)}).ClientId
	operations := map[string]func(poolID, clientID string) error{
		"DescribeUserPoolClient": func(poolID, clientID string) error {
			_, err := s.DescribeUserPoolClient(t.Context(), &cognitoidp.DescribeUserPoolClientRequest{UserPoolId: poolID, ClientId: clientID})
			return err
		},
		"UpdateUserPoolClient": func(poolID, clientID string) error {
			_, err := s.UpdateUserPoolClient(t.Context(), &cognitoidp.UpdateUserPoolClientRequest{UserPoolId: poolID, ClientId: clientID})
			return err
		},
		"DeleteUserPoolClient": func(poolID, clientID string) error {
			_, err := s.DeleteUserPoolClient(t.Context(), &cognitoidp.DeleteUserPoolClientRequest{UserPoolId: poolID, ClientId: clientID})
			return err
		},
		"AddUserPoolClientSecret": func(poolID, clientID string) error {
			_, err := s.AddUserPoolClientSecret(t.Context(), &cognitoidp.AddUserPoolClientSecretRequest{UserPoolId: poolID, ClientId: clientID})
			return err
		},
		"ListUserPoolClientSecrets": func(poolID, clientID string) error {
			_, err := s.ListUserPoolClientSecrets(t.Context(), &cognitoidp.ListUserPoolClientSecretsRequest{UserPoolId: poolID, ClientId: clientID})
			return err
		},
		"DeleteUserPoolClientSecret": func(poolID, clientID string) error {
			_, err := s.DeleteUserPoolClientSecret(t.Context(), &cognitoidp.DeleteUserPoolClientSecretRequest{UserPoolId: poolID, ClientId: clientID, ClientSecretId: "x"})
			return err
		},
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			noSuchPool(t, operation(missingPool, client))
			refused(t, operation(mine, "none"), cognitoidp.ResourceNotFoundException, "User pool client none does not exist.")
			refused(t, operation(other, client), cognitoidp.ResourceNotFoundException, "User pool client "+client+" does not exist.")
		})
	}
	describeClientOf(t, s, mine, client) // still there
}

func TestDeleteUserPoolClient(t *testing.T) {
	s := poolService(t)
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	client := *createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID}).ClientId
	in := &cognitoidp.DeleteUserPoolClientRequest{UserPoolId: poolID, ClientId: client}
	if _, err := s.DeleteUserPoolClient(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	_, err := s.DeleteUserPoolClient(t.Context(), in)
	refused(t, err, cognitoidp.ResourceNotFoundException, "User pool client "+client+" does not exist.")
}

func TestListUserPoolClients(t *testing.T) {
	s := poolService(t)
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	other := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: other})
	want := map[string]cognitoidp.UserPoolClientDescription{}
	for i := range 5 {
		c := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, ClientName: fmt.Sprint("app ", i)})
		want[*c.ClientId] = cognitoidp.UserPoolClientDescription{ClientId: c.ClientId, ClientName: c.ClientName, UserPoolId: &poolID}
	}
	list := func(in cognitoidp.ListUserPoolClientsRequest) *cognitoidp.ListUserPoolClientsResponse {
		t.Helper()
		in.UserPoolId = poolID
		out, err := s.ListUserPoolClients(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := map[string]cognitoidp.UserPoolClientDescription{}
	collect := func(out *cognitoidp.ListUserPoolClientsResponse) *string {
		for _, c := range out.UserPoolClients {
			got[*c.ClientId] = c
		}
		return out.NextToken
	}
	first := collect(list(cognitoidp.ListUserPoolClientsRequest{MaxResults: new(int32(2))}))
	second := collect(list(cognitoidp.ListUserPoolClientsRequest{MaxResults: new(int32(2)), NextToken: first}))
	// A page may be larger than the one before.
	if last := collect(list(cognitoidp.ListUserPoolClientsRequest{MaxResults: new(int32(60)), NextToken: second})); last != nil {
		t.Errorf("the last page has a token")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clients (-want +got):\n%s", diff)
	}
	if out := list(cognitoidp.ListUserPoolClientsRequest{}); len(out.UserPoolClients) != 5 || out.NextToken != nil {
		t.Errorf("without MaxResults: %d clients", len(out.UserPoolClients))
	}
	if out := list(cognitoidp.ListUserPoolClientsRequest{ClientType: "REGULAR"}); len(out.UserPoolClients) != 5 {
		t.Errorf("REGULAR: %d clients", len(out.UserPoolClients))
	}
	dcr := list(cognitoidp.ListUserPoolClientsRequest{ClientType: "DCR", MaxResults: new(int32(2))})
	if len(dcr.UserPoolClients) != 0 || dcr.NextToken == nil {
		t.Errorf("DCR: %d clients, token %v", len(dcr.UserPoolClients), dcr.NextToken)
	}

	for name, in := range map[string]*cognitoidp.ListUserPoolClientsRequest{
		"made up":          {UserPoolId: poolID, NextToken: new("x")},
		"of another pool":  {UserPoolId: other, NextToken: first},
		"of another type":  {UserPoolId: poolID, NextToken: dcr.NextToken},
		"with another way": {UserPoolId: poolID, NextToken: first, ClientType: "DCR"},
	} {
		_, err := s.ListUserPoolClients(t.Context(), in)
		t.Run(name, func(t *testing.T) {
			refused(t, err, cognitoidp.InvalidParameterException, "Invalid pagination token given")
		})
	}
	_, err := s.ListUserPoolClients(t.Context(), &cognitoidp.ListUserPoolClientsRequest{UserPoolId: missingPool})
	noSuchPool(t, err)
}

func TestUserPoolClientSecrets(t *testing.T) {
	s := poolService(t)
	now := time.Unix(1000, 0).UTC()
	s.Now = func() time.Time { return now }
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	client := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, GenerateSecret: new(true)})
	id := *client.ClientId
	list := func() []cognitoidp.ClientSecretDescriptorType {
		t.Helper()
		out, err := s.ListUserPoolClientSecrets(t.Context(), &cognitoidp.ListUserPoolClientSecretsRequest{UserPoolId: poolID, ClientId: id})
		if err != nil || out.NextToken != nil {
			t.Fatal(out.NextToken, err)
		}
		return out.ClientSecrets
	}
	add := func(secret *string) (*cognitoidp.ClientSecretDescriptorType, error) {
		out, err := s.AddUserPoolClientSecret(t.Context(), &cognitoidp.AddUserPoolClientSecretRequest{UserPoolId: poolID, ClientId: id, ClientSecret: secret})
		if err != nil {
			return nil, err
		}
		return out.ClientSecretDescriptor, nil
	}
	remove := func(secretID string) error {
		_, err := s.DeleteUserPoolClientSecret(t.Context(), &cognitoidp.DeleteUserPoolClientSecretRequest{UserPoolId: poolID, ClientId: id, ClientSecretId: secretID})
		return err
	}
	created := now
	first := cognitoidp.ClientSecretDescriptorType{ClientSecretId: new(id + "--1000"), ClientSecretCreateDate: &created}
	if diff := cmp.Diff([]cognitoidp.ClientSecretDescriptorType{first}, list()); diff != "" {
		t.Errorf("one secret (-want +got):\n%s", diff)
	}
	refused(t, remove(*first.ClientSecretId), cognitoidp.InvalidParameterException, "The last client secret of a client cannot be deleted.")

	now = now.Add(time.Minute)
	generated, err := add(nil)
	if err != nil {
		t.Fatal(err)
	}
	if generated.ClientSecretValue == nil || len(*generated.ClientSecretValue) != 51 || *generated.ClientSecretId != id+"--1060" {
		t.Errorf("generated %s", *generated.ClientSecretId)
	}
	_, err = add(nil)
	refused(t, err, cognitoidp.LimitExceededException, "Client secrets cannot exceed limit of 2 secrets.")
	second := *generated
	second.ClientSecretValue = nil // never listed
	if diff := cmp.Diff([]cognitoidp.ClientSecretDescriptorType{first, second}, list()); diff != "" {
		t.Errorf("two secrets (-want +got):\n%s", diff)
	}
	if got := describeClientOf(t, s, poolID, id); *got.ClientSecret != *client.ClientSecret || !got.LastModifiedDate.Equal(now) {
		t.Error("DescribeUserPoolClient does not answer the oldest secret and the new date")
	}

	refused(t, remove("none"), cognitoidp.ResourceNotFoundException, "Client secret none does not exist.")
	if err := remove(*first.ClientSecretId); err != nil {
		t.Fatal(err)
	}
	if got := describeClientOf(t, s, poolID, id); *got.ClientSecret != *generated.ClientSecretValue {
		t.Error("DescribeUserPoolClient answers the deleted secret")
	}
	given, err := add(new(givenSecret))
	if err != nil || given.ClientSecretValue != nil {
		t.Errorf("a given secret is answered, or %v", err)
	}
	_, err = s.ListUserPoolClientSecrets(t.Context(), &cognitoidp.ListUserPoolClientSecretsRequest{UserPoolId: poolID, ClientId: id, NextToken: new("x")})
	refused(t, err, cognitoidp.InvalidParameterException, "Invalid pagination token given")

	public := *createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID}).ClientId
	_, err = s.AddUserPoolClientSecret(t.Context(), &cognitoidp.AddUserPoolClientSecretRequest{UserPoolId: poolID, ClientId: public})
	refused(t, err, cognitoidp.InvalidParameterException, "Client "+public+" does not have a client secret.")
}

func TestTags(t *testing.T) {
	s := poolService(t)
	pool := barePool(t, s, &cognitoidp.CreateUserPoolRequest{})
	list := func() map[string]string {
		t.Helper()
		out, err := s.ListTagsForResource(t.Context(), &cognitoidp.ListTagsForResourceRequest{ResourceArn: *pool.Arn})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(out.Tags, describePool(t, s, *pool.Id).UserPoolTags); diff != "" {
			t.Errorf("DescribeUserPool differs (-list +describe):\n%s", diff)
		}
		return out.Tags
	}
	tag := func(arn string, tags map[string]string) error {
		_, err := s.TagResource(t.Context(), &cognitoidp.TagResourceRequest{ResourceArn: arn, Tags: tags})
		return err
	}
	if got := list(); got == nil || len(got) != 0 {
		t.Errorf("no tags: %v", got)
	}
	if err := errors.Join(tag(*pool.Arn, map[string]string{"team": "a", "stage": "test"}), tag(*pool.Arn, map[string]string{"team": "b"})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"team": "b", "stage": "test"}, list()); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if _, err := s.UntagResource(t.Context(), &cognitoidp.UntagResourceRequest{ResourceArn: *pool.Arn, TagKeys: []string{"team", "none"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"stage": "test"}, list()); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}

	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint("k", i)] = ""
	}
	refused(t, tag(*pool.Arn, many), cognitoidp.InvalidParameterException, "A user pool can have at most 50 tags.")
	refused(t, tag(*pool.Arn, map[string]string{"AWS:x": ""}), cognitoidp.InvalidParameterException, "Tag key AWS:x is reserved: it begins with aws:")
	if len(list()) != 1 {
		t.Error("a refusal left tags")
	}
	for _, arn := range []string{
		"arn:aws:cognito-idp:us-west-2:999999999999:userpool/" + *pool.Id,
		"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + *pool.Id,
		"arn:aws:sns:us-west-2:111122223333:topic",
	} {
		refused(t, tag(arn, nil), cognitoidp.InvalidParameterException, "Invalid user pool ARN: "+arn)
		_, err := s.UntagResource(t.Context(), &cognitoidp.UntagResourceRequest{ResourceArn: arn})
		refused(t, err, cognitoidp.InvalidParameterException, "Invalid user pool ARN: "+arn)
		_, err = s.ListTagsForResource(t.Context(), &cognitoidp.ListTagsForResourceRequest{ResourceArn: arn})
		refused(t, err, cognitoidp.InvalidParameterException, "Invalid user pool ARN: "+arn)
	}
	gone := "arn:aws:cognito-idp:us-west-2:111122223333:userpool/" + missingPool
	noSuchPool(t, tag(gone, nil))
	_, err := s.ListTagsForResource(t.Context(), &cognitoidp.ListTagsForResourceRequest{ResourceArn: gone})
	noSuchPool(t, err)
}

func TestRandomText(t *testing.T) {
	// Bytes that would favour the first characters are drawn again.
	got, err := randomText(strings.NewReader("\xff\x00\x23\x24\xfe\xfd\xfc\x01\x01\x01\x01\x01"), lowerAlphanumerics, 4)
	if err != nil || got != "0z01" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := randomText(strings.NewReader("ab"), lowerAlphanumerics, 4); err == nil {
		t.Error("too little randomness went unnoticed")
	}
}
