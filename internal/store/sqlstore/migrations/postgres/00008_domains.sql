-- +goose Up

-- kind is 'custom' or 'prefix'; a pool has at most one of each.
CREATE TABLE IF NOT EXISTS domains (
	name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	pool_id TEXT COLLATE "C" NOT NULL,
	kind    TEXT COLLATE "C" NOT NULL,
	data    TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS domains_by_pool ON domains (pool_id, kind);
CREATE INDEX IF NOT EXISTS domains_by_kind ON domains (kind, name);
