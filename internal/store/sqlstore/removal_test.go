package sqlstore_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"ostiary/internal/store/sqlstore"
)

// TestRemovalKnowsTables: what belongs to a pool goes with it, in tables to come as well.
func TestRemovalKnowsTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "o.db")
	if err := open(t, "sqlite:"+path).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.name = 'pool_id'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	text, tables := strings.Join(sqlstore.PoolDeletion(), "\n"), 0
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		tables++
		if !strings.Contains(text, "DELETE FROM "+table+" ") {
			t.Errorf("deleting a pool leaves table %s: see inPool and removalSteps", table)
		}
	}
	if err := rows.Err(); err != nil || tables < 25 {
		t.Fatalf("%d tables, error %v", tables, err)
	}
}
