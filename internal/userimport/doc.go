// Package userimport makes users of CSV files: it takes the file of a user import job, reads its rows, and
// works through them in the background.
//
//	PUT of the file → Receive: pieces in the store
//	StartUserImportJob → Run, on any node: claim → survey (header, number of rows) → batch, batch, … → end
//
// A batch is one transaction: its users, the lines of the job's log, and the place in the file where the
// next batch begins. Whatever stops a worker, the next one goes on behind the last batch that was kept, so
// that no row is lost and none is done twice. A worker holds a job by a lease, which each batch renews, and
// every transaction looks at first.
//
// What a row must be is decided by package account, as for users who are made one by one. This package
// knows columns: header.go and user.go.
package userimport
