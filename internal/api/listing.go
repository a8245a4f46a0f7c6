package api

import (
	"context"
	"fmt"

	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// ofPool reads what a listing shows of a pool: at most limit, in the order of their keys, behind after.
type ofPool[T any] func(r store.Reader, p *userpool.Pool, after string, limit int) ([]T, error)

// poolPage answers one page of a listing, and the token of the next page if there is one.
func poolPage[T any](
	ctx context.Context, s *Service, poolID string, l page.Listing, token *string, limit int, read ofPool[T], key func(T) string,
) ([]T, *string, error) {
	var list []T
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, err := pool(ctx, r, poolID)
		if err != nil {
			return err
		}
		after, err := s.pageAfter(l, token)
		if err != nil {
			return err
		}
		if list, err = read(r, p, after, limit+1); err != nil { // one more tells whether a page follows
			return fmt.Errorf("%s: %w", l.Operation, err)
		}
		return nil
	})
	if err != nil || len(list) <= limit {
		return list, nil, err
	}
	list = list[:limit]
	return list, new(s.pages().Next(l, key(list[limit-1]))), nil
}

// pageAfter is the key after which a page of a listing by a single key begins; "" for the first page.
func (s *Service) pageAfter(l page.Listing, token *string) (string, error) {
	cursor, err := s.pages().Cursor(l, token, 1)
	if err != nil || cursor == nil {
		return "", err
	}
	return cursor[0], nil
}

// pages makes and reads the tokens of listings.
func (s *Service) pages() page.Tokens { return page.Tokens{Keys: s.Secrets, Now: s.Now} }
