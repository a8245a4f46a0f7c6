package signin_test

import (
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// starts are the flows, each with what it begins with.
type start struct {
	door      door
	flow      string
	preferred string // PREFERRED_CHALLENGE of USER_AUTH, CHALLENGE_NAME of CUSTOM_AUTH
}

func (s start) String() string {
	text := s.door.String() + " " + s.flow
	if s.preferred != "" {
		text += " " + s.preferred
	}
	return text
}

// start begins a sign-in with every proof that the flow takes in its first request.
func (u *user) start(s start) step { return u.startWith(u.client, s) }

func (u *user) startWith(client string, s start) step {
	params := map[string]string{"USERNAME": u.name}
	srp := newSRPClient()
	switch s.flow {
	case "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH":
		params["PASSWORD"] = u.typed()
	case "USER_SRP_AUTH":
		params["SRP_A"] = srp.A()
	case "CUSTOM_AUTH":
		if s.preferred != "" {
			params["CHALLENGE_NAME"], params["SRP_A"] = s.preferred, srp.A()
		}
	case "USER_AUTH":
		if s.preferred != "" {
			params["PREFERRED_CHALLENGE"] = s.preferred
		}
		switch s.preferred {
		case "PASSWORD":
			params["PASSWORD"] = u.typed()
		case "PASSWORD_SRP":
			params["SRP_A"] = srp.A()
		}
	}
	if u.device != nil {
		params["DEVICE_KEY"] = u.device.key
	}
	if u.hash != "" {
		params["SECRET_HASH"] = u.hash
	}
	next := u.begin(client, opening{s.door, s.flow, params, ""})
	next.client = srp
	return next
}

// typed is the password that the user gives; who has none guesses.
func (u *user) typed() string {
	if u.password == "" {
		return password
	}
	return u.password
}

// choice is how a challenge that can be answered in several ways is answered: the ANSWER to a choice, or
// "wrong" for a riddle.
type choice string

// responses are right for a challenge. as is the name that the challenge is answered by, where that is
// another.
func (u *user) responses(t reporter, s *step, c choice) (as string, responses map[string]string) {
	t.Helper()
	as, responses = s.name, map[string]string{"USERNAME": u.name}
	claim := func(who, id, password string) {
		t.Helper()
		responses = must[map[string]string](t, s.name)(s.client.claim(s.params, who, id, password, u.Now()))
	}
	switch s.name {
	case "SELECT_CHALLENGE":
		return u.firstFactor(s, c)
	case "PASSWORD_VERIFIER":
		_, poolName, _ := strings.Cut(u.id, "_")
		claim(poolName, s.params["USER_ID_FOR_SRP"], u.typed())
		responses["USERNAME"] = s.params["USER_ID_FOR_SRP"]
	case "NEW_PASSWORD_REQUIRED":
		responses["NEW_PASSWORD"] = newPassword
	case "SMS_MFA", "EMAIL_OTP", "SMS_OTP":
		responses[s.name+"_CODE"] = u.code(u.id, u.name)
	case "SOFTWARE_TOKEN_MFA":
		responses["SOFTWARE_TOKEN_MFA_CODE"] = otp(t, u.secret, u.Now())
	case "SELECT_MFA_TYPE":
		responses["ANSWER"] = string(c)
	case "MFA_SETUP":
		if c == "EMAIL_OTP" {
			responses["EMAIL"] = u.email()
		} else {
			s.session = u.setUpApp(t, s.session)
		}
	case "WEB_AUTHN":
		responses["CREDENTIAL"] = u.credential(t, s)
	case "CUSTOM_CHALLENGE":
		responses["ANSWER"] = "no idea"
		if c != "wrong" {
			responses["ANSWER"] = riddleAnswerTo(s.params["riddle"])
		}
	case "DEVICE_SRP_AUTH":
		s.client = newSRPClient()
		responses["SRP_A"], responses["DEVICE_KEY"] = s.client.A(), u.device.key
	case "DEVICE_PASSWORD_VERIFIER":
		claim(u.device.group, u.device.key, u.device.password)
		responses["USERNAME"], responses["DEVICE_KEY"] = u.name, u.device.key
	default:
		t.Fatalf("no answer to %s is known", s)
	}
	if u.device != nil {
		responses["DEVICE_KEY"] = u.device.key
	}
	return as, responses
}

// firstFactor answers SELECT_CHALLENGE, in either of two styles: "PASSWORD" is the ANSWER, "=PASSWORD" the
// ChallengeName.
func (u *user) firstFactor(s *step, c choice) (as string, responses map[string]string) {
	name, direct := strings.CutPrefix(string(c), "=")
	as, responses = "SELECT_CHALLENGE", map[string]string{"USERNAME": u.name, "ANSWER": name}
	if direct {
		as = name
		delete(responses, "ANSWER")
	}
	switch name {
	case "PASSWORD":
		responses["PASSWORD"] = u.typed()
	case "PASSWORD_SRP":
		s.client = newSRPClient()
		responses["SRP_A"] = s.client.A()
	}
	if u.device != nil {
		responses["DEVICE_KEY"] = u.device.key
	}
	return as, responses
}

// answer gives the right responses.
func (u *user) answer(t reporter, s step, c choice) step {
	t.Helper()
	as, responses := u.responses(t, &s, c)
	next := u.respond(s.door, u.client, as, s.session, responses)
	next.client = s.client
	if s.name == "NEW_PASSWORD_REQUIRED" && !next.refused() {
		u.password = newPassword
	}
	return next
}

// setUpApp registers an app in answer to MFA_SETUP and answers the session to go on with.
func (u *user) setUpApp(t reporter, session string) string {
	t.Helper()
	begun := must[*idp.AssociateSoftwareTokenOutput](t, "AssociateSoftwareToken")(u.api.AssociateSoftwareToken(u.ctx,
		&idp.AssociateSoftwareTokenInput{Session: &session}))
	u.secret = aws.ToString(begun.SecretCode)
	done := must[*idp.VerifySoftwareTokenOutput](t, "VerifySoftwareToken")(u.api.VerifySoftwareToken(u.ctx, &idp.VerifySoftwareTokenInput{
		Session: begun.Session, UserCode: aws.String(otp(t, u.secret, u.Now())), FriendlyDeviceName: aws.String("phone"),
	}))
	if done.Status != "SUCCESS" || aws.ToString(done.Session) == "" {
		t.Fatalf("VerifySoftwareToken: status %q, session %q", done.Status, aws.ToString(done.Session))
	}
	return *done.Session
}

func (u *user) credential(t reporter, s *step) string {
	t.Helper()
	return must[string](t, "a credential")(u.passkey.get(s.params["CREDENTIAL_REQUEST_OPTIONS"]))
}

func riddleAnswerTo(riddle string) string { return fmt.Sprintf("answer-%s", riddle) }

// with is responses with another value.
func with(responses map[string]string, name, value string) map[string]string {
	changed := maps.Clone(responses)
	changed[name] = value
	return changed
}
