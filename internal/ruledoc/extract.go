// Package ruledoc derives a rule's documentation from the package comment of
// its doc.go: the text of Analyzer.Doc, and docs/rules.md.
package ruledoc

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
)

// MustExtract is like Extract, but panics on an error.
func MustExtract(content, name string) string {
	doc, err := Extract(content, name)
	if err != nil {
		panic("internal error: " + err.Error())
	}
	return doc
}

// Extract returns the documentation of the analyzer called name from the
// content of its doc.go: the section under the heading "# Analyzer name", up
// to the next heading, without the "name: " it starts with.
func Extract(content, name string) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", content, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	for section := range strings.SplitSeq("\n"+file.Doc.Text(), "\n# ") {
		heading, body, _ := strings.Cut(section, "\n")
		if strings.TrimSpace(heading) != "Analyzer "+name {
			continue
		}
		text, ok := strings.CutPrefix(strings.TrimSpace(body), name+": ")
		if !ok {
			return "", fmt.Errorf("doc.go: the heading 'Analyzer %s' is not followed by '%[1]s: summary'", name)
		}
		return text, nil
	}
	return "", fmt.Errorf("doc.go: no heading 'Analyzer %s' in the package comment", name)
}
