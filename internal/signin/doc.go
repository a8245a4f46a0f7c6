// Package signin takes a user from a name to proven: every challenge of InitiateAuth and
// RespondToAuthChallenge and the order they come in.
//
//	Initiate ─ may this flow be used? ─ who is it? ─ first factor ─┐
//	Respond  ─ is this session good?  ─ check the answer ──────────┤
//	                                                               ▼
//	                      next (flow.go): what still stands between the attempt and its tokens?
//	                          a challenge ─ send it, keep the attempt under a new session
//	                          nothing     ─ tokens (package token)
//
// A step checks one answer and records the proof; it never names another step. Everything that costs
// time (SRP, RSA, messages) happens outside of transactions; commit.go then writes in one
// transaction, which consumes the old session and applies what the step changes on the user as the
// user is by then.
//
// Where a client hides who exists (PreventUserExistenceErrors) an unknown name runs through the same
// steps with a made-up verifier, so that neither answers nor time tell it from a known one.
package signin
