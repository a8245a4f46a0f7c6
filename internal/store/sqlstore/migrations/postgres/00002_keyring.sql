-- +goose Up

-- The server's own keys, sealed by the master key: one row, of the id 'keyring'.
CREATE TABLE IF NOT EXISTS server_keys (
	id     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	sealed BYTEA NOT NULL
);
