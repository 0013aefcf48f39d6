package yieldpoints_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/analyzers/yieldpoints"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// The fixtures: functions named …Bad have a finding each, those named …OK none.
func TestGaps(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/gaps", "yieldpoints/counters", "yieldpoints/bankdomain", "yieldpoints/bankmain")
}

// TestSuspectGaps runs fixtures of which some findings are reported only if asked for.
func TestSuspectGaps(t *testing.T) {
	showSuspects(t)
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/methods", "yieldpoints/rereads", "yieldpoints/patterns")
}

func showSuspects(t *testing.T) {
	t.Helper()
	f := yieldpoints.Analyzer.Flags.Lookup("confidence")
	if err := f.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set("proved") })
}
