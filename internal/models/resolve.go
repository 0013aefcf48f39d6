package models

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/yieldlint/yieldlint/internal/spelling"
)

// Resolve returns the object of pkg that full names: a function or method in
// the spelling of Op.Func, or a variable, type or struct field in that of
// Var.Name and RootEntry.Field. The error of a name that is nearly right says
// which one is meant.
func Resolve(full string, pkg *types.Package) (types.Object, error) {
	if n, err := parseName(full); err == nil && n.recv != "" && n.pkg == pkg.Path() {
		return resolveMethod(n, pkg)
	}
	path, ok := strings.CutPrefix(full, pkg.Path()+".")
	if !ok {
		return nil, fmt.Errorf("%s is not in package %s", full, pkg.Path())
	}
	name, field, isField := strings.Cut(path, ".")
	obj := pkg.Scope().Lookup(name)
	if obj == nil {
		return nil, fmt.Errorf("package %s has no %s%s", pkg.Path(), name, spelling.Suggest(name, pkg.Scope().Names()))
	}
	if isField {
		return resolveField(obj, field)
	}
	return obj, nil
}

func resolveMethod(n name, pkg *types.Package) (types.Object, error) {
	obj, _ := pkg.Scope().Lookup(n.recv).(*types.TypeName)
	if obj == nil {
		return nil, fmt.Errorf("package %s has no type %s%s", n.pkg, n.recv, spelling.Suggest(n.recv, pkg.Scope().Names()))
	}
	var names []string
	for m := range methodsOf(obj.Type()) {
		if m.Name() == n.name {
			if got := nameOf(m); got != n {
				return nil, fmt.Errorf("%v is spelt %v", n, got)
			}
			return m, nil
		}
		names = append(names, m.Name())
	}
	if promoted, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, pkg, n.name); promoted != nil {
		if m, ok := promoted.(*types.Func); ok {
			return nil, fmt.Errorf("%s.%s has %s only by embedding: it is %v", n.pkg, n.recv, n.name, nameOf(m))
		}
	}
	return nil, fmt.Errorf("%s.%s has no method %s%s", n.pkg, n.recv, n.name, spelling.Suggest(n.name, names))
}

// methodsOf yields the methods that the named type t declares itself.
func methodsOf(t types.Type) func(yield func(*types.Func) bool) {
	return func(yield func(*types.Func) bool) {
		named, ok := types.Unalias(t).(*types.Named)
		if !ok {
			return
		}
		for m := range named.Methods() {
			if !yield(m) {
				return
			}
		}
		if iface, ok := named.Underlying().(*types.Interface); ok {
			for m := range iface.ExplicitMethods() {
				if !yield(m) {
					return
				}
			}
		}
	}
}

func resolveField(typ types.Object, field string) (types.Object, error) {
	if typ.Type().Underlying() == types.Typ[types.Invalid] {
		return typ, nil // its declaration needs a package that is not at hand: nothing speaks against the field
	}
	s, ok := typ.Type().Underlying().(*types.Struct)
	if !ok {
		return nil, fmt.Errorf("%s is not a struct", typ.Name())
	}
	var names []string
	for f := range s.Fields() {
		if f.Name() == field {
			return f, nil
		}
		names = append(names, f.Name())
	}
	return nil, fmt.Errorf("%s has no field %s%s", typ.Name(), field, spelling.Suggest(field, names))
}
