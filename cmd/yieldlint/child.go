package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// killDelay is how long an interrupted child may take to end by itself.
const killDelay = 5 * time.Second

// child returns the command that analyses o.patterns, without its streams.
func (o *options) child(ctx context.Context, dir string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var cmd *exec.Cmd
	if o.driver == inprocessDriver {
		cmd = exec.CommandContext(ctx, self, o.inprocessArgs()...)
		// multichecker ignores -tags and has no other build flag.
		cmd.Env = append(os.Environ(), childEnv+"=1", "GOFLAGS="+addGoFlags(os.Getenv("GOFLAGS"), o.buildFlags))
	} else {
		cmd = exec.CommandContext(ctx, "go", o.vetArgs(self)...)
		cmd.Env = os.Environ()
	}
	cmd.Dir = dir
	cmd.Env = append(cmd.Env, "PWD="+dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = killDelay
	return cmd, nil
}

func (o *options) vetArgs(self string) []string {
	args := append([]string{"vet", "-vettool=" + self}, o.outputFlags()...)
	args = append(args, o.buildFlags...)
	args = append(args, o.ruleFlags...)
	return append(append(args, "--"), o.patterns...)
}

func (o *options) inprocessArgs() []string {
	args := append(o.outputFlags(), fmt.Sprintf("-test=%t", o.test))
	args = append(args, o.checkFlags...)
	args = append(args, o.ruleFlags...)
	return append(append(args, "--"), o.patterns...)
}

func (o *options) outputFlags() []string {
	switch {
	case o.diff:
		return []string{"-fix", "-diff"}
	case o.fix:
		return []string{"-fix"}
	}
	return []string{"-json"}
}

// addGoFlags adds flags to a value of GOFLAGS, quoted as the go command expects.
func addGoFlags(value string, flags []string) string {
	for _, f := range flags {
		switch {
		case !strings.ContainsAny(f, " \t\n'\""):
		case !strings.Contains(f, "'"):
			f = "'" + f + "'"
		default:
			f = `"` + f + `"`
		}
		value = strings.TrimSpace(value + " " + f)
	}
	return value
}

// directory returns the absolute name of the directory to work in.
func (o *options) directory() (string, error) {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("-C %s: not a directory", o.dir)
	}
	return dir, nil
}
