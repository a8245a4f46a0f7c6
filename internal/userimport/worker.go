package userimport

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	// workers is how many jobs a node works on at a time, of different pools: a long one must not hold
	// up all others, and more would hold up whoever signs in.
	workers = 2
	// lookEvery is how often a worker looks for jobs that wait, beside being woken.
	lookEvery = 5 * time.Second
	// lease is how long a job stays with a worker that is not heard of.
	lease = time.Minute
	// goodbye is how long a worker that must stop may take to hand its job back.
	goodbye = 5 * time.Second
)

// Run works on user import jobs until ctx is done.
func (s *Service) Run(ctx context.Context) {
	var running sync.WaitGroup
	for range workers {
		running.Go(func() { s.worker(ctx) })
	}
	running.Wait()
}

func (s *Service) worker(ctx context.Context) {
	timer := time.NewTimer(rand.N(lookEvery / 5)) //nolint:gosec // only to spread the load
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-s.Wake:
		}
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "user import", "fault", err.Error())
		}
		timer.Reset(lookEvery)
	}
}

// Work does what waits to be done: it runs jobs to their end, one after the other, and lets those expire
// that nobody started.
func (s *Service) Work(ctx context.Context) error {
	var faults []error
	for {
		j, more, err := s.claim(ctx)
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		if !more {
			return errors.Join(faults...)
		}
		if j == nil {
			continue
		}
		if err := s.run(ctx, j); err != nil {
			faults = append(faults, fmt.Errorf("user import job %s of %s: %w", j.ID, j.PoolID, err))
		}
	}
}

// claim takes the job that is due longest, or settles it if there is nothing to run; j is nil then. More
// is false if no job is due.
func (s *Service) claim(ctx context.Context) (j *userpool.ImportJob, more bool, err error) {
	var due []*userpool.ImportJob
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		due, err = r.DueImportJobs(ctx, s.Now(), 1)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("look for user import jobs: %w", err)
	}
	if len(due) == 0 {
		return nil, false, nil
	}
	name, err := secret.Token(s.Rand, 12)
	if err != nil {
		return nil, false, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		j = nil
		now := s.Now()
		found, err := tx.ImportJob(ctx, due[0].PoolID, due[0].ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil // gone with its pool
		}
		if err != nil {
			return err
		}
		if found.Due.IsZero() || found.Due.After(now) {
			return nil // somebody else was faster
		}
		switch found.Status {
		case cognitoidp.UserImportJobStatusTypePending, cognitoidp.UserImportJobStatusTypeInProgress:
			found.Worker, found.Due = name, now.Add(lease)
			j = found
		case cognitoidp.UserImportJobStatusTypeStopping:
			found.FinishStop(now)
		default:
			found = found.At(now)
			if found.Status != cognitoidp.UserImportJobStatusTypeExpired {
				found.Due = found.Created.Add(userpool.ImportJobLife)
			}
		}
		return Save(ctx, tx, found)
	})
	if err != nil {
		return nil, false, fmt.Errorf("claim a user import job: %w", err)
	}
	return j, true, nil
}

// errLost: the job is no longer this worker's.
var errLost = errors.New("userimport: another worker has the job, or it is gone")

// run takes a claimed job to its end. The error is a fault; the job is taken up again when its lease is
// over. A panic is one, too: it must not bring down every server that takes the job up.
func (s *Service) run(ctx context.Context, j *userpool.ImportJob) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			s.Log.ErrorContext(ctx, "panic in a user import", "pool", j.PoolID, "job", j.ID, "stack", string(debug.Stack()))
			err = errors.New("panic")
		}
	}()
	w := &work{Service: s, job: j}
	err = w.run(ctx)
	switch j := w.job; {
	case err == nil:
		s.Log.InfoContext(ctx, "user import ended", "pool", j.PoolID, "job", j.ID, "status", string(j.Status),
			"message", j.Message, "imported", j.Imported, "skipped", j.Skipped, "failed", j.Failed)
		return nil
	case errors.Is(err, errLost):
		return nil
	case err != nil && ctx.Err() != nil:
		return errors.Join(err, w.handBack(ctx))
	default:
		return err
	}
}

// work is one worker at one job.
type work struct {
	*Service
	job     *userpool.ImportJob // as last written
	columns []string
}

func (w *work) run(ctx context.Context) error {
	if err := w.begin(ctx); err != nil || !w.job.Active() {
		return err
	}
	w.Log.InfoContext(ctx, "user import runs", "pool", w.job.PoolID, "job", w.job.ID, "line", w.job.Line)
	r := w.rows(ctx, w.job.Offset, w.job.Line)
	for w.job.Active() {
		batch, last, err := read(r, batchSize)
		if err != nil {
			return w.unreadable(ctx, err)
		}
		if err := w.keep(ctx, batch, last); err != nil {
			return err
		}
	}
	return nil
}

