// Package mfa holds the rules of multi-factor authentication: which factors a user may activate and
// prefer (SetUserMFAPreference), which one a sign-in asks for, and time-based one-time passwords
// (RFC 6238). It is pure; package signin runs the challenges.
package mfa
