package yieldpoints_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/analyzers/yieldpoints"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// The fixtures about locks: functions named …Bad have a finding each, those
// named …OK and FP_… none.
func TestLocks(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer,
		"yieldpoints/reentry", "yieldpoints/order", "yieldpoints/held", "yieldpoints/callback", "yieldpoints/contended", "yieldpoints/fakes")
}

// TestLocksSuspect runs a fixture of which the findings are reported only if asked for.
func TestLocksSuspect(t *testing.T) {
	f := yieldpoints.Analyzer.Flags.Lookup("confidence")
	if err := f.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set("proved") })
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/suspects")
}

// TestLocksDeterminism checks that reports do not depend on the order of files
// nor on the schedule.
func TestLocksDeterminism(t *testing.T) {
	runs := 20
	if testing.Short() {
		runs = 4
	}
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "yieldpoints/order", "yieldpoints/reentry")
	want := linttest.Repeat(t, runs, pkgs, func() string {
		return linttest.Text(t, linttest.Analyze(t, yieldpoints.Analyzer, pkgs), dir)
	})
	if want == "" {
		t.Error("nothing is reported")
	}
}
