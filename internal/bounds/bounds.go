// Package bounds counts where an analysis gives up: the functions in which a
// bound of docs/limits.md was exceeded, for yieldlint unknown.
package bounds

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Log is the bounds that were exceeded. A nil Log forgets what it is told.
type Log struct {
	places map[Place]bool
}

// A Place is a bound, "package.name", and a function or type for which it was exceeded.
type Place struct {
	Bound string
	Name  string // in full
	Pos   token.Pos
}

// Exceeded notes that a bound was exceeded in fn; a literal counts as the
// function around it.
func (l *Log) Exceeded(bound string, fn *ssa.Function) {
	if fn == nil {
		return
	}
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	l.note(Place{bound, fn.String(), fn.Pos()})
}

// ExceededBy notes that a bound was exceeded for a type.
func (l *Log) ExceededBy(bound string, typ *types.TypeName) {
	l.note(Place{bound, typ.Pkg().Path() + "." + typ.Name(), typ.Pos()})
}

func (l *Log) note(p Place) {
	if l == nil {
		return
	}
	if l.places == nil {
		l.places = make(map[Place]bool)
	}
	l.places[p] = true
}

// Add adds all of m.
func (l *Log) Add(m *Log) {
	for _, p := range m.Places() {
		l.note(p)
	}
}

// Places returns the places in a fixed order.
func (l *Log) Places() []Place {
	if l == nil {
		return nil
	}
	out := make([]Place, 0, len(l.places))
	for p := range l.places {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Bound, b.Bound), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Pos, b.Pos))
	})
	return out
}

// A Logger is the result of an analyzer that has a log.
type Logger interface{ Bounds() *Log }
