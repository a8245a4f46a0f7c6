-- +goose Up

-- Messages that wait to be delivered. due is when a worker has to look at one; while a worker holds it
-- (lease), that is when it no longer does.
CREATE TABLE outbox (
	id       TEXT NOT NULL,
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	lane     TEXT NOT NULL,
	due      INTEGER NOT NULL,
	lease    TEXT NOT NULL,
	tries    INTEGER NOT NULL,
	created  INTEGER NOT NULL,
	data     TEXT NOT NULL,
	sealed   BLOB NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX outbox_by_due ON outbox (lane, due);
CREATE INDEX outbox_by_user ON outbox (pool_id, username);
