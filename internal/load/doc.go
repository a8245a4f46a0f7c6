// Package load fills a user pool with made-up users, and drives a mix of operations against a server to
// tell how fast it answers: beside what the operations' cryptography alone takes, measured in the same
// run, since figures of different machines and hours do not compare.
package load
