package storetest

import (
	"context"
	"sync"

	"ostiary/internal/store"
)

// FaultyStore is a store whose transactions fail when told to.
type FaultyStore struct {
	store.Store
	mu     sync.Mutex
	view   error
	update error
}

// Faulty wraps s.
func Faulty(s store.Store) *FaultyStore { return &FaultyStore{Store: s} }

// FailView lets the next View fail with err instead of running.
func (f *FaultyStore) FailView(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.view = err
}

// FailUpdate lets the next Update fail with err: its function runs, and nothing of it is kept.
func (f *FaultyStore) FailUpdate(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.update = err
}

func (f *FaultyStore) take(err *error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := *err
	*err = nil
	return taken
}

// View implements store.Store.
func (f *FaultyStore) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := f.take(&f.view); err != nil {
		return err
	}
	return f.Store.View(ctx, fn)
}

// Update implements store.Store.
func (f *FaultyStore) Update(ctx context.Context, fn func(store.Tx) error) error {
	fault := f.take(&f.update)
	return f.Store.Update(ctx, func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return fault
	})
}
