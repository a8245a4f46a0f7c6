package mfa_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// door is the pair of operations that a sign-in goes through.
type door int

const (
	publicly door = iota // InitiateAuth, RespondToAuthChallenge
	asAdmin              // AdminInitiateAuth, AdminRespondToAuthChallenge
)

// answer is what a step of a sign-in came to.
type answer struct {
	demand
	door    door
	session string
	params  map[string]string
	tokens  *types.AuthenticationResultType
	err     error
}

func reply(d door, name types.ChallengeNameType, session *string, params map[string]string, tokens *types.AuthenticationResultType, err error) answer {
	a := answer{door: d, session: aws.ToString(session), params: params, tokens: tokens, err: err}
	switch {
	case err != nil:
		a.answer, _ = exception(err)
	case tokens != nil && name != "":
		a.answer = fmt.Sprintf("tokens together with %s", name)
	case tokens != nil && (aws.ToString(tokens.AccessToken) == "" || aws.ToString(tokens.IdToken) == "" || aws.ToString(tokens.RefreshToken) == ""):
		a.answer = "some tokens only"
	case tokens != nil:
		a.answer = "tokens"
	default:
		a.answer = string(name)
	}
	lists := map[string]string{"SELECT_MFA_TYPE": "MFAS_CAN_CHOOSE", "MFA_SETUP": "MFAS_CAN_SETUP"}
	for challenge, param := range lists {
		if text, ok := params[param]; ok || challenge == a.answer {
			if err := json.Unmarshal([]byte(text), &a.list); err != nil || challenge != a.answer {
				a.answer = fmt.Sprintf("%s with %s %q", a.answer, param, text)
			}
		}
	}
	slices.Sort(a.list)
	return a
}

// signIn gives the right password.
func (u *user) signIn(d door) answer { return u.pool.signInAs(d, u.client, u.name, password) }

func (p *pool) signInAs(d door, client, name, pass string) answer {
	params := map[string]string{"USERNAME": name, "PASSWORD": pass}
	if d == asAdmin {
		out, err := p.api.AdminInitiateAuth(p.ctx, &idp.AdminInitiateAuthInput{
			UserPoolId: &p.id, ClientId: &client, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: params,
		})
		if err != nil {
			return reply(d, "", nil, nil, nil, err)
		}
		return reply(d, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
	}
	out, err := p.api.InitiateAuth(p.ctx, &idp.InitiateAuthInput{
		ClientId: &client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: params,
	})
	if err != nil {
		return reply(d, "", nil, nil, nil, err)
	}
	return reply(d, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
}

// respond answers a challenge with these responses.
func (p *pool) respond(d door, client, challenge, session string, responses map[string]string) answer {
	var s *string
	if session != "" {
		s = &session
	}
	if d == asAdmin {
		out, err := p.api.AdminRespondToAuthChallenge(p.ctx, &idp.AdminRespondToAuthChallengeInput{
			UserPoolId: &p.id, ClientId: &client, ChallengeName: types.ChallengeNameType(challenge), Session: s, ChallengeResponses: responses,
		})
		if err != nil {
			return reply(d, "", nil, nil, nil, err)
		}
		return reply(d, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
	}
	out, err := p.api.RespondToAuthChallenge(p.ctx, &idp.RespondToAuthChallengeInput{
		ClientId: &client, ChallengeName: types.ChallengeNameType(challenge), Session: s, ChallengeResponses: responses,
	})
	if err != nil {
		return reply(d, "", nil, nil, nil, err)
	}
	return reply(d, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
}

// codeParameter is where each challenge takes its code.
var codeParameter = map[string]string{
	"SMS_MFA": "SMS_MFA_CODE", "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE", "EMAIL_OTP": "EMAIL_OTP_CODE",
}

// enter answers a challenge for a code.
func (u *user) enter(a answer, code string) answer {
	return u.respond(a.door, u.client, a.answer, a.session, map[string]string{"USERNAME": u.name, codeParameter[a.answer]: code})
}

// choose answers SELECT_MFA_TYPE.
func (u *user) choose(a answer, factor string) answer {
	return u.respond(a.door, u.client, "SELECT_MFA_TYPE", a.session, map[string]string{"USERNAME": u.name, "ANSWER": factor})
}

// rightCode is the code that a challenge waits for.
func (u *user) rightCode(t reporter, challenge string) string {
	t.Helper()
	if challenge == "SOFTWARE_TOKEN_MFA" {
		return otp(t, u.secret, u.now())
	}
	return u.code(t, u.id, u.name)
}

// wantChallenge stops the test unless the answer is that challenge.
func wantChallenge(t reporter, a answer, name string) answer {
	t.Helper()
	if a.answer != name {
		t.Fatalf("got %s %v, want %s", a.demand, a.err, name)
	}
	if name != "tokens" && a.session == "" {
		t.Fatalf("%s comes without a session", name)
	}
	return a
}

// wantParameters checks the challenge parameters of a code that was asked for.
func (u *user) wantParameters(t reporter, a answer) {
	t.Helper()
	want := map[string]string{
		"SMS_MFA":   "CODE_DELIVERY_DELIVERY_MEDIUM=SMS",
		"EMAIL_OTP": "CODE_DELIVERY_DELIVERY_MEDIUM=EMAIL",
	}[a.answer]
	if want != "" && "CODE_DELIVERY_DELIVERY_MEDIUM="+a.params["CODE_DELIVERY_DELIVERY_MEDIUM"] != want {
		t.Errorf("%s has parameters %v, want %s", a.answer, slices.Sorted(maps.Keys(a.params)), want)
	}
	if a.params["USER_ID_FOR_SRP"] != u.name {
		t.Errorf("%s: USER_ID_FOR_SRP is %q, want %q", a.answer, a.params["USER_ID_FOR_SRP"], u.name)
	}
	if to := a.params["CODE_DELIVERY_DESTINATION"]; a.answer == "EMAIL_OTP" && to == u.name+"@example.com" {
		t.Errorf("EMAIL_OTP shows the whole address")
	}
}

// noTokens checks that a step was refused with this exception, and text unless "".
func noTokens(t reporter, what string, a answer, name, message string) {
	t.Helper()
	if a.tokens != nil {
		t.Errorf("%s: got TOKENS, want %s", what, name)
		return
	}
	if a.err == nil {
		t.Errorf("%s: got %s, want %s", what, a.demand, name)
		return
	}
	refused(t, what, a.err, name, message)
}

// beginApp is AssociateSoftwareToken with the session of a sign-in.
func (u *user) beginApp(t reporter, session string) (secret, next string) {
	t.Helper()
	out := must[*idp.AssociateSoftwareTokenOutput](t, "AssociateSoftwareToken")(u.api.AssociateSoftwareToken(u.ctx,
		&idp.AssociateSoftwareTokenInput{Session: &session}))
	if aws.ToString(out.Session) == "" {
		t.Fatalf("AssociateSoftwareToken answers without a session")
	}
	return aws.ToString(out.SecretCode), *out.Session
}

// verifyIn is VerifySoftwareToken with the session of a sign-in.
func (u *user) verifyIn(session, code string) (next string, err error) {
	out, err := u.api.VerifySoftwareToken(u.ctx, &idp.VerifySoftwareTokenInput{Session: &session, UserCode: &code})
	if err != nil {
		return "", err
	}
	if out.Status != types.VerifySoftwareTokenResponseTypeSuccess || out.Session == nil {
		return "", fmt.Errorf("VerifySoftwareToken answers status %q, session %v", out.Status, out.Session != nil)
	}
	return *out.Session, nil
}
