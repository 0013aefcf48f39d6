package yieldpoints

import (
	_ "embed"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
	"github.com/yieldlint/yieldlint/internal/ruledoc"
	"github.com/yieldlint/yieldlint/internal/windows"
)

//go:embed doc.go
var doc string

// Analyzer reports stale checks, and locks that are held for too long or in
// the wrong order.
var Analyzer = &analysis.Analyzer{
	Name:     "yieldpoints",
	Doc:      ruledoc.MustExtract(doc, "yieldpoints"),
	URL:      "https://pkg.go.dev/github.com/yieldlint/yieldlint/analyzers/yieldpoints",
	Requires: []*analysis.Analyzer{effects.Analyzer, roots.Analyzer, accesses.Analyzer, windows.Analyzer, critical.Analyzer},
	Run:      guard.Run("yieldpoints", run),
}

var confidence = report.ConfidenceFlag(report.Proved)

func init() {
	Analyzer.Flags.Var(&confidence, "confidence", "report findings that are `proved`, or also those that are suspect")
}

func run(pass *analysis.Pass) (any, error) {
	rs := pass.ResultOf[roots.Analyzer].(*roots.Result)
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	if rs == nil || eff == nil {
		return nil, nil // standard library
	}
	defer pass.ResultOf[accesses.Analyzer].(*accesses.Result).Exclusive()()
	found := append(windowFindings(pass, eff, rs), lockFindings(pass, eff, rs)...)
	found = append(found, atomicFindings(pass, eff, rs.Directives)...)
	slices.SortStableFunc(found, func(x, y report.Finding) int {
		if c := report.ComparePos(pass, x.Pos, y.Pos); c != 0 {
			return c
		}
		return strings.Compare(x.Category, y.Category)
	})
	for _, f := range found {
		if _, ok := rs.Directives.Ignored(pass.Analyzer.Name, f.Category, f.Pos); ok {
			continue
		}
		if confidence.Shows(f.Confidence) {
			report.Emit(pass, f)
		}
	}
	for _, p := range rs.Directives.Unused(pass.Analyzer.Name) {
		report.Emit(pass, report.Finding{Pos: p.Pos, Category: "directive", Confidence: report.Proved, Message: p.Message})
	}
	return nil, nil
}
