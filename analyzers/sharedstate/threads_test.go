package sharedstate_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/analyzers/sharedstate"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// TestThreads checks the categories that ask which goroutines reach what,
// suspect findings included.
func TestThreads(t *testing.T) {
	flag := sharedstate.Analyzer.Flags.Lookup("confidence")
	was := flag.Value.String()
	if err := flag.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	defer flag.Value.Set(was)
	for _, pattern := range []string{"unsafetype", "process", "copies", "waitgroup", "unlocked"} {
		t.Run(pattern, func(t *testing.T) {
			analysistest.Run(t, linttest.Testdata(t), sharedstate.Analyzer, "sharedstate/"+pattern+"/...")
		})
	}
}
