package awserr

import (
	"fmt"

	"ostiary/cognitoidp"
)

// NotAnAPIRequest: the API is POST with AWS JSON 1.1, and this request is something else.
func NotAnAPIRequest() error {
	return refuse(cognitoidp.UnknownOperationException, "The API takes a POST of application/x-amz-json-1.1 with the header "+
		"X-Amz-Target: AWSCognitoIdentityProviderService.<operation>")
}

// UnknownOperation: X-Amz-Target names none of the service's operations.
func UnknownOperation() error {
	return refuse(cognitoidp.UnknownOperationException, "X-Amz-Target names no operation of AWSCognitoIdentityProviderService")
}

// RequestTooLarge: the body is longer than limit, in bytes.
func RequestTooLarge(limit int64) error {
	return refuse(cognitoidp.RequestEntityTooLargeException, fmt.Sprintf("The request is longer than %d bytes", limit))
}

// CustomizationTooLarge: image and CSS of SetUICustomization together are more than the service takes.
func CustomizationTooLarge() error {
	return refuse(cognitoidp.InvalidParameterException, "request parameters too large")
}

// BodyIncomplete: the connection broke, or was too slow, before all of the body had arrived.
func BodyIncomplete() error {
	return refuse(cognitoidp.SerializationException, "The request's body did not arrive completely")
}

// Signature refuses a signature by the code and text of package sigv4.
func Signature(code, message string) error {
	return refuse(cognitoidp.ErrorCode(code), message)
}

// AccessDenied refuses an access key whose policies do not allow the operation, in the words of
// package policy.
func AccessDenied(message string) error {
	return refuse(cognitoidp.AccessDeniedException, message)
}

// PageMayNotSign: in development a web page of another machine called an operation that takes a
// signature.
func PageMayNotSign(origin string) error {
	return refuse(cognitoidp.AccessDeniedException,
		"In development, signed operations are not for web pages of other machines, such as "+origin)
}

// RateExceeded asks the caller to slow down.
func RateExceeded() error {
	return refuse(cognitoidp.TooManyRequestsException, "Rate exceeded")
}

// Forbidden refuses a client by the web access list.
func Forbidden() error {
	return refuse(cognitoidp.ForbiddenException, "Request not allowed due to WAF block.")
}

// Internal hides a fault from the caller. The log has it under the request's id.
func Internal() error {
	return refuse(cognitoidp.InternalErrorException, "Something went wrong")
}

// InternalServer is Internal in the operations on the secrets of app clients, which call it by another name.
func InternalServer() error {
	return refuse(cognitoidp.InternalServerException, "Something went wrong")
}
