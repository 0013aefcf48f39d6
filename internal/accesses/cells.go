package accesses

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// A Cell is a variable, or what it refers to, with its
type Cell struct {
	Var    types.Object
	Inside bool
	All    []*Access // that count: of shared objects, outside setup
	Guard  *Guard    // nil if no write holds a lock
}

// A Guard is a lock that guards a cell: of those that some write holds, the
// one that most accesses hold.
type Guard struct {
	Class   any
	Name    string
	Held    int  // accesses that hold it
	Writes  int  // writes that hold it for writing
	Sibling bool // it is part of the same object
}

// cells groups the accesses that count, in the order of the first one.
func cells(list []*Access) []*Cell {
	type key struct {
		v      types.Object
		inside bool
	}
	byKey := make(map[key]*Cell)
	var cells []*Cell
	for _, a := range list {
		if a.Owned || a.Setup {
			continue
		}
		k := key{a.Var, a.Inside}
		c := byKey[k]
		if c == nil {
			c = &Cell{Var: a.Var, Inside: a.Inside}
			byKey[k] = c
			cells = append(cells, c)
		}
		c.All = append(c.All, a)
	}
	for _, c := range cells {
		c.Guard = guardOf(c)
	}
	return cells
}

// guardOf returns the lock that most accesses of c hold, nil if none is held by a write.
func guardOf(c *Cell) *Guard {
	byClass := make(map[any]*Guard)
	var list []*Guard
	for _, a := range c.All {
		for _, h := range distinct(a.Locks) {
			if !canGuard(h, a) {
				continue
			}
			g := byClass[h.Class]
			if g == nil {
				g = &Guard{Class: h.Class, Name: LockName(h.Class)}
				byClass[h.Class] = g
				list = append(list, g)
			}
			g.Held++
			if a.Write && !h.Read {
				g.Writes++
			}
			g.Sibling = g.Sibling || IsSibling(h, a)
		}
	}
	var best *Guard
	for _, g := range list {
		if g.Writes == 0 {
			continue
		}
		if best == nil || better(g, best) {
			best = g
		}
	}
	return best
}

func better(g, h *Guard) bool {
	if g.Sibling != h.Sibling {
		return g.Sibling
	}
	return g.Held > h.Held
}

// distinct returns one lock of each class, the strongest.
func distinct(s locks.Set) []locks.Held {
	var out []locks.Held
	for _, h := range s {
		if best, _ := s.OfClass(h.Class); best == h {
			if !slices.ContainsFunc(out, func(x locks.Held) bool { return x.Class == h.Class }) {
				out = append(out, h)
			}
		}
	}
	return out
}

// canGuard reports whether the variable of a may be what the lock h is for:
// not a local lock.
func canGuard(h locks.Held, a *Access) bool {
	switch h.Class.(type) {
	case *types.Var, *ssa.Global:
		return true
	}
	return false
}

// IsSibling reports whether a lock is of the same object as what a accesses,
// or both are package-level variables.
func IsSibling(h locks.Held, a *Access) bool {
	if h.Loc == nil {
		return false
	}
	_, globalLock := h.Class.(*ssa.Global)
	if a.Loc.Step == paths.Root {
		return globalLock || h.Loc.Top() == a.Loc
	}
	return object(h.Loc) == object(a.Loc)
}

// HasLock reports whether the struct that a is about, the outermost one, has
// the lock: else it may be a copy of a part of one that has.
func HasLock(a *Access, class any) bool {
	if _, isField := class.(*types.Var); !isField || a.Loc.Step != paths.Field {
		return true
	}
	for l := a.Loc.Parent; l != nil; l = l.Parent {
		if holds(l.Type, class, 0) {
			return true
		}
		if l.Step != paths.Field {
			return l.Type == nil
		}
	}
	return false
}

// maxNesting bounds the structs in structs in which a lock is looked for.
const maxNesting = 4

func holds(t types.Type, class any, depth int) bool {
	if t == nil || depth > maxNesting {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok && depth == 0 {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if class == any(f.Origin()) || holds(f.Type(), class, depth+1) {
			return true
		}
	}
	return false
}

// object returns the struct that l is part of: of embedded and nested structs, the outermost.
func object(l *paths.Loc) *paths.Loc {
	for l.Step == paths.Field {
		l = l.Parent
	}
	if l.Step == paths.Deref && l.Parent.Step == paths.Field && IsLockType(l.Type) {
		return object(l.Parent) // a pointer to a mutex
	}
	return l
}

// IsLockType reports whether values of type t are locks.
func IsLockType(t types.Type) bool {
	if t == nil {
		return false
	}
	set := types.NewMethodSet(types.NewPointer(t))
	return set.Lookup(nil, "Lock") != nil && set.Lookup(nil, "Unlock") != nil
}

// LockName returns the name of a lock's declaration.
func LockName(class any) string {
	switch c := class.(type) {
	case *types.Var:
		return c.Name()
	case *ssa.Global:
		return c.Name()
	}
	return "a lock"
}
