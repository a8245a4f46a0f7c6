-- +goose Up

CREATE TABLE devices (
	pool_id    TEXT NOT NULL,
	username   TEXT NOT NULL,
	device_key TEXT NOT NULL,
	data       TEXT NOT NULL,
	sealed     BLOB,
	PRIMARY KEY (pool_id, username, device_key)
);

-- Which sessions end when a device is forgotten: they are looked for among those of its user.
ALTER TABLE token_sessions ADD COLUMN device_key TEXT NOT NULL DEFAULT '';
