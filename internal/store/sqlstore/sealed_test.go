package sqlstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"ostiary/internal/saml"
	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

// secrets are what must not be found in the database.
var secrets = [][]byte{
	[]byte("verifier-of-the-password"), []byte("salt-of-the-password"), []byte("verifier-of-an-old-one"),
	[]byte("totp-secret-enrolled"), []byte("totp-secret-pending"), []byte("client-secret-value"),
	[]byte("srp-half-of-the-server"), []byte("totp-secret-of-attempt"), []byte("private-key-of-the-pool"),
	[]byte("salt-of-a-device"), []byte("verifier-of-a-device"),
	[]byte("secret-of-a-provider"), []byte("apple-key-of-a-provider"), []byte("saml-key-of-a-provider"),
	[]byte("row-in-a-file-of-users"), []byte("message-with-a-code"),
}

// keepSecrets puts every secret into db, beside a text that is none.
func keepSecrets(t *testing.T, db store.Store) {
	t.Helper()
	ctx := t.Context()
	err := db.Update(ctx, func(tx store.Tx) error {
		user := &userpool.User{
			PoolID: "r_a", Username: "ana", Sub: "sub", Names: userpool.Names{Username: "ana"},
			Attributes:      map[string]string{"name": "this-is-no-secret"},
			Password:        &userpool.Password{Verifier: secrets[0], Salt: secrets[1]},
			PasswordHistory: []userpool.Password{{Verifier: secrets[2]}},
			TOTP:            &userpool.TOTP{Secret: secrets[3]},
			PendingTOTP:     &userpool.TOTP{Secret: secrets[4]},
		}
		other := *user
		other.Username, other.Sub, other.Names.Username = "ben", "other", "ben"
		return errors.Join(
			tx.CreateUser(ctx, user), tx.CreateUser(ctx, &other),
			tx.CreateClient(ctx, &userpool.Client{PoolID: "r_a", ID: "c", Secrets: []userpool.ClientSecret{{Value: string(secrets[5])}}}),
			tx.CreateAttempt(ctx, &userpool.Attempt{ID: []byte("a"), PoolID: "r_a", SRP: secrets[6], PendingTOTP: secrets[7]}),
			tx.CreateSigningKey(ctx, &userpool.SigningKey{PoolID: "r_a", ID: "k", PrivateKey: secrets[8]}),
			tx.CreateDevice(ctx, &userpool.Device{PoolID: "r_a", Username: "ana", Key: "d", Salt: secrets[9], Verifier: secrets[10]}),
			tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{
				PoolID: "r_a", Name: "p", Encryption: &saml.KeyPair{PrivateKey: secrets[13]},
				Details: map[string]string{"client_secret": string(secrets[11]), "private_key": string(secrets[12])},
			}),
			tx.AddImportChunk(ctx, "r_a", "import-1", "file", 0, secrets[14]),
			tx.AddMessage(ctx, &userpool.OutboxMessage{ID: "m", PoolID: "r_a", Username: "ana", Content: secrets[15]}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// expectSealed looks for the secrets, in the forms in which a careless store would write them.
func expectSealed(t *testing.T, raw []byte) {
	t.Helper()
	if !bytes.Contains(raw, []byte("this-is-no-secret")) {
		t.Fatal("not even plain text is found: this test looks at the wrong place")
	}
	for _, s := range secrets {
		for form, text := range map[string]string{
			"as it is":  string(s),
			"in base64": strings.TrimRight(base64.StdEncoding.EncodeToString(s), "="),
			"in hex":    hex.EncodeToString(s),
		} {
			if bytes.Contains(raw, []byte(text)) {
				t.Errorf("%s is in the database %s", s, form)
			}
		}
	}
}

func TestSQLiteSeals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "o.db")
	db := open(t, "sqlite:"+path)
	keepSecrets(t, db)
	var raw []byte
	for _, suffix := range []string{"", "-wal"} { // before Close, which empties the WAL
		part, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", suffix, info.Mode().Perm())
		}
		raw = append(raw, part...)
	}
	expectSealed(t, raw)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, "sqlite", path, "sqlite:"+path)
}

func TestPostgresSeals(t *testing.T) {
	url := pgtest.URL(t)
	db := open(t, url)
	keepSecrets(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw := sqlDB(t, "pgx", url)
	var all bytes.Buffer
	for _, table := range []string{"users", "user_search", "user_aliases", "clients", "attempts", "signing_keys", "pools", "devices", "identity_providers", "import_chunks"} {
		rows, err := raw.Query("SELECT x::text FROM " + table + " x")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, text)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	expectSealed(t, all.Bytes())
	tamper(t, "pgx", url, url)
}

func sqlDB(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	return raw
}

// tamper gives one user the sealed column of another: what was sealed must not open there, nor
// under another key.
func tamper(t *testing.T, driver, address, url string) {
	t.Helper()
	ctx := context.Background()
	sealer := storetest.NewSealer()
	reopen := func(s storetest.Sealer) *sqlstore.DB {
		db, err := sqlstore.Open(ctx, url, sqlstore.Options{Sealer: s})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	find := func(db store.Store, name string) error {
		return db.View(ctx, func(r store.Reader) error {
			_, err := r.User(ctx, "r_b", name)
			return err
		})
	}
	db := reopen(sealer)
	for _, name := range []string{"ana", "ben"} {
		err := db.Update(ctx, func(tx store.Tx) error {
			return tx.CreateUser(ctx, &userpool.User{
				PoolID: "r_b", Username: name, Sub: name, Names: userpool.Names{Username: name},
				Password: &userpool.Password{Verifier: []byte(name)},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := find(db, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := find(reopen(storetest.NewSealer()), "ana"); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("another key opens a secret: %v", err)
	}
	_, err := sqlDB(t, driver, address).Exec(`UPDATE users SET sealed =
		(SELECT o.sealed FROM users o WHERE o.pool_id = 'r_b' AND o.username = 'ben')
		WHERE pool_id = 'r_b' AND username = 'ana'`)
	if err != nil {
		t.Fatal(err)
	}
	if err := find(db, "ben"); err != nil {
		t.Error(err)
	}
	if err := find(db, "ana"); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("a moved ciphertext opens: %v", err)
	}
}
