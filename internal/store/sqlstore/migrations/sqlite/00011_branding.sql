-- +goose Up

CREATE TABLE login_styles (
	pool_id   TEXT NOT NULL,
	id        TEXT NOT NULL,
	client_id TEXT NOT NULL,
	data      TEXT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE UNIQUE INDEX login_styles_by_client ON login_styles (pool_id, client_id);

-- The images of a style, up to 40 of up to 1 MB; "version" tells which have changed.
CREATE TABLE login_style_assets (
	pool_id  TEXT NOT NULL,
	style_id TEXT NOT NULL,
	place    INTEGER NOT NULL,
	version  BLOB NOT NULL,
	data     TEXT NOT NULL,
	image    BLOB NOT NULL,
	PRIMARY KEY (pool_id, style_id, place)
);

CREATE TABLE ui_customizations (
	pool_id   TEXT NOT NULL,
	client_id TEXT NOT NULL,
	data      TEXT NOT NULL,
	logo      BLOB,
	PRIMARY KEY (pool_id, client_id)
);
