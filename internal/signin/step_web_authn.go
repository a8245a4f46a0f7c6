package signin

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/passkey"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// readPasskeys finds the passkeys that a user of USER_AUTH may choose to sign in by. A made-up user has
// made-up ones, or none.
func (s *Service) readPasskeys(ctx context.Context, t *turn) error {
	if passkey.RelyingParty(t.pool) == "" {
		return nil
	}
	if t.attempt.Simulated {
		decoys, err := passkey.Decoys(s.Secrets, t.pool, t.user)
		t.passkeys = decoys
		return err
	}
	err := s.Store.View(ctx, func(r store.Reader) error {
		keys, err := r.Passkeys(ctx, t.pool.ID, t.user.Username)
		t.passkeys = passkey.Usable(t.pool, keys)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the passkeys of a user who signs in: %w", err)
	}
	return nil
}

// sendWebAuthn asks for a proof by one of the user's passkeys.
func (s *Service) sendWebAuthn(_ context.Context, t *turn, _ facts) error {
	options, ceremony, err := passkey.BeginSignIn(s.Rand, t.pool, t.passkeys, mfa.PasskeyCounts(t.pool, t.user))
	if err != nil {
		return err
	}
	t.params["CREDENTIAL_REQUEST_OPTIONS"] = options
	t.attempt.WebAuthn, err = ceremony.Marshal()
	return err
}

// checkWebAuthn tests the assertion (AuthenticationResponseJSON). The secret of a passkey needs no lock.
func (s *Service) checkWebAuthn(_ context.Context, t *turn) error {
	ceremony, err := passkey.Unmarshal(t.previous.WebAuthn)
	if err != nil {
		return err
	}
	used, verified, err := passkey.FinishSignIn(t.pool, t.user, t.passkeys, ceremony, t.answers["CREDENTIAL"], s.Now())
	if err != nil {
		return err
	}
	if t.attempt.Simulated {
		return awserr.PasskeyNotProved()
	}
	t.passkey = used
	// A key that was made without verification may be a thief's to set a PIN for.
	t.provePasskey(used.Method(), verified && used.UserVerified)
	return nil
}

// provePasskey records the proof, which is both factors where the authenticator has verified its user and
// pool and user let it count so.
func (t *turn) provePasskey(m userpool.Method, verified bool) {
	t.attempt.Proved.FirstFactor = true
	t.prove(m)
	if verified && mfa.PasskeyCounts(t.pool, t.user) {
		t.attempt.Proved.SecondFactor = true
	}
}

// notePasskey keeps counter and time of the passkey used, if it is still there and no other sign-in with
// the same counter has come first.
func (s *Service) notePasskey(ctx context.Context, tx store.Tx, t *turn, now time.Time) error {
	if t.passkey == nil {
		return nil
	}
	keys, err := tx.Passkeys(ctx, t.pool.ID, t.user.Username)
	if err != nil {
		return fmt.Errorf("read the passkey of a sign-in: %w", err)
	}
	i := slices.IndexFunc(keys, func(k *userpool.Passkey) bool { return bytes.Equal(k.ID, t.passkey.ID) })
	if i < 0 || keys[i].Sub != t.user.Sub || !passkey.CountsOn(keys[i], t.passkey.SignCount) {
		return awserr.PasskeyNotProved()
	}
	keys[i].SignCount, keys[i].BackedUp, keys[i].LastUsed = t.passkey.SignCount, t.passkey.BackedUp, now
	if err := tx.SavePasskey(ctx, keys[i]); err != nil {
		return fmt.Errorf("save the passkey of a sign-in: %w", err)
	}
	return nil
}
