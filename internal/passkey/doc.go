// Package passkey has the rules of passkeys (Web Authentication Level 3): what a user's browser or phone
// is asked for, and whether its answer proves the user.
//
//	registration  BeginRegistration → navigator.credentials.create → ParseRegistration, Registration.Verify
//	sign-in       BeginSignIn       → navigator.credentials.get    → FinishSignIn
//
// It is pure: callers bring time, randomness and the user's passkeys, keep the challenge of a ceremony
// under way, and store what comes out. Messages are decoded, and signatures verified, by the library
// go-webauthn; every decision stands here.
package passkey
