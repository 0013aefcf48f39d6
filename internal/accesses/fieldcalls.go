package accesses

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// fieldCalls is what becomes of the func values in a field.
type fieldCalls struct {
	calls []site
	other bool // something else than calls: who else calls them is not known
}

// findFieldCalls finds the calls of the funcs in unexported fields.
func (r *Result) findFieldCalls() {
	r.fieldCalls = make(map[*types.Var]*fieldCalls)
	for _, fn := range r.Program.Funcs {
		if r.isTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.FieldAddr:
					if f := r.funcField(instr.X.Type(), instr.Field); f != nil {
						r.addressUses(fn, f, instr)
					}
				case *ssa.Field:
					if f := r.funcField(instr.X.Type(), instr.Field); f != nil {
						r.valueUses(fn, f, instr)
					}
				}
			}
		}
	}
}

// funcField returns a field if only this package can name it and it holds a func.
func (r *Result) funcField(t types.Type, index int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	f := st.Field(index).Origin()
	if _, isFunc := f.Type().Underlying().(*types.Signature); !isFunc || f.Exported() || f.Pkg() != r.pass.Pkg {
		return nil
	}
	if r.fieldCalls[f] == nil {
		r.fieldCalls[f] = new(fieldCalls)
	}
	return f
}

func (r *Result) addressUses(fn *ssa.Function, f *types.Var, addr *ssa.FieldAddr) {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			r.valueUses(fn, f, ref)
		case *ssa.Store:
			r.fieldCalls[f].other = r.fieldCalls[f].other || ref.Val == addr
		case *ssa.DebugRef:
		default:
			r.fieldCalls[f].other = true
		}
	}
}

func (r *Result) valueUses(fn *ssa.Function, f *types.Var, v ssa.Value) {
	c := r.fieldCalls[f]
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Call:
			if ref.Call.Value == v && !contains(ref.Call.Args, v) {
				c.calls = append(c.calls, site{caller: fn, instr: ref})
				continue
			}
			c.other = true
		case *ssa.BinOp:
			c.other = c.other || ref.Op != token.EQL && ref.Op != token.NEQ
		case *ssa.DebugRef:
		default:
			c.other = true
		}
	}
}

func contains(list []ssa.Value, v ssa.Value) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// keptInField reports whether an instruction puts a function of the package
// into a field that is only called, and then records these calls.
func (r *Result) keptInField(instr ssa.Instruction, sites map[*ssa.Function][]site) bool {
	store, ok := instr.(*ssa.Store)
	if !ok {
		return false
	}
	addr, ok := store.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	f := r.funcField(addr.X.Type(), addr.Field)
	if f == nil || r.fieldCalls[f].other {
		return false
	}
	fn, receivers := r.stores(store.Val)
	if fn == nil {
		return false
	}
	for _, s := range r.fieldCalls[f].calls {
		args := make([]ssa.Value, receivers, len(fn.Params))
		s.args = append(args, s.instr.(*ssa.Call).Call.Args...)
		s.byClass = true
		sites[fn] = append(sites[fn], s)
	}
	return len(r.fieldCalls[f].calls) > 0
}

// stores returns the function of the package that a value is, and how many of
// its parameters are bound.
func (r *Result) stores(v ssa.Value) (fn *ssa.Function, bound int) {
	switch v := v.(type) {
	case *ssa.Function:
		if r.Contexts[v] != nil {
			return v, 0
		}
	case *ssa.MakeClosure:
		g := v.Fn.(*ssa.Function)
		if r.Contexts[g] != nil {
			return g, 0
		}
		for _, b := range g.Blocks { // of a bound method
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok {
					if m := call.Call.StaticCallee(); m != nil && r.Contexts[m] != nil {
						return m, 1
					}
				}
			}
		}
	}
	return nil, 0
}
