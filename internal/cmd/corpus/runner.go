package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// runAll runs yieldlint on repos, one after the other: each run uses all cores.
func (o *options) runAll(ctx context.Context, repos []repo, progress io.Writer) []runRecord {
	results := []runRecord{}
	for _, r := range repos {
		start := time.Now()
		record := o.runOne(ctx, r)
		fmt.Fprintf(progress, "%-40s %5d findings %7.1fs\n", r.Repo, record.Count, time.Since(start).Seconds())
		for _, e := range record.Errors {
			fmt.Fprintf(progress, "\t%s\n", e)
		}
		results = append(results, record)
		if ctx.Err() != nil {
			break
		}
	}
	slices.SortFunc(results, compareRuns)
	return results
}

// runOne runs yieldlint on r. An error is part of the record.
func (o *options) runOne(ctx context.Context, r repo) runRecord {
	record := runRecord{Repository: r.Repo, Commit: r.Commit, Dir: r.Dir}
	root, err := filepath.Abs(r.checkout(o.checkouts))
	if err == nil {
		err = checkCommit(ctx, root, r.Commit)
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, o.timeout)
		defer cancel()
		record.Findings, err = o.lint(ctx, r, root)
	}
	if err != nil {
		record.Errors = strings.Split(err.Error(), "\n")
	}
	record.Count = len(record.Findings)
	return record
}

// checkCommit returns an error if the checkout at root is not of commit.
func checkCommit(ctx context.Context, root, commit string) error {
	data, err := os.ReadFile(filepath.Join(root, ".corpus-commit"))
	if errors.Is(err, os.ErrNotExist) {
		// --git-dir: never that of a repository around root.
		data, err = exec.CommandContext(ctx, "git", "--git-dir="+filepath.Join(root, ".git"), "rev-parse", "HEAD").Output()
	}
	if err != nil {
		return fmt.Errorf("no checkout: %w", err)
	}
	if got := strings.TrimSpace(string(data)); got != commit {
		return fmt.Errorf("the checkout is of commit %s, want %s", got, commit)
	}
	return nil
}

// lint runs yieldlint on the module of r. It returns findings even with an error.
func (o *options) lint(ctx context.Context, r repo, root string) ([]finding, error) {
	tool, err := filepath.Abs(o.yieldlint)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, tool, slices.Concat([]string{"-json"}, o.toolArgs, []string{"./..."})...)
	cmd.Dir = filepath.Join(root, r.Dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := lintError(cmd.Run(), stderr.String())
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	findings, readErr := readTree(&stdout, r, root)
	return findings, errors.Join(runErr, readErr)
}

// lintError returns the error of a run: err, unless it says that there are
// findings, with the first lines of what the run has printed on stderr.
func lintError(err error, stderr string) error {
	const keep = 20 // lines
	if exit := (*exec.ExitError)(nil); err == nil || errors.As(err, &exit) && exit.ExitCode() == 1 {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	return fmt.Errorf("%w\n%s", err, strings.Join(lines[:min(keep, len(lines))], "\n"))
}

// A diagnostic is one in the JSON tree of multichecker.
type diagnostic struct {
	Category string `json:"category"`
	Posn     string `json:"posn"`
	Message  string `json:"message"`
	Related  []struct {
		Posn    string `json:"posn"`
		Message string `json:"message"`
	} `json:"related"`
}

// readTree returns the findings of the JSON tree package → rule → diagnostics
// that data holds, sorted, each once.
func readTree(data io.Reader, r repo, root string) ([]finding, error) {
	var tree map[string]map[string]json.RawMessage
	if err := json.NewDecoder(data).Decode(&tree); err != nil {
		return nil, fmt.Errorf("reading the findings: %w", err)
	}
	var findings []finding
	for _, rules := range tree {
		for rule, raw := range rules {
			var diagnostics []diagnostic
			// Otherwise it is {"error": …}, which is on stderr as well.
			if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
				if err := json.Unmarshal(raw, &diagnostics); err != nil {
					return nil, fmt.Errorf("reading the findings: %w", err)
				}
			}
			for _, d := range diagnostics {
				findings = append(findings, newFinding(d, rule, r, root))
			}
		}
	}
	slices.SortFunc(findings, compareFindings)
	return slices.CompactFunc(findings, func(a, b finding) bool { return compareFindings(a, b) == 0 }), nil
}

func newFinding(d diagnostic, rule string, r repo, root string) finding {
	f := finding{
		cell: cell{
			Repository: r.Repo,
			Commit:     r.Commit,
			Rule:       rule,
			Category:   strings.TrimPrefix(d.Category, rule+"/"),
			Position:   relative(d.Posn, root),
		},
		Message: d.Message,
	}
	for _, step := range d.Related {
		f.Chain = append(f.Chain, relative(step.Posn, root)+": "+step.Message)
	}
	return f
}
