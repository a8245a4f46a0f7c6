package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	aliasInsert = `INSERT INTO user_aliases (pool_id, attribute, value, username)
		VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	aliasDelete = `DELETE FROM user_aliases WHERE pool_id = $1 AND attribute = $2 AND value = $3 AND username = $4`

	identityInsert = `INSERT INTO user_identities (pool_id, provider, attribute, value, username)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	identityDelete = `DELETE FROM user_identities
		WHERE pool_id = $1 AND provider = $2 AND attribute = $3 AND value = $4 AND username = $5`
	linkAttribute = `SELECT attribute FROM user_identities
		WHERE pool_id = $1 AND provider = $2 AND attribute > $3 ORDER BY attribute LIMIT 1`

	searchDelete = `DELETE FROM user_search WHERE pool_id = $1 AND attribute = $2 AND value = $3 AND username = $4`

	countUsers = `SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE pool_id = $1`
	countAdd   = `INSERT INTO user_counts (pool_id, shard, users) VALUES ($1, $2, $3)
		ON CONFLICT (pool_id, shard) DO UPDATE SET users = user_counts.users + excluded.users`
)

// searchable are the attributes of table user_search; username and sub are columns of users.
var searchable = []string{
	userpool.AttrEmail, userpool.AttrPhoneNumber, "name", "given_name", "family_name",
	userpool.AttrPreferredUsername, "cognito:user_status", "status",
}

// entry is a row of user_aliases, user_identities or user_search, without the user.
type entry struct {
	provider         string // of user_identities only
	attribute, value string
}

// claimsOf are the names beside the username that u alone has: aliases and identities.
func claimsOf(u *userpool.User) []entry {
	claims := make([]entry, 0, len(u.Names.Aliases)+len(u.Identities))
	for _, a := range u.Names.Aliases {
		claims = append(claims, entry{attribute: a.Attribute, value: key(a.Value)})
	}
	for _, id := range u.Identities {
		claims = append(claims, entry{provider: key(id.Provider), attribute: key(id.Attribute), value: key(id.Value)})
	}
	return claims
}

func searchesOf(u *userpool.User) []entry {
	entries := make([]entry, 0, len(searchable))
	for _, attribute := range searchable {
		if value := u.SearchValue(attribute); value != "" {
			entries = append(entries, entry{attribute: attribute, value: key(value)})
		}
	}
	return entries
}

// reindexClaims replaces the claims of a user. ErrExists: another has one of the new ones, and
// nothing was changed.
func (t *tx) reindexClaims(ctx context.Context, poolID, username string, old, now []entry) error {
	var added []entry
	for _, e := range now {
		if slices.Contains(old, e) || slices.Contains(added, e) {
			continue
		}
		stmt, args := aliasInsert, []any{key(poolID), e.attribute, e.value, key(username)}
		if e.provider != "" {
			stmt, args = identityInsert, []any{key(poolID), e.provider, e.attribute, e.value, key(username)}
		}
		if err := created(t.c.exec(ctx, stmt, args...)); err != nil {
			if errors.Is(err, store.ErrExists) {
				// By hand: a savepoint is not known to every engine.
				err = t.removeClaims(ctx, poolID, username, added, nil, err)
			}
			return err
		}
		added = append(added, e)
	}
	return t.removeClaims(ctx, poolID, username, old, now, nil)
}

// removeClaims removes those of entries that are not in keep, and answers outcome.
func (t *tx) removeClaims(ctx context.Context, poolID, username string, entries, keep []entry, outcome error) error {
	for _, e := range entries {
		if slices.Contains(keep, e) {
			continue
		}
		stmt, args := aliasDelete, []any{key(poolID), e.attribute, e.value, key(username)}
		if e.provider != "" {
			stmt, args = identityDelete, []any{key(poolID), e.provider, e.attribute, e.value, key(username)}
		}
		if _, err := t.c.exec(ctx, stmt, args...); err != nil {
			return err
		}
	}
	return outcome
}

// LinkAttributes implements store.UserReader: one index search for each attribute, however many users
// are linked by it.
func (r *reader) LinkAttributes(ctx context.Context, poolID, provider string) ([]string, error) {
	var list []string
	for last := ""; ; {
		err := r.c.row(ctx, linkAttribute, []any{key(poolID), key(provider), last}, &last)
		if errors.Is(err, store.ErrNotFound) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, last)
	}
}

func (t *tx) reindexSearches(ctx context.Context, poolID, username string, old, now []entry) error {
	for _, e := range old {
		if !slices.Contains(now, e) {
			if _, err := t.c.exec(ctx, searchDelete, key(poolID), e.attribute, e.value, key(username)); err != nil {
				return err
			}
		}
	}
	args := []any{key(poolID), key(username)}
	for _, e := range now {
		if !slices.Contains(old, e) {
			args = append(args, e.attribute, e.value)
		}
	}
	if len(args) == 2 {
		return nil
	}
	_, err := t.c.exec(ctx, searchInserts[len(args)/2-2], args...)
	return err
}

// searchInserts add one row, two rows, and so on: a user comes in one statement.
var searchInserts = func() []string {
	var stmts []string
	rows := ""
	for i := range searchable {
		rows += fmt.Sprintf(", ($1, $%d, $%d, $2)", 2*i+3, 2*i+4)
		stmts = append(stmts,
			"INSERT INTO user_search (pool_id, attribute, value, username) VALUES "+rows[2:]+" ON CONFLICT DO NOTHING")
	}
	return stmts
}()

// countShards is how many users of a pool can be created at a time without one waiting for another.
const countShards = 32

func (t *tx) count(ctx context.Context, poolID, username string, n int) error {
	h := fnv.New32a()
	h.Write([]byte(username))
	_, err := t.c.exec(ctx, countAdd, key(poolID), int64(h.Sum32()%countShards), int64(n))
	return err
}

// CountUsers implements store.UserReader.
func (r *reader) CountUsers(ctx context.Context, poolID string) (n int, err error) {
	return n, r.c.row(ctx, countUsers, []any{key(poolID)}, &n)
}
