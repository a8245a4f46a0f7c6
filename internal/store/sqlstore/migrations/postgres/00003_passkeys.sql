-- +goose Up

CREATE TABLE IF NOT EXISTS passkeys (
	pool_id  TEXT COLLATE "C" NOT NULL,
	id       BYTEA NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	created  BIGINT NOT NULL,
	data     TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX IF NOT EXISTS passkeys_by_user ON passkeys (pool_id, username, created, id);
