package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// raceKinds are the kinds of faults that a race fix mends.
var raceKinds = []string{
	"captured-error",        // an outer error variable is assigned in a goroutine
	"captured-variable",     // another outer variable
	"check-then-act",        // the lock is not held from the check to the act
	"guarded-alias-escapes", // what the lock guards is used by reference outside
	"init-after-publish",    // written after others can see it
	"local-map",             // a map of one function is written in goroutines
	"missing-lock-read",     // others hold the lock
	"missing-lock-write",    // others hold the lock
	"mixed-atomic",          // atomic there, plain here
	"no-lock",               // no access holds a lock
	"unsafe-type",           // a value of a type that is not safe for concurrent use
	"use-after-unlock",      // used after the unlock, or before the lock, of the same function
	"value-receiver",        // the call copies what a lock guards
	"waitgroup-misuse",      // Add in the goroutine that is waited for
	"write-under-rlock",     // a write with a lock for readers
}

// A raceFix is a record of racefix.yaml: a commit that mends a data race.
type raceFix struct {
	Repository string   `yaml:"repository"` // owner/name
	Fix        string   `yaml:"fix"`
	Parent     string   `yaml:"parent"`
	Dir        string   `yaml:"dir"`      // of the module, in the repository
	Packages   []string `yaml:"packages"` // patterns, in the module
	State      []string `yaml:"state"`    // what raced: names of fields, variables or types
	Places     []string `yaml:"places"`   // file:line in the parent, of accesses that a report should name
	Kind       string   `yaml:"kind"`
	Note       string   `yaml:"note"` // what raced with what
}

func readRaceFixes(file string) ([]raceFix, error) {
	return readList(file, checkRaceFix, compareRaceFixes)
}

func compareRaceFixes(a, b raceFix) int {
	return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Fix, b.Fix))
}

func checkRaceFix(x raceFix) error {
	for _, p := range x.Places {
		if file, line, col := splitPosition(p); line == 0 || col != 0 || !filepath.IsLocal(file) {
			return fmt.Errorf("place %q is not of the form file:line", p)
		}
	}
	switch {
	case !repoForm.MatchString(x.Repository):
		return fmt.Errorf("repository %q is not of the form owner/name", x.Repository)
	case !commitForm.MatchString(x.Fix) || !commitForm.MatchString(x.Parent):
		return fmt.Errorf("fix %q or parent %q is not a full hash", x.Fix, x.Parent)
	case !filepath.IsLocal(x.Dir):
		return fmt.Errorf("dir %q is not a relative directory", x.Dir)
	case len(x.Packages) == 0 || len(x.State) == 0 || len(x.Places) == 0:
		return errors.New("packages, state or places are missing")
	case !slices.Contains(raceKinds, x.Kind):
		return fmt.Errorf("kind %q is none of %s", x.Kind, strings.Join(raceKinds, ", "))
	case strings.TrimSpace(x.Note) == "":
		return errors.New("note is missing")
	}
	return nil
}

// checkout returns the directory that holds the checkouts parent and fix.
func (x raceFix) checkout(checkouts string) string {
	return filepath.Join(checkouts, strings.ReplaceAll(x.Repository, "/", "__")+"@"+x.short())
}

func (x raceFix) short() string { return x.Fix[:min(10, len(x.Fix))] }

// A fixOutcome is what yieldlint says of the two commits of a fix.
type fixOutcome struct {
	raceFix
	before, after []finding // that name the state, at a place and in the function of one
	err           error
}

// found reports whether the fault is reported on the parent.
func (o fixOutcome) found() bool { return o.err == nil && len(o.before) > 0 }

// silent reports whether nothing is reported in its place on the fix.
func (o fixOutcome) silent() bool { return o.err == nil && len(o.after) == 0 }

