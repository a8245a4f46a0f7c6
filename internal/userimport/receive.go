package userimport

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Why a file is not taken.
var (
	ErrForged     = errors.New("userimport: the address was not signed here")
	ErrNoJob      = errors.New("userimport: the job is gone")
	ErrExpired    = errors.New("userimport: the address has expired")
	ErrStarted    = errors.New("userimport: the job was started, or has ended")
	ErrTooLarge   = errors.New("userimport: the file is too large")
	ErrIncomplete = errors.New("userimport: the file did not arrive whole")
	ErrSuperseded = errors.New("userimport: another upload for the job has begun")
)

// chunkSize is the size of a file's pieces in the store, in bytes. All but the last have it.
const chunkSize = 256 << 10

// Upload is a file on its way to a job.
type Upload struct {
	PoolID    string
	JobID     string
	Signature string // X-Amz-Signature
	Size      int64  // in bytes
	Body      io.Reader
	// Progress, if there, is called before each piece is waited for.
	Progress func()
}

// Receive keeps the file of a job in place of the one before. Of several uploads at once the one that
// began last counts, so that a job never occupies more than two files. Memory holds one piece of it.
func (s *Service) Receive(ctx context.Context, up Upload) error {
	if !secret.Equal(up.Signature, s.signature(up.PoolID, up.JobID)) {
		return ErrForged
	}
	file, err := secret.Token(s.Rand, 16)
	if err != nil {
		return err
	}
	err = s.change(ctx, up, func(tx store.Tx, j *userpool.ImportJob) error {
		switch {
		case !s.Now().Before(j.UploadUntil()):
			return ErrExpired
		case up.Size > s.maxBytes():
			return ErrTooLarge
		}
		j.Upload, j.Expected = file, up.Size
		return Save(ctx, tx, j)
	})
	if err != nil {
		return err
	}
	if err := s.receive(ctx, up, file); err != nil {
		// Else the pieces would stay until the job ends; and it may fail because the caller is gone.
		undo := s.change(context.WithoutCancel(ctx), up, func(tx store.Tx, j *userpool.ImportJob) error {
			if j.Upload != file {
				return nil
			}
			j.Upload, j.Expected = "", 0
			return Save(ctx, tx, j)
		})
		if undo != nil && !refusal(undo) {
			return errors.Join(err, undo)
		}
		return err
	}
	return nil
}

// refusal tells whether an error is one of those above.
func refusal(err error) bool {
	for _, known := range []error{ErrForged, ErrNoJob, ErrExpired, ErrStarted, ErrTooLarge, ErrIncomplete, ErrSuperseded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func (s *Service) receive(ctx context.Context, up Upload, file string) error {
	piece := make([]byte, min(chunkSize, up.Size))
	for at := int64(0); at < up.Size; at += chunkSize {
		piece = piece[:min(chunkSize, up.Size-at)]
		if up.Progress != nil {
			up.Progress()
		}
		if _, err := io.ReadFull(up.Body, piece); err != nil {
			return fmt.Errorf("%w: %w", ErrIncomplete, err)
		}
		err := s.change(ctx, up, func(tx store.Tx, j *userpool.ImportJob) error {
			if j.Upload != file {
				return ErrSuperseded
			}
			return tx.AddImportChunk(ctx, j.PoolID, j.ID, file, at/chunkSize, piece)
		})
		if err != nil {
			return err
		}
	}
	return s.change(ctx, up, func(tx store.Tx, j *userpool.ImportJob) error {
		if j.Upload != file {
			return ErrSuperseded
		}
		j.File, j.Size = file, up.Size
		j.Upload, j.Expected = "", 0
		return Save(ctx, tx, j)
	})
}

// change runs fn on the job of an upload, if it was not started yet.
func (s *Service) change(ctx context.Context, up Upload, fn func(store.Tx, *userpool.ImportJob) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		j, err := tx.ImportJob(ctx, up.PoolID, up.JobID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return ErrNoJob
		case err != nil:
			return fmt.Errorf("read user import job: %w", err)
		case j.At(s.Now()).Status != cognitoidp.UserImportJobStatusTypeCreated:
			return ErrStarted
		}
		return fn(tx, j)
	})
}

// file reads the file of a job from an offset on.
type file struct {
	ctx    context.Context //nolint:containedctx // io.Reader has none; it lives within one call
	store  store.Store
	job    *userpool.ImportJob
	offset int64

	chunk  []byte
	number int64 // of chunk, if there is one
}

// errFileLost: a piece of the file is not there.
var errFileLost = errors.New("userimport: a piece of the file is missing")

// Read implements io.Reader.
func (f *file) Read(p []byte) (int, error) {
	if f.offset >= f.job.Size {
		return 0, io.EOF
	}
	number := f.offset / chunkSize
	if f.chunk == nil || f.number != number {
		err := f.store.View(f.ctx, func(r store.Reader) (err error) {
			f.chunk, err = r.ImportChunk(f.ctx, f.job.PoolID, f.job.ID, f.job.File, number)
			return err
		})
		f.number = number
		if errors.Is(err, store.ErrNotFound) {
			return 0, errFileLost
		}
		if err != nil {
			return 0, fmt.Errorf("read the file of user import job %s: %w", f.job.ID, err)
		}
	}
	rest := f.chunk[min(f.offset%chunkSize, int64(len(f.chunk))):]
	if len(rest) == 0 {
		return 0, errFileLost // shorter than it was
	}
	n := copy(p, rest)
	f.offset += int64(n)
	return n, nil
}
