package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// ImportReader reads user import jobs, their files and their logs. Each call is one index search.
type ImportReader interface {
	ImportJob(ctx context.Context, poolID, id string) (*userpool.ImportJob, error)
	// ImportJobs lists at most limit jobs of a pool behind a place, newest first, then by id downwards.
	ImportJobs(ctx context.Context, poolID string, after ImportCursor, limit int) ([]*userpool.ImportJob, error)
	CountImportJobs(ctx context.Context, poolID string) (int, error)
	// ActiveImportJob is the pool's job that was started and has not ended; ErrNotFound if none is.
	ActiveImportJob(ctx context.Context, poolID string) (*userpool.ImportJob, error)
	// DueImportJobs lists at most limit jobs of all pools that are due at now, the longest due first.
	DueImportJobs(ctx context.Context, now time.Time, limit int) ([]*userpool.ImportJob, error)
	// ImportChunk is a piece of a file, by its number from 0; ErrNotFound if there is none.
	ImportChunk(ctx context.Context, poolID, jobID, file string, number int64) ([]byte, error)
	// ImportLog lists at most limit lines of a job's log behind a line, by line.
	ImportLog(ctx context.Context, poolID, jobID string, after int64, limit int) ([]userpool.ImportLogLine, error)
}

// ImportCursor is the place of the last job of a page. The zero value is the start.
type ImportCursor struct {
	Created time.Time
	ID      string
}

// ImportWriter writes user import jobs.
type ImportWriter interface {
	// CreateImportJob adds a job; ErrExists if the pool has one of that id.
	CreateImportJob(ctx context.Context, j *userpool.ImportJob) error
	// SaveImportJob replaces a job, whose pool, id and creation do not change; ErrNotFound if it is gone.
	// That a pool has one active job is the caller's to look at, in the same transaction.
	SaveImportJob(ctx context.Context, j *userpool.ImportJob) error
	// AddImportChunk adds a piece of a file, of a size of the caller's choice; ErrExists if there is one of
	// that number. It is sealed.
	AddImportChunk(ctx context.Context, poolID, jobID, file string, number int64, data []byte) error
	// DeleteImportFiles removes all files of a job but those named; there may be none.
	DeleteImportFiles(ctx context.Context, poolID, jobID string, keep ...string) error
	// AddImportLog adds lines to a job's log; ErrExists if there is one of a row already.
	AddImportLog(ctx context.Context, poolID, jobID string, lines []userpool.ImportLogLine) error
}
