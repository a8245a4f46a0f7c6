package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/passkey"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// registeringPasskey is what an attempt waits for that a passkey registration has begun. No challenge of a
// sign-in has this name, so nothing else takes it. It is kept under a hash of its WebAuthn challenge.
const registeringPasskey cognitoidp.ChallengeNameType = "REGISTER_PASSKEY"

// registrationTime is how long an authenticator may take. The options tell the browser one minute, which
// it may stretch for people who need longer (Web Authentication Level 3, section 15.1).
const registrationTime = 5 * time.Minute

// StartWebAuthnRegistration hands out the options by which a signed-in user makes a passkey.
func (s *Service) StartWebAuthnRegistration(ctx context.Context, in *cognitoidp.StartWebAuthnRegistrationRequest) (*cognitoidp.StartWebAuthnRegistrationResponse, error) {
	bearer, err := s.passkeyBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	keys, err := s.passkeysOf(ctx, bearer.User)
	if err != nil {
		return nil, err
	}
	if len(keys) >= userpool.MostPasskeys {
		return nil, awserr.TooManyPasskeys(userpool.MostPasskeys)
	}
	options, ceremony, err := passkey.BeginRegistration(s.Rand, bearer.Pool, bearer.User, keys)
	if err != nil {
		return nil, err
	}
	state, err := ceremony.Marshal()
	if err != nil {
		return nil, err
	}
	now := s.Now()
	begun := &userpool.Attempt{
		ID: s.registrationID(ceremony.Challenge), PoolID: bearer.Pool.ID, ClientID: bearer.Client.ID, Username: bearer.User.Username,
		Challenge: registeringPasskey, WebAuthn: state, Created: now, Expires: now.Add(registrationTime),
	}
	if err := s.Store.Update(ctx, func(tx store.Tx) error { return tx.CreateAttempt(ctx, begun) }); err != nil {
		return nil, fmt.Errorf("keep the registration of a passkey: %w", err)
	}
	return &cognitoidp.StartWebAuthnRegistrationResponse{CredentialCreationOptions: options}, nil
}

// CompleteWebAuthnRegistration keeps the passkey that an authenticator has made.
func (s *Service) CompleteWebAuthnRegistration(ctx context.Context, in *cognitoidp.CompleteWebAuthnRegistrationRequest) (*cognitoidp.CompleteWebAuthnRegistrationResponse, error) {
	bearer, err := s.passkeyBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	registration, err := passkey.ReadRegistration(in.Credential)
	if err != nil {
		return nil, err
	}
	begun, err := s.begunRegistration(ctx, bearer, registration.Challenge)
	if err != nil {
		return nil, err
	}
	ceremony, err := passkey.Unmarshal(begun.WebAuthn)
	if err != nil {
		return nil, err
	}
	key, err := registration.Finish(bearer.Pool, bearer.User, ceremony, s.wireTime())
	if err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error { return keepPasskey(ctx, tx, key, begun.ID) })
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CompleteWebAuthnRegistrationResponse{}, nil
}

// begunRegistration finds the registration that a challenge began, if it is the bearer's and alive.
func (s *Service) begunRegistration(ctx context.Context, bearer *token.Bearer, challenge []byte) (*userpool.Attempt, error) {
	var begun *userpool.Attempt
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		begun, err = r.Attempt(ctx, s.registrationID(challenge))
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, awserr.WebAuthnChallengeNotFound()
	case err != nil:
		return nil, fmt.Errorf("read the registration of a passkey: %w", err)
	case begun.Challenge != registeringPasskey || begun.Consumed || !s.Now().Before(begun.Expires),
		begun.PoolID != bearer.Pool.ID || begun.Username != bearer.User.Username:
		return nil, awserr.WebAuthnChallengeNotFound()
	case begun.ClientID != bearer.Client.ID:
		return nil, awserr.WebAuthnClientMismatch()
	}
	return begun, nil
}

