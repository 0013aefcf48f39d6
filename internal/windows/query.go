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
	if w.Check.Use != nil && w.Check.Use.Ordered && isBool(w.Check.Val.Type()) {
		return true
	}
	flow := w.func_.flow(w.Check.Val)
	b, ok := w.Branch.Cond.(*ssa.BinOp)
	if !ok || !isComparison(b.Op) {
		return false
	}
	other := b.Y
	if flow[b.X] != Strong {
		other = b.X
		if flow[b.Y] != Strong {
			return false
		}
	}
	t, basic := b.X.Type().Underlying().(*types.Basic)
	return basic && t.Info()&types.IsNumeric != 0 && (isOrdering(b.Op) || !isConst(other))
}

// OnlyCounts reports whether nothing but the act hangs on the check: a counter
// that stops at a bound, and may go past it by the number of those who race.
func (w *Window) OnlyCounts() bool {
	if w.Branch == nil || w.Act.Kind != Modify {
		return false
	}
	b := w.Act.Instr.Block()
	if len(b.Preds) != 1 || b.Preds[0] != w.Branch.Block() {
		return false
	}
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Call, *ssa.Store, *ssa.Send, *ssa.Go, *ssa.Defer, *ssa.MapUpdate, *ssa.If:
			if instr != w.Act.Instr {
				return false
			}
		case *ssa.Return:
			if len(instr.Results) > 0 {
				return false
			}
		}
	}
	return true
}

// isBool reports whether t is that of a condition, or of the variable of one.
func isBool(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
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

// Registers reports whether the act keeps what a caller has handed over, unless
// the check has found that there is such a thing already.
func (w *Window) Registers() bool {
	if !w.FromCaller() || w.Branch == nil {
		return false
	}
	switch w.Act.Kind {
	case Insert:
		return w.OnAbsence()
	case Modify:
		call, ok := strip(w.Act.Val).(*ssa.Call)
		if !ok {
			return false
		}
		b, ok := call.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "append"
	}
	return false
}

// FromCaller reports whether what is written has been handed to the function:
// a func, pointer or interface that is neither the receiver nor the key, or
// something new that holds one. Nobody can compute it again.
func (w *Window) FromCaller() bool {
	if w.Act.Val == nil {
		return false
	}
	seen := make(map[ssa.Value]bool)
	var from func(v ssa.Value) bool
	from = func(v ssa.Value) bool {
		if v == nil || seen[v] || len(seen) > maxFlow {
			return false
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Parameter:
			if w.Fn.Signature.Recv() != nil && v == w.Fn.Params[0] || w.Act.Key != nil && strip(w.Act.Key) == v {
				return false
			}
			switch v.Type().Underlying().(type) {
			case *types.Pointer, *types.Signature, *types.Interface, *types.Chan:
				return !isContext(v.Type())
			}
		case *ssa.Phi:
			for _, e := range v.Edges {
				if from(e) {
					return true
				}
			}
		case *ssa.Alloc:
			for _, ref := range *v.Referrers() {
				switch ref := ref.(type) {
				case *ssa.Store:
					if ref.Addr == v && from(ref.Val) {
						return true
					}
				case *ssa.FieldAddr, *ssa.IndexAddr:
					addr := ref.(ssa.Value)
					for _, r := range *addr.Referrers() {
						if s, ok := r.(*ssa.Store); ok && s.Addr == addr && from(s.Val) {
							return true
						}
					}
				}
			}
		case *ssa.Slice:
			return from(v.X)
		case *ssa.Call:
			if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(v.Call.Args) == 2 {
				return from(v.Call.Args[1])
			}
		case *ssa.MakeInterface:
			return from(v.X)
		case *ssa.ChangeInterface:
			return from(v.X)
		case *ssa.ChangeType:
			return from(v.X)
		}
		return false
	}
	return from(w.Act.Val)
}

// isContext reports whether t has the methods of a context: it is no content.
func isContext(t types.Type) bool {
	set := types.NewMethodSet(t)
	return set.Lookup(nil, "Deadline") != nil && set.Lookup(nil, "Done") != nil
}

// OnAbsence reports whether the act is done because the check has found
// nothing: nil, or no entry.
func (w *Window) OnAbsence() bool {
	if w.Branch == nil {
		return false
	}
	flow := w.func_.flow(w.Check.Val)
	cond, _ := stripNot(w.Branch.Cond, true)
	if w.Check.Use != nil && w.Check.Inside && w.Act.Kind == Insert && flow[cond] == Strong {
		return true // a method that says whether there is an entry
	}
	switch c := cond.(type) {
	case *ssa.BinOp:
		return c.Op == token.EQL || c.Op == token.NEQ && (isNilConst(c.X) || isNilConst(c.Y))
	case *ssa.Extract:
		return flow[c] == Strong && c.Index == 1
	}
	return false
}
