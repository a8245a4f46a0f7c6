package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	groupByName = `SELECT data FROM user_groups WHERE pool_id = $1 AND name = $2`
	groupPage   = `SELECT data FROM user_groups WHERE pool_id = $1 AND name > $2 ORDER BY name LIMIT $3`
	groupCount  = `SELECT count(*) FROM user_groups WHERE pool_id = $1`
	groupInsert = `INSERT INTO user_groups (pool_id, name, members, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	groupUpdate = `UPDATE user_groups SET data = $3 WHERE pool_id = $1 AND name = $2`
	groupDelete = `DELETE FROM user_groups WHERE pool_id = $1 AND name = $2`
	// What the members of a group stand under: its name, or a text that no other group has.
	groupMembers = `SELECT COALESCE(members, name) FROM user_groups WHERE pool_id = $1 AND name = $2`

	// Subqueries instead of joins: PostgreSQL would merge a group with all users of the pool, when its
	// statistics make it think that groups are large, and these look up as many rows as are answered.
	groupsOf = `SELECT (SELECT g.data FROM user_groups g WHERE g.pool_id = m.pool_id AND COALESCE(g.members, g.name) = m.name)
		FROM group_members m WHERE m.pool_id = $1 AND m.username = $2`
	members = `SELECT
			(SELECT u.data FROM users u WHERE u.pool_id = m.pool_id AND u.username = m.username),
			(SELECT u.sealed FROM users u WHERE u.pool_id = m.pool_id AND u.username = m.username)
		FROM group_members m WHERE m.pool_id = $1 AND m.name = $2 AND m.username > $3 ORDER BY m.username LIMIT $4`

	memberInsert = `INSERT INTO group_members (pool_id, name, username) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	memberDelete = `DELETE FROM group_members WHERE pool_id = $1 AND name = $2 AND username = $3`
)

type groupRecord struct {
	Name        string `json:"name"`
	Description string `json:"description,omitzero"`
	RoleARN     string `json:"roleArn,omitzero"`
	Precedence  *int32 `json:"precedence,omitzero"`
	Created     int64  `json:"created"`
	Modified    int64  `json:"modified"`
}

// Group implements store.GroupReader.
func (r *reader) Group(ctx context.Context, poolID, name string) (*userpool.Group, error) {
	return only(r.groups(ctx, poolID, groupByName, key(poolID), key(name)))
}

// Groups implements store.GroupReader.
func (r *reader) Groups(ctx context.Context, poolID, after string, limit int) ([]*userpool.Group, error) {
	return r.groups(ctx, poolID, groupPage, key(poolID), key(after), limit)
}

// CountGroups implements store.GroupReader.
func (r *reader) CountGroups(ctx context.Context, poolID string) (n int, err error) {
	return n, r.c.row(ctx, groupCount, []any{key(poolID)}, &n)
}

// GroupsOf implements store.GroupReader.
func (r *reader) GroupsOf(ctx context.Context, poolID, username string) ([]*userpool.Group, error) {
	return r.groups(ctx, poolID, groupsOf, key(poolID), key(username))
}

func (r *reader) groups(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.Group, error) {
	var groups []*userpool.Group
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil || data == nil { // of a deleted group
			return err
		}
		var rec groupRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode a group of pool %s: %w", poolID, err)
		}
		groups = append(groups, &userpool.Group{
			PoolID: poolID, Name: rec.Name, Description: rec.Description, RoleARN: rec.RoleARN,
			Precedence: rec.Precedence, Created: instant(rec.Created), Modified: instant(rec.Modified),
		})
		return nil
	})
	return groups, err
}

// Members implements store.GroupReader.
func (r *reader) Members(ctx context.Context, poolID, group, after string, limit int) ([]*userpool.User, error) {
	under, err := r.membersOf(ctx, poolID, group)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.users(ctx, poolID, members, key(poolID), under, key(after), limit)
}

// membersOf is what the members of a group stand under.
func (r *reader) membersOf(ctx context.Context, poolID, group string) (under string, err error) {
	return under, r.c.row(ctx, groupMembers, []any{key(poolID), key(group)}, &under)
}

// CreateGroup implements store.GroupWriter.
func (t *tx) CreateGroup(ctx context.Context, g *userpool.Group) error {
	data, err := encodeGroup(g)
	if err != nil {
		return err
	}
	under := key(g.Name)
	for n := 1; ; n++ {
		taken, err := t.beingRemoved(ctx, groupRemoval, key(g.PoolID), under)
		if err != nil {
			return err
		}
		if !taken {
			break
		}
		under = fmt.Sprintf("%s\x01\x03%d", key(g.Name), n) // which no key is: they have 01 or 02 behind 01
	}
	return created(t.c.exec(ctx, groupInsert, key(g.PoolID), key(g.Name), under, data))
}

// SaveGroup implements store.GroupWriter.
func (t *tx) SaveGroup(ctx context.Context, g *userpool.Group) error {
	data, err := encodeGroup(g)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, groupUpdate, key(g.PoolID), key(g.Name), data))
}

func encodeGroup(g *userpool.Group) (string, error) {
	data, err := json.Marshal(groupRecord{
		Name: g.Name, Description: g.Description, RoleARN: g.RoleARN, Precedence: g.Precedence,
		Created: micros(g.Created), Modified: micros(g.Modified),
	})
	if err != nil {
		return "", fmt.Errorf("sqlstore: encode a group of pool %s: %w", g.PoolID, err)
	}
	return string(data), nil
}

// DeleteGroup implements store.GroupWriter.
func (t *tx) DeleteGroup(ctx context.Context, poolID, name string) error {
	under, err := t.membersOf(ctx, poolID, name)
	if err != nil {
		return err
	}
	if _, err := t.c.exec(ctx, groupDelete, key(poolID), key(name)); err != nil {
		return err
	}
	return t.removed(ctx, groupRemoval, key(poolID), under)
}

// AddMember implements store.GroupWriter.
func (t *tx) AddMember(ctx context.Context, poolID, group, username string) error {
	return t.changeMembers(ctx, memberInsert, poolID, group, username)
}

// RemoveMember implements store.GroupWriter.
func (t *tx) RemoveMember(ctx context.Context, poolID, group, username string) error {
	return t.changeMembers(ctx, memberDelete, poolID, group, username)
}

func (t *tx) changeMembers(ctx context.Context, stmt, poolID, group, username string) error {
	under, err := t.membersOf(ctx, poolID, group)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = t.c.exec(ctx, stmt, key(poolID), under, key(username))
	return err
}
