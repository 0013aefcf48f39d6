package models

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/spelling"
)

// An Unmatched is an entry of a user's file that names nothing.
type Unmatched struct {
	Pos    Pos
	Name   string
	Reason string // "package p has no F, did you mean G?"
	// NoPackage says that it is the package which does not exist.
	NoPackage bool
}

func (u Unmatched) String() string { return fmt.Sprintf("%v: %s: %s", u.Pos, u.Name, u.Reason) }

// A Universe is what entries may name.
type Universe interface {
	// Packages returns those of the packages with these import paths that
	// exist, by import path, whether they are part of the build or not.
	// Of their declarations, the names and the receivers must be right.
	Packages(paths []string) map[string]*types.Package
	// Paths returns the sorted import paths of the build.
	Paths() []string
}

// Unmatched returns the entries of overlays that name nothing in u, in the
// order of the files.
//
// Of a pattern in the file of a module, it cannot say so unless the pattern is
// about one package: the build need not hold the package that it is meant for.
func (t *Table) Unmatched(u Universe) []Unmatched {
	c := &matcher{universe: u, pkgs: make(map[string]*types.Package)}
	var paths []string
	for _, l := range t.user {
		for _, r := range l.references() {
			paths = append(paths, r.pkg())
		}
	}
	c.load(paths)
	var unmatched []Unmatched
	for _, l := range t.user {
		for _, r := range l.references() {
			if reason := c.unmatched(r, l.module); reason != "" {
				noPackage := !isGlob(r.name) && c.pkgs[r.pkg()] == nil
				unmatched = append(unmatched, Unmatched{r.pos, r.name, reason, noPackage})
			}
		}
	}
	return unmatched
}

// A reference is a name or pattern in a model file.
type reference struct {
	name   string
	field  bool // "pkg.Type.Field"
	pos    Pos
	method string // if not "", a method that the type called name declares
}

// references returns every name in l that must name an object, in the order of the lines.
func (l *layer) references() []reference {
	var refs []reference
	for _, op := range l.ops {
		refs = append(refs, reference{name: op.Func, pos: op.Pos})
	}
	for _, v := range l.vars {
		refs = append(refs, reference{name: v.Name, pos: v.Pos})
	}
	for _, op := range l.syncs {
		refs = append(refs, reference{name: op.Func, pos: op.Pos})
	}
	for _, s := range l.types {
		refs = append(refs, reference{name: s.Type, pos: s.Pos})
		for _, m := range slices.Concat(s.Reads, s.Writes, s.Synced) {
			refs = append(refs, reference{name: s.Type, pos: s.Pos, method: m})
		}
	}
	for _, m := range l.mutations {
		refs = append(refs, reference{name: m.Func, pos: m.Pos})
	}
	for _, op := range l.process {
		refs = append(refs, reference{name: op.Func, pos: op.Pos})
		for _, state := range slices.Concat(op.Writes, op.Reads) {
			if strings.Contains(state, ".") {
				refs = append(refs, reference{name: state, pos: op.Pos})
			}
		}
	}
	for _, f := range l.frameworks {
		for i := range f.Roots {
			e := &f.Roots[i]
			for _, n := range e.names() {
				refs = append(refs, reference{name: strings.TrimPrefix(n, "*"), field: n == e.Field, pos: e.Pos})
			}
		}
		for _, op := range f.SelfWaits {
			refs = append(refs, reference{name: op.Func, pos: op.Pos})
		}
	}
	slices.SortStableFunc(refs, func(a, b reference) int { return cmp.Compare(a.pos.Line, b.pos.Line) })
	return refs
}

// pkg returns the import path in r; of a pattern, that of the only package
// which it is about, if it is about one.
func (r reference) pkg() string {
	if isGlob(r.name) {
		pkg, _, _ := cutLast(literalOf(r.name), ".")
		return pkg
	}
	n, err := parseName(r.name)
	if err != nil {
		return "" // no decoder lets it through
	}
	if r.field {
		pkg, _, _ := cutLast(n.pkg, ".")
		return pkg
	}
	return n.pkg
}

// A matcher looks for what references name. It loads each package once.
type matcher struct {
	universe Universe
	pkgs     map[string]*types.Package // nil if there is none
}

// load makes the packages with these paths known.
func (c *matcher) load(paths []string) {
	slices.Sort(paths)
	missing := slices.DeleteFunc(slices.Compact(paths), func(path string) bool {
		_, known := c.pkgs[path]
		return known || path == ""
	})
	if len(missing) == 0 {
		return
	}
	found := c.universe.Packages(missing)
	for _, path := range missing {
		c.pkgs[path] = found[path]
	}
}

// unmatched says why r, in the file of module, names nothing, or "".
func (c *matcher) unmatched(r reference, module string) string {
	if isGlob(r.name) {
		return c.unmatchedPattern(r, module)
	}
	path := r.pkg()
	if path == "" {
		return "" // error.Error
	}
	pkg := c.pkgs[path]
	if pkg == nil {
		return fmt.Sprintf("there is no package %s%s", path, spelling.Suggest(path, c.universe.Paths()))
	}
	obj, err := Resolve(r.name, pkg)
	switch {
	case err != nil:
		return err.Error()
	case r.method != "":
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
	return fmt.Sprintf("it declares no method %s%s", name, spelling.Suggest(name, names))
}

func (c *matcher) unmatchedPattern(r reference, module string) string {
	if pkg := c.pkgs[r.pkg()]; pkg != nil {
		if declares(pkg, r.name) {
			return ""
		}
		return fmt.Sprintf("the pattern matches no function of package %s%s", pkg.Path(), suggestFor(r.name, pkg.Path(), declared(pkg)))
	}
	if module != "" {
		return ""
	}
	literal := literalOf(r.name)
	near := slices.DeleteFunc(slices.Clone(c.universe.Paths()), func(path string) bool { return !isNear(literal, path) })
	c.load(slices.Clone(near))
	for _, path := range near {
		if pkg := c.pkgs[path]; pkg != nil && declares(pkg, r.name) {
			return ""
		}
	}
	return "the pattern matches no function of the build"
}

// declares reports whether pkg declares a function or method that pattern matches.
func declares(pkg *types.Package, pattern string) bool {
	return slices.ContainsFunc(declared(pkg), func(full string) bool { return matchFunc(pattern, full) })
}

// declared returns the full names of the functions and methods that pkg declares.
func declared(pkg *types.Package) []string {
	var names []string
	for _, n := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(n).(type) {
		case *types.Func:
			names = append(names, nameOf(obj).String())
		case *types.TypeName:
			for m := range methodsOf(obj.Type()) {
				names = append(names, nameOf(m).String())
			}
		}
	}
	return names
}
