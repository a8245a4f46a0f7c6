package token

import (
	"context"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// MintForClient makes an access token that speaks for an app client itself and for no user (RFC 6749,
// section 4.4). It has no session and is kept nowhere: it is good until it expires, at most a day.
// The pool's PreTokenGeneration function may change it, from version 3 on; clientMetadata is for that.
func (s *Service) MintForClient(
	ctx context.Context, p *userpool.Pool, client *userpool.Client, scopes []string, clientMetadata map[string]string,
) (*cognitoidp.ClientAuthenticationResultType, error) {
	changes, err := s.Triggers.PreTokenGeneration(ctx, trigger.ClientCredentials, trigger.Subject{Pool: p, Client: client},
		trigger.TokenRequest{Scopes: scopes, ClientMetadata: clientMetadata})
	if err != nil {
		return nil, err
	}
	jti, err := secret.UUID(s.Rand)
	if err != nil {
		return nil, err
	}
	claims := clientClaims(client, s.Issuer(p.ID), scopes, changes, jti, s.Now())
	accessToken, err := s.signClaims(ctx, p.ID, userpool.UseAccess, claims)
	if err != nil {
		return nil, err
	}
	s.NoteIssued(GrantClientCredentials)
	return &cognitoidp.ClientAuthenticationResultType{
		AccessToken: &accessToken,
		ExpiresIn:   new(int32(client.AccessTokenLifetime() / time.Second)),
		TokenType:   new("Bearer"),
	}, nil
}

// clientClaims are the claims of an access token without a user. It names none, so that Bearer finds
// nobody who could act by it.
func clientClaims(client *userpool.Client, issuer string, granted []string, changes *trigger.TokenChanges, jti string, issued time.Time) []byte {
	var o object
	o.text("sub", client.ID)
	o.text("token_use", string(userpool.UseAccess))
	o.text("scope", scopes(granted, changes))
	o.number("auth_time", issued.Unix())
	o.text("iss", issuer)
	o.number("exp", issued.Add(client.AccessTokenLifetime()).Unix())
	o.number("iat", issued.Unix())
	o.number("version", 2) // as all tokens that do not come of a sign-in by the API
	o.text("jti", jti)
	o.text("client_id", client.ID)
	o.added(changesOf(changes, userpool.UseAccess), client.ID)
	return o.close()
}
