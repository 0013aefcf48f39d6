package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/config"
	"github.com/yieldlint/yieldlint/internal/explain"
)

// The subcommand diff runs the same driver on two states of a module, with all
// rules and with the answers of package explain, and compares what they say.
//
// Both runs have -trimpath, which takes the names of directories out of the
// keys of the go command's cache: what has not changed is analysed once for
// both, and never again for the next revision. So the positions that a run
// prints may be those of another directory, and are moved to its own.
//
// Suspect findings are part of both runs, so that a finding that was suspect
// before and is proved now, or the other way round, is no change.

// runDiff serves "yieldlint diff REV [packages]" and
// "yieldlint diff -upgrade module@version [packages]".
func runDiff(args []string, rules []*analysis.Analyzer) (int, error) {
	upgrade := ""
	opts, err := parseFlagsAnd(args, rules, func(fs *flag.FlagSet) { fs.StringVar(&upgrade, "upgrade", "", "") })
	switch {
	case err != nil:
		return 0, err
	case opts.help:
		fmt.Print(diffUsage)
		return exitClean, nil
	case opts.fix || opts.diff || opts.context >= 0:
		return 0, errors.New("-fix, -diff and -c are for findings of one state")
	}
	rev := ""
	if upgrade == "" {
		if len(opts.patterns) == 0 || strings.HasPrefix(opts.patterns[0], "./") {
			return 0, errors.New("diff wants a revision, as in yieldlint diff main ./... (or -upgrade module@version)")
		}
		rev, opts.patterns = opts.patterns[0], opts.patterns[1:]
	}
	if len(opts.patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	if err := opts.check(); err != nil {
		return 0, err
	}
	suspect := opts.askAll(rules)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	before, after, cleanup, err := opts.states(ctx, rev, upgrade)
	defer cleanup()
	if err != nil {
		return 0, interruptedOr(ctx, err)
	}
	for _, s := range []*state{before, after} {
		s.places = findings.FindPlaces(s.cwd, s.work)
	}
	for _, p := range opts.patterns {
		if !before.has(p) && !after.has(p) {
			return 0, fmt.Errorf("%s is neither in %s nor in %s", p, after.name, before.name)
		}
	}
	// The new state first: if it does not build, that is what the user wants to know.
	for _, s := range []*state{after, before} {
		if err := s.run(ctx); err != nil {
			return 0, interruptedOr(ctx, err)
		}
	}
	c := compare(before, after, suspect)
	if opts.json {
		err = writeJSON(os.Stdout, c.json())
	} else {
		err = c.write(os.Stdout)
	}
	if err != nil {
		return 0, err
	}
	if len(c.worse.findings)+len(c.worse.suspends) > 0 {
		return exitFindings, nil
	}
	return exitClean, nil
}

func interruptedOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}

// askAll makes o ask for all findings, suspect ones too, and for answers. It
// reports whether the user wants to see what is suspect.
func (o *options) askAll(rules []*analysis.Analyzer) (suspect bool) {
	var flags []string
	for _, f := range o.ruleFlags {
		if value, ok := strings.CutPrefix(f, "-confidence="); ok {
			suspect = value == "suspect"
		} else {
			flags = append(flags, f)
		}
	}
	o.ruleFlags = append([]string{askFlag, "-confidence=suspect"}, withRules(flags, rules)...)
	if o.driver == vetDriver {
		o.buildFlags = append(slices.Clone(o.buildFlags), "-trimpath")
	}
	return suspect
}

// A state is one of the two that are compared.
type state struct {
	*options
	name   string            // for messages: "main (0123456789ab)"
	work   string            // the directory in which the driver works
	cwd    string            // the directory to which file names are relative
	env    map[string]string // of the driver, beside that of this process
	root   string            // of the files that both states have, "" if they share them
	absent bool              // there is no such directory in this state

	places    findings.Places
	models    modelFiles
	functions map[string]explain.Function // declared ones, by their names
	findings  []finding
}

// A finding is one of a rule, with what it is known by.
type finding struct {
	findings.Diagnostic
	rule     string
	pkg      string // import path
	function string // the full name of the declared function around it, or ""
	suspect  bool
}

// states returns the states to compare. cleanup, never nil, removes what was
// made for them.
func (o *options) states(ctx context.Context, rev, upgrade string) (before, after *state, cleanup func(), err error) {
	cleanup = func() {}
	dir, err := o.directory()
	if err != nil {
		return nil, nil, cleanup, err
	}
	cwd, err := os.Getwd()
	if err != nil {
		return nil, nil, cleanup, err
	}
	after = &state{options: o, name: "the working tree", work: dir, cwd: cwd}
	if upgrade != "" {
		before = after
		after, cleanup, err = upgraded(ctx, before, upgrade)
		return before, after, cleanup, err
	}
	before, cleanup, err = checkedOut(ctx, after, rev)
	return before, after, cleanup, err
}

