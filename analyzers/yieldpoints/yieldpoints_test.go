package yieldpoints_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/packages"

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

// TestGolden compares whole reports, chains included.
func TestGolden(t *testing.T) {
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "yieldpoints/methods", "yieldpoints/bankmain", "yieldpoints/gaps", "yieldpoints/workflows")
	for _, p := range pkgs {
		graph := linttest.Analyze(t, yieldpoints.Analyzer, []*packages.Package{p})
		linttest.Golden(t, filepath.Join(dir, "golden", "yieldpoints-"+p.Name+".txt"), linttest.Text(t, graph, dir))
	}
}

// TestDeterminism checks that reports do not depend on the order of files nor
// on the schedule.
func TestDeterminism(t *testing.T) {
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "yieldpoints/gaps", "yieldpoints/counters", "yieldpoints/rereads", "yieldpoints/patterns")
	want := linttest.Repeat(t, 4, pkgs, func() string {
		return linttest.Text(t, linttest.Analyze(t, yieldpoints.Analyzer, pkgs), dir)
	})
	if want == "" {
		t.Error("nothing is reported")
	}
}

func showSuspects(t *testing.T) {
	t.Helper()
	f := yieldpoints.Analyzer.Flags.Lookup("confidence")
	if err := f.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set("proved") })
}

func TestAtomic(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/atomics/...")
}

func TestAtomicSuspect(t *testing.T) {
	showSuspects(t)
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/atomicsuspect")
}
