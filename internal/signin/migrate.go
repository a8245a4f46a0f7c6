package signin

import (
	"context"
	"errors"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// passwordSent is the password that came with InitiateAuth, in the flows that know it; "" without one.
func passwordSent(t *turn, flow cognitoidp.AuthFlowType) string {
	switch flow {
	case cognitoidp.AuthFlowTypeUserPasswordAuth, cognitoidp.AuthFlowTypeAdminUserPasswordAuth, cognitoidp.AuthFlowTypeAdminNoSrpAuth:
	case cognitoidp.AuthFlowTypeUserAuth:
		if t.answers["PREFERRED_CHALLENGE"] != string(cognitoidp.ChallengeNameTypePassword) {
			return ""
		}
	default:
		return ""
	}
	return t.answers["PASSWORD"]
}

// migrate has the pool's UserMigration function bring somebody whom nobody in the pool is called like, with the
// password typed; nil if it has brought nobody. Names and passwords are tried out elsewhere by it, so that what
// fails is counted like a wrong password, and a locked name does not reach it.
//
// Where the client hides who exists, a refusal of the function's is as if it had brought nobody.
func (s *Service) migrate(ctx context.Context, t *turn, name, password string) (*userpool.User, error) {
	if password == "" || !trigger.HasUserMigration(t.pool) {
		return nil, nil
	}
	probe := &turn{
		pool: t.pool, client: t.client, guard: userpool.WrongPassword,
		attempt: &userpool.Attempt{Username: s.madeUpName(t.pool, name)},
	}
	unlocked := func() error { return s.checkLock(ctx, probe, probe.guard) }
	if err := unlocked(); err != nil {
		return nil, err
	}
	accounts := &account.Service{
		Store: s.Store, Triggers: s.Triggers, Messages: s.Messages, Texts: s.Texts, ClientMetadata: t.metadata,
		Secrets: s.Secrets, Now: s.Now, Rand: s.Rand,
	}
	user, err := accounts.Migrate(ctx, t.pool, t.client, trigger.MigrateAtSignIn, account.Migration{
		Username: name, Password: password, ValidationData: t.validation, Allow: unlocked,
	})
	var refused *account.NotMigratedError
	switch {
	case err == nil && user == nil:
		refused = &account.NotMigratedError{Refusal: awserr.UserNotFound()}
	case err == nil:
		return user, nil
	case !errors.As(err, &refused):
		return nil, err
	}
	if t.client.HidesUsers() {
		return nil, nil // the made-up user's password will be wrong, and counted
	}
	return nil, s.refused(ctx, probe, wrong(refused.Refusal))
}

// migrateSimulated does the same for somebody who has begun USER_AUTH without a password and answers by one
// now.
func (s *Service) migrateSimulated(ctx context.Context, t *turn) error {
	if !t.attempt.Simulated {
		return nil
	}
	user, err := s.migrate(ctx, t, t.attempt.Name, t.answers["PASSWORD"])
	if err != nil || user == nil {
		return err
	}
	if err := account.CheckActive(user); err != nil {
		return nil //nolint:nilerr // as for anybody hidden: the made-up user's password will be wrong
	}
	t.user = user
	t.attempt.Simulated, t.attempt.Name = false, ""
	t.attempt.Username, t.attempt.PasswordSet = user.Username, passwordSet(user)
	t.passkeys = nil // not the made-up ones
	return s.readDevice(ctx, t)
}
