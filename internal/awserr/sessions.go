package awserr

import "ostiary/cognitoidp"

// SessionTrackingOff: the pool does not track sessions, so there is nothing to list, to revoke by its
// id, or to set for a client.
func SessionTrackingOff() error {
	return refuse(cognitoidp.OperationNotEnabledException, "Session tracking is not enabled for the user pool.")
}

// SessionNotFound: the user has no session of this id, or it has ended.
func SessionNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Session does not exist.")
}

// SessionIsCurrent: the session is that of the access token which the caller has sent. Operation:
// RevokeUserSession.
func SessionIsCurrent() error {
	return refuse(cognitoidp.InvalidParameterException,
		"The current session cannot be revoked. To end it, revoke its refresh token or sign out everywhere.")
}
