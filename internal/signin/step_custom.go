package signin

import (
	"context"
	"maps"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// srpBegun is the round that stands for SRP_A at the head of a CUSTOM_AUTH sign-in that begins with a
// password.
const srpBegun = "SRP_A"

// maxRounds bounds how much a function that never decides can make an attempt remember.
const maxRounds = 100

// beginCustom notes how a CUSTOM_AUTH sign-in begins: with the password (CHALLENGE_NAME=SRP_A) or
// without.
func beginCustom(t *turn) error {
	if t.answers["CHALLENGE_NAME"] != srpBegun {
		return nil
	}
	t.attempt.Rounds = []userpool.Round{{Challenge: srpBegun, Passed: true}}
	return required(t.answers, "SRP_A")
}

// define has DefineAuthChallenge decide: the first factor is proved, or which challenge proves it.
func (s *Service) define(ctx context.Context, t *turn) error {
	a := t.attempt
	if len(a.Rounds) > maxRounds {
		return awserr.IncorrectUsernameOrPassword()
	}
	v, err := s.Triggers.DefineAuthChallenge(ctx, t.subject(), a.Rounds, t.metadata)
	if err != nil {
		return err
	}
	switch {
	case v.FailAuthentication, v.IssueTokens && a.Simulated:
		return awserr.IncorrectUsernameOrPassword()
	case v.IssueTokens:
		a.Proved.FirstFactor = true
		return nil
	case v.ChallengeName == cognitoidp.ChallengeNameTypeCustomChallenge,
		v.ChallengeName == cognitoidp.ChallengeNameTypePasswordVerifier && t.answers["SRP_A"] != "",
		v.ChallengeName == cognitoidp.ChallengeNameTypeAdminNoSrpAuth && t.admin:
		a.FirstFactor = v.ChallengeName
		return nil
	default:
		return awserr.UnknownVerdict()
	}
}

// sendCustom asks what CreateAuthChallenge has made up.
func (s *Service) sendCustom(ctx context.Context, t *turn, _ facts) error {
	c, err := s.Triggers.CreateAuthChallenge(ctx, t.subject(), t.attempt.Rounds, t.metadata)
	if err != nil {
		return err
	}
	maps.Copy(t.params, c.Public)
	t.params["USERNAME"] = t.user.Username
	t.attempt.CustomAnswer, t.attempt.CustomMetadata = c.Private, c.Metadata
	return nil
}

// checkCustom has VerifyAuthChallengeResponse look at the answer. A wrong one is no error: what comes of
// it DefineAuthChallenge decides.
func (s *Service) checkCustom(ctx context.Context, t *turn) error {
	correct, err := s.Triggers.VerifyAuthChallengeResponse(ctx, t.subject(), t.previous.CustomAnswer, t.answers["ANSWER"], t.metadata)
	if err != nil {
		return err
	}
	t.endRound(cognitoidp.ChallengeNameTypeCustomChallenge, correct, t.previous.CustomMetadata)
	return nil
}

// endRound records, in a CUSTOM_AUTH sign-in that goes on, how a challenge ended, and leaves it to
// DefineAuthChallenge what comes next.
func (t *turn) endRound(challenge cognitoidp.ChallengeNameType, passed bool, metadata string) {
	a := t.attempt
	if a.Flow != cognitoidp.AuthFlowTypeCustomAuth || a.Proved.FirstFactor {
		return
	}
	a.Rounds = append(a.Rounds[:len(a.Rounds):len(a.Rounds)],
		userpool.Round{Challenge: string(challenge), Passed: passed, Metadata: metadata})
	a.FirstFactor = ""
}

// subject is whom the pool's functions are told about.
func (t *turn) subject() trigger.Subject {
	of := trigger.Subject{Pool: t.pool, Client: t.client, User: t.user, Username: t.user.Username}
	if t.attempt.Simulated {
		of.User = nil
	}
	return of
}
