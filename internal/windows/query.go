package windows

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

// AcrossWait reports whether the window is a wait for a condition.
func (w *Window) AcrossWait() bool {
	if w.Lock == nil || w.wait {
		return w.wait
	}
	i := w.Act.Holds.find(w.Lock.Class, w.Lock.Loc)
	call, ok := w.Act.Holds[i].Token.At.(*ssa.Call)
	if !ok {
		return false
	}
	obj := program.Callee(&call.Call)
	if obj == nil {
		return false
	}
	op := w.func_.r.Accesses.Table.Sync(obj)
	return op != nil && op.Kind == models.SyncCondWait
}

// IsLimit reports whether the act adds, and the check is whether there is room.
func (w *Window) IsLimit() bool {
	if w.Branch == nil || w.Act.Kind != Modify && w.Act.Kind != Insert {
		return false
	}
	flow := w.func_.flow(w.Check.Val)
	b, ok := w.Branch.Cond.(*ssa.BinOp)
	return ok && isOrdering(b.Op) && (flow[b.X] == Strong || flow[b.Y] == Strong)
}

// IsCount reports whether what is written is what was observed, plus or minus something.
func (w *Window) IsCount() bool {
	if !w.Data || w.Act.Val == nil {
		return false
	}
	b, ok := strip(w.Act.Val).(*ssa.BinOp)
	if !ok || b.Op != token.ADD && b.Op != token.SUB {
		return false
	}
	t, ok := b.Type().Underlying().(*types.Basic)
	if !ok || t.Info()&types.IsNumeric == 0 {
		return false
	}
	flow := w.func_.flow(w.Check.Val)
	return flow[b.X] == Strong || flow[b.Y] == Strong
}

// OnAbsence reports whether the act is done because the check has found
// nothing: nil, or no entry.
func (w *Window) OnAbsence() bool {
	if w.Branch == nil {
		return false
	}
	flow := w.func_.flow(w.Check.Val)
	cond, _ := stripNot(w.Branch.Cond, true)
	switch c := cond.(type) {
	case *ssa.BinOp:
		return c.Op == token.EQL || c.Op == token.NEQ && (isNilConst(c.X) || isNilConst(c.Y))
	case *ssa.Extract:
		return flow[c] == Strong && c.Index == 1
	}
	return false
}
