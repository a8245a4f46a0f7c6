-- +goose Up

-- Sessions in the order of their last use, for listing them and for ending the oldest. What nodes of the
-- version before write meanwhile has zeros: such a session is the oldest, and data tells if it was revoked.
ALTER TABLE token_sessions ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE token_sessions ADD COLUMN active INTEGER NOT NULL DEFAULT 0;
ALTER TABLE token_sessions ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;
UPDATE token_sessions SET
	created = json_extract(data, '$.created'),
	active = json_extract(data, '$.created'),
	revoked = COALESCE(json_extract(data, '$.revoked'), 0);
CREATE INDEX token_sessions_by_activity ON token_sessions (pool_id, username, revoked, active, origin_jti);

-- The new index begins with its columns.
DROP INDEX token_sessions_by_user;
