// Package sqlstore keeps the nouns of package userpool in SQLite or PostgreSQL. It implements
// store.Store with one set of SQL statements, a file per noun; dialect_sqlite.go and
// dialect_postgres.go hold what differs, which is how transactions are run.
//
// A row has columns for what is searched or constrained, a JSON document for the rest and, where a
// noun has secrets, one sealed column. Nothing refers to Go field names of other packages: record
// types name every key of the JSON, except inside settings, which have the names of the service
// model.
package sqlstore
