package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"ostiary/internal/trigger"
)

// Command runs a function as a program of this machine, one process for each event: the event is its
// standard input, the answer its standard output. It throws by writing {"errorMessage": "…"} there, or by
// an exit status other than 0.
type Command struct {
	Path string
	Args []string
	// Env are its variables, each as NAME=value; those of the server it does not see.
	Env []string
	// Stderr takes what it writes for its operator; nil drops it.
	Stderr io.Writer
}

// commandWait is how long what a killed command has left behind may keep its output open.
const commandWait = 100 * time.Millisecond

func (c *Command) run(ctx context.Context, _ string, event []byte) ([]byte, error) {
	cmd := exec.CommandContext(ctx, c.Path, c.Args...) //nolint:gosec // what the configuration names, and nothing of a request
	cmd.Env = c.Env
	if cmd.Env == nil {
		cmd.Env = []string{} // nil would be the server's own
	}
	cmd.Stdin = bytes.NewReader(event)
	cmd.Stderr = c.Stderr
	out := &bounded{most: maxAnswer}
	cmd.Stdout = out
	cmd.WaitDelay = commandWait
	inGroup(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case out.over:
		return nil, tooLong()
	case err == nil, errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil:
		return out.kept, nil
	case !errors.As(err, &exit):
		return nil, unreached("ServiceException", fmt.Errorf("run %s: %w", c.Path, err))
	}
	var e struct {
		ErrorMessage json.RawMessage `json:"errorMessage"`
	}
	if json.Unmarshal(out.kept, &e) == nil && e.ErrorMessage != nil {
		return nil, thrown(out.kept)
	}
	return nil, &trigger.Failure{
		Message: "Runtime exited with error: " + exit.ProcessState.String(), Type: "Runtime.ExitError",
	}
}

// bounded keeps what is written to it up to a limit. What goes beyond is refused, which ends whoever writes.
type bounded struct {
	kept []byte // not a bytes.Buffer, whose ReadFrom would go past Write
	most int
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.kept)+len(p) > b.most {
		b.over = true
		return 0, errTooLong
	}
	b.kept = append(b.kept, p...)
	return len(p), nil
}
