package store

import (
	"context"
	"errors"

	"ostiary/internal/userpool"
)

// ResourceServerReader reads the resource servers of pools, without those that the service manages
// (userpool.Pool.ManagedResourceServers).
type ResourceServerReader interface {
	ResourceServer(ctx context.Context, poolID, identifier string) (*userpool.ResourceServer, error)
	// ResourceServers lists at most limit servers of a pool whose identifier is greater than after, by
	// identifier.
	ResourceServers(ctx context.Context, poolID, after string, limit int) ([]*userpool.ResourceServer, error)
	CountResourceServers(ctx context.Context, poolID string) (int, error)
}

// ResourceServerWriter writes the resource servers of pools.
type ResourceServerWriter interface {
	// CreateResourceServer adds a server; ErrExists if its identifier is taken in the pool.
	CreateResourceServer(ctx context.Context, s *userpool.ResourceServer) error
	// SaveResourceServer replaces the server of that pool and identifier; ErrNotFound if it is gone.
	SaveResourceServer(ctx context.Context, s *userpool.ResourceServer) error
	// DeleteResourceServer removes a server; ErrNotFound if it is gone. App clients keep the names of its
	// scopes.
	DeleteResourceServer(ctx context.Context, poolID, identifier string) error
}

// FindResourceServer finds a resource server of a pool, one that the service manages included.
// ErrNotFound if there is none of that identifier.
func FindResourceServer(ctx context.Context, r ResourceServerReader, p *userpool.Pool, identifier string) (*userpool.ResourceServer, error) {
	if managed := p.ManagedResourceServer(identifier); managed != nil {
		return managed, nil
	}
	return r.ResourceServer(ctx, p.ID, identifier)
}

// FindScopes tells which of the scopes, each <identifier>/<name>, a resource server of the pool has now.
func FindScopes(ctx context.Context, r ResourceServerReader, p *userpool.Pool, scopes []string) (exists func(string) bool, err error) {
	servers := map[string]*userpool.ResourceServer{}
	found := map[string]bool{}
	for _, scope := range scopes {
		identifier, name, ok := userpool.CutScope(scope)
		if !ok {
			continue
		}
		server, known := servers[identifier]
		if !known {
			server, err = FindResourceServer(ctx, r, p, identifier)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			servers[identifier] = server
		}
		found[scope] = server != nil && server.HasScope(name)
	}
	return func(scope string) bool { return found[scope] }, nil
}
