package triggers_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

// TestCustomMessage: the function's texts, the pool's where it has none, and texts that are of no use.
func TestCustomMessage(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"CustomMessage"}, nil)
		resend := func() error {
			s.server.Advance(61 * 60 * 1e9) // within the limit of the hour
			_, err := s.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: &s.client, Username: aws.String("ana")})
			return err
		}
		s.throws("CustomMessage", "lost for words")
		_, err := s.signUp("ana")
		s.refused(err, "UserLambdaValidationException: CustomMessage failed with error lost for words.")
		if s.status("ana") != "UNCONFIRMED" || len(s.server.Messages()) != 0 {
			t.Errorf("stored as %q with %d messages", s.status("ana"), len(s.server.Messages()))
		}

		long := strings.Repeat("é", 20_000-len("{####}"))
		for _, tt := range []struct {
			response      object
			subject, body string // # stands for the code
		}{
			{object{"emailMessage": "<b>{####}</b> and {####}", "emailSubject": "Hi", "smsMessage": "short"}, "Hi", "<b>#</b> and #"},
			{object{"emailMessage": nil, "emailSubject": nil}, "Your verification code", "Your verification code is #."},
			{object{"emailSubject": "Only this"}, "Only this", "Your verification code is #."},
			{object{"emailMessage": "only {####}"}, "Your verification code", "only #"},
			{object{"smsMessage": "not for e-mail"}, "Your verification code", "Your verification code is #."},
			{object{"emailMessage": "follow {##Click Here##} {username}"}, "Your verification code", "follow # {username}"},
			{object{"emailMessage": long + "{####}"}, "Your verification code", long + "#"},
		} {
			s.on("CustomMessage", tt.response)
			s.must(resend())
			m := s.server.Messages()[0]
			if m.Subject != tt.subject || m.Body != strings.ReplaceAll(tt.body, "#", m.Code) || m.Trigger != "CustomMessage_ResendCode" {
				t.Errorf("%.100s: %.200s / %.200s", show(tt.response), m.Subject, m.Body)
			}
		}
		_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: aws.String("ana"), ConfirmationCode: s.code()})
		s.must(err)

		_, err = s.signUp("bob")
		s.must(err)
		sent := len(s.server.Messages())
		for _, tt := range []struct {
			response any
			want     string
		}{
			{object{"emailMessage": "no place for it"}, "CustomMessage returned a text without {####}"},
			{object{"emailMessage": long + "é{####}"}, "CustomMessage returned a text of more than 20000 characters, or a subject of more than 140"},
			{object{"emailMessage": "{####}", "emailSubject": strings.Repeat("x", 141)}, "CustomMessage returned a text of more than 20000 characters, or a subject of more than 140"},
			{object{"emailMessage": 7}, "Unrecognizable lambda output"},
			{[]int{1}, "Unrecognizable lambda output"},
		} {
			s.on("CustomMessage", tt.response)
			s.server.Advance(61 * 60 * 1e9)
			_, err := s.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: &s.client, Username: aws.String("bob")})
			s.refused(err, "InvalidLambdaResponseException: "+tt.want)
		}
		if n := len(s.server.Messages()); n != sent {
			t.Errorf("%d messages were sent all the same", n-sent)
		}
	})
}

// TestCustomInvitation: username and password both have a place, by both mediums.
func TestCustomInvitation(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"CustomMessage"}, nil)
	invite := func(name string) error {
		_, err := s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: &name,
			UserAttributes:         attributes("email", name+"@example.com", "phone_number", phone),
			DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail, types.DeliveryMediumTypeSms}})
		return err
	}
	s.on("CustomMessage", object{"emailMessage": "{username}: {####}", "smsMessage": "{####} for {username}", "emailSubject": "For {username}"})
	s.must(invite("ana"))
	list := s.server.Messages()
	if len(list) != 2 || list[0].Body != list[0].Code+" for ana" || list[1].Body == "" || list[1].Subject != "For ana" || !strings.HasPrefix(list[1].Body, "ana: ") {
		t.Errorf("%+v", list)
	}
	s.on("CustomMessage", object{"emailMessage": "{####}"})
	s.refused(invite("bob"), "InvalidLambdaResponseException: CustomMessage returned a text without {username}")
	s.on("CustomMessage", object{"emailMessage": "{username}"})
	s.refused(invite("bea"), "InvalidLambdaResponseException: CustomMessage returned a text without {####}")
	s.on("CustomMessage", object{"emailMessage": "{username} {####}" + strings.Repeat("x", 140)})
	s.must(invite("ben"))
	s.on("CustomMessage", object{"smsMessage": "{username} {####}" + strings.Repeat("x", 140-16)})
	s.refused(invite("carl"), "InvalidLambdaResponseException: CustomMessage returned a text of more than 140 characters, or a subject of more than 140")
}

// TestHiddenFailure: a client that hides who exists does not learn it from a function that fails.
func TestHiddenFailure(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"CustomMessage"}, func(_ *idp.CreateUserPoolInput, c *idp.CreateUserPoolClientInput) {
		c.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
	})
	s.user("ana")
	s.throws("CustomMessage", "lost for words")
	for _, name := range []string{"ana", "nobody"} {
		if _, err := s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: &name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.happened("CustomMessage_ForgotPassword")
}
