package signin

import (
	"context"
	"slices"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// sendSelectMFA lets the user choose between several factors, none of them preferred.
func (s *Service) sendSelectMFA(_ context.Context, t *turn, f facts) error {
	t.params["MFAS_CAN_CHOOSE"] = jsonList(f.demand.Ask)
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkSelectMFA takes the choice; it proves nothing.
func (s *Service) checkSelectMFA(_ context.Context, t *turn) error {
	choice := userpool.Factor(t.answers["ANSWER"])
	if choice == "EMAIL_MFA" { // the name in the model's text
		choice = userpool.FactorEmail
	}
	if !slices.Contains(factsOf(t).demand.Ask, choice) {
		return awserr.MFANotOffered(t.answers["ANSWER"])
	}
	t.attempt.SecondFactor = choice
	return nil
}