// run runs the driver on s.
func (s *state) run(ctx context.Context) error {
	s.functions = make(map[string]explain.Function)
	if s.absent {
		return nil
	}
	defer setEnv(s.env)()
	o := *s.options
	o.patterns = slices.DeleteFunc(slices.Clone(o.patterns), func(p string) bool { return !s.has(p) })
	if len(o.patterns) == 0 {
		return nil
	}
	over, err := o.findOverlays(ctx, s.work, s.places)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	s.models = modelFiles{over}
	tree, err := o.analyseWith(ctx, over)
	if errs := tree.Errors(); err == nil && len(errs) > 0 {
		err = errors.New(strings.Join(errs, "\n"))
	}
	if err != nil {
		if errors.Is(err, errSaid) || errors.Is(err, errPartial) {
			err = errors.New("not all packages could be checked, see above")
		}
		return fmt.Errorf("%s: %w: there is nothing to compare", s.name, err)
	}
	if !o.test {
		tree.DropTests()
	}
	return s.read(tree)
}

// setEnv sets variables, and returns what restores them and those that a run
// of the driver sets.
func setEnv(vars map[string]string) (restore func()) {
	type saved struct {
		name, value string
		ok          bool
	}
	var old []saved
	for _, name := range []string{config.Env, config.EnvLibs, "GOWORK", "GOFLAGS"} {
		value, ok := os.LookupEnv(name)
		old = append(old, saved{name, value, ok})
	}
	for name, value := range vars {
		os.Setenv(name, value)
	}
	return func() {
		for _, s := range old {
			if s.ok {
				os.Setenv(s.name, s.value)
			} else {
				os.Unsetenv(s.name)
			}
		}
	}
}

// has reports whether a pattern may match something in s: a package that is
// new or gone is part of one state only.
func (s *state) has(pattern string) bool {
	if s.absent {
		return false
	}
	base, _, _ := strings.Cut(pattern, "...")
	dir, ok := "", true
	if strings.HasPrefix(pattern, ".") {
		dir = filepath.Join(s.work, filepath.FromSlash(base))
	} else if dir, ok = s.places.PackageDir(strings.TrimSuffix(base, "/")); !ok {
		return true // of another module
	}
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

// read reads the answers and findings of a run.
func (s *state) read(tree findings.Tree) error {
	r := &reply{places: s.places}
	if err := r.decode(tree); err != nil {
		return err
	}
	for i := range r.functions {
		f := &r.functions[i]
		s.move(f)
		if !strings.Contains(f.Name, "$") { // the numbers of literals change with others
			s.functions[f.Name] = *f
		}
	}
	inFile := make(map[string][]explain.Function)
	for _, f := range r.functions {
		file, _ := findings.FileLine(f.Posn)
		inFile[file] = append(inFile[file], f)
	}
	for id, results := range tree {
		for rule, result := range results {
			if isAnswer(rule) {
				continue
			}
			for _, d := range result.Diagnostics {
				s.findings = append(s.findings, s.finding(id, rule, d, inFile))
			}
		}
	}
	slices.SortFunc(s.findings, compareFindings)
	s.findings = slices.CompactFunc(s.findings, func(a, b finding) bool { return compareFindings(a, b) == 0 })
	return nil
}

// finding makes a finding of a diagnostic about package id.
func (s *state) finding(id, rule string, d findings.Diagnostic, inFile map[string][]explain.Function) finding {
	pkg := id
	if file, _ := findings.FileLine(d.Posn); strings.HasSuffix(file, "_test.go") {
		pkg = strings.TrimSuffix(id, "_test")
	}
	f := finding{Diagnostic: d, rule: rule, pkg: pkg, suspect: strings.HasSuffix(d.Message, ", suspect]")}
	f.Posn, f.End = s.moved(pkg, d.Posn), s.moved(pkg, d.End)
	f.Related = slices.Clone(d.Related)
	for i := range f.Related {
		f.Related[i].Posn = s.moved(pkg, f.Related[i].Posn)
		f.Related[i].End = s.moved(pkg, f.Related[i].End)
	}
	file, line := findings.FileLine(f.Posn)
	if in := innermost(inFile[file], file, line); len(in) > 0 {
		f.function, _, _ = strings.Cut(in[0].Name, "$")
	}
	return f
}

// move moves the positions of f to the directory of s.
func (s *state) move(f *explain.Function) {
	f.Posn = s.moved(f.Package, f.Posn)
	for _, w := range f.Ways {
		for i := range w.Chain {
			hop := &w.Chain[i]
			hop.Posn = s.moved(f.Package, hop.Posn)
			if hop.By != nil {
				hop.By.Posn = s.moved(f.Package, hop.By.Posn)
			}
		}
	}
}

// moved returns a position in a file of package pkg, moved to the directory
// that the package has in s. Other positions remain what they are.
func (s *state) moved(pkg, posn string) string {
	file, line := findings.FileLine(posn)
	if line == 0 || !filepath.IsAbs(file) {
		return posn
	}
	dir, ok := s.places.PackageDir(pkg)
	if !ok {
		return posn
	}
	return filepath.Join(dir, path.Base(filepath.ToSlash(file))) + strings.TrimPrefix(posn, file)
}
