// Ostiary is a server that speaks the API of Amazon Cognito user pools.
//
//	ostiary serve                          development: SQLite in ./ostiary-data, no configuration
//	ostiary serve --config ostiary.yaml    production
//
// This file has the commands and their flags; what they do is in a file for each.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// commands is everything the program can do.
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Run the server." group:"serve"`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database up to this version, without serving." group:"operate"`
	Backup      backupCommand      `cmd:"" help:"Copy the embedded database to a file, while the server runs." group:"operate"`
	Keys        keysCommand        `cmd:"" help:"Look after the keys that seal secrets in the database." group:"operate"`
	Credentials credentialsCommand `cmd:"" help:"Make and list access keys for signed operations." group:"operate"`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running server whether it is ready; exit status 1 if not." group:"operate"`
	Breach      breachCommand      `cmd:"" help:"Make a filter of passwords that others have had in their hands." group:"operate"`
	ImportLog   importLogCommand   `cmd:"" help:"Print which rows of a user import job were not imported, and why." group:"operate"`
	Operations  operationsCommand  `cmd:"" help:"List the operations of the API and which of them this version has." group:"look"`
	TOTP        totpCommand        `cmd:"" name:"totp" help:"Print the code that an authenticator app shows now." group:"look"`
	Version     versionCommand     `cmd:"" help:"Print the version." group:"look"`
}

// environment is what a command needs of the world around it.
type environment struct {
	ctx    context.Context //nolint:containedctx // lives exactly as long as the command that gets it
	stdout io.Writer
	stderr io.Writer
}

// run is the program without its process: it parses, runs one command and answers the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	exited, code := false, 0
	parser, err := kong.New(&commands{},
		kong.Name("ostiary"),
		kong.Description("A server that speaks the API of Amazon Cognito user pools."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(c int) { exited, code = true, c }),
		kong.ExplicitGroups([]kong.Group{
			{Key: "serve", Title: "Serve"}, {Key: "operate", Title: "Operate"}, {Key: "look", Title: "Look things up"},
		}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "ostiary:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exited { // --help
		return code
	}
	if err != nil {
		fmt.Fprintf(stderr, "ostiary: %v\nostiary --help lists what it can do.\n", err)
		return 2
	}
	if err := command.Run(&environment{ctx: ctx, stdout: stdout, stderr: stderr}); err != nil {
		fmt.Fprintln(stderr, "ostiary:", err)
		return 1
	}
	return 0
}

type versionCommand struct{}

// Run prints the module's version, or the commit it was built from.
func (versionCommand) Run(env *environment) error {
	_, err := fmt.Fprintln(env.stdout, "ostiary", version())
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = " " + s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	return info.Main.Version + revision + dirty + " " + info.GoVersion
}
