package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"ostiary/internal/breach"
)

type breachCommand struct {
	Build breachBuildCommand `cmd:"" help:"Make a filter of a list of hashes."`
	Check breachCheckCommand `cmd:"" help:"Look up a password, read from standard input; exit status 1 if it is known."`
}

type breachBuildCommand struct {
	From     string `required:"" placeholder:"PATH" help:"A file with HASH:COUNT in each line, or a folder of ranges (five digits for a name, the other 35 and a count in each line)."`
	Out      string `required:"" placeholder:"FILE" help:"The filter, for the key risk.breached_passwords."`
	MinCount int    `default:"1" placeholder:"N" help:"Leave out what was seen less often."`
}

// Help stands below the flags.
func (breachBuildCommand) Help() string {
	return `Reads SHA-1 hashes in the form in which Pwned Passwords publishes them. The filter takes 18 to 19 bits a
password, and takes one password in 65,536 for known that is not.

Example:
  ostiary breach build --from ranges/ --out passwords.filter`
}

// Run builds.
func (c *breachBuildCommand) Run(env *environment) error {
	count, err := breach.Build(breach.Options{
		From: c.From, To: c.Out, MinCount: c.MinCount,
		Progress: func(n uint64) { fmt.Fprintf(env.stderr, "\r%d hashes", n) },
	})
	if err != nil {
		return fmt.Errorf("build the filter: %w", err)
	}
	fmt.Fprintf(env.stdout, "%d passwords in %s\n", count, c.Out)
	return nil
}

type breachCheckCommand struct {
	With string `placeholder:"FILE" help:"The filter; without one, only the most common passwords are known."`
}

var errKnown = errors.New("the password is known")

// Run looks up. The password never stands in an argument, where other programs see it.
func (c *breachCheckCommand) Run(env *environment) error {
	var filter *breach.Filter
	if c.With != "" {
		var err error
		if filter, err = breach.Open(c.With); err != nil {
			return fmt.Errorf("read the filter: %w", err)
		}
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if filter.Known(strings.TrimRight(line, "\r\n")) {
		return errKnown
	}
	fmt.Fprintln(env.stdout, "not known")
	return nil
}
