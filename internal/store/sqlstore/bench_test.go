package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

// The sizes whose ratio shows whether the store grows well.
var benchSizes = []int{1_000, 100_000}

// benchUser is of the usual size: about 1.2 kB with a verifier of 3072 bits.
func benchUser(i int) *userpool.User {
	name := fmt.Sprintf("user%08d", i*7919%1_000_003)
	mail := name + "@example.com"
	return &userpool.User{
		PoolID: "us-east-1_Benchmark", Username: name, Sub: fmt.Sprintf("8d5e0f2c-0000-4000-8000-%012d", i),
		Status: "CONFIRMED", Enabled: true,
		Attributes: map[string]string{
			"email": mail, "email_verified": "true", "given_name": "Ana", "family_name": fmt.Sprintf("Family%d", i%1000),
			"custom:tenant": "tenant",
		},
		Password: &userpool.Password{Salt: make([]byte, 16), Verifier: make([]byte, 384)},
		Names:    userpool.Names{Username: name, Aliases: []userpool.Alias{{Attribute: "email", Value: mail}}},
	}
}

func fillBench(b *testing.B, db store.Store, users int) {
	b.Helper()
	ctx := b.Context()
	err := db.Update(ctx, func(tx store.Tx) error {
		p := &userpool.Pool{ID: "us-east-1_Benchmark", Name: "bench"}
		p.Settings.UserPoolTags = map[string]string{"a": "b"}
		if err := tx.CreatePool(ctx, p); err != nil {
			return err
		}
		if err := tx.CreateGroup(ctx, &userpool.Group{PoolID: p.ID, Name: "everybody"}); err != nil {
			return err
		}
		return tx.CreateClient(ctx, &userpool.Client{PoolID: p.ID, ID: "client"})
	})
	if err != nil {
		b.Fatal(err)
	}
	for done := 0; done < users; {
		end := min(done+1000, users)
		err := db.Update(ctx, func(tx store.Tx) error {
			for i := done; i < end; i++ {
				u := benchUser(i)
				if err := tx.CreateUser(ctx, u); err != nil {
					return err
				}
				if err := tx.AddMember(ctx, u.PoolID, "everybody", u.Username); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		done = end
	}
}

func BenchmarkSQLite(b *testing.B) {
	benchmark(b, func(b *testing.B) string { return "sqlite:" + filepath.Join(b.TempDir(), "o.db") })
}

func BenchmarkPostgres(b *testing.B) {
	benchmark(b, func(b *testing.B) string { return pgtest.URL(b) })
}

func benchmark(b *testing.B, url func(*testing.B) string) {
	const pool = "us-east-1_Benchmark"
	for _, users := range benchSizes {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			db := open(b, url(b))
			defer db.Close()
			fillBench(b, db, users)
			b.ResetTimer()
			var next atomic.Int64
			pick := func() *userpool.User { return benchUser(int(next.Add(1) * 7907 % int64(users))) }

			read := func(name string, fn func(context.Context, store.Reader, *userpool.User) error) {
				b.Run(name, func(b *testing.B) {
					b.ReportAllocs()
					ctx := b.Context()
					for b.Loop() {
						u := pick()
						if err := db.View(ctx, func(r store.Reader) error { return fn(ctx, r, u) }); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			read("nothing", func(context.Context, store.Reader, *userpool.User) error { return nil })
			read("pool", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				_, err := r.Pool(ctx, pool)
				return err
			})
			read("user", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				_, err := r.User(ctx, pool, u.Username)
				return err
			})
			read("sub", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				_, err := r.UserBySub(ctx, pool, u.Sub)
				return err
			})
			read("alias", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				_, err := r.UserByAlias(ctx, pool, u.Names.Aliases[0])
				return err
			})
			read("pool+client+user", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				if _, err := r.Client(ctx, "client"); err != nil {
					return err
				}
				if _, err := r.Pool(ctx, pool); err != nil {
					return err
				}
				_, err := r.User(ctx, pool, u.Username)
				return err
			})
			read("page", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				q := store.UserQuery{Attribute: "given_name", Value: "An", Prefix: true, Limit: 10}
				q.After = q.CursorAt(u)
				_, err := r.Users(ctx, pool, q)
				return err
			})
			read("count", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				n, err := r.CountUsers(ctx, pool)
				if n != users {
					return fmt.Errorf("CountUsers is %d", n)
				}
				return err
			})
			read("groups", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				groups, err := r.GroupsOf(ctx, pool, u.Username)
				if len(groups) != 1 {
					return fmt.Errorf("%d groups, error %w", len(groups), err)
				}
				return err
			})
			read("no groups", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				_, err := r.GroupsOf(ctx, pool, u.Sub)
				return err
			})
			read("members", func(ctx context.Context, r store.Reader, u *userpool.User) error {
				_, err := r.Members(ctx, pool, "everybody", u.Username, 10)
				return err
			})
			save := func(ctx context.Context) error {
				u := pick()
				return db.Update(ctx, func(tx store.Tx) error {
					got, err := tx.User(ctx, pool, u.Username)
					if err != nil {
						return err
					}
					got.MFA.TOTP = !got.MFA.TOTP
					return tx.SaveUser(ctx, got)
				})
			}
			b.Run("save", func(b *testing.B) {
				for b.Loop() {
					if err := save(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("save-by-32", func(b *testing.B) {
				b.SetParallelism(16) // times two processors
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := save(b.Context()); err != nil {
							b.Error(err)
						}
					}
				})
			})
		})
	}
}
