-- +goose Up

CREATE TABLE IF NOT EXISTS login_styles (
	pool_id   TEXT COLLATE "C" NOT NULL,
	id        TEXT COLLATE "C" NOT NULL,
	client_id TEXT COLLATE "C" NOT NULL,
	data      TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE UNIQUE INDEX IF NOT EXISTS login_styles_by_client ON login_styles (pool_id, client_id);

-- The images of a style, up to 40 of up to 1 MB; "version" tells which have changed.
CREATE TABLE IF NOT EXISTS login_style_assets (
	pool_id  TEXT COLLATE "C" NOT NULL,
	style_id TEXT COLLATE "C" NOT NULL,
	place    BIGINT NOT NULL,
	version  BYTEA NOT NULL,
	data     TEXT NOT NULL,
	image    BYTEA NOT NULL,
	PRIMARY KEY (pool_id, style_id, place)
);

CREATE TABLE IF NOT EXISTS ui_customizations (
	pool_id   TEXT COLLATE "C" NOT NULL,
	client_id TEXT COLLATE "C" NOT NULL,
	data      TEXT NOT NULL,
	logo      BYTEA,
	PRIMARY KEY (pool_id, client_id)
);
