package models

import (
	"fmt"
	"go/types"
	"os/exec"
	"slices"
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
	for _, u := range (&Table{user: []*layer{l}}).Unmatched(universe(std)) {
		if strings.HasPrefix(u.Pos.File, "data/std/") {
			t.Error(u)
		}
	}
}

// TestStdPaths: the paths of the entries of data/std exist in the signatures,
// and the methods that join are there.
func TestStdPaths(t *testing.T) {
	std := loadStd(t)
	l, err := loadFS(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range l.syncs {
		if pkg := std[pathOf(op.Func)]; pkg != nil {
			if err := checkSyncPaths(mustFunc(t, op.Func, pkg), op); err != nil {
				t.Errorf("%v: %v", op.Pos, err)
			}
		}
	}
	for _, m := range l.mutations {
		if pkg := std[pathOf(m.Func)]; pkg != nil {
			for _, p := range slices.Concat(m.Writes, m.Reads) {
				if err := checkPath(mustFunc(t, m.Func, pkg), p); err != nil {
					t.Errorf("%v: %s: %v", m.Pos, m.Func, err)
				}
			}
		}
	}
	for _, op := range l.ops {
		if pkg := std[pathOf(op.Func)]; pkg != nil && !isGlob(op.Func) {
			for _, j := range op.Joins {
				if err := checkJoin(mustFunc(t, op.Func, pkg), j); err != nil {
					t.Errorf("%v: %s: %v", op.Pos, op.Func, err)
				}
			}
		}
	}
}

func mustFunc(t *testing.T, full string, pkg *types.Package) *types.Func {
	t.Helper()
	obj, err := Resolve(full, pkg)
	if err != nil {
		t.Fatal(err)
	}
	return obj.(*types.Func)
}

// checkSyncPaths reports a path of op that the signature of fn does not have.
func checkSyncPaths(fn *types.Func, op *SyncOp) error {
	var paths []Path
	if !noTarget[op.Kind] {
		paths = append(paths, op.Target)
	}
	if op.Key != nil {
		paths = append(paths, *op.Key)
	}
	for _, r := range op.Runs {
		if r.Method == "" && !slices.Contains(r.Path.Fields, "[]") {
			if sig, ok := typeAt(fn, r.Path).(*types.Signature); !ok || sig == nil {
				return fmt.Errorf("%s: %v is no func", op.Func, r)
			}
		}
		paths = append(paths, r.Path)
	}
	for _, p := range paths {
		if err := checkPath(fn, p); err != nil {
			return fmt.Errorf("%s: %w", op.Func, err)
		}
	}
	results := fn.Signature().Results()
	switch {
	case op.If == IfTrue && !hasResult(results, types.Typ[types.Bool]):
		return fmt.Errorf("%s: no result is a bool", op.Func)
	case op.If == IfNoError && !hasResult(results, types.Universe.Lookup("error").Type()):
		return fmt.Errorf("%s: no result is an error", op.Func)
	}
	return nil
}

func hasResult(results *types.Tuple, t types.Type) bool {
	for v := range results.Variables() {
		if types.Identical(v.Type(), t) {
			return true
		}
	}
	return false
}

// typeAt returns the underlying type of the root of p, or nil.
func typeAt(fn *types.Func, p Path) types.Type {
	sig := fn.Signature()
	i, isResult := p.ResultIndex()
	switch {
	case isResult && i < sig.Results().Len():
		return sig.Results().At(i).Type().Underlying()
	case p.Root == Recv && sig.Recv() != nil:
		return sig.Recv().Type().Underlying()
	case p.Root >= 0 && p.Root < sig.Params().Len():
		return sig.Params().At(p.Root).Type().Underlying()
	}
	return nil
}

// checkPath reports a path whose root the signature of fn does not have, or
// whose elements are those of something that has none.
func checkPath(fn *types.Func, p Path) error {
	t := typeAt(fn, p)
	if t == nil {
		return fmt.Errorf("there is no %v", p)
	}
	if len(p.Fields) > 0 && p.Fields[0] == "[]" {
		switch coreOf(typeOfRoot(fn, p)).(type) {
		case *types.Slice, *types.Map, *types.Array, *types.Interface:
		default:
			return fmt.Errorf("%v, but %v has no elements", p, t)
		}
	}
	return nil
}

func typeOfRoot(fn *types.Func, p Path) types.Type {
	if p.Root >= 0 {
		return fn.Signature().Params().At(p.Root).Type()
	}
	return typeAt(fn, p)
}

// checkJoin reports a join on a method or channel that does not exist.
func checkJoin(fn *types.Func, j Join) error {
	if j.At == JoinCall {
		return nil
	}
	sig := fn.Signature()
	var t types.Type
	switch i, isResult := j.Path.ResultIndex(); {
	case isResult && i < sig.Results().Len():
		t = sig.Results().At(i).Type()
	case j.Path.Root == Recv && sig.Recv() != nil:
		t = sig.Recv().Type()
	default:
		return fmt.Errorf("join %v: there is no %v", j, j.Path)
	}
	if j.At == JoinReceive {
		if _, ok := t.Underlying().(*types.Chan); !ok {
			return fmt.Errorf("join %v: %v is no channel", j, t)
		}
		return nil
	}
	if obj, _, _ := types.LookupFieldOrMethod(t, true, fn.Pkg(), j.Method); obj == nil {
		return fmt.Errorf("join %v: %v has no such method", j, t)
	}
	return nil
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
