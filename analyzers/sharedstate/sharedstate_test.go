package sharedstate_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/analyzers/sharedstate"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// The fixtures: functions named …Bad have a finding each, those named …OK none.
func Test(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), sharedstate.Analyzer,
		"sharedstate/local", "sharedstate/elements", "sharedstate/conditions", "sharedstate/wrappers", "sharedstate/guards", "sharedstate/guardsuser", "sharedstate/falsepositives", "sharedstate/confined", "sharedstate/contracts")
}

// TestSuspect runs fixtures of which some findings are reported only if asked for.
func TestSuspect(t *testing.T) {
	showSuspects(t)
	analysistest.Run(t, linttest.Testdata(t), sharedstate.Analyzer, "sharedstate/fields")
}

func showSuspects(t *testing.T) {
	t.Helper()
	f := sharedstate.Analyzer.Flags.Lookup("confidence")
	if err := f.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set("proved") })
}

// TestGolden compares whole reports, chains included.
func TestGolden(t *testing.T) {
	dir := linttest.Testdata(t)
	for _, p := range linttest.Load(t, dir, "sharedstate/local", "sharedstate/fields") {
		graph := linttest.Analyze(t, sharedstate.Analyzer, []*packages.Package{p})
		linttest.Golden(t, filepath.Join(dir, "golden", "sharedstate-"+p.Name+".txt"), linttest.Text(t, graph, dir))
	}
}

// TestDeterminism checks that reports do not depend on the order of files nor
// on the schedule.
func TestDeterminism(t *testing.T) {
	runs := 30
	if testing.Short() {
		runs = 4
	}
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "sharedstate/shuffle")
	want := linttest.Repeat(t, runs, pkgs, func() string {
		return linttest.Text(t, linttest.Analyze(t, sharedstate.Analyzer, pkgs), dir)
	})
	if want == "" {
		t.Error("nothing is reported")
	}
}
