//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

// inGroup makes the end of a command the end of all that it has started.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
