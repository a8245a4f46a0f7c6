-- +goose Up

-- The events of a user, together and in the order of their times. They were in auth_events before, from where
-- moveAuthEvents takes them.
CREATE TABLE user_events (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	created  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	data     BLOB NOT NULL,
	PRIMARY KEY (pool_id, username, created, id)
) WITHOUT ROWID;
CREATE INDEX user_events_by_age ON user_events (created);

-- What an assessment looks at, so that it reads one row.
CREATE TABLE auth_histories (
	pool_id  TEXT NOT NULL,
	username TEXT NOT NULL,
	version  INTEGER NOT NULL,
	data     BLOB NOT NULL,
	PRIMARY KEY (pool_id, username)
);

-- Risk configurations lie with their pool or client. Nodes of the version before still read them here.
UPDATE pools SET version = randomblob(16), data = json_set(data, '$.risk',
	json((SELECT r.data FROM risk_configurations r WHERE r.pool_id = pools.id AND r.client_id = '')))
	WHERE id IN (SELECT pool_id FROM risk_configurations WHERE client_id = '');
UPDATE clients SET version = randomblob(16), data = json_set(data, '$.risk',
	json((SELECT r.data FROM risk_configurations r WHERE r.pool_id = clients.pool_id AND r.client_id = clients.id)))
	WHERE (pool_id, id) IN (SELECT pool_id, client_id FROM risk_configurations);
