package main

import (
	"fmt"

	"ostiary/internal/server"
)

type migrateCommand struct {
	settings `embed:""`
}

// Help stands below the flags.
func (migrateCommand) Help() string {
	return `Every start of the server does this too. Run it on its own to see it succeed before servers of
a new version start; those of the version before keep serving meanwhile and afterwards.

Example:
  ostiary migrate --config ostiary.yaml`
}

// Run opens the database, which migrates it.
func (c *migrateCommand) Run(env *environment) error {
	db, err := c.openStore(env.ctx)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, "The database is up to date.")
	return err
}

type backupCommand struct {
	settings `embed:""`
	File     string `arg:"" help:"The copy; it must not exist." type:"path"`
}

// Help stands below the flags.
func (backupCommand) Help() string {
	return `For the embedded database; PostgreSQL has tools of its own. The copy is one consistent state,
whatever the server does meanwhile. Its secrets are sealed: it is worth nothing without the master
key, which you keep elsewhere.

Example:
  ostiary backup --data /var/lib/ostiary /backup/ostiary-$(date +%F).db`
}

// Run copies.
func (c *backupCommand) Run(env *environment) error {
	cfg, err := c.load(nil)
	if err != nil {
		return err
	}
	return server.Backup(env.ctx, cfg, c.File)
}
