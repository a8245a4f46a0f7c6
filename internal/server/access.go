package server

import (
	"net/http"

	"ostiary/internal/api"
	"ostiary/internal/awserr"
	"ostiary/internal/metrics"
	"ostiary/internal/webacl"
)

// admit puts the web access list before everything else, as a web ACL stands before the service.
// Health is left out: whoever watches over the server has other addresses than its clients.
func admit(list *webacl.List, proxies webacl.Proxies, c *clock, door *api.Door, m *metrics.Metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case pathLive, pathReady:
		default:
			if !list.Admit(proxies.ClientAddress(req), c.Now()) {
				m.Refused(metrics.WebAccessList, "")
				door.Refuse(w, req, awserr.Forbidden())
				return
			}
		}
		next.ServeHTTP(w, req)
	})
}
