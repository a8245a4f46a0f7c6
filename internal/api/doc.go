// Package api is the front door for AWS SDKs: the operations of the service model, one method of
// Service each, one file per resource, and the AWS JSON 1.1 protocol in http.go.
//
// A request arrives with its shape already checked (package cognitoidp). A method finds the nouns,
// lets the rules and use cases decide, and answers with the model's shapes.
package api
