package main

import (
	"bufio"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/models"
)

// pointsFlag is the flag of the vet tool and the in-process driver that asks
// for the lines of functions.
const pointsFlag = "-" + explain.PointsName

// windowRule is the rule whose findings points shows unless others are named.
const windowRule = "yieldpoints"

// runPoints serves "yieldlint points [name|file.go|packages]".
func runPoints(args []string, rules []*analysis.Analyzer) (int, error) {
	style := gutterStyle{ascii: os.Getenv("TERM") == "dumb"}
	opts, err := parseFlagsAnd(args, rules, func(fs *flag.FlagSet) { fs.BoolVar(&style.ascii, "ascii", style.ascii, "") })
	switch {
	case err != nil:
		return 0, err
	case opts.help:
		fmt.Print(pointsUsage)
		return exitClean, nil
	case opts.fix || opts.diff || opts.context >= 0:
		return 0, errors.New("-fix, -diff and -c are for findings; points shows the source anyway")
	}
	opts.ruleFlags = append([]string{pointsFlag}, withRules(opts.ruleFlags, rules, windowRule)...)
	cwd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	s, err := opts.parseSubject(cwd)
	if err != nil {
		return 0, err
	}
	r, err := opts.ask()
	if err != nil {
		return 0, err
	}
	sheets, err := s.sheets(r)
	if err != nil {
		return 0, err
	}
	if opts.json {
		return r.exit(), writeJSON(os.Stdout, pointsJSON(sheets))
	}
	style.Places = r.places
	style.color = isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "" && !style.ascii
	out := bufio.NewWriter(os.Stdout)
	style.write(out, sheets, s.all())
	return r.exit(), out.Flush()
}

// withRules returns flags, of which those that choose rules are made explicit:
// a driver that is given the flag of an answer runs nothing else that is not
// asked for. Of rules that flags do not choose among, those in byDefault run,
// or all if there is none.
func withRules(flags []string, rules []*analysis.Analyzer, byDefault ...string) []string {
	var only, not, rest []string
	for _, f := range flags {
		name, value, _ := strings.Cut(strings.TrimPrefix(f, "-"), "=")
		switch isRule := slices.ContainsFunc(rules, func(a *analysis.Analyzer) bool { return a.Name == name }); {
		case !isRule:
			rest = append(rest, f)
		case value == "true":
			only = append(only, name)
		default:
			not = append(not, name)
		}
	}
	if len(only) == 0 {
		only = slices.Clone(byDefault)
		if len(byDefault) == 0 {
			for _, a := range rules {
				only = append(only, a.Name)
			}
		}
	}
	for _, a := range rules {
		if slices.Contains(only, a.Name) && !slices.Contains(not, a.Name) {
			rest = append(rest, "-"+a.Name+"=true")
		}
	}
	return rest
}

// A subject is what points shows: one function, one file, or whole packages.
type subject struct {
	q    *question
	file string // absolute, or ""
	name string // of the file, as the user has named it
}

// all reports whether s is whole packages.
func (s subject) all() bool { return s.q == nil && s.file == "" }

// parseSubject takes the subject from o.patterns, which are packages afterwards.
func (o *options) parseSubject(cwd string) (subject, error) {
	if len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	first := o.patterns[0]
	if isPackagePattern(first) {
		return subject{}, nil
	}
	rest := o.patterns[1:]
	if strings.HasSuffix(first, ".go") {
		s := subject{file: first, name: first}
		if !filepath.IsAbs(s.file) {
			s.file = filepath.Join(cwd, s.file)
		}
		if _, err := os.Stat(s.file); err != nil {
			return s, fmt.Errorf("%s: no such file", first)
		}
		if strings.HasSuffix(first, "_test.go") {
			return s, fmt.Errorf("%s: test files are left out", first)
		}
		if o.patterns = rest; len(rest) == 0 {
			o.patterns = []string{filepath.Dir(s.file)}
		}
		return s, nil
	}
	q, err := newQuestion(first, cwd)
	if err != nil {
		return subject{}, err
	}
	if o.patterns = rest; len(rest) == 0 {
		o.patterns = o.patternsFor(q)
	}
	return subject{q: &q}, nil
}

