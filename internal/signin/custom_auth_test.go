package signin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

const (
	customAuth = types.AuthFlowTypeCustomAuth
	custom     = types.ChallengeNameTypeCustomChallenge
)

// event is what a function gets.
type event struct {
	TriggerSource string         `json:"triggerSource"`
	UserName      string         `json:"userName"`
	Request       map[string]any `json:"request"`
}

// functions are Lambda functions by the last part of their ARN. Each answers the response of an event.
type functions map[string]func(event) (any, error)

// arn is the name of a function.
func arn(name string) *string {
	return aws.String("arn:aws:lambda:us-east-1:123456789012:function:" + name)
}

// option makes the functions reachable. Seen collects the events.
func (f functions) option(seen *[]event) ostiarytest.Option {
	all := map[string]ostiarytest.Function{}
	for name, function := range f {
		all[*arn(name)] = func(_ context.Context, raw json.RawMessage) (json.RawMessage, error) {
			var e event
			var whole map[string]any
			if err := errors.Join(json.Unmarshal(raw, &e), json.Unmarshal(raw, &whole)); err != nil {
				return nil, err
			}
			*seen = append(*seen, e)
			response, err := function(e)
			if err != nil {
				return nil, err
			}
			whole["response"] = response
			return json.Marshal(whole)
		}
	}
	return ostiarytest.WithFunctions(all)
}

type object = map[string]any

