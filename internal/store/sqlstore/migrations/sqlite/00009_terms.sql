-- +goose Up

CREATE TABLE terms (
	pool_id   TEXT NOT NULL,
	id        TEXT NOT NULL,
	client_id TEXT NOT NULL,
	name      TEXT NOT NULL,
	data      TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE UNIQUE INDEX terms_by_client ON terms (pool_id, client_id, name);
