-- +goose Up

CREATE TABLE IF NOT EXISTS terms (
	pool_id   TEXT COLLATE "C" NOT NULL,
	id        TEXT COLLATE "C" NOT NULL,
	client_id TEXT COLLATE "C" NOT NULL,
	name      TEXT COLLATE "C" NOT NULL,
	data      TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE UNIQUE INDEX IF NOT EXISTS terms_by_client ON terms (pool_id, client_id, name);
