package locks

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// A lock may lie in a field of a library's struct that points to one: the
// Locker of a condition variable. It is named by the struct, or, where the
// package shows which lock of the same object it has been given, by that lock.

// findGiven notes which mutex fields the package gives to the objects that it
// stores in fields of the same struct: c.cond = sync.NewCond(&c.mu).
func (a *Analysis) findGiven() {
	a.given = make(map[*types.Var]*types.Var)
	for _, fn := range a.list {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if s, ok := instr.(*ssa.Store); ok {
					a.noteGiven(s)
				}
			}
		}
	}
}

func (a *Analysis) noteGiven(s *ssa.Store) {
	call, ok := s.Val.(*ssa.Call)
	if !ok || len(call.Call.Args) != 1 || !holdsLocker(call.Type()) {
		return
	}
	into, from := a.Paths.Of(s.Addr), a.Paths.Of(call.Call.Args[0])
	if into == nil || from == nil || into.Step != paths.Field || from.Step != paths.Field || into.Parent != from.Parent {
		return
	}
	a.given[into.Field] = from.Field
}

// holdsLocker reports whether t points to a struct of another package with a
// field of an interface type that has the methods of a lock.
func holdsLocker(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if isLockerField(f) {
			return true
		}
	}
	return false
}

func isLockerField(f *types.Var) bool {
	return f.Exported() && types.IsInterface(f.Type()) && isLocker(f.Type(), f.Pkg())
}

// inner returns the location that stands for a lock at l: where l is what a
// Locker in a struct in a field points to, that field, or the lock given to it.
func (a *Analysis) inner(l *paths.Loc) *paths.Loc {
	if l == nil || l.Step != paths.Deref || l.Parent.Step != paths.Field || !isLockerField(l.Parent.Field) {
		return l
	}
	holder := l.Parent.Parent
	if holder.Step == paths.Deref {
		holder = holder.Parent
	}
	if holder.Step != paths.Field || holder.Field.Pkg() == l.Parent.Field.Pkg() {
		return l
	}
	if mu := a.given[holder.Field]; mu != nil {
		return a.Paths.Space.Field(holder.Parent, mu)
	}
	return holder
}

// lockAt returns the lock of an operation whose model names a path.
func (a *Analysis) lockAt(call *ssa.CallCommon, p models.Path, read bool) Held {
	l := a.inner(a.at(call, p))
	return Held{Class: ClassOf(l), Loc: l, Read: read}
}
