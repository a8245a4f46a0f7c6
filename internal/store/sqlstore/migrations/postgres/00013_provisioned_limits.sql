-- +goose Up

-- The account's request rates that are not the default, per second.
CREATE TABLE IF NOT EXISTS provisioned_limits (
	category TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	rate     BIGINT NOT NULL
);
