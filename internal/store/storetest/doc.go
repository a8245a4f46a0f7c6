// Package storetest defines what a correct store is: Run tries any implementation against the
// contract of package store. For tests of other packages, New opens a store in memory and Faulty
// makes one fail on demand.
package storetest
