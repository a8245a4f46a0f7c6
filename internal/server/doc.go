// Package server builds every part of Ostiary from the configuration, starts the listener and the
// background work, and stops them again. It is the one place where all parts meet.
//
//	listener ─ admit (web access list) ─┬─ /                                api.Door
//	                                    ├─ /{poolId}/.well-known/…          oauth.Door
//	                                    ├─ /_ostiary/health/…               health
//	                                    └─ /_ostiary/messages, clock, reset development only
package server
