package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"ostiary/internal/store"
)

// A deletion may leave millions of rows, too many for one transaction: it removes what can be found
// without naming the deleted thing, and a first batch of the rest. If that was not all, a removal stays
// in the database until Reclaim has removed the rest.

// removalKind is what was deleted.
type removalKind string

const (
	poolRemoval   removalKind = "pool"
	clientRemoval removalKind = "client"
	groupRemoval  removalKind = "group"
)

// removal is what was deleted and has rows left.
type removal struct {
	poolID, name string // as keys
	kind         removalKind
	step         int // of removalSteps, the one that is next
}

// removedAtOnce is how many rows a deletion removes itself, so that small things go in one piece.
const removedAtOnce = 1000

const (
	// A condition that is always true makes it an index search.
	removalNext   = `SELECT pool_id, kind, name, step FROM removals WHERE pool_id > '' ORDER BY pool_id, kind, name LIMIT 1`
	removalFind   = `SELECT step FROM removals WHERE pool_id = $1 AND kind = $2 AND name = $3`
	removalInsert = `INSERT INTO removals (pool_id, kind, name, step) VALUES ($1, $2, $3, $4)`
	removalUpdate = `UPDATE removals SET step = $4 WHERE pool_id = $1 AND kind = $2 AND name = $3`
	removalDelete = `DELETE FROM removals WHERE pool_id = $1 AND kind = $2 AND name = $3`
)

// removalStep removes rows of one table, a batch at a time.
type removalStep struct {
	stmts []string // with %d for the size of the batch; the rows of the last one count
	large bool     // rows of up to a megabyte: fewer at a time
}

// largeRow is how many usual rows a large one stands for.
const largeRow = 50

// removalSteps is what is removed, in this order. Users go before what hangs on them, so that nobody can
// add to what is gone already.
var removalSteps = map[removalKind][]removalStep{
	poolRemoval: {
		ofPool("users", "username"),
		ofPool("user_aliases", "attribute, value"),
		ofPool("user_identities", "provider, attribute, value"),
		ofPool("user_search", "attribute, value, username"),
		ofPool("user_groups", "name"),
		ofPool("group_members", "name, username"),
		ofPool("devices", "username, device_key"),
		ofPool("passkeys", "id"),
		ofPool("codes", "username, purpose"),
		{stmts: []string{`DELETE FROM attempts WHERE id IN
			(SELECT id FROM attempts WHERE pool_id = $1 ORDER BY username LIMIT %d)`}},
		ofPool("token_sessions", "origin_jti"),
		{stmts: []string{`DELETE FROM refresh_tokens WHERE id IN
			(SELECT id FROM refresh_tokens WHERE pool_id = $1 ORDER BY origin_jti LIMIT %d)`}},
		ofPool("failures", "name, kind"),
		ofPool("limits", "username, act"),
		ofPool("terms", "id"),
		ofPool("resource_servers", "identifier"),
		ofPool("identity_providers", "name"),
		ofPool("provider_identifiers", "identifier"),
		ofPool("login_styles", "id"),
		large(ofPool("login_style_assets", "style_id, place")),
		large(ofPool("ui_customizations", "client_id")),
		large(ofPool("import_chunks", "job_id, file_id, number")),
		ofPool("import_log", "job_id, line"),
		ofPool("user_events", "username, created, id"),
		ofPool("auth_histories", "username"),
		ofPool("bursts", "kind, name"),
	},
	clientRemoval: {
		{stmts: []string{
			`DELETE FROM refresh_tokens WHERE (pool_id, origin_jti) IN (` + sessionsOfClient + `)`,
			`DELETE FROM token_sessions WHERE (pool_id, origin_jti) IN (` + sessionsOfClient + `)`,
		}},
	},
	groupRemoval: {
		{stmts: []string{`DELETE FROM group_members WHERE (pool_id, name, username) IN
			(SELECT pool_id, name, username FROM group_members
			WHERE pool_id = $1 AND name = $2 ORDER BY username LIMIT %d)`}},
	},
}

const sessionsOfClient = `SELECT pool_id, origin_jti FROM token_sessions
	WHERE pool_id = $1 AND client_id = $2 ORDER BY origin_jti LIMIT %d`

// ofPool removes rows of a table whose primary key is the pool and these columns.
func ofPool(table, columns string) removalStep {
	return removalStep{stmts: []string{fmt.Sprintf(
		`DELETE FROM %[1]s WHERE (pool_id, %[2]s) IN (SELECT pool_id, %[2]s FROM %[1]s WHERE pool_id = $1 ORDER BY %[2]s LIMIT %%d)`,
		table, columns)}}
}

func large(s removalStep) removalStep {
	s.large = true
	return s
}

// Reclaim implements store.RemovalWriter.
func (t *tx) Reclaim(ctx context.Context, limit int) (int, error) {
	var r removal
	err := t.c.row(ctx, removalNext, nil, &r.poolID, &r.kind, &r.name, &r.step)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	before := r.step
	n, more, err := t.removeSome(ctx, &r, limit)
	switch {
	case err != nil:
		return 0, err
	case !more:
		_, err = t.c.exec(ctx, removalDelete, r.poolID, string(r.kind), r.name)
		n++
	case r.step != before:
		_, err = t.c.exec(ctx, removalUpdate, r.poolID, string(r.kind), r.name, int64(r.step))
	}
	return n, err
}

// removed removes what a deleted thing has left, at once if it is little.
func (t *tx) removed(ctx context.Context, kind removalKind, poolID, name string) error {
	r := removal{poolID: poolID, kind: kind, name: name}
	_, more, err := t.removeSome(ctx, &r, removedAtOnce)
	if err != nil || !more {
		return err
	}
	_, err = t.c.exec(ctx, removalInsert, r.poolID, string(r.kind), r.name, int64(r.step))
	return err
}

// removeSome goes on with a removal until at least limit rows are gone, less than twice as many, and tells whether there may be more.
func (t *tx) removeSome(ctx context.Context, r *removal, limit int) (n int, more bool, err error) {
	args := []any{r.poolID}
	if r.kind != poolRemoval {
		args = append(args, r.name)
	}
	left := limit
	for ; r.step < len(removalSteps[r.kind]); r.step++ {
		step := removalSteps[r.kind][r.step]
		weight := 1
		if step.large {
			weight = largeRow
		}
		if left <= 0 {
			return n, true, nil
		}
		batch := max(1, limit/weight) // not left: every size is a statement to prepare
		rows := 0
		for _, stmt := range step.stmts {
			// The size stands in the text: not knowing it, PostgreSQL plans for a tenth of the table.
			if rows, err = t.c.exec(ctx, fmt.Sprintf(stmt, batch), args...); err != nil {
				return n, true, err
			}
		}
		n += rows
		left -= rows * weight
		if rows == batch {
			return n, true, nil
		}
	}
	return n, false, nil
}

// beingRemoved tells whether something of that name was deleted and has rows left.
func (t *tx) beingRemoved(ctx context.Context, kind removalKind, poolID, name string) (bool, error) {
	var step int
	err := t.c.row(ctx, removalFind, []any{poolID, string(kind), name}, &step)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
