// Package store is the interface to what the server remembers, and its errors. Package sqlstore
// implements it over SQLite and PostgreSQL; package storetest defines what correct means.
//
// A missing record is ErrNotFound and a taken name ErrExists; the caller knows which exception of
// the API that is. Any other error is a fault.
package store
