-- +goose Up

-- Times are microseconds since 1970; 0 means none. Names and values that are searched stand in the
-- form of key.go, so that they compare byte by byte. "sealed" is AEAD ciphertext, NULL without a
-- secret; "version" is a hash of the rest of the row.
--
-- Each statement is a transaction of its own, as engines demand that allow one change of the schema at
-- a time; IF NOT EXISTS lets an interrupted migration run again.

CREATE TABLE IF NOT EXISTS pools (
	id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	version BYTEA NOT NULL,
	data    TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS signing_keys (
	pool_id TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	created BIGINT NOT NULL,
	version BYTEA NOT NULL,
	data    TEXT NOT NULL,
	sealed  BYTEA,
	PRIMARY KEY (pool_id, id)
);

CREATE TABLE IF NOT EXISTS clients (
	id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	pool_id TEXT COLLATE "C" NOT NULL,
	version BYTEA NOT NULL,
	data    TEXT NOT NULL,
	sealed  BYTEA
);
CREATE INDEX IF NOT EXISTS clients_by_pool ON clients (pool_id, id);

-- username is as stored, name is folded.
CREATE TABLE IF NOT EXISTS users (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	name     TEXT COLLATE "C" NOT NULL,
	sub      TEXT COLLATE "C" NOT NULL,
	data     TEXT NOT NULL,
	sealed   BYTEA,
	PRIMARY KEY (pool_id, username)
);
CREATE UNIQUE INDEX IF NOT EXISTS users_by_name ON users (pool_id, name);
CREATE UNIQUE INDEX IF NOT EXISTS users_by_sub ON users (pool_id, sub);

-- The other names a user signs in by: verified aliases, or the username attributes.
CREATE TABLE IF NOT EXISTS user_aliases (
	pool_id   TEXT COLLATE "C" NOT NULL,
	attribute TEXT COLLATE "C" NOT NULL,
	value     TEXT COLLATE "C" NOT NULL,
	username  TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, attribute, value)
);

-- One row for each searchable attribute that a user has, in the order in which ListUsers answers.
CREATE TABLE IF NOT EXISTS user_search (
	pool_id   TEXT COLLATE "C" NOT NULL,
	attribute TEXT COLLATE "C" NOT NULL,
	value     TEXT COLLATE "C" NOT NULL,
	username  TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, attribute, value, username)
);

-- The number of users of a pool is the sum over its shards: one counter would make all sign-ups of
-- a pool conflict.
CREATE TABLE IF NOT EXISTS user_counts (
	pool_id TEXT COLLATE "C" NOT NULL,
	shard   BIGINT NOT NULL,
	users   BIGINT NOT NULL,
	PRIMARY KEY (pool_id, shard)
);

CREATE TABLE IF NOT EXISTS attempts (
	id        BYTEA NOT NULL PRIMARY KEY,
	pool_id   TEXT COLLATE "C" NOT NULL,
	username  TEXT COLLATE "C" NOT NULL,
	client_id TEXT COLLATE "C" NOT NULL,
	consumed  BIGINT NOT NULL,
	expires   BIGINT NOT NULL,
	data      TEXT NOT NULL,
	sealed    BYTEA
);
CREATE INDEX IF NOT EXISTS attempts_by_user ON attempts (pool_id, username);
CREATE INDEX IF NOT EXISTS attempts_by_expiry ON attempts (expires);

CREATE TABLE IF NOT EXISTS token_sessions (
	pool_id    TEXT COLLATE "C" NOT NULL,
	origin_jti TEXT COLLATE "C" NOT NULL,
	client_id  TEXT COLLATE "C" NOT NULL,
	username   TEXT COLLATE "C" NOT NULL,
	expires    BIGINT NOT NULL,
	data       TEXT NOT NULL,
	PRIMARY KEY (pool_id, origin_jti)
);
CREATE INDEX IF NOT EXISTS token_sessions_by_user ON token_sessions (pool_id, username);
CREATE INDEX IF NOT EXISTS token_sessions_by_client ON token_sessions (pool_id, client_id);
CREATE INDEX IF NOT EXISTS token_sessions_by_expiry ON token_sessions (expires);

CREATE TABLE IF NOT EXISTS refresh_tokens (
	id         BYTEA NOT NULL PRIMARY KEY,
	pool_id    TEXT COLLATE "C" NOT NULL,
	origin_jti TEXT COLLATE "C" NOT NULL,
	client_id  TEXT COLLATE "C" NOT NULL,
	issued     BIGINT NOT NULL,
	expires    BIGINT NOT NULL,
	rotated    BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS refresh_tokens_by_session ON refresh_tokens (pool_id, origin_jti);
CREATE INDEX IF NOT EXISTS refresh_tokens_by_expiry ON refresh_tokens (expires);

CREATE TABLE IF NOT EXISTS codes (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	purpose  TEXT COLLATE "C" NOT NULL,
	expires  BIGINT NOT NULL,
	data     TEXT NOT NULL,
	PRIMARY KEY (pool_id, username, purpose)
);
CREATE INDEX IF NOT EXISTS codes_by_expiry ON codes (expires);

CREATE TABLE IF NOT EXISTS failures (
	pool_id  TEXT COLLATE "C" NOT NULL,
	name     TEXT COLLATE "C" NOT NULL,
	kind     TEXT COLLATE "C" NOT NULL,
	failures BIGINT NOT NULL,
	last     BIGINT NOT NULL,
	expires  BIGINT NOT NULL,
	PRIMARY KEY (pool_id, name, kind)
);
CREATE INDEX IF NOT EXISTS failures_by_expiry ON failures (expires);

-- Uses of an act by one user in the window that opened at "opened".
CREATE TABLE IF NOT EXISTS limits (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	act      TEXT COLLATE "C" NOT NULL,
	opened   BIGINT NOT NULL,
	used     BIGINT NOT NULL,
	expires  BIGINT NOT NULL,
	PRIMARY KEY (pool_id, username, act)
);
CREATE INDEX IF NOT EXISTS limits_by_expiry ON limits (expires);
