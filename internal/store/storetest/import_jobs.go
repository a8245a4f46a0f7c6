package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readImportJob(pool, id string) reads[*userpool.ImportJob] {
	return func(ctx context.Context, r store.Reader) (*userpool.ImportJob, error) {
		return r.ImportJob(ctx, pool, id)
	}
}

func readActiveImport(pool string) reads[*userpool.ImportJob] {
	return func(ctx context.Context, r store.Reader) (*userpool.ImportJob, error) {
		return r.ActiveImportJob(ctx, pool)
	}
}

func readImportChunk(pool, job, file string, number int64) reads[[]byte] {
	return func(ctx context.Context, r store.Reader) ([]byte, error) {
		return r.ImportChunk(ctx, pool, job, file, number)
	}
}

func readImportLog(pool, job string, after int64, limit int) reads[[]userpool.ImportLogLine] {
	return func(ctx context.Context, r store.Reader) ([]userpool.ImportLogLine, error) {
		return r.ImportLog(ctx, pool, job, after, limit)
	}
}

func importIDs(jobs []*userpool.ImportJob, err error) ([]string, error) {
	ids := []string{}
	for _, j := range jobs {
		ids = append(ids, j.ID)
	}
	return ids, err
}

func readDueImports(now time.Time, limit int) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		return importIDs(r.DueImportJobs(ctx, now, limit))
	}
}

func testImportJobs(t *testing.T, s store.Store) {
	missing(t, s, "a job that never was", readImportJob("r_a", "none"))
	for i, shape := range []shape{full, hollow, bare} {
		j := filled[userpool.ImportJob](shape)
		j.PoolID, j.ID = "r_a", "id"+string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateImportJob(ctx, j) })
		same(t, "job after CreateImportJob", j, both(t, s, readImportJob("r_a", j.ID)))
		missing(t, s, "the job in another pool", readImportJob("r_b", j.ID))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateImportJob(ctx, j) })

		j.Status, j.Due, j.Worker, j.Imported, j.Offset = "InProgress", start.Add(time.Duration(i)*time.Hour), "w", j.Imported+1, 1<<40
		missing(t, s, "an active job", readActiveImport("r_a"))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveImportJob(ctx, j) })
		same(t, "job after SaveImportJob", j, both(t, s, readImportJob("r_a", j.ID)))
		same(t, "the active job", j.ID, both(t, s, readActiveImport("r_a")).ID)
		missing(t, s, "an active job of another pool", readActiveImport("r_b"))
		j.Status = cognitoidp.UserImportJobStatusTypeSucceeded
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveImportJob(ctx, j) })
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveImportJob(ctx, &userpool.ImportJob{PoolID: "r_b", ID: "ida"})
	})
	same(t, "jobs due at once", []string{"ida"}, both(t, s, readDueImports(start, 9)))
	same(t, "jobs due later", []string{"ida", "idb", "idc"}, both(t, s, readDueImports(start.Add(2*time.Hour), 9)))
	same(t, "the longest due", []string{"ida", "idb"}, both(t, s, readDueImports(start.Add(2*time.Hour), 2)))
	same(t, "jobs due before", []string{}, both(t, s, readDueImports(start.Add(-time.Microsecond), 9)))
	same(t, "number of jobs", 3, both(t, s, func(ctx context.Context, r store.Reader) (int, error) { return r.CountImportJobs(ctx, "r_a") }))
	same(t, "number of jobs elsewhere", 0, both(t, s, func(ctx context.Context, r store.Reader) (int, error) { return r.CountImportJobs(ctx, "r_b") }))
}

func testImportJobListing(t *testing.T, s store.Store) {
	var want []string
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i, at := range []int{3, 1, 2, 2, 2, 5} { // three at the same instant
			j := &userpool.ImportJob{PoolID: "r_a", ID: fmt.Sprintf("j%d", i), Created: start.Add(time.Duration(at) * time.Minute)}
			if err := tx.CreateImportJob(ctx, j); err != nil {
				return err
			}
		}
		return tx.CreateImportJob(ctx, &userpool.ImportJob{PoolID: "r_b", ID: "j9", Created: start})
	})
	want = []string{"j5", "j0", "j4", "j3", "j2", "j1"}
	for size := 1; size < 8; size++ {
		same(t, fmt.Sprintf("ids of ImportJobs in pages of %d", size), want, both(t, s, func(ctx context.Context, r store.Reader) ([]string, error) {
			ids := []string{}
			for after := (store.ImportCursor{}); ; {
				page, err := r.ImportJobs(ctx, "r_a", after, size)
				if err != nil || len(page) == 0 {
					return ids, err
				}
				for _, j := range page {
					ids = append(ids, j.ID)
					after = store.ImportCursor{Created: j.Created, ID: j.ID}
				}
			}
		}))
	}
}

