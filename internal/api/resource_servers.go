package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// defaultMaxResourceServers is how many resource servers a pool may have, unless the Service says
// otherwise (the service's default resource quota).
const defaultMaxResourceServers = 25

// CreateResourceServer adds a resource server to a user pool, with its custom scopes.
func (s *Service) CreateResourceServer(ctx context.Context, in *cognitoidp.CreateResourceServerRequest) (*cognitoidp.CreateResourceServerResponse, error) {
	var server *userpool.ResourceServer
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if server, err = userpool.NewResourceServer(in); err != nil {
			return err
		}
		if _, err := tx.ResourceServer(ctx, p.ID, in.Identifier); !errors.Is(err, store.ErrNotFound) {
			if err != nil {
				return fmt.Errorf("look for a resource server: %w", err)
			}
			return awserr.ResourceServerExists(in.Identifier, p.ID)
		}
		count, err := tx.CountResourceServers(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("count resource servers: %w", err)
		}
		if limit := orDefault(s.MaxResourceServers, defaultMaxResourceServers); count >= limit {
			return awserr.TooManyResourceServers(limit)
		}
		if err := tx.CreateResourceServer(ctx, server); err != nil {
			return fmt.Errorf("create resource server: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateResourceServerResponse{ResourceServer: describeResourceServer(server)}, nil
}

// DescribeResourceServer answers a resource server with its scopes.
func (s *Service) DescribeResourceServer(ctx context.Context, in *cognitoidp.DescribeResourceServerRequest) (*cognitoidp.DescribeResourceServerResponse, error) {
	var server *userpool.ResourceServer
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		server, err = resourceServer(ctx, r, in.UserPoolId, in.Identifier)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeResourceServerResponse{ResourceServer: describeResourceServer(server)}, nil
}

// resourceServer finds a resource server for an operation that names it.
func resourceServer(ctx context.Context, r store.Reader, poolID, identifier string) (*userpool.ResourceServer, error) {
	p, err := pool(ctx, r, poolID)
	if err != nil {
		return nil, err
	}
	server, err := store.FindResourceServer(ctx, r, p, identifier)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.ResourceServerNotFound(identifier)
	}
	if err != nil {
		return nil, fmt.Errorf("read resource server: %w", err)
	}
	return server, nil
}

// ownResourceServer is resourceServer for who changes it.
func ownResourceServer(ctx context.Context, tx store.Tx, poolID, identifier string) (*userpool.ResourceServer, error) {
	server, err := resourceServer(ctx, tx, poolID, identifier)
	if err == nil && server.ManagedBy != "" {
		return nil, awserr.ResourceServerManaged(identifier)
	}
	return server, err
}

// describeResourceServer is a resource server as the API answers it. What it shares with server must not
// be changed.
func describeResourceServer(server *userpool.ResourceServer) *cognitoidp.ResourceServerType {
	scopes := make([]cognitoidp.ResourceServerScopeType, 0, len(server.Scopes)) // a list even where it is empty
	for _, scope := range server.Scopes {
		scopes = append(scopes, cognitoidp.ResourceServerScopeType{ScopeName: scope.Name, ScopeDescription: scope.Description})
	}
	return &cognitoidp.ResourceServerType{
		UserPoolId: &server.PoolID, Identifier: &server.Identifier, Name: &server.Name, Scopes: scopes, ManagedBy: server.ManagedBy,
	}
}

// UpdateResourceServer replaces the name and the scopes of a resource server. App clients that have a
// scope which is no longer there are granted it no more.
func (s *Service) UpdateResourceServer(ctx context.Context, in *cognitoidp.UpdateResourceServerRequest) (*cognitoidp.UpdateResourceServerResponse, error) {
	var server *userpool.ResourceServer
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if server, err = ownResourceServer(ctx, tx, in.UserPoolId, in.Identifier); err != nil {
			return err
		}
		if err := server.Update(in); err != nil {
			return err
		}
		if err := tx.SaveResourceServer(ctx, server); err != nil {
			return fmt.Errorf("save resource server: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateResourceServerResponse{ResourceServer: describeResourceServer(server)}, nil
}

// DeleteResourceServer removes a resource server. Its scopes are granted no more.
func (s *Service) DeleteResourceServer(ctx context.Context, in *cognitoidp.DeleteResourceServerRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		server, err := ownResourceServer(ctx, tx, in.UserPoolId, in.Identifier)
		if err != nil {
			return err
		}
		if err := tx.DeleteResourceServer(ctx, server.PoolID, server.Identifier); err != nil {
			return fmt.Errorf("delete resource server: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// maxResourceServersPage is the size of a page of ListResourceServers without MaxResults.
const maxResourceServersPage = 50

// ListResourceServers lists the resource servers of a user pool, by identifier.
func (s *Service) ListResourceServers(ctx context.Context, in *cognitoidp.ListResourceServersRequest) (*cognitoidp.ListResourceServersResponse, error) {
	listing := page.Listing{Operation: "ListResourceServers", Parameters: []string{in.UserPoolId}}
	limit := maxResourceServersPage
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	servers, next, err := poolPage(ctx, s, in.UserPoolId, listing, in.NextToken, limit,
		func(r store.Reader, p *userpool.Pool, after string, limit int) ([]*userpool.ResourceServer, error) {
			stored, err := r.ResourceServers(ctx, p.ID, after, limit)
			return withManaged(p, stored, after), err
		}, func(server *userpool.ResourceServer) string { return server.Identifier })
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListResourceServersResponse{ResourceServers: []cognitoidp.ResourceServerType{}, NextToken: next}
	for _, server := range servers {
		out.ResourceServers = append(out.ResourceServers, *describeResourceServer(server))
	}
	return out, nil
}

// withManaged adds the servers that the service keeps for the pool, those behind after, in their places.
func withManaged(p *userpool.Pool, stored []*userpool.ResourceServer, after string) []*userpool.ResourceServer {
	servers := slices.Clone(stored)
	for _, managed := range p.ManagedResourceServers() {
		if managed.Identifier > after {
			servers = append(servers, managed)
		}
	}
	slices.SortFunc(servers, func(a, b *userpool.ResourceServer) int { return strings.Compare(a.Identifier, b.Identifier) })
	return servers
}
