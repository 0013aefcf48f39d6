package effects

import (
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
)

// An InterfaceRoot is a method that a framework calls because the type of its
// receiver implements an interface of the framework.
type InterfaceRoot struct {
	Fn        *ssa.Function
	By        models.Registration
	Interface *types.Interface
}

// interfaceRoots finds the methods, declared in this package, of named types
// that implement a framework's interface, directly or through a pointer.
// Types and methods in test files are left out.
func (e *engine) interfaceRoots() []InterfaceRoot {
	pkgs := e.reachable()
	var out []InterfaceRoot
	for _, fw := range e.table.Frameworks() {
		for i := range fw.Roots {
			entry := &fw.Roots[i]
			if iface := lookupInterface(pkgs, entry.Interface); iface != nil {
				by := models.Registration{Framework: fw, Entry: entry}
				for _, fn := range e.implementers(iface, entry.Methods) {
					out = append(out, InterfaceRoot{fn, by, iface})
				}
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return e.before(out[i].Fn.Pos(), out[j].Fn.Pos()) })
	e.loops = make(map[*ssa.Function]models.Registration)
	for _, r := range out {
		if _, ok := e.loops[r.Fn]; !ok {
			e.loops[r.Fn] = r.By
		}
	}
	return out
}

// loopOf returns the framework that runs fn on a loop because of an interface.
func (e *engine) loopOf(fn *ssa.Function) (models.Registration, bool) {
	r, ok := e.loops[fn]
	if !ok {
		return r, false
	}
	kind := r.Kind()
	return r, kind == models.Loop || kind == models.Replay
}

// reachable returns the packages that this one imports, directly or not, by path.
func (e *engine) reachable() map[string]*types.Package {
	pkgs := make(map[string]*types.Package)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if pkgs[p.Path()] == nil {
			pkgs[p.Path()] = p
			for _, imp := range p.Imports() {
				visit(imp)
			}
		}
	}
	visit(e.pass.Pkg)
	return pkgs
}

// lookupInterface returns the interface called "pkgpath.Name".
func lookupInterface(pkgs map[string]*types.Package, name string) *types.Interface {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil
	}
	pkg := pkgs[name[:dot]]
	if pkg == nil {
		return nil
	}
	obj := pkg.Scope().Lookup(name[dot+1:])
	if obj == nil {
		return nil
	}
	iface, _ := obj.Type().Underlying().(*types.Interface)
	if iface == nil || iface.NumMethods() == 0 {
		return nil
	}
	return iface
}

// implementers returns the declared functions behind the given methods of the
// named types that implement iface, in the order of positions.
func (e *engine) implementers(iface *types.Interface, methods []string) []*ssa.Function {
	var out []*ssa.Function
	seen := make(map[*ssa.Function]bool)
	for _, t := range e.namedTypes() {
		ptr := types.NewPointer(t)
		if types.IsInterface(t) || !types.Implements(ptr, iface) {
			continue
		}
		for _, name := range methods {
			fn, _ := e.method(ptr, name)
			if fn == nil {
				continue
			}
			if obj := fn.Object(); obj != nil && isWrapper(fn) {
				fn = e.prog.Prog.FuncValue(obj.(*types.Func)) // promoted: the declared method
			}
			if fn != nil && fn.Pkg == e.prog.Pkg && len(fn.Blocks) > 0 && !e.isTest(fn) && !seen[fn] {
				seen[fn] = true
				out = append(out, fn)
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return e.before(out[i].Pos(), out[j].Pos()) })
	return out
}

// namedTypes returns the named types declared at the top of the package, by name.
func (e *engine) namedTypes() []types.Type {
	var out []types.Type
	scope := e.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok && !tn.IsAlias() {
			if named, ok := tn.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
				out = append(out, named)
			}
		}
	}
	return out
}

// resultFuncs returns the funcs that implementations of the interface method
// "(pkgpath.Type).Method" in this package return.
func (e *engine) resultFuncs(method string) []*value {
	typ, name := splitMethod(method)
	iface := lookupInterface(e.reachable(), typ)
	if iface == nil {
		return nil
	}
	var out []*value
	for _, fn := range e.implementers(iface, []string{name}) {
		if s := e.summaries[fn]; s != nil && len(s.results) > 0 {
			for _, v := range e.globalise(s.results[0]) {
				if v.kind == function {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// splitMethod splits "(pkgpath.Type).Method".
func splitMethod(full string) (typ, method string) {
	for i := len(full) - 1; i > 0; i-- {
		if full[i] == ')' && full[0] == '(' {
			return full[1:i], full[i+2:]
		}
	}
	return "", ""
}
