-- +goose Up

-- name is as given, folded is what is unique.
CREATE TABLE IF NOT EXISTS identity_providers (
	pool_id TEXT COLLATE "C" NOT NULL,
	name    TEXT COLLATE "C" NOT NULL,
	folded  TEXT COLLATE "C" NOT NULL,
	data    TEXT NOT NULL,
	sealed  BYTEA,
	PRIMARY KEY (pool_id, name)
);
CREATE UNIQUE INDEX IF NOT EXISTS identity_providers_by_folded ON identity_providers (pool_id, folded);

CREATE TABLE IF NOT EXISTS provider_identifiers (
	pool_id    TEXT COLLATE "C" NOT NULL,
	identifier TEXT COLLATE "C" NOT NULL,
	name       TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, identifier)
);

-- Who signs in by an external identity.
CREATE TABLE IF NOT EXISTS user_identities (
	pool_id   TEXT COLLATE "C" NOT NULL,
	provider  TEXT COLLATE "C" NOT NULL,
	attribute TEXT COLLATE "C" NOT NULL,
	value     TEXT COLLATE "C" NOT NULL,
	username  TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, provider, attribute, value)
);
