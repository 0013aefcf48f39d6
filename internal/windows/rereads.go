package windows

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
)

// A Reread is a location that is looked at twice: what is done with the second
// value relies on a test of the first.
type Reread struct {
	Fn            *ssa.Function
	First, Second *Event
	// Lock is what the first holds and the second does not; nil if neither
	// holds any, or both are atomic by themselves.
	Lock *Hold
	// Guard is what those who write hold, Held of All of them.
	Guard     any
	Held, All int
	Nil       *Event // who sets it to nil
	Deref     bool   // the second value is a pointer that is followed, or a func that is called
	Same      bool   // the first has been tested against nil
}

// minShare is how many of five writers must hold a lock for it to guard a location.
const minShare = 4

// Rereads returns the locations that a function looks at twice, in the order
// of the second looks.
func (r *Result) Rereads(f *Func) []*Reread {
	var out []*Reread
	if r.Accesses.IsSetup(f.Fn) {
		return nil
	}
	seen := make(map[types.Object]bool)
	for _, second := range f.Events {
		if !f.canReread(second) || seen[second.Var] {
			continue
		}
		for _, first := range f.Events {
			if x := r.reread(f, first, second); x != nil {
				out = append(out, x)
				seen[second.Var] = true
				break
			}
		}
	}
	return out
}

// canReread reports whether an event is a plain or atomic load whose value is
// used without another test.
func (f *Func) canReread(e *Event) bool {
	return e.Kind == Load && e.Use == nil && e.Val != nil && e.Mode != Map && !f.isTest(e) && (!e.Inside || e.Key != nil && isFollowed(e.Val))
}

func (r *Result) reread(f *Func, first, second *Event) *Reread {
	if first == second || !f.canBeFirst(first, second) || !f.sameCell(first, second) {
		return nil
	}
	x := &Reread{Fn: f.Fn, First: first, Second: second, Deref: isFollowed(second.Val)}
	if second.Mode == Plain {
		if !r.share(x) {
			return nil
		}
		for i := range second.Holds {
			if second.Holds[i].Class == x.Guard {
				return nil
			}
		}
		for i := range first.Holds {
			if h := &first.Holds[i]; h.Class == x.Guard && h.Token.At != nil {
				x.Lock = h
			}
		}
		if x.Lock == nil && len(first.Holds) > 0 {
			return nil // the lock of the callers, or another one
		}
	}
	flow := f.flow(first.Val)
	branch := f.decidedBy(second.Instr.Block(), flow)
	if branch == nil {
		return nil
	}
	cut := func(instr ssa.Instruction) bool { return redefines(instr, first, second) || writes(f, instr, first) }
	if !between(first.Instr, second.Instr, cut, nil) {
		return nil
	}
	x.Same = testsNil(branch.Cond, flow) || testsEntry(branch.Cond, first)
	for _, e := range r.writers[second.Var] {
		if accesses.Declared(e.Fn) == accesses.Declared(f.Fn) || e.Inside != second.Inside {
			continue
		}
		if e.Val != nil && isNilConst(e.Val) && e.Kind == Store || e.Kind == Delete {
			x.Nil = e
			break
		}
	}
	return x
}

// writes reports whether an instruction writes the location of e.
func writes(f *Func, instr ssa.Instruction, e *Event) bool {
	for _, x := range f.Events {
		if x.Instr == instr && x.Write() && x.Loc == e.Loc {
			return true
		}
	}
	return false
}

func (f *Func) canBeFirst(first, second *Event) bool {
	return first.Kind == Load && first.Use == nil && first.Mode == second.Mode && first.Val != nil && f.isTest(first)
}

// isFollowed reports whether a value is a pointer that is dereferenced, or a
// func or interface that is called.
func isFollowed(v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			return ref.X == v
		case *ssa.UnOp:
			if ref.Op == token.MUL && ref.X == v {
				return true
			}
		case ssa.CallInstruction:
			call := ref.Common()
			if call.Value == v {
				return true
			}
			if fn := call.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(call.Args) > 0 && call.Args[0] == v {
				_, pointer := v.Type().Underlying().(*types.Pointer)
				return pointer
			}
		}
	}
	return false
}

