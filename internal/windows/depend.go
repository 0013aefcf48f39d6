package windows

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// maxFlow bounds the values that one observation is followed to.
const maxFlow = 400

// A Strength says how a value depends on another.
type Strength uint8

const (
	No     Strength = iota
	Weak            // it is the result of a call that was passed the other, or a part of it
	Strong          // it is computed from the other, or is what it refers to
)

// A Flow is the values that depend on one value.
type Flow map[ssa.Value]Strength

// FlowOf follows v to the values that are computed from it.
func FlowOf(v ssa.Value) Flow {
	f := make(Flow)
	if v == nil {
		return f
	}
	f[v] = Strong
	for work := []ssa.Value{v}; len(work) > 0 && len(f) < maxFlow; {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if x.Referrers() == nil {
			continue
		}
		for _, ref := range *x.Referrers() {
			y, s := flowStep(x, ref)
			if s > f[x] {
				s = f[x]
			}
			if y != nil && f[y] < s {
				f[y] = s
				work = append(work, y)
			}
		}
	}
	return f
}

// flowStep returns the value that an instruction computes from x.
func flowStep(x ssa.Value, ref ssa.Instruction) (ssa.Value, Strength) {
	switch ref := ref.(type) {
	case *ssa.Call:
		if ref.Call.Value == x && !ref.Call.IsInvoke() {
			return ref, Weak
		}
		if b, ok := ref.Call.Value.(*ssa.Builtin); ok {
			if b.Name() == "delete" || b.Name() == "close" || b.Name() == "copy" {
				return nil, No
			}
			return ref, Strong
		}
		if _, basic := x.Type().Underlying().(*types.Basic); basic {
			return ref, Strong
		}
		return ref, Weak
	case *ssa.UnOp:
		if ref.Op == token.ARROW {
			return ref, Weak
		}
		return ref, Strong
	case *ssa.Store:
		if a := localOf(ref.Addr); a != nil && ref.Val == x {
			return a, Strong
		}
		return nil, No
	case *ssa.Lookup:
		if ref.X == x {
			return ref, Strong
		}
		return ref, Weak // the key of another map
	case *ssa.Range, *ssa.Next, *ssa.Select, *ssa.MakeClosure:
		if v, ok := ref.(ssa.Value); ok {
			return v, Weak
		}
	case ssa.Value:
		return ref, Strong
	}
	return nil, No
}

// localOf returns the local variable that an address lies in, nil if it is in none.
func localOf(addr ssa.Value) *ssa.Alloc {
	for {
		switch x := addr.(type) {
		case *ssa.Alloc:
			return x
		case *ssa.FieldAddr:
			addr = x.X
		case *ssa.IndexAddr:
			addr = x.X
		default:
			return nil
		}
	}
}

// decidedBy returns the nearest branch that decides whether b runs and whose
// condition depends strongly on what flow follows.
func (f *Func) decidedBy(b *ssa.BasicBlock, flow Flow) *ssa.If {
	for _, a := range f.Control().deciding(b) {
		cond, ok := a.Instrs[len(a.Instrs)-1].(*ssa.If)
		if ok && f.follows(cond.Cond, flow, 0) && avoidable(a, b) {
			return cond
		}
	}
	return nil
}

// avoidable reports whether one way from the branch a does not come to b,
// before it comes back to a: what both ways lead to does not depend on a,
// though one of them may end on the way.
func avoidable(a, b *ssa.BasicBlock) bool {
	for _, s := range a.Succs {
		if s != b && !reaches(s, b, a) {
			return true
		}
	}
	return false
}

// reaches reports whether control comes from one block to another without passing cut.
func reaches(from, to, cut *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{from: true}
	for work := []*ssa.BasicBlock{from}; len(work) > 0; {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if x == to {
			return true
		}
		if x == cut {
			continue
		}
		for _, s := range x.Succs {
			if !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return false
}

const maxJoins = 4 // nested values that conditions choose between

// follows reports whether a condition depends strongly on the flow: as a
// value, or as the constant that a branch on the flow has chosen.
func (f *Func) follows(v ssa.Value, flow Flow, depth int) bool {
	if flow[v] == Strong {
		return true
	}
	if depth > maxJoins {
		return false
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		return v.Op == token.NOT && f.follows(v.X, flow, depth+1)
	case *ssa.BinOp:
		return f.follows(v.X, flow, depth+1) || f.follows(v.Y, flow, depth+1)
	case *ssa.Phi:
		for i, e := range v.Edges {
			if _, ok := e.(*ssa.Const); !ok {
				continue
			}
			p := v.Block().Preds[i]
			if cond, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If); ok && flow[cond.Cond] == Strong {
				return true
			}
			for _, a := range f.Control().branches[p.Index] {
				if cond, ok := a.Instrs[len(a.Instrs)-1].(*ssa.If); ok && flow[cond.Cond] == Strong {
					return true
				}
			}
		}
	}
	return false
}

func stripNot(v ssa.Value, want bool) (ssa.Value, bool) {
	for {
		n, ok := v.(*ssa.UnOp)
		if !ok || n.Op != token.NOT {
			return v, want
		}
		v, want = n.X, !want
	}
}

// strip removes conversions, which keep a value what it is.
func strip(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Convert:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		default:
			return v
		}
	}
}

func isConst(v ssa.Value) bool {
	_, ok := strip(v).(*ssa.Const)
	return ok
}
