package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/page"
	"ostiary/internal/passkey"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// StartWebAuthnRegistration tells the signed-in user's browser what to make a passkey of. Several
// devices may be registering at once.
func (s *Service) StartWebAuthnRegistration(ctx context.Context, in *cognitoidp.StartWebAuthnRegistrationRequest) (*cognitoidp.StartWebAuthnRegistrationResponse, error) {
	bearer, err := s.registrar(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	keys, err := s.passkeys(ctx, bearer.User)
	if err != nil {
		return nil, err
	}
	options, challenge, err := passkey.BeginRegistration(s.Rand, bearer.Pool, bearer.User, keys, mfa.PasskeyCounts(bearer.Pool, bearer.User))
	if err != nil {
		return nil, err
	}
	now := s.Now()
	pending := &userpool.Attempt{
		ID: s.registrationID(challenge), PoolID: bearer.Pool.ID, ClientID: bearer.Client.ID, Username: bearer.User.Username,
		Created: now, Expires: now.Add(passkey.Lifetime),
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error { return tx.CreateAttempt(ctx, pending) })
	if err != nil {
		return nil, fmt.Errorf("keep a passkey registration: %w", err)
	}
	return &cognitoidp.StartWebAuthnRegistrationResponse{CredentialCreationOptions: options}, nil
}

// CompleteWebAuthnRegistration registers the passkey that the browser has made. It works once for each
// StartWebAuthnRegistration; a refused credential leaves the registration open.
func (s *Service) CompleteWebAuthnRegistration(ctx context.Context, in *cognitoidp.CompleteWebAuthnRegistrationRequest) (*cognitoidp.CompleteWebAuthnRegistrationResponse, error) {
	bearer, err := s.registrar(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	registration, err := passkey.ParseRegistration(in.Credential)
	if err != nil {
		return nil, err
	}
	id := s.registrationID(registration.Challenge)
	if err := s.checkRegistration(ctx, id, bearer); err != nil {
		return nil, err
	}
	key, err := registration.Verify(bearer.Pool, bearer.User, mfa.PasskeyCounts(bearer.Pool, bearer.User), s.wireTime())
	if err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		won, err := tx.ConsumeAttempt(ctx, id)
		if err != nil {
			return fmt.Errorf("end a passkey registration: %w", err)
		}
		if !won { // by now: another call has used it, or the user is gone
			return awserr.PasskeyChallengeNotFound()
		}
		keys, err := tx.Passkeys(ctx, key.PoolID, key.Username)
		if err != nil {
			return fmt.Errorf("read passkeys: %w", err)
		}
		if len(keys) >= userpool.MostPasskeys {
			return awserr.TooManyPasskeys(userpool.MostPasskeys)
		}
		err = tx.CreatePasskey(ctx, key)
		if errors.Is(err, store.ErrExists) {
			return awserr.PasskeyExists()
		}
		if err != nil {
			return fmt.Errorf("create passkey: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CompleteWebAuthnRegistrationResponse{}, nil
}

// registrationID is the key of the registration that a challenge began. It is kept among the attempts of
// sign-ins, whose ids are hashes for another purpose, so that neither can be taken for the other.
func (s *Service) registrationID(challenge string) []byte {
	return s.Secrets.Hash("passkey registration", []byte(challenge))
}

// checkRegistration finds out whether the bearer has begun the registration and can still complete it.
// That of another user is as if it was not there.
func (s *Service) checkRegistration(ctx context.Context, id []byte, bearer *token.Bearer) error {
	var pending *userpool.Attempt
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		pending, err = r.Attempt(ctx, id)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return awserr.PasskeyChallengeNotFound()
	case err != nil:
		return fmt.Errorf("read a passkey registration: %w", err)
	case pending.PoolID != bearer.Pool.ID, pending.Username != bearer.User.Username,
		pending.Consumed, !s.Now().Before(pending.Expires):
		return awserr.PasskeyChallengeNotFound()
	case pending.ClientID != bearer.Client.ID:
		return awserr.PasskeyClientMismatch()
	default:
		return nil
	}
}

// ListWebAuthnCredentials lists the signed-in user's passkeys, oldest first, those of an earlier relying
// party too.
func (s *Service) ListWebAuthnCredentials(ctx context.Context, in *cognitoidp.ListWebAuthnCredentialsRequest) (*cognitoidp.ListWebAuthnCredentialsResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	listing := page.Listing{Operation: "ListWebAuthnCredentials", Parameters: []string{bearer.Pool.ID, bearer.User.Sub}}
	after, err := s.pageAfter(listing, in.NextToken)
	if err != nil {
		return nil, err
	}
	keys, err := s.passkeys(ctx, bearer.User)
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(keys, func(k *userpool.Passkey) bool { return placeOf(k) <= after })
	size := userpool.MostPasskeys
	if in.MaxResults != nil && *in.MaxResults != 0 {
		size = int(*in.MaxResults)
	}
	out := &cognitoidp.ListWebAuthnCredentialsResponse{Credentials: []cognitoidp.WebAuthnCredentialDescription{}}
	if len(keys) > size {
		keys = keys[:size]
		out.NextToken = new(s.pages().Next(listing, placeOf(keys[size-1])))
	}
	for _, k := range keys {
		out.Credentials = append(out.Credentials, cognitoidp.WebAuthnCredentialDescription{
			CredentialId: base64.RawURLEncoding.EncodeToString(k.ID), FriendlyCredentialName: k.Name, RelyingPartyId: k.RPID,
			AuthenticatorAttachment: optional(k.Attachment), AuthenticatorTransports: append([]string{}, k.Transports...),
			CreatedAt: k.Created,
		})
	}
	return out, nil
}

// placeOf is a passkey's place in the order of a listing: texts of it sort as the store does.
func placeOf(k *userpool.Passkey) string {
	return fmt.Sprintf("%020d %s", k.Created.UnixMicro(), k.ID)
}

// DeleteWebAuthnCredential removes a passkey of the signed-in user. With the last one goes the setting
// that passkeys count as MFA: one registered later counts only if its user says so again.
func (s *Service) DeleteWebAuthnCredential(ctx context.Context, in *cognitoidp.DeleteWebAuthnCredentialRequest) (*cognitoidp.DeleteWebAuthnCredentialResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	id, err := base64.RawURLEncoding.Strict().DecodeString(in.CredentialId)
	if err != nil {
		return nil, awserr.PasskeyNotFound()
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		_, u, err := poolAndUser(ctx, tx, bearer.Pool.ID, bearer.User.Username)
		if err != nil {
			return err
		}
		err = tx.DeletePasskey(ctx, u.PoolID, u.Username, id)
		if errors.Is(err, store.ErrNotFound) {
			return awserr.PasskeyNotFound()
		}
		if err != nil {
			return fmt.Errorf("delete passkey: %w", err)
		}
		left, err := tx.Passkeys(ctx, u.PoolID, u.Username)
		if err != nil {
			return fmt.Errorf("read passkeys: %w", err)
		}
		if len(left) > 0 || !u.MFA.WebAuthn {
			return nil
		}
		u.MFA.WebAuthn = false
		return s.saveUser(ctx, tx, u)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DeleteWebAuthnCredentialResponse{}, nil
}

// registrar finds the signed-in user of a pool that has passkeys on.
func (s *Service) registrar(ctx context.Context, accessToken string) (*token.Bearer, error) {
	bearer, err := s.activeBearer(ctx, accessToken)
	if err == nil && !passkey.Enabled(bearer.Pool) {
		return nil, awserr.PasskeysNotEnabled()
	}
	return bearer, err
}

// activeBearer finds the signed-in user, whose profile must be in order.
func (s *Service) activeBearer(ctx context.Context, accessToken string) (*token.Bearer, error) {
	bearer, err := s.Tokens.Bearer(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	if err := account.CheckStatus(bearer.User); err != nil {
		return nil, err
	}
	return bearer, nil
}

// passkeys are a user's passkeys, oldest first.
func (s *Service) passkeys(ctx context.Context, u *userpool.User) (keys []*userpool.Passkey, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		keys, err = r.Passkeys(ctx, u.PoolID, u.Username)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	return keys, nil
}
