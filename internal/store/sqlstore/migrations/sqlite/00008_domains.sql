-- +goose Up

-- kind is 'custom' or 'prefix'; a pool has at most one of each.
CREATE TABLE domains (
	name    TEXT NOT NULL PRIMARY KEY,
	pool_id TEXT NOT NULL,
	kind    TEXT NOT NULL,
	data    TEXT NOT NULL
);
CREATE UNIQUE INDEX domains_by_pool ON domains (pool_id, kind);
CREATE INDEX domains_by_kind ON domains (kind, name);
