package directives

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
)

// checkConflicts finds directives that are repeated or that contradict each
// other. Both stay in force; the later one has the problem.
func (s *Set) checkConflicts() {
	var all []Marked
	for _, c := range contracts {
		all = append(all, s.marked[c.name]...)
	}
	slices.SortStableFunc(all, func(a, b Marked) int { return cmp.Compare(a.Pos, b.Pos) })
	earlier := make(map[any][]Marked) // by what is marked
	reported := make(map[token.Pos]bool)
	for _, m := range all {
		message := s.conflict(m, earlier[m.key()], false)
		if message == "" {
			message = s.conflict(m, earlier[interfaceOf(m.Obj)], true)
		}
		if message != "" && !reported[m.Pos] {
			reported[m.Pos] = true // one that marks two variables is one
			s.problem(m.Pos, message)
		}
		earlier[m.key()] = append(earlier[m.key()], m)
	}
}

// conflict returns what is wrong with m beside the others that mark the same
// thing, or the interface type of the method that m marks.
func (s *Set) conflict(m Marked, others []Marked, ofInterface bool) string {
	c, _ := contractOf(m.Name)
	for _, o := range others {
		line := s.fset.PositionFor(o.Pos, false).Line
		switch {
		case slices.Contains(c.denies, o.Name):
			return fmt.Sprintf("%s directive contradicts the %s directive of line %d", m.Name, o.Name, line)
		case !ofInterface && o.Name == m.Name && repeats(o, m):
			return fmt.Sprintf("%s directive repeats that of line %d", m.Name, line)
		}
	}
	return ""
}

// repeats reports whether two directives of one name say the same of one
// thing. A thing may have several locks; an annotation of gVisor's beside a
// directive serves another tool.
func repeats(a, b Marked) bool {
	if a.foreign || b.foreign {
		return false
	}
	return len(a.Locks) == 0 || slices.ContainsFunc(a.Locks, func(lock string) bool { return slices.Contains(b.Locks, lock) })
}

// key identifies what is marked.
func (m Marked) key() any {
	if m.Obj != nil {
		return m.Obj
	}
	return m.Node
}

// interfaceOf returns the type name of the interface whose method obj is, or
// a key that marks nothing.
func interfaceOf(obj types.Object) any {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return nil
	}
	named, ok := types.Unalias(fn.Signature().Recv().Type()).(*types.Named)
	if !ok || !types.IsInterface(named) {
		return nil
	}
	return named.Obj()
}
