// Package awserr makes every error that a caller of the API reads: one function per situation, its
// code from the service model, its sentence as the service says it. One file per area.
//
// Ask with errors.Is(err, cognitoidp.UserNotFoundException). An error that is not made here is a
// fault: it is logged once at the door and answered as InternalErrorException without detail.
package awserr

import "ostiary/cognitoidp"

// refuse makes an error of the given code and text.
func refuse(code cognitoidp.ErrorCode, message string) error {
	return &cognitoidp.Error{Code: code, Message: message}
}