// begin reads the header and, the first time, looks through the whole file, so that one that is of no use
// imports nobody.
func (w *work) begin(ctx context.Context) error {
	p, err := w.pool(ctx)
	if err != nil {
		return err
	}
	r := w.rows(ctx, 0, 0)
	wrong := ""
	header, err := r.next()
	switch {
	case isEnd(err):
		wrong = "The CSV file is empty."
	case err != nil:
		return w.unreadable(ctx, err)
	case header.refusal != nil:
		wrong = "The header of the CSV file cannot be read: " + reason(header.refusal)
	default:
		w.columns = trimmed(header.values)
		wrong = unfit(p, w.columns)
	}
	if wrong == "" && w.job.Status == cognitoidp.UserImportJobStatusTypePending {
		if wrong, err = w.countRows(r); err != nil {
			return w.unreadable(ctx, err)
		}
	}
	return w.change(ctx, func(tx store.Tx, j *userpool.ImportJob) error {
		switch {
		case wrong != "":
			j.Fail(wrong, w.Now())
		case j.Status == cognitoidp.UserImportJobStatusTypePending:
			j.Status = cognitoidp.UserImportJobStatusTypeInProgress
			j.Offset, j.Line = header.offset, header.lines
		}
		return nil
	})
}

// countRows refuses a file with too many rows.
func (w *work) countRows(r *rows) (wrong string, err error) {
	for n := int64(1); ; n++ {
		_, err := r.next()
		switch {
		case isEnd(err):
			return "", nil
		case err != nil:
			return "", err
		case n > w.maxRows():
			return fmt.Sprintf("The CSV file has more than %d rows.", w.maxRows()), nil
		}
	}
}

// unreadable ends a job whose file is lost; any other error is a fault that may pass.
func (w *work) unreadable(ctx context.Context, err error) error {
	if !errors.Is(err, errFileLost) {
		return err
	}
	w.Log.ErrorContext(ctx, "user import: the file is lost", "pool", w.job.PoolID, "job", w.job.ID)
	return w.change(ctx, func(_ store.Tx, j *userpool.ImportJob) error {
		j.Fail("The CSV file could not be read.", w.Now())
		return nil
	})
}

func (w *work) rows(ctx context.Context, offset, line int64) *rows {
	return &rows{r: &file{ctx: ctx, store: w.Store, job: w.job, offset: offset}, offset: offset, lines: line}
}

func (w *work) pool(ctx context.Context) (p *userpool.Pool, err error) {
	err = w.Store.View(ctx, func(r store.Reader) (err error) {
		p, err = r.Pool(ctx, w.job.PoolID)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, errLost
	}
	if err != nil {
		return nil, fmt.Errorf("read user pool: %w", err)
	}
	return p, nil
}

// change is every step of a worker: one transaction, if the job is still this worker's and as this worker
// left it. A job that is to stop stops instead. The lease is renewed.
func (w *work) change(ctx context.Context, fn func(store.Tx, *userpool.ImportJob) error) error {
	var written *userpool.ImportJob
	err := w.Store.Update(ctx, func(tx store.Tx) error {
		written = nil
		j, err := tx.ImportJob(ctx, w.job.PoolID, w.job.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return errLost
		case err != nil:
			return fmt.Errorf("read user import job: %w", err)
		case j.Worker != w.job.Worker || j.Offset != w.job.Offset:
			return errLost
		case j.Status == cognitoidp.UserImportJobStatusTypeStopping:
			j.FinishStop(w.Now())
		default:
			if err := fn(tx, j); err != nil {
				return err
			}
			if j.Active() && j.Worker != "" {
				j.Due = w.Now().Add(lease)
			}
		}
		written = j
		return saveProgress(ctx, tx, j)
	})
	if err != nil {
		return err
	}
	w.job = written
	return nil
}

// saveProgress is Save, which need not look at files while the job runs.
func saveProgress(ctx context.Context, tx store.Tx, j *userpool.ImportJob) error {
	if j.Active() {
		return tx.SaveImportJob(ctx, j)
	}
	return Save(ctx, tx, j)
}

// handBack lets another worker go on at once.
func (w *work) handBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	err := w.change(ctx, func(_ store.Tx, j *userpool.ImportJob) error {
		j.Worker, j.Due = "", w.Now()
		return nil
	})
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}
