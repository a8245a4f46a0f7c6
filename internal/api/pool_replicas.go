package api

import (
	"context"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// CreateUserPoolReplica gives a user pool a replica in another region. Nothing has to be copied, so that
// after the answer, which has CREATING, it is INACTIVE.
func (s *Service) CreateUserPoolReplica(ctx context.Context, in *cognitoidp.CreateUserPoolReplicaRequest) (*cognitoidp.CreateUserPoolReplicaResponse, error) {
	now := s.wireTime()
	var out *cognitoidp.UserPoolReplicaType
	err := s.changePool(ctx, in.UserPoolId, func(p *userpool.Pool) error {
		if err := p.AddReplica(now, in); err != nil {
			return err
		}
		out = s.replicaEntry(p, cognitoidp.ReplicaStatusTypeCreating)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateUserPoolReplicaResponse{UserPoolReplica: out}, nil
}

// UpdateUserPoolReplica switches the service of end users in the region of a replica on or off.
func (s *Service) UpdateUserPoolReplica(ctx context.Context, in *cognitoidp.UpdateUserPoolReplicaRequest) (*cognitoidp.UpdateUserPoolReplicaResponse, error) {
	var out *cognitoidp.UserPoolReplicaType
	err := s.changePool(ctx, in.UserPoolId, func(p *userpool.Pool) error {
		if err := checkSecondary(p, in.RegionName); err != nil {
			return err
		}
		p.Replica.Active = in.Status == cognitoidp.UpdateReplicaStatusTypeActive
		out = s.replicaEntry(p, p.Replica.Status())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateUserPoolReplicaResponse{UserPoolReplica: out}, nil
}

// DeleteUserPoolReplica removes a replica that is INACTIVE. Nothing has to be removed elsewhere, so that
// after the answer, which has DELETING, it is gone.
func (s *Service) DeleteUserPoolReplica(ctx context.Context, in *cognitoidp.DeleteUserPoolReplicaRequest) (*cognitoidp.DeleteUserPoolReplicaResponse, error) {
	var out *cognitoidp.UserPoolReplicaType
	err := s.changePoolIn(ctx, in.UserPoolId, func(tx store.Tx, p *userpool.Pool) error {
		if err := checkSecondary(p, in.RegionName); err != nil {
			return err
		}
		domains, err := tx.DomainsOf(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("read the domains of a user pool: %w", err)
		}
		if err := p.CheckReplicaGone(domains); err != nil {
			return err
		}
		out = s.replicaEntry(p, cognitoidp.ReplicaStatusTypeDeleting)
		p.Replica = nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DeleteUserPoolReplicaResponse{UserPoolReplica: out}, nil
}

// ListUserPoolReplicas lists the user pool itself, as the primary replica, and its secondary one. There is
// never a second page.
func (s *Service) ListUserPoolReplicas(ctx context.Context, in *cognitoidp.ListUserPoolReplicasRequest) (*cognitoidp.ListUserPoolReplicasResponse, error) {
	if _, err := s.pageAfter(page.Listing{Operation: "ListUserPoolReplicas", Parameters: []string{in.UserPoolId}}, in.NextToken); err != nil {
		return nil, err
	}
	out := &cognitoidp.ListUserPoolReplicasResponse{}
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, err := pool(ctx, r, in.UserPoolId)
		if err != nil {
			return err
		}
		out.UserPoolReplicas = []cognitoidp.UserPoolReplicaType{{
			RegionName: new(p.Region()), UserPoolArn: new(poolARN(s.AccountID, p.ID)),
			Role: cognitoidp.ReplicaRoleTypePrimary, Status: cognitoidp.ReplicaStatusTypeActive,
		}}
		if p.Replica != nil {
			out.UserPoolReplicas = append(out.UserPoolReplicas, *s.replicaEntry(p, p.Replica.Status()))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// checkSecondary: the region named must be that of the pool's secondary replica.
func checkSecondary(p *userpool.Pool, region string) error {
	switch {
	case region == p.Region():
		return awserr.PrimaryReplica()
	case p.ReplicaIn(region) == nil:
		return awserr.ReplicaNotFound(region)
	}
	return nil
}

func (s *Service) replicaEntry(p *userpool.Pool, status cognitoidp.ReplicaStatusType) *cognitoidp.UserPoolReplicaType {
	return &cognitoidp.UserPoolReplicaType{
		RegionName: new(p.Replica.Region), Status: status, Role: cognitoidp.ReplicaRoleTypeSecondary,
		UserPoolArn: new(arnIn(p.Replica.Region, s.AccountID, p.ID)),
	}
}

// replicaRegions is the regions of a pool's replicas as ListUserPools answers them; nil if it has none.
func replicaRegions(p *userpool.Pool) []string {
	if p.Replica == nil {
		return nil
	}
	return []string{p.Replica.Region}
}
