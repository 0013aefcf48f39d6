package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/safety"
)

// safetyFlag is the flag of the vet tool and the in-process driver that asks
// for the answers of package safety.
const safetyFlag = "-" + safety.Name

// withSafety returns the analyzers for a driver that is called with args, as
// withAnswers does. Unlike the answers of package explain, these need facts of
// dependencies, so the analyzer runs on packages that are only imported too.
func withSafety(args []string, rules []*analysis.Analyzer) []*analysis.Analyzer {
	if !slices.Contains(args, safetyFlag) && !slices.Contains(args, "-flags") {
		return rules
	}
	return append(slices.Clone(rules), safety.Analyzer)
}

// runSafety serves "yieldlint safety [packages]".
func runSafety(args []string) (int, error) {
	opts, err := parseQuestion(args)
	if err != nil {
		return 0, err
	}
	if opts.help {
		fmt.Print(safetyUsage)
		return exitClean, nil
	}
	opts.ruleFlags = []string{safetyFlag}
	if len(opts.patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	r, err := opts.ask()
	if err != nil {
		return 0, err
	}
	slices.SortFunc(r.types, func(a, b safety.Type) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Posn, b.Posn))
	})
	if opts.json {
		return r.exit(), writeJSON(os.Stdout, r.types)
	}
	if len(r.types) == 0 && r.incomplete {
		return 0, errors.New("no exported types in the packages that could be analysed")
	}
	out := bufio.NewWriter(os.Stdout)
	for _, t := range r.types {
		writeSafety(out, r.places, t)
	}
	if len(r.types) == 0 {
		fmt.Fprintln(out, "no exported types")
	}
	return r.exit(), out.Flush()
}

// writeSafety prints the answer for one type: a line, and the evidence below it.
func writeSafety(out *bufio.Writer, places findings.Places, t safety.Type) {
	name := t.PkgName + "." + t.Name[strings.LastIndexByte(t.Name, '.')+1:]
	fmt.Fprintf(out, "%s   %s   %s\n", name, places.Show(t.Posn), levelText(t))
	var lines []line
	if t.Reason != nil {
		lines = append(lines, line{place: places.Show(t.Reason.Posn), text: t.Reason.Text})
	}
	if s := t.Says; s != nil {
		text := fmt.Sprintf("the comment says %q", s.Text)
		if s.Safe && t.Level == safety.NotSafe {
			text += ", which is more than the code gives"
		}
		lines = append(lines, line{place: places.Show(s.Posn), text: text})
	}
	more := 0
	for _, f := range t.Fields {
		if !worthALine(t, f) {
			continue
		}
		if !t.Level.Safe() && len(lines) >= shownBroken {
			more++
			continue
		}
		lines = append(lines, line{place: places.Show(f.Posn), text: f.Name + ": " + f.Text})
	}
	if more > 0 {
		lines = append(lines, line{text: fmt.Sprintf("and %d more", more)})
	}
	if text := unwritten(t); text != "" {
		lines = append(lines, line{text: text})
	}
	writeLines(out, "    ", lines)
}

// levelText says the level in words.
func levelText(t safety.Type) string {
	text := string(t.Level)
	switch t.Level {
	case safety.Guarded:
		text = "guarded by " + strings.Join(t.Locks, ", ")
	case safety.Synchronised:
		text = "internally synchronised"
	case safety.Stateless:
		text = "safe unless the same arguments are shared"
	case safety.NotSafe:
		text = "not safe"
	}
	if len(t.Depends) > 0 {
		verb := " is safe"
		if len(t.Depends) > 1 {
			verb = " are safe"
		}
		text += ", if " + firstOf(t.Depends, shownDepends) + verb
	}
	return text
}

const (
	shownBroken    = 8 // lines of a type that is not safe
	shownDepends   = 2
	shownUnwritten = 6
)

// worthALine reports whether a field has a line of its own: not if it never
// changes, or is what the reason is about.
func worthALine(t safety.Type, f safety.Field) bool {
	if f.Level == safety.Immutable || t.Level == safety.Confined && f.Level != safety.Confined {
		return false
	}
	return t.Reason == nil || t.Reason.Posn != f.Posn && !(f.Level == safety.NotSafe && strings.HasPrefix(f.Text, "exported:"))
}

// unwritten names the fields that are not written after construction.
func unwritten(t safety.Type) string {
	var names []string
	for _, f := range t.Fields {
		if f.Level == safety.Immutable && f.Text != "a lock" {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "never written after construction: " + firstOf(names, shownUnwritten)
}
