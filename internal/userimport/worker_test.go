package userimport

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

var errKilled = errors.New("killed")

// mortal is a store whose process dies: after so many transactions nothing works any more. The last of
// them is kept or not, and its caller never learns which.
type mortal struct {
	store.Store
	left int
	kept bool
	dead bool
	// between, if there, runs before each transaction.
	between func()
}

func (m *mortal) dies() bool {
	if m.between != nil && !m.dead {
		m.between()
	}
	m.left--
	return m.dead || m.left == 0
}

func (m *mortal) View(ctx context.Context, fn func(store.Reader) error) error {
	if m.dies() {
		m.dead = true
		return errKilled
	}
	return m.Store.View(ctx, fn)
}

func (m *mortal) Update(ctx context.Context, fn func(store.Tx) error) error {
	if !m.dies() {
		return m.Store.Update(ctx, fn)
	}
	if !m.dead && m.kept {
		if err := m.Store.Update(ctx, fn); err != nil {
			return err
		}
	}
	m.dead = true
	return errKilled
}

// oddFile is a file of n rows of which every seventh cannot be imported and every eleventh repeats the
// one before. It answers who is to be there, and how many rows are which.
func (w *world) oddFile(n int) (text string, names []string, skipped, failed int64) {
	w.t.Helper()
	rows := make([]string, n)
	last := ""
	for i := range n {
		name := fmt.Sprintf("user%05d", i)
		switch {
		case i%7 == 3:
			rows[i] = "user=" + name
			failed++
		case i%11 == 5 && last != "":
			rows[i] = "user=" + last + good + "again@example.com"
			skipped++
		default:
			rows[i] = "user=" + name + good + name + "@example.com"
			names = append(names, name)
			last = name
		}
	}
	return w.table(rows...), names, skipped, failed
}

// expectExactly: the job has done its file, no row lost and none done twice.
func (w *world) expectExactly(t rapid.TB, id string, names []string, skipped, failed int64) {
	t.Helper()
	j := w.job(id)
	if j.Status != "Succeeded" || j.Imported != int64(len(names)) || j.Skipped != skipped || j.Failed != failed {
		t.Fatalf("%s; want %d, %d, %d", summary(j), len(names), skipped, failed)
	}
	if got := w.usernames(); !slices.Equal(got, names) {
		t.Fatalf("users: %s", cmp.Diff(names, got))
	}
	if lines := w.lines(id); int64(len(lines)) != skipped+failed {
		t.Fatalf("%d lines in the log, want %d", len(lines), skipped+failed)
	}
	w.view(func(r store.Reader) error {
		n, err := r.CountUsers(w.ctx, poolID)
		if n != len(names) {
			t.Fatalf("CountUsers is %d, want %d", n, len(names))
		}
		return err
	})
}

// TestCrashes: however often workers die, and wherever, and whoever takes over meanwhile, the users are
// exactly those of the file.
func TestCrashes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := sqlstore.Open(t.Context(), "sqlite::memory:", sqlstore.Options{Sealer: storetest.NewSealer()})
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		w := newWorld(t, s, nil)
		text, names, skipped, failed := w.oddFile(rapid.IntRange(1, 450).Draw(rt, "rows"))
		id := w.started(text)
		for range rapid.IntRange(1, 6).Draw(rt, "crashes") {
			m := &mortal{Store: s, left: rapid.IntRange(1, 12).Draw(rt, "transactions"), kept: rapid.Bool().Draw(rt, "kept")}
			if rapid.Bool().Draw(rt, "overtaken") { // it stalls for so long that another node takes over, which dies too
				at := rapid.IntRange(1, 8).Draw(rt, "stall")
				m.between = func() {
					if at--; at != 0 {
						return
					}
					w.now = w.now.Add(lease)
					rescuer := &mortal{Store: s, left: rapid.IntRange(1, 12).Draw(rt, "rescue"), kept: rapid.Bool().Draw(rt, "rescue kept")}
					_ = w.another(rescuer).Work(w.ctx) // killed or done
				}
			}
			err := w.another(m).Work(w.ctx)
			if err != nil && !errors.Is(err, errKilled) {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "late") {
				w.now = w.now.Add(lease)
			}
		}
		w.now = w.now.Add(lease)
		w.work()
		w.expectExactly(rt, id, names, skipped, failed)
	})
}

// TestManyNodes: nodes that look at the same time share the jobs between them.
func TestManyNodes(t *testing.T) {
	for name, open := range map[string]func(*testing.T) store.Store{
		"SQLite": func(t *testing.T) store.Store { return memory(t) }, "PostgreSQL": postgres,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open(t), nil)
			text, names, skipped, failed := w.oddFile(450)
			id := w.started(text)
			idle := w.create()
			var nodes sync.WaitGroup
			for range 4 {
				node := w.another(w.Store)
				nodes.Go(func() {
					if err := node.Work(w.ctx); err != nil {
						t.Error(err)
					}
				})
			}
			nodes.Wait()
			w.work()
			w.expectExactly(t, id, names, skipped, failed)
			if j := w.job(idle); j.Status != "Created" {
				t.Errorf("the other job: %s", summary(j))
			}
		})
	}
}

