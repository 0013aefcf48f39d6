package windows

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// Categories of windows, which are those of the findings about them.
const (
	LockGap           = "lock-gap"           // observed in one section of a lock, acted on in another
	LimitOverrun      = "limit-overrun"      // the same, of a limit
	IDAllocation      = "id-allocation"      // the same, of the next number
	LazyInit          = "lazy-init"          // the same, of what is made when it is missing
	CacheResurrection = "cache-resurrection" // the same, of an entry that others remove
	StaleAcrossWait   = "stale-across-wait"  // the same, around a wait for a condition
	CheckActMethods   = "check-act-methods"  // two methods that lock by themselves
	AtomicGap         = "atomic-gap"         // atomic load, atomic store
	SyncMapGap        = "syncmap-gap"        // the same, of an entry of a map that locks itself
)

// Category returns what kind of window w is.
func (r *Result) Category(w *Window) string {
	switch {
	case w.Check.Use != nil && w.Act.Use != nil && !w.Check.Literal && !w.Act.Literal:
		return CheckActMethods
	case w.Lock == nil && w.Act.Mode == Map:
		return SyncMapGap
	case w.Lock == nil:
		return AtomicGap
	case w.AcrossWait():
		return StaleAcrossWait
	case w.IsLimit():
		return LimitOverrun
	case w.IsCount():
		return IDAllocation
	case w.OnAbsence() && w.Act.Kind == Store:
		return LazyInit
	case w.OnAbsence() && w.Act.Kind == Insert && r.Removed(w):
		return CacheResurrection
	}
	return LockGap
}

// Exempt reports whether nothing can happen in the window that matters: one
// goroutine makes all changes, the entry is claimed, the callers lock, or what
// is written is a constant, and so the same by whomever it is written.
func (r *Result) Exempt(w *Window) bool {
	if w.OtherClaim || w.OtherTest {
		return true
	}
	if c := r.Accesses.Contexts[accesses.Declared(w.Fn)]; c != nil && c.Named {
		return true // its callers hold a lock
	}
	if r.Accesses.CallersLock(w.Fn) {
		return true
	}
	if w.Act.Kind == Store && (w.Act.Val != nil && isConst(w.Act.Val) || w.Act.Use != nil && w.Act.Use.Const) {
		return true
	}
	return r.Owned(w)
}

// Removed reports whether another function removes or replaces what w inserts.
func (r *Result) Removed(w *Window) bool {
	for _, e := range r.writers[w.Act.Var] {
		if accesses.Declared(e.Fn) != accesses.Declared(w.Fn) && (e.Kind == Delete || e.Kind == Store && !e.Inside) {
			return true
		}
	}
	return false
}

// Doubtful reports whether a step of the argument is assumed: that an element
// is the same one, that a call passes on what it is given, or that an act which
// tests another field of the object is done all the same.
func (w *Window) Doubtful() bool {
	return w.Weak && w.Branch == nil || w.InElement() || w.Act.Use != nil && w.Act.Use.OtherTest
}

// InElement reports whether the location is in some element of a slice or
// array: which one, is not known.
func (w *Window) InElement() bool {
	return inElement(w.Act.Loc) && (w.Act.Use != nil || w.Check.Use != nil)
}

// inElement reports whether l lies in some element of a slice or array.
func inElement(l *paths.Loc) bool {
	for ; l != nil; l = l.Parent {
		if l.Step == paths.Elem && l.Hi-l.Lo != 1 {
			return true
		}
	}
	return false
}

// IsMemo reports whether w inserts what it has found missing.
func (w *Window) IsMemo() bool { return w.Act.Kind == Insert && w.OnAbsence() }

// Text describes the window for the packages above.
func (r *Result) Text(w *Window) string {
	return "a check of " + CellName(w.Act) + " and the act on it, " + ActName(w.Act)
}

// CellName returns the location of an event as readers know it: "Account.balance".
func CellName(e *Event) string {
	if n := PathName(e.Loc); n != "" {
		return n
	}
	if n := ownerOf(e.Var); n != "" {
		return n + "." + e.Var.Name()
	}
	return e.Var.Name()
}

// ownerOf returns the name of the type declared in the package of a field that
// has it, "" if there is none.
func ownerOf(v types.Object) string {
	field, ok := v.(*types.Var)
	if !ok || !field.IsField() || v.Pkg() == nil {
		return ""
	}
	scope := v.Pkg().Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		if st, ok := tn.Type().Underlying().(*types.Struct); ok {
			for f := range st.Fields() {
				if f == field {
					return name
				}
			}
		}
	}
	return ""
}

// PathName returns the last field of a location with the type that it is of, "" if there is none.
func PathName(l *paths.Loc) string {
	if l.Step == paths.Deref {
		l = l.Parent
	}
	for l != nil && l.Step == paths.Field && l.Field.Embedded() && l.Parent.Step == paths.Field {
		l = l.Parent // the lock in a lock
	}
	if l != nil && l.Step == paths.Field {
		if n := typeName(l.Parent.Type); n != "" {
			return n + "." + l.Field.Name()
		}
	}
	return ""
}

func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// ActName returns what the act is called in a message.
func ActName(e *Event) string {
	if call, ok := e.Instr.(*ssa.Call); ok && (e.Use != nil || e.Mode != Plain) && !e.Literal {
		if fn := call.Call.StaticCallee(); fn != nil {
			if fn.Parent() != nil {
				return "this call"
			}
			return fn.Name()
		}
		if call.Call.IsInvoke() {
			return call.Call.Method.Name()
		}
	}
	switch e.Kind {
	case Insert:
		return "this insert"
	case Delete:
		return "this removal"
	}
	return "this write"
}
