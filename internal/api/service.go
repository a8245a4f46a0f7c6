package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/policy"
	"ostiary/internal/quota"
	"ostiary/internal/risk"
	"ostiary/internal/secret"
	"ostiary/internal/signin"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/userimport"
	"ostiary/internal/userpool"
)

// Service is the operations of the API: one method each, named as in the service model.
type Service struct {
	Store    store.Store
	Tokens   *token.Service
	SignIn   *signin.Service
	Imports  *userimport.Service
	Triggers *trigger.Service
	Messages message.Sender
	Risk     *risk.Service
	Texts    *message.Texts // our own in other languages; nil for English
	Secrets  *secret.Keyring
	// Pages is where the pages of a pool begin, "" if it has none; nil if no pool has any.
	Pages func(context.Context, *userpool.Pool) (string, error)

	Region    string // of new pools
	AccountID string // in ARNs
	BaseURL   string // where clients find the server, without a slash at its end
	Host      string // of the server's base URL: what DNS records of custom domains point to

	// PoolResources are what user pools may name that the server reaches for them.
	PoolResources policy.Resources

	// Quota is the rates that callers are held to; nil for none.
	Quota *quota.Limiter
	// QuotaCeiling is how far a rate may be raised, as a multiple of its default; 0 means 10.
	QuotaCeiling int

	MaxPools   int // how many pools the account may have; 0 means 1,000
	MaxClients int // how many app clients a pool may have; 0 means 1,000
	MaxGroups  int // how many groups a pool may have; 0 means 10,000
	// MaxCustomDomains is how many custom domains the account may have; 0 means 4.
	MaxCustomDomains int
	// MaxResourceServers is how many resource servers a pool may have; 0 means 25.
	MaxResourceServers int
	// MaxImportJobs is how many user import jobs a pool may have, ended ones included; 0 means 1,000.
	MaxImportJobs int
	// MaxProviders is how many identity providers a pool may have; 0 means 300.
	MaxProviders int

	Now  func() time.Time
	Rand io.Reader
}

// pool finds a pool for an operation that names it.
func pool(ctx context.Context, r store.PoolReader, id string) (*userpool.Pool, error) {
	p, err := r.Pool(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.PoolNotFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read user pool: %w", err)
	}
	return p, nil
}

// poolAndUser finds a pool and the user of it whom an administrator names by username, sub or alias.
func poolAndUser(ctx context.Context, r store.Reader, poolID, username string) (*userpool.Pool, *userpool.User, error) {
	p, err := pool(ctx, r, poolID)
	if err != nil {
		return nil, nil, err
	}
	u, err := store.FindUserOrSub(ctx, r, p, username)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, awserr.UserNotFound()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find user: %w", err)
	}
	return p, u, nil
}

// poolAndClient finds a pool and one of its app clients.
func poolAndClient(ctx context.Context, r store.Reader, poolID, clientID string) (*userpool.Pool, *userpool.Client, error) {
	p, err := pool(ctx, r, poolID)
	if err != nil {
		return nil, nil, err
	}
	c, err := r.Client(ctx, clientID)
	if errors.Is(err, store.ErrNotFound) || err == nil && c.PoolID != poolID {
		return nil, nil, awserr.ClientNotFound(clientID)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read app client: %w", err)
	}
	return p, c, nil
}

// activeBearer finds the user who carries an access token, if the account is in order.
func (s *Service) activeBearer(ctx context.Context, accessToken string) (*token.Bearer, error) {
	bearer, err := s.Tokens.Bearer(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	if err := account.CheckActive(bearer.User); err != nil {
		return nil, err
	}
	return bearer, nil
}