// testsNil reports whether a condition compares a value of the flow with nil.
func testsNil(cond ssa.Value, flow Flow) bool {
	cond, _ = stripNot(cond, true)
	b, ok := cond.(*ssa.BinOp)
	return ok && isComparison(b.Op) && (flow[b.X] == Strong && isNilConst(b.Y) || flow[b.Y] == Strong && isNilConst(b.X))
}

// testsEntry reports whether a condition is whether a map has the entry.
func testsEntry(cond ssa.Value, first *Event) bool {
	cond, _ = stripNot(cond, true)
	x, ok := cond.(*ssa.Extract)
	return ok && x.Tuple == first.Val && x.Index == 1
}

// share finds the lock that at least four of five who write a location hold.
func (r *Result) share(x *Reread) bool {
	count := make(map[any]int)
	var order []any
	for _, e := range r.writers[x.Second.Var] {
		if e.Inside != x.Second.Inside {
			continue
		}
		x.All++
		seen := make(map[any]bool)
		for _, h := range e.Holds {
			if !seen[h.Class] && !h.Read {
				seen[h.Class] = true
				if count[h.Class]++; count[h.Class] == 1 {
					order = append(order, h.Class)
				}
			}
		}
	}
	for _, class := range order {
		if count[class] > x.Held {
			x.Held, x.Guard = count[class], class
		}
	}
	if x.Guard == nil || 5*x.Held < minShare*x.All {
		return false
	}
	if _, local := x.Guard.(*ssa.Alloc); local {
		return false
	}
	return true
}

// OwnedByRoot reports whether fn and all who write v run in one goroutine that
// a go statement starts.
func (r *Result) OwnedByRoot(fn *ssa.Function, v types.Object) bool {
	c := r.Accesses.Contexts[fn]
	if c == nil || len(c.Roots) != 1 {
		return false
	}
	for _, e := range r.writers[v] {
		d := r.Accesses.Contexts[e.Fn]
		if d == nil || len(d.Roots) != 1 || d.Roots[0] != c.Roots[0] {
			return false
		}
	}
	return r.single(c.Roots[0])
}

// An Early is a value that is read before the lock is taken that guards it,
// and written, or decided on, under the lock.
type Early struct {
	*Window
	Held, All int
}

// Earlies returns the acts of a function on what it has read before it took the lock.
func (r *Result) Earlies(f *Func) []*Early {
	var out []*Early
	if r.Accesses.IsSetup(f.Fn) {
		return nil
	}
	for _, act := range f.Events {
		if !act.Write() || act.Use != nil || act.Mode != Plain || len(act.Holds) == 0 {
			continue
		}
		for _, check := range f.Events {
			if check.Kind != Load || check.Mode != Plain || check.Use != nil || len(check.Holds) > 0 || check.Val == nil || !f.sameCell(check, act) {
				continue
			}
			if x := r.early(f, check, act); x != nil {
				out = append(out, x)
				break
			}
		}
	}
	return out
}

func (r *Result) early(f *Func, check, act *Event) *Early {
	share := &Reread{Second: act}
	if !r.share(share) {
		return nil
	}
	var lock *Hold
	for i := range act.Holds {
		if h := &act.Holds[i]; h.Class == share.Guard && h.Token.At != nil && h.Loc != nil {
			lock = h
		}
	}
	if lock == nil {
		return nil
	}
	w := &Window{Fn: f.Fn, Check: check, Act: act, Lock: lock, func_: f}
	if !f.depends(w) || f.revalidated(w) || w.OtherTest || act.Kind == Modify && !w.IsLimit() {
		return nil
	}
	cut := func(instr ssa.Instruction) bool { return redefines(instr, check, act) }
	if !between(check.Instr, act.Instr, cut, func(i ssa.Instruction) { w.Between = append(w.Between, i) }) {
		return nil
	}
	return &Early{w, share.Held, share.All}
}
