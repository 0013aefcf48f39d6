package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
)

// lint runs the driver as a child process, prints what it found, and returns
// the exit code.
func (o *options) lint() (int, error) {
	dir, err := o.directory()
	if err != nil {
		return 0, err
	}
	cwd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	places := findings.FindPlaces(cwd, dir)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	over, err := o.findOverlays(ctx, dir, places)
	if err != nil {
		return 0, err
	}
	if o.fix {
		return o.runFix(ctx, dir)
	}
	tree, err := o.analyseWith(ctx, over)
	if ctx.Err() != nil {
		return 0, errors.New("interrupted")
	}
	code, printErr := o.print(tree, places, err)
	if printErr == nil {
		o.warnModels(ctx, over, code)
	}
	return code, printErr
}

// analyse runs the driver and returns its findings, also together with an error.
//
// go vet gives up before it analyses anything if one package cannot be loaded
// (an import that does not exist, two packages in one directory). Then the
// other packages are analysed in a second run; the error remains.
func (o *options) analyse(ctx context.Context, dir string, places findings.Places) (findings.Tree, error) {
	progress := startProgress(os.Stderr)
	defer progress.stop()
	stderr := newStderrFilter(progress, places, dir)
	tree, n, err := o.runJSON(ctx, dir, stderr)
	if errors.Is(err, errSaid) && n == 0 && o.driver == vetDriver && ctx.Err() == nil {
		rest := *o
		if rest.patterns = o.loadable(ctx, dir); len(rest.patterns) > 0 {
			if tree, n, err = rest.runJSON(ctx, dir, stderr); err == nil {
				err = errSaid
			}
		}
	}
	if multichecker := o.driver == inprocessDriver; errors.Is(err, errSaid) && n > 0 && (len(tree) > 0 || !multichecker) {
		err = errPartial // multichecker prints a tree in any case
	}
	return named(tree, o.patterns, dir, places), err
}

// runJSON runs the driver once. n is the number of trees that it has printed.
func (o *options) runJSON(ctx context.Context, dir string, stderr *stderrFilter) (tree findings.Tree, n int, err error) {
	cmd, err := o.child(ctx, dir)
	if err != nil {
		return nil, 0, err
	}
	cmd.Env = append(cmd.Env, stderr.progress.env()...)
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	tree, n, readErr := findings.Read(stdout)
	if readErr != nil {
		io.Copy(io.Discard, stdout) // let the child end
	}
	waitErr := cmd.Wait()
	stderr.flush()
	if waitErr != nil && stderr.printed {
		waitErr = errSaid
	}
	return tree, n, errors.Join(readErr, waitErr)
}

var (
	// errSaid is an error that the user has already been told.
	errSaid = errors.New("failed")
	// errPartial is an error that the user has already been told, and that
	// some packages had no part in.
	errPartial = errors.New("not all packages could be checked")
)

// print prints tree and the errors in it, and returns the exit code. err is
// the error of the run.
func (o *options) print(tree findings.Tree, places findings.Places, err error) (int, error) {
	if !o.test {
		tree.DropTests()
	}
	if printErr := o.write(tree, places); printErr != nil {
		return 0, printErr
	}
	errs := tree.Errors()
	for _, line := range errs {
		fmt.Fprintf(os.Stderr, "yieldlint: %s\n", line)
	}
	switch {
	case errors.Is(err, errSaid):
		return exitError, nil
	case err != nil:
		return 0, err
	case len(errs) > 0:
		return exitError, nil
	case len(tree.All()) > 0:
		return exitFindings, nil
	}
	return exitClean, nil
}

func (o *options) write(tree findings.Tree, places findings.Places) error {
	if o.json {
		return tree.WriteJSON(os.Stdout)
	}
	return tree.WriteText(os.Stdout, findings.TextStyle{
		Places:  places,
		Color:   isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "",
		Context: o.context,
	})
}
