// Package paths names memory: a location is a root (a variable, an
// allocation, a parameter, the result of a call) and the fields, elements and
// dereferences that lead on from it. Equal locations are the same pointer.
package paths

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// maxDepth bounds the steps of a location; what lies deeper has no name.
const maxDepth = 8

// A Step is how a location follows from the one before.
type Step uint8

const (
	Root    Step = iota
	Field        // a field of a struct
	Elem         // elements [Lo, Hi) of an array, or of what a slice refers to
	Entries      // all entries of a map
	Deref        // what the pointer, slice, map, channel, func or interface in the location refers to, when it is not known better
	State        // the inner state of a synchronisation object or channel
)

// Open is the Hi of a range of elements without a known end.
const Open = int64(1) << 62

// A Loc is a location.
type Loc struct {
	Parent *Loc // nil for a root
	Step   Step
	Field  *types.Var // of Field
	Lo, Hi int64      // of Elem
	Base   any        // of a root: what the client has made it for, comparable
	Name   string     // of a root
	Type   types.Type // of the content, nil if it is not known
	depth  int
	id     int
	kids   []*Loc
}

// A Space holds the locations of one analysis.
type Space struct {
	locs map[key]*Loc
	n    int
	// TooDeep says that a location was asked for that has no name because it is too deep.
	TooDeep bool
}

type key struct {
	parent *Loc
	step   Step
	field  *types.Var
	lo, hi int64
	base   any
}

// NewSpace returns an empty space.
func NewSpace() *Space { return &Space{locs: make(map[key]*Loc)} }

func (s *Space) intern(k key, l Loc) *Loc {
	if old := s.locs[k]; old != nil {
		return old
	}
	s.n++
	l.id = s.n
	p := &l
	s.locs[k] = p
	if l.Parent != nil {
		l.Parent.kids = append(l.Parent.kids, p)
	}
	return p
}

// Root returns the root that stands for base.
func (s *Space) Root(base any, name string, t types.Type) *Loc {
	return s.intern(key{base: base}, Loc{Base: base, Name: name, Type: t})
}

func (s *Space) child(p *Loc, k key, l Loc) *Loc {
	if p == nil || p.depth >= maxDepth {
		s.TooDeep = s.TooDeep || p != nil
		return nil
	}
	k.parent, l.Parent, l.depth, l.Step = p, p, p.depth+1, k.step
	return s.intern(k, l)
}

// Field returns the location of a field of p. It is nil, as the others are, if p is nil or too deep.
func (s *Space) Field(p *Loc, f *types.Var) *Loc {
	return s.child(p, key{step: Field, field: f}, Loc{Field: f, Type: f.Type()})
}

// Elem returns the elements [lo, hi) of p, relative to p if p is a range itself.
func (s *Space) Elem(p *Loc, lo, hi int64, t types.Type) *Loc {
	if p == nil {
		return nil
	}
	if p.Step == Elem {
		end := p.Hi
		if hi < Open && p.Lo+hi < end {
			end = p.Lo + hi
		}
		return s.child(p.Parent, key{step: Elem, lo: min(p.Lo+lo, Open), hi: end}, Loc{Lo: min(p.Lo+lo, Open), Hi: end, Type: t})
	}
	return s.child(p, key{step: Elem, lo: lo, hi: hi}, Loc{Lo: lo, Hi: hi, Type: t})
}

// Entries returns the entries of the map p.
func (s *Space) Entries(p *Loc) *Loc { return s.child(p, key{step: Entries}, Loc{}) }

// Deref returns what the content of p refers to.
func (s *Space) Deref(p *Loc, t types.Type) *Loc { return s.child(p, key{step: Deref}, Loc{Type: t}) }

// State returns the inner state of p.
func (s *Space) State(p *Loc) *Loc { return s.child(p, key{step: State}, Loc{}) }

// Top returns the root of l.
func (l *Loc) Top() *Loc {
	for l.Parent != nil {
		l = l.Parent
	}
	return l
}

// Object returns the object that l lies in: the root, or what the last
// dereference leads to.
func (l *Loc) Object() *Loc {
	for l.Parent != nil && l.Step != Deref {
		l = l.Parent
	}
	return l
}

// Kids returns the locations one step from l, in the order of their making.
func (l *Loc) Kids() []*Loc { return l.kids }

// ID is different for different locations of one space, and grows in the order of their making.
func (l *Loc) ID() int { return l.id }

// Depth is the number of steps from the root.
func (l *Loc) Depth() int { return l.depth }

// Vague reports whether l may stand for different memory at different times
// because some index in it is not known.
func (l *Loc) Vague() bool {
	for ; l.Parent != nil; l = l.Parent {
		if l.Step == Deref && (l.Parent.Step == Entries || l.Parent.Step == Elem && l.Parent.Hi-l.Parent.Lo != 1) {
			return true
		}
	}
	return false
}

// Overlaps reports whether l and m share memory: one contains the other, or
// their elements intersect.
func (l *Loc) Overlaps(m *Loc) bool {
	if l.depth > m.depth {
		l, m = m, l
	}
	for m.depth > l.depth {
		if m.Step == Deref || m.Step == State || m.Step == Entries {
			return false // another piece of memory
		}
		m = m.Parent
	}
	for l != m {
		if l.Parent == nil || m.Parent == nil || l.Step != m.Step {
			return false
		}
		switch {
		case l.Step == Field && l.Field == m.Field:
		case l.Step == Elem && l.Lo < m.Hi && m.Lo < l.Hi:
		default:
			return false
		}
		l, m = l.Parent, m.Parent
	}
	return true
}

// String returns l as Go source would name it.
func (l *Loc) String() string {
	if l == nil {
		return "?"
	}
	switch l.Step {
	case Root:
		return l.Name
	case Field:
		return l.Parent.String() + "." + l.Field.Name()
	case Elem:
		switch {
		case l.Hi == l.Lo+1:
			return l.Parent.String() + "[" + strconv.FormatInt(l.Lo, 10) + "]"
		case l.Lo == 0 && l.Hi == Open:
			return l.Parent.String() + "[…]"
		case l.Hi == Open:
			return fmt.Sprintf("%s[%d:]", l.Parent, l.Lo)
		}
		return fmt.Sprintf("%s[%d:%d]", l.Parent, l.Lo, l.Hi)
	case Entries, Deref, State:
		return l.Parent.String()
	}
	return strings.TrimSpace(l.Name)
}
