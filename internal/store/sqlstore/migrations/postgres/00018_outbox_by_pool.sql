-- +goose Up

-- Those who deliver go from pool to pool.
CREATE INDEX IF NOT EXISTS outbox_by_pool ON outbox (lane, pool_id, due);
DROP INDEX IF EXISTS outbox_by_due;
