-- +goose Up

-- client_id is empty for the pool's own.
CREATE TABLE IF NOT EXISTS risk_configurations (
	pool_id   TEXT COLLATE "C" NOT NULL,
	client_id TEXT COLLATE "C" NOT NULL,
	data      TEXT NOT NULL,
	PRIMARY KEY (pool_id, client_id)
);

-- class: 0 not ended, 1 proves something, 2 failed, 3 reported as not the user's, 4 passed without a proof.
CREATE TABLE IF NOT EXISTS auth_events (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	id       TEXT COLLATE "C" NOT NULL,
	created  BIGINT NOT NULL,
	class    BIGINT NOT NULL,
	data     TEXT NOT NULL,
	PRIMARY KEY (pool_id, username, id)
);
CREATE INDEX IF NOT EXISTS auth_events_by_class ON auth_events (pool_id, username, class, created, id);
CREATE INDEX IF NOT EXISTS auth_events_by_age ON auth_events (created);

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
