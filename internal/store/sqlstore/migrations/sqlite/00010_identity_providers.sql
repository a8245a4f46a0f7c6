-- +goose Up

-- name is as given, folded is what is unique.
CREATE TABLE identity_providers (
	pool_id TEXT NOT NULL,
	name    TEXT NOT NULL,
	folded  TEXT NOT NULL,
	data    TEXT NOT NULL,
	sealed  BLOB,
	PRIMARY KEY (pool_id, name)
);
CREATE UNIQUE INDEX identity_providers_by_folded ON identity_providers (pool_id, folded);

CREATE TABLE provider_identifiers (
	pool_id    TEXT NOT NULL,
	identifier TEXT NOT NULL,
	name       TEXT NOT NULL,
	PRIMARY KEY (pool_id, identifier)
) WITHOUT ROWID;

-- Who signs in by an external identity.
CREATE TABLE user_identities (
	pool_id   TEXT NOT NULL,
	provider  TEXT NOT NULL,
	attribute TEXT NOT NULL,
	value     TEXT NOT NULL,
	username  TEXT NOT NULL,
	PRIMARY KEY (pool_id, provider, attribute, value)
) WITHOUT ROWID;
