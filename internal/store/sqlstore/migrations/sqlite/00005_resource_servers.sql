-- +goose Up

CREATE TABLE resource_servers (
	pool_id    TEXT NOT NULL,
	identifier TEXT NOT NULL,
	data       TEXT NOT NULL,
	PRIMARY KEY (pool_id, identifier)
) WITHOUT ROWID;
