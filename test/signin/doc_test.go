// Package signin_test examines sign-in from outside: a client that can give every proof, held against
// expectations written from the service's documentation and not from the code.
//
//   - who is offered which first factor, as a table over every state (first_factors_test.go)
//   - every way through a sign-in, walked and compared with an oracle (walk_test.go)
//   - every challenge, presented with every wrong session, and every other challenge in its place
//     (hostile_*_test.go); every wrong token (tokens_test.go)
//   - what an answer tells about who exists (existence_*_test.go)
package signin_test
