package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/api"
	"ostiary/internal/password"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

const (
	// PoolName is the name of the pools that Fill makes; Clear deletes no others.
	PoolName = "ostiary-load"
	// GroupName is the group that everybody is in.
	GroupName = "everybody"
	// fillBatch is how many users are made in a transaction.
	fillBatch = 500
)

// Filling makes a pool and its users in the database itself, below the API, which would take a request
// and a password each.
type Filling struct {
	Store   store.Store
	Keyring *secret.Keyring
	Region  string
	Account string
	Now     func() time.Time
	Rand    io.Reader
	// Progress, if there, is told after each batch how many users there are.
	Progress func(users int)
}

// Fill makes a pool with an app client and a group, and so many users in it.
func (f *Filling) Fill(ctx context.Context, users int) (*Crowd, error) {
	service := &api.Service{
		Store:  f.Store,
		Tokens: &token.Service{Store: f.Store, Secrets: f.Keyring, Now: f.Now, Rand: f.Rand},
		Region: f.Region, AccountID: f.Account, Now: f.Now, Rand: f.Rand,
	}
	made, err := service.CreateUserPool(ctx, &cognitoidp.CreateUserPoolRequest{
		PoolName: PoolName,
		AliasAttributes: []cognitoidp.AliasAttributeType{
			cognitoidp.AliasAttributeTypeEmail, cognitoidp.AliasAttributeTypePhoneNumber, cognitoidp.AliasAttributeTypePreferredUsername,
		},
		AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{cognitoidp.VerifiedAttributeTypeEmail},
	})
	if err != nil {
		return nil, fmt.Errorf("make a user pool: %w", err)
	}
	client, err := service.CreateUserPoolClient(ctx, &cognitoidp.CreateUserPoolClientRequest{
		UserPoolId: *made.UserPool.Id, ClientName: PoolName,
		ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{
			cognitoidp.ExplicitAuthFlowsTypeAllowUserPasswordAuth, cognitoidp.ExplicitAuthFlowsTypeAllowUserSrpAuth,
			cognitoidp.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("make an app client: %w", err)
	}
	if _, err := service.CreateGroup(ctx, &cognitoidp.CreateGroupRequest{UserPoolId: *made.UserPool.Id, GroupName: GroupName}); err != nil {
		return nil, fmt.Errorf("make a group: %w", err)
	}
	c := &Crowd{PoolID: *made.UserPool.Id, ClientID: *client.UserPoolClient.ClientId, Users: users}
	var p *userpool.Pool
	err = f.Store.View(ctx, func(r store.Reader) (err error) {
		p, err = r.Pool(ctx, c.PoolID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the user pool: %w", err)
	}
	// Drawn, since the pool may stand beside those of real people.
	if c.Password, err = password.Generate(f.Rand, p.PasswordPolicy()); err != nil {
		return nil, fmt.Errorf("draw a password: %w", err)
	}
	return c, f.addUsers(ctx, c, p)
}

func (f *Filling) addUsers(ctx context.Context, c *Crowd, p *userpool.Pool) error {
	// It fits its own user alone, but takes as much room with others.
	anybody, err := password.New(f.Rand, p, "nobody", c.Password, f.Now())
	if err != nil {
		return fmt.Errorf("make a password: %w", err)
	}
	batch := make([]*userpool.User, 0, fillBatch)
	for done := 0; done < c.Users; done += len(batch) {
		batch = batch[:0]
		for i := done; i < min(done+fillBatch, c.Users); i++ {
			u, err := c.user(f.Rand, p, i, f.Now(), anybody)
			if err != nil {
				return err
			}
			batch = append(batch, u)
		}
		err := f.Store.Update(ctx, func(tx store.Tx) error {
			for _, u := range batch {
				if err := tx.CreateUser(ctx, u); err != nil {
					return err
				}
				if err := tx.AddMember(ctx, p.ID, GroupName, u.Username); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("add users: %w", err)
		}
		if f.Progress != nil {
			f.Progress(done + len(batch))
		}
	}
	return nil
}

// ErrNotFilled: the pool is not one that Fill made.
var ErrNotFilled = errors.New("load: the user pool was not made by ostiary load fill, and stays")

// Clear deletes a pool that Fill made with everything in it, and what other deletions have left.
// Progress, if there, is told how many rows are gone.
func Clear(ctx context.Context, s store.Store, poolID string, progress func(rows int)) error {
	err := s.Update(ctx, func(tx store.Tx) error {
		p, err := tx.Pool(ctx, poolID)
		if errors.Is(err, store.ErrNotFound) {
			return nil // it may have been interrupted
		}
		if err != nil {
			return err
		}
		if p.Name != PoolName {
			return ErrNotFilled
		}
		return tx.DeletePool(ctx, poolID)
	})
	if err != nil {
		return fmt.Errorf("delete the user pool: %w", err)
	}
	for total := 0; ; {
		rows := 0
		err := s.Update(ctx, func(tx store.Tx) (err error) {
			rows, err = tx.Reclaim(ctx, fillBatch)
			return err
		})
		if err != nil || rows == 0 {
			return err
		}
		if total += rows; progress != nil {
			progress(total)
		}
	}
}
