-- +goose Up

-- due is when a worker has to look at the job; 0 is never.
CREATE TABLE import_jobs (
	pool_id TEXT NOT NULL,
	id      TEXT NOT NULL,
	created INTEGER NOT NULL,
	active  INTEGER NOT NULL,
	due     INTEGER NOT NULL,
	data    TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX import_jobs_by_creation ON import_jobs (pool_id, created, id);
CREATE INDEX import_jobs_by_activity ON import_jobs (pool_id, active);
CREATE INDEX import_jobs_by_due ON import_jobs (due);

-- The pieces of uploaded files.
CREATE TABLE import_chunks (
	pool_id TEXT NOT NULL,
	job_id  TEXT NOT NULL,
	file_id TEXT NOT NULL,
	number  INTEGER NOT NULL,
	sealed  BLOB NOT NULL,
	PRIMARY KEY (pool_id, job_id, file_id, number)
);

-- The rows that were not imported, and why.
CREATE TABLE import_log (
	pool_id TEXT NOT NULL,
	job_id  TEXT NOT NULL,
	line    INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	reason  TEXT NOT NULL,
	PRIMARY KEY (pool_id, job_id, line)
);
