package loops

import (
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/internal/program"
)

// reporter reports every loop with its strength, evidence and inputs.
var reporter = &analysis.Analyzer{
	Name:     "loops",
	Doc:      "report event loops",
	Requires: []*analysis.Analyzer{program.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		poll := func(fn *types.Func) (string, bool) {
			if fn.FullName() == "(loops/screen.Screen).PollEvent" {
				return "(screen.Screen).PollEvent", true
			}
			return "", false
		}
		for _, l := range Find(pass, pass.ResultOf[program.Analyzer].(*program.Program), poll) {
			strength := "weak"
			if l.Strong {
				strength = "strong"
			}
			var inputs []string
			for _, obj := range l.Inputs {
				inputs = append(inputs, obj.Name())
			}
			pass.Reportf(l.Body.Pos(), "%s: %s <%s>", strength, l.Evidence, strings.Join(inputs, " "))
		}
		return nil, nil
	},
}

func TestFind(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, testdata, reporter, "loops/...")
}

func TestSplitWords(t *testing.T) {
	for _, tt := range []struct {
		name string
		want []string
	}{
		{"stopCh", []string{"stop", "ch"}},
		{"fetch_all", []string{"fetch", "all"}},
		{"HTTPWorker", []string{"httpworker"}},
		{"", nil},
	} {
		if got := splitWords(tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("splitWords(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}
