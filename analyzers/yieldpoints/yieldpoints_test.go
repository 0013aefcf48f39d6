package yieldpoints_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/analyzers/yieldpoints"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

func TestAtomic(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/atomics/...")
}

func TestAtomicSuspect(t *testing.T) {
	flag := yieldpoints.Analyzer.Flags.Lookup("confidence")
	if err := flag.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	defer flag.Value.Set("proved")
	analysistest.Run(t, linttest.Testdata(t), yieldpoints.Analyzer, "yieldpoints/atomicsuspect")
}
