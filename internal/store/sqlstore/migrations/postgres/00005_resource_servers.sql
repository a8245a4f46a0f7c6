-- +goose Up

CREATE TABLE IF NOT EXISTS resource_servers (
	pool_id    TEXT COLLATE "C" NOT NULL,
	identifier TEXT COLLATE "C" NOT NULL,
	data       TEXT NOT NULL,
	PRIMARY KEY (pool_id, identifier)
);
