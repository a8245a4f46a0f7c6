package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	importJobByID = `SELECT data FROM import_jobs WHERE pool_id = $1 AND id = $2`
	importJobPage = `SELECT data FROM import_jobs WHERE pool_id = $1 AND (created, id) < ($2, $3)
		ORDER BY created DESC, id DESC LIMIT $4`
	importJobCount  = `SELECT count(*) FROM import_jobs WHERE pool_id = $1`
	importJobActive = `SELECT data FROM import_jobs WHERE pool_id = $1 AND active = 1 LIMIT 1`
	importJobsDue   = `SELECT data FROM import_jobs WHERE due > 0 AND due <= $1 ORDER BY due LIMIT $2`
	importJobInsert = `INSERT INTO import_jobs (pool_id, id, created, active, due, data)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	importJobUpdate = `UPDATE import_jobs SET created = $3, active = $4, due = $5, data = $6 WHERE pool_id = $1 AND id = $2`

	importChunk = `SELECT sealed FROM import_chunks
		WHERE pool_id = $1 AND job_id = $2 AND file_id = $3 AND number = $4`
	importChunkInsert = `INSERT INTO import_chunks (pool_id, job_id, file_id, number, sealed)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	importFilesDelete = `DELETE FROM import_chunks
		WHERE pool_id = $1 AND job_id = $2 AND file_id <> $3 AND file_id <> $4`

	importLogPage = `SELECT line, outcome, reason FROM import_log
		WHERE pool_id = $1 AND job_id = $2 AND line > $3 ORDER BY line LIMIT $4`
	importLogInsert = `INSERT INTO import_log (pool_id, job_id, line, outcome, reason)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
)

type importJobRecord struct {
	PoolID   string                             `json:"poolId"`
	ID       string                             `json:"id"`
	Name     string                             `json:"name"`
	RoleARN  string                             `json:"roleArn"`
	Status   cognitoidp.UserImportJobStatusType `json:"status"`
	Message  string                             `json:"message,omitzero"`
	Created  int64                              `json:"created"`
	Started  int64                              `json:"started,omitzero"`
	Ended    int64                              `json:"ended,omitzero"`
	Upload   string                             `json:"upload,omitzero"`
	Expected int64                              `json:"expected,omitzero"`
	File     string                             `json:"file,omitzero"`
	Size     int64                              `json:"size,omitzero"`
	Offset   int64                              `json:"offset,omitzero"`
	Line     int64                              `json:"line,omitzero"`
	Imported int64                              `json:"imported,omitzero"`
	Skipped  int64                              `json:"skipped,omitzero"`
	Failed   int64                              `json:"failed,omitzero"`
	Due      int64                              `json:"due,omitzero"`
	Worker   string                             `json:"worker,omitzero"`
}

// ImportJob implements store.ImportReader.
func (r *reader) ImportJob(ctx context.Context, poolID, id string) (*userpool.ImportJob, error) {
	return only(r.importJobs(ctx, importJobByID, key(poolID), key(id)))
}

// ImportJobs implements store.ImportReader.
func (r *reader) ImportJobs(ctx context.Context, poolID string, after store.ImportCursor, limit int) ([]*userpool.ImportJob, error) {
	created, id := int64(math.MaxInt64), ""
	if after != (store.ImportCursor{}) {
		created, id = micros(after.Created), key(after.ID)
	}
	return r.importJobs(ctx, importJobPage, key(poolID), created, id, limit)
}

// CountImportJobs implements store.ImportReader.
func (r *reader) CountImportJobs(ctx context.Context, poolID string) (n int, err error) {
	return n, r.c.row(ctx, importJobCount, []any{key(poolID)}, &n)
}

// ActiveImportJob implements store.ImportReader.
func (r *reader) ActiveImportJob(ctx context.Context, poolID string) (*userpool.ImportJob, error) {
	return only(r.importJobs(ctx, importJobActive, key(poolID)))
}

// DueImportJobs implements store.ImportReader.
func (r *reader) DueImportJobs(ctx context.Context, now time.Time, limit int) ([]*userpool.ImportJob, error) {
	return r.importJobs(ctx, importJobsDue, micros(now), limit)
}

func (r *reader) importJobs(ctx context.Context, stmt string, args ...any) ([]*userpool.ImportJob, error) {
	var jobs []*userpool.ImportJob
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var rec importJobRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode a user import job: %w", err)
		}
		jobs = append(jobs, &userpool.ImportJob{
			PoolID: rec.PoolID, ID: rec.ID, Name: rec.Name, RoleARN: rec.RoleARN,
			Status: rec.Status, Message: rec.Message,
			Created: instant(rec.Created), Started: instant(rec.Started), Ended: instant(rec.Ended),
			Upload: rec.Upload, Expected: rec.Expected, File: rec.File, Size: rec.Size,
			Offset: rec.Offset, Line: rec.Line, Imported: rec.Imported, Skipped: rec.Skipped, Failed: rec.Failed,
			Due: instant(rec.Due), Worker: rec.Worker,
		})
		return nil
	})
	return jobs, err
}

// CreateImportJob implements store.ImportWriter.
func (t *tx) CreateImportJob(ctx context.Context, j *userpool.ImportJob) error {
	args, err := importJobArgs(j)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, importJobInsert, args...))
}

// SaveImportJob implements store.ImportWriter.
func (t *tx) SaveImportJob(ctx context.Context, j *userpool.ImportJob) error {
	args, err := importJobArgs(j)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, importJobUpdate, args...))
}

func importJobArgs(j *userpool.ImportJob) ([]any, error) {
	data, err := json.Marshal(importJobRecord{
		PoolID: j.PoolID, ID: j.ID, Name: j.Name, RoleARN: j.RoleARN, Status: j.Status, Message: j.Message,
		Created: micros(j.Created), Started: micros(j.Started), Ended: micros(j.Ended),
		Upload: j.Upload, Expected: j.Expected, File: j.File, Size: j.Size,
		Offset: j.Offset, Line: j.Line, Imported: j.Imported, Skipped: j.Skipped, Failed: j.Failed,
		Due: micros(j.Due), Worker: j.Worker,
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode user import job %s: %w", j.ID, err)
	}
	return []any{key(j.PoolID), key(j.ID), micros(j.Created), flag(j.Active()), micros(j.Due), string(data)}, nil
}

// chunkPlace is where a sealed piece of a file belongs.
func chunkPlace(poolID, jobID, file string, number int64) []byte {
	return place([]string{"import chunk", poolID, jobID, file, strconv.FormatInt(number, 10)})
}

// ImportChunk implements store.ImportReader.
func (r *reader) ImportChunk(ctx context.Context, poolID, jobID, file string, number int64) ([]byte, error) {
	var sealed []byte
	if err := r.c.row(ctx, importChunk, []any{key(poolID), key(jobID), key(file), number}, &sealed); err != nil {
		return nil, err
	}
	data, err := r.db.seal.s.Open(sealed, chunkPlace(poolID, jobID, file, number))
	if err != nil {
		return nil, fmt.Errorf("sqlstore: open piece %d of the file of %s: %w", number, jobID, err)
	}
	return data, nil
}

// AddImportChunk implements store.ImportWriter.
func (t *tx) AddImportChunk(ctx context.Context, poolID, jobID, file string, number int64, data []byte) error {
	sealed, err := t.db.seal.s.Seal(data, chunkPlace(poolID, jobID, file, number))
	if err != nil {
		return fmt.Errorf("sqlstore: seal piece %d of the file of %s: %w", number, jobID, err)
	}
	return created(t.c.exec(ctx, importChunkInsert, key(poolID), key(jobID), key(file), number, sealed))
}

// DeleteImportFiles implements store.ImportWriter.
func (t *tx) DeleteImportFiles(ctx context.Context, poolID, jobID string, keep ...string) error {
	kept := [2]string{} // no file has this name
	if copy(kept[:], keep) < len(keep) {
		return fmt.Errorf("sqlstore: a job has at most %d files", len(kept))
	}
	_, err := t.c.exec(ctx, importFilesDelete, key(poolID), key(jobID), key(kept[0]), key(kept[1]))
	return err
}

// ImportLog implements store.ImportReader.
func (r *reader) ImportLog(ctx context.Context, poolID, jobID string, after int64, limit int) ([]userpool.ImportLogLine, error) {
	var lines []userpool.ImportLogLine
	err := r.c.rows(ctx, importLogPage, []any{key(poolID), key(jobID), after, limit}, func(rows *sql.Rows) error {
		var l userpool.ImportLogLine
		err := rows.Scan(&l.Line, &l.Outcome, &l.Reason)
		lines = append(lines, l)
		return err
	})
	return lines, err
}

// AddImportLog implements store.ImportWriter.
func (t *tx) AddImportLog(ctx context.Context, poolID, jobID string, lines []userpool.ImportLogLine) error {
	for _, l := range lines {
		if err := created(t.c.exec(ctx, importLogInsert, key(poolID), key(jobID), l.Line, string(l.Outcome), l.Reason)); err != nil {
			return err
		}
	}
	return nil
}
