package threads

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// Timer returns the timer whose channel l is, nil if it is none.
func (u *Unfolding) Timer(l *paths.Loc) *paths.Loc {
	for p := l; p != nil; p = p.Parent {
		if f, call := ResultOf(p); call != nil && p.Parent == nil && f != nil {
			if op := u.info(call).sync; op != nil && op.Kind == models.SyncTimerNew {
				return p
			}
		}
	}
	return nil
}

// Done reports whether l is the channel of a context that only its
// cancellation closes.
func (u *Unfolding) Done(l *paths.Loc) bool {
	if l == nil {
		return false
	}
	_, call := ResultOf(l)
	if call == nil {
		return false
	}
	op := u.info(call).sync
	return op != nil && op.Kind == models.SyncContextDone
}

// CouldHold reports whether a condition could be as want while the flag that
// it is computed from still has its initial value; known is false if that
// cannot be said.
func (u *Unfolding) CouldHold(e *Event) (could, known bool) {
	init := u.initial(e.Obj)
	if init == nil {
		return false, false
	}
	c := u.assuming(e.Frame, e.Value, e.Obj, init, 0)
	if c == nil || c.Kind() != constant.Bool {
		return false, false
	}
	return constant.BoolVal(c) == e.Want, true
}

// A Place is an instruction in a frame.
type Place struct {
	Frame *Frame
	Instr ssa.Instruction
}

// Closers returns the stores that make the condition of a flag event false
// from then on. There are none if one of its variable's stores may make it
// true again; the first values, which the function stores that makes the
// object, do not count.
func (u *Unfolding) Closers(e *Event) map[Place]bool {
	home, _ := RootValue(e.Obj)
	if !Local(e.Obj) {
		return nil
	}
	out := make(map[Place]bool)
	for i := range u.stores[e.Obj.Top()] {
		s := &u.stores[e.Obj.Top()][i]
		if !s.loc.Overlaps(e.Obj) {
			continue
		}
		switch {
		case s.loc == e.Obj && s.val != nil && u.excludes(e, s):
			out[Place{s.frame, s.instr}] = true
		case s.frame == home && u.once(s.frame, s.instr, e.Obj):
		default:
			return nil
		}
	}
	return out
}

// once reports whether instr, of the frame that makes the object of l, is
// executed once for each object.
func (u *Unfolding) once(f *Frame, instr ssa.Instruction, l *paths.Loc) bool {
	_, alloc := Alloc(l)
	for _, loop := range u.loopsOf(f.Fn).loops {
		if loop.blocks[instr.Block()] && (alloc == nil || !loop.blocks[alloc.Block()]) {
			return false
		}
	}
	return true
}

// Excludes reports whether the store at a place leaves the variable of a flag
// event with a value with which its condition does not hold; known is false
// if that cannot be said.
func (u *Unfolding) Excludes(e *Event, p Place) (excludes, known bool) {
	for i := range u.stores[e.Obj.Top()] {
		s := &u.stores[e.Obj.Top()][i]
		if s.frame != p.Frame || s.instr != p.Instr || s.loc != e.Obj || s.val == nil {
			continue
		}
		if u.excludes(e, s) {
			return true, true
		}
		return false, u.constant(s.frame, s.val, 0) != nil
	}
	return false, false
}

// excludes reports whether the condition of e does not hold while its
// variable has the value that s stores.
func (u *Unfolding) excludes(e *Event, s *storeAt) bool {
	if val := u.constant(s.frame, s.val, 0); val != nil {
		c := u.assuming(e.Frame, e.Value, e.Obj, val, 0)
		return c != nil && c.Kind() == constant.Bool && constant.BoolVal(c) != e.Want
	}
	cmp, ok := e.Value.(*ssa.BinOp)
	if !ok || !isFresh(s.val) {
		return false
	}
	if y, isConst := cmp.Y.(*ssa.Const); !isConst || !y.IsNil() {
		return false
	}
	return cmp.Op == token.EQL && e.Want || cmp.Op == token.NEQ && !e.Want
}

// isFresh reports whether v is a new object, and so not nil.
func isFresh(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeClosure, *ssa.Alloc, *ssa.MakeInterface:
		return true
	}
	return false
}

// initial returns the value of a variable before it is changed by several
// threads: the only constant that is stored to it plainly, or zero.
func (u *Unfolding) initial(l *paths.Loc) constant.Value {
	if l == nil || !Local(l) || l.Type == nil {
		return nil
	}
	var one *storeAt
	for i := range u.stores[l.Top()] {
		s := &u.stores[l.Top()][i]
		if s.val == nil || !s.loc.Overlaps(l) || s.frame != u.Root {
			continue
		}
		if one != nil {
			return nil
		}
		one = s
	}
	if one == nil {
		return zero(l.Type)
	}
	return u.constant(one.frame, one.val, 0)
}

