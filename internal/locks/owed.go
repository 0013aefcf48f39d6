package locks

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A function may unlock what its caller has locked and lock it again before
// it returns, on all paths or on those on which it has unlocked it: it owes
// the lock in between.

// A state is what is known at a point of a function.
type state struct {
	held Set
	owed []debt
}

// A debt is a lock that has been released on some path, and not been taken since.
type debt struct {
	lock   Held
	conds  []cond // all true wherever it was released
	caller bool   // the function itself has not taken it
	was    Held   // what is held again where one of conds is false
	back   bool   // it is held on all paths but those
}

// A cond says that a comparison, or a value of type bool, is true or false.
type cond struct {
	op   token.Token // ILLEGAL: x itself
	x, y ssa.Value
	is   bool
}

func condOf(v ssa.Value, is bool) cond {
	for {
		n, ok := v.(*ssa.UnOp)
		if !ok || n.Op != token.NOT {
			break
		}
		v, is = n.X, !is
	}
	cmp, ok := v.(*ssa.BinOp)
	switch {
	case !ok:
		return cond{x: v, is: is}
	case cmp.Op == token.NEQ:
		return cond{op: token.EQL, x: cmp.X, y: cmp.Y, is: !is}
	}
	return cond{op: cmp.Op, x: cmp.X, y: cmp.Y, is: is}
}

// about reports whether two conditions are about the same values.
func (c cond) about(d cond) bool {
	return c.op == d.op && sameValue(c.x, d.x) && sameValue(c.y, d.y)
}

func sameValue(v, w ssa.Value) bool {
	if v == w {
		return true
	}
	c, ok := v.(*ssa.Const)
	d, isConst := w.(*ssa.Const)
	if !ok || !isConst || (c.Value == nil) != (d.Value == nil) {
		return false
	}
	return c.Value == nil || c.Value.Kind() == d.Value.Kind() && constant.Compare(c.Value, token.EQL, d.Value)
}

// edgeCond returns the condition under which b goes on to its i-th successor.
func edgeCond(b *ssa.BasicBlock, i int) (cond, bool) {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || b.Succs[0] == b.Succs[1] {
		return cond{}, false
	}
	return condOf(branch.Cond, i == 0), true
}

// condsOf returns the conditions that hold whenever b is reached.
func condsOf(b *ssa.BasicBlock) []cond {
	var out []cond
	for c := b; c != nil; c = c.Idom() {
		if len(c.Preds) != 1 {
			continue
		}
		p := c.Preds[0]
		if d, ok := edgeCond(p, slices.Index(p.Succs, c)); ok {
			out = append(out, d)
		}
	}
	return out
}

// release takes a lock out of s. It is a caller's if the function itself
// cannot have taken it, on some paths at least.
func (f *Func) release(s state, h Held, at *ssa.BasicBlock) state {
	d := debt{lock: h, conds: condsOf(at)}
	is := func(x Held) bool { return same(x, h) }
	if i := slices.IndexFunc(s.held, is); i >= 0 {
		d.was, d.back = s.held[i], true
		s.held = s.held.without(h)
		if len(d.conds) > 0 {
			s.owed = owing(s.owed, d)
		}
		return s
	}
	if slices.ContainsFunc(f.taken, is) {
		return s
	}
	d.caller = true
	f.released = append(f.released, h)
	s.held = s.held.without(h)
	s.owed = owing(s.owed, d)
	return s
}

// acquire adds a lock to s.
func (s state) acquire(h Held) state {
	s.held = s.held.with(h)
	s.owed = without(s.owed, func(d debt) bool { return same(d.lock, h) })
	return s
}

// owing returns the debts of a list, and d.
func owing(list []debt, d debt) []debt {
	for i, x := range list {
		if !x.sameAs(d) {
			continue
		}
		list = slices.Clone(list)
		list[i].caller = x.caller || d.caller
		list[i].back = x.back && d.back && x.was == d.was
		return list
	}
	return append(slices.Clip(list), d)
}

func (d debt) sameAs(x debt) bool { return same(d.lock, x.lock) && slices.Equal(d.conds, x.conds) }

// without returns the debts of a list of which drop does not hold.
func without(list []debt, drop func(debt) bool) []debt {
	if !slices.ContainsFunc(list, drop) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), drop)
}

// redefined returns s after v has got another value, in the next turn of a loop.
func (s state) redefined(v ssa.Value) state {
	is := func(c cond) bool { return c.x == v || c.y == v }
	if !slices.ContainsFunc(s.owed, func(d debt) bool { return slices.ContainsFunc(d.conds, is) }) {
		return s
	}
	owed := s.owed
	s.owed = nil
	for _, d := range owed {
		if slices.ContainsFunc(d.conds, is) {
			d.conds = slices.DeleteFunc(slices.Clone(d.conds), is)
		}
		s.owed = owing(s.owed, d)
	}
	return s
}

// where returns s where c holds: what was released only where it does not has
// not been.
func (s state) where(c cond) state {
	not := func(d debt) bool {
		return slices.ContainsFunc(d.conds, func(x cond) bool { return x.about(c) && x.is != c.is })
	}
	all := s.owed
	s.owed = without(s.owed, not)
	for _, d := range all {
		if d.back && not(d) && !s.owes(d.lock) {
			s.held = s.held.with(d.was)
		}
	}
	return s
}

func (s state) owes(h Held) bool {
	return slices.ContainsFunc(s.owed, func(d debt) bool { return same(d.lock, h) })
}

// owesCaller reports whether a caller's lock may be released and not taken again.
func (s state) owesCaller(h Held) bool {
	return slices.ContainsFunc(s.owed, func(d debt) bool { return d.caller && same(d.lock, h) })
}

// meet returns what is known where two paths join.
func (s state) meet(t state) state {
	out := state{held: s.held.meet(t.held)}
	add := func(list []debt, other state) {
		for _, d := range list {
			d.back = d.back && other.hasBack(d)
			out.owed = owing(out.owed, d)
		}
	}
	add(s.owed, t)
	add(t.owed, s)
	return out
}

// hasBack reports whether s has the lock of d, or has it but for debts of its own.
func (s state) hasBack(d debt) bool {
	if slices.Contains(s.held, d.was) {
		return true
	}
	own := false
	for _, x := range s.owed {
		if same(x.lock, d.lock) {
			if !x.back || x.was != d.was {
				return false
			}
			own = true
		}
	}
	return own
}

func (s state) equal(t state) bool {
	return s.held.equal(t.held) && slices.EqualFunc(s.owed, t.owed, func(d, x debt) bool {
		return d.sameAs(x) && d.caller == x.caller && d.back == x.back && d.was == x.was
	})
}
