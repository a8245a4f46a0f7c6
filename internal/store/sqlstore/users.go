package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	userKept    = `SELECT data FROM users WHERE pool_id = $1 AND username = $2`
	userByName  = `SELECT data, sealed FROM users WHERE pool_id = $1 AND name = $2`
	userBySub   = `SELECT data, sealed FROM users WHERE pool_id = $1 AND sub = $2`
	userByAlias = `SELECT u.data, u.sealed
		FROM user_aliases a JOIN users u ON u.pool_id = a.pool_id AND u.username = a.username
		WHERE a.pool_id = $1 AND a.attribute = $2 AND a.value = $3`
	userByIdentity = `SELECT u.data, u.sealed
		FROM user_identities i JOIN users u ON u.pool_id = i.pool_id AND u.username = i.username
		WHERE i.pool_id = $1 AND i.provider = $2 AND i.attribute = $3 AND i.value = $4`

	usersByUsername = `SELECT data, sealed FROM users
		WHERE pool_id = $1 AND username >= $2 AND username <= $3 ORDER BY username LIMIT $4`
	usersBySub = `SELECT data, sealed FROM users
		WHERE pool_id = $1 AND sub >= $2 AND sub <= $3 ORDER BY sub LIMIT $4`
	// Subqueries instead of a join, as in the members of a group.
	usersBySearch = `SELECT
			(SELECT u.data FROM users u WHERE u.pool_id = s.pool_id AND u.username = s.username),
			(SELECT u.sealed FROM users u WHERE u.pool_id = s.pool_id AND u.username = s.username)
		FROM user_search s
		WHERE s.pool_id = $1 AND s.attribute = $2 AND (s.value, s.username) >= ($3, $4) AND s.value <= $5
		ORDER BY s.value, s.username LIMIT $6`

	userInsert = `INSERT INTO users (pool_id, username, name, sub, data, sealed)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	userUpdate = `UPDATE users SET data = $4, sealed = $5 WHERE pool_id = $1 AND username = $2 AND sub = $3`
	userDelete = `DELETE FROM users WHERE pool_id = $1 AND username = $2`
)

// ofUser removes what belongs to a user.
var ofUser = []string{
	`DELETE FROM codes WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM group_members WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM attempts WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM refresh_tokens WHERE (pool_id, origin_jti) IN
		(SELECT pool_id, origin_jti FROM token_sessions WHERE pool_id = $1 AND username = $2)`,
	`DELETE FROM token_sessions WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM devices WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM passkeys WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM user_events WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM outbox WHERE pool_id = $1 AND username = $2`,
	`DELETE FROM auth_histories WHERE pool_id = $1 AND username = $2`,
}

// User implements store.UserReader.
func (r *reader) User(ctx context.Context, poolID, foldedUsername string) (*userpool.User, error) {
	return r.user(ctx, poolID, userByName, key(poolID), key(foldedUsername))
}

// UserBySub implements store.UserReader.
func (r *reader) UserBySub(ctx context.Context, poolID, sub string) (*userpool.User, error) {
	return r.user(ctx, poolID, userBySub, key(poolID), key(sub))
}

// UserByAlias implements store.UserReader.
func (r *reader) UserByAlias(ctx context.Context, poolID string, alias userpool.Alias) (*userpool.User, error) {
	return r.user(ctx, poolID, userByAlias, key(poolID), alias.Attribute, key(alias.Value))
}

// UserByIdentity implements store.UserReader.
func (r *reader) UserByIdentity(ctx context.Context, poolID, provider, attribute, value string) (*userpool.User, error) {
	return r.user(ctx, poolID, userByIdentity, key(poolID), key(provider), key(attribute), key(value))
}

func (r *reader) user(ctx context.Context, poolID, stmt string, args ...any) (*userpool.User, error) {
	return only(r.users(ctx, poolID, stmt, args...))
}

func (r *reader) users(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.User, error) {
	var users []*userpool.User
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data, sealed sql.RawBytes
		if err := rows.Scan(&data, &sealed); err != nil || data == nil { // of a deleted pool
			return err
		}
		u, err := r.db.seal.decodeUser(poolID, data, sealed)
		users = append(users, u)
		return err
	})
	return users, err
}

// Users implements store.UserReader.
func (r *reader) Users(ctx context.Context, poolID string, q store.UserQuery) ([]*userpool.User, error) {
	value := userpool.FoldSearch(q.Attribute, q.Value)
	first, last, exact := key(value), key(value), true
	switch {
	case q.Attribute == "":
		first, last, exact = keyRange("")
	case q.Prefix:
		first, last, exact = keyRange(value)
	}
	var found []*userpool.User
	for at := q.After; len(found) < q.Limit; {
		page, err := r.userPage(ctx, poolID, q.Attribute, first, last, at, q.Limit)
		if err != nil {
			return nil, err
		}
		for _, u := range page {
			if exact || strings.HasPrefix(u.SearchValue(q.Attribute), value) {
				found = append(found, u)
			}
		}
		if exact || len(page) < q.Limit {
			break
		}
		at = q.CursorAt(page[len(page)-1])
	}
	return found[:min(len(found), max(q.Limit, 0))], nil
}

// userPage lists users whose key of attribute is from first to last, behind at.
func (r *reader) userPage(
	ctx context.Context, poolID, attribute, first, last string, at store.UserCursor, limit int,
) ([]*userpool.User, error) {
	switch attribute {
	case "", "username":
		if at != (store.UserCursor{}) {
			first = max(first, after(key(at.Username)))
		}
		return r.users(ctx, poolID, usersByUsername, key(poolID), first, last, limit)
	case userpool.AttrSub:
		if at != (store.UserCursor{}) {
			first = max(first, after(key(at.Value)))
		}
		return r.users(ctx, poolID, usersBySub, key(poolID), first, last, limit)
	default:
		username := ""
		if at != (store.UserCursor{}) && key(at.Value) >= first {
			first, username = key(at.Value), after(key(at.Username))
		}
		return r.users(ctx, poolID, usersBySearch, key(poolID), attribute, first, username, last, limit)
	}
}

// kept is the user as it is kept, without secrets.
func (t *tx) kept(ctx context.Context, poolID, username string) (*userpool.User, error) {
	var data []byte
	if err := t.c.row(ctx, userKept, []any{key(poolID), key(username)}, &data); err != nil {
		return nil, err
	}
	return t.db.seal.decodeUser(poolID, data, nil)
}

// CreateUser implements store.UserWriter.
func (t *tx) CreateUser(ctx context.Context, u *userpool.User) error {
	data, sealed, err := t.db.seal.encodeUser(u)
	if err != nil {
		return err
	}
	claims := claimsOf(u)
	if err := t.reindexClaims(ctx, u.PoolID, u.Username, nil, claims); err != nil {
		return err
	}
	err = created(t.c.exec(ctx, userInsert,
		key(u.PoolID), key(u.Username), key(u.Names.Username), key(u.Sub), data, sealed))
	if errors.Is(err, store.ErrExists) {
		return t.removeClaims(ctx, u.PoolID, u.Username, claims, nil, err)
	}
	if err != nil {
		return err
	}
	if err := t.reindexSearches(ctx, u.PoolID, u.Username, nil, searchesOf(u)); err != nil {
		return err
	}
	return t.count(ctx, u.PoolID, u.Username, 1)
}

// SaveUser implements store.UserWriter.
func (t *tx) SaveUser(ctx context.Context, u *userpool.User) error {
	data, sealed, err := t.db.seal.encodeUser(u)
	if err != nil {
		return err
	}
	old, err := t.kept(ctx, u.PoolID, u.Username)
	if err != nil {
		return err
	}
	if old.Sub != u.Sub { // another user of that name
		return store.ErrNotFound
	}
	if err := t.reindexClaims(ctx, u.PoolID, u.Username, claimsOf(old), claimsOf(u)); err != nil {
		return err
	}
	if err := t.reindexSearches(ctx, u.PoolID, u.Username, searchesOf(old), searchesOf(u)); err != nil {
		return err
	}
	return saved(t.c.exec(ctx, userUpdate, key(u.PoolID), key(u.Username), key(u.Sub), data, sealed))
}

// DeleteUser implements store.UserWriter.
func (t *tx) DeleteUser(ctx context.Context, poolID, username string) error {
	old, err := t.kept(ctx, poolID, username)
	if err != nil {
		return err
	}
	if err := t.reindexClaims(ctx, poolID, username, claimsOf(old), nil); err != nil {
		return err
	}
	if err := t.reindexSearches(ctx, poolID, username, searchesOf(old), nil); err != nil {
		return err
	}
	if err := saved(t.c.exec(ctx, userDelete, key(poolID), key(username))); err != nil {
		return err
	}
	for _, stmt := range ofUser {
		if _, err := t.c.exec(ctx, stmt, key(poolID), key(username)); err != nil {
			return err
		}
	}
	return t.count(ctx, poolID, username, -1)
}
