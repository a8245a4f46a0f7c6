package main

import (
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"ostiary/internal/mfa"
)

type totpCommand struct {
	Secret string    `arg:"" help:"SecretCode of AssociateSoftwareToken, in Base32."`
	At     time.Time `help:"The time to show the code of, if not now, such as 2026-11-23T12:00:00Z." placeholder:"TIME"`
}

// Help stands below the flags.
func (totpCommand) Help() string {
	return `Stands in for an authenticator app during development: six digits, steps of thirty seconds
(RFC 6238). No server is asked.

Example:
  ostiary totp JBSWY3DPEHPK3PXP`
}

// Run prints the code.
func (c *totpCommand) Run(env *environment) error {
	text := strings.TrimRight(strings.ToUpper(strings.ReplaceAll(c.Secret, " ", "")), "=")
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil || len(key) == 0 {
		return errors.New("totp: the secret is not Base32") // the decoder's error would repeat part of it
	}
	at := c.At
	if at.IsZero() {
		at = time.Now()
	}
	_, err = fmt.Fprintln(env.stdout, mfa.Code(key, mfa.Step(at)))
	return err
}
