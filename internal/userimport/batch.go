package userimport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// batchSize is how many rows are imported in one transaction. On SQLite everybody else who writes waits
// for it.
const batchSize = 100

// read takes up to n rows; last tells that the file ends behind them.
func read(r *rows, n int) (batch []row, last bool, err error) {
	for len(batch) < n {
		next, err := r.next()
		if isEnd(err) {
			return batch, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		batch = append(batch, next)
	}
	return batch, false, nil
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) }

// keep imports rows and writes how far the file is done. Where a fault lies in one row alone, that row
// fails and the others do not.
func (w *work) keep(ctx context.Context, batch []row, last bool) error {
	err := w.commit(ctx, batch, last)
	if err == nil || errors.Is(err, errLost) || ctx.Err() != nil || len(batch) == 0 {
		return err
	}
	if half := len(batch) / 2; half > 0 {
		if err := w.keep(ctx, batch[:half], false); err != nil || !w.job.Active() {
			return err
		}
		return w.keep(ctx, batch[half:], last)
	}
	// Does anything work?
	if w.change(ctx, func(store.Tx, *userpool.ImportJob) error { return nil }) != nil || !w.job.Active() {
		return err
	}
	w.Log.ErrorContext(ctx, "user import: a row cannot be kept",
		"pool", w.job.PoolID, "job", w.job.ID, "line", batch[0].line, "fault", err.Error())
	batch[0].refusal = errInternal
	return w.commit(ctx, batch, last)
}

// errInternal is the refusal of a row that cannot be kept, for no fault of its own.
var errInternal = errors.New("internal error")

// errPoolChanged: what was prepared fits another state of the pool.
var errPoolChanged = errors.New("userimport: the user pool has changed")

// commit is one transaction: users, log, progress.
func (w *work) commit(ctx context.Context, batch []row, last bool) error {
	for {
		err := w.tryCommit(ctx, batch, last)
		if !errors.Is(err, errPoolChanged) {
			return err
		}
	}
}

func (w *work) tryCommit(ctx context.Context, batch []row, last bool) error {
	p, err := w.pool(ctx)
	if err != nil {
		return err
	}
	users, err := w.prepare(p, batch)
	if err != nil {
		return err
	}
	var lines []userpool.ImportLogLine
	err = w.change(ctx, func(tx store.Tx, j *userpool.ImportJob) error {
		now, err := tx.Pool(ctx, p.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return errLost
		case err != nil:
			return fmt.Errorf("read user pool: %w", err)
		case !now.Modified.Equal(p.Modified):
			return errPoolChanged
		}
		lines = lines[:0]
		for i, u := range users {
			line := userpool.ImportLogLine{Line: batch[i].line}
			if line.Outcome, line.Reason, err = w.outcome(ctx, tx, p, u); err != nil {
				return err
			}
			switch line.Outcome {
			case userpool.ImportRowImported:
				j.Imported++
				continue
			case userpool.ImportRowSkipped:
				j.Skipped++
			default:
				j.Failed++
			}
			lines = append(lines, line)
		}
		if n := len(batch); n > 0 {
			j.Offset, j.Line = batch[n-1].offset, batch[n-1].lines
		}
		if last {
			j.Succeed(w.Now())
		}
		return tx.AddImportLog(ctx, j.PoolID, j.ID, lines)
	})
	if err != nil || w.job.Status == cognitoidp.UserImportJobStatusTypeStopped {
		return err
	}
	if w.Rows != nil {
		w.Rows(userpool.ImportRowImported, len(users)-len(lines))
		for _, l := range lines {
			w.Rows(l.Outcome, 1)
		}
	}
	for _, l := range lines {
		w.Log.InfoContext(ctx, "user import: row not imported", "pool", w.job.PoolID, "job", w.job.ID,
			"line", l.Line, "outcome", string(l.Outcome), "reason", l.Reason)
	}
	return nil
}

// candidate is a user who is to be kept, or why not.
type candidate struct {
	user    *userpool.User
	refusal error
}

// prepare does what needs no transaction.
func (w *work) prepare(p *userpool.Pool, batch []row) ([]candidate, error) {
	users := make([]candidate, len(batch))
	for i, r := range batch {
		c := candidate{refusal: r.refusal}
		if c.refusal == nil {
			in, err := imported(p, w.columns, r.values)
			if err == nil {
				c.user, err = w.Accounts.NewImported(p, in)
			}
			if c.refusal = err; err != nil && !isRefusal(err) {
				return nil, err
			}
		}
		users[i] = c
	}
	return users, nil
}

// outcome keeps a user, if it can be.
func (w *work) outcome(ctx context.Context, tx store.Tx, p *userpool.Pool, c candidate) (userpool.ImportOutcome, string, error) {
	err := c.refusal
	if err == nil {
		err = w.Accounts.KeepImported(ctx, tx, p, c.user)
	}
	switch {
	case err == nil:
		return userpool.ImportRowImported, "", nil
	case errors.Is(err, cognitoidp.UsernameExistsException):
		return userpool.ImportRowSkipped, awserr.ImportUserExists(), nil
	case errors.Is(err, errInternal):
		return userpool.ImportRowFailed, awserr.ImportInternal(), nil
	case isRefusal(err):
		return userpool.ImportRowFailed, reason(err), nil
	default:
		return "", "", err
	}
}

// isRefusal tells a rule from a fault.
func isRefusal(err error) bool {
	var refused *cognitoidp.Error
	return errors.As(err, &refused)
}

// reason is a refusal as one line of a log.
func reason(err error) string {
	var refused *cognitoidp.Error
	if !errors.As(err, &refused) {
		return err.Error()
	}
	return strings.ReplaceAll(refused.Message, "\n", " ")
}

func trimmed(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.TrimSpace(v)
	}
	return out
}
