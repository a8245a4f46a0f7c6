package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// A request is meant for the region that its signature names or, where it has none, that its Host
// names in the service's form, cognito-idp.<region>.<anything>. One server takes requests for any
// region and a pool answers in all of them; only where the pool has a replica in the region does the
// request meet that, with what a secondary replica may do. All others meet the pool itself.

type regionKey struct{}

func withRegion(ctx context.Context, region string) context.Context {
	return context.WithValue(ctx, regionKey{}, region)
}

// replicaOf is the replica that the request of ctx meets; nil for the pool itself.
func replicaOf(ctx context.Context, p *userpool.Pool) *userpool.Replica {
	region, _ := ctx.Value(regionKey{}).(string)
	return p.ReplicaIn(region)
}

// hostRegion is the region in a Host header, "" if it names none.
func hostRegion(req *http.Request) string {
	rest, ok := strings.CutPrefix(strings.ToLower(req.Host), "cognito-idp.")
	if !ok {
		return ""
	}
	region, _, _ := strings.Cut(rest, ".")
	return region
}

// enabled refuses what the replica that the request meets does not do. Operations that do not declare
// OperationNotEnabledException are done everywhere.
func (s *Service) enabled(ctx context.Context, op *cognitoidp.Operation, region string, subject subject) error {
	if region == "" || !slices.Contains(op.Errors, cognitoidp.OperationNotEnabledException) {
		return nil
	}
	poolID := subject.pool
	if poolID == "" && subject.accessToken != "" {
		poolID = s.Tokens.ClaimedPool(subject.accessToken)
	}
	if strings.HasPrefix(poolID, region+"_") || poolID == "" && subject.client == "" {
		return nil
	}
	var replica *userpool.Replica
	err := s.Store.View(ctx, func(r store.Reader) error {
		replica = nil
		if poolID == "" {
			client, err := r.Client(ctx, subject.client)
			if err != nil {
				return notMissing(err)
			}
			poolID = client.PoolID
		}
		p, err := r.Pool(ctx, poolID)
		if err != nil {
			return notMissing(err) // the operation tells it better
		}
		replica = p.ReplicaIn(region)
		return nil
	})
	if err != nil || replica == nil {
		return err
	}
	switch secondaryUse[op.Name] {
	case administration:
		return nil
	case endUsers:
		if !replica.Active {
			return awserr.ReplicaInactive()
		}
		return nil
	default:
		return awserr.NotInSecondary()
	}
}

// notMissing is err unless it says that something is not there.
func notMissing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return fmt.Errorf("read what the request is about: %w", err)
}

// use is what a secondary replica does with an operation. The zero value is nothing.
type use int

const (
	administration use = iota + 1 // done whether or not the replica is active
	endUsers                      // done while it is active
)

// secondaryUse is what the documentation says of secondary replicas ("Multi-Region replication for
// user pools", ReplicaRoleType), operation by operation: administrators read, and set what is the
// replica's own; users sign in, read what is theirs and end sessions, and change nothing of themselves.
var secondaryUse = map[string]use{
	"AdminGetDevice":                        administration,
	"AdminGetUser":                          administration,
	"AdminGetUserAuthFactors":               administration,
	"AdminListDevices":                      administration,
	"AdminListGroupsForUser":                administration,
	"AdminListUserAuthEvents":               administration,
	"AdminListUserSessions":                 administration,
	"AdminRevokeUserSession":                administration,
	"AdminUserGlobalSignOut":                administration,
	"DescribeManagedLoginBranding":          administration,
	"DescribeManagedLoginBrandingByClient":  administration,
	"DescribeResourceServer":                administration,
	"DescribeRiskConfiguration":             administration,
	"DescribeTerms":                         administration,
	"DescribeTermsByClient":                 administration,
	"DescribeUserImportJob":                 administration,
	"DescribeUserPool":                      administration,
	"DescribeUserPoolClient":                administration,
	"DescribeUserPoolDomain":                administration,
	"GetCSVHeader":                          administration,
	"GetGroup":                              administration,
	"GetSigningCertificate":                 administration,
	"GetUICustomization":                    administration,
	"GetUserPoolClientSessionConfiguration": administration,
	"GetUserPoolSessionConfiguration":       administration,
	"ListGroups":                            administration,
	"ListResourceServers":                   administration,
	"ListTagsForResource":                   administration,
	"ListTerms":                             administration,
	"ListUserImportJobs":                    administration,
	"ListUserPoolClients":                   administration,
	"ListUserPoolReplicas":                  administration,
	"ListUsers":                             administration,
	"ListUsersInGroup":                      administration,
	"TagResource":                           administration,
	"UntagResource":                         administration,
	"UpdateUserPoolReplica":                 administration,

	"AdminInitiateAuth":           endUsers,
	"AdminRespondToAuthChallenge": endUsers,
	"GetClientToken":              endUsers,
	"GetDevice":                   endUsers,
	"GetTokensFromRefreshToken":   endUsers,
	"GetUser":                     endUsers,
	"GetUserAuthFactors":          endUsers,
	"GlobalSignOut":               endUsers,
	"InitiateAuth":                endUsers,
	"ListDevices":                 endUsers,
	"ListUserSessions":            endUsers,
	"ListWebAuthnCredentials":     endUsers,
	"RespondToAuthChallenge":      endUsers,
	"RevokeToken":                 endUsers,
	"RevokeUserSession":           endUsers,
}
