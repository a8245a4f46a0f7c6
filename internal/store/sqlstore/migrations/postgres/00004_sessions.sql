-- +goose Up

-- Sessions in the order of their last use, for listing them and for ending the oldest. What nodes of the
-- version before write meanwhile has zeros: such a session is the oldest, and data tells if it was revoked.
ALTER TABLE token_sessions ADD COLUMN IF NOT EXISTS created BIGINT NOT NULL DEFAULT 0;
ALTER TABLE token_sessions ADD COLUMN IF NOT EXISTS active BIGINT NOT NULL DEFAULT 0;
ALTER TABLE token_sessions ADD COLUMN IF NOT EXISTS revoked BIGINT NOT NULL DEFAULT 0;
UPDATE token_sessions SET
	created = (data::json->>'created')::BIGINT,
	active = (data::json->>'created')::BIGINT,
	revoked = CASE WHEN data::json->>'revoked' = 'true' THEN 1 ELSE 0 END
	WHERE active = 0;
CREATE INDEX IF NOT EXISTS token_sessions_by_activity ON token_sessions (pool_id, username, revoked, active, origin_jti);

-- The new index begins with its columns.
DROP INDEX IF EXISTS token_sessions_by_user;
