package yieldpoints_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/analyzers/yieldpoints"
)

// Until the rule exists, its documentation must say so, and it must be silent.
func TestSaysThatItReportsNothing(t *testing.T) {
	summary, _, _ := strings.Cut(yieldpoints.Analyzer.Doc, "\n")
	if !strings.Contains(summary, "reports nothing yet") {
		t.Errorf("summary %q does not say that the rule reports nothing yet", summary)
	}
	pass := &analysis.Pass{Report: func(d analysis.Diagnostic) { t.Errorf("reported %q", d.Message) }}
	if _, err := yieldpoints.Analyzer.Run(pass); err != nil {
		t.Error(err)
	}
}
