// Package linttest helps to test analyzers on packages below testdata/src:
// more than analysistest, which shows neither chains nor encoded facts; and
// what they are made of on small sources.
package linttest

import (
	"bytes"
	"encoding/gob"
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/internal/program"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Testdata returns the directory of the fixtures, for a test of a package two
// directories below the root.
func Testdata(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Load loads packages below dir/src, a GOPATH-like tree, and what they import.
func Load(t testing.TB, dir string, patterns ...string) []*packages.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax | packages.NeedModule,
		Dir:  dir,
		Env:  append(os.Environ(), "GOPATH="+dir, "GO111MODULE=off", "GOPROXY=off", "GOWORK=off"),
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatalf("packages of %v do not compile", patterns)
	}
	return pkgs
}

// Source loads a package "p" of one file.
func Source(t testing.TB, src string) []*packages.Package {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "src", "p", "p.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	return Load(t, dir, "p")
}

// Program returns the SSA form of a package of one file.
func Program(t testing.TB, src string) *program.Program {
	t.Helper()
	return Analyze(t, program.Analyzer, Source(t, src)).Roots[0].Result.(*program.Program)
}

// Analyze runs an analyzer. An error of one package fails the test.
func Analyze(t testing.TB, a *analysis.Analyzer, pkgs []*packages.Package) *checker.Graph {
	t.Helper()
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%v: %v", act, act.Err)
		}
	}
	return graph
}

// Shuffle changes the order of the files of each package.
func Shuffle(pkgs []*packages.Package, rnd *rand.Rand) {
	for _, p := range pkgs {
		p.Syntax = append([]*ast.File(nil), p.Syntax...)
		rnd.Shuffle(len(p.Syntax), func(i, j int) { p.Syntax[i], p.Syntax[j] = p.Syntax[j], p.Syntax[i] })
	}
}

// Repeat calls result so often, each time with the files of pkgs in another
// order and with another GOMAXPROCS, and fails the test if it changes. It
// returns the result.
func Repeat(t *testing.T, runs int, pkgs []*packages.Package, result func() string) string {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rnd := rand.New(rand.NewPCG(1, 2))
	want := ""
	for i := range runs {
		runtime.GOMAXPROCS(1 + i%2)
		Shuffle(pkgs, rnd)
		got := result()
		if i == 0 {
			want = got
		} else if got != want {
			t.Fatalf("run %d differs\n got %s\nwant %s", i, got, want)
		}
	}
	return want
}

// Text prints the findings of the roots, each with its chain, file names
// relative to dir.
func Text(t testing.TB, graph *checker.Graph, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, act := range graph.Roots {
		place := func(pos token.Pos) string {
			p := act.Package.Fset.Position(pos)
			if rel, err := filepath.Rel(dir, p.Filename); err == nil {
				p.Filename = filepath.ToSlash(rel)
			}
			return p.String()
		}
		for _, d := range act.Diagnostics {
			fmt.Fprintf(&b, "%s: %s\n", place(d.Pos), d.Message)
			for _, r := range d.Related {
				fmt.Fprintf(&b, "\t%s: %s\n", place(r.Pos), r.Message)
			}
		}
	}
	return b.String()
}

// Golden compares got with a file, or rewrites the file if -update is given.
func Golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run the test with -update to rewrite it)\n--- got\n%s--- want\n%s", file, got, want)
	}
}

// Codec encodes a fact twice and decodes it. It reports an error if the two
// encodings differ or the decoded fact does, and returns the size.
func Codec(t *testing.T, fact analysis.Fact) int {
	t.Helper()
	first, second := encode(t, fact), encode(t, fact)
	if !bytes.Equal(first, second) {
		t.Errorf("two encodings of one fact differ: %v", fact)
	}
	back := reflect.New(reflect.TypeOf(fact).Elem())
	if err := gob.NewDecoder(bytes.NewReader(first)).DecodeValue(back); err != nil {
		t.Errorf("decoding %v: %v", fact, err)
		return len(first)
	}
	if !reflect.DeepEqual(back.Interface(), fact) {
		t.Errorf("a fact changes when it is stored\n got %#v\nwant %#v", back.Interface(), fact)
	}
	return len(first)
}

func encode(t *testing.T, fact analysis.Fact) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(fact); err != nil {
		t.Fatalf("encoding %v: %v", fact, err)
	}
	return b.Bytes()
}
