// Package config reads how the server is to run: Config is the configuration file as one
// documented struct.
//
// A setting comes from the strongest of four places that gives it: a command-line flag, an
// environment variable OSTIARY_…, the configuration file, the default. Whether there is a file
// decides the mode: without one the server is for development, with one for production, where
// Load refuses whatever would leave it unsafe. It reports every problem it finds at once.
//
// Secrets are of type Secret, which prints as [redacted], or are read from files that not
// everybody on the machine may read.
//
// docs/ostiary.example.yaml shows every key; a test loads it.
package config
