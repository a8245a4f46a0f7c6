// Package managedlogin is the front door for people: what browsers get of the pools' login pages. By now
// that is the logos of the classic hosted UI (SetUICustomization).
package managedlogin
