package userimport

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

// long is a file that is made while it is read: a header, and rows of one width.
type long struct {
	header string
	row    func(i int64) string
	width  int64 // of a row
	rows   int64

	at   int64
	made string
}

func (w *world) long(rows int64, row func(i int64) string) *long {
	return &long{header: w.table(), row: row, width: int64(len(row(0))), rows: rows}
}

func (l *long) size() int64 { return int64(len(l.header)) + l.rows*l.width }

func (l *long) Read(p []byte) (int, error) {
	if l.made == "" {
		switch {
		case l.at > l.rows:
			return 0, io.EOF
		case l.at == 0:
			l.made = l.header
		default:
			l.made = l.row(l.at - 1)
		}
		l.at++
	}
	n := copy(p, l.made)
	l.made = l.made[n:]
	return n, nil
}

// measured counts transactions, and looks in some of them at what of the heap is in use.
type measured struct {
	store.Store
	transactions int
	peak         uint64
}

func (m *measured) look() {
	if m.transactions++; m.transactions%64 == 0 {
		runtime.GC() // otherwise it is how much garbage had time to gather
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		m.peak = max(m.peak, stats.HeapAlloc)
	}
}

func (m *measured) View(ctx context.Context, fn func(store.Reader) error) error {
	m.look()
	return m.Store.View(ctx, fn)
}

func (m *measured) Update(ctx context.Context, fn func(store.Tx) error) error {
	m.look()
	return m.Store.Update(ctx, fn)
}

// importLong uploads and imports a file and answers what that took.
func (w *world) importLong(l *long) (*measured, *userpool.ImportJob) {
	w.t.Helper()
	m := &measured{Store: w.Store}
	s := w.another(m)
	id := w.create()
	if err := s.Receive(w.ctx, Upload{PoolID: poolID, JobID: id, Signature: w.address(id), Size: l.size(), Body: l}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.change(id, func(j *userpool.ImportJob) error { return j.Start(w.now) }); err != nil {
		w.t.Fatal(err)
	}
	if err := s.Work(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	return m, w.job(id)
}

// TestLargeFile: 100,000 rows in 90 MB go through little memory, in transactions whose number grows with
// the rows and with nothing else.
func TestLargeFile(t *testing.T) {
	const rows, bound = 100_000, 32 << 20
	w := newWorld(t, memory(t), nil)
	w.Log = slog.New(slog.DiscardHandler)
	m, j := w.importLong(w.long(rows, func(i int64) string {
		tail := fmt.Sprintf(",no user,%06d\n", i)
		if i%20 == 0 {
			tail = fmt.Sprintf(",,,,,,,,,%06d@x.y,true,,,,,,,,,false,user%06d\n", i, i)
		}
		return strings.Repeat("x", 900-len(tail)) + tail
	}))
	t.Logf("%d bytes: %d transactions, heap of %d kB at most", j.Size, m.transactions, m.peak>>10)
	if j.Imported != rows/20 || j.Rows() != rows || j.Size < 85<<20 {
		t.Fatalf("%s, of %d bytes: %v", summary(j), j.Size, w.lines(j.ID)[:1])
	}
	if m.peak > bound {
		t.Errorf("the heap grew to %d kB", m.peak>>10)
	}
	chunks, batches := int(j.Size/chunkSize)+1, rows/batchSize
	if most := 3*chunks + 2*batches + 20; m.transactions > most {
		t.Errorf("%d transactions, want %d at most", m.transactions, most)
	}
}

// BenchmarkImport is a row from the upload to the user; b.N is the number of rows, so that
//
//	go test -run '^$' -bench Import -benchtime 100000x ./internal/userimport
//
// imports one file of 100,000. BenchmarkCreate is what the store alone takes, as many users in a
// transaction.
func BenchmarkImport(b *testing.B) {
	onBoth(b, func(b *testing.B, w *world) {
		w.MaxRows, w.MaxBytes = int64(b.N), 1<<40
		row := func(i int64) string {
			return fmt.Sprintf(",,,,,,,,,user%07d@example.com,true,,,,,,,,,false,user%07d\n", i, i)
		}
		b.ResetTimer()
		m, j := w.importLong(w.long(int64(b.N), row))
		b.StopTimer()
		if j.Imported != int64(b.N) {
			b.Fatal(summary(j), w.lines(j.ID))
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(float64(m.peak)/(1<<20), "MB-heap")
	})
}

func BenchmarkCreate(b *testing.B) {
	onBoth(b, func(b *testing.B, w *world) {
		p := w.pool()
		b.ResetTimer()
		for at := 0; at < b.N; at += batchSize {
			w.update(func(tx store.Tx) error {
				for i := at; i < min(at+batchSize, b.N); i++ {
					name := fmt.Sprintf("user%07d", i)
					sub, err := secret.UUID(rand.Reader)
					if err != nil {
						return err
					}
					u := &userpool.User{
						PoolID: poolID, Username: name, Sub: sub, Status: "RESET_REQUIRED", Enabled: true, Created: w.now, Modified: w.now,
						Attributes: map[string]string{"email": name + "@example.com", "email_verified": "true"},
					}
					p.Index(u)
					if err := tx.CreateUser(w.ctx, u); err != nil {
						return err
					}
				}
				return nil
			})
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func onBoth(b *testing.B, run func(*testing.B, *world)) {
	for name, url := range map[string]func(*testing.B) string{
		"SQLite":     func(b *testing.B) string { return "sqlite:" + b.TempDir() + "/o.db" },
		"PostgreSQL": func(b *testing.B) string { return pgtest.URL(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s, err := sqlstore.Open(b.Context(), url(b), sqlstore.Options{Sealer: storetest.NewSealer()})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			run(b, newWorld(b, s, nil))
		})
	}
}
