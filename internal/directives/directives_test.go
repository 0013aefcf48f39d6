package directives

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const testdata = "../../testdata/src/directives/a/a.go"

func load(t *testing.T, name string, src any) (*Set, *token.FileSet, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Defs: make(map[*ast.Ident]types.Object), Types: make(map[ast.Expr]types.TypeAndValue)}
	conf := types.Config{Importer: importer.Default()}
	if _, err := conf.Check("a", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	return Collect(fset, []*ast.File{file}, info), fset, file
}

func TestEventLoop(t *testing.T) {
	set, fset, _ := load(t, testdata, nil)
	var got []string
	for _, m := range set.EventLoop() {
		name := "literal"
		if m.Obj != nil {
			name = m.Obj.Name()
		}
		got = append(got, fmt.Sprintf("%s %T %d %q", name, m.Node, fset.Position(m.Node.Pos()).Line, m.Args))
	}
	want := []string{
		`declared *ast.FuncDecl 7 ""`,
		`method *ast.FuncDecl 12 "of the server"`,
		`OnEvent *ast.Field 18 ""`,
		`Handler *ast.TypeSpec 25 ""`,
		`Grouped *ast.TypeSpec 29 ""`,
		`onClose *ast.Field 34 ""`,
		`onOpen *ast.Field 35 ""`,
		`literal *ast.FuncLit 42 ""`,
		`literal *ast.FuncLit 44 ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct{ comment, want string }{
		{"//yieldlint:ignore blockingio -- r", ""},
		{"//yieldlint:ignore blockingio/loop-blocks -- r", ""},
		{"// yieldlint: see the docs", ""},
		{"//lint:ignore yieldlint/blockingio r", ""},
		{"//lint:ignore SA1000 r", ""},
		{"//nolint:yieldlint", ""},
		{"//yieldlint:eventlop", `unknown directive "eventlop", did you mean "eventloop"?`},
		{"//yieldlint:xyzzy", `unknown directive "xyzzy"`},
		{"// yieldlint:eventloop", "directive must be written without spaces: //yieldlint:eventloop"},
		{"//yieldlint: ignore x", "malformed directive: want //yieldlint:name args"},
		{"//yieldlint:ignore", "ignore directive names no rule: want //yieldlint:ignore rule[/category] -- reason"},
		{"//yieldlint:ignore -- reason", "ignore directive names no rule: want //yieldlint:ignore rule[/category] -- reason"},
		{"//yieldlint:ignore blockingio", "ignore directive has no reason: want //yieldlint:ignore rule[/category] -- reason"},
		{"//yieldlint:ignore blockingio a reason", "ignore directive has no reason: want //yieldlint:ignore rule[/category] -- reason"},
		{"//yieldlint:ignore blockingio --", "ignore directive has no reason: want //yieldlint:ignore rule[/category] -- reason"},
		{"//yieldlint:ignore blockingio sharedstate -- r", "malformed ignore directive: want //yieldlint:ignore rule[/category] -- reason"},
		{"//yieldlint:ignore blockngio -- r", `ignore directive names an unknown rule "blockngio", did you mean "blockingio"?`},
		{"//yieldlint:ignore blockingio/ -- r", `ignore directive has a malformed category ""`},
		{"//lint:ignore yieldlint/blockingio", "ignore directive has no reason: want //lint:ignore yieldlint/rule reason"},
	} {
		set, _, _ := load(t, "a.go", "package a\n\n"+tt.comment+"\n\nvar x int\n")
		got := ""
		for _, p := range set.Problems() {
			got += p.Message
		}
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.comment, got, tt.want)
		}
	}
}

func TestIgnored(t *testing.T) {
	const src = `package a

func f() {
	g() //yieldlint:ignore blockingio -- behind
	g()
	//yieldlint:ignore blockingio/slow -- above
	//yieldlint:ignore sharedstate -- stacked
	g()
	g()
	if true { //yieldlint:ignore yieldpoints -- brace
	}
	//lint:ignore SA1,yieldlint/blockingio like staticcheck
	g()
}

// g is documented.
//
//yieldlint:ignore yieldpoints -- whole function
func g() {

}
`
	set, fset, file := load(t, "a.go", src)
	lines := fset.File(file.FileStart)
	for _, tt := range []struct {
		rule, category string
		line           int
		want           string
	}{
		{"blockingio", "slow", 4, "behind"},
		{"sharedstate", "", 4, ""},
		{"blockingio", "slow", 5, ""},
		{"blockingio", "slow", 8, "above"},
		{"blockingio", "fast", 8, ""},
		{"sharedstate", "any", 8, "stacked"},
		{"sharedstate", "any", 9, ""},
		{"yieldpoints", "", 10, "brace"},
		{"blockingio", "", 13, "like staticcheck"},
		{"yieldpoints", "", 20, "whole function"},
		{"yieldpoints", "", 14, ""},
	} {
		got, ok := set.Ignored(tt.rule, tt.category, lines.LineStart(tt.line))
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Ignored(%s, %s, line %d) = %q, %v; want %q", tt.rule, tt.category, tt.line, got, ok, tt.want)
		}
	}
	for _, rule := range rules {
		if p := set.Unused(rule); len(p) > 0 {
			t.Errorf("Unused(%s) = %v, want none", rule, p)
		}
	}
}

func TestUnused(t *testing.T) {
	set, fset, _ := load(t, "a.go", "package a\n\n//yieldlint:ignore blockingio/slow -- r\nvar x int\n")
	if p := set.Unused("sharedstate"); len(p) > 0 {
		t.Errorf("another rule's directive: %v", p)
	}
	p := set.Unused("blockingio")
	if len(p) != 1 || fset.Position(p[0].Pos).Line != 3 || p[0].Message != "ignore directive matches no finding of blockingio/slow" {
		t.Errorf("Unused = %v", p)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{testdata, places} {
		src, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(src)) {
			if _, comment, ok := strings.Cut(line, "//"); ok {
				f.Add("//" + strings.TrimSpace(comment))
			}
		}
	}
	f.Add("//yieldlint:nonblocking nett")
	f.Add("//yieldlint:holds mu, ,")
	f.Add("// +checklocks:a b")
	f.Add("//yieldlint:ignore blockingio/x -- --")
	f.Add("//lint:ignore yieldlint/blockingio,yieldlint/ r")
	f.Add("// yieldlint:ignore")
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := parse(text)
		if !ok && (d.problem != "" && !strings.HasPrefix(text, "//lint:") || len(d.targets) > 0) {
			t.Errorf("parse(%q) is not for us and yet %+v", text, d)
		}
		for _, target := range d.targets {
			if target.reason == "" || !slices.Contains(rules, target.rule) || strings.TrimSpace(target.reason) != target.reason {
				t.Errorf("parse(%q) gives target %+v", text, target)
			}
		}
		for _, lock := range d.locks {
			if d.problem == "" && (lock == "" || strings.ContainsAny(lock, " \t")) {
				t.Errorf("parse(%q) gives lock %q", text, lock)
			}
		}
		for _, class := range d.classes {
			if !slices.Contains(classes, class) {
				t.Errorf("parse(%q) gives class %q", text, class)
			}
		}
		if strings.ContainsAny(d.problem, "\n") {
			t.Errorf("parse(%q): problem has several lines: %q", text, d.problem)
		}
	})
}
