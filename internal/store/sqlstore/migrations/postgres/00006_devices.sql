-- +goose Up

CREATE TABLE IF NOT EXISTS devices (
	pool_id    TEXT COLLATE "C" NOT NULL,
	username   TEXT COLLATE "C" NOT NULL,
	device_key TEXT COLLATE "C" NOT NULL,
	data       TEXT NOT NULL,
	sealed     BYTEA,
	PRIMARY KEY (pool_id, username, device_key)
);

-- Which sessions end when a device is forgotten: they are looked for among those of its user.
ALTER TABLE token_sessions ADD COLUMN IF NOT EXISTS device_key TEXT COLLATE "C" NOT NULL DEFAULT '';
