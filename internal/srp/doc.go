// Package srp is the arithmetic of SRP-6a as user pool clients speak it. Passwords and remembered
// devices share it: they differ only in the two texts that name whose secret is proved.
//
//	             prefix                     id
//	user         pool id after the "_"      USER_ID_FOR_SRP
//	device       DeviceGroupKey             DeviceKey
//
// Of a secret only a salt and a verifier are kept, and a secret that arrives in plain is checked
// against the same two:
//
//	set:    NewSalt ─▶ Verifier ─▶ (salt, verifier)
//	plain:  CheckPassword(password, salt, verifier)
//	SRP:    ParseA ─▶ NewExchange ─▶ Marshal ┄┄ another node ┄┄ UnmarshalExchange ─▶ Proves
//
// Client is the other half, for tests and load generation. Keeping salts, verifiers and exchanges,
// sealed, is left to the store; how long a proof may take and what a refusal says, to package signin.
//
// The group is the 3072-bit one of RFC 3526 (RFC 5054, appendix A) with g = 2, the hash is SHA-256,
// and numbers are hashed as Java's BigInteger.toByteArray writes them. RFC 5054 has another g, pads
// to the length of N and derives the key otherwise, so its own vectors do not apply here.
//
// # What the arithmetic gives away
//
// The group's g is a square, and a B made by the book, k·v + g^b, lets a stranger sort guesses: for
// the right password B - k·v is a square every time, for a wrong one every other time. Thirty
// sign-ins begun, none of them finished, would test a whole dictionary. So NewExchange negates g^b
// at random (-1 is no square in this group): B then says nothing about v, no client notices, and
// Proves accepts the two proofs that differ by that sign.
//
// math/big does not run in constant time. Its exponents are therefore public (u) or live for one
// attempt (b). The exception is g^x of a password, which takes the same steps for every x.
package srp
