-- +goose Up

-- What was deleted and has rows left, which go little by little. kind is 'pool', 'client' or 'group';
-- name is the client's id, or what the members of the group stand under; step is how far it is.
CREATE TABLE removals (
	pool_id TEXT NOT NULL,
	kind    TEXT NOT NULL,
	name    TEXT NOT NULL,
	step    INTEGER NOT NULL,
	PRIMARY KEY (pool_id, kind, name)
);

-- What the members of a group stand under, if not under its name: those of a deleted group of that name
-- may still be there.
ALTER TABLE user_groups ADD COLUMN members TEXT;
CREATE UNIQUE INDEX user_groups_by_members ON user_groups (pool_id, COALESCE(members, name));

-- In an order in which sessions can be removed a few at a time.
CREATE INDEX token_sessions_of_client ON token_sessions (pool_id, client_id, origin_jti);
DROP INDEX token_sessions_by_client;
