package models

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
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
		return nil, fmt.Errorf("package %s has no %s%s", pkg.Path(), name, suggest(name, pkg.Scope().Names()))
	}
	if isField {
		return resolveField(obj, field)
	}
	return obj, nil
}

func resolveMethod(n name, pkg *types.Package) (types.Object, error) {
	obj, _ := pkg.Scope().Lookup(n.recv).(*types.TypeName)
	if obj == nil {
		return nil, fmt.Errorf("package %s has no type %s%s", n.pkg, n.recv, suggest(n.recv, pkg.Scope().Names()))
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
	return nil, fmt.Errorf("%s.%s has no method %s%s", n.pkg, n.recv, n.name, suggest(n.name, names))
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
	return nil, fmt.Errorf("%s has no field %s%s", typ.Name(), field, suggest(field, names))
}

// An Unmatched is an entry of a user's file that names nothing.
type Unmatched struct {
	Pos    Pos
	Name   string
	Reason string // "package p has no F, did you mean G?"
}

func (u Unmatched) String() string { return fmt.Sprintf("%v: %s: %s", u.Pos, u.Name, u.Reason) }

// Unmatched returns the entries of overlays that name nothing in pkgs, in the
// order of the files. pkgs are the packages of the build, dependencies
// included: an entry of a package that is not among them matches nothing.
func (t *Table) Unmatched(pkgs []*types.Package) []Unmatched {
	byPath := make(map[string]*types.Package, len(pkgs))
	for _, pkg := range pkgs {
		byPath[pkg.Path()] = pkg
	}
	var unmatched []Unmatched
	for _, l := range t.user {
		for _, r := range l.references() {
			if reason := r.unmatched(byPath); reason != "" {
				unmatched = append(unmatched, Unmatched{r.pos, r.name, reason})
			}
		}
	}
	return unmatched
}

// A reference is a name or pattern in a model file.
type reference struct {
	name   string
	method string // if not "", a method that the type called name declares
	pos    Pos
}

// references returns every name in l that must name an object.
func (l *layer) references() []reference {
	var refs []reference
	ref := func(pos Pos, names ...string) {
		for _, n := range names {
			if n != "" {
				refs = append(refs, reference{name: n, pos: pos})
			}
		}
	}
	for _, op := range l.ops {
		ref(op.Pos, op.Func)
	}
	for _, v := range l.vars {
		ref(v.Pos, v.Name)
	}
	for _, op := range l.syncs {
		ref(op.Pos, op.Func)
	}
	for _, s := range l.types {
		ref(s.Pos, s.Type)
		for _, m := range slices.Concat(s.Reads, s.Writes, s.Synced) {
			refs = append(refs, reference{s.Type, m, s.Pos})
		}
	}
	for _, m := range l.mutations {
		ref(m.Pos, m.Func)
	}
	for _, op := range l.process {
		ref(op.Pos, op.Func)
		for _, state := range slices.Concat(op.Writes, op.Reads) {
			if strings.Contains(state, ".") {
				ref(op.Pos, state)
			}
		}
	}
	for _, f := range l.frameworks {
		for _, e := range f.Roots {
			ref(e.Pos, e.Interface, e.Register, e.Field, e.FuncType, e.Result, e.Poll)
			ref(e.Pos, e.FirstParam...)
		}
		for _, op := range f.SelfWaits {
			ref(op.Pos, op.Func)
		}
	}
	return refs
}

// unmatched says why r names nothing in pkgs, or "".
func (r reference) unmatched(pkgs map[string]*types.Package) string {
	if isGlob(r.name) {
		for _, pkg := range pkgs {
			if declares(pkg, r.name) {
				return ""
			}
		}
		return "the pattern matches no function of the build"
	}
	full := strings.TrimPrefix(r.name, "*")
	pkg := pkgs[importPathIn(full, pkgs)]
	if pkg == nil {
		return "its package is not part of the build"
	}
	obj, err := Resolve(full, pkg)
	if err != nil {
		return err.Error()
	}
	if r.method != "" {
		return lacksMethod(obj, r.method)
	}
	return ""
}

// lacksMethod says that the type obj declares no method called name, or "".
func lacksMethod(obj types.Object, name string) string {
	var names []string
	for m := range methodsOf(obj.Type()) {
		if m.Name() == name {
			return ""
		}
		names = append(names, m.Name())
	}
	return fmt.Sprintf("it declares no method %s%s", name, suggest(name, names))
}

// importPathIn returns the import path in full: that of a field "p.T.F" is known
// only by looking at what there is.
func importPathIn(full string, pkgs map[string]*types.Package) string {
	n, err := parseName(full)
	if err != nil || pkgs[n.pkg] != nil {
		return n.pkg
	}
	if i := strings.LastIndexByte(n.pkg, '.'); i >= 0 {
		return n.pkg[:i]
	}
	return n.pkg
}

// declares reports whether pkg declares a function or method that pattern matches.
func declares(pkg *types.Package, pattern string) bool {
	if lit := literalOf(pattern); !strings.HasPrefix(lit, pkg.Path()+".") && !strings.HasPrefix(pkg.Path()+".", lit) {
		return false
	}
	for _, n := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(n).(type) {
		case *types.Func:
			if matchFunc(pattern, nameOf(obj).String()) {
				return true
			}
		case *types.TypeName:
			for m := range methodsOf(obj.Type()) {
				if matchFunc(pattern, nameOf(m).String()) {
					return true
				}
			}
		}
	}
	return false
}
