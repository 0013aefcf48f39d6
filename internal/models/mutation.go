package models

import (
	"go/types"

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
// what the Safety of its type says of the receiver, else nil. A function of
// the standard library without any of these reads what it is given, and
// writes nothing: known holds for it, with a nil Mutation.
func (t *Table) Mutates(fn *types.Func) (m *Mutation, known bool) {
	if m, ok := t.mutations.find(fn); ok {
		return m, true
	}
	if s := t.SafetyOf(fn); s != nil {
		switch s.Method(fn.Name()) {
		case AccessWrite:
			return writesRecv, true
		case AccessRead:
			if s.Level == OneEach {
				return nil, false // a side of its own
			}
			return readsRecv, true
		case AccessSynced:
			return touchesNothing, true
		}
	}
	return nil, fn.Pkg() != nil && IsStd(fn.Pkg().Path()) && !isInterfaceMethod(fn)
}

// What the lists of a Safety say of a method.
var (
	writesRecv     = &Mutation{Writes: []Path{{Root: Recv}}}
	readsRecv      = &Mutation{Reads: []Path{{Root: Recv}}}
	touchesNothing = &Mutation{}
)

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
