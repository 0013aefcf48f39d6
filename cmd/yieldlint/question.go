package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/safety"
)

// The subcommands why, unknown, points and diff ask questions. They run the same drivers on
// the same packages as a check does, with the analyzer of package explain in
// place of the rules; its answers travel as diagnostics.

// askFlag is the flag of the vet tool and the in-process driver that asks.
const askFlag = "-" + explain.Name

// withAnswers returns the analyzers for a driver that is called with args:
// rules, and those that answer if they are asked, or if the go command wants
// to know which flags there are. That of why and unknown requires those which
// it answers for: they know where they have given up.
func withAnswers(args []string, rules []*analysis.Analyzer) []*analysis.Analyzer {
	out := slices.Clone(rules)
	for _, a := range []*analysis.Analyzer{explain.Analyzer, explain.PointsAnalyzer} {
		if !slices.Contains(args, "-"+a.Name) && !slices.Contains(args, "-flags") {
			continue
		}
		answers := *a
		if a == explain.Analyzer {
			answers.Requires = slices.Concat(answers.Requires, rules, []*analysis.Analyzer{safety.Analyzer})
		}
		if wantsFactsOnly(args[len(args)-1]) {
			answers.Run = func(*analysis.Pass) (any, error) { return nil, nil }
		}
		out = append(out, &answers)
	}
	return out
}

// isAnswer reports whether the analyzer called name answers questions, and its
// diagnostics are no findings.
func isAnswer(name string) bool {
	return name == explain.Name || name == explain.PointsName || name == safety.Name
}

// wantsFactsOnly reports whether cfgFile is the configuration of a package
// that is analysed for its importers only: unitchecker runs all analyzers on
// it, and drops what they report.
func wantsFactsOnly(cfgFile string) bool {
	if !strings.HasSuffix(cfgFile, ".cfg") {
		return false
	}
	data, err := os.ReadFile(cfgFile)
	if err != nil {
		return false // unitchecker will say so
	}
	var cfg struct{ VetxOnly bool }
	return json.Unmarshal(data, &cfg) == nil && cfg.VetxOnly
}

// parseQuestion parses the command line of a subcommand: the flags of a check
// without those that concern its rules and its output.
func parseQuestion(args []string) (*options, error) {
	opts, err := parseFlags(args, nil)
	switch {
	case err != nil:
		return nil, err
	case opts.help || opts.version:
		return opts, nil
	case opts.fix || opts.diff || opts.context >= 0 || len(opts.ruleFlags) > 0:
		return nil, errors.New("-fix, -diff, -c and -confidence are for findings; this subcommand has none")
	}
	opts.ruleFlags = []string{askFlag}
	return opts, nil
}

// A reply is what a run of the driver has answered.
type reply struct {
	places     findings.Places
	models     modelFiles
	functions  []explain.Function
	unknowns   []explain.Unknown
	bounds     []explain.Bound
	types      []safety.Type
	gutters    []explain.Gutter
	tree       findings.Tree // as the driver has printed it
	incomplete bool          // some packages could not be analysed; the user has been told
}

// ask runs the driver on o.patterns.
func (o *options) ask() (*reply, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	dir, err := o.directory()
	if err != nil {
		return nil, err
	}
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	r := &reply{places: findings.FindPlaces(cwd, dir)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	over, err := o.findOverlays(ctx, dir, r.places)
	if err != nil {
		return nil, err
	}
	tree, err := o.analyseWith(ctx, over)
	r.models = modelFiles{over}
	switch {
	case ctx.Err() != nil:
		return nil, errors.New("interrupted")
	case errors.Is(err, errPartial):
		fmt.Fprintf(os.Stderr, "yieldlint: %v\n", err)
		r.incomplete = true
	case errors.Is(err, errSaid):
		r.incomplete = true
	case err != nil:
		return nil, err
	}
	for _, line := range tree.Errors() {
		fmt.Fprintf(os.Stderr, "yieldlint: %s\n", line)
		r.incomplete = true
	}
	return r, r.decode(tree)
}

// decode reads the answers in tree, each once.
func (r *reply) decode(tree findings.Tree) error {
	r.tree = tree
	seen := make(map[string]bool)
	r.types = []safety.Type{}
	elsewhere := make(map[string][]explain.Run)
	for _, d := range tree.Only(isAnswer).All() {
		if seen[d.Category+d.Message] {
			continue // of a variant of the package
		}
		seen[d.Category+d.Message] = true
		var err error
		switch d.Category {
		case explain.Functions:
			var f explain.Function
			err = explain.Decode(d.Message, &f)
			r.functions = append(r.functions, f)
		case explain.Roots:
			var root explain.Root
			err = explain.Decode(d.Message, &root)
			elsewhere[root.Name] = append(elsewhere[root.Name], root.Run)
		case explain.Unknowns:
			var u explain.Unknown
			err = explain.Decode(d.Message, &u)
			r.unknowns = append(r.unknowns, u)
		case explain.Points:
			var g explain.Gutter
			err = explain.Decode(d.Message, &g)
			r.gutters = append(r.gutters, g)
		case explain.Bounds:
			var b explain.Bound
			err = explain.Decode(d.Message, &b)
			r.bounds = append(r.bounds, b)
		case safety.Category:
			var t safety.Type
			t, err = safety.Decode(d.Message)
			r.types = append(r.types, t)
		}
		if err != nil {
			return fmt.Errorf("reading an answer: %w", err)
		}
	}
	for i := range r.functions {
		f := &r.functions[i]
		f.Runs = append(f.Runs, elsewhere[f.Name]...)
	}
	return nil
}

// exit returns the exit code of a question that has been answered.
func (r *reply) exit() int {
	if r.incomplete {
		return exitError
	}
	return exitClean
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(v)
}

// number returns "1 call" or "2 calls".
func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// firstOf joins the first texts, and says how many more there are.
func firstOf(texts []string, limit int) string {
	if len(texts) <= limit {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:limit], ", "), len(texts)-limit)
}
