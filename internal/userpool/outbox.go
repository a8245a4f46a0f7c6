package userpool

import "time"

// OutboxMessage is an e-mail or SMS message that waits to be delivered.
type OutboxMessage struct {
	ID       string
	PoolID   string
	Username string // as stored, or the folded name of nobody
	// Lane is which messages it waits behind: those of another lane have workers of their own.
	Lane    string
	Created time.Time
	// Due is when a worker has to look at it: for the first time, for another try, or because whoever holds
	// it is not heard of any more.
	Due time.Time
	// Lease is who holds it until Due; "" for nobody.
	Lease string
	Tries int // that have failed
	// Content is the message. It is sealed.
	Content []byte
}
