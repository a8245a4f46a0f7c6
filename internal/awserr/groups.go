package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// GroupNotFound: the pool has no group of this name.
func GroupNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Group not found.")
}

// GroupExists: the pool has a group of this name. Operation: CreateGroup.
func GroupExists() error {
	return refuse(cognitoidp.GroupExistsException, "A group with the name already exists.")
}

// TooManyGroups: the pool has as many groups as it may. Operation: CreateGroup.
func TooManyGroups(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The user pool already has "+strconv.Itoa(limit)+" groups, the most it may have.")
}

// TooManyGroupsOfUser: the user is in as many groups as anybody may be. The operation,
// AdminAddUserToGroup, has no LimitExceededException.
func TooManyGroupsOfUser(limit int) error {
	return refuse(cognitoidp.InvalidParameterException,
		"The user is already in "+strconv.Itoa(limit)+" groups, the most a user may be in.")
}

// NotARole: RoleArn names something else than an IAM role. Operations: CreateGroup, UpdateGroup.
func NotARole(arn string) error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid role ARN: "+arn)
}
