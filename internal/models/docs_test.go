package models

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const docsFile = "../../docs/models.md"

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

// TestDocs: every example of docs/models.md loads, and every key of a model
// file is explained and shown there.
func TestDocs(t *testing.T) {
	content, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	var examples strings.Builder
	blocks := yamlBlock.FindAllStringSubmatchIndex(text, -1)
	for _, m := range blocks {
		block := text[m[2]:m[3]]
		examples.WriteString(block)
		line := strings.Count(text[:m[2]], "\n") // of the fence; line 1 of the block is the next
		if err := loadExample(block); err != nil {
			t.Errorf("%s: example below line %d: %v", docsFile, line, err)
		}
	}
	if len(blocks) < 5 {
		t.Errorf("%s: %d examples found", docsFile, len(blocks))
	}
	for _, key := range fileKeys(t) {
		if !strings.Contains(text, "`"+key+"`") {
			t.Errorf("%s does not explain the key %s", docsFile, key)
		}
		if !regexp.MustCompile(`(?m)^[ -]*` + key + `:`).MatchString(examples.String()) {
			t.Errorf("%s has no example of the key %s", docsFile, key)
		}
	}
}

// loadExample loads a block as the kind of file that it is an example of.
func loadExample(block string) error {
	dir := ""
	switch {
	case strings.HasPrefix(block, "package:"):
		dir = "data/thirdparty/"
	case strings.HasPrefix(block, "framework:"):
		dir = "data/frameworks/"
	default:
		_, err := Builtin().Overlay("example.yaml", []byte(block))
		return err
	}
	l, err := loadFS(fstest.MapFS{dir + "example.yaml": {Data: []byte(block)}})
	if err != nil {
		return err
	}
	_, err = newTable(l)
	return err
}

// fileKeys returns the keys that the decoder accepts: those of the literals of type fields.
func fileKeys(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") && name != "generated.go" {
			keys = append(keys, keysIn(t, name)...)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) < 40 {
		t.Fatalf("found only the keys %q", keys)
	}
	return keys
}

// keysIn returns the keys of the literals of type fields in a file.
func keysIn(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if id, ok := lit.Type.(*ast.Ident); !ok || id.Name != "fields" {
			return true
		}
		for _, elt := range lit.Elts {
			key, err := strconv.Unquote(elt.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		return true
	})
	return keys
}

// TestDocsValues: docs/models.md explains every kind of synchronisation, every
// level of safety and every guard.
func TestDocsValues(t *testing.T) {
	content, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, k := range SyncKinds {
		values = append(values, string(k))
	}
	for _, l := range []Level{NotSafe, OneEach, SafeAfterSetup, ThreadSafe} {
		values = append(values, string(l))
	}
	for _, g := range []Guard{GuardLock, GuardKernel, GuardNone} {
		values = append(values, string(g))
	}
	for _, v := range append(values, string(IfTrue), string(IfNoError), string(ThreadOne), string(ThreadMany)) {
		if !strings.Contains(string(content), "`"+v+"`") {
			t.Errorf("%s does not explain the value %s", docsFile, v)
		}
	}
}
