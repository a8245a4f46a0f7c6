package sqlstore_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

func TestSQLiteDamagedMessages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "o.db")
	damageMessages(t, "sqlite", path, "sqlite:"+path)
}

func TestPostgresDamagedMessages(t *testing.T) {
	url := pgtest.URL(t)
	damageMessages(t, "pgx", url, url)
}

// damageMessages: a message that was damaged, or whose key is lost, is listed without its content, beside those
// that are whole, and can be removed.
func damageMessages(t *testing.T, driver, address, url string) {
	ctx, sealer, now := t.Context(), storetest.NewSealer(), time.Now()
	add := func(sealer storetest.Sealer, ids ...string) *sqlstore.DB {
		db, err := sqlstore.Open(ctx, url, sqlstore.Options{Sealer: sealer})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		err = db.Update(ctx, func(tx store.Tx) error {
			for _, id := range ids {
				err := tx.AddMessage(ctx, &userpool.OutboxMessage{ID: id, PoolID: "r_a", Lane: "mail", Due: now, Content: []byte("content of " + id)})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	add(storetest.NewSealer(), "lost")
	db := add(sealer, "damaged", "moved", "nameless", "whole")
	raw := sqlDB(t, driver, address)
	for _, stmt := range []string{
		`UPDATE outbox SET sealed = (SELECT sealed FROM outbox WHERE id = 'whole') WHERE id = 'moved'`,
		`UPDATE outbox SET data = '{' WHERE id = 'nameless'`,
	} {
		if _, err := raw.ExecContext(ctx, stmt); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := raw.ExecContext(ctx, `UPDATE outbox SET sealed = $1 WHERE id = 'damaged'`, []byte{1}); err != nil {
		t.Fatal(err)
	}

	found := map[string]string{}
	err := db.Update(ctx, func(tx store.Tx) error {
		due, err := tx.DueMessages(ctx, "mail", "r_a", now, 10)
		if err != nil {
			return err
		}
		for _, m := range due {
			found[m.ID] = string(m.Content)
			if removed, err := tx.RemoveMessage(ctx, m.ID, m.Lease); err != nil || !removed {
				return errors.Join(errors.New("not removed: "+m.ID), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"lost", "damaged", "moved", "nameless"} {
		if content, ok := found[id]; !ok || content != "" {
			t.Errorf("%s: %q, %v", id, content, ok)
		}
	}
	if found["whole"] != "content of whole" {
		t.Errorf("found %q", found)
	}
}
