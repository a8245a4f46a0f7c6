package token

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// SignIn is a proven sign-in, to be answered with tokens.
type SignIn struct {
	Pool   *userpool.Pool
	Client *userpool.Client
	// User as read when the sign-in ended: a sign-out everywhere that comes later ends this one too.
	User      *userpool.User
	DeviceKey string // "" without a device
	EventID   string
	AuthTime  time.Time
	// Methods are the ways in which the user has proved themselves. With ACR, the name of the level
	// reached, they become the claims acr and amr; without it they are only remembered.
	Methods []userpool.Method
	ACR     string
	Scopes  []string
	Caller  Caller
	// Source is why the tokens are made, and ClientMetadata what the caller passes on, both for the pool's
	// PreTokenGeneration function.
	Source         trigger.Source
	ClientMetadata map[string]string

	groups userpool.Groups // of the user; Mint and Refresh read them
}

// Grant is tokens that nobody has yet: Save keeps what the server needs to know them again.
type Grant struct {
	// Result is what the caller of the sign-in receives, once Save's transaction is committed.
	Result *cognitoidp.AuthenticationResultType

	session userpool.TokenSession
	refresh userpool.RefreshToken
	// others are the user's sessions of which keep may stay beside this one, if the pool tracks them.
	tracked bool
	others  store.SessionQuery
	keep    int
}

// Mint makes the tokens of a sign-in: an ID token, an access token and a refresh token. It reads the
// user's groups, lets the pool's function change claims, signs twice and writes nothing.
func (s *Service) Mint(ctx context.Context, in SignIn) (*Grant, error) {
	originJTI, err := secret.UUID(s.Rand)
	if err != nil {
		return nil, err
	}
	if in.groups, err = s.groupsOf(ctx, in.User); err != nil {
		return nil, err
	}
	result, err := s.sign(ctx, in, originJTI)
	if err != nil {
		return nil, err
	}
	text, err := s.newRefreshToken()
	if err != nil {
		return nil, err
	}
	result.RefreshToken = &text

	now := s.Now()
	expires := now.Add(in.Client.RefreshTokenLifetime())
	g := &Grant{
		Result: result,
		session: userpool.TokenSession{
			PoolID:    in.Pool.ID,
			OriginJTI: originJTI,
			ClientID:  in.Client.ID,
			Username:  in.User.Username,
			EventID:   in.EventID,
			DeviceKey: in.DeviceKey,
			Scopes:    in.Scopes,
			AuthTime:  in.AuthTime,
			Methods:   in.Methods,
			ACR:       in.ACR,
			Created:   afterSignOut(in.User, now, time.Microsecond),
			Expires:   later(expires, s.signedUntil(in)),
		},
		refresh: userpool.RefreshToken{
			ID:        s.refreshTokenID(text),
			PoolID:    in.Pool.ID,
			OriginJTI: originJTI,
			ClientID:  in.Client.ID,
			Issued:    now,
			Expires:   expires,
		},
		tracked: in.Pool.TracksSessions(),
		others:  store.SessionsOf(in.User, now),
		keep:    in.Pool.MaxSessions() - 1,
	}
	g.session.LastActive = g.session.Created
	if g.tracked {
		in.Caller.mark(&g.session, now)
	}
	return g, nil
}

// Save keeps the token session and the refresh token. Where the pool tracks sessions, those of the user
// that were idle longest make room for it (MaxPerUser). Whether the user may still sign in is the
// caller's to look at, in the same transaction.
func (g *Grant) Save(ctx context.Context, tx store.Tx) error {
	session, refresh := g.session, g.refresh // a transaction that runs again finds them as they were
	if g.tracked {
		if err := tx.EvictTokenSessions(ctx, g.others, g.keep); err != nil {
			return fmt.Errorf("end the sessions beyond the limit: %w", err)
		}
	}
	if err := tx.CreateTokenSession(ctx, &session); err != nil {
		return fmt.Errorf("keep a token session: %w", err)
	}
	if err := tx.CreateRefreshToken(ctx, &refresh); err != nil {
		return fmt.Errorf("keep a refresh token: %w", err)
	}
	return nil
}

