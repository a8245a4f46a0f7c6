package token

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

const (
	poolID   = "eu-west-1_aB3dE5fG7"
	clientID = "4kq1c2mn5t8v0b7x3z6a9s2d5f"
)

var start = time.Date(2026, 11, 23, 10, 20, 30, 400_500_600, time.UTC)

// hasher is a keyed hash with a key of its own.
type hasher []byte

func (h hasher) Hash(purpose string, data ...[]byte) []byte {
	mac := hmac.New(sha256.New, h)
	mac.Write([]byte(purpose))
	for _, d := range data {
		mac.Write(append([]byte{byte(len(d) >> 8), byte(len(d))}, d...))
	}
	return mac.Sum(nil)
}

// someKeys are made once for all tests: it takes long.
var someKeys = sync.OnceValue(func() (keys []stocked) {
	for range stockSize {
		k, err := generateKey()
		if err != nil {
			panic(err)
		}
		keys = append(keys, k)
	}
	return keys
})

// world is a pool with a client and a user.
type world struct {
	*Service
	t      testing.TB
	now    time.Time
	pool   *userpool.Pool
	client *userpool.Client
	user   *userpool.User
}

func TestMain(m *testing.M) { pgtest.Main(m) }

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldIn(t, storetest.New(t))
}

// onBoth runs a test on both databases: for what only their transactions keep right.
func onBoth(t *testing.T, test func(*testing.T, *world)) {
	t.Run("SQLite", func(t *testing.T) { test(t, newWorld(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		db, err := sqlstore.Open(t.Context(), pgtest.URL(t), sqlstore.Options{Sealer: storetest.NewSealer()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		test(t, newWorldIn(t, db))
	})
}

func newWorldIn(t testing.TB, s store.Store) *world {
	t.Helper()
	w := &world{t: t, now: start}
	w.Service = &Service{
		Store:   s,
		Secrets: hasher("key"),
		Issuer:  func(poolID string) string { return "https://id.example.com/" + poolID },
		Now:     func() time.Time { return w.now },
		Rand:    rand.Reader,
	}
	w.ready()
	for _, k := range someKeys() {
		w.stock <- k
	}
	w.pool = w.addPool(poolID)
	w.client = w.addClient(poolID, clientID)
	w.user = w.addUser(poolID, "Ana", "7f0c1e52-3f0a-4a7e-9d5b-0c6a5d1f2e3b")
	return w
}

func (w *world) update(fn func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	err := w.Store.Update(w.t.Context(), func(tx store.Tx) error { return fn(w.t.Context(), tx) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) addPool(id string) *userpool.Pool {
	w.t.Helper()
	pool := &userpool.Pool{ID: id, Name: "people"}
	keys, err := w.NewKeys(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(ctx context.Context, tx store.Tx) error {
		for _, k := range keys {
			if err := tx.CreateSigningKey(ctx, k); err != nil {
				return err
			}
		}
		return tx.CreatePool(ctx, pool)
	})
	return pool
}

func (w *world) addClient(poolID, id string) *userpool.Client {
	w.t.Helper()
	client := &userpool.Client{PoolID: poolID, ID: id, Name: "app"}
	w.update(func(ctx context.Context, tx store.Tx) error { return tx.CreateClient(ctx, client) })
	return client
}

func (w *world) addUser(poolID, username, sub string) *userpool.User {
	w.t.Helper()
	user := &userpool.User{
		PoolID: poolID, Username: username, Sub: sub, Status: cognitoidp.UserStatusTypeConfirmed, Enabled: true,
		Attributes: map[string]string{"email": "ana@example.com", "email_verified": "true"},
	}
	(&userpool.Pool{ID: poolID}).Index(user)
	w.update(func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, user) })
	return user
}

// saveUser changes the user in the store and in w.
func (w *world) saveUser(change func(*userpool.User)) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		u, err := tx.User(ctx, poolID, w.user.Names.Username)
		if err != nil {
			return err
		}
		change(u)
		w.user = u
		return tx.SaveUser(ctx, u)
	})
}

func (w *world) saveClient(change func(*userpool.Client)) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		c, err := tx.Client(ctx, clientID)
		if err != nil {
			return err
		}
		change(c)
		w.client = c
		return tx.SaveClient(ctx, c)
	})
}

func (w *world) saveSession(originJTI string, change func(*userpool.TokenSession)) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		s, err := tx.TokenSession(ctx, poolID, originJTI)
		if err != nil {
			return err
		}
		change(s)
		return tx.SaveTokenSession(ctx, s)
	})
}

// confirm makes a device of a key, as ConfirmDevice does; forget removes it.
func (w *world) confirm(key string) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		return tx.CreateDevice(ctx, &userpool.Device{PoolID: poolID, Username: w.user.Username, Key: key})
	})
}

func (w *world) forget(key string) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		return tx.DeleteDevice(ctx, poolID, w.user.Username, key)
	})
}

func (w *world) proven() SignIn {
	return SignIn{
		Pool: w.pool, Client: w.client, User: w.user, EventID: "6f2c9f1e-9a55-4f0e-8a0d-3b1f0c2d4e5f",
		AuthTime: w.now, Scopes: []string{ScopeUserAdmin},
	}
}

// signIn mints and saves.
func (w *world) signIn(change ...func(*SignIn)) *Grant {
	w.t.Helper()
	in := w.proven()
	for _, c := range change {
		c(&in)
	}
	g, err := w.Mint(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(g.Save)
	return g
}

func (w *world) refresh(text, deviceKey string) (*cognitoidp.AuthenticationResultType, error) {
	return w.Refresh(w.t.Context(), w.pool, w.client, Presented{RefreshToken: text, DeviceKey: deviceKey})
}

func (w *world) advance(d time.Duration) { w.now = w.now.Add(d) }

// wantRefusal checks the code and the text of a refusal; "" wants none.
func wantRefusal(t testing.TB, err error, code cognitoidp.ErrorCode, text string) {
	t.Helper()
	if text == "" {
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		return
	}
	var refusal *cognitoidp.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Message != text {
		t.Fatalf("got %v, want %s %q", err, code, text)
	}
}
