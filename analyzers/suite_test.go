package analyzers_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/analyzers"
	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

func TestSuite(t *testing.T) {
	if err := analysis.Validate(analyzers.Suite); err != nil {
		t.Error(err)
	}
	var names []string
	for _, rule := range analyzers.Suite {
		names = append(names, rule.Name)
		if want := "https://pkg.go.dev/github.com/yieldlint/yieldlint/analyzers/" + rule.Name; rule.URL != want {
			t.Errorf("%s: URL %q, want %q", rule.Name, rule.URL, want)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not in alphabetical order: %q", names)
	}
}

func TestRulesPageIsFresh(t *testing.T) {
	const page = "../docs/rules.md"
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, ruledoc.Markdown(analyzers.Suite)) {
		t.Errorf("%s is stale: run go generate ./analyzers", page)
	}
}
