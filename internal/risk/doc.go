// Package risk is adaptive authentication: it assesses who signs in, from where and how often, decides with
// the pool's risk configuration what that leads to, and remembers both as an event of the user.
//
// Assess is a pure function from signals to a score with named reasons (docs/risk.md tells where they come
// from). Service gathers the signals and keeps the events.
package risk
