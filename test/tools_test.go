package test

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ostiary/internal/store/storetest/pgtest"
)

// venv is where scripts/test puts the AWS CLI and boto3 if the system has no packages of them.
const venv = "../bin/tools/bin"

// TestInfrastructureTools sends boto3 and the AWS CLI on their tours of test/tools against the program on
// each database. Whatever version the machine has will do.
func TestInfrastructureTools(t *testing.T) {
	t.Parallel()
	python, aws := pythonWithBoto3(t), awsCLI(t)
	for _, tool := range []string{"bash", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			need(t, tool, "install it")
		}
	}
	for name, database := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "ostiary.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint := serve(t, "--database", database(t)).endpoint
			t.Run("boto3", func(t *testing.T) {
				t.Parallel()
				runTour(t, endpoint, nil, python, "tools/tour.py")
			})
			t.Run("CLI", func(t *testing.T) {
				t.Parallel()
				runTour(t, endpoint, []string{"AWS=" + aws}, "bash", "tools/tour.sh")
			})
		})
	}
}

// runTour runs a script against a server. It prints the version of its tool, which the test logs.
func runTour(t *testing.T, endpoint string, env []string, program ...string) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program[0], program[1:]...)
	cmd.Env = append(append(cleanEnvironment(), "OSTIARY_ENDPOINT="+endpoint), env...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// pythonWithBoto3 is an interpreter that has boto3; the first on the PATH may be another than the
// system's, which has the package.
func pythonWithBoto3(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3", filepath.Join(venv, "python3")} {
		if exec.Command(python, "-c", "import boto3").Run() == nil {
			return python
		}
	}
	need(t, "boto3", "install the package python3-boto3")
	return ""
}

func awsCLI(t *testing.T) string {
	t.Helper()
	for _, aws := range []string{"aws", filepath.Join(venv, "aws")} {
		if exec.Command(aws, "--version").Run() == nil {
			return aws
		}
	}
	need(t, "aws", "install the package awscli")
	return ""
}
