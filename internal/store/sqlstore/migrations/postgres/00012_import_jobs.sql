-- +goose Up

-- due is when a worker has to look at the job; 0 is never.
CREATE TABLE IF NOT EXISTS import_jobs (
	pool_id TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	created BIGINT NOT NULL,
	active  BIGINT NOT NULL,
	due     BIGINT NOT NULL,
	data    TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX IF NOT EXISTS import_jobs_by_creation ON import_jobs (pool_id, created, id);
CREATE INDEX IF NOT EXISTS import_jobs_by_activity ON import_jobs (pool_id, active);
CREATE INDEX IF NOT EXISTS import_jobs_by_due ON import_jobs (due);

-- The pieces of uploaded files.
CREATE TABLE IF NOT EXISTS import_chunks (
	pool_id TEXT COLLATE "C" NOT NULL,
	job_id  TEXT COLLATE "C" NOT NULL,
	file_id TEXT COLLATE "C" NOT NULL,
	number  BIGINT NOT NULL,
	sealed  BYTEA NOT NULL,
	PRIMARY KEY (pool_id, job_id, file_id, number)
);

-- The rows that were not imported, and why.
CREATE TABLE IF NOT EXISTS import_log (
	pool_id TEXT COLLATE "C" NOT NULL,
	job_id  TEXT COLLATE "C" NOT NULL,
	line    BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	reason  TEXT NOT NULL,
	PRIMARY KEY (pool_id, job_id, line)
);
