-- +goose Up

-- The events of a user lie together, in the order of their times.
CREATE TABLE auth_events (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	created  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	data     BLOB NOT NULL,
	PRIMARY KEY (pool_id, username, created, id)
) WITHOUT ROWID;
CREATE INDEX auth_events_by_age ON auth_events (created);

-- What an assessment looks at, so that it reads one row.
CREATE TABLE auth_histories (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	version  INTEGER NOT NULL,
	data     BLOB NOT NULL,
	PRIMARY KEY (pool_id, username)
);

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
