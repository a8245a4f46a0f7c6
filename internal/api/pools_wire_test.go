package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

// call runs an operation from its body to its answer, as the door does.
func call(t *testing.T, s *Service, operation, body string) string {
	t.Helper()
	answer, err := cognitoidp.Invoke(t.Context(), s, operation, []byte(body))
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	return string(answer)
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", " "); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return b.String()
}

// A pool and a client of which only the name was given, byte for byte but for their ids.
func TestWireDefaults(t *testing.T) {
	s := poolService(t)
	s.Now = func() time.Time { return time.UnixMilli(1726784814598) }

	created := call(t, s, "CreateUserPool", `{"PoolName":"MyUserPool"}`)
	var answer struct{ UserPool struct{ Id string } }
	if err := json.Unmarshal([]byte(created), &answer); err != nil {
		t.Fatal(err)
	}
	id := answer.UserPool.Id
	text := func(name string) string {
		return `{"Name":"` + name + `","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,` +
			`"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},`
	}
	verified := func(name string) string {
		return `{"Name":"` + name + `","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},`
	}
	want := `{"UserPool":{"Id":"ID","Name":"MyUserPool",
		"Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,
			"RequireSymbols":true,"TemporaryPasswordValidityDays":7},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},
		"DeletionProtection":"INACTIVE","LambdaConfig":{},"LastModifiedDate":1726784814.598,"CreationDate":1726784814.598,
		"SchemaAttributes":[
			{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,
				"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}},` +
		text("name") + text("given_name") + text("family_name") + text("middle_name") + text("nickname") + text("preferred_username") +
		text("profile") + text("picture") + text("website") + text("email") + verified("email_verified") + text("gender") +
		`{"Name":"birthdate","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,
				"StringAttributeConstraints":{"MinLength":"10","MaxLength":"10"}},` +
		text("zoneinfo") + text("locale") + text("phone_number") + verified("phone_number_verified") + text("address") +
		`{"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,
				"NumberAttributeConstraints":{"MinValue":"0"}},
			{"Name":"identities","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,
				"StringAttributeConstraints":{}}],
		"VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_CODE"},"MfaConfiguration":"OFF","EstimatedNumberOfUsers":0,
		"EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},"UserPoolTags":{},
		"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":false,"UnusedAccountValidityDays":7},
		"Arn":"arn:aws:cognito-idp:us-west-2:111122223333:userpool/ID",
		"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":2,"Name":"verified_phone_number"}]},
		"UserPoolTier":"ESSENTIALS",
		"AcrConfiguration":{"Level1":{"AcrValue":"urn:cognito:loa:1"},"Level2":{"AcrValue":"urn:cognito:loa:2"},
			"Level3":{"AcrValue":"urn:cognito:loa:3"},"Level4":{"AcrValue":"urn:cognito:loa:4"}}}}`
	if diff := cmp.Diff(indented(t, want), indented(t, strings.ReplaceAll(created, id, "ID"))); diff != "" {
		t.Errorf("CreateUserPool (-want +got):\n%s", diff)
	}
	if described := call(t, s, "DescribeUserPool", `{"UserPoolId":"`+id+`"}`); described != created {
		t.Errorf("DescribeUserPool differs:\n%s\n%s", described, created)
	}
	wantList := `{"UserPools":[{"Id":"` + id + `","Name":"MyUserPool","LambdaConfig":{},"LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}]}`
	if got := call(t, s, "ListUserPools", `{"MaxResults":10}`); got != wantList {
		t.Errorf("ListUserPools: %s", got)
	}
	if got := call(t, s, "GetUserPoolMfaConfig", `{"UserPoolId":"`+id+`"}`); got != `{"MfaConfiguration":"OFF"}` {
		t.Errorf("GetUserPoolMfaConfig: %s", got)
	}
	if got := call(t, s, "ListTagsForResource", `{"ResourceArn":"arn:aws:cognito-idp:us-west-2:111122223333:userpool/`+id+`"}`); got != `{"Tags":{}}` {
		t.Errorf("ListTagsForResource: %s", got)
	}

	client := call(t, s, "CreateUserPoolClient", `{"UserPoolId":"`+id+`","ClientName":"app"}`)
	var made struct{ UserPoolClient struct{ ClientId string } }
	if err := json.Unmarshal([]byte(client), &made); err != nil {
		t.Fatal(err)
	}
	wantClient := `{"UserPoolClient":{"UserPoolId":"` + id + `","ClientName":"app","ClientId":"` + made.UserPoolClient.ClientId + `",
		"LastModifiedDate":1726784814.598,"CreationDate":1726784814.598,"RefreshTokenValidity":30,"TokenValidityUnits":{},
		"AllowedOAuthFlowsUserPoolClient":false,"EnableTokenRevocation":true,"EnablePropagateAdditionalUserContextData":false,
		"AuthSessionValidity":3,"ClientType":"REGULAR"}}`
	if diff := cmp.Diff(indented(t, wantClient), indented(t, client)); diff != "" {
		t.Errorf("CreateUserPoolClient (-want +got):\n%s", diff)
	}

	// UserAttributeUpdateSettings, once set, stays with an empty list.
	for _, settings := range []string{`,"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":[]}`, ""} {
		if got := call(t, s, "UpdateUserPool", `{"UserPoolId":"`+id+`"`+settings+`}`); got != `{}` {
			t.Errorf("UpdateUserPool: %s", got)
		}
		if got := call(t, s, "DescribeUserPool", `{"UserPoolId":"`+id+`"}`); !strings.Contains(got, `"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":[]}`) {
			t.Errorf("DescribeUserPool: %s", got)
		}
	}
	if got := call(t, s, "DeleteUserPoolClient", `{"UserPoolId":"`+id+`","ClientId":"`+made.UserPoolClient.ClientId+`"}`); got != "" {
		t.Errorf("DeleteUserPoolClient: %s", got)
	}
	if got := call(t, s, "DeleteUserPool", `{"UserPoolId":"`+id+`"}`); got != "" {
		t.Errorf("DeleteUserPool: %s", got)
	}
}