// keepPasskey adds a passkey, once for each registration, and not beyond what a user can have.
func keepPasskey(ctx context.Context, tx store.Tx, key *userpool.Passkey, registration []byte) error {
	won, err := tx.ConsumeAttempt(ctx, registration)
	if err != nil {
		return fmt.Errorf("consume the registration of a passkey: %w", err)
	}
	if !won {
		return awserr.WebAuthnChallengeNotFound()
	}
	u, err := tx.UserBySub(ctx, key.PoolID, key.Sub)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.Username != key.Username {
		return awserr.UserNotFound()
	}
	if err != nil {
		return fmt.Errorf("read the user of a passkey: %w", err)
	}
	keys, err := tx.Passkeys(ctx, key.PoolID, key.Username)
	if err != nil {
		return fmt.Errorf("read passkeys: %w", err)
	}
	if len(keys) >= userpool.MostPasskeys {
		return awserr.TooManyPasskeys(userpool.MostPasskeys)
	}
	if err := tx.CreatePasskey(ctx, key); errors.Is(err, store.ErrExists) {
		return awserr.PasskeyExists()
	} else if err != nil {
		return fmt.Errorf("create passkey: %w", err)
	}
	return nil
}

// ListWebAuthnCredentials lists the passkeys of a signed-in user, oldest first.
func (s *Service) ListWebAuthnCredentials(ctx context.Context, in *cognitoidp.ListWebAuthnCredentialsRequest) (*cognitoidp.ListWebAuthnCredentialsResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	keys, err := s.passkeysOf(ctx, bearer.User)
	if err != nil {
		return nil, err
	}
	listing := page.Listing{Operation: "ListWebAuthnCredentials", Parameters: []string{bearer.Pool.ID, bearer.User.Sub}}
	after, err := s.pageAfter(listing, in.NextToken)
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(keys, func(k *userpool.Passkey) bool { return placeOf(k) <= after })
	out := &cognitoidp.ListWebAuthnCredentialsResponse{Credentials: []cognitoidp.WebAuthnCredentialDescription{}}
	size := userpool.MostPasskeys
	if in.MaxResults != nil && *in.MaxResults > 0 {
		size = int(*in.MaxResults)
	}
	if len(keys) > size {
		keys = keys[:size]
		out.NextToken = new(s.pages().Next(listing, placeOf(keys[size-1])))
	}
	for _, k := range keys {
		out.Credentials = append(out.Credentials, cognitoidp.WebAuthnCredentialDescription{
			CredentialId:            passkey.IDText(k.ID),
			FriendlyCredentialName:  k.Name,
			RelyingPartyId:          k.RPID,
			AuthenticatorAttachment: optional(k.Attachment),
			AuthenticatorTransports: append([]string{}, k.Transports...),
			CreatedAt:               k.Created,
		})
	}
	return out, nil
}

// placeOf is a passkey's place in the listing: such texts sort as the store does.
func placeOf(k *userpool.Passkey) string { return fmt.Sprintf("%020d %s", k.Created.UnixMicro(), k.ID) }

// DeleteWebAuthnCredential takes a passkey from a signed-in user. With the last one goes the setting that
// passkeys count as MFA: one registered later counts once its user says so again.
func (s *Service) DeleteWebAuthnCredential(ctx context.Context, in *cognitoidp.DeleteWebAuthnCredentialRequest) (*cognitoidp.DeleteWebAuthnCredentialResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	id, ok := passkey.ID(in.CredentialId)
	if !ok {
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

// passkeyBearer is a signed-in user of a pool that has passkeys.
func (s *Service) passkeyBearer(ctx context.Context, accessToken string) (*token.Bearer, error) {
	bearer, err := s.activeBearer(ctx, accessToken)
	switch {
	case err != nil:
		return nil, err
	case !bearer.Pool.AtLeastEssentials(), !slices.Contains(bearer.Pool.FirstFactors(), cognitoidp.AuthFactorTypeWebAuthn):
		return nil, awserr.WebAuthnNotEnabled()
	default:
		return bearer, nil
	}
}

// passkeysOf are the passkeys of a user, oldest first.
func (s *Service) passkeysOf(ctx context.Context, u *userpool.User) (keys []*userpool.Passkey, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		keys, err = r.Passkeys(ctx, u.PoolID, u.Username)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	return keys, nil
}

func (s *Service) registrationID(challenge []byte) []byte {
	return s.Secrets.Hash("passkey registration", challenge)
}
