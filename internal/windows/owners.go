package windows

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Writers returns the acts on a variable that the package makes itself,
// outside constructors, in the order of functions.
func (r *Result) Writers(v types.Object) []*Event { return r.writers[v] }

// WritingFuncs returns the declared functions that write v, in their order.
func (r *Result) WritingFuncs(v types.Object) []*ssa.Function {
	var out []*ssa.Function
	for _, e := range r.writers[v] {
		fn := accesses.Declared(e.Fn)
		if !slices.Contains(out, fn) {
			out = append(out, fn)
		}
	}
	return out
}

// Owned reports whether all who can make the check of a window untrue run on
// one goroutine: in the call tree of one function that a go statement starts.
// Who takes away from what the act adds to, keeps the check true; and so does
// who removes what the act removes.
func (r *Result) Owned(w *Window) bool {
	sign := int8(0)
	if w.Act.Kind == Modify && !w.Data {
		sign = w.Act.sign()
	}
	var owner *ssa.Function
	for _, e := range r.writers[w.Act.Var] {
		if sign != 0 && e.Kind == Modify && e.sign() == -sign {
			continue
		}
		if e.Kind == Delete && (w.Act.Kind == Delete || w.Act.Kind == Insert && w.IsLimit()) {
			continue // nothing is left for the act to do, or more room
		}
		if sign != 0 && e.Kind == Store && sign > 0 && e.Val != nil && isZero(e.Val) {
			continue
		}
		c := r.Accesses.Contexts[e.Fn]
		if c == nil || len(c.Roots) != 1 || owner != nil && c.Roots[0] != owner {
			return false
		}
		owner = c.Roots[0]
	}
	if owner == nil {
		return false
	}
	return r.single(owner)
}

// OneAtATime reports whether fn runs on one goroutine only: no two of its runs overlap.
func (r *Result) OneAtATime(fn *ssa.Function) bool {
	c := r.Accesses.Contexts[fn]
	return c != nil && len(c.Roots) == 1 && r.single(c.Roots[0])
}

// CalledAsValue reports whether a declared function is called by whoever holds
// its value: which locks they hold is not known.
func (r *Result) CalledAsValue(fn *ssa.Function) bool {
	fn = accesses.Declared(fn)
	c := r.Accesses.Contexts[fn]
	return c != nil && (c.Root || c.Unknown) && fn.Object() != nil && !fn.Object().Exported()
}

// single reports whether fn is what one go statement starts, outside any loop,
// and nobody else calls.
func (r *Result) single(fn *ssa.Function) bool {
	if c := r.Accesses.Contexts[fn]; c == nil || !c.Go || c.Root {
		return false
	}
	starts := 0
	for _, g := range r.Accesses.Program.Funcs {
		for _, b := range g.Blocks {
			for _, instr := range b.Instrs {
				if s, ok := instr.(*ssa.Go); ok && staticCallee(s) == fn && !r.Accesses.IsTest(g) {
					if starts++; program.InCycle(b) {
						return false
					}
				}
			}
		}
	}
	return starts == 1
}

// sign returns the direction in which an event changes a number: 1 up, -1
// down, 0 if it is not known.
func (e *Event) sign() int8 {
	if e.Use != nil {
		return e.Use.Sign
	}
	if e.Kind != Modify || e.Val == nil {
		return 0
	}
	if e.Mode == Atomic {
		return constSign(e.Val)
	}
	b, ok := strip(e.Val).(*ssa.BinOp)
	if !ok {
		return 0
	}
	switch b.Op {
	case token.ADD:
		return constSign(b.Y)
	case token.SUB:
		return -constSign(b.Y)
	}
	return 0
}

func constSign(v ssa.Value) int8 {
	c, ok := strip(v).(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0
	}
	n, exact := constant.Int64Val(c.Value)
	switch {
	case !exact || n < 0: // ^uint64(0) takes one away
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func isZero(v ssa.Value) bool {
	c, ok := strip(v).(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}
