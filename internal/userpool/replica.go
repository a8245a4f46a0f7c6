package userpool

import (
	"regexp"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// Replica is a pool's place in a second region (CreateUserPoolReplica). It shares everything with the
// pool but its ARN and its tags.
type Replica struct {
	Region string
	// Active: end users are served there too. A new replica is not.
	Active  bool
	Tags    map[string]string
	Created time.Time
}

// Status is the replica's, once it is there.
func (r *Replica) Status() cognitoidp.ReplicaStatusType {
	if r.Active {
		return cognitoidp.ReplicaStatusTypeActive
	}
	return cognitoidp.ReplicaStatusTypeInactive
}

// ReplicaIn is the pool's replica in a region, nil if there is none. The pool's own region has none:
// there the pool itself is.
func (p *Pool) ReplicaIn(region string) *Replica {
	if p.Replica == nil || p.Replica.Region != region {
		return nil
	}
	return p.Replica
}

var regionName = regexp.MustCompile(`\A[a-z]{2,}(-[a-z0-9]+)+\z`)

// AddReplica gives the pool the replica that CreateUserPoolReplica asks for.
func (p *Pool) AddReplica(now time.Time, in *cognitoidp.CreateUserPoolReplicaRequest) error {
	switch {
	case !regionName.MatchString(in.RegionName):
		return awserr.InvalidRegion(in.RegionName)
	case in.RegionName == p.Region():
		return awserr.ReplicaInOwnRegion()
	case p.ReplicaIn(in.RegionName) != nil:
		return awserr.ReplicaExists(in.RegionName)
	case p.Replica != nil:
		return awserr.TooManyReplicas()
	}
	if err := CheckTags(in.UserPoolTags); err != nil {
		return awserr.PoolNotTagged(err)
	}
	p.Replica = &Replica{Region: in.RegionName, Tags: in.UserPoolTags, Created: now}
	return p.CheckReplica()
}

// CheckReplica refuses a pool that has a replica and no longer what replication needs: a plan above
// Lite and, as its documentation says, a customer managed key that is in several regions. That a key
// is one its id tells.
func (p *Pool) CheckReplica() error {
	if p.Replica == nil {
		return nil
	}
	if !p.AtLeastEssentials() {
		return awserr.FeatureUnavailableInTier(p.Settings.UserPoolTier, "Multi-Region Replication")
	}
	key := p.Settings.KeyConfiguration
	if key == nil || key.KmsKeyArn == nil || !strings.HasPrefix(parseARN(*key.KmsKeyArn).resource, "key/mrk-") {
		return awserr.ReplicaNeedsMultiRegionKey()
	}
	return nil
}

// CheckReplicaGone tells whether a replica may be deleted: one that serves nobody, and that no domain
// fails over to.
func (p *Pool) CheckReplicaGone(domains []*Domain) error {
	if p.Replica.Active {
		return awserr.ReplicaActive()
	}
	for _, d := range domains {
		if d.failsOverTo() == p.Replica.Region {
			return awserr.ReplicaRouted(d.Name)
		}
	}
	return nil
}
