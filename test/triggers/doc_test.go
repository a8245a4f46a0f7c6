// Package triggers_test drives the Lambda triggers of a server from outside: the AWS SDK calls its operations,
// and its functions run behind a Lambda API of the tests. Every event is held against testdata/events,
// written from the documentation of the service and not from what the server sends.
package triggers_test
