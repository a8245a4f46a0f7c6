package main

import (
	"bufio"
	"errors"
	"fmt"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

type importLogCommand struct {
	settings `embed:""`
	Pool     string `arg:"" help:"Id of the user pool."`
	Job      string `arg:"" help:"Id of the user import job."`
}

// Help stands below the flags.
func (importLogCommand) Help() string {
	return `One line for each row that was not imported, by its line in the file. The log is kept as long
as the pool; it has nothing of what the rows say.

Example:
  ostiary import-log --config ostiary.yaml us-east-1_abcdefghi import-0123456789`
}

// logPage is how many lines are read at a time.
const logPage = 1000

// Run prints the log, while servers run as well.
func (c *importLogCommand) Run(env *environment) (err error) {
	db, err := c.openStore(env.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out := bufio.NewWriter(env.stdout)
	for after := int64(0); ; {
		var lines []userpool.ImportLogLine
		err := db.View(env.ctx, func(r store.Reader) (err error) {
			if _, err := r.ImportJob(env.ctx, c.Pool, c.Job); err != nil {
				return err
			}
			lines, err = r.ImportLog(env.ctx, c.Pool, c.Job, after, logPage)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("import-log: user pool %s has no user import job %s", c.Pool, c.Job)
		}
		if err != nil {
			return fmt.Errorf("import-log: %w", err)
		}
		if len(lines) == 0 {
			return out.Flush()
		}
		for _, l := range lines {
			fmt.Fprintln(out, l)
			after = l.Line
		}
	}
}