func testImportFiles(t *testing.T, s store.Store) {
	piece := func(n int) []byte { return bytes.Repeat([]byte{0, 0xff, byte(n)}, 100_000) }
	add := func(pool, job, file string, number int64, data []byte) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.AddImportChunk(ctx, pool, job, file, number, data)
		})
	}
	for n := range 3 {
		add("r_a", "j", "f", int64(n), piece(n))
	}
	add("r_a", "j", "g", 0, nil)
	add("r_a", "j", "h", 0, piece(7))
	add("r_a", "k", "f", 0, piece(8))
	add("r_b", "j", "f", 0, piece(9))
	for n := range 3 {
		same(t, "a piece", piece(n), both(t, s, readImportChunk("r_a", "j", "f", int64(n))))
	}
	same(t, "length of an empty piece", 0, len(both(t, s, readImportChunk("r_a", "j", "g", 0))))
	missing(t, s, "a piece behind the last", readImportChunk("r_a", "j", "f", 3))
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.AddImportChunk(ctx, "r_a", "j", "f", 2, nil) })

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteImportFiles(ctx, "r_a", "j", "f", "g") })
	missing(t, s, "a piece of a file that was not kept", readImportChunk("r_a", "j", "h", 0))
	same(t, "a piece of a kept file", piece(1), both(t, s, readImportChunk("r_a", "j", "f", 1)))
	both(t, s, readImportChunk("r_a", "j", "g", 0))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteImportFiles(ctx, "r_a", "j", "", "g") })
	missing(t, s, "a piece of a file that was kept at first", readImportChunk("r_a", "j", "f", 1))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteImportFiles(ctx, "r_a", "j") })
	missing(t, s, "a piece after all were removed", readImportChunk("r_a", "j", "g", 0))
	same(t, "a piece of another job", piece(8), both(t, s, readImportChunk("r_a", "k", "f", 0)))
	same(t, "a piece in another pool", piece(9), both(t, s, readImportChunk("r_b", "j", "f", 0)))
}

func testImportLog(t *testing.T, s store.Store) {
	var lines []userpool.ImportLogLine
	for i := range 5 {
		lines = append(lines, userpool.ImportLogLine{Line: int64(i)*10 + 2, Outcome: userpool.ImportRowFailed, Reason: fmt.Sprintf("reason \u00e9 %d", i)})
	}
	lines[2].Outcome, lines[4].Line = userpool.ImportRowSkipped, 1<<40
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.AddImportLog(ctx, "r_a", "j", lines[3:]), tx.AddImportLog(ctx, "r_a", "j", lines[:3]),
			tx.AddImportLog(ctx, "r_a", "j", nil), tx.AddImportLog(ctx, "r_a", "k", lines[:1]))
	})
	same(t, "the log", lines, both(t, s, readImportLog("r_a", "j", 0, 9)))
	same(t, "a page of the log", lines[1:3], both(t, s, readImportLog("r_a", "j", 2, 2)))
	same(t, "number of lines in another pool", 0, len(both(t, s, readImportLog("r_b", "j", 0, 9))))
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.AddImportLog(ctx, "r_a", "j", lines[2:3]) })
}

// testRaceForImport: of workers that take one job at once, one gets it; of jobs started at once in a
// pool, one is.
func testRaceForImport(t *testing.T, s store.Store) {
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range racers {
			j := &userpool.ImportJob{PoolID: "r_a", ID: fmt.Sprintf("j%d", i), Status: "Created"}
			if err := tx.CreateImportJob(ctx, j); err != nil {
				return err
			}
		}
		return tx.CreateImportJob(ctx, &userpool.ImportJob{PoolID: "r_b", ID: "j", Status: "Pending", Due: start})
	})
	same(t, "workers that got the job", 1, raceUpdate(t, s, func(ctx context.Context, tx store.Tx, racer int) (bool, error) {
		j, err := tx.ImportJob(ctx, "r_b", "j")
		if err != nil || j.Due.After(start) {
			return false, err
		}
		j.Worker, j.Due = strconv.Itoa(racer), start.Add(time.Minute)
		return true, tx.SaveImportJob(ctx, j)
	}))
	same(t, "jobs that were started", 1, raceUpdate(t, s, func(ctx context.Context, tx store.Tx, racer int) (bool, error) {
		if _, err := tx.ActiveImportJob(ctx, "r_a"); !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
		return true, tx.SaveImportJob(ctx, &userpool.ImportJob{PoolID: "r_a", ID: fmt.Sprintf("j%d", racer), Status: "Pending", Due: start})
	}))
}

// testImportRollback: users and progress are kept together or not at all, and a row's second line in the
// log undoes the batch that has it.
func testImportRollback(t *testing.T, s store.Store) {
	j := &userpool.ImportJob{PoolID: "r_a", ID: "j", Status: "InProgress", Offset: 10}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.CreatePool(ctx, &userpool.Pool{ID: "r_a"}), tx.CreateImportJob(ctx, j))
	})
	crash := errors.New("crash between batches")
	batch := func(name string, offset int64, outcome error) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error {
			now, err := tx.ImportJob(ctx, "r_a", "j")
			if err != nil {
				return err
			}
			now.Offset, now.Imported = offset, now.Imported+1
			return errors.Join(tx.CreateUser(ctx, newUser("r_a", name, "", "")),
				tx.AddImportLog(ctx, "r_a", "j", []userpool.ImportLogLine{{Line: offset}}), tx.SaveImportJob(ctx, now), outcome)
		}
	}
	refused(t, s, crash, batch("ana", 20, crash))
	missing(t, s, "the user of a batch that was undone", readUser("r_a", "ana"))
	same(t, "the job", j, both(t, s, readImportJob("r_a", "j")))
	same(t, "lines in the log", 0, len(both(t, s, readImportLog("r_a", "j", 0, 9))))
	update(t, s, batch("ana", 20, nil))
	refused(t, s, store.ErrExists, batch("ben", 20, nil))
	missing(t, s, "the user of a batch that was done already", readUser("r_a", "ben"))
	same(t, "users imported", int64(1), both(t, s, readImportJob("r_a", "j")).Imported)
}
