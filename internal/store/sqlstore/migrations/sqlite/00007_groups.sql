-- +goose Up

CREATE TABLE user_groups (
	pool_id TEXT NOT NULL,
	name    TEXT NOT NULL,
	data    TEXT NOT NULL,
	PRIMARY KEY (pool_id, name)
);

-- Found by group, to list its users, and by user, to list its groups at each sign-in.
CREATE TABLE group_members (
	pool_id  TEXT NOT NULL,
	name     TEXT NOT NULL,
	username TEXT NOT NULL,
	PRIMARY KEY (pool_id, name, username)
) WITHOUT ROWID;
CREATE INDEX group_members_by_user ON group_members (pool_id, username, name);
