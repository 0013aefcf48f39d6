package directives

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/spelling"
)

// lockProblem returns why a guardedby directive on node cannot mean the lock,
// or "". Only a name, or a path of names, is looked at: its first element is a
// field of the struct, or one around it, or a name in scope.
func (at *attacher) lockProblem(lock string, m Marked) string {
	path := splitPath(lock)
	if path == nil || m.Obj == nil || m.Obj.Pkg() == nil {
		return ""
	}
	pkg, first := m.Obj.Pkg(), path[0]
	var known []string
	what := "no package variable"
	for _, st := range at.structs {
		if m.Node.Pos() < st.Pos() || st.End() <= m.Node.Pos() {
			continue
		}
		what = "no field of the struct and no package variable"
		t := at.info.TypeOf(st)
		if t == nil {
			return ""
		}
		if field, _, _ := types.LookupFieldOrMethod(t, true, pkg, first); isVar(field) {
			return ""
		}
		known = append(known, fieldNames(st)...)
	}
	if inScope(pkg, first, m.Node.Pos(), len(path) > 1) {
		return ""
	}
	for _, name := range pkg.Scope().Names() {
		if isVar(pkg.Scope().Lookup(name)) {
			known = append(known, name)
		}
	}
	known = slices.DeleteFunc(known, func(name string) bool { return name == m.Obj.Name() })
	return "guardedby directive names " + quote(first) + ", which is " + what + spelling.Suggest(first, known)
}

func isVar(obj types.Object) bool {
	_, ok := obj.(*types.Var)
	return ok
}

// inScope reports whether name is a variable at pos, or, if a selector
// follows it, a type or an imported package.
func inScope(pkg *types.Package, name string, pos token.Pos, selected bool) bool {
	scope := pkg.Scope().Innermost(pos)
	if scope == nil {
		scope = pkg.Scope()
	}
	_, obj := scope.LookupParent(name, token.NoPos)
	switch obj.(type) {
	case *types.Var:
		return true
	case *types.TypeName, *types.PkgName:
		return selected && obj.Pkg() != nil
	}
	return false
}

// splitPath returns the names of "a.b.c", nil for anything else.
func splitPath(s string) []string {
	path := strings.Split(s, ".")
	if slices.ContainsFunc(path, func(name string) bool { return !token.IsIdentifier(name) }) {
		return nil
	}
	return path
}

func fieldNames(st *ast.StructType) []string {
	var all []string
	for _, field := range st.Fields.List {
		for _, id := range fieldIdents(field) {
			all = append(all, id.Name)
		}
	}
	return all
}
