-- +goose Up

-- The server's own keys, sealed by the master key: one row, of the id 'keyring'.
CREATE TABLE server_keys (
	id     TEXT NOT NULL PRIMARY KEY,
	sealed BLOB NOT NULL
);
