package userimport

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"ostiary/internal/account"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// The limits of the service.
const (
	defaultMaxBytes = 100 << 20
	defaultMaxRows  = 500_000
)

// Service takes files and imports them. Fill in the exported fields; it is then safe for concurrent use.
type Service struct {
	Store    store.Store
	Accounts *account.Service // makes the users
	Secrets  *secret.Keyring  // signs the addresses for files
	BaseURL  string           // of the server, without a slash at its end
	Log      *slog.Logger
	Now      func() time.Time
	Rand     io.Reader // safe for concurrent use

	MaxBytes int64 // of a file; 0 means 100 MB
	MaxRows  int64 // of a file, without its header; 0 means 500,000

	// Rows, if there, hears how many rows had which outcome.
	Rows func(outcome userpool.ImportOutcome, n int)

	// Wake, with room for one, lets a job begin at once that was started here. Without it, and for jobs
	// started on other nodes that then fail, workers look every few seconds.
	Wake chan struct{}
}

// Path is where files are uploaded, followed by the pool's id, a slash, and the job's.
const Path = "/_ostiary/imports/"

// URL is the address to which the job's file is uploaded (PreSignedUrl). It says what an address of S3
// says, so that it reads alike; what counts is the job and X-Amz-Signature.
func (s *Service) URL(j *userpool.ImportJob) string {
	const oneSecondLess = time.Second // as the service has it
	query := url.Values{
		"X-Amz-Date":          {j.Created.UTC().Format("20060102T150405Z")},
		"X-Amz-Expires":       {strconv.Itoa(int((userpool.ImportUploadLife - oneSecondLess).Seconds()))},
		"X-Amz-SignedHeaders": {"host;x-amz-server-side-encryption"},
		"X-Amz-Signature":     {s.signature(j.PoolID, j.ID)},
	}
	return s.BaseURL + Path + j.PoolID + "/" + j.ID + "?" + query.Encode()
}

// signature is what nobody can make up who was not told the job's address.
func (s *Service) signature(poolID, jobID string) string {
	return hex.EncodeToString(s.Secrets.Hash("user import upload", []byte(poolID), []byte(jobID)))
}

// Save keeps a changed job, and removes its files once it has ended.
func Save(ctx context.Context, tx store.Tx, j *userpool.ImportJob) error {
	if err := tx.SaveImportJob(ctx, j); err != nil {
		return fmt.Errorf("save user import job %s: %w", j.ID, err)
	}
	if err := tx.DeleteImportFiles(ctx, j.PoolID, j.ID, j.File, j.Upload); err != nil {
		return fmt.Errorf("remove files of user import job %s: %w", j.ID, err)
	}
	return nil
}

// Started tells workers that a job waits.
func (s *Service) Started() {
	select {
	case s.Wake <- struct{}{}:
	default: // they know, or there is no Wake
	}
}

func (s *Service) maxBytes() int64 {
	if s.MaxBytes > 0 {
		return s.MaxBytes
	}
	return defaultMaxBytes
}

func (s *Service) maxRows() int64 {
	if s.MaxRows > 0 {
		return s.MaxRows
	}
	return defaultMaxRows
}
