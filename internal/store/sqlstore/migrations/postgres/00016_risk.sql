-- +goose Up

-- The events of a user lie together, in the order of their times.
CREATE TABLE IF NOT EXISTS auth_events (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	created  BIGINT NOT NULL,
	id       TEXT COLLATE "C" NOT NULL,
	data     BYTEA NOT NULL,
	PRIMARY KEY (pool_id, username, created, id)
);
CREATE INDEX IF NOT EXISTS auth_events_by_age ON auth_events (created);

-- What an assessment looks at, so that it reads one row.
CREATE TABLE IF NOT EXISTS auth_histories (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	version  BIGINT NOT NULL,
	data     BYTEA NOT NULL,
	PRIMARY KEY (pool_id, username)
);

-- How often something happened in the clock hour that began at opened, and in the one before.
CREATE TABLE IF NOT EXISTS bursts (
	pool_id TEXT COLLATE "C" NOT NULL,
	kind    TEXT COLLATE "C" NOT NULL,
	name    TEXT COLLATE "C" NOT NULL,
	opened  BIGINT NOT NULL,
	used    BIGINT NOT NULL,
	before  BIGINT NOT NULL,
	names        BYTEA,
	names_before BYTEA,
	expires BIGINT NOT NULL,
	PRIMARY KEY (pool_id, kind, name)
);
CREATE INDEX IF NOT EXISTS bursts_by_expiry ON bursts (expires);