// checkFixes runs yieldlint on the commits of -fixes, and prints what it finds.
func (o *options) checkFixes(ctx context.Context, stdout, stderr io.Writer) error {
	if o.yieldlint == "" {
		return errors.New("-fixes needs -yieldlint")
	}
	list, err := readRaceFixes(o.fixes)
	if err != nil {
		return err
	}
	var outcomes []fixOutcome
	failed := 0
	for _, x := range list {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), x.Repository) {
			continue
		}
		start := time.Now()
		outcome := o.checkFix(ctx, x)
		fmt.Fprintf(stderr, "%-40s %s %6.1fs found %t silent %t\n", x.Repository, x.short(), time.Since(start).Seconds(), outcome.found(), outcome.silent())
		if outcome.err != nil {
			failed++
			fmt.Fprintf(stderr, "\t%v\n", outcome.err)
		}
		outcomes = append(outcomes, outcome)
		if ctx.Err() != nil {
			break
		}
	}
	printOutcomes(stdout, outcomes)
	if failed > 0 {
		return fmt.Errorf("%d of %d fixes failed", failed, len(outcomes))
	}
	return nil
}

// checkFix runs yieldlint on the parent and on the fix.
func (o *options) checkFix(ctx context.Context, x raceFix) fixOutcome {
	outcome := fixOutcome{raceFix: x}
	functions := make(map[string]bool)
	outcome.before, outcome.err = o.lintFix(ctx, x, "parent", x.Parent, func(root string) error {
		return placeFunctions(functions, root, x.Places)
	}, functions)
	if outcome.err == nil {
		outcome.after, outcome.err = o.lintFix(ctx, x, "fix", x.Fix, func(string) error { return nil }, functions)
	}
	return outcome
}

// lintFix runs yieldlint on one checkout of x, after prepare, and returns the
// findings that name its state in functions.
func (o *options) lintFix(ctx context.Context, x raceFix, side, commit string, prepare func(root string) error, functions map[string]bool) ([]finding, error) {
	root, err := filepath.EvalSymlinks(filepath.Join(x.checkout(o.checkouts), side))
	if err == nil {
		root, err = filepath.Abs(root)
	}
	if err == nil {
		err = checkCommit(ctx, root, commit)
	}
	if err == nil {
		err = prepare(root)
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	findings, err := o.lintPackages(ctx, repo{Repo: x.Repository, Commit: commit, Dir: x.Dir}, root, x.Packages)
	names := regexp.MustCompile(`\b(?:` + strings.Join(quoteAll(x.State), "|") + `)\b`)
	return slices.DeleteFunc(findings, func(f finding) bool {
		return !names.MatchString(f.Message) || !within(f, root, functions)
	}), err
}

// lintPackages runs yieldlint on packages of the module of r.
func (o *options) lintPackages(ctx context.Context, r repo, root string, packages []string) ([]finding, error) {
	tool, err := filepath.Abs(o.yieldlint)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, tool, slices.Concat([]string{"-json"}, o.toolArgs, packages)...)
	cmd.Dir = filepath.Join(root, r.Dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := lintError(cmd.Run(), stderr.String()); err != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	return readTree(&stdout, r, root)
}

func quoteAll(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(name)
	}
	return quoted
}

// within reports whether one of the accesses that f blames is in functions.
func within(f finding, root string, functions map[string]bool) bool {
	for _, position := range blamed(f) {
		file, line, _ := splitPosition(position)
		if key, err := functionAt(root, file, line); err == nil && functions[key] {
			return true
		}
	}
	return false
}

// blamed returns the positions of f but those of accesses under a lock, which
// are the evidence against the others.
func blamed(f finding) []string {
	positions := []string{f.Position}
	for _, step := range f.Chain {
		if position, text, ok := strings.Cut(step, ": "); ok && !strings.Contains(text, " under ") {
			positions = append(positions, position)
		}
	}
	return positions
}

