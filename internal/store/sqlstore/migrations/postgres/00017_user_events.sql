-- +goose Up

-- The events of a user, together and in the order of their times. They were in auth_events before, from where
-- moveAuthEvents takes them.
CREATE TABLE IF NOT EXISTS user_events (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	created  BIGINT NOT NULL,
	id       TEXT COLLATE "C" NOT NULL,
	data     BYTEA NOT NULL,
	PRIMARY KEY (pool_id, username, created, id)
);
CREATE INDEX IF NOT EXISTS user_events_by_age ON user_events (created);

-- What an assessment looks at, so that it reads one row.
CREATE TABLE IF NOT EXISTS auth_histories (
	pool_id  TEXT COLLATE "C" NOT NULL,
	username TEXT COLLATE "C" NOT NULL,
	version  BIGINT NOT NULL,
	data     BYTEA NOT NULL,
	PRIMARY KEY (pool_id, username)
);

-- Risk configurations lie with their pool or client. Nodes of the version before still read them here.
UPDATE pools SET version = decode(md5(id || data), 'hex'), data = jsonb_set(data::jsonb, '{risk}',
	(SELECT r.data::jsonb FROM risk_configurations r WHERE r.pool_id = pools.id AND r.client_id = ''))::text
	WHERE id IN (SELECT pool_id FROM risk_configurations WHERE client_id = '');
UPDATE clients SET version = decode(md5(id || data), 'hex'), data = jsonb_set(data::jsonb, '{risk}',
	(SELECT r.data::jsonb FROM risk_configurations r WHERE r.pool_id = clients.pool_id AND r.client_id = clients.id))::text
	WHERE (pool_id, id) IN (SELECT pool_id, client_id FROM risk_configurations);
