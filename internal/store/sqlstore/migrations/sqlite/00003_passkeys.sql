-- +goose Up

CREATE TABLE passkeys (
	pool_id  TEXT NOT NULL,
	id       BLOB NOT NULL,
	username TEXT NOT NULL,
	created  INTEGER NOT NULL,
	data     TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX passkeys_by_user ON passkeys (pool_id, username, created, id);
