package models

import (
	"go/types"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// stdSyntax loads the standard library, with syntax, for one platform without cgo:
// the entries do not depend on where the tests run.
var stdSyntax = sync.OnceValues(func() ([]*packages.Package, error) {
	return packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax,
		Env:  append(exec.Command("go").Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"),
	}, "std")
})

// stdProgram is the SSA form of stdSyntax.
var stdProgram = sync.OnceValue(func() *ssa.Program {
	pkgs, _ := stdSyntax()
	prog, _ := ssautil.AllPackages(pkgs, ssa.InstantiateGenerics)
	prog.Build()
	return prog
})

// isPublic reports whether users can import the standard package path.
func isPublic(path string) bool {
	return IsStd(path) && !strings.HasPrefix(path, "vendor/") && !strings.Contains("/"+path+"/", "/internal/")
}

func loadStd(t *testing.T) map[string]*types.Package {
	t.Helper()
	if testing.Short() {
		t.Skip("loads the standard library")
	}
	pkgs, err := stdSyntax()
	if err != nil {
		t.Fatal(err)
	}
	byPath := make(map[string]*types.Package)
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Errorf("%s: %v", p.PkgPath, e)
		}
		byPath[p.PkgPath] = p.Types
	}
	return byPath
}

// TestStdEntriesResolve: every name in data/std is an object of the installed Go.
func TestStdEntriesResolve(t *testing.T) {
	std := loadStd(t)
	l, err := loadFS(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range l.references() {
		if !strings.HasPrefix(r.pos.File, "data/std/") {
			continue
		}
		if reason := r.unmatched(std); reason != "" {
			t.Errorf("%v: %s: %s", r.pos, r.name, reason)
		}
	}
}

// TestStdPackages: the list of packages is that of the installed Go, or of a later one.
func TestStdPackages(t *testing.T) {
	for path, pkg := range loadStd(t) {
		if !IsStd(path) {
			t.Errorf("IsStd(%q) = false: run go generate ./internal/models", path)
		}
		for _, imp := range pkg.Imports() {
			if !IsStd(imp.Path()) {
				t.Errorf("IsStd(%q) = false, but %s imports it", imp.Path(), path)
			}
		}
	}
}

// TestExportData: the names of interface methods are found when their package
// comes from export data, as it does under go vet.
func TestExportData(t *testing.T) {
	cfg := &packages.Config{Mode: packages.NeedTypes | packages.NeedExportFile | packages.NeedName}
	pkgs, err := packages.Load(cfg, "net", "context", "sync/atomic")
	if err != nil {
		t.Fatal(err)
	}
	byPath := make(map[string]*types.Package)
	for _, p := range pkgs {
		byPath[p.PkgPath] = p.Types
	}
	for _, full := range []string{"(net.Conn).Read", "(context.Context).Done", "(*sync/atomic.Pointer).Load", "(*net.conn).Read"} {
		n, err := parseName(full)
		if err != nil {
			t.Fatal(err)
		}
		obj, err := Resolve(full, byPath[n.pkg])
		if err != nil {
			t.Error(err)
			continue
		}
		if op := Builtin().Op(obj.(*types.Func)); op == nil || op.Func != full && full != "(*sync/atomic.Pointer).Load" {
			t.Errorf("Op(%s) = %v", full, op)
		}
	}
}
