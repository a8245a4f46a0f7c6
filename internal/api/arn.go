package api

import (
	"strings"

	"ostiary/internal/awserr"
)

// poolARN names a user pool as policies and tags do.
func (s *Service) poolARN(poolID string) string {
	region, _, _ := strings.Cut(poolID, "_")
	return "arn:aws:cognito-idp:" + region + ":" + s.AccountID + ":userpool/" + poolID
}

// poolOfARN is the id of the pool that an ARN names.
func (s *Service) poolOfARN(arn string) (string, error) {
	_, id, found := strings.Cut(arn, ":userpool/")
	if !found || arn != s.poolARN(id) {
		return "", awserr.NotAPool(arn)
	}
	return id, nil
}
