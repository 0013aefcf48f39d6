package sharedstate_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/analyzers/sharedstate"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// The fixtures: functions named …Bad have a finding each, those named …OK none.
func Test(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), sharedstate.Analyzer,
		"sharedstate/local", "sharedstate/fields", "sharedstate/wrappers", "sharedstate/guards", "sharedstate/guardsuser", "sharedstate/falsepositives", "sharedstate/confined")
}
