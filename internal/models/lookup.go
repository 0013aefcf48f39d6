package models

import (
	"cmp"
	"go/types"
	"slices"
	"strings"
	"sync"
)

// An index finds values by the full name of a function, spelt out or by pattern.
type index[V any] struct {
	exact map[string]V // by full name; patterns are in it, too, but match no name
	globs []glob[V]    // longest pattern first
	// near caches, by package path, the globs that can match a function of it.
	near sync.Map // string -> []glob[V]
}

type glob[V any] struct {
	pattern string
	literal string // what the pattern starts with, from the package path to the first '*'
	value   V
}

// newIndex indexes values by the full names or patterns that they are given by.
// It keeps values.
func newIndex[V any](values map[string]V) *index[V] {
	x := &index[V]{exact: values}
	for full, v := range values {
		if isGlob(full) {
			x.globs = append(x.globs, glob[V]{full, literalOf(full), v})
		}
	}
	slices.SortFunc(x.globs, func(a, b glob[V]) int {
		return cmp.Or(cmp.Compare(len(b.pattern), len(a.pattern)), cmp.Compare(a.pattern, b.pattern))
	})
	return x
}

// all returns the values of x by the names that they are given by.
func (x *index[V]) all() map[string]V {
	if x == nil {
		return nil
	}
	return x.exact
}

// literalOf returns the part of a pattern that every match has after its opening parenthesis and star.
func literalOf(pattern string) string {
	s := strings.TrimPrefix(strings.TrimPrefix(pattern, "(*"), "(")
	lit, _, _ := strings.Cut(s, "*")
	return lit
}

// find returns the value of fn: that of its name, else of the longest pattern that matches.
func (x *index[V]) find(fn *types.Func) (v V, ok bool) {
	n := nameOf(fn)
	var buf [128]byte
	full := n.append(buf[:0])
	if v, ok = x.exact[string(full)]; ok || len(x.globs) == 0 {
		return v, ok
	}
	globs := x.globsNear(n.pkg)
	if len(globs) == 0 {
		return v, false
	}
	for _, g := range globs {
		if matchFunc(g.pattern, string(full)) {
			return g.value, true
		}
	}
	return v, false
}

// globsNear returns the globs that can match a function of the package pkg.
func (x *index[V]) globsNear(pkg string) []glob[V] {
	if near, ok := x.near.Load(pkg); ok {
		return near.([]glob[V])
	}
	var near []glob[V]
	for _, g := range x.globs {
		if isNear(g.literal, pkg) {
			near = append(near, g)
		}
	}
	x.near.Store(pkg, near)
	return near
}

// isNear reports whether a pattern that starts with literal can match a
// function of the package pkg.
func isNear(literal, pkg string) bool {
	return strings.HasPrefix(pkg+".", literal) || strings.HasPrefix(literal, pkg+".")
}

// nameOf returns the name of the origin of fn: its FullName without type parameters.
func nameOf(fn *types.Func) name {
	n := name{name: fn.Name()}
	if fn.Pkg() != nil {
		n.pkg = fn.Pkg().Path()
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return n
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		n.ptr = true
		t = types.Unalias(p.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		n.recv = named.Obj().Name()
	} else {
		n.recv = "interface" // as FullName spells the receiver of a method of an interface literal
		n.pkg = ""
	}
	return n
}

// isInterfaceMethod reports whether fn has no body of its own because it belongs to an interface.
func isInterfaceMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}