// assuming evaluates v if the variable l holds val.
func (u *Unfolding) assuming(f *Frame, v ssa.Value, l *paths.Loc, val constant.Value, depth int) constant.Value {
	if u.tooFar(depth) {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Const:
		return u.constant(f, v, 0)
	case *ssa.UnOp:
		if v.Op == token.MUL && u.eval(f, v.X).only() == l {
			return val
		}
		if v.Op == token.NOT {
			if c := u.assuming(f, v.X, l, val, depth+1); c != nil {
				return constant.UnaryOp(token.NOT, c, 0)
			}
		}
	case *ssa.BinOp:
		return fold(v, u.assuming(f, v.X, l, val, depth+1), u.assuming(f, v.Y, l, val, depth+1))
	case *ssa.Call:
		op := u.Sync(v)
		if op == nil || u.target(f, &v.Call, op.Target).only() != l {
			return nil
		}
		args := v.Call.Args
		switch {
		case op.Kind == models.SyncAtomicLoad:
			return val
		case op.Kind == models.SyncAtomicCAS && len(args) >= 3:
			if old := u.constant(f, args[1], 0); old != nil && old.Kind() == val.Kind() {
				return constant.MakeBool(constant.Compare(old, token.EQL, val))
			}
		case op.Kind == models.SyncAtomicRMW && len(args) >= 2 && isInteger(v.Type()):
			// An addition: of all others, nothing is known.
			if d := u.constant(f, args[1], 0); d != nil && v.Call.StaticCallee() != nil && d.Kind() == constant.Int && val.Kind() == constant.Int && adds(v) {
				return constant.BinaryOp(val, token.ADD, d)
			}
		}
	}
	return u.constant(f, v, depth+1)
}

// adds reports whether a read-modify-write of two arguments returns their sum:
// those that return the old value are named otherwise everywhere.
func adds(call *ssa.Call) bool {
	name := call.Call.StaticCallee().Name()
	return len(name) >= 3 && name[:3] == "Add"
}

// A Turn is a loop in a frame.
type Turn struct {
	Frame  *Frame
	Header *ssa.BasicBlock
	loop   *loop
}

// Outside reports whether b is outside the loop.
func (t *Turn) Outside(b *ssa.BasicBlock) bool { return !t.loop.blocks[b] }

// Inductive returns the loop in each turn of which v, in frame f, has another
// value, nil if there is none in view.
func (u *Unfolding) Inductive(f *Frame, v ssa.Value) *Turn { return u.inductive(f, v, 0) }

func (u *Unfolding) inductive(f *Frame, v ssa.Value, depth int) *Turn {
	if v == nil || f == nil || u.tooFar(depth) {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if i := indexOf(f.Fn.Params, v); i >= 0 && i < len(f.args) && f.args[i].value != nil && f.args[i].as == nil {
			return u.inductive(f.args[i].frame, f.args[i].value, depth+1)
		}
	case *ssa.BinOp:
		if _, ok := v.Y.(*ssa.Const); ok && (v.Op == token.ADD || v.Op == token.SUB) {
			return u.inductive(f, v.X, depth+1)
		}
	case *ssa.Convert:
		return u.inductive(f, v.X, depth+1)
	case *ssa.Phi:
		if l := u.loopsOf(f.Fn).headed(v.Block()); l != nil && l.steps(v) {
			return &Turn{f, l.header, l}
		}
	case *ssa.Extract:
		if next, ok := v.Tuple.(*ssa.Next); ok && v.Index == 1 {
			for _, l := range u.loopsOf(f.Fn).loops {
				if l.blocks[next.Block()] && l.header == next.Block() {
					return &Turn{f, l.header, l}
				}
			}
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil
		}
		l := u.eval(f, v.X).only()
		if l == nil || !Local(l) {
			return nil
		}
		var found *Turn
		for i := range u.stores[l.Top()] {
			s := &u.stores[l.Top()][i]
			if s.loc != l || s.val == nil {
				continue
			}
			t := u.inductive(s.frame, s.val, depth+1)
			if t == nil || found != nil && t.loop != found.loop {
				return nil
			}
			found = t
		}
		return found
	}
	return nil
}

// steps reports whether phi, at the header of l, changes by a constant in each turn.
func (l *loop) steps(phi *ssa.Phi) bool {
	for i, e := range phi.Edges {
		if !l.blocks[l.header.Preds[i]] {
			continue
		}
		sum, ok := e.(*ssa.BinOp)
		if !ok || sum.X != phi || sum.Op != token.ADD && sum.Op != token.SUB {
			return false
		}
		if c, ok := sum.Y.(*ssa.Const); !ok || c.Value == nil || c.Value.Kind() != constant.Int || constant.Sign(c.Value) == 0 {
			return false
		}
	}
	return true
}
