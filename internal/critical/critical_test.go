package critical_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// TestFacts compares the facts of functions with what their comments want.
func TestFacts(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), critical.Analyzer, "critical/lib", "critical/user")
}
