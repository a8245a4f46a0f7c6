package security_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestNamesInMessages: what users call themselves is text in an e-mail, not HTML.
func TestNamesInMessages(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		AutoVerifiedAttributes:      []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{EmailMessage: aws.String("Hello {username}, {####}")},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{
			InviteMessageTemplate: &types.MessageTemplateType{EmailMessage: aws.String("Hello {username}, {####}"), EmailSubject: aws.String("Hello {username}")},
		},
	}, &idp.CreateUserPoolClientInput{})
	must(s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: s.pool, Username: aws.String("<a/href=//evil.example>"), DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"},
		UserAttributes: []types.AttributeType{attribute("email", "ana@example.com")},
	}))(t)
	if body := s.Messages()[0].Body; strings.Contains(body, "<a/href") {
		t.Errorf("sent %q", body)
	}
}
