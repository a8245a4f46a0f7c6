package api

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/signin"
)

// InitiateAuth starts a sign-in.
func (s *Service) InitiateAuth(ctx context.Context, in *cognitoidp.InitiateAuthRequest) (*cognitoidp.InitiateAuthResponse, error) {
	a, err := s.SignIn.Initiate(withUserContext(ctx, in.UserContextData), signin.Request{
		ClientID:   in.ClientId,
		Flow:       in.AuthFlow,
		Parameters: in.AuthParameters,
		Session:    value(in.Session),
		Metadata:   in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.InitiateAuthResponse{
		AuthenticationResult: a.Result,
		AvailableChallenges:  a.Available,
		ChallengeName:        a.Challenge,
		ChallengeParameters:  a.Parameters,
		Session:              optional(a.Session),
	}, nil
}

// AdminInitiateAuth starts a sign-in for a server that vouches for its user.
func (s *Service) AdminInitiateAuth(ctx context.Context, in *cognitoidp.AdminInitiateAuthRequest) (*cognitoidp.AdminInitiateAuthResponse, error) {
	a, err := s.SignIn.Initiate(onBehalf(ctx, in.ContextData), signin.Request{
		Admin:      true,
		PoolID:     in.UserPoolId,
		ClientID:   in.ClientId,
		Flow:       in.AuthFlow,
		Parameters: in.AuthParameters,
		Session:    value(in.Session),
		Metadata:   in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminInitiateAuthResponse{
		AuthenticationResult: a.Result,
		AvailableChallenges:  a.Available,
		ChallengeName:        a.Challenge,
		ChallengeParameters:  a.Parameters,
		Session:              optional(a.Session),
	}, nil
}

// RespondToAuthChallenge answers a challenge of InitiateAuth.
func (s *Service) RespondToAuthChallenge(ctx context.Context, in *cognitoidp.RespondToAuthChallengeRequest) (*cognitoidp.RespondToAuthChallengeResponse, error) {
	a, err := s.SignIn.Respond(withUserContext(ctx, in.UserContextData), signin.Response{
		ClientID:  in.ClientId,
		Challenge: in.ChallengeName,
		Session:   value(in.Session),
		Answers:   in.ChallengeResponses,
		Metadata:  in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.RespondToAuthChallengeResponse{
		AuthenticationResult: a.Result,
		AvailableChallenges:  a.Available,
		ChallengeName:        a.Challenge,
		ChallengeParameters:  a.Parameters,
		Session:              optional(a.Session),
	}, nil
}

// AdminRespondToAuthChallenge answers a challenge of AdminInitiateAuth.
func (s *Service) AdminRespondToAuthChallenge(ctx context.Context, in *cognitoidp.AdminRespondToAuthChallengeRequest) (*cognitoidp.AdminRespondToAuthChallengeResponse, error) {
	a, err := s.SignIn.Respond(onBehalf(ctx, in.ContextData), signin.Response{
		Admin:     true,
		PoolID:    in.UserPoolId,
		ClientID:  in.ClientId,
		Challenge: in.ChallengeName,
		Session:   value(in.Session),
		Answers:   in.ChallengeResponses,
		Metadata:  in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminRespondToAuthChallengeResponse{
		AuthenticationResult: a.Result,
		AvailableChallenges:  a.Available,
		ChallengeName:        a.Challenge,
		ChallengeParameters:  a.Parameters,
		Session:              optional(a.Session),
	}, nil
}

// optional leaves an empty string out of an answer.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// value is an optional member, "" where it is absent.
func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
