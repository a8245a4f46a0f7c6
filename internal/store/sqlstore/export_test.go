package sqlstore

import (
	"context"
	"database/sql"
	"io/fs"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// MigrateTo makes a database that an older version of the server would have left, by the number of its
// last migration.
func MigrateTo(t *testing.T, driver, address string, version int64) {
	t.Helper()
	dialect, dir := goose.DialectSQLite3, "migrations/sqlite"
	if driver == "pgx" {
		dialect, dir = goose.DialectPostgres, "migrations/postgres"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, db, files, goose.WithIsolateDDL(true), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}

// Explain lets db tell the plan of each statement before it runs it: explain is put before the
// statement, and told is called with each row of the answer as a line.
func (db *DB) Explain(explain string, told func(stmt, plan string)) {
	db.dialect = explaining{db.dialect, explain, told}
}

type explaining struct {
	dialect
	explain string
	told    func(stmt, plan string)
}

func (d explaining) view(ctx context.Context, fn func(*conn) error) error {
	return d.dialect.view(ctx, d.around(fn))
}

func (d explaining) update(ctx context.Context, fn func(*conn) error) error {
	return d.dialect.update(ctx, d.around(fn))
}

func (d explaining) around(fn func(*conn) error) func(*conn) error {
	return func(c *conn) error {
		c.q = explainer{c.q, d}
		return fn(c)
	}
}

type explainer struct {
	querier
	d explaining
}

func (e explainer) query(ctx context.Context, stmt string, args ...any) (*sql.Rows, error) {
	if err := e.tell(ctx, stmt, args); err != nil {
		return nil, err
	}
	return e.querier.query(ctx, stmt, args...)
}

func (e explainer) exec(ctx context.Context, stmt string, args ...any) (sql.Result, error) {
	if err := e.tell(ctx, stmt, args); err != nil {
		return nil, err
	}
	return e.querier.exec(ctx, stmt, args...)
}

func (e explainer) tell(ctx context.Context, stmt string, args []any) error {
	rows, err := e.querier.query(ctx, e.d.explain+" "+stmt, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var plan strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			return err
		}
		// The last column has the text, in both dialects.
		text, _ := (*values[len(values)-1].(*any)).(string)
		plan.WriteString(text + "\n")
	}
	e.d.told(stmt, plan.String())
	return rows.Err()
}

// Waiting is how many updates wait for their turn on a SQLite database.
func (db *DB) Waiting() int { return int(db.dialect.(*sqliteDB).writer.waiting.Load()) }

// WriterPragma is a setting of the connection that writes to a SQLite database.
func (db *DB) WriterPragma(ctx context.Context, name string) (value string, err error) {
	return value, db.dialect.update(ctx, func(c *conn) error {
		return c.row(ctx, "PRAGMA "+name, nil, &value)
	})
}

// PoolDeletion is every statement that removes something with its pool.
func PoolDeletion() []string {
	stmts := inPool
	for _, step := range removalSteps[poolRemoval] {
		stmts = append(stmts, step.stmts...)
	}
	return stmts
}

// PlanByIndex is how a connection to PostgreSQL begins.
const PlanByIndex = planByIndex
