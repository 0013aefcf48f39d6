package models

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// newTable returns the table of one layer.
func newTable(l *layer) (*Table, error) {
	return new(Table).merge(l)
}

// with returns t with the entries of a user's layer on top.
func (t *Table) with(l *layer) (*Table, error) {
	merged, err := t.merge(l)
	if err != nil {
		return nil, err
	}
	merged.user = append(slices.Clip(t.user), l)
	return merged, nil
}

// merge returns a new table in which l wins over t.
func (t *Table) merge(l *layer) (*Table, error) {
	m := &Table{
		byFunc:    overlaid(t.byFunc, l.ops, func(op *Op) string { return op.Func }),
		vars:      overlaid(t.vars, l.vars, func(v *Var) string { return v.Name }),
		types:     overlaid(t.types, l.types, func(s *Safety) string { return s.Type }),
		syncs:     newIndex(overlaid(t.syncs.all(), l.syncs, func(op *SyncOp) string { return op.Func })),
		mutations: newIndex(overlaid(t.mutations.all(), l.mutations, func(m *Mutation) string { return m.Func })),
		process:   newIndex(overlaid(t.process.all(), l.process, func(op *ProcessOp) string { return op.Func })),
		safe:      slices.Concat(t.safe, l.safe),
		settings:  t.settings,
		user:      t.user,
	}
	if l.settings != nil {
		m.settings = l.settings
	}
	m.frameworks = mergeFrameworks(t.frameworks, l.frameworks)
	m.index()
	return m, checkFrameworks(m.frameworks)
}

// overlaid returns a new map of base with the entries of over on top.
func overlaid[V any](base map[string]V, over []V, key func(V) string) map[string]V {
	m := make(map[string]V, len(base)+len(over))
	maps.Copy(m, base)
	for _, v := range over {
		m[key(v)] = v
	}
	return m
}

// mergeFrameworks returns old with the frameworks of over on top, sorted by name.
func mergeFrameworks(old, over []*Framework) []*Framework {
	merged := slices.Clone(old)
	for _, f := range over {
		i := slices.IndexFunc(merged, func(o *Framework) bool { return o.Name == f.Name })
		if i < 0 {
			merged = append(merged, f)
		} else {
			merged[i] = refine(merged[i], f)
		}
	}
	slices.SortFunc(merged, func(a, b *Framework) int { return cmp.Compare(a.Name, b.Name) })
	return merged
}

// refine returns f with what g sets on top.
func refine(f, g *Framework) *Framework {
	r := *f
	r.Loop = cmp.Or(g.Loop, f.Loop)
	r.Kind = cmp.Or(g.Kind, f.Kind)
	r.Stalls = cmp.Or(g.Stalls, f.Stalls)
	r.Thread = cmp.Or(g.Thread, f.Thread)
	r.Patience = cmp.Or(g.Patience, f.Patience)
	r.Ref = cmp.Or(g.Ref, f.Ref)
	if g.Packages != nil {
		r.Packages = g.Packages
	}
	if g.Tolerates != nil {
		r.Tolerates = g.Tolerates
	}
	r.Roots = replaceBy(f.Roots, g.Roots, (*RootEntry).identity)
	r.SelfWaits = replaceBy(f.SelfWaits, g.SelfWaits, func(op *Op) string { return op.Func })
	return &r
}

// replaceBy returns old with every element of over, in place of the element of
// old that has the same identity if there is one.
func replaceBy[T any](old, over []T, identity func(*T) string) []T {
	merged := slices.Clone(old)
	for i := range over {
		same := func(o T) bool { return identity(&o) == identity(&over[i]) }
		if j := slices.IndexFunc(merged, same); j >= 0 {
			merged[j] = over[i]
		} else {
			merged = append(merged, over[i])
		}
	}
	return merged
}

// checkFrameworks reports what a framework lacks after all layers are merged.
func checkFrameworks(frameworks []*Framework) error {
	var errs []error
	for _, f := range frameworks {
		for _, key := range []struct{ name, value string }{{"loop", f.Loop}, {"kind", string(f.Kind)}} {
			if key.value == "" {
				errs = append(errs, fmt.Errorf("%v: missing key %q", f.Pos, key.name))
			}
		}
	}
	return errors.Join(errs...)
}

// index derives the fields for lookups from the others.
func (t *Table) index() {
	registers := make(map[string][]Registration)
	polls := make(map[string][]Registration)
	selfWaits := make(map[string][]SelfWait)
	t.fields = make(map[string][]Registration)
	t.funcTypes = make(map[string][]Registration)
	for _, f := range t.frameworks {
		for i := range f.Roots {
			e := &f.Roots[i]
			add(registers, e.Register, Registration{f, e})
			add(polls, e.Poll, Registration{f, e})
			add(t.fields, e.Field, Registration{f, e})
			add(t.funcTypes, e.FuncType, Registration{f, e})
		}
		for i := range f.SelfWaits {
			op := &f.SelfWaits[i]
			add(selfWaits, op.Func, SelfWait{f, op})
		}
	}
	t.ops = newIndex(t.byFunc)
	t.registers = newIndex(registers)
	t.polls = newIndex(polls)
	t.selfWaits = newIndex(selfWaits)
	t.hash = sync.OnceValue(t.computeHash)
}

func add[V any](m map[string][]V, key string, v V) {
	if key != "" {
		m[key] = append(m[key], v)
	}
}

// defaultOf returns the op of the functions without an entry of a package, or nil.
func (t *Table) defaultOf(pkg string) *Op {
	if op, ok := t.defaults.Load(pkg); ok {
		return op.(*Op)
	}
	op := t.findDefault(pkg)
	t.defaults.Store(pkg, op)
	return op
}

// safeStd is the op of the functions of the standard library without an entry.
var safeStd = &Op{Effect: Safe, Why: "proved not to suspend (proof_test.go)"}

func (t *Table) findDefault(pkg string) *Op {
	if IsStd(pkg) {
		return safeStd
	}
	for _, s := range slices.Backward(t.safe) { // the later wins
		if slices.ContainsFunc(s.patterns, func(p string) bool { return match(p, pkg) }) {
			return s.op
		}
	}
	for _, f := range t.frameworks {
		if slices.ContainsFunc(f.Packages, func(p string) bool { return match(p, pkg) }) {
			return &Op{Effect: Safe, Why: "part of " + f.Name, Pos: f.Pos}
		}
	}
	return nil
}
