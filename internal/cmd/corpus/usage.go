package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A usage is what a command and its descendants have taken.
type usage struct {
	user, sys, wall time.Duration
	maxRSS          int64 // bytes, of the largest one process
}

func (u usage) cpu() time.Duration { return u.user + u.sys }

func (u usage) String() string {
	return fmt.Sprintf("%.2fs CPU, %.2fs wall, %d MB", u.cpu().Seconds(), u.wall.Seconds(), u.maxRSS>>20)
}

// usageOf returns the usage of a process that has been waited for.
// A process counts what it has waited for; the go command does that.
func usageOf(state *os.ProcessState, wall time.Duration) usage {
	u := usage{user: state.UserTime(), sys: state.SystemTime(), wall: wall}
	if r, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.maxRSS = int64(r.Maxrss) << 10 // on Linux, in KiB
	}
	return u
}

// run runs command in the module, with env added to the environment. An exit
// code of 1 is that of findings; with others, the messages are passed on.
func (b *bench) run(command, env []string) (usage, int, error) {
	cmd := exec.CommandContext(b.ctx, command[0], command[1:]...)
	cmd.Dir = b.dir
	cmd.Env = append(b.env[:len(b.env):len(b.env)], env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	output, err := os.CreateTemp(b.temp, "output")
	if err != nil {
		return usage{}, 0, err
	}
	defer os.Remove(output.Name())
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output // files: no goroutine of ours copies
	start := time.Now()
	err = cmd.Run()
	wall := time.Since(start)
	if b.ctx.Err() != nil {
		return usage{}, 0, b.ctx.Err()
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return usage{}, 0, err
	}
	code := cmd.ProcessState.ExitCode()
	if code != 0 && code != 1 {
		b.passOn(output, names(command))
	}
	return usageOf(cmd.ProcessState, wall), code, nil
}

// passOn prints the first part of what a command has said.
func (b *bench) passOn(output *os.File, name string) {
	const most = 2 << 10
	fmt.Fprintf(b.progress, "%s says:\n", name)
	io.Copy(b.progress, io.NewSectionReader(output, 0, most))
	fmt.Fprintln(b.progress)
}
