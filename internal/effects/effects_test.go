package effects_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/internal/effects"
)

func testdata(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestFacts checks the facts of fixtures: lib has one function for each kind
// of fact, apply applies each, and app sees lib only through mid.
func TestFacts(t *testing.T) {
	analysistest.Run(t, testdata(t), effects.Analyzer, "effects/...")
}
