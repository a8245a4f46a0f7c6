package storetest

import (
	"context"
	"testing"

	"ostiary/internal/store"
)

func readProvisionedLimit(category string) reads[int] {
	return func(ctx context.Context, r store.Reader) (int, error) { return r.ProvisionedLimit(ctx, category) }
}

func testProvisionedLimits(t *testing.T, s store.Store) {
	put := func(category string, perSecond int) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutProvisionedLimit(ctx, category, perSecond) })
	}
	clear := func(category string) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.ClearProvisionedLimit(ctx, category) })
	}
	clear("UserToken") // nothing to clear is no error
	missing(t, s, "a rate that was never set", readProvisionedLimit("UserToken"))
	put("UserToken", 200)
	put("UserRead", 7)
	put("UserToken", 300)
	same(t, "the rate set last", 300, both(t, s, readProvisionedLimit("UserToken")))
	same(t, "the rate of another category", 7, both(t, s, readProvisionedLimit("UserRead")))
	clear("UserToken")
	missing(t, s, "a rate that was cleared", readProvisionedLimit("UserToken"))
	same(t, "the rate that stays", 7, both(t, s, readProvisionedLimit("UserRead")))
}