// placeFunctions adds the functions of places to functions.
func placeFunctions(functions map[string]bool, root string, places []string) error {
	for _, place := range places {
		file, line, _ := splitPosition(place)
		key, err := functionAt(root, file, line)
		if err != nil {
			return err
		}
		functions[key] = true
	}
	return nil
}

// functionAt names the declaration around a line of file: the directory, and
// the receiver and name of a function, or the first name of others.
func functionAt(root, file string, line int) (string, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(file)), nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, decl := range syntax.Decls {
		if fset.Position(decl.Pos()).Line <= line && line <= fset.Position(decl.End()).Line {
			return path.Dir(file) + ": " + declName(decl), nil
		}
	}
	return "", fmt.Errorf("%s:%d is in no declaration", file, line)
}

// declName names decl within its package.
func declName(decl ast.Decl) string {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv != nil && len(decl.Recv.List) == 1 {
			return receiverName(decl.Recv.List[0].Type) + "." + decl.Name.Name
		}
		return decl.Name.Name
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				return spec.Name.Name
			case *ast.ValueSpec:
				return spec.Names[0].Name
			}
		}
	}
	return ""
}

// receiverName returns the name of the type of a receiver, without pointer and
// type parameters.
func receiverName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return receiverName(t.X)
	case *ast.ParenExpr:
		return receiverName(t.X)
	case *ast.IndexExpr:
		return receiverName(t.X)
	case *ast.IndexListExpr:
		return receiverName(t.X)
	}
	return ""
}

// printOutcomes prints a markdown table of outcomes and their counts by kind.
func printOutcomes(w io.Writer, outcomes []fixOutcome) {
	fmt.Fprint(w, "| repository | fix | kind | state | parent | fix |\n|---|---|---|---|---|---|\n")
	for _, o := range outcomes {
		before, after := "-", "silent"
		switch {
		case o.err != nil:
			before, after = "error", "error"
		default:
			before, after = describe(o.before, before), describe(o.after, after)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", o.Repository, o.short(), o.Kind, strings.Join(o.State, ", "), before, after)
	}
	printByKind(w, outcomes)
}

// isSuspect reports whether f is one that only -confidence=suspect prints.
func isSuspect(f finding) bool { return strings.HasSuffix(f.Message, ", suspect]") }

// proved reports whether the fault is reported on the parent by default.
func (o fixOutcome) proved() bool { return o.found() && !allSuspect(o.before) }

func allSuspect(findings []finding) bool {
	return !slices.ContainsFunc(findings, func(f finding) bool { return !isSuspect(f) })
}

// describe lists findings, none if there are none.
func describe(findings []finding, none string) string {
	if len(findings) == 0 {
		return none
	}
	texts := make([]string, len(findings))
	for i, f := range findings {
		texts[i] = f.Category + " " + f.Position
		if isSuspect(f) {
			texts[i] += " (suspect)"
		}
	}
	return strings.Join(texts, ", ")
}

func printByKind(w io.Writer, outcomes []fixOutcome) {
	type count struct{ all, found, proved, both, loud int }
	counts := make(map[string]count)
	var total count
	add := func(c count, o fixOutcome) count {
		c.all++
		if o.found() {
			c.found++
		}
		if o.proved() {
			c.proved++
		}
		if o.found() && o.silent() {
			c.both++
		}
		if o.err == nil && !o.silent() {
			c.loud++
		}
		return c
	}
	for _, o := range outcomes {
		counts[o.Kind] = add(counts[o.Kind], o)
		total = add(total, o)
	}
	fmt.Fprint(w, "\n| kind | fixes | found on the parent | of these by default | found, and silent on the fix | reported on the fix |\n|---|---|---|---|---|---|\n")
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		c := counts[kind]
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d |\n", kind, c.all, c.found, c.proved, c.both, c.loud)
	}
	fmt.Fprintf(w, "| all | %d | %d | %d | %d | %d |\n", total.all, total.found, total.proved, total.both, total.loud)
}
