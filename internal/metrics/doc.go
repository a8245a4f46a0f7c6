// Package metrics is what monitoring reads of the server, in the form of Prometheus. Every part has a hook
// that package server ties to a method here; what parts count themselves is read when it is asked for.
//
// No label has a value that strangers or growth can multiply: no user, app client, user pool or address.
// docs/metrics.md explains every metric.
package metrics
