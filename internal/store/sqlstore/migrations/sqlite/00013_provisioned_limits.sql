-- +goose Up

-- The account's request rates that are not the default, per second.
CREATE TABLE provisioned_limits (
	category TEXT NOT NULL PRIMARY KEY,
	rate     INTEGER NOT NULL
);
