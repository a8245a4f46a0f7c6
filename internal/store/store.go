package store

import (
	"context"
	"errors"
)

// ErrNotFound: no such record.
var ErrNotFound = errors.New("store: not found")

// ErrExists: a record of that key, or one of its unique names, is already there.
var ErrExists = errors.New("store: already exists")

// Store keeps every noun of package userpool; it is safe for concurrent use. Times are kept to the
// microsecond and come back in UTC.
type Store interface {
	// View runs fn on one consistent snapshot. Nouns read from it may be shared: fn and its caller
	// must not change them. fn must not call View or Update.
	View(ctx context.Context, fn func(Reader) error) error

	// Update runs fn in one serializable transaction, committed if fn returns nil. fn may run again
	// after a conflict, so it only reads, decides and writes: no hashing, signing, network or
	// message inside, nor View or Update, which would wait for each other. After an error other than
	// ErrNotFound and ErrExists the transaction fails whatever fn returns. Nouns read from a Tx
	// belong to the caller. Once Update returns nil, the
	// change survives a crash of the process and of the machine.
	Update(ctx context.Context, fn func(Tx) error) error

	// Close releases the database.
	Close() error
}

// Reader reads one snapshot.
type Reader interface {
	PoolReader
	DomainReader
	ClientReader
	ResourceServerReader
	UserReader
	GroupReader
	TermsReader
	BrandingReader
	IdentityProviderReader
	AttemptReader
	TokenReader
	DeviceReader
	PasskeyReader
	CodeReader
	LimitReader
	ProvisionedLimitReader
	ImportReader
	RiskReader
	OutboxReader
}

// Tx reads and writes in one transaction.
type Tx interface {
	Reader
	PoolWriter
	DomainWriter
	ClientWriter
	ResourceServerWriter
	UserWriter
	GroupWriter
	TermsWriter
	BrandingWriter
	IdentityProviderWriter
	AttemptWriter
	TokenWriter
	DeviceWriter
	PasskeyWriter
	CodeWriter
	LimitWriter
	ProvisionedLimitWriter
	ImportWriter
	RiskWriter
	OutboxWriter
	RemovalWriter
}
