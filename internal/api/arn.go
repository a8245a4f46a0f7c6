package api

import (
	"strings"

	"ostiary/internal/awserr"
)

// poolARN is the ARN of a user pool, by which policies and tags name it.
func poolARN(account, poolID string) string {
	region, _, _ := strings.Cut(poolID, "_")
	return "arn:aws:cognito-idp:" + region + ":" + account + ":userpool/" + poolID
}

// taggedPool is the id of the pool of this server that an ARN names.
func (s *Service) taggedPool(arn string) (string, error) {
	id := poolOfARN(arn)
	if id == "" || arn != poolARN(s.AccountID, id) {
		return "", awserr.NotAPool(arn)
	}
	return id, nil
}
