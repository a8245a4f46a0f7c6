package signin

import (
	"context"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
)

// sendSelectChallenge lets the user choose a first factor. The list goes beside the parameters
// (AvailableChallenges).
func (s *Service) sendSelectChallenge(_ context.Context, t *turn, f facts) error {
	if len(f.offered) > 0 {
		return nil
	}
	if err := account.CheckActive(t.user); err != nil {
		return err // only a code would do for somebody unconfirmed, and there is nowhere to send one
	}
	return awserr.ACROutOfReach()
}

// checkSelectChallenge takes the choice of a factor that has something to send first; it proves
// nothing.
func (s *Service) checkSelectChallenge(_ context.Context, t *turn) error {
	switch choice := cognitoidp.ChallengeNameType(t.answers["ANSWER"]); choice {
	case cognitoidp.ChallengeNameTypePassword:
		return awserr.MissingParameter("PASSWORD")
	case cognitoidp.ChallengeNameTypePasswordSrp:
		return awserr.MissingParameter("SRP_A")
	default:
		return choose(t, choice)
	}
}

// checkPasswordSRP takes the choice of a password proved by SRP; the proof is PASSWORD_VERIFIER. Until then
// the session stays good: after a wrong password clients choose again with it.
func (s *Service) checkPasswordSRP(_ context.Context, t *turn) error {
	t.keepsSession = true
	return choose(t, cognitoidp.ChallengeNameTypePasswordSrp)
}

// choose goes on with a first factor, if it is offered.
func choose(t *turn, choice cognitoidp.ChallengeNameType) error {
	if !slices.Contains(factsOf(t).offered, choice) {
		if err := account.CheckActive(t.user); err != nil {
			return err // an unconfirmed user with a password
		}
		return awserr.ChallengeNotOffered(string(choice))
	}
	if choice == cognitoidp.ChallengeNameTypePasswordSrp {
		choice = cognitoidp.ChallengeNameTypePasswordVerifier
	}
	t.attempt.FirstFactor = choice
	return nil
}

// chosen is the challenge that an answer is for: SELECT_CHALLENGE may be answered with the choice and,
// at once, with what the chosen challenge wants.
func chosen(challenge cognitoidp.ChallengeNameType, answers map[string]string) cognitoidp.ChallengeNameType {
	if challenge != cognitoidp.ChallengeNameTypeSelectChallenge {
		return challenge
	}
	for choice, carries := range map[cognitoidp.ChallengeNameType]string{
		cognitoidp.ChallengeNameTypePassword:    "PASSWORD",
		cognitoidp.ChallengeNameTypePasswordSrp: "SRP_A",
		cognitoidp.ChallengeNameTypeWebAuthn:    "CREDENTIAL",
	} {
		if answers["ANSWER"] == string(choice) && answers[carries] != "" {
			return choice
		}
	}
	return challenge
}

// answers tells whether an attempt that waits for one challenge may be answered by another. The user who
// has to choose a first factor may answer by the password at once, and choose again instead of a passkey:
// clients send the session of WEB_AUTHN when its prompt was dismissed.
func answers(challenge, asked cognitoidp.ChallengeNameType) bool {
	choosing := asked == cognitoidp.ChallengeNameTypeSelectChallenge || asked == cognitoidp.ChallengeNameTypeWebAuthn
	switch challenge {
	case cognitoidp.ChallengeNameTypeSelectChallenge, cognitoidp.ChallengeNameTypePassword, cognitoidp.ChallengeNameTypePasswordSrp:
		return challenge == asked || choosing
	default:
		return challenge == asked
	}
}
