-- +goose Up

-- client_id is empty for the pool's own.
CREATE TABLE risk_configurations (
	pool_id   TEXT NOT NULL,
	client_id TEXT NOT NULL,
	data      TEXT NOT NULL,
	PRIMARY KEY (pool_id, client_id)
);

-- class: 0 not ended, 1 proves something, 2 failed, 3 reported as not the user's, 4 passed without a proof.
CREATE TABLE auth_events (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	id       TEXT NOT NULL,
	created  INTEGER NOT NULL,
	class    INTEGER NOT NULL,
	data     TEXT NOT NULL,
	PRIMARY KEY (pool_id, username, id)
) WITHOUT ROWID;
CREATE INDEX auth_events_by_class ON auth_events (pool_id, username, class, created, id);
CREATE INDEX auth_events_by_age ON auth_events (created);

-- How often something happened in the clock hour that began at opened, and in the one before.
CREATE TABLE bursts (
	pool_id TEXT NOT NULL,
	kind    TEXT NOT NULL,
	name    TEXT NOT NULL,
	opened  INTEGER NOT NULL,
	used    INTEGER NOT NULL,
	before  INTEGER NOT NULL,
	names        BLOB,
	names_before BLOB,
	expires INTEGER NOT NULL,
	PRIMARY KEY (pool_id, kind, name)
) WITHOUT ROWID;
CREATE INDEX bursts_by_expiry ON bursts (expires);
