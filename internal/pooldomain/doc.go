// Package pooldomain knows under which addresses browsers reach a user pool: which pool a request's Host
// names, and where the pages of a pool are.
//
//	request ─▶ Route: Host ─▶ domain ─▶ the handlers of a pool's pages (Of)
//	pool ─▶ Base: its custom domain, else its prefix under the suffix ─▶ links in messages
package pooldomain
