// Package secret is what the server does with secrets that is the same for all of them: it seals
// them at rest, hashes what it only has to recognize, draws codes and tokens, and compares in
// constant time.
//
// # Keys
//
//	master key        a file, an environment variable; never in the database
//	  └─ keyring      sealed by the master key, in the database
//	       ├─ sealing keys   one primary, which seals; older ones, which still open
//	       └─ hash key       keyed hashes and derived keys; the same for the keyring's life
//
// The master key opens the keyring once, at start. Everything else is done with a Keyring, which is
// safe for concurrent use. Rotate, Retire and Rewrap turn one sealed keyring into another; storing
// it (if nobody else replaced it meanwhile) and telling every node to Reload is left to the caller.
//
// What is sealed carries, unseen, the place where it belongs: a ciphertext that was moved to another
// record does not open. See AD.
//
// Password verifiers are package srp's; signatures of tokens are package token's.
package secret
