// Package oauth is the front door for OpenID Connect clients. It knows their wire formats and decides
// nothing: what the documents say is package token's.
//
//	GET /{poolId}/.well-known/openid-configuration   the discovery document
//	GET /{poolId}/.well-known/jwks.json              the keys that verify a pool's tokens
//
// Sources: OpenID Connect Discovery 1.0; RFC 7517 (JSON Web Key).
package oauth
