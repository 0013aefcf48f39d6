package threads

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// A storeAt is a store to a location.
type storeAt struct {
	frame *Frame
	instr ssa.Instruction
	val   ssa.Value // nil if it is not known
	loc   *paths.Loc
}

const maxFold = 8 // steps of the evaluation of a constant

// tooFar reports whether a constant is further away than is looked for.
func (u *Unfolding) tooFar(depth int) bool {
	if depth > maxFold {
		u.Exceeded("threads.maxFold")
		return true
	}
	return false
}

// constant returns the constant that v is in f, nil if it is not known.
func (u *Unfolding) constant(f *Frame, v ssa.Value, depth int) constant.Value {
	if u.tooFar(depth) {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil {
			if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
				return constant.MakeBool(false)
			}
		}
		return v.Value
	case *ssa.Parameter:
		return u.constFormal(v, f.args, indexOf(f.Fn.Params, v), depth)
	case *ssa.FreeVar:
		return nil // an address
	case *ssa.BinOp:
		return fold(v, u.constant(f, v.X, depth+1), u.constant(f, v.Y, depth+1))
	case *ssa.UnOp:
		switch v.Op {
		case token.MUL:
			return u.constCell(f, v, depth)
		case token.NOT, token.SUB:
			if c := u.constant(f, v.X, depth+1); c != nil && c.Kind() != constant.Unknown {
				return constant.UnaryOp(v.Op, c, 0)
			}
		}
	case *ssa.Convert:
		if c := u.constant(f, v.X, depth+1); c != nil && c.Kind() == constant.Int && isInteger(v.Type()) {
			return c
		}
	case *ssa.ChangeType:
		return u.constant(f, v.X, depth+1)
	case *ssa.Call:
		return u.constCall(f, v, depth)
	}
	return nil
}

func indexOf[T comparable](list []T, x T) int {
	for i, y := range list {
		if y == x {
			return i
		}
	}
	return -1
}

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func (u *Unfolding) constFormal(_ ssa.Value, actuals []bound, i, depth int) constant.Value {
	if i < 0 || i >= len(actuals) || actuals[i].value == nil || actuals[i].as != nil {
		return nil
	}
	return u.constant(actuals[i].frame, actuals[i].value, depth+1)
}

func fold(op *ssa.BinOp, x, y constant.Value) constant.Value {
	if x == nil || y == nil || x.Kind() != y.Kind() || x.Kind() == constant.Unknown {
		return nil
	}
	switch op.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		if x.Kind() == constant.Bool && op.Op != token.EQL && op.Op != token.NEQ {
			return nil
		}
		return constant.MakeBool(constant.Compare(x, op.Op, y))
	case token.ADD, token.SUB, token.MUL:
		if x.Kind() == constant.Int {
			return constant.BinaryOp(x, op.Op, y)
		}
	case token.QUO:
		if x.Kind() == constant.Int && constant.Sign(y) != 0 {
			return constant.BinaryOp(x, token.QUO_ASSIGN, y)
		}
	}
	return nil
}

// constCall folds the length and capacity of what is made with a constant one.
func (u *Unfolding) constCall(f *Frame, call *ssa.Call, depth int) constant.Value {
	b, ok := call.Call.Value.(*ssa.Builtin)
	if !ok || b.Name() != "len" && b.Name() != "cap" {
		return nil
	}
	x := call.Call.Args[0]
	if p := pointee(x.Type()); p != nil {
		if a, ok := p.Underlying().(*types.Array); ok {
			return constant.MakeInt64(a.Len())
		}
	}
	l := u.eval(f, x).only()
	if l == nil {
		return nil
	}
	g, v := RootValue(l)
	switch v := v.(type) {
	case *ssa.MakeChan:
		if b.Name() == "cap" && l.Parent == nil {
			return u.constant(g, v.Size, depth+1)
		}
	case *ssa.MakeSlice, *ssa.Alloc:
		if b.Name() == "len" && l.Step == paths.Elem && l.Hi < paths.Open {
			return constant.MakeInt64(l.Hi - l.Lo)
		}
	}
	return nil
}

// constCell folds the load of a variable of the unfolding that has one value
// whenever it is loaded here.
func (u *Unfolding) constCell(f *Frame, load *ssa.UnOp, depth int) constant.Value {
	if !u.settled {
		return nil
	}
	l := u.eval(f, load.X).only()
	if l == nil || !Local(l) || u.Escaped(l) {
		return nil
	}
	var one *storeAt
	for i := range u.stores[l.Top()] {
		s := &u.stores[l.Top()][i]
		if !s.loc.Overlaps(l) {
			continue
		}
		if s.frame == f && u.laterOnly(f, l, s.instr, load) {
			continue // a store behind the load, to what is then another variable
		}
		if one != nil || s.loc != l || s.val == nil {
			return nil
		}
		one = s
	}
	if one == nil {
		return zero(load.Type())
	}
	c := u.constant(one.frame, one.val, depth+1)
	if c == nil || !precedes(one.frame, one.instr, f, load) {
		return nil
	}
	return c
}

// InitialValue returns the constant that l holds before the stores that are
// not plain ones, nil if it is not known.
func (u *Unfolding) InitialValue(l *paths.Loc) constant.Value {
	if l == nil || !Local(l) {
		return nil
	}
	if l.Type == nil {
		return nil
	}
	return zero(l.Type)
}

func zero(t types.Type) constant.Value {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return nil
	}
	switch {
	case b.Info()&types.IsInteger != 0:
		return constant.MakeInt64(0)
	case b.Info()&types.IsBoolean != 0:
		return constant.MakeBool(false)
	case b.Info()&types.IsString != 0:
		return constant.MakeString("")
	}
	return nil
}

// precedes reports whether a, in frame f, is executed whenever b, in frame g, is, and before it.
func precedes(f *Frame, a ssa.Instruction, g *Frame, b ssa.Instruction) bool {
	for g != f {
		if g == nil {
			return false
		}
		b, g = g.Site, g.Caller
	}
	return program.Dominates(a, b)
}

// laterOnly reports whether a store, of the same frame as the load and the
// variable, never comes before the load of the same instance of the variable:
// every path from the store to the load passes the declaration.
func (u *Unfolding) laterOnly(f *Frame, l *paths.Loc, store ssa.Instruction, load ssa.Instruction) bool {
	g, alloc := Alloc(l)
	if g != f || alloc == nil || program.Dominates(store, load) {
		return false
	}
	if store.Block() == load.Block() && !program.Dominates(load, store) {
		return false
	}
	seen := make(map[*ssa.BasicBlock]bool)
	work := append([]*ssa.BasicBlock(nil), store.Block().Succs...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if b == alloc.Block() {
			continue // declared anew
		}
		if b == load.Block() {
			return false
		}
		work = append(work, b.Succs...)
	}
	return alloc.Block() != load.Block() || program.Dominates(alloc, load)
}