// groupsOf are the groups that a user is in by now.
func (s *Service) groupsOf(ctx context.Context, u *userpool.User) (groups userpool.Groups, err error) {
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		groups, err = readGroups(ctx, r, u)
		return err
	})
	return groups, err
}

// readGroups reads a user's groups in the order in which tokens name them.
func readGroups(ctx context.Context, r store.GroupReader, u *userpool.User) (userpool.Groups, error) {
	groups, err := r.GroupsOf(ctx, u.PoolID, u.Username)
	if err != nil {
		return nil, fmt.Errorf("read the groups of a user: %w", err)
	}
	return userpool.ByPrecedence(groups), nil
}

// sign makes an ID token and an access token of a session, as the pool's PreTokenGeneration function wants
// them.
func (s *Service) sign(ctx context.Context, in SignIn, originJTI string) (*cognitoidp.AuthenticationResultType, error) {
	changes, err := s.changes(ctx, in)
	if err != nil {
		return nil, err
	}
	p := payload{
		SignIn: in, issuer: s.Issuer(in.Pool.ID), originJTI: originJTI, issued: s.Now().Truncate(time.Second), changes: changes,
	}
	if !p.namesSession() {
		// iat is all by which such a token is told from those before the last sign-out everywhere.
		p.issued = afterSignOut(in.User, p.issued, time.Second)
	}
	if p.idJTI, err = secret.UUID(s.Rand); err != nil {
		return nil, err
	}
	if p.accessJTI, err = secret.UUID(s.Rand); err != nil {
		return nil, err
	}
	idToken, err := s.signClaims(ctx, in.Pool.ID, userpool.UseID, p.idClaims())
	if err != nil {
		return nil, err
	}
	accessToken, err := s.signClaims(ctx, in.Pool.ID, userpool.UseAccess, p.accessClaims())
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AuthenticationResultType{
		AccessToken: &accessToken,
		IdToken:     &idToken,
		ExpiresIn:   new(int32(in.Client.AccessTokenLifetime() / time.Second)),
		TokenType:   new("Bearer"),
	}, nil
}

// signedUntil is when the tokens that sign makes now have all expired.
func (s *Service) signedUntil(in SignIn) time.Time {
	// One of which iat is all that tells its age may be dated later than now.
	return afterSignOut(in.User, s.Now(), time.Second).Add(max(in.Client.AccessTokenLifetime(), in.Client.IDTokenLifetime()))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (s *Service) signClaims(ctx context.Context, poolID string, use userpool.TokenUse, claims []byte) (string, error) {
	k, err := s.signingKey(ctx, poolID, use)
	if err != nil {
		return "", err
	}
	return k.sign(claims)
}

// A refresh token looks like the service's, an encrypted JWT (RFC 7516) with this header, for
// clients that look at its form. Its other four parts are nothing but random.
const refreshTokenHeader = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ" //nolint:gosec // a header, no credential

// refreshTokenParts are the sizes of the random parts in bytes: together far more than 256 bits.
func refreshTokenParts() [4]int { return [4]int{32, 12, 48, 16} }

func (s *Service) newRefreshToken() (string, error) {
	var text strings.Builder
	text.WriteString(refreshTokenHeader)
	for _, size := range refreshTokenParts() {
		part, err := secret.Token(s.Rand, size)
		if err != nil {
			return "", err
		}
		text.WriteByte('.')
		text.WriteString(part)
	}
	return text.String(), nil
}

// isRefreshToken tells whether text has the form of a refresh token, so that nothing else is looked up.
func isRefreshToken(text string) bool {
	parts := strings.Split(text, ".")
	if len(parts) != 5 || parts[0] != refreshTokenHeader {
		return false
	}
	for i, size := range refreshTokenParts() {
		if len(parts[i+1]) != (size*8+5)/6 {
			return false
		}
	}
	return true
}

// refreshTokenID is the id under which a refresh token is kept: who reads the store learns nothing
// that could be presented.
func (s *Service) refreshTokenID(text string) []byte {
	return s.Secrets.Hash("refresh token", []byte(text))
}
