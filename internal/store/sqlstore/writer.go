package sqlstore

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// writer runs all updates of a SQLite database, one after the other, and commits several at once: a
// commit waits for the disk, so updates that queue meanwhile share the next one. Each returns only
// after the commit that holds it.
type writer struct {
	s       *session
	waiting atomic.Int32

	mu sync.Mutex // held by the update that runs
	b  *batch     // the open transaction; nil if there is none
}

// batch is a transaction that several updates share.
type batch struct {
	size int
	done chan struct{} // closed when it has ended
	err  error         // why it was not committed; set before done is closed
}

// maxBatch bounds how long the first update of a batch waits for its commit.
const maxBatch = 64

func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.s.close()
}

func (w *writer) update(ctx context.Context, fn func(*conn) error) error {
	b, err := w.join(ctx, fn)
	if b == nil {
		return err
	}
	<-b.done
	if b.err != nil {
		// Also for an update that refused: it decided upon what then did not happen.
		return fmt.Errorf("sqlstore: commit: %w", b.err)
	}
	return err
}

// join runs fn in the open batch, or in a new one, and ends the batch if nobody waits to join it.
func (w *writer) join(ctx context.Context, fn func(*conn) error) (b *batch, err error) {
	w.waiting.Add(1)
	w.mu.Lock()
	w.waiting.Add(-1)
	defer w.mu.Unlock()
	// Whoever waited may be the one whom the open batch counted on to end it.
	defer w.endUnlessAwaited()

	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if w.b == nil {
		if _, err := w.s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
			return nil, fmt.Errorf("sqlstore: begin: %w", err)
		}
		w.b = &batch{done: make(chan struct{})}
	}
	b = w.b
	return b, w.run(b, fn)
}

// run is fn as a part of b that can be undone alone.
func (w *writer) run(b *batch, fn func(*conn) error) (err error) {
	first := b.size == 0 // undone by undoing the transaction
	if !first {
		if err := w.s.end("SAVEPOINT part"); err != nil {
			w.abandon(err)
			return err
		}
	}
	b.size++
	good := false
	defer func() { // also when fn panics
		switch {
		case first && !good:
			b.err = w.s.end("ROLLBACK")
			w.finish()
		case !good:
			if undo := w.s.end("ROLLBACK TO part"); undo != nil {
				w.abandon(undo)
				return
			}
			fallthrough
		case !first:
			if release := w.s.end("RELEASE part"); release != nil {
				w.abandon(release)
			}
		}
	}()
	c := &conn{q: w.s}
	err = c.outcome(fn(c))
	good = err == nil
	return err
}

func (w *writer) endUnlessAwaited() {
	if w.b == nil || w.waiting.Load() > 0 && w.b.size < maxBatch {
		return
	}
	if err := w.s.end("COMMIT"); err != nil {
		w.abandon(err)
		return
	}
	w.finish()
}

// abandon gives up the open batch because of err.
func (w *writer) abandon(err error) {
	w.b.err = err
	// SQLite may have rolled back already; then this fails and changes nothing.
	_ = w.s.end("ROLLBACK")
	w.finish()
}

func (w *writer) finish() {
	close(w.b.done)
	w.b = nil
}
