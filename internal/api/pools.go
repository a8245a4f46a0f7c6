package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/saml"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// How many pools an account and how many app clients a pool may have, unless the Service says
// otherwise (the service's default resource quotas).
const (
	defaultMaxPools   = 1000
	defaultMaxClients = 1000
)

// CreateUserPool makes a user pool, with the keys that will sign its tokens.
func (s *Service) CreateUserPool(ctx context.Context, in *cognitoidp.CreateUserPoolRequest) (*cognitoidp.CreateUserPoolResponse, error) {
	p, err := s.createPool(ctx, in)
	for range 2 { // an id is taken once in 10^15 pools
		if !errors.Is(err, store.ErrExists) {
			break
		}
		p, err = s.createPool(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateUserPoolResponse{UserPool: s.describePool(p, 0)}, nil
}

func (s *Service) createPool(ctx context.Context, in *cognitoidp.CreateUserPoolRequest) (*userpool.Pool, error) {
	suffix, err := randomText(s.Rand, alphanumerics, 9)
	if err != nil {
		return nil, fmt.Errorf("draw a user pool id: %w", err)
	}
	p, err := userpool.NewPool(s.Region+"_"+suffix, s.AccountID, in)
	if err != nil {
		return nil, err
	}
	if err := s.checkResources(p.Resources()); err != nil {
		return nil, err
	}
	p.Created = s.wireTime()
	p.Modified = p.Created
	keys, err := s.Tokens.NewKeys(ctx, p.ID)
	if err != nil {
		return nil, fmt.Errorf("make signing keys: %w", err)
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		count, err := tx.CountPools(ctx)
		if err != nil {
			return fmt.Errorf("count user pools: %w", err)
		}
		if limit := orDefault(s.MaxPools, defaultMaxPools); count >= limit {
			return awserr.TooManyPools(limit)
		}
		if err := tx.CreatePool(ctx, p); err != nil {
			return fmt.Errorf("create user pool: %w", err)
		}
		for _, key := range keys {
			if err := tx.CreateSigningKey(ctx, key); err != nil {
				return fmt.Errorf("create signing key: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// DescribeUserPool answers the whole configuration of a user pool.
func (s *Service) DescribeUserPool(ctx context.Context, in *cognitoidp.DescribeUserPoolRequest) (*cognitoidp.DescribeUserPoolResponse, error) {
	var out *cognitoidp.UserPoolType
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, err := pool(ctx, r, in.UserPoolId)
		if err != nil {
			return err
		}
		users, err := r.CountUsers(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("count users: %w", err)
		}
		domains, err := r.DomainsOf(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("read the domains of a user pool: %w", err)
		}
		out = s.describePool(p, users)
		if replica := replicaOf(ctx, p); replica != nil {
			out.Arn, out.UserPoolTags = new(arnIn(replica.Region, s.AccountID, p.ID)), present(replica.Tags)
		}
		for _, d := range domains {
			if d.Custom != nil {
				out.CustomDomain = &d.Name
			} else {
				out.Domain = &d.Name
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeUserPoolResponse{UserPool: out}, nil
}

// describePool is a pool as CreateUserPool and DescribeUserPool answer it. What it shares with p
// must not be changed.
func (s *Service) describePool(p *userpool.Pool, users int) *cognitoidp.UserPoolType {
	out := p.Settings
	out.Id, out.Name, out.Arn = &p.ID, &p.Name, new(poolARN(s.AccountID, p.ID))
	out.CreationDate, out.LastModifiedDate = &p.Created, &p.Modified
	out.EstimatedNumberOfUsers = new(int32(min(users, 1<<31-1)))
	out.UserPoolTags = present(out.UserPoolTags)
	if u := out.UserAttributeUpdateSettings; u != nil && u.AttributesRequireVerificationBeforeUpdate == nil {
		// Once set, the list is answered even where it is empty.
		out.UserAttributeUpdateSettings = &cognitoidp.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{}}
	}
	out.AcrConfiguration = map[string]cognitoidp.AcrLevelConfigType{}
	for level, name := range p.ACRNames() {
		out.AcrConfiguration[level] = cognitoidp.AcrLevelConfigType{AcrValue: name}
	}
	return &out
}

// UpdateUserPool replaces the configuration of a user pool: what is left out returns to its default.
func (s *Service) UpdateUserPool(ctx context.Context, in *cognitoidp.UpdateUserPoolRequest) (*cognitoidp.UpdateUserPoolResponse, error) {
	err := s.changePoolIn(ctx, in.UserPoolId, func(tx store.Tx, p *userpool.Pool) error {
		if err := noImport(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := p.Update(s.AccountID, in); err != nil {
			return err
		}
		if err := s.checkResources(p.Resources()); err != nil {
			return err
		}
		domains, err := tx.DomainsOf(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("read the domains of a user pool: %w", err)
		}
		if err := p.CheckReplica(); err != nil {
			return err
		}
		return p.CheckDomains(domains)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateUserPoolResponse{}, nil
}

// AddCustomAttributes adds attributes to a user pool's schema, for good.
func (s *Service) AddCustomAttributes(ctx context.Context, in *cognitoidp.AddCustomAttributesRequest) (*cognitoidp.AddCustomAttributesResponse, error) {
	err := s.changePoolIn(ctx, in.UserPoolId, func(tx store.Tx, p *userpool.Pool) error {
		if err := noImport(ctx, tx, p.ID); err != nil {
			return err
		}
		return p.AddCustomAttributes(in.CustomAttributes)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AddCustomAttributesResponse{}, nil
}

// GetSigningCertificate answers the certificate by which SAML identity providers verify what the user
// pool signs: DER in base64, without the lines around it that PEM has.
func (s *Service) GetSigningCertificate(ctx context.Context, in *cognitoidp.GetSigningCertificateRequest) (*cognitoidp.GetSigningCertificateResponse, error) {
	key, err := s.Tokens.SAMLKey(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	private, err := key.RSA()
	if err != nil {
		return nil, err
	}
	certificate, err := saml.SigningCertificate(key.PoolID, private, key.Created, s.Now())
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetSigningCertificateResponse{Certificate: new(base64.StdEncoding.EncodeToString(certificate))}, nil
}

// changePool changes a pool by a rule and keeps it with its date of change.
func (s *Service) changePool(ctx context.Context, id string, change func(*userpool.Pool) error) error {
	return s.changePoolIn(ctx, id, func(_ store.Tx, p *userpool.Pool) error { return change(p) })
}

// checkResources refuses what the operator does not let user pools name.
func (s *Service) checkResources(arns []string) error {
	for _, arn := range arns {
		if !s.PoolResources.Cover(arn) {
			return awserr.ResourceNotForPools(arn)
		}
	}
	return nil
}

// changePoolIn is changePool by a rule that reads what surrounds the pool.
func (s *Service) changePoolIn(ctx context.Context, id string, change func(store.Tx, *userpool.Pool) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := change(tx, p); err != nil {
			return err
		}
		p.Modified = s.wireTime()
		if err := tx.SavePool(ctx, p); err != nil {
			return fmt.Errorf("save user pool: %w", err)
		}
		return nil
	})
}

// DeleteUserPool removes a user pool with everything in it, unless it is protected or has a domain.
func (s *Service) DeleteUserPool(ctx context.Context, in *cognitoidp.DeleteUserPoolRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if p.Settings.DeletionProtection == cognitoidp.DeletionProtectionTypeActive {
			return awserr.DeletionProtected()
		}
		if err := noImport(ctx, tx, p.ID); err != nil {
			return err
		}
		domains, err := tx.DomainsOf(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("read the domains of a user pool: %w", err)
		}
		if len(domains) > 0 {
			return awserr.PoolHasDomain()
		}
		if err := tx.DeletePool(ctx, p.ID); err != nil {
			return fmt.Errorf("delete user pool: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// ListUserPools lists the user pools of the account, by id.
func (s *Service) ListUserPools(ctx context.Context, in *cognitoidp.ListUserPoolsRequest) (*cognitoidp.ListUserPoolsResponse, error) {
	listing := page.Listing{Operation: "ListUserPools"}
	after, err := s.pageAfter(listing, in.NextToken)
	if err != nil {
		return nil, err
	}
	limit := int(in.MaxResults)
	var pools []*userpool.Pool
	err = s.Store.View(ctx, func(r store.Reader) error {
		pools, err = r.Pools(ctx, after, limit+1) // one more tells whether a page follows
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list user pools: %w", err)
	}
	out := &cognitoidp.ListUserPoolsResponse{UserPools: []cognitoidp.UserPoolDescriptionType{}}
	if len(pools) > limit {
		pools = pools[:limit]
		out.NextToken = new(s.pages().Next(listing, pools[limit-1].ID))
	}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, cognitoidp.UserPoolDescriptionType{
			Id: &p.ID, Name: &p.Name, LambdaConfig: p.Settings.LambdaConfig,
			CreationDate: &p.Created, LastModifiedDate: &p.Modified, ReplicaRegions: replicaRegions(p),
		})
	}
	return out, nil
}

// wireTime is now in the precision of the API's timestamps, so that an answer and what is kept agree.
func (s *Service) wireTime() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func orDefault(n, absent int) int {
	if n == 0 {
		return absent
	}
	return n
}

// present answers an empty map where there is none, for maps that an answer always has.
func present(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return maps.Clone(m)
}
