package trigger

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

var (
	preAuthentication = &function{"PreAuthentication",
		func(l *cognitoidp.LambdaConfigType) *string { return l.PreAuthentication }}
	postAuthentication = &function{"PostAuthentication",
		func(l *cognitoidp.LambdaConfigType) *string { return l.PostAuthentication }}
	defineAuthChallenge = &function{"DefineAuthChallenge",
		func(l *cognitoidp.LambdaConfigType) *string { return l.DefineAuthChallenge }}
	createAuthChallenge = &function{"CreateAuthChallenge",
		func(l *cognitoidp.LambdaConfigType) *string { return l.CreateAuthChallenge }}
	verifyAuthChallenge = &function{"VerifyAuthChallengeResponse",
		func(l *cognitoidp.LambdaConfigType) *string { return l.VerifyAuthChallengeResponse }}
)

// Sources of the triggers of sign-ins.
const (
	preAuthenticationSource   Source = "PreAuthentication_Authentication"
	postAuthenticationSource  Source = "PostAuthentication_Authentication"
	defineAuthChallengeSource Source = "DefineAuthChallenge_Authentication"
	createAuthChallengeSource Source = "CreateAuthChallenge_Authentication"
	verifyAuthChallengeSource Source = "VerifyAuthChallengeResponse_Authentication"
)

// HasPreAuthentication tells whether sign-ins to the pool are looked at before any proof is.
func HasPreAuthentication(p *userpool.Pool) bool { return preAuthentication.arnIn(p) != "" }

// PreAuthentication lets a function refuse a sign-in before any proof is looked at. ValidationData is
// the ClientMetadata of InitiateAuth.
func (s *Service) PreAuthentication(ctx context.Context, of Subject, validationData map[string]string) error {
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		ValidationData map[string]string `json:"validationData"`
		UserNotFound   *bool             `json:"userNotFound,omitempty"`
	}{of.attributes(), validationData, of.notFound()}
	_, err := s.call(ctx, invocation{function: preAuthentication, source: preAuthenticationSource, of: of, request: request, response: &struct{}{}})
	return err
}

// PostAuthentication tells a function of a sign-in that has shown all its proofs; if it fails there are
// no tokens.
func (s *Service) PostAuthentication(ctx context.Context, of Subject, newDevice bool, clientMetadata map[string]string) error {
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		NewDeviceUsed  bool              `json:"newDeviceUsed"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	}{of.attributes(), newDevice, clientMetadata}
	_, err := s.call(ctx, invocation{function: postAuthentication, source: postAuthenticationSource, of: of, request: request, response: &struct{}{}})
	return err
}

// HasCustomAuth tells whether the pool has what CUSTOM_AUTH cannot do without.
func HasCustomAuth(p *userpool.Pool) bool { return defineAuthChallenge.arnIn(p) != "" }

// Verdict is what DefineAuthChallenge decides: tokens, failure, or the next challenge.
type Verdict struct {
	ChallengeName      cognitoidp.ChallengeNameType `json:"challengeName"`
	IssueTokens        bool                         `json:"issueTokens"`
	FailAuthentication bool                         `json:"failAuthentication"`
}

// session is how the rounds of a custom sign-in are told to functions.
type session struct {
	ChallengeName     string  `json:"challengeName"`
	ChallengeResult   bool    `json:"challengeResult"`
	ChallengeMetadata *string `json:"challengeMetadata"`
}

func sessionOf(rounds []userpool.Round) []session {
	list := make([]session, len(rounds))
	for i, r := range rounds {
		list[i] = session{ChallengeName: r.Challenge, ChallengeResult: r.Passed}
		if r.Metadata != "" {
			list[i].ChallengeMetadata = &r.Metadata
		}
	}
	return list
}

// DefineAuthChallenge has the pool's function decide how a custom sign-in goes on.
func (s *Service) DefineAuthChallenge(ctx context.Context, of Subject, rounds []userpool.Round, clientMetadata map[string]string) (Verdict, error) {
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		Session        []session         `json:"session"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
		UserNotFound   *bool             `json:"userNotFound,omitempty"`
	}{of.attributes(), sessionOf(rounds), clientMetadata, of.notFound()}
	response := struct {
		ChallengeName      *cognitoidp.ChallengeNameType `json:"challengeName"`
		IssueTokens        *bool                         `json:"issueTokens"`
		FailAuthentication *bool                         `json:"failAuthentication"`
	}{}
	called, err := s.call(ctx, invocation{function: defineAuthChallenge, source: defineAuthChallengeSource, of: of, request: request, response: &response})
	if err == nil && !called {
		err = awserr.CustomAuthNotConfigured()
	}
	return Verdict{orZero(response.ChallengeName), orZero(response.IssueTokens), orZero(response.FailAuthentication)}, err
}

// Challenge is what CreateAuthChallenge makes.
type Challenge struct {
	Public   map[string]string // for the client
	Private  map[string]string // for VerifyAuthChallengeResponse
	Metadata string            // for DefineAuthChallenge
}

// CreateAuthChallenge has the pool's function make a custom challenge.
func (s *Service) CreateAuthChallenge(ctx context.Context, of Subject, rounds []userpool.Round, clientMetadata map[string]string) (Challenge, error) {
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		ChallengeName  string            `json:"challengeName"`
		Session        []session         `json:"session"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
		UserNotFound   *bool             `json:"userNotFound,omitempty"`
	}{of.attributes(), string(cognitoidp.ChallengeNameTypeCustomChallenge), sessionOf(rounds), clientMetadata, of.notFound()}
	response := struct {
		Public   map[string]string `json:"publicChallengeParameters"`
		Private  map[string]string `json:"privateChallengeParameters"`
		Metadata *string           `json:"challengeMetadata"`
	}{}
	called, err := s.call(ctx, invocation{function: createAuthChallenge, source: createAuthChallengeSource, of: of, request: request, response: &response})
	if err == nil && !called {
		err = awserr.CustomAuthNotConfigured()
	}
	return Challenge{response.Public, response.Private, orZero(response.Metadata)}, err
}

// VerifyAuthChallengeResponse has the pool's function tell whether the answer to a custom challenge is
// right.
func (s *Service) VerifyAuthChallengeResponse(ctx context.Context, of Subject, private map[string]string, answer string, clientMetadata map[string]string) (correct bool, err error) {
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		Private        map[string]string `json:"privateChallengeParameters"`
		Answer         string            `json:"challengeAnswer"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
		UserNotFound   *bool             `json:"userNotFound,omitempty"`
	}{of.attributes(), private, answer, clientMetadata, of.notFound()}
	response := struct {
		Correct *bool `json:"answerCorrect"`
	}{}
	called, err := s.call(ctx, invocation{function: verifyAuthChallenge, source: verifyAuthChallengeSource, of: of, request: request, response: &response})
	if err == nil && !called {
		err = awserr.CustomAuthNotConfigured()
	}
	return orZero(response.Correct), err
}

func orZero[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}
