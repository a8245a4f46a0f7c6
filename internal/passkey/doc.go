// Package passkey holds the WebAuthn ceremonies (Web Authentication Level 3): registering a credential
// and proving a user by one. It is pure: keeping passkeys is left to the store, and when a user is asked
// for one to package signin. Parsing and signatures are those of github.com/go-webauthn/webauthn/protocol;
// which relying party, origins and algorithms are good is decided here.
package passkey
