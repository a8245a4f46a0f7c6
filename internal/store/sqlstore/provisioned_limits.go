package sqlstore

import "context"

const (
	provisionedByCategory = `SELECT rate FROM provisioned_limits WHERE category = $1`
	provisionedPut        = `INSERT INTO provisioned_limits (category, rate) VALUES ($1, $2)
		ON CONFLICT (category) DO UPDATE SET rate = excluded.rate`
	provisionedClear = `DELETE FROM provisioned_limits WHERE category = $1`
)

// ProvisionedLimit implements store.ProvisionedLimitReader.
func (r *reader) ProvisionedLimit(ctx context.Context, category string) (perSecond int, err error) {
	return perSecond, r.c.row(ctx, provisionedByCategory, []any{key(category)}, &perSecond)
}

// PutProvisionedLimit implements store.ProvisionedLimitWriter.
func (t *tx) PutProvisionedLimit(ctx context.Context, category string, perSecond int) error {
	_, err := t.c.exec(ctx, provisionedPut, key(category), int64(perSecond))
	return err
}

// ClearProvisionedLimit implements store.ProvisionedLimitWriter.
func (t *tx) ClearProvisionedLimit(ctx context.Context, category string) error {
	_, err := t.c.exec(ctx, provisionedClear, key(category))
	return err
}
