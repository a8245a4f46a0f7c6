package api

import (
	"strings"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// poolARN is the ARN of a user pool in the region where it lives, by which policies name it.
func poolARN(account, poolID string) string {
	region, _, _ := strings.Cut(poolID, "_")
	return arnIn(region, account, poolID)
}

// arnIn is the ARN of a user pool in a region: its own, or that of a replica.
func arnIn(region, account, poolID string) string {
	return "arn:aws:cognito-idp:" + region + ":" + account + ":userpool/" + poolID
}

// taggedPool is the id of the pool that an ARN names, in whichever region.
func (s *Service) taggedPool(arn string) (string, error) {
	parts := strings.SplitN(arn, ":", 5)
	id := poolOfARN(arn)
	if len(parts) < 5 || id == "" || arn != arnIn(parts[3], s.AccountID, id) {
		return "", awserr.NotAPool(arn)
	}
	return id, nil
}

// tagged finds the tags of what an ARN names: a pool, or its replica in another region.
func (s *Service) tagged(p *userpool.Pool, arn string) (*map[string]string, error) {
	if arn == poolARN(s.AccountID, p.ID) {
		return &p.Settings.UserPoolTags, nil
	}
	if p.Replica != nil && arn == arnIn(p.Replica.Region, s.AccountID, p.ID) {
		return &p.Replica.Tags, nil
	}
	return nil, awserr.NotAPool(arn)
}
