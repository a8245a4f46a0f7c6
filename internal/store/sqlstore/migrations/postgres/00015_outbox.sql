-- +goose Up

-- Messages that wait to be delivered. due is when a worker has to look at one; while a worker holds it
-- (lease), that is when it no longer does.
CREATE TABLE IF NOT EXISTS outbox (
	id       TEXT COLLATE "C" NOT NULL,
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	lane     TEXT COLLATE "C" NOT NULL,
	due      BIGINT NOT NULL,
	lease    TEXT COLLATE "C" NOT NULL,
	tries    BIGINT NOT NULL,
	created  BIGINT NOT NULL,
	data     TEXT NOT NULL,
	sealed   BYTEA NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS outbox_by_due ON outbox (lane, due);
CREATE INDEX IF NOT EXISTS outbox_by_user ON outbox (pool_id, username);
