package models

import (
	"go/types"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A Mutation is what a function does to the memory of its receiver and arguments.
type Mutation struct {
	Func string // as in Op; patterns are allowed
	// Writes and Reads are what a call touches without synchronisation of its
	// own. A path "param0" is the memory that a pointer, or the header and all
	// that an object, points to; "param0.[]" are the elements only (of a
	// slice, array or map). What is written is not listed as read again.
	Writes, Reads []Path
	Why, Ref      string
	Pos           Pos
}

// Mutates returns what a call of fn writes and reads: the entry of its
// origin's full name, else the longest matching pattern, else for a method
// what the Safety of its type says of the receiver, else that a function of
// the standard library writes nothing. The elements of slices and maps that
// it is given and does not write are among Reads, whoever decides. Not known,
// with a nil Mutation, is a function whose body, or dynamic type, is not std's.
func (t *Table) Mutates(fn *types.Func) (m *Mutation, known bool) {
	m, ok := t.mutations.find(fn)
	if !ok {
		m = t.mutationOf(fn)
	}
	if m == nil {
		return nil, false
	}
	return m.withReads(fn.Signature().Params()), true
}

// mutationOf returns what a function without an entry of its own writes and reads, or nil.
func (t *Table) mutationOf(fn *types.Func) *Mutation {
	if s := t.SafetyOf(fn); s != nil {
		switch s.Method(fn.Name()) {
		case AccessWrite:
			if s.Level == OneEach {
				return nil // a side of its own
			}
			return writesRecv
		case AccessRead:
			if s.Level == OneEach {
				return nil
			}
			return readsRecv
		case AccessSynced:
			return touchesNothing
		}
	}
	if fn.Pkg() != nil && IsStd(fn.Pkg().Path()) && !isInterfaceMethod(fn) {
		return touchesNothing
	}
	return nil
}

// What the lists of a Safety say of a method, and the default of std.
var (
	writesRecv     = &Mutation{Writes: []Path{{Root: Recv}}}
	readsRecv      = &Mutation{Reads: []Path{{Root: Recv}}}
	touchesNothing = &Mutation{}
)

// withReads returns m with the elements of the parameters that m does not name among Reads.
func (m *Mutation) withReads(params *types.Tuple) *Mutation {
	var reads []Path
	for i := range params.Len() {
		named := func(p Path) bool { return p.Root == i }
		if hasElements(params.At(i).Type()) && !slices.ContainsFunc(m.Writes, named) && !slices.ContainsFunc(m.Reads, named) {
			reads = append(reads, Path{Root: i, Fields: []string{"[]"}})
		}
	}
	if reads == nil {
		return m
	}
	extended := *m
	extended.Reads = slices.Concat(m.Reads, reads)
	return &extended
}

// hasElements reports whether t is a slice or map, or a type parameter for such.
func hasElements(t types.Type) bool {
	switch coreOf(t).(type) {
	case *types.Slice, *types.Map:
		return true
	}
	return false
}

// coreOf returns the underlying type of t, or of the only term of its constraint.
func coreOf(t types.Type) types.Type {
	if _, isParam := types.Unalias(t).(*types.TypeParam); !isParam {
		return t.Underlying()
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || iface.NumEmbeddeds() != 1 {
		return t.Underlying()
	}
	if u, ok := iface.EmbeddedType(0).(*types.Union); ok && u.Len() == 1 {
		return u.Term(0).Type().Underlying()
	}
	return t.Underlying()
}

// mutatesList decodes the value of mutates.
func (l *layer) mutatesList(d *decoder, n *yaml.Node, strict strict) {
	d.list(n, func(n *yaml.Node) {
		m := &Mutation{Pos: d.pos(n)}
		d.mapping(n, fields{
			"func":   one(d, &m.Func, parseFunc),
			"writes": each(d, &m.Writes, parsePath),
			"reads":  each(d, &m.Reads, parsePath),
			"why":    d.text(&m.Why),
			"ref":    d.text(&m.Ref),
		}, strict.with("func", "why")...)
		l.mutations = append(l.mutations, m)
	})
}
