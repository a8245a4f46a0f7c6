package main

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
)

type credentialsCommand struct {
	Create createCredentials `cmd:"" help:"Make a new access key and show what the configuration needs of it."`
	List   listCredentials   `cmd:"" help:"List the access keys of a configuration file."`
}

// Help stands below the commands.
func (credentialsCommand) Help() string {
	return `Access keys live in the configuration file, under access_keys. To revoke one, take it out and
restart the server.`
}

type createCredentials struct {
	User string `help:"Owner of the key, as AccessDeniedException tells it." default:"admin"`
}

// Help stands below the flags.
func (createCredentials) Help() string {
	return `Nothing is stored: put the printed part into the configuration file, and the two values where
your AWS SDK finds its credentials. The policy allows everything; make it narrower.

Example:
  ostiary credentials create --user deploy`
}

// Run prints a key that is not known anywhere else.
func (c *createCredentials) Run(env *environment) error {
	id := make([]byte, 10)  // 16 letters
	key := make([]byte, 30) // 40 letters
	_, _ = rand.Read(id)    // never fails
	_, _ = rand.Read(key)
	accessKey := "AKIA" + base32.StdEncoding.EncodeToString(id)
	secret := base64.StdEncoding.EncodeToString(key)
	_, err := fmt.Fprintf(env.stdout, `# for ostiary.yaml
access_keys:
  - id: %s
    secret: %q
    user: %q
    policy:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Action: "cognito-idp:*", Resource: "*"}

# for the AWS SDK or CLI
#   AWS_ACCESS_KEY_ID=%s
#   AWS_SECRET_ACCESS_KEY=%s
`, accessKey, secret, c.User, accessKey, secret)
	return err
}

type listCredentials struct {
	settings `embed:""`
}

// Run prints ids and owners, never secrets.
func (c *listCredentials) Run(env *environment) error {
	cfg, err := c.load(nil)
	if err != nil {
		return err
	}
	if !cfg.Production {
		return errors.New("credentials: name a configuration file with --config; development accepts any access key")
	}
	table := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ACCESS KEY\tPRINCIPAL")
	for _, k := range cfg.AccessKeys {
		fmt.Fprintln(table, strings.Join([]string{k.ID, k.Principal(cfg.Account)}, "\t"))
	}
	return table.Flush()
}
