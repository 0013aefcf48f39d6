package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the flags of the command.
type options struct {
	repos, checkouts string
	yieldlint        string
	set, only        string
	timeout          time.Duration
	results, before  string
	verdicts         string
	fixes            string
	sample           int
	seed             uint64
	cost             costOptions
	toolArgs         []string
}

func main() {
	if tool := os.Getenv(wrapEnv); tool != "" {
		os.Exit(wrap(tool, os.Args[1:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
}

// run is the program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	if o.cost.dir != "" {
		return o.measureCost(ctx, stdout, stderr)
	}
	if o.cost.plot != "" {
		return drawTable(o.cost.csv, o.cost.plot)
	}
	if o.fixes != "" {
		return o.checkFixes(ctx, stdout, stderr)
	}
	if o.results == "" {
		return errors.New("-results is required (see go doc)")
	}
	results, runErr := o.loadResults(ctx, stderr)
	if results == nil {
		return runErr
	}
	printTotals(stdout, results)
	if err := o.compare(stdout, results); err != nil {
		return err
	}
	if err := o.judge(stdout, results); err != nil {
		return err
	}
	return runErr
}

func parseFlags(args []string, stderr io.Writer) (*options, error) {
	o := new(options)
	f := flag.NewFlagSet("corpus", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.repos, "repos", "corpus/repos.yaml", "list of repositories")
	f.StringVar(&o.checkouts, "checkouts", "", "directory that holds the checkouts")
	f.StringVar(&o.yieldlint, "yieldlint", "", "run this yieldlint binary; without it, -results is read")
	f.StringVar(&o.set, "set", "", "run only repositories of this set: shape or confirm")
	f.StringVar(&o.only, "only", "", "run only these repositories (owner/name,...)")
	f.DurationVar(&o.timeout, "timeout", 30*time.Minute, "time for one repository")
	f.StringVar(&o.results, "results", "", "file of findings, written or read")
	f.StringVar(&o.before, "before", "", "earlier results to compare with")
	f.StringVar(&o.verdicts, "verdicts", "", "verdicts to score the findings by")
	f.StringVar(&o.fixes, "fixes", "", "list of commits that mend a data race, to check")
	f.IntVar(&o.sample, "sample", 40, "most findings of one repository to judge")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the sample")
	o.cost.register(f)
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	o.toolArgs = f.Args()
	if o.set != "" && o.set != setShape && o.set != setConfirm {
		return nil, fmt.Errorf("-set %s: neither %s nor %s", o.set, setShape, setConfirm)
	}
	return o, nil
}

// loadResults runs yieldlint and writes the results, or reads them. With an
// error, it returns what there is, or nil.
func (o *options) loadResults(ctx context.Context, stderr io.Writer) ([]runRecord, error) {
	if o.yieldlint == "" {
		return readResults(o.results)
	}
	repos, err := o.selectRepos()
	if err != nil {
		return nil, err
	}
	results := o.runAll(ctx, repos, stderr)
	if err := writeResults(o.results, results); err != nil {
		return nil, err
	}
	return results, failures(results)
}

// selectRepos returns the repositories that -set and -only name.
func (o *options) selectRepos() ([]repo, error) {
	repos, err := readRepos(o.repos)
	if err != nil {
		return nil, err
	}
	only := make(map[string]bool)
	if o.only != "" {
		for name := range strings.SplitSeq(o.only, ",") {
			only[name] = false // not yet seen
		}
	}
	var selected []repo
	for _, r := range repos {
		if _, wanted := only[r.Repo]; wanted {
			only[r.Repo] = true
		} else if len(only) > 0 {
			continue
		}
		if o.set == "" || r.Set == o.set {
			selected = append(selected, r)
		}
	}
	for name, seen := range only {
		if !seen {
			return nil, fmt.Errorf("-only: %s is not in %s", name, o.repos)
		}
	}
	return selected, nil
}

// compare prints how results differ from those of -before.
func (o *options) compare(w io.Writer, results []runRecord) error {
	if o.before == "" {
		return nil
	}
	before, err := readResults(o.before)
	if err != nil {
		return err
	}
	printDiff(w, diffResults(before, results))
	return nil
}

// judge prints the precision of results by the verdicts.
func (o *options) judge(w io.Writer, results []runRecord) error {
	if o.verdicts == "" {
		return nil
	}
	verdicts, err := readVerdicts(o.verdicts)
	if err != nil {
		return err
	}
	printScore(w, score(results, verdicts, sampler{size: o.sample, seed: o.seed}))
	return nil
}