func postgres(t *testing.T) store.Store {
	s, err := sqlstore.Open(t.Context(), pgtest.URL(t), sqlstore.Options{Sealer: storetest.NewSealer()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestLease: a job is one worker's until that is not heard of for the lease, and never again after that.
func TestLease(t *testing.T) {
	for at := 3; at < 10; at++ {
		w := newWorld(t, memory(t), nil)
		var taken *userpool.ImportJob
		id, err := w.interrupted(at, func(id string) {
			held := w.job(id)
			w.now = w.now.Add(lease - time.Second)
			w.work() // finds nothing to do
			if j := w.job(id); j.Worker != held.Worker || j.Offset != held.Offset {
				t.Errorf("at %d: taken over before its time", at)
			}
			w.now = w.now.Add(time.Second)
			var err error
			if taken, _, err = w.claim(w.ctx); err != nil || taken == nil {
				t.Fatalf("at %d: not taken over: %v", at, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if j := w.job(id); j.Worker != taken.Worker || j.Offset != taken.Offset || j.Rows() != taken.Rows() {
			t.Errorf("at %d: who lost the job went on with it: %s", at, summary(j))
		}
	}
}

// TestLeaseRenewed: a worker that goes on keeps its job for as long as that takes.
func TestLeaseRenewed(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	worker := ""
	text, _, _, _ := w.oddFile(450)
	id := w.started(text)
	m := &mortal{Store: w.Store}
	m.between = func() {
		w.now = w.now.Add(lease / 4)
		if j := w.job(id); j.Worker != "" {
			worker = j.Worker
			if w.work(); w.job(id).Offset != j.Offset {
				t.Error("taken over while it was worked on")
			}
		}
	}
	if err := w.another(m).Work(w.ctx); err != nil {
		t.Fatal(err)
	}
	if j := w.job(id); j.Ended.IsZero() || j.Rows() != 450 || worker == "" {
		t.Errorf("got %s", summary(j))
	}
}

// interrupted runs a job of 450 rows on a node that is disturbed before transaction number at.
func (w *world) interrupted(at int, disturb func(id string)) (id string, err error) {
	w.t.Helper()
	text, _, _, _ := w.oddFile(450)
	id = w.started(text)
	m := &mortal{Store: w.Store}
	m.between = func() {
		if at--; at == 0 {
			disturb(id)
		}
	}
	return id, w.another(m).Work(w.ctx)
}

// TestStop: from the answer on no user is added, wherever the worker is; what was imported stays.
func TestStop(t *testing.T) {
	stop := func(w *world, id string) error {
		return w.change(id, func(j *userpool.ImportJob) error { return j.Stop(w.now) })
	}
	seen := map[string]bool{}
	for at := 2; at < 20; at++ { // before 2 nobody works on it
		w := newWorld(t, memory(t), nil)
		before := -1
		id, err := w.interrupted(at, func(id string) {
			if err := stop(w, id); err != nil {
				if j := w.job(id); j.Status != "Succeeded" {
					t.Errorf("at %d: %v, %s", at, err, summary(j))
				}
				return
			}
			seen[string(w.job(id).Status)] = true
			before = len(w.usernames())
			if err := stop(w, id); err == nil {
				t.Errorf("at %d: stopped twice", at)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if before < 0 {
			continue
		}
		j := w.job(id)
		if j.Status != "Stopped" || j.Message != userpool.ImportStopped || j.Ended.IsZero() || j.Imported != int64(before) || len(w.usernames()) != before {
			t.Errorf("at %d: %s, with %d users at the stop and %d after it", at, summary(j), before, len(w.usernames()))
		}
	}
	if !seen["Stopped"] || !seen["Stopping"] {
		t.Errorf("only %v were seen", seen)
	}

	// A worker that died does not keep a job from stopping.
	w := newWorld(t, memory(t), nil)
	text, _, _, _ := w.oddFile(450)
	id := w.started(text)
	if err := w.another(&mortal{Store: w.Store, left: 9}).Work(w.ctx); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if err := stop(w, id); err != nil {
		t.Fatal(err)
	}
	if j := w.job(id); j.Status != "Stopping" {
		t.Errorf("got %s", summary(j))
	}
	w.now = w.now.Add(lease)
	w.work()
	if j := w.job(id); j.Status != "Stopped" || j.Imported != int64(len(w.usernames())) {
		t.Errorf("got %s", summary(j))
	}
}

// TestShutdown: a node that stops hands its job back, and the next goes on at once.
func TestShutdown(t *testing.T) {
	for at := 2; at < 12; at++ {
		w := newWorld(t, memory(t), nil)
		text, names, skipped, failed := w.oddFile(450)
		id := w.started(text)
		ctx, stop := context.WithCancel(w.ctx)
		left := at
		m := &mortal{Store: w.Store, between: func() {
			if left--; left == 0 {
				stop()
			}
		}}
		if err := w.another(m).Work(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("at %d: %v", at, err)
		}
		if j := w.job(id); j.Worker != "" || j.Due.After(w.now) {
			t.Errorf("at %d: still held by %q until %s", at, j.Worker, j.Due)
		}
		w.work()
		w.expectExactly(t, id, names, skipped, failed)
	}
}

// TestPoolGone: whoever resets the server ends its imports too.
func TestPoolGone(t *testing.T) {
	for at := 1; at < 12; at++ {
		w := newWorld(t, memory(t), nil)
		_, err := w.interrupted(at, func(string) {
			w.update(func(tx store.Tx) error { return tx.DeletePool(w.ctx, poolID) })
		})
		if err != nil {
			t.Errorf("at %d: %v", at, err)
		}
		w.view(func(r store.Reader) error {
			if n, err := r.CountUsers(w.ctx, poolID); n != 0 || err != nil {
				t.Errorf("at %d: %d users, %v", at, n, err)
			}
			return nil
		})
	}
}

// TestPoolChanges: rows are held against the pool as it is when they are imported.
func TestPoolChanges(t *testing.T) {
	for at := 4; at < 14; at++ {
		w := newWorld(t, memory(t), nil)
		imported := -1
		id, err := w.interrupted(at, func(string) {
			imported = len(w.usernames())
			w.update(func(tx store.Tx) error {
				p, err := tx.Pool(w.ctx, poolID)
				if err != nil {
					return err
				}
				p.Settings.MfaConfiguration, p.Modified = "ON", w.now.Add(time.Second)
				return tx.SavePool(w.ctx, p)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if imported < 0 {
			break
		}
		if j := w.job(id); len(w.usernames()) != imported || j.Rows() != 450 {
			t.Errorf("at %d: %s, %d users before the change", at, summary(j), imported)
		}
	}
}

// brittle is a store that cannot keep one user.
type brittle struct {
	store.Store
	name string
}

type brittleTx struct {
	store.Tx
	name string
}

func (b brittle) Update(ctx context.Context, fn func(store.Tx) error) error {
	return b.Store.Update(ctx, func(tx store.Tx) error { return fn(brittleTx{tx, b.name}) })
}

func (b brittleTx) CreateUser(ctx context.Context, u *userpool.User) error {
	if u.Username == b.name {
		return errors.New("no room for " + u.Sub)
	}
	return b.Tx.CreateUser(ctx, u)
}

// TestPoison: a row that faults again and again fails alone.
func TestPoison(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	text, names, skipped, failed := w.oddFile(150)
	id := w.started(text)
	if err := w.another(brittle{w.Store, "user00117"}).Work(w.ctx); err != nil {
		t.Fatal(err)
	}
	i := slices.Index(names, "user00117")
	w.expectExactly(t, id, slices.Delete(names, i, i+1), skipped, failed+1)
	want := "[FAILED] Line Number 119 - The user could not be imported because of an internal error."
	if !slices.Contains(w.lines(id), want) {
		t.Errorf("the log lacks %s: %s", want, strings.Join(w.lines(id), "\n"))
	}
}

// TestFileLost: a job whose file is damaged fails instead of waiting for ever.
func TestFileLost(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	text, _, _, _ := w.oddFile(3)
	id := w.started(text)
	w.update(func(tx store.Tx) error { return tx.DeleteImportFiles(w.ctx, poolID, id) })
	w.work()
	if got, want := summary(w.job(id)), "Failed: The CSV file could not be read. 0 imported, 0 skipped, 0 failed"; got != want {
		t.Errorf("got %s", got)
	}
}

// TestRun: woken, a worker begins at once.
func TestRun(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	w.Wake = make(chan struct{}, 1)
	text, names, skipped, failed := w.oddFile(120)
	id := w.started(text)
	ended := make(chan struct{})
	ctx, stop := context.WithCancel(w.ctx)
	done := make(chan struct{})
	s := w.another(&noticing{w.Store, id, ended})
	go func() { s.Run(ctx); close(done) }()
	s.Started()
	s.Started() // once is enough
	<-ended
	stop()
	<-done
	w.expectExactly(t, id, names, skipped, failed)
}

// noticing tells when a job has ended.
type noticing struct {
	store.Store
	id    string
	ended chan struct{}
}

func (n *noticing) Update(ctx context.Context, fn func(store.Tx) error) error {
	err := n.Store.Update(ctx, fn)
	_ = n.View(ctx, func(r store.Reader) error {
		if j, err := r.ImportJob(ctx, poolID, n.id); err == nil && !j.Ended.IsZero() {
			close(n.ended)
		}
		return nil
	})
	return err
}

// TestPanic: a panic ends neither the process nor the job, which is taken up again once the lease is over.
func TestPanic(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	text, names, skipped, failed := w.oddFile(300)
	id := w.started(text)
	calls := 0
	w.Rows = func(userpool.ImportOutcome, int) {
		if calls++; calls == 1 {
			panic("no such case")
		}
	}
	if err := w.Work(w.ctx); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Fatalf("got %v", err)
	}
	w.now = w.now.Add(lease + time.Second)
	if err := w.Work(w.ctx); err != nil {
		t.Fatal(err)
	}
	w.expectExactly(t, id, names, skipped, failed)
}
