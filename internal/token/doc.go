// Package token mints, verifies, refreshes and publishes: ID tokens and access tokens (JWT, RFC
// 7519, signed RS256), refresh tokens (opaque), and the keys that sign them.
//
//	Mint           a proven sign-in   → tokens; Grant.Save keeps its token session
//	MintForClient  an app client      → an access token of its own, which no user carries
//	Refresh        a refresh token    → an access token and an ID token of the same session
//	EndSession     a SessionId        → nothing of it works any more
//	Bearer         an access token    → who carries it, or the refusal
//	JWKS, Discovery                   → what others need to verify
//
// A token session (userpool.TokenSession) is one sign-in with all tokens that come of it; the
// origin_jti claim names it. Revoking it, or everything of its user (userpool.User.TokensRevoked),
// ends them for the operations of this server; elsewhere a JWT verifies until it expires.
//
// Where a pool tracks sessions (userpool.Pool.TracksSessions), a session remembers when, where and by what
// it was used last (Caller), and a sign-in ends those of its user that were idle longest and are too many.
//
// Who may sign in, and what of a refused sign-in is told, is decided above: here a user is proven.
package token
