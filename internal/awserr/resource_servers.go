package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// ResourceServerNotFound: the pool has no resource server of this identifier. Operations:
// DescribeResourceServer, UpdateResourceServer, DeleteResourceServer.
func ResourceServerNotFound(identifier string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "Resource server "+identifier+" does not exist.")
}

// ResourceServerExists: the identifier is taken. Operation: CreateResourceServer.
func ResourceServerExists(identifier, poolID string) error {
	return refuse(cognitoidp.InvalidParameterException, identifier+" already exists in user pool "+poolID+".")
}

// ResourceServerReserved: the identifier is one of those that the service keeps for itself. Operation:
// CreateResourceServer.
func ResourceServerReserved(identifier string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"The resource server identifier "+identifier+" is reserved: it begins with aws.cognito")
}

// ResourceServerManaged: the resource server belongs to the service. Operations: UpdateResourceServer,
// DeleteResourceServer.
func ResourceServerManaged(identifier string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"Resource server "+identifier+" is managed by COGNITO and cannot be changed or deleted.")
}

// TooManyResourceServers: the pool has as many resource servers as it may. Operation:
// CreateResourceServer.
func TooManyResourceServers(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The user pool already has "+strconv.Itoa(limit)+" resource servers, the most it may have.")
}

// DuplicateScope: a resource server has each scope once. Operations: CreateResourceServer,
// UpdateResourceServer.
func DuplicateScope(name string) error {
	return refuse(cognitoidp.InvalidParameterException, "The scope "+name+" is given more than once.")
}
