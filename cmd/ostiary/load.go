package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"ostiary/internal/load"
	"ostiary/internal/server"
)

type loadCommand struct {
	Fill  loadFill  `cmd:"" help:"Make a user pool with many made-up users in the database."`
	Run   loadRun   `cmd:"" help:"Drive operations against a running server and print how fast it answers."`
	Clear loadClear `cmd:"" help:"Delete the user pool that fill made."`
}

// Help stands below the commands.
func (loadCommand) Help() string {
	return `Example:
  ostiary load fill --users 1000000 crowd.json
  ostiary serve &
  ostiary load run --endpoint http://localhost:4500 --mix sign-in,refresh,get-user crowd.json
  ostiary load clear crowd.json`
}

type loadFill struct {
	settings `embed:""`
	Region   *string `help:"Region of the pool (us-east-1)." placeholder:"NAME"`
	Users    int     `help:"How many users." default:"1000"`
	File     string  `arg:"" help:"The new file that says who they are; it must not exist." type:"path"`
}

// Help stands below the flags.
func (loadFill) Help() string {
	return `Writes to the database itself, while servers run or not. Users are called user-00000000 and so on;
256 of them can sign in, by a password that only the file has.`
}

// Run fills.
func (c *loadFill) Run(env *environment) (err error) {
	if c.Users < 1 {
		return errors.New("load fill: there has to be a user")
	}
	cfg, err := c.load(map[string]*string{"region": c.Region})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("load fill: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	db, keyring, err := server.OpenStore(env.ctx, cfg, rand.Reader)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	start := time.Now()
	filling := load.Filling{
		Store: db, Keyring: keyring, Region: cfg.Region, Account: cfg.Account, Now: time.Now, Rand: rand.Reader,
		Progress: progress(env.stderr, "users", start),
	}
	crowd, err := filling.Fill(env.ctx, c.Users)
	if crowd != nil { // half of it can be cleared
		err = errors.Join(err, json.NewEncoder(file).Encode(crowd)) //nolint:gosec // made-up users, whose password is in no other place
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "User pool %s, app client %s: %d users in %s\n",
		crowd.PoolID, crowd.ClientID, crowd.Users, time.Since(start).Round(time.Millisecond))
	return err
}

// progress tells about every few seconds how many there are.
func progress(out io.Writer, what string, start time.Time) func(int) {
	const every = 5 * time.Second
	last := start
	return func(n int) {
		if now := time.Now(); now.Sub(last) >= every {
			last = now
			fmt.Fprintf(out, "%d %s, %.0f per second\n", n, what, float64(n)/now.Sub(start).Seconds())
		}
	}
}

func readCrowd(path string) (*load.Crowd, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	crowd := new(load.Crowd)
	if err := json.Unmarshal(data, crowd); err != nil || crowd.PoolID == "" || crowd.Users < 1 {
		return nil, fmt.Errorf("load: %s was not written by ostiary load fill", path)
	}
	return crowd, nil
}

type loadRun struct {
	Endpoint string        `required:"" help:"URL of the server." placeholder:"URL"`
	Mix      string        `help:"Operations, done in turn: ${operations}." default:"sign-in,refresh,get-user" placeholder:"NAMES"`
	For      time.Duration `help:"How long." default:"30s"`
	Workers  int           `help:"How many requests at a time." default:"8"`
	File     string        `arg:"" help:"What fill has written." type:"existingfile"`
}

// Help stands below the flags.
func (loadRun) Help() string {
	return `P50/FLOOR is the median time of an answer in units of what its cryptography takes: with one worker
it is what the server and the way to it add, with more it has the waiting for each other in it too.

Operations of administrators are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. What a run
makes goes with the pool.`
}

// Run measures.
func (c *loadRun) Run(env *environment) error {
	crowd, err := readCrowd(c.File)
	if err != nil {
		return err
	}
	mix, err := load.ParseMix(c.Mix)
	if err != nil {
		return err
	}
	if c.Workers < 1 || c.For <= 0 {
		return errors.New("load run: --workers and --for have to be more than nothing")
	}
	run := load.Run{
		Endpoint: c.Endpoint, Crowd: crowd, Mix: mix, Workers: c.Workers, For: c.For, Rand: rand.Reader,
		AccessKey: orElse(os.Getenv("AWS_ACCESS_KEY_ID"), "load"), SecretKey: orElse(os.Getenv("AWS_SECRET_ACCESS_KEY"), "load"),
	}
	report, err := run.Do(env.ctx)
	if err != nil {
		return err
	}
	return report.Write(env.stdout)
}

func orElse(text, absent string) string {
	if text == "" {
		return absent
	}
	return text
}

type loadClear struct {
	settings `embed:""`
	File     string `arg:"" help:"What fill has written; it is deleted as well." type:"existingfile"`
}

// Run deletes the pool, then the file, so that it can be repeated.
func (c *loadClear) Run(env *environment) (err error) {
	crowd, err := readCrowd(c.File)
	if err != nil {
		return err
	}
	db, err := c.openStore(env.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := load.Clear(env.ctx, db, crowd.PoolID, progress(env.stderr, "rows removed", time.Now())); err != nil {
		return err
	}
	return os.Remove(c.File)
}
