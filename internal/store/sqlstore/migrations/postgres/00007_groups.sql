-- +goose Up

CREATE TABLE IF NOT EXISTS user_groups (
	pool_id TEXT COLLATE "C" NOT NULL,
	name    TEXT COLLATE "C" NOT NULL,
	data    TEXT NOT NULL,
	PRIMARY KEY (pool_id, name)
);

-- Found by group, to list its users, and by user, to list its groups at each sign-in.
CREATE TABLE IF NOT EXISTS group_members (
	pool_id  TEXT COLLATE "C" NOT NULL,
	name     TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, name, username)
);
CREATE INDEX IF NOT EXISTS group_members_by_user ON group_members (pool_id, username, name);
