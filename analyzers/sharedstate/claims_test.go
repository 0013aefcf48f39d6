package sharedstate_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/analyzers/sharedstate"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// Comments that claim more than the code gives.
func TestClaims(t *testing.T) {
	showSuspects(t)
	analysistest.Run(t, linttest.Testdata(t), sharedstate.Analyzer, "sharedstate/claims")
}
