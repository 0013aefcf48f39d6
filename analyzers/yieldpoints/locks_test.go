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
		"yieldpoints/reentry", "yieldpoints/order", "yieldpoints/held", "yieldpoints/callback", "yieldpoints/contended")
}
