// Package userpool holds every noun that outlives a request: pools, app clients, users, sign-in
// attempts, token sessions and codes, one file each, with the rules that need nothing but the noun.
//
// It is pure: no context, clock, SQL or network. Package store keeps the nouns; the use cases
// (signin, account, token) change them. Secrets are plain here and sealed by the store.
package userpool
