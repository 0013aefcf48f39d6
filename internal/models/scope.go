package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// scoped returns what l says about the packages of module, and, in the order
// of the file, what names something else. existing are the frameworks of the
// layers below.
//
// A package belongs to a module if its import path starts with that of the
// module. A module nested in it may have a file too; layers are merged in the
// order of module paths, so the inner one wins.
func (l *layer) scoped(module string, existing []*Framework) (own *layer, foreign []Unmatched) {
	own = &layer{module: module}
	reject := func(pos Pos, name, reason string) {
		foreign = append(foreign, Unmatched{Pos: pos, Name: name, Reason: reason})
	}
	keep := func(pos Pos, names ...string) bool {
		for _, n := range names {
			if !within(n, module) {
				reject(pos, n, fmt.Sprintf("not in module %s, of which alone its file may speak", module))
				return false
			}
		}
		return true
	}
	for _, op := range l.ops {
		if keep(op.Pos, op.Func) {
			own.ops = append(own.ops, op)
		}
	}
	for _, v := range l.vars {
		if keep(v.Pos, v.Name) {
			own.vars = append(own.vars, v)
		}
	}
	own.syncs = filter(l.syncs, func(op *SyncOp) bool { return keep(op.Pos, op.Func) })
	own.types = filter(l.types, func(s *Safety) bool { return keep(s.Pos, s.Type) })
	own.mutations = filter(l.mutations, func(m *Mutation) bool { return keep(m.Pos, m.Func) })
	own.process = filter(l.process, func(op *ProcessOp) bool { return keep(op.Pos, op.Func) })
	for _, f := range l.frameworks {
		g := *f
		if i := slices.IndexFunc(existing, func(e *Framework) bool { return e.Name == f.Name }); i >= 0 && !existing[i].within(module) {
			g = Framework{Name: f.Name, Pos: f.Pos, Roots: f.Roots, SelfWaits: f.SelfWaits}
			if !f.refines() {
				reject(f.Pos, f.Name, fmt.Sprintf("the framework is not of module %s alone, so only roots and selfwaits count", module))
			}
		}
		g.Packages = filter(g.Packages, func(p string) bool { return keep(f.Pos, p) })
		g.Roots = filter(g.Roots, func(e RootEntry) bool { return keep(e.Pos, e.names()...) })
		g.SelfWaits = filter(g.SelfWaits, func(op Op) bool { return keep(op.Pos, op.Func) })
		own.frameworks = append(own.frameworks, &g)
	}
	slices.SortStableFunc(foreign, func(a, b Unmatched) int { return cmp.Compare(a.Pos.Line, b.Pos.Line) })
	return own, foreign
}

// filter returns the elements of list for which ok holds, nil if list is nil.
func filter[T any](list []T, ok func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return !ok(v) })
}

// refines reports whether f sets nothing but roots and selfwaits.
func (f *Framework) refines() bool {
	return f.Loop == "" && f.Kind == "" && f.Stalls == "" && f.Thread == "" && f.Patience == 0 &&
		f.Packages == nil && f.Tolerates == nil
}

// within reports whether all packages that f names belong to module.
func (f *Framework) within(module string) bool {
	in := func(name string) bool { return within(name, module) }
	for i := range f.Roots {
		if slices.ContainsFunc(f.Roots[i].names(), func(n string) bool { return !in(n) }) {
			return false
		}
	}
	for i := range f.SelfWaits {
		if !in(f.SelfWaits[i].Func) {
			return false
		}
	}
	return !slices.ContainsFunc(f.Packages, func(p string) bool { return !in(p) })
}

// names returns what e names.
func (e *RootEntry) names() []string {
	names := []string{e.Interface, e.Register, e.Field, e.FuncType, e.Result, e.Poll}
	names = append(names, e.FirstParam...)
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// within reports whether name belongs to module: the full name of an object,
// a pattern of such names, or a pattern of import paths.
func within(name, module string) bool {
	name = strings.TrimPrefix(name, "*") // of a pointer type
	rest, ok := strings.CutPrefix(literalOf(name), module)
	switch {
	case !ok:
		return false
	case rest == "":
		return !isGlob(name) // "module*" may be another module
	case rest[0] == '.':
		return !strings.Contains(rest, "/") // "module.v2/p.F" is of another one
	}
	return rest[0] == '/'
}
