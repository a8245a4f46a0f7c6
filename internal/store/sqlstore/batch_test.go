package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// TestSQLiteDurability: what makes a commit survive a power failure cannot be tried here, so the
// settings that do are looked at.
func TestSQLiteDurability(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "o.db"))
	defer db.Close()
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
		if got, err := db.WriterPragma(t.Context(), name); err != nil || got != want {
			t.Errorf("%s is %s, want %s (error %v)", name, got, want, err)
		}
	}
}

// TestBatch: updates that wait while one runs share its commit, yet each fails alone; and one that
// gives up waiting does not leave the others without a commit.
func TestBatch(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "o.db"))
	defer db.Close()
	refusal := errors.New("refused")
	cancelled, cancel := context.WithCancel(t.Context())
	create := func(ctx context.Context, id string, outcome error) error {
		return db.Update(ctx, func(tx store.Tx) error {
			if err := tx.CreatePool(ctx, &userpool.Pool{ID: id}); err != nil {
				return err
			}
			return outcome
		})
	}
	const others = 9
	got := make([]error, others)
	var wg sync.WaitGroup
	err := db.Update(t.Context(), func(tx store.Tx) error {
		for i := range others {
			wg.Go(func() {
				switch i % 3 {
				case 0:
					got[i] = create(t.Context(), fmt.Sprintf("r_%d", i), nil)
				case 1:
					got[i] = create(t.Context(), fmt.Sprintf("r_%d", i), refusal)
				case 2:
					got[i] = create(cancelled, fmt.Sprintf("r_%d", i), nil)
				}
			})
		}
		for db.Waiting() < others {
			runtime.Gosched()
		}
		cancel()
		return tx.CreatePool(t.Context(), &userpool.Pool{ID: "r_first"})
	})
	wg.Wait()
	if err != nil {
		t.Errorf("the first update: %v", err)
	}
	want := []string{"r_0", "r_3", "r_6", "r_first"}
	for i, err := range got {
		if expect := []error{nil, refusal, context.Canceled}[i%3]; !errors.Is(err, expect) {
			t.Errorf("update %d: got error %v, want %v", i, err, expect)
		}
	}
	var ids []string
	for _, p := range pools(t, db) {
		ids = append(ids, p.ID)
	}
	if fmt.Sprint(ids) != fmt.Sprint(want) {
		t.Errorf("pools %v, want %v", ids, want)
	}
}
