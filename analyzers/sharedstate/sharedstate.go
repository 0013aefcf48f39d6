package sharedstate

import (
	_ "embed"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

//go:embed doc.go
var doc string

// Analyzer reports state that goroutines share without synchronisation.
var Analyzer = &analysis.Analyzer{
	Name:       "sharedstate",
	Doc:        ruledoc.MustExtract(doc, "sharedstate"),
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/analyzers/sharedstate",
	Requires:   []*analysis.Analyzer{effects.Analyzer, roots.Analyzer, accesses.Analyzer},
	Run:        guard.Run("sharedstate", run),
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is what is left to tell beside the findings.
type Result struct{ log bounds.Log }

// Bounds returns the bounds that were exceeded.
func (r *Result) Bounds() *bounds.Log {
	if r == nil {
		return nil // standard library
	}
	return &r.log
}

var confidence = report.ConfidenceFlag(report.Proved)

func init() {
	Analyzer.Flags.Var(&confidence, "confidence", "report findings that are `proved`, or also those that are suspect")
}

func run(pass *analysis.Pass) (any, error) {
	rs := pass.ResultOf[roots.Analyzer].(*roots.Result)
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	if rs == nil || eff == nil {
		return (*Result)(nil), nil // standard library
	}
	result := new(Result)
	found := localFindings(pass, eff, &result.log)
	acc := pass.ResultOf[accesses.Analyzer].(*accesses.Result)
	defer acc.Exclusive()()
	found = append(found, fieldFindings(pass, eff, acc, rs.Directives, &result.log)...)
	found = append(found, confinedFindings(pass, eff, rs)...)
	byThreads := withoutKnown(threadFindings(pass, eff, acc, &result.log), found)
	found = append(without(found, byThreads), byThreads...)
	found = append(found, claimFindings(pass, acc, found)...)
	slices.SortStableFunc(found, func(x, y report.Finding) int { return report.ComparePos(pass, x.Pos, y.Pos) })
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
	result.log.Add(acc.Bounds())
	return result, nil
}
