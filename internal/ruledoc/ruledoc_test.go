package ruledoc_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

const comment = `// Package halting defines an analyzer of termination.
//
// # Analyzer halting
//
// halting: report functions that may not halt
//
// What it reports: loops.
//
//	for {
//	}
//
//	for true {
//	}
//
// Not reported: recursion.
//
// # Analyzer other
//
// no summary
package halting
`

func TestExtract(t *testing.T) {
	doc, err := ruledoc.Extract(comment, "halting")
	if err != nil {
		t.Fatal(err)
	}
	want := "report functions that may not halt\n\nWhat it reports: loops.\n\n\tfor {\n\t}\n\n\tfor true {\n\t}\n\nNot reported: recursion."
	if doc != want {
		t.Errorf("Extract = %q, want %q", doc, want)
	}
	for name, part := range map[string]string{"halt": "no heading", "other": "not followed by"} {
		if _, err := ruledoc.Extract(comment, name); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("Extract of %q: error %v, want one with %q", name, err, part)
		}
	}
	if _, err := ruledoc.Extract("packag x", "x"); err == nil {
		t.Error("no error for a file that does not parse")
	}
	if _, err := ruledoc.Extract("package x", "x"); err == nil {
		t.Error("no error for a file without comment")
	}
}

func TestMarkdown(t *testing.T) {
	rule := &analysis.Analyzer{Name: "halting", Doc: ruledoc.MustExtract(comment, "halting"), URL: "https://example.com/halting"}
	rule.Flags.Bool("strict", false, "also report loops with a break")
	got := string(ruledoc.Markdown([]*analysis.Analyzer{rule}))
	for _, part := range []string{
		"- [halting](#halting): report functions that may not halt\n",
		"\n## halting\n\nreport functions that may not halt\n",
		"loops.\n\n```go\nfor {\n}\n\nfor true {\n}\n```\n\nNot reported",
		"- `-halting.strict` (default `false`): also report loops with a break\n",
		"Source: <https://example.com/halting>\n",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in:\n%s", part, got)
		}
	}
}
