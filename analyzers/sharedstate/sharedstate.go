package sharedstate

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

//go:embed doc.go
var doc string

// Analyzer is the rule sharedstate. It reports nothing yet, and so requires nothing.
var Analyzer = &analysis.Analyzer{
	Name: "sharedstate",
	Doc:  ruledoc.MustExtract(doc, "sharedstate"),
	URL:  "https://pkg.go.dev/github.com/yieldlint/yieldlint/analyzers/sharedstate",
	Run:  guard.Run("sharedstate", run),
}

// run reports nothing: the rule is not written yet.
func run(*analysis.Pass) (any, error) { return nil, nil }