// isPackagePattern reports whether text names packages rather than a function
// or file: a directory, a pattern, or an import path without a dot in its last
// element, where the name of a function would have one.
func isPackagePattern(text string) bool {
	if strings.HasSuffix(text, ".go") {
		return false
	}
	if file, line := findings.FileLine(text); line > 0 && strings.HasSuffix(file, ".go") {
		return false
	}
	switch {
	case text == ".", text == "..", strings.HasPrefix(text, "./"), strings.HasPrefix(text, "../"), filepath.IsAbs(text):
		return true
	case strings.Contains(text, "..."):
		return true
	}
	slash := strings.LastIndexByte(text, '/')
	return slash >= 0 && !strings.ContainsAny(text[slash:], ".:") && !strings.HasPrefix(text, "(")
}

// A sheet is a part of a file with what is known of its lines.
type sheet struct {
	file     string // absolute
	from, to int    // to is 0 for all lines
	points   []sheetPoint
	spans    []sheetSpan
	findings []sheetFinding
}

type sheetPoint struct {
	explain.Point
	line     int
	function string
	locks    []string
}

type sheetSpan struct {
	explain.Span
	function string
}

type sheetFinding struct {
	findings.Diagnostic
	rule     string
	line     int
	function string
	locks    []string
}

// sheets returns the parts of files that show s, in the order of names.
func (s subject) sheets(r *reply) ([]*sheet, error) {
	var class models.Class
	var list []*sheet
	switch {
	case s.q != nil:
		f, err := s.q.one(&reply{places: r.places, functions: functionsOf(r.gutters)})
		if err != nil {
			return nil, err
		}
		class = s.q.class
		file, line := findings.FileLine(f.Posn)
		list = []*sheet{{file: file, from: line, to: max(line, f.EndLine)}}
	case s.file != "":
		list = []*sheet{{file: s.file, from: 1}}
		if !slices.ContainsFunc(r.gutters, func(g explain.Gutter) bool { return inFile(g.Posn, s.file) }) && r.incomplete {
			return nil, fmt.Errorf("%s is in no package that could be analysed", s.name)
		}
	default:
		seen := make(map[string]bool)
		for _, g := range r.gutters {
			if file, _ := findings.FileLine(g.Posn); file != "" && !seen[file] {
				seen[file] = true
				list = append(list, &sheet{file: file, from: 1})
			}
		}
		slices.SortFunc(list, func(a, b *sheet) int { return strings.Compare(a.file, b.file) })
		if len(list) == 0 {
			return nil, errors.New("no functions in the packages named")
		}
	}
	gutters := make(map[string][]explain.Gutter)
	for _, g := range r.gutters {
		file, _ := findings.FileLine(g.Posn)
		gutters[file] = append(gutters[file], g)
	}
	found := make(map[string][]sheetFinding)
	for _, f := range r.findings() {
		file, _ := findings.FileLine(f.Posn)
		found[file] = append(found[file], f)
	}
	for _, sh := range list {
		sh.fill(gutters[sh.file], found[sh.file], class)
	}
	return list, nil
}

func inFile(posn, file string) bool {
	in, _ := findings.FileLine(posn)
	return in == file
}

// functionsOf returns gutters as functions, to be found by their names.
func functionsOf(gutters []explain.Gutter) []explain.Function {
	out := make([]explain.Function, len(gutters))
	for i, g := range gutters {
		out[i] = explain.Function{Name: g.Name, Package: g.Package, PkgName: g.PkgName, Posn: g.Posn, EndLine: g.EndLine}
	}
	return out
}

// fill collects what is known of the lines of sh, from what is known of its
// file: of one class, or of all that last.
func (sh *sheet) fill(gutters []explain.Gutter, found []sheetFinding, class models.Class) {
	for _, g := range gutters {
		for _, span := range g.Locks {
			if sh.has(span.From) || sh.has(span.To) {
				sh.spans = append(sh.spans, sheetSpan{span, g.Name})
			}
		}
		for _, p := range g.Points {
			p.Ways = slices.DeleteFunc(slices.Clone(p.Ways), func(w explain.Ways) bool { return !lasts(w, class) })
			if file, line := findings.FileLine(p.Posn); len(p.Ways) > 0 && file == sh.file && sh.has(line) {
				sh.points = append(sh.points, sheetPoint{Point: p, line: line, function: g.Name})
			}
		}
	}
	functions := functionsOf(gutters)
	for _, f := range found {
		if _, line := findings.FileLine(f.Posn); sh.has(line) {
			f.line = line
			if in := innermost(functions, sh.file, line); len(in) > 0 {
				f.function = in[0].Name
			}
			sh.findings = append(sh.findings, f)
		}
	}
	slices.SortStableFunc(sh.points, func(a, b sheetPoint) int { return findings.ComparePosn(a.Posn, b.Posn) })
	slices.SortStableFunc(sh.spans, func(a, b sheetSpan) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), strings.Compare(a.Lock, b.Lock), strings.Compare(a.function, b.function))
	})
	for i, p := range sh.points {
		sh.points[i].locks = sh.locksAt(p.line, p.function)
	}
	for i, f := range sh.findings {
		sh.findings[i].locks = sh.locksAt(f.line, f.function)
	}
}

