package api

import (
	"crypto/rand"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// poolService is a Service over an empty database in memory, with the parts that the operations of
// pools, app clients and tags need.
func poolService(t *testing.T) *Service {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), "sqlite::memory:", sqlstore.Options{Sealer: storetest.NewSealer()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	master, err := secret.NewMasterKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, keys, err := secret.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	return &Service{
		Store: db, Secrets: keys, Region: "us-west-2", AccountID: "111122223333", Now: time.Now, Rand: rand.Reader,
		Tokens: &token.Service{Store: db, Secrets: keys, Now: time.Now, Rand: rand.Reader},
	}
}

// barePool makes a pool as CreateUserPool does, but without signing keys, which take long to make.
func barePool(t *testing.T, s *Service, in *cognitoidp.CreateUserPoolRequest) *cognitoidp.UserPoolType {
	t.Helper()
	suffix, err := randomText(s.Rand, alphanumerics, 9)
	if err != nil {
		t.Fatal(err)
	}
	if in.PoolName == "" {
		in.PoolName = "MyUserPool"
	}
	p, err := userpool.NewPool(s.Region+"_"+suffix, s.AccountID, in)
	if err != nil {
		t.Fatal(err)
	}
	p.Created = s.wireTime()
	p.Modified = p.Created
	err = s.Store.Update(t.Context(), func(tx store.Tx) error { return tx.CreatePool(t.Context(), p) })
	if err != nil {
		t.Fatal(err)
	}
	return s.describePool(p, 0)
}
