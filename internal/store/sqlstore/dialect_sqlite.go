package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteDB is one writing connection and several reading ones, each with its statements prepared.
type sqliteDB struct {
	writing *sql.DB
	reading *sql.DB
	writer  *writer
	readers chan *session // idle
	seats   chan struct{} // one for each reader there may still be
	scratch string        // folder to remove at close; "" if the database is to stay
}

func openSQLite(ctx context.Context, path string, maxReaders int) (dialect, error) {
	if maxReaders <= 0 {
		maxReaders = 4 * runtime.GOMAXPROCS(0)
	}
	// Acknowledged writes survive a power failure only with FULL: in WAL mode NORMAL leaves out the
	// flush at commit.
	sync := "FULL"
	scratch := ""
	if path == ":memory:" {
		// SQLite's own in-memory databases have no WAL: readers and the writer would lock each
		// other out. A file that nobody flushes behaves like the real thing, at the same speed.
		var err error
		if scratch, err = scratchDir(); err != nil {
			return nil, err
		}
		path, sync = filepath.Join(scratch, "ostiary.db"), "OFF"
	}
	d := &sqliteDB{scratch: scratch, readers: make(chan *session, maxReaders), seats: make(chan struct{}, maxReaders)}
	if err := d.open(ctx, path, sync); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// scratchDir is a new private folder, in memory where the system has a place for that. Its name tells
// whose it is: a process that was killed leaves it behind.
func scratchDir() (string, error) {
	name := fmt.Sprintf("ostiary-%d-", os.Getpid())
	if dir, err := os.MkdirTemp("/dev/shm", name); err == nil {
		return dir, nil
	}
	return os.MkdirTemp("", name)
}

func (d *sqliteDB) open(ctx context.Context, path, sync string) (err error) {
	if err := createPrivate(path); err != nil {
		return err
	}
	if d.writing, err = sql.Open("sqlite", sqliteURL(path, "_txlock=immediate", "journal_mode(WAL)", "synchronous("+sync+")")); err != nil {
		return err
	}
	d.writing.SetMaxOpenConns(1)
	if err := migrateSQLite(ctx, d.writing); err != nil {
		return err
	}
	s, err := newSession(ctx, d.writing)
	if err != nil {
		return err
	}
	d.writer = &writer{s: s}
	d.reading, err = sql.Open("sqlite", sqliteURL(path, "", "query_only(1)"))
	return err
}

// createPrivate makes sure that the file exists and, if it is new, that only its owner can read it;
// SQLite gives the files beside it the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func sqliteURL(path, option string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(5000)", "journal_size_limit(67108864)"}, pragmas...)}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	if option != "" {
		u.RawQuery = option + "&" + u.RawQuery
	}
	return u.String()
}

func (d *sqliteDB) stats() map[string]sql.DBStats {
	return map[string]sql.DBStats{"writing": d.writing.Stats(), "reading": d.reading.Stats()}
}

func (d *sqliteDB) close() error {
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.close())
	}
	if d.reading != nil {
		errs = append(errs, d.reading.Close())
	}
	if d.writing != nil {
		errs = append(errs, d.writing.Close())
	}
	if d.scratch != "" {
		errs = append(errs, os.RemoveAll(d.scratch))
	}
	return errors.Join(errs...)
}

func (d *sqliteDB) conflict(err error) bool { return isLocked(err) }

// isLocked tells whether another process has the database locked.
func isLocked(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	primary := e.Code() & 0xff
	return primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED
}

func (d *sqliteDB) view(ctx context.Context, fn func(*conn) error) (err error) {
	s, err := d.reader(ctx)
	if err != nil {
		return fmt.Errorf("sqlstore: no connection to read with: %w", err)
	}
	defer func() {
		// What was prepared stays prepared; the snapshot must go whatever fn did.
		if end := s.end("ROLLBACK"); end != nil {
			err = errors.Join(err, end, s.close())
			<-d.seats
			return
		}
		d.readers <- s
	}()
	if _, err := s.exec(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("sqlstore: begin: %w", err)
	}
	c := &conn{q: s}
	return c.outcome(fn(c))
}

// reader takes an idle connection, or a new one while there are fewer than may be.
func (d *sqliteDB) reader(ctx context.Context) (*session, error) {
	select {
	case s := <-d.readers:
		return s, nil
	default:
	}
	select {
	case s := <-d.readers:
		return s, nil
	case d.seats <- struct{}{}:
		s, err := newSession(ctx, d.reading)
		if err != nil {
			<-d.seats
		}
		return s, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *sqliteDB) update(ctx context.Context, fn func(*conn) error) error {
	return d.writer.update(ctx, fn)
}

// session is a connection with its prepared statements; one goroutine uses it at a time.
//
// Statements run to their end: SQLite answers an interrupt by rolling back the whole transaction,
// others' work in it included. Each is an index search, so a cancelled caller leaves before its next.
type session struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{c: c, stmts: map[string]*sql.Stmt{}}, nil
}

func (s *session) close() error {
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, s.c.Close())...)
}

func (s *session) prepared(ctx context.Context, stmt string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if p := s.stmts[stmt]; p != nil {
		return p, nil
	}
	p, err := s.c.PrepareContext(context.WithoutCancel(ctx), stmt)
	if err == nil {
		s.stmts[stmt] = p
	}
	return p, err
}

func (s *session) query(ctx context.Context, stmt string, args ...any) (*sql.Rows, error) {
	p, err := s.prepared(ctx, stmt) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	return p.QueryContext(context.WithoutCancel(ctx), args...)
}

func (s *session) exec(ctx context.Context, stmt string, args ...any) (sql.Result, error) {
	p, err := s.prepared(ctx, stmt) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	return p.ExecContext(context.WithoutCancel(ctx), args...)
}

// end runs COMMIT or a kind of ROLLBACK, which no cancelled caller may leave out.
func (s *session) end(stmt string) error {
	_, err := s.exec(context.Background(), stmt)
	return err
}
