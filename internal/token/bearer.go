package token

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Bearer is who carries an access token. Its nouns may be shared: they are not to be changed.
type Bearer struct {
	Pool   *userpool.Pool
	Client *userpool.Client
	User   *userpool.User
	// Session is nil where the token names none: neither client nor pool ends sessions one by one.
	Session *userpool.TokenSession
	Claims  Claims
}

// DeviceKey is the key of the device that the bearer signed in with or was handed out then; "" without
// one, and once that device was forgotten. A token without a session keeps its key until it expires.
func (b *Bearer) DeviceKey() string {
	if b.Session != nil {
		return b.Session.DeviceKey
	}
	return b.Claims.DeviceKey
}

// Bearer finds the user who calls an operation by an access token, which must have ScopeUserAdmin.
// All refusals are NotAuthorizedException, but UserNotFoundException for a user deleted since.
func (s *Service) Bearer(ctx context.Context, accessToken string) (*Bearer, error) {
	return s.BearerFor(ctx, accessToken, ScopeUserAdmin)
}

// BearerFor is Bearer with another required scope; "" requires none.
//
// The order of its checks decides which refusal a token with several faults meets: form, signature,
// expiry, use, revocation, scope, user.
func (s *Service) BearerFor(ctx context.Context, accessToken, scope string) (*Bearer, error) {
	poolID, claims, err := s.verify(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	b := &Bearer{Claims: *claims}
	if err := s.Store.View(ctx, func(r store.Reader) error { return b.read(ctx, r, poolID) }); err != nil {
		return nil, fmt.Errorf("read the bearer of an access token: %w", err)
	}
	if b.Pool == nil {
		return nil, awserr.AccessTokenNotVerified() // its keys went with it
	}
	if b.revoked() {
		return nil, awserr.AccessTokenRevoked()
	}
	if scope != "" && !claims.HasScope(scope) {
		return nil, awserr.AccessTokenLacksScope()
	}
	switch {
	case b.User == nil:
		return nil, awserr.UserNotFound()
	case !b.User.Enabled:
		return nil, awserr.UserDisabled()
	default:
		return b, nil
	}
}

// verify checks all that an access token shows by itself: form, signature, expiry and use.
func (s *Service) verify(ctx context.Context, accessToken string) (poolID string, _ *Claims, _ error) {
	t, err := take(accessToken)
	if err != nil {
		return "", nil, awserr.InvalidAccessToken()
	}
	claims, err := parseClaims(t.claims)
	if err != nil {
		return "", nil, awserr.InvalidAccessToken()
	}
	poolID, ok := s.poolOf(claims.Issuer)
	if !ok {
		return "", nil, awserr.InvalidAccessToken()
	}
	k, err := s.verifyingKey(ctx, poolID, t.kid)
	if err != nil {
		return "", nil, err
	}
	if k == nil || t.verify(k.public) != nil {
		return "", nil, awserr.AccessTokenNotVerified()
	}
	if !s.Now().Before(claims.Expires) {
		return "", nil, awserr.AccessTokenExpired()
	}
	if claims.Use != userpool.UseAccess || k.use != userpool.UseAccess {
		return "", nil, awserr.InvalidAccessToken()
	}
	return poolID, claims, nil
}

// ClaimedPool is the pool that an access token names as its own; "" if it names none. Nothing of it is
// verified: it is for deciding what does not need that.
func (s *Service) ClaimedPool(accessToken string) string {
	t, err := take(accessToken)
	if err != nil {
		return ""
	}
	claims, err := parseClaims(t.claims)
	if err != nil {
		return ""
	}
	poolID, _ := s.poolOf(claims.Issuer)
	return poolID
}

// maxIssuerSize bounds an iss that nobody has verified yet, in bytes: every word of it is tried.
const maxIssuerSize = 512

// poolOf is the pool whose issuer this is. The pool id must be a whole word of the URL.
func (s *Service) poolOf(issuer string) (string, bool) {
	if len(issuer) > maxIssuerSize {
		return "", false
	}
	words := strings.FieldsFunc(issuer, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	for _, word := range words {
		if strings.Contains(word, "_") && s.Issuer(word) == issuer {
			return word, true
		}
	}
	return "", false
}

// read finds the nouns that the claims name. One that is gone stays nil.
func (b *Bearer) read(ctx context.Context, r store.Reader, poolID string) (err error) {
	if b.Pool, err = found(r.Pool(ctx, poolID)); err != nil || b.Pool == nil {
		return err
	}
	if b.Client, err = found(r.Client(ctx, b.Claims.ClientID)); err != nil {
		return err
	}
	if b.Client != nil && b.Client.PoolID != poolID {
		b.Client = nil
	}
	if b.User, err = found(r.User(ctx, poolID, b.Pool.Fold(b.Claims.Username))); err != nil {
		return err
	}
	if b.User != nil && b.User.Sub != b.Claims.Subject {
		b.User = nil // another user, who took the name
	}
	b.Session = nil
	if b.Claims.OriginJTI != "" {
		b.Session, err = found(r.TokenSession(ctx, poolID, b.Claims.OriginJTI))
	}
	return err
}

// found turns ErrNotFound into nil.
func found[T any](noun *T, err error) (*T, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return noun, err
}

// revoked tells whether a verified token was revoked. A token without a session is revoked by a
// sign-out everywhere alone; its iat has whole seconds, so a sign-out reaches every token of the
// second it came in.
//
// Deleting or disabling the user ends sessions too; those refusals have texts of their own.
func (b *Bearer) revoked() bool {
	switch {
	case b.Client == nil:
		return true
	case b.Session != nil && b.Session.Revoked:
		return true
	case b.User == nil || !b.User.Enabled:
		return false
	case b.Claims.OriginJTI == "":
		return b.User.SignedOutSince(b.Claims.Issued)
	case b.Session == nil || b.Session.ClientID != b.Client.ID || b.Session.Username != b.User.Username:
		return true
	default:
		return b.User.SignedOutSince(b.Session.Created)
	}
}
