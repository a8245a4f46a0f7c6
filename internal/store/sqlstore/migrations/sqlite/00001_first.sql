-- +goose Up

-- Times are microseconds since 1970; 0 means none. Names and values that are searched stand in the
-- form of key.go, so that they compare byte by byte. "sealed" is AEAD ciphertext, NULL without a
-- secret; "version" is a hash of the rest of the row.

CREATE TABLE pools (
	id      TEXT NOT NULL PRIMARY KEY,
	version BLOB NOT NULL,
	data    TEXT NOT NULL
);

CREATE TABLE signing_keys (
	pool_id TEXT NOT NULL,
	id      TEXT NOT NULL,
	created INTEGER NOT NULL,
	version BLOB NOT NULL,
	data    TEXT NOT NULL,
	sealed  BLOB,
	PRIMARY KEY (pool_id, id)
);

CREATE TABLE clients (
	id      TEXT NOT NULL PRIMARY KEY,
	pool_id TEXT NOT NULL,
	version BLOB NOT NULL,
	data    TEXT NOT NULL,
	sealed  BLOB
);
CREATE INDEX clients_by_pool ON clients (pool_id, id);

-- username is as stored, name is folded.
CREATE TABLE users (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	name     TEXT NOT NULL,
	sub      TEXT NOT NULL,
	data     TEXT NOT NULL,
	sealed   BLOB,
	PRIMARY KEY (pool_id, username)
);
CREATE UNIQUE INDEX users_by_name ON users (pool_id, name);
CREATE UNIQUE INDEX users_by_sub ON users (pool_id, sub);

-- The other names a user signs in by: verified aliases, or the username attributes.
CREATE TABLE user_aliases (
	pool_id   TEXT NOT NULL,
	attribute TEXT NOT NULL,
	value     TEXT NOT NULL,
	username  TEXT NOT NULL,
	PRIMARY KEY (pool_id, attribute, value)
) WITHOUT ROWID;

-- One row for each searchable attribute that a user has, in the order in which ListUsers answers.
CREATE TABLE user_search (
	pool_id   TEXT NOT NULL,
	attribute TEXT NOT NULL,
	value     TEXT NOT NULL,
	username  TEXT NOT NULL,
	PRIMARY KEY (pool_id, attribute, value, username)
) WITHOUT ROWID;

-- The number of users of a pool is the sum over its shards: one counter would make all sign-ups of
-- a pool conflict.
CREATE TABLE user_counts (
	pool_id TEXT NOT NULL,
	shard   INTEGER NOT NULL,
	users   INTEGER NOT NULL,
	PRIMARY KEY (pool_id, shard)
) WITHOUT ROWID;

CREATE TABLE attempts (
	id        BLOB NOT NULL PRIMARY KEY,
	pool_id   TEXT NOT NULL,
	username  TEXT NOT NULL,
	client_id TEXT NOT NULL,
	consumed  INTEGER NOT NULL,
	expires   INTEGER NOT NULL,
	data      TEXT NOT NULL,
	sealed    BLOB
);
CREATE INDEX attempts_by_user ON attempts (pool_id, username);
CREATE INDEX attempts_by_expiry ON attempts (expires);

CREATE TABLE token_sessions (
	pool_id    TEXT NOT NULL,
	origin_jti TEXT NOT NULL,
	client_id  TEXT NOT NULL,
	username   TEXT NOT NULL,
	expires    INTEGER NOT NULL,
	data       TEXT NOT NULL,
	PRIMARY KEY (pool_id, origin_jti)
);
CREATE INDEX token_sessions_by_user ON token_sessions (pool_id, username);
CREATE INDEX token_sessions_by_client ON token_sessions (pool_id, client_id);
CREATE INDEX token_sessions_by_expiry ON token_sessions (expires);

CREATE TABLE refresh_tokens (
	id         BLOB NOT NULL PRIMARY KEY,
	pool_id    TEXT NOT NULL,
	origin_jti TEXT NOT NULL,
	client_id  TEXT NOT NULL,
	issued     INTEGER NOT NULL,
	expires    INTEGER NOT NULL,
	rotated    INTEGER NOT NULL
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (pool_id, origin_jti);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires);

CREATE TABLE codes (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	purpose  TEXT NOT NULL,
	expires  INTEGER NOT NULL,
	data     TEXT NOT NULL,
	PRIMARY KEY (pool_id, username, purpose)
);
CREATE INDEX codes_by_expiry ON codes (expires);

CREATE TABLE failures (
	pool_id  TEXT NOT NULL,
	name     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	failures INTEGER NOT NULL,
	last     INTEGER NOT NULL,
	expires  INTEGER NOT NULL,
	PRIMARY KEY (pool_id, name, kind)
);
CREATE INDEX failures_by_expiry ON failures (expires);

-- Uses of an act by one user in the window that opened at "opened".
CREATE TABLE limits (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	act      TEXT NOT NULL,
	opened   INTEGER NOT NULL,
	used     INTEGER NOT NULL,
	expires  INTEGER NOT NULL,
	PRIMARY KEY (pool_id, username, act)
);
CREATE INDEX limits_by_expiry ON limits (expires);
