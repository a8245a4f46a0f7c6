package main

import (
	"crypto/rand"
	"fmt"

	"ostiary/internal/secret"
	"ostiary/internal/server"
)

type keysCommand struct {
	CreateMaster createMaster `cmd:"" help:"Make a master key file."`
	RotateMaster rotateMaster `cmd:"" help:"Seal the database's keys under another master key."`
}

type createMaster struct {
	File string `arg:"" help:"The new file; it must not exist." type:"path"`
}

// Help stands below the flags.
func (createMaster) Help() string {
	return `The file is what master_key.file of the configuration names. Keep a copy apart from the
database's backups: without it they are worth nothing.

Example:
  ostiary keys create-master /etc/ostiary/master.key`
}

// Run draws a key.
func (c *createMaster) Run(*environment) error {
	_, err := secret.CreateMasterKey(c.File, rand.Reader)
	return err
}

type rotateMaster struct {
	settings `embed:""`
	To       string `required:"" help:"File of the new master key." placeholder:"FILE" type:"path"`
}

// Help stands below the flags.
func (rotateMaster) Help() string {
	return `Opens the keyring in the database with the configured master key and seals it with the new
one. Servers that run do not notice. Then let the configuration name the new file: the old key opens
nothing any more, except old backups.

Example:
  ostiary keys create-master new.key
  ostiary keys rotate-master --config ostiary.yaml --to new.key`
}

// Run replaces the sealed keyring, unless somebody else did meanwhile.
func (c *rotateMaster) Run(env *environment) error {
	cfg, err := c.load(nil)
	if err != nil {
		return err
	}
	to, err := secret.ReadMasterKey(c.To)
	if err != nil {
		return err
	}
	if err := server.RotateMasterKey(env.ctx, cfg, to, rand.Reader); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, "The database's keys are sealed by", c.To)
	return err
}
