package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
)

// runFix runs the driver to apply fixes, or to print them as a diff. It
// returns exitFindings if there is a diff.
func (o *options) runFix(ctx context.Context, dir string) (int, error) {
	cmd, err := o.child(ctx, dir)
	if err != nil {
		return 0, err
	}
	stdout := &countingWriter{w: os.Stdout}
	stderr := &countingWriter{w: os.Stderr}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		return 0, err
	case err != nil && (stdout.n == 0 || stderr.n > 0):
		// go vet exits with 1 for a diff as for an error: a diff alone is no error.
		return exitError, nil
	case o.diff && stdout.n > 0:
		return exitFindings, nil
	}
	return exitClean, nil
}

// A countingWriter counts what it writes to w.
type countingWriter struct {
	w io.Writer
	n int
}

func (c *countingWriter) Write(data []byte) (int, error) {
	n, err := c.w.Write(data)
	c.n += n
	return n, err
}
