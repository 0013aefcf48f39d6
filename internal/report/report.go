// Package report turns findings into diagnostics.
package report

import (
	"cmp"
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A Confidence says how much of a finding's argument is in view.
type Confidence string

const (
	Proved  Confidence = "proved"  // every step is in view; reported by default
	Suspect Confidence = "suspect" // a step is assumed; reported with -confidence=suspect
)

// A ConfidenceFlag is a flag: the least confidence that is reported.
type ConfidenceFlag Confidence

func (c *ConfidenceFlag) String() string { return string(*c) }

// Set accepts the names of the constants.
func (c *ConfidenceFlag) Set(text string) error {
	switch Confidence(text) {
	case Proved, Suspect:
		*c = ConfidenceFlag(text)
		return nil
	}
	return fmt.Errorf("unknown confidence %q (proved or suspect)", text)
}

// Shows reports whether findings of confidence x are reported.
func (c ConfidenceFlag) Shows(x Confidence) bool { return x == Proved || Confidence(c) == Suspect }

// A Step is one hop of a witness.
type Step struct {
	Pos  token.Pos // in the package under analysis, or NoPos
	Text string    // what happens there; for NoPos it ends in the place: "lib.F → net.Dial (example.com/lib/f.go:12)"
}

// A Finding is what a rule has decided to report.
type Finding struct {
	Pos, End   token.Pos
	Category   string // constant per kind of finding: "loop-blocks"
	Confidence Confidence
	Message    string // one line, lower case, no full stop
	Chain      []Step // nearest hop first
}

// ComparePos orders positions by file name and offset, which does not depend
// on the order in which a driver lists the files.
func ComparePos(pass *analysis.Pass, a, b token.Pos) int {
	x, y := pass.Fset.Position(a), pass.Fset.Position(b)
	return cmp.Or(strings.Compare(x.Filename, y.Filename), cmp.Compare(x.Offset, y.Offset))
}

// CompareBool orders false before true.
func CompareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Emit reports f through pass: the chain in Related, the rule and category at
// the end of the message so that plain-text drivers show them.
func Emit(pass *analysis.Pass, f Finding) {
	d := analysis.Diagnostic{Pos: f.Pos, End: f.End, Category: f.Category, Message: f.Message}
	mark := ""
	if f.Confidence == Suspect {
		mark = ", suspect"
	}
	d.Message += " [" + pass.Analyzer.Name + "/" + f.Category + mark + "]"
	for _, s := range f.Chain {
		pos := s.Pos
		if !pos.IsValid() {
			pos = f.Pos
		}
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: pos, Message: s.Text})
	}
	pass.Report(d)
}
