package awserr

import "ostiary/cognitoidp"

// InvalidRegion: what is named is not a region. Operation: CreateUserPoolReplica.
func InvalidRegion(region string) error {
	return refuse(cognitoidp.InvalidParameterException, region+" is not the name of a region.")
}

// ReplicaInOwnRegion: a pool has no replica where it lives. Operation: CreateUserPoolReplica.
func ReplicaInOwnRegion() error {
	return refuse(cognitoidp.InvalidParameterException, "The region of a replica must differ from the region of the user pool.")
}

// ReplicaExists: the pool has a replica in that region. Operation: CreateUserPoolReplica.
func ReplicaExists(region string) error {
	return refuse(cognitoidp.InvalidParameterException, "The user pool already has a replica in region "+region+".")
}

// TooManyReplicas: the pool has a replica in another region. Operation: CreateUserPoolReplica.
func TooManyReplicas() error {
	return refuse(cognitoidp.LimitExceededException, "The user pool already has a replica, the most it may have.")
}

// ReplicaNeedsMultiRegionKey: KeyConfiguration does not name a key that is in several regions.
// Operations: CreateUserPoolReplica, UpdateUserPool.
func ReplicaNeedsMultiRegionKey() error {
	return refuse(cognitoidp.InvalidParameterException,
		"A user pool with a replica needs a KeyConfiguration with a customer managed multi-Region key.")
}

// ReplicaNotFound: the pool has no replica in that region. Operations: UpdateUserPoolReplica,
// DeleteUserPoolReplica.
func ReplicaNotFound(region string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "The user pool has no replica in region "+region+".")
}

// PrimaryReplica: the pool where it lives is not to be switched off or deleted as a replica.
// Operations: UpdateUserPoolReplica, DeleteUserPoolReplica.
func PrimaryReplica() error {
	return refuse(cognitoidp.InvalidParameterException, "The primary replica of a user pool cannot be changed or deleted.")
}

// ReplicaActive: it must be INACTIVE first. Operation: DeleteUserPoolReplica.
func ReplicaActive() error {
	return refuse(cognitoidp.InvalidParameterException, "Only a replica with status INACTIVE can be deleted.")
}

// ReplicaRouted: a domain fails over to the replica's region. Operation: DeleteUserPoolReplica.
func ReplicaRouted(domain string) error {
	return refuse(cognitoidp.InvalidParameterException, "The domain "+domain+" fails over to the replica; change its Routing first.")
}

// NotInSecondary: the operation is for the region where the pool lives.
func NotInSecondary() error {
	return refuse(cognitoidp.OperationNotEnabledException, "This operation is not supported in a secondary region of the user pool.")
}

// ReplicaInactive: end users are not served in the region of the replica.
func ReplicaInactive() error {
	return refuse(cognitoidp.OperationNotEnabledException, "The replica of the user pool in this region is not active.")
}