// text is a value as JSON.
func text(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// riddles ask two riddles; with SRP_A, after the password. A third wrong answer fails.
func riddles() functions {
	return functions{
		"define": func(e event) (any, error) {
			rounds, _ := e.Request["session"].([]any)
			right, wrong, password := 0, 0, 0
			for _, r := range rounds {
				round, _ := r.(object)
				switch passed, _ := round["challengeResult"].(bool); {
				case round["challengeName"] == "PASSWORD_VERIFIER":
					password++
				case round["challengeName"] != "CUSTOM_CHALLENGE":
				case passed:
					right++
				default:
					wrong++
				}
			}
			switch {
			case wrong > 2:
				return object{"failAuthentication": true}, nil
			case right > 1:
				return object{"issueTokens": true}, nil
			case len(rounds) > 0 && rounds[0].(object)["challengeName"] == "SRP_A" && password == 0:
				return object{"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false}, nil
			default:
				return object{"challengeName": "CUSTOM_CHALLENGE"}, nil
			}
		},
		"create": func(e event) (any, error) {
			rounds, _ := e.Request["session"].([]any)
			n := strconv.Itoa(len(rounds))
			return object{
				"publicChallengeParameters":  object{"riddle": "number " + n},
				"privateChallengeParameters": object{"answer": "answer " + n},
				"challengeMetadata":          "riddle " + n,
			}, nil
		},
		"verify": func(e event) (any, error) {
			private, _ := e.Request["privateChallengeParameters"].(object)
			return object{"answerCorrect": private["answer"] == e.Request["challengeAnswer"]}, nil
		},
	}
}

func customPool() *idp.CreateUserPoolInput {
	return &idp.CreateUserPoolInput{LambdaConfig: &types.LambdaConfigType{
		DefineAuthChallenge: arn("define"), CreateAuthChallenge: arn("create"), VerifyAuthChallengeResponse: arn("verify")}}
}

// TestCustomAuth goes through a custom sign-in without a password; functions see what has happened.
func TestCustomAuth(t *testing.T) {
	var seen []event
	s := newStage(t, customPool(), riddles().option(&seen))
	s.user("ana")
	meta := func(in *idp.RespondToAuthChallengeInput) { in.ClientMetadata = params{"from": "respond"} }
	a := s.asked(s.right(s.initiate(customAuth, params{"USERNAME": "ana", "CHALLENGE_NAME": "CUSTOM_CHALLENGE"},
		func(in *idp.InitiateAuthInput) { in.ClientMetadata = params{"from": "initiate"} })), custom)
	if a.params["riddle"] != "number 0" || a.params["USERNAME"] != "ana" || len(a.params) != 2 || a.session == nil {
		t.Errorf("%+v", a)
	}
	b := s.asked(s.right(s.respond(a, custom, params{"USERNAME": "ana", "ANSWER": "no idea"}, meta)), custom)
	_, err := s.respond(a, custom, params{"USERNAME": "ana", "ANSWER": "answer 0"})
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	c := s.asked(s.right(s.respond(b, custom, params{"USERNAME": "ana", "ANSWER": "answer 1"}, meta)), custom)
	tokens := s.asked(s.right(s.respond(c, custom, params{"USERNAME": "ana", "ANSWER": "answer 2"}, meta)), "").tokens
	if got := claims(t, tokens.IdToken)["cognito:username"]; got != "ana" {
		t.Errorf("tokens for %v", got)
	}

	var sources []string
	for _, e := range seen {
		sources = append(sources, e.TriggerSource)
	}
	want := []string{
		"DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication",
		"VerifyAuthChallengeResponse_Authentication", "DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication",
		"VerifyAuthChallengeResponse_Authentication", "DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication",
		"VerifyAuthChallengeResponse_Authentication", "DefineAuthChallenge_Authentication",
	}
	if !slices.Equal(sources, want) {
		t.Errorf("functions called: %v", sources)
	}
	if seen[0].Request["clientMetadata"] != nil || fmt.Sprint(seen[3].Request["clientMetadata"]) != "map[from:respond]" {
		t.Errorf("metadata: %v then %v", seen[0].Request["clientMetadata"], seen[3].Request["clientMetadata"])
	}
	last := text(t, seen[len(seen)-1].Request["session"])
	if want := `[{"challengeMetadata":"riddle 0","challengeName":"CUSTOM_CHALLENGE","challengeResult":false},` +
		`{"challengeMetadata":"riddle 1","challengeName":"CUSTOM_CHALLENGE","challengeResult":true},` +
		`{"challengeMetadata":"riddle 2","challengeName":"CUSTOM_CHALLENGE","challengeResult":true}]`; last != want {
		t.Errorf("the session told to DefineAuthChallenge: %s", last)
	}
	if attributes := seen[0].Request["userAttributes"].(object); attributes["email"] != "ana@example.com" || attributes["cognito:user_status"] != "CONFIRMED" || attributes["sub"] == "" {
		t.Errorf("attributes told: %v", attributes)
	}
}

// TestCustomAuthWithPassword: with SRP first, the second factor stands between password and riddles.
func TestCustomAuthWithPassword(t *testing.T) {
	var seen []event
	s := newStage(t, customPool(), riddles().option(&seen))
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	code := s.app(s.right(s.initiate(userAuth, params{"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password})).tokens.AccessToken, true)

	srpA, _ := s.srp("Wrong-horse-7")
	_, wrong := s.srp("Wrong-horse-7")
	asked := s.asked(s.right(s.initiate(customAuth, params{"USERNAME": "ana", "CHALLENGE_NAME": "SRP_A", "SRP_A": srpA})), verifier)
	_, err := s.respond(asked, verifier, wrong(asked))
	s.refused(err, "NotAuthorizedException: Incorrect username or password.")

	srpA, prove := s.srp(password)
	asked = s.asked(s.right(s.initiate(customAuth, params{"USERNAME": "ana", "CHALLENGE_NAME": "SRP_A", "SRP_A": srpA})), verifier)
	totp := types.ChallengeNameTypeSoftwareTokenMfa
	asked = s.asked(s.right(s.respond(asked, verifier, prove(asked))), totp)
	asked = s.asked(s.right(s.respond(asked, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), custom)
	asked = s.asked(s.right(s.respond(asked, custom, params{"USERNAME": "ana", "ANSWER": "answer 3"})), custom)
	s.asked(s.right(s.respond(asked, custom, params{"USERNAME": "ana", "ANSWER": "answer 4"})), "")
	last := text(t, seen[len(seen)-1].Request["session"])
	if want := `[{"challengeMetadata":null,"challengeName":"SRP_A","challengeResult":true},` +
		`{"challengeMetadata":null,"challengeName":"PASSWORD_VERIFIER","challengeResult":true},` +
		`{"challengeMetadata":null,"challengeName":"SOFTWARE_TOKEN_MFA","challengeResult":true},` +
		`{"challengeMetadata":"riddle 3","challengeName":"CUSTOM_CHALLENGE","challengeResult":true},` +
		`{"challengeMetadata":"riddle 4","challengeName":"CUSTOM_CHALLENGE","challengeResult":true}]`; last != want {
		t.Errorf("the session told to DefineAuthChallenge: %s", last)
	}

	// Riddles alone: an active factor is asked for all the same, before there are tokens.
	asked = s.asked(s.right(s.initiate(customAuth, params{"USERNAME": "ana"})), custom)
	asked = s.asked(s.right(s.respond(asked, custom, params{"USERNAME": "ana", "ANSWER": "answer 0"})), custom)
	s.server.Advance(30 * 1e9)
	asked = s.asked(s.right(s.respond(asked, custom, params{"USERNAME": "ana", "ANSWER": "answer 1"})), totp)
	s.asked(s.right(s.respond(asked, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "")
}

// TestCustomAuthRefused: what functions may decide, and what comes of functions that fail.
func TestCustomAuthRefused(t *testing.T) {
	respond := func(response any) func(event) (any, error) {
		return func(event) (any, error) { return response, nil }
	}
	for name, c := range map[string]struct {
		define func(event) (any, error)
		params params
		want   string
	}{
		"fails":               {respond(object{"failAuthentication": true, "issueTokens": true}), nil, "NotAuthorizedException: Incorrect username or password."},
		"decides nothing":     {respond(object{}), nil, "InvalidLambdaResponseException: DefineAuthChallenge must issue tokens, fail the authentication or name a challenge that can follow"},
		"names what is not":   {respond(object{"challengeName": "SMS_MFA"}), nil, "InvalidLambdaResponseException: DefineAuthChallenge must issue tokens, fail the authentication or name a challenge that can follow"},
		"SRP without SRP_A":   {respond(object{"challengeName": "PASSWORD_VERIFIER"}), nil, "InvalidLambdaResponseException: DefineAuthChallenge must issue tokens, fail the authentication or name a challenge that can follow"},
		"no admin's password": {respond(object{"challengeName": "ADMIN_NO_SRP_AUTH"}), nil, "InvalidLambdaResponseException: DefineAuthChallenge must issue tokens, fail the authentication or name a challenge that can follow"},
		"answers with a list": {respond([]int{1}), nil, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		"wrong type":          {respond(object{"issueTokens": "yes"}), nil, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		"throws":              {func(event) (any, error) { return nil, errors.New("no") }, nil, "UserLambdaValidationException: DefineAuthChallenge failed with error no."},
		"SRP_A missing":       {respond(object{"issueTokens": true}), params{"CHALLENGE_NAME": "SRP_A"}, "InvalidParameterException: Missing required parameter SRP_A"},
	} {
		t.Run(name, func(t *testing.T) {
			f := riddles()
			f["define"] = c.define
			var seen []event
			s := newStage(t, customPool(), f.option(&seen))
			s.user("ana")
			p := params{"USERNAME": "ana"}
			for k, v := range c.params {
				p[k] = v
			}
			_, err := s.initiate(customAuth, p)
			s.refused(err, c.want)
		})
	}
	t.Run("no such function", func(t *testing.T) {
		s := newStage(t, customPool(), ostiarytest.WithFunctions(nil))
		s.user("ana")
		_, err := s.initiate(customAuth, params{"USERNAME": "ana"})
		s.refused(err, "UnexpectedLambdaException: DefineAuthChallenge invocation failed due to error ResourceNotFoundException.")
	})
	t.Run("no functions at all", func(t *testing.T) {
		s := newStage(t, customPool())
		s.user("ana")
		_, err := s.initiate(customAuth, params{"USERNAME": "ana"})
		s.refused(err, "UnexpectedLambdaException: DefineAuthChallenge invocation failed due to configuration.")
	})
	t.Run("nobody", func(t *testing.T) {
		f := riddles()
		var seen []event
		s := newStage(t, customPool(), f.option(&seen))
		_, err := s.initiate(customAuth, params{"USERNAME": "nobody"})
		s.refused(err, "UserNotFoundException: User does not exist.")
		_, err = s.api.UpdateUserPoolClient(t.Context(), &idp.UpdateUserPoolClientInput{UserPoolId: &s.pool, ClientId: &s.client,
			PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
			ExplicitAuthFlows:          []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowCustomAuth}})
		s.must(err)
		a := s.asked(s.right(s.initiate(customAuth, params{"USERNAME": "nobody"})), custom)
		a = s.asked(s.right(s.respond(a, custom, params{"USERNAME": "nobody", "ANSWER": "answer 0"})), custom)
		_, err = s.respond(a, custom, params{"USERNAME": "nobody", "ANSWER": "answer 1"}) // the function would issue tokens
		s.refused(err, "NotAuthorizedException: Incorrect username or password.")
		if last := seen[len(seen)-1].Request; last["userNotFound"] != true || len(last["userAttributes"].(object)) != 0 {
			t.Errorf("told of nobody: %v", last)
		}
	})
}

// TestAdminCustomPassword: a server that vouches for its user may be asked for the plain password.
func TestAdminCustomPassword(t *testing.T) {
	f := riddles()
	f["define"] = func(e event) (any, error) {
		if rounds, _ := e.Request["session"].([]any); len(rounds) == 0 {
			return object{"challengeName": "ADMIN_NO_SRP_AUTH"}, nil
		}
		return object{"issueTokens": true}, nil
	}
	var seen []event
	s := newStage(t, customPool(), f.option(&seen))
	s.user("ana")
	a, err := s.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{
		UserPoolId: &s.pool, ClientId: &s.client, AuthFlow: customAuth, AuthParameters: params{"USERNAME": "ana"}})
	s.must(err)
	plain := types.ChallengeNameTypeAdminNoSrpAuth
	if a.ChallengeName != plain {
		t.Fatalf("asked %s", a.ChallengeName)
	}
	_, err = s.respond(&answer{session: a.Session}, plain, params{"USERNAME": "ana", "PASSWORD": password})
	s.refused(err, "InvalidParameterException: Challenge ADMIN_NO_SRP_AUTH is not supported.")
	in := &idp.AdminRespondToAuthChallengeInput{UserPoolId: &s.pool, ClientId: &s.client, ChallengeName: plain, Session: a.Session,
		ChallengeResponses: params{"USERNAME": "ana", "PASSWORD": "Wrong-horse-7"}}
	_, err = s.api.AdminRespondToAuthChallenge(t.Context(), in)
	s.refused(err, "NotAuthorizedException: Incorrect username or password.")
	in.ChallengeResponses["PASSWORD"] = password
	out, err := s.api.AdminRespondToAuthChallenge(t.Context(), in)
	s.must(err)
	if out.AuthenticationResult == nil {
		t.Errorf("no tokens: %+v", out)
	}
}

// TestGates: PreAuthentication stands before the proof, PostAuthentication before the tokens.
func TestGates(t *testing.T) {
	refuse := ""
	var seen []event
	gate := func(e event) (any, error) {
		if e.TriggerSource == refuse {
			return nil, errors.New("closed today")
		}
		return object{}, nil
	}
	s := newStage(t, &idp.CreateUserPoolInput{LambdaConfig: &types.LambdaConfigType{PreAuthentication: arn("pre"), PostAuthentication: arn("post")}},
		functions{"pre": gate, "post": gate}.option(&seen))
	s.user("ana")
	signIn := func(password string) (*answer, error) {
		return s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password},
			func(in *idp.InitiateAuthInput) { in.ClientMetadata = params{"a": "b"} })
	}
	first := s.asked(s.right(signIn(password)), "")
	if len(seen) != 2 || fmt.Sprint(seen[0].Request["validationData"]) != "map[a:b]" || seen[1].Request["clientMetadata"] != nil || seen[1].Request["newDeviceUsed"] != false {
		t.Errorf("told: %v", seen)
	}
	seen = nil
	s.right(s.initiate(types.AuthFlowTypeRefreshTokenAuth, params{"REFRESH_TOKEN": *first.tokens.RefreshToken}))
	if len(seen) != 0 {
		t.Errorf("a refresh told functions: %v", seen)
	}
	refuse = "PreAuthentication_Authentication"
	_, err := signIn("Wrong-horse-7")
	s.refused(err, "UserLambdaValidationException: PreAuthentication failed with error closed today.")
	refuse = "PostAuthentication_Authentication"
	_, err = signIn(password)
	s.refused(err, "UserLambdaValidationException: PostAuthentication failed with error closed today.")
	_, err = signIn("Wrong-horse-7")
	s.refused(err, "NotAuthorizedException: Incorrect username or password.")
}
