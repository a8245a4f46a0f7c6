// Package mfa_test examines multi-factor authentication from outside: it knows the API and its
// documentation, and nothing of how the rules are written. What a pool asks of which user stands in
// testdata/demands.txt, to be read beside the service's documentation; demand_test.go sets up every
// state a user and a pool can be in, and compares.
package mfa_test
