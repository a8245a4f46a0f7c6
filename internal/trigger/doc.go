// Package trigger asks the Lambda functions of a user pool: it makes the events in the service's form,
// has them invoked, and reads the answers. How a function is reached is the matter of Functions. It is
// never called inside a transaction.
package trigger