// has reports whether a line is part of sh.
func (sh *sheet) has(line int) bool { return line >= sh.from && (sh.to == 0 || line <= sh.to) }

// locksAt returns the locks that a function, or any if it is "", holds on a line.
func (sh *sheet) locksAt(line int, function string) []string {
	var out []string
	for _, s := range sh.spans {
		if s.From > line || line > s.To || function != "" && s.function != function {
			continue
		}
		name := s.Lock
		if s.Read {
			name += " (read)"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// findings returns what the rules have found, in the order of positions.
func (r *reply) findings() []sheetFinding {
	var out []sheetFinding
	for _, results := range r.tree {
		for rule, result := range results {
			if isAnswer(rule) {
				continue
			}
			for _, d := range result.Diagnostics {
				out = append(out, sheetFinding{Diagnostic: d, rule: rule})
			}
		}
	}
	slices.SortFunc(out, func(a, b sheetFinding) int {
		return cmp.Or(findings.ComparePosn(a.Posn, b.Posn), strings.Compare(a.rule, b.rule), strings.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(out, func(a, b sheetFinding) bool {
		return a.Posn == b.Posn && a.rule == b.rule && a.Message == b.Message
	})
}

// A pointJSON is one object of points -json. Kind says which fields count.
type pointJSON struct {
	Kind     string `json:"kind"` // "suspends", "holds", "finding"
	Posn     string `json:"posn"`
	Function string `json:"function,omitempty"`

	// of "suspends"
	Class   models.Class  `json:"class,omitempty"`
	Op      string        `json:"op,omitempty"`
	Cost    string        `json:"cost,omitempty"`
	Hops    int           `json:"hops,omitempty"`
	Suspect bool          `json:"suspect,omitempty"`
	Ignored *explain.Note `json:"ignored,omitempty"`
	Chain   []explain.Hop `json:"chain,omitempty"`

	// of "holds": from the line of Posn
	Lock    string `json:"lock,omitempty"`
	Read    bool   `json:"read,omitempty"`
	EndLine int    `json:"endline,omitempty"`

	// of "finding"
	Rule     string             `json:"rule,omitempty"`
	Category string             `json:"category,omitempty"`
	Message  string             `json:"message,omitempty"`
	Related  []findings.Related `json:"related,omitempty"`

	Locks []string `json:"locks,omitempty"` // held there
}

// pointsJSON returns one object for each class of each point, each lock and
// each finding, in the order of positions.
func pointsJSON(sheets []*sheet) []pointJSON {
	out := []pointJSON{}
	for _, sh := range sheets {
		for _, s := range sh.spans {
			out = append(out, pointJSON{
				Kind: "holds", Posn: fmt.Sprintf("%s:%d", sh.file, s.From), Function: s.function,
				Lock: s.Lock, Read: s.Read, EndLine: s.To,
			})
		}
		for _, p := range sh.points {
			for _, w := range p.Ways {
				out = append(out, pointJSON{
					Kind: "suspends", Posn: p.Posn, Function: p.function, Class: w.Class, Op: w.Op, Cost: w.Cost,
					Hops: len(w.Chain), Suspect: w.Suspect, Ignored: w.Ignored, Chain: w.Chain, Locks: p.locks,
				})
			}
		}
		for _, f := range sh.findings {
			out = append(out, pointJSON{
				Kind: "finding", Posn: f.Posn, Function: f.function, Rule: f.rule, Category: f.Category,
				Message: f.Message, Related: f.Related, Locks: f.locks,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b pointJSON) int { return findings.ComparePosn(a.Posn, b.Posn) })
	return out
}
