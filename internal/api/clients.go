package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// CreateUserPoolClient makes an app client, with the secret given, a generated one or none.
func (s *Service) CreateUserPoolClient(ctx context.Context, in *cognitoidp.CreateUserPoolClientRequest) (*cognitoidp.CreateUserPoolClientResponse, error) {
	secret := value(in.ClientSecret)
	if in.GenerateSecret != nil && *in.GenerateSecret {
		if in.ClientSecret != nil {
			return nil, awserr.SecretGivenAndGenerated()
		}
		var err error
		if secret, err = s.newClientSecret(); err != nil {
			return nil, err
		}
	}
	id, err := randomText(s.Rand, lowerAlphanumerics, 26)
	if err != nil {
		return nil, fmt.Errorf("draw a client id: %w", err)
	}
	now := s.wireTime()
	var c *userpool.Client
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		nearby, err := around(ctx, tx, p, in.AllowedOAuthScopes, in.SupportedIdentityProviders)
		if err != nil {
			return err
		}
		if c, err = userpool.NewClient(p, nearby, id, secret, now, in); err != nil {
			return err
		}
		count, err := tx.CountClients(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("count app clients: %w", err)
		}
		if limit := orDefault(s.MaxClients, defaultMaxClients); count >= limit {
			return awserr.TooManyClients(limit)
		}
		if err := tx.CreateClient(ctx, c); err != nil {
			return fmt.Errorf("create app client: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateUserPoolClientResponse{UserPoolClient: describeClient(c)}, nil
}

// around is what an app client with those scopes and identity providers refers to in its pool.
func around(ctx context.Context, r store.Reader, p *userpool.Pool, scopes, providers []string) (userpool.Around, error) {
	exists, err := store.FindScopes(ctx, r, p, scopes)
	if err != nil {
		return userpool.Around{}, fmt.Errorf("read resource servers: %w", err)
	}
	found := map[string]*userpool.IdentityProvider{}
	for _, name := range providers {
		ip, err := r.IdentityProvider(ctx, p.ID, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return userpool.Around{}, fmt.Errorf("read identity provider: %w", err)
		}
		found[name] = ip
	}
	return userpool.Around{
		Scope:    exists,
		Provider: func(name string) *userpool.IdentityProvider { return found[name] },
	}, nil
}

// newClientSecret draws a secret of 255 bits.
func (s *Service) newClientSecret() (string, error) {
	secret, err := randomText(s.Rand, base32Hex, 51)
	if err != nil {
		return "", fmt.Errorf("draw a client secret: %w", err)
	}
	return secret, nil
}

// DescribeUserPoolClient answers the whole configuration of an app client, its secret included.
func (s *Service) DescribeUserPoolClient(ctx context.Context, in *cognitoidp.DescribeUserPoolClientRequest) (*cognitoidp.DescribeUserPoolClientResponse, error) {
	var c *userpool.Client
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		_, c, err = poolAndClient(ctx, r, in.UserPoolId, in.ClientId)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeUserPoolClientResponse{UserPoolClient: describeClient(c)}, nil
}

// describeClient is an app client as the API answers it. What it shares with c must not be changed.
func describeClient(c *userpool.Client) *cognitoidp.UserPoolClientType {
	out := c.Settings
	out.UserPoolId, out.ClientId, out.ClientName = &c.PoolID, &c.ID, &c.Name
	out.CreationDate, out.LastModifiedDate = &c.Created, &c.Modified
	if len(c.Secrets) > 0 {
		out.ClientSecret = &c.Secrets[0].Value
	}
	return &out
}

// UpdateUserPoolClient replaces the configuration of an app client: what is left out returns to its
// default. The secret stays.
func (s *Service) UpdateUserPoolClient(ctx context.Context, in *cognitoidp.UpdateUserPoolClientRequest) (*cognitoidp.UpdateUserPoolClientResponse, error) {
	now := s.wireTime()
	var c *userpool.Client
	err := s.changeClientIn(ctx, in.UserPoolId, in.ClientId, func(tx store.Tx, p *userpool.Pool, found *userpool.Client) error {
		c = found
		nearby, err := around(ctx, tx, p, in.AllowedOAuthScopes, in.SupportedIdentityProviders)
		if err != nil {
			return err
		}
		return c.Update(p, nearby, now, in)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateUserPoolClientResponse{UserPoolClient: describeClient(c)}, nil
}

// changeClient changes an app client by a rule and keeps it.
func (s *Service) changeClient(ctx context.Context, poolID, clientID string, change func(*userpool.Pool, *userpool.Client) error) error {
	return s.changeClientIn(ctx, poolID, clientID, func(_ store.Tx, p *userpool.Pool, c *userpool.Client) error { return change(p, c) })
}

// changeClientIn is changeClient by a rule that reads what surrounds the client.
func (s *Service) changeClientIn(ctx context.Context, poolID, clientID string, change func(store.Tx, *userpool.Pool, *userpool.Client) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, c, err := poolAndClient(ctx, tx, poolID, clientID)
		if err != nil {
			return err
		}
		if err := change(tx, p, c); err != nil {
			return err
		}
		if err := tx.SaveClient(ctx, c); err != nil {
			return fmt.Errorf("save app client: %w", err)
		}
		return nil
	})
}

// DeleteUserPoolClient removes an app client. Its tokens can no longer be refreshed.
func (s *Service) DeleteUserPoolClient(ctx context.Context, in *cognitoidp.DeleteUserPoolClientRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		_, c, err := poolAndClient(ctx, tx, in.UserPoolId, in.ClientId)
		if err != nil {
			return err
		}
		if err := tx.DeleteClient(ctx, c.PoolID, c.ID); err != nil {
			return fmt.Errorf("delete app client: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// maxClientsPage is the size of a page of ListUserPoolClients without MaxResults.
const maxClientsPage = 60

// ListUserPoolClients lists the app clients of a user pool, by id. A page may hold fewer than
// MaxResults where only clients of one type are asked for.
func (s *Service) ListUserPoolClients(ctx context.Context, in *cognitoidp.ListUserPoolClientsRequest) (*cognitoidp.ListUserPoolClientsResponse, error) {
	listing := page.Listing{Operation: "ListUserPoolClients", Parameters: []string{in.UserPoolId, string(in.ClientType)}}
	limit := maxClientsPage
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	clients, next, err := poolPage(ctx, s, in.UserPoolId, listing, in.NextToken, limit,
		func(r store.Reader, p *userpool.Pool, after string, limit int) ([]*userpool.Client, error) {
			return r.Clients(ctx, p.ID, after, limit)
		}, func(c *userpool.Client) string { return c.ID })
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListUserPoolClientsResponse{UserPoolClients: []cognitoidp.UserPoolClientDescription{}, NextToken: next}
	for _, c := range clients {
		if in.ClientType != "" && in.ClientType != c.Settings.ClientType {
			continue
		}
		out.UserPoolClients = append(out.UserPoolClients, cognitoidp.UserPoolClientDescription{
			ClientId: &c.ID, UserPoolId: &c.PoolID, ClientName: &c.Name,
		})
	}
	return out, nil
}

// AddUserPoolClientSecret puts a second secret of an app client in force, so that it can be changed
// without a pause. Only a generated secret is answered.
func (s *Service) AddUserPoolClientSecret(ctx context.Context, in *cognitoidp.AddUserPoolClientSecretRequest) (*cognitoidp.AddUserPoolClientSecretResponse, error) {
	secret := value(in.ClientSecret)
	if in.ClientSecret == nil {
		var err error
		if secret, err = s.newClientSecret(); err != nil {
			return nil, err
		}
	}
	now := s.wireTime()
	var added userpool.ClientSecret
	err := s.changeClient(ctx, in.UserPoolId, in.ClientId, func(_ *userpool.Pool, c *userpool.Client) (err error) {
		added, err = c.AddSecret(secret, now)
		c.Modified = now
		return err
	})
	if err != nil {
		return nil, err
	}
	descriptor := describeSecret(added)
	if in.ClientSecret == nil {
		descriptor.ClientSecretValue = &added.Value
	}
	return &cognitoidp.AddUserPoolClientSecretResponse{ClientSecretDescriptor: &descriptor}, nil
}

// describeSecret tells of a secret without its value.
func describeSecret(s userpool.ClientSecret) cognitoidp.ClientSecretDescriptorType {
	return cognitoidp.ClientSecretDescriptorType{ClientSecretId: &s.ID, ClientSecretCreateDate: &s.Created}
}

// ListUserPoolClientSecrets lists the secrets of an app client in force, without their values.
func (s *Service) ListUserPoolClientSecrets(ctx context.Context, in *cognitoidp.ListUserPoolClientSecretsRequest) (*cognitoidp.ListUserPoolClientSecretsResponse, error) {
	if in.NextToken != nil { // there is one page only, and it gives no token
		return nil, awserr.InvalidPageToken()
	}
	out := &cognitoidp.ListUserPoolClientSecretsResponse{ClientSecrets: []cognitoidp.ClientSecretDescriptorType{}}
	err := s.Store.View(ctx, func(r store.Reader) error {
		_, c, err := poolAndClient(ctx, r, in.UserPoolId, in.ClientId)
		if err != nil {
			return err
		}
		for _, secret := range c.Secrets {
			out.ClientSecrets = append(out.ClientSecrets, describeSecret(secret))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteUserPoolClientSecret takes a secret of an app client out of force; one always stays.
func (s *Service) DeleteUserPoolClientSecret(ctx context.Context, in *cognitoidp.DeleteUserPoolClientSecretRequest) (*cognitoidp.DeleteUserPoolClientSecretResponse, error) {
	now := s.wireTime()
	err := s.changeClient(ctx, in.UserPoolId, in.ClientId, func(_ *userpool.Pool, c *userpool.Client) error {
		c.Modified = now
		return c.DeleteSecret(in.ClientSecretId)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DeleteUserPoolClientSecretResponse{}, nil
}
