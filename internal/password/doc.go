// Package password is the rules of passwords: what a pool's policy asks for, how one is kept and
// compared, which of the earlier ones may not come back.
//
// Of a password only an SRP-6a salt and verifier are kept (package srp), made for the pool and the
// stored username. A password sent in plain is checked against the same verifier. Each check costs
// milliseconds, so it belongs outside of transactions.
package password
