package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ostiary/internal/config"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
)

// Names in the folder of the embedded database.
const (
	databaseFile  = "ostiary.db"
	masterKeyFile = "master.key"
)

// DatabaseURL is the configured database, or the embedded one in the folder Data.
func DatabaseURL(cfg *config.Config) string {
	if cfg.Database != "" {
		return cfg.Database.Reveal()
	}
	return "sqlite:" + filepath.Join(cfg.Data, databaseFile)
}

// OpenStore opens the database and the keyring in it. At the first start it makes both, and in
// development a master key.
func OpenStore(ctx context.Context, cfg *config.Config, random io.Reader) (*sqlstore.DB, *secret.Keyring, error) {
	if cfg.Database == "" {
		if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
			return nil, nil, fmt.Errorf("folder of the embedded database: %w", err)
		}
	}
	var keyring *secret.Keyring
	db, err := sqlstore.Open(ctx, DatabaseURL(cfg), sqlstore.Options{
		NewSealer: func(ctx context.Context, db *sqlstore.DB) (sqlstore.Sealer, error) {
			var err error
			keyring, err = openKeyring(ctx, cfg, db, random)
			return sealer{keyring}, err
		},
	})
	if errors.Is(err, secret.ErrMasterKey) {
		return nil, nil, fmt.Errorf("%w: give the master key that this database began with", err)
	}
	if err != nil {
		return nil, nil, err
	}
	return db, keyring, nil
}

// openKeyring opens the database's keyring. Only a database that has none gets a new one, and only
// then a master key may be made: a new master key would not open an old keyring.
func openKeyring(ctx context.Context, cfg *config.Config, db *sqlstore.DB, random io.Reader) (*secret.Keyring, error) {
	if cfg.MasterKey.Value == "" && DatabaseURL(cfg) == "sqlite::memory:" {
		forgotten, err := secret.NewMasterKey(random) // with the database
		if err != nil {
			return nil, err
		}
		withKey := *cfg
		withKey.MasterKey.Value = config.Secret(forgotten.Reveal())
		cfg = &withKey
	}
	sealed, err := db.Keyring(ctx, func() ([]byte, error) {
		key, err := masterKey(cfg)
		if errors.Is(err, fs.ErrNotExist) && cfg.MasterKey.Value == "" {
			key, err = createMasterKey(masterKeyPath(cfg), random)
		}
		if err != nil {
			return nil, err
		}
		sealed, _, err := secret.NewKeyring(key)
		return sealed, err
	})
	if err != nil {
		return nil, err
	}
	key, err := masterKey(cfg)
	if err != nil {
		return nil, err
	}
	return secret.OpenKeyring(key, sealed)
}

// masterKey is the configured key or, in development, the file beside the embedded database.
func masterKey(cfg *config.Config) (secret.MasterKey, error) {
	if cfg.MasterKey.Value != "" {
		return secret.ParseMasterKey(cfg.MasterKey.Value.Reveal())
	}
	return secret.ReadMasterKey(masterKeyPath(cfg))
}

func createMasterKey(path string, random io.Reader) (secret.MasterKey, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return secret.MasterKey{}, fmt.Errorf("folder of the master key: %w", err)
	}
	return secret.ReadOrCreateMasterKey(path, random)
}

// masterKeyPath is where the master key of development is.
func masterKeyPath(cfg *config.Config) string {
	if path, embedded := strings.CutPrefix(cfg.Database.Reveal(), "sqlite:"); embedded {
		return filepath.Join(filepath.Dir(path), masterKeyFile)
	}
	return filepath.Join(cfg.Data, masterKeyFile)
}

// RotateMasterKey seals the keyring in the database by another master key. Nodes that run go on.
func RotateMasterKey(ctx context.Context, cfg *config.Config, to secret.MasterKey, random io.Reader) (err error) {
	db, _, err := OpenStore(ctx, cfg, random)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	from, err := masterKey(cfg)
	if err != nil {
		return err
	}
	sealed, err := db.Keyring(ctx, func() ([]byte, error) { return nil, errors.New("the keyring is gone") })
	if err != nil {
		return err
	}
	rewrapped, err := secret.Rewrap(from, to, sealed)
	if err != nil {
		return err
	}
	err = db.ReplaceKeyring(ctx, sealed, rewrapped)
	if errors.Is(err, store.ErrNotFound) {
		return errors.New("somebody else rotated the keys at the same time; nothing was changed here")
	}
	return err
}

// Backup copies the embedded database to a new file while others use it.
func Backup(ctx context.Context, cfg *config.Config, to string) error {
	path, embedded := strings.CutPrefix(DatabaseURL(cfg), "sqlite:")
	if !embedded {
		return errors.New("backup is for the embedded database; for PostgreSQL use its own tools, such as pg_dump")
	}
	return sqlstore.BackupSQLite(ctx, path, to)
}

// sealer is the keyring as the store uses it: the place of a record comes from there.
type sealer struct{ keyring *secret.Keyring }

func (s sealer) Seal(plaintext, place []byte) ([]byte, error) {
	return s.keyring.Seal(plaintext, storePlace(place))
}

func (s sealer) Open(ciphertext, place []byte) ([]byte, error) {
	return s.keyring.Open(ciphertext, storePlace(place))
}

func storePlace(place []byte) secret.AssociatedData {
	return secret.AD("", "store", string(place), "")
}
