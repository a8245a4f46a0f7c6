package userimport

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const (
	account0 = "000000000000"
	poolID   = "us-east-1_imports00"
	role     = "arn:aws:iam::000000000000:role/import"
)

// world is a service with one pool, and a clock.
type world struct {
	*Service
	t    testing.TB
	ctx  context.Context
	now  time.Time
	log  bytes.Buffer
	jobs int
}

func newWorld(t testing.TB, s store.Store, in *cognitoidp.CreateUserPoolRequest) *world {
	t.Helper()
	master, err := secret.NewMasterKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, keys, err := secret.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, ctx: t.Context(), now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.Service = &Service{
		Store:    s,
		Accounts: &account.Service{Store: s, Secrets: keys, Now: clock, Rand: rand.Reader},
		Secrets:  keys, BaseURL: "https://auth.example.com", Log: slog.New(slog.NewTextHandler(&w.log, nil)), Now: clock, Rand: rand.Reader,
	}
	if in == nil {
		in = &cognitoidp.CreateUserPoolRequest{}
	}
	if in.AutoVerifiedAttributes == nil {
		in.AutoVerifiedAttributes = []cognitoidp.VerifiedAttributeType{"email"}
	}
	in.PoolName = "pool"
	p, err := userpool.NewPool(poolID, account0, in)
	if err != nil {
		t.Fatal(err)
	}
	p.Created, p.Modified = w.now, w.now
	w.update(func(tx store.Tx) error { return tx.CreatePool(w.ctx, p) })
	return w
}

// another is a second node over the same store.
func (w *world) another(s store.Store) *Service {
	node := *w.Service
	accounts := *w.Accounts
	accounts.Store, node.Store, node.Accounts = s, s, &accounts
	return &node
}

func (w *world) update(fn func(store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Update(w.ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) view(fn func(store.Reader) error) {
	w.t.Helper()
	if err := w.Store.View(w.ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) pool() (p *userpool.Pool) {
	w.t.Helper()
	w.view(func(r store.Reader) (err error) { p, err = r.Pool(w.ctx, poolID); return err })
	return p
}

func (w *world) job(id string) (j *userpool.ImportJob) {
	w.t.Helper()
	w.view(func(r store.Reader) (err error) { j, err = r.ImportJob(w.ctx, poolID, id); return err })
	return j
}

// create makes a job, as CreateUserImportJob does.
func (w *world) create() string {
	w.t.Helper()
	w.jobs++
	id := fmt.Sprintf("import-%010d", w.jobs)
	w.update(func(tx store.Tx) error {
		p, err := tx.Pool(w.ctx, poolID)
		if err != nil {
			return err
		}
		j, err := userpool.NewImportJob(p, id, w.now, account0, &cognitoidp.CreateUserImportJobRequest{JobName: "job", CloudWatchLogsRoleArn: role})
		if err != nil {
			return err
		}
		return tx.CreateImportJob(w.ctx, j)
	})
	return id
}

// address is the signature in a job's address.
func (w *world) address(id string) string {
	w.t.Helper()
	u, err := url.Parse(w.URL(w.job(id)))
	if err != nil {
		w.t.Fatal(err)
	}
	return u.Query().Get("X-Amz-Signature")
}

func (w *world) receive(id, text string) error {
	return w.Receive(w.ctx, Upload{
		PoolID: poolID, JobID: id, Signature: w.address(id), Size: int64(len(text)), Body: strings.NewReader(text),
	})
}

// change changes a job, as an operation does.
func (w *world) change(id string, fn func(*userpool.ImportJob) error) error {
	return w.Store.Update(w.ctx, func(tx store.Tx) error {
		j, err := tx.ImportJob(w.ctx, poolID, id)
		if err != nil {
			return err
		}
		if err := fn(j); err != nil {
			return err
		}
		return Save(w.ctx, tx, j)
	})
}

// started makes a job of a file and starts it.
func (w *world) started(text string) string {
	w.t.Helper()
	id := w.create()
	if err := w.receive(id, text); err != nil {
		w.t.Fatal(err)
	}
	if err := w.change(id, func(j *userpool.ImportJob) error { return j.Start(w.now) }); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// work is Work, which must go well.
func (w *world) work() {
	w.t.Helper()
	if err := w.Work(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

// run imports a file and answers the job as it ended.
func (w *world) run(text string) *userpool.ImportJob {
	w.t.Helper()
	id := w.started(text)
	w.work()
	return w.job(id)
}

func summary(j *userpool.ImportJob) string {
	return fmt.Sprintf("%s: %s %d imported, %d skipped, %d failed", j.Status, j.Message, j.Imported, j.Skipped, j.Failed)
}

// lines are the job's log, as text.
func (w *world) lines(id string) []string {
	w.t.Helper()
	lines := []string{}
	w.view(func(r store.Reader) error {
		list, err := r.ImportLog(w.ctx, poolID, id, 0, 1<<30)
		for _, l := range list {
			lines = append(lines, l.String())
		}
		return err
	})
	return lines
}

// usernames are those of all users, in order.
func (w *world) usernames() []string {
	w.t.Helper()
	names := []string{}
	w.view(func(r store.Reader) error {
		for q := (store.UserQuery{Limit: 500}); ; {
			page, err := r.Users(w.ctx, poolID, q)
			if err != nil {
				return err
			}
			for _, u := range page {
				names = append(names, u.Username)
			}
			if len(page) < q.Limit {
				return nil
			}
			q.After = q.CursorAt(page[len(page)-1])
		}
	})
	return names
}

func (w *world) user(name string) (u *userpool.User) {
	w.t.Helper()
	w.view(func(r store.Reader) (err error) {
		u, err = store.FindUser(w.ctx, r, w.pool(), name)
		if errors.Is(err, store.ErrNotFound) {
			w.t.Fatalf("no user %s", name)
		}
		return err
	})
	return u
}

// table is a CSV file for the pool: the header, and for each row the values of some columns, as
// name=value. Without them, rows have cognito:mfa_enabled=false.
func (w *world) table(rows ...string) string {
	w.t.Helper()
	columns := Header(w.pool())
	var b strings.Builder
	b.WriteString(strings.Join(columns, ",") + "\n")
	for _, row := range rows {
		values := make([]string, len(columns))
		values[slices.Index(columns, columnMFA)] = "false"
		for pair := range strings.FieldsSeq(row) {
			name, value, _ := strings.Cut(pair, "=")
			if name == "user" {
				name = columnUsername
			}
			i := slices.Index(columns, name)
			if i < 0 {
				w.t.Fatalf("no column %s", name)
			}
			values[i] = strings.ReplaceAll(value, "_", " ")
		}
		b.WriteString(strings.Join(values, ",") + "\n")
	}
	return b.String()
}

// memory is an empty store in memory.
func memory(t testing.TB) store.Store { return storetest.New(t) }
