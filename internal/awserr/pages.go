package awserr

import "ostiary/cognitoidp"

// InvalidPageToken: a NextToken or PaginationToken that was made up, has expired, or belongs to a
// listing with other parameters.
func InvalidPageToken() error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid pagination token given")
}
