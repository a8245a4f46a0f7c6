package sqlstore

import (
	"context"
	"crypto/sha256"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"ostiary/internal/userpool"
)

// version is a hash of a row's content. Equal versions mean equal content, whoever wrote it and
// whatever became of that transaction, so a cached noun needs no invalidation: a reader asks its
// snapshot for the version alone and decodes only what it has not seen.
type version [16]byte

func versionOf(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p))
		h.Write(p)
	}
	return h.Sum(nil)[:len(version{})]
}

type caches struct {
	pools   *cache[*userpool.Pool]
	clients *cache[*userpool.Client]
	keys    *cache[*userpool.SigningKey]
}

func newCaches(size int) (caches, error) {
	if size == 0 {
		size = 1000
	}
	pools, err := lru.New[string, cached[*userpool.Pool]](size)
	if err != nil {
		return caches{}, fmt.Errorf("sqlstore: cache: %w", err)
	}
	clients, err := lru.New[string, cached[*userpool.Client]](size)
	if err != nil {
		return caches{}, fmt.Errorf("sqlstore: cache: %w", err)
	}
	keys, err := lru.New[string, cached[*userpool.SigningKey]](4 * size)
	if err != nil {
		return caches{}, fmt.Errorf("sqlstore: cache: %w", err)
	}
	return caches{
		pools:   &cache[*userpool.Pool]{pools},
		clients: &cache[*userpool.Client]{clients},
		keys:    &cache[*userpool.SigningKey]{keys},
	}, nil
}

// cache keeps shared, unchanging nouns by id.
type cache[T any] struct{ lru *lru.Cache[string, cached[T]] }

type cached[T any] struct {
	version version
	noun    T
}

func (c *cache[T]) get(id string, v []byte) (T, bool) {
	e, ok := c.lru.Get(id)
	if !ok || string(e.version[:]) != string(v) {
		var none T
		return none, false
	}
	return e.noun, true
}

func (c *cache[T]) put(id string, v []byte, noun T) {
	c.lru.Add(id, cached[T]{version(v), noun})
}

// lookUp finds a noun by id in the cache, unless the caller wants one of its own. The statement reads
// its version in the snapshot; where that finds no row, the error is store.ErrNotFound.
func lookUp[T any](ctx context.Context, r *reader, c *cache[*T], stmt, id string) (noun *T, ok bool, err error) {
	if r.private {
		return nil, false, nil
	}
	var v []byte
	if err := r.c.row(ctx, stmt, []any{key(id)}, &v); err != nil {
		return nil, false, err
	}
	noun, ok = c.get(id, v)
	return noun, ok, nil
}
