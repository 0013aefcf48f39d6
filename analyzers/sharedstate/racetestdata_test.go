package sharedstate_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/analyzers/sharedstate"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// What the rule reaches on the test cases of Go's race detector. The cases
// are read from the Go installation; labels are the names of the tests, as
// Go's own runtime/race reads them: TestRaceX must race, TestNoRaceX must not.
const (
	minRecall      = 0.95
	maxFalseAlarms = 2 // two cases are ordered by a file and by a network connection
)

// raceCases copies the cases of the Go installation into a module of its own.
func raceCases(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		t.Fatal(err)
	}
	env := strings.Fields(string(out))
	src := filepath.Join(env[0], "src", "runtime", "race", "testdata")
	files, _ := filepath.Glob(filepath.Join(src, "*_test.go"))
	if len(files) == 0 {
		t.Skipf("this Go installation has no test cases of the race detector in %s", src)
	}
	dir := t.TempDir()
	for _, file := range files {
		name := filepath.Base(file)
		if name == "cgo_test.go" {
			continue // imports an internal package
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), outsideRuntime(name, string(data)))
	}
	version := regexp.MustCompile(`go(\d+\.\d+)`).FindStringSubmatch(env[1])
	if version == nil {
		t.Skipf("unknown version of Go %q", env[1])
	}
	write(t, filepath.Join(dir, "go.mod"), "module racecases\n\ngo "+version[1]+"\n")
	return dir
}

// outsideRuntime replaces what only tests of the runtime may use, and keeps the lines.
func outsideRuntime(name, text string) string {
	switch name {
	case "synctest_test.go":
		text = strings.ReplaceAll(text, `"internal/synctest"`, `"testing/synctest"`)
		text = strings.ReplaceAll(text, "synctest.Run(func() {", "synctest.Test(t, func(t *testing.T) {")
	case "mop_test.go":
		text = strings.ReplaceAll(text, "runtime.RaceDisable()", "raceDisable()")
	case "main_test.go":
		text += "\nfunc raceDisable() {}\n"
	}
	return text
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A raceCase is one test function with a label.
type raceCase struct {
	name     string
	racy     bool
	reported bool
}

// TestRaceDetectorCases measures recall and false alarms.
func TestRaceDetectorCases(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses testing and net/http users from source")
	}
	dir := raceCases(t)
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: dir, Tests: true,
		Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool { return len(p.Syntax) == 0 || strings.HasSuffix(p.ID, ".test") })
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the cases do not compile")
	}
	cases := make(map[string]*raceCase)
	callers := make(map[string][]*raceCase) // of helpers
	for _, p := range pkgs {
		for _, file := range p.Syntax {
			collectCases(file, cases, callers)
		}
	}
	for _, act := range linttest.Analyze(t, sharedstate.Analyzer, pkgs).Roots {
		for _, d := range act.Diagnostics {
			for _, file := range act.Package.Syntax {
				if file.FileStart <= d.Pos && d.Pos <= file.FileEnd {
					attribute(file, d.Pos, cases, callers)
				}
			}
		}
	}
	judge(t, cases)
}

// collectCases adds the labelled tests of a file that are not skipped, and
// notes which other functions they call.
func collectCases(file *ast.File, cases map[string]*raceCase, callers map[string][]*raceCase) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || fn.Body == nil {
			continue
		}
		label, isTest := strings.CutPrefix(fn.Name.Name, "Test")
		racy := strings.HasPrefix(label, "Race")
		if !isTest || !racy && !strings.HasPrefix(label, "NoRace") || skips(fn) {
			continue
		}
		c := &raceCase{name: label, racy: racy}
		cases[fn.Name.Name] = c
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id, ok := call.Fun.(*ast.Ident); ok {
					callers[id.Name] = append(callers[id.Name], c)
				}
			}
			return true
		})
	}
}

func skips(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Skip" {
			found = true
		}
		return !found
	})
	return found
}

// attribute marks the cases that a finding belongs to.
func attribute(file *ast.File, pos token.Pos, cases map[string]*raceCase, callers map[string][]*raceCase) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || pos < fn.Pos() || fn.End() <= pos {
			continue
		}
		if c := cases[fn.Name.Name]; c != nil {
			c.reported = true
		}
		for _, c := range callers[fn.Name.Name] {
			c.reported = true
		}
	}
}

func judge(t *testing.T, cases map[string]*raceCase) {
	t.Helper()
	var racy, found int
	var missed, alarms []string
	for _, c := range cases {
		switch {
		case c.racy && c.reported:
			racy, found = racy+1, found+1
		case c.racy:
			racy++
			missed = append(missed, c.name)
		case c.reported:
			alarms = append(alarms, c.name)
		}
	}
	slices.Sort(missed)
	slices.Sort(alarms)
	summary := fmt.Sprintf("%d of %d races found, missed %v; %d false alarms of %d, %v", found, racy, missed, len(alarms), len(cases)-racy, alarms)
	t.Log(summary)
	if racy < 200 || len(cases)-racy < 100 {
		t.Fatalf("too few cases: %s", summary)
	}
	if float64(found) < minRecall*float64(racy) || len(alarms) > maxFalseAlarms {
		t.Error(summary)
	}
}
