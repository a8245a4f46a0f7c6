package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres is a server in a folder of its own.
type Postgres struct {
	bin, dir string
	cred     *syscall.Credential // nil: as ourselves

	process *os.Process // nil while it is stopped
	exited  chan struct{}
	log     *os.File
}

// template is the database that others are copied from.
const template = "ostiary_template"

// Start makes a folder with a new server and starts it.
func Start(ctx context.Context) (*Postgres, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	cred, err := credential()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	p := &Postgres{bin: bin, dir: dir, cred: cred}
	if err := p.create(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func (p *Postgres) create(ctx context.Context) error {
	if p.cred != nil {
		if err := os.Chown(p.dir, int(p.cred.Uid), int(p.cred.Gid)); err != nil {
			return fmt.Errorf("pgtest: %w", err)
		}
	}
	initdb := exec.CommandContext(ctx, filepath.Join(p.bin, "initdb"), "--pgdata", p.data(), "--username", "ostiary",
		"--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir = p.dir
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w: %s", err, out)
	}
	var err error
	if p.log, err = os.Create(filepath.Join(p.dir, "log")); err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	if err := p.Run(ctx); err != nil {
		return err
	}
	// A language's order of letters, where the server knows one, so that a column which relies on
	// the order of bytes without saying so is found out.
	err = p.execute(ctx, "CREATE DATABASE "+template+" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'")
	if err != nil {
		err = p.execute(ctx, "CREATE DATABASE "+template+" TEMPLATE template0")
	}
	return err
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

// Run starts the server again after Crash.
func (p *Postgres) Run(ctx context.Context) error {
	// Without fsync a write survives the end of every process, which is all that tests can cause.
	cmd := exec.Command(filepath.Join(p.bin, "postgres"), "-D", p.data(), "-k", p.dir, "-h", "",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB")
	cmd.Dir = p.dir
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.SysProcAttr = attributes(p.cred)
	exited, started := make(chan struct{}), make(chan error, 1)
	go func() {
		// The server is told of our end by way of the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in the log
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("pgtest: start postgres: %w", err)
	}
	p.process, p.exited = cmd.Process, exited
	return p.awaitReady(ctx)
}

func (p *Postgres) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.execute(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.exited:
			return fmt.Errorf("pgtest: postgres ended: %s", p.tail())
		case <-ctx.Done():
			return fmt.Errorf("pgtest: postgres is not ready: %w: %s", err, p.tail())
		}
	}
}

// tail is the end of the server's log.
func (p *Postgres) tail() []byte {
	text, err := os.ReadFile(p.log.Name())
	if err != nil {
		return []byte(err.Error())
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-5):], []byte("\n"))
}

// Crash ends the server without letting it write anything: the next Run has to recover.
func (p *Postgres) Crash() error { return p.end(syscall.SIGQUIT) }

// Stop ends the server and removes its folder.
func (p *Postgres) Stop() error {
	err := p.end(syscall.SIGINT)
	if p.log != nil {
		err = errors.Join(err, p.log.Close())
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *Postgres) end(how os.Signal) error {
	if p.process == nil {
		return nil
	}
	if err := p.process.Signal(how); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("pgtest: stop postgres: %w", err)
	}
	<-p.exited
	p.process = nil
	return nil
}

// CreateDatabase answers the URL of a new and empty database.
func (p *Postgres) CreateDatabase(ctx context.Context, name string) (string, error) {
	if err := p.execute(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE "+template); err != nil {
		return "", err
	}
	return p.url(name), nil
}

// DropDatabase removes a database, whoever is connected to it.
func (p *Postgres) DropDatabase(ctx context.Context, name string) error {
	return p.execute(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
}

func (p *Postgres) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User("ostiary"), Path: "/" + database}
	u.RawQuery = url.Values{"host": {p.dir}}.Encode()
	return u.String()
}

func (p *Postgres) execute(ctx context.Context, stmt string) error {
	conn, err := pgx.Connect(ctx, p.url("postgres"))
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, stmt); err != nil {
		return fmt.Errorf("pgtest: %s: %w", stmt, err)
	}
	return nil
}
