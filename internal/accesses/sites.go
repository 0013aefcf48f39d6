package accesses

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Sites: from where, and under which locks, a function of the package is called.

// A site is a call of a function of the package.
type site struct {
	caller *ssa.Function
	instr  ssa.Instruction
	args   []ssa.Value
	locks  *locks.Set // nil: those before instr
	async  bool
	// byClass says that the locks' paths are those of another function: the
	// call is through a field.
	byClass bool
}

// A methodOf is a method of a type of the package.
type methodOf struct {
	typ  *types.TypeName
	name string
}

// uses records the calls and other uses of functions by an instruction.
func (r *Result) uses(fn *ssa.Function, instr ssa.Instruction, sites map[*ssa.Function][]site) {
	called := ssa.Value(nil)
	if call, ok := instr.(ssa.CallInstruction); ok {
		called = call.Common().Value
		r.callSite(fn, call, sites)
	}
	if r.keptInField(instr, sites) {
		return
	}
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		v := *op
		if v == nil || v == called && !isInvoke(instr) {
			continue
		}
		switch v := v.(type) {
		case *ssa.Function:
			if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == v {
				continue
			}
			if c := r.Contexts[v]; c == nil {
				r.wrapped(v)
			} else if !r.passedFunc(fn, instr, v, sites) {
				c.Root = true
			}
		case *ssa.MakeClosure:
			g := v.Fn.(*ssa.Function)
			if c := r.Contexts[g]; c != nil {
				if !r.closureUse(fn, instr, v, sites) {
					c.Root = true
				}
			} else {
				r.wrapped(g)
			}
		}
	}
}

func isInvoke(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	return ok && call.Common().IsInvoke()
}

// wrapped marks the method behind a bound method or wrapper that is used as a value.
func (r *Result) wrapped(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				if callee := call.Common().StaticCallee(); callee != nil && r.Contexts[callee] != nil {
					r.Contexts[callee].Root = true
				}
			}
		}
	}
}

// callSite records a call of a function of the package.
func (r *Result) callSite(fn *ssa.Function, instr ssa.CallInstruction, sites map[*ssa.Function][]site) {
	call := instr.Common()
	if call.IsInvoke() {
		return
	}
	r.calledBack(fn, instr, sites)
	callee := call.StaticCallee()
	if callee == nil {
		return
	}
	if o := callee.Origin(); o != nil && r.Contexts[callee] == nil {
		callee = o
	}
	if r.Contexts[callee] == nil {
		r.wrappedCall(fn, instr, callee, sites)
		return
	}
	_, isGo := instr.(*ssa.Go)
	s := site{caller: fn, instr: instr, args: call.Args, async: isGo}
	if d, ok := instr.(*ssa.Defer); ok {
		s.locks = r.atDefers(d)
	}
	sites[callee] = append(sites[callee], s)
}

// calledBack records the methods that a library function calls of an argument
// before it returns: sort.Sort calls Less.
func (r *Result) calledBack(fn *ssa.Function, instr ssa.CallInstruction, sites map[*ssa.Function][]site) {
	call := instr.Common()
	obj := program.Callee(call)
	if obj == nil {
		return
	}
	op := r.Table.Op(obj)
	if op == nil {
		return
	}
	for _, t := range op.Calls {
		box, ok := locks.Argument(call, t.Path.Root).(*ssa.MakeInterface)
		if !ok || t.Method == "" || len(t.Path.Fields) > 0 {
			continue
		}
		m := r.methodOf(box.X.Type(), t.Method)
		if m == nil || len(m.Params) == 0 {
			continue
		}
		args := make([]ssa.Value, len(m.Params))
		args[0] = box.X
		sites[m] = append(sites[m], site{caller: fn, instr: instr, args: args})
	}
}

// methodOf returns the method of a type that this package declares, or nil.
func (r *Result) methodOf(t types.Type, name string) *ssa.Function {
	sel := types.NewMethodSet(t).Lookup(r.pass.Pkg, name)
	if sel == nil {
		return nil
	}
	obj, ok := sel.Obj().(*types.Func)
	if !ok || len(sel.Index()) > 1 {
		return nil
	}
	fn := r.Program.Pkg.Prog.FuncValue(obj.Origin())
	if r.Contexts[fn] == nil {
		return nil
	}
	return fn
}

// onlyCalledBack reports whether an interface value is only an argument of
// library functions of which it is known what they call of it.
func (r *Result) onlyCalledBack(box *ssa.MakeInterface) bool {
	refs := *box.Referrers()
	for _, ref := range refs {
		call, ok := ref.(*ssa.Call)
		if !ok {
			return false
		}
		obj := program.Callee(&call.Call)
		if obj == nil {
			return false
		}
		op := r.Table.Op(obj)
		if op == nil || !slices.ContainsFunc(op.Calls, func(t models.Target) bool {
			return t.Method != "" && len(t.Path.Fields) == 0 && locks.Argument(&call.Call, t.Path.Root) == box
		}) {
			return false
		}
	}
	return len(refs) > 0
}

// wrappedCall records a call through a wrapper: of a method value.
func (r *Result) wrappedCall(fn *ssa.Function, instr ssa.CallInstruction, callee *ssa.Function, sites map[*ssa.Function][]site) {
	if callee.Pkg != nil {
		return
	}
	r.wrapped(callee)
}

// atDefers returns the locks that are held when a deferred call runs, as far as that is known.
func (r *Result) atDefers(d *ssa.Defer) *locks.Set {
	var out *locks.Set
	for _, b := range d.Parent().Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.RunDefers); ok {
				s := r.Locks.Before(instr)
				out = &s
			}
		}
	}
	if out == nil {
		out = new(locks.Set)
	}
	return out
}

// closureUse records what happens to a function literal, and reports whether it is known.
func (r *Result) closureUse(fn *ssa.Function, instr ssa.Instruction, c *ssa.MakeClosure, sites map[*ssa.Function][]site) bool {
	g := c.Fn.(*ssa.Function)
	add := func(s site) bool {
		s.caller, s.instr = fn, instr
		sites[g] = append(sites[g], s)
		return true
	}
	switch instr := instr.(type) {
	case *ssa.Go:
		if instr.Call.Value == c {
			return add(site{async: true, args: instr.Call.Args})
		}
	case *ssa.Defer:
		if instr.Call.Value == c {
			return add(site{locks: r.atDefers(instr), args: instr.Call.Args})
		}
	}
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return r.stored(instr, c, add)
	}
	if call.Common().Value == c && !call.Common().IsInvoke() {
		return add(site{args: call.Common().Args})
	}
	return r.passed(call, c, add)
}

// stored decides for a literal that is kept in a local variable which is only called.
func (r *Result) stored(instr ssa.Instruction, c *ssa.MakeClosure, add func(site) bool) bool {
	g := c.Fn.(*ssa.Function)
	if _, isReturn := instr.(*ssa.Return); isReturn {
		r.option(g)
		r.Contexts[g].Unknown = true
		return true
	}
	if _, ok := instr.(*ssa.ChangeType); ok {
		r.option(g)
		r.Contexts[g].Unknown = true
		return true
	}
	r.Contexts[g].Unknown = true
	return true
}

// option marks the pointers that a literal is given as owned if it looks like
// a functional option: it configures what it is given, while that is made.
func (r *Result) option(g *ssa.Function) {
	for i, p := range g.Params {
		if _, ok := p.Type().Underlying().(*types.Pointer); ok && g.Signature.Params().Len() == 1 {
			r.Contexts[g].Owned[i] = true
			r.Contexts[g].Setup = true
		}
	}
}

// passed decides for a literal that is an argument.
func (r *Result) passed(call ssa.CallInstruction, c *ssa.MakeClosure, add func(site) bool) bool {
	g := c.Fn.(*ssa.Function)
	common := call.Common()
	if op := r.Locks.OpOf(call); op != nil && op.Kind == locks.With {
		s := r.Locks.Before(call)
		s = append(slices.Clip(s), op.Lock)
		return add(site{locks: &s})
	}
	if obj := program.Callee(common); obj != nil {
		if op := r.Table.Op(obj); op != nil {
			for _, t := range op.Calls {
				if locks.Argument(common, t.Path.Root) == c && len(t.Path.Fields) == 0 {
					return add(site{})
				}
			}
		}
		for _, s := range r.Table.Spawns(obj) {
			if locks.Argument(common, s.Target.Path.Root) == c {
				if len(s.Joins) == 1 && s.Joins[0].At == models.JoinCall && s.Thread != models.ThreadMany {
					return add(site{})
				}
				return add(site{async: true})
			}
		}
	}
	if s, ok := r.heldAtParam(call, c); ok {
		return add(site{locks: &s})
	}
	if program.IsLoopBody(g) {
		s := r.heldInLoop(call)
		return add(site{locks: &s})
	}
	r.Contexts[g].Unknown = true
	return true
}

// heldInLoop returns the locks that are held in the body of a loop over a
// function, which runs in place: those at the loop, and those under which the
// function calls the body, if it is one of the package or a literal that one returns.
func (r *Result) heldInLoop(call ssa.CallInstruction) locks.Set {
	s := r.Locks.Before(call)
	maker, ok := call.Common().Value.(*ssa.Call)
	if !ok {
		return s
	}
	callee := maker.Call.StaticCallee()
	if callee == nil {
		return s
	}
	if o := callee.Origin(); o != nil && r.Contexts[callee] == nil {
		callee = o
	}
	var held locks.Set
	for i, lit := range returned(callee) {
		if len(lit.Params) != 1 {
			return s
		}
		if at := r.Locks.ParamCalls[lit.Params[0]]; i == 0 {
			held = at
		} else {
			held = meet(held, at)
		}
	}
	for _, h := range held {
		s = append(slices.Clip(s), r.outside(h, callee, &maker.Call))
	}
	return s
}

// returned returns the literals that fn returns.
func returned(fn *ssa.Function) []*ssa.Function {
	var out []*ssa.Function
	for _, b := range fn.Blocks {
		if len(b.Instrs) == 0 {
			continue
		}
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) != 1 {
			continue
		}
		v := ret.Results[0]
		if t, isNamed := v.(*ssa.ChangeType); isNamed {
			v = t.X
		}
		if c, isLiteral := v.(*ssa.MakeClosure); isLiteral {
			out = append(out, c.Fn.(*ssa.Function))
		}
	}
	return out
}

// passedFunc records the calls of a declared function that is an argument, and
// reports whether they are known: the callee only calls its parameter.
func (r *Result) passedFunc(fn *ssa.Function, instr ssa.Instruction, f *ssa.Function, sites map[*ssa.Function][]site) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	held, ok := r.heldAtParam(call, f)
	if ok {
		sites[f] = append(sites[f], site{caller: fn, instr: instr, locks: &held})
	}
	return ok
}

// heldAtParam returns the locks that are held when a callee of the package
// calls what it is given; ok is false if it does anything else with it.
func (r *Result) heldAtParam(call ssa.CallInstruction, v ssa.Value) (s locks.Set, ok bool) {
	common := call.Common()
	arg := slices.Index(common.Args, v)
	callee := common.StaticCallee()
	if callee == nil || arg < 0 {
		return nil, false
	}
	if o := callee.Origin(); o != nil && r.Contexts[callee] == nil {
		callee = o
	}
	if r.Contexts[callee] == nil || arg >= len(callee.Params) {
		return nil, false
	}
	p := callee.Params[arg]
	held, calls := r.Locks.ParamCalls[p]
	if !calls || !onlyCalled(p) {
		return nil, false
	}
	s = r.Locks.Before(call)
	for _, h := range held {
		s = append(slices.Clip(s), r.outside(h, callee, common))
	}
	return s, true
}

// onlyCalled reports whether a func parameter is called and nothing else.
func onlyCalled(p *ssa.Parameter) bool {
	for _, ref := range *p.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok || call.Call.Value != p {
			if b, isCmp := ref.(*ssa.BinOp); isCmp && (b.Op == token.EQL || b.Op == token.NEQ) {
				continue
			}
			return false
		}
	}
	return true
}

// outside expresses a lock of a callee in terms of the arguments of a call.
func (r *Result) outside(h locks.Held, callee *ssa.Function, call *ssa.CallCommon) locks.Held {
	if h.Loc == nil {
		return h
	}
	top := h.Loc.Top()
	for i, p := range callee.Params {
		if top.Base == p && i < len(call.Args) {
			if l := r.Locks.Paths.Space.Rebase(h.Loc, top, r.Locks.Paths.Of(call.Args[i])); l != nil {
				return locks.Held{Class: h.Class, Loc: l, Read: h.Read}
			}
		}
	}
	return locks.Held{Class: h.Class, Read: h.Read}
}

// entryAt returns the locks that a call of fn starts with.
func (r *Result) entryAt(fn *ssa.Function, s site) locks.Set {
	if s.async {
		return r.handedOver(fn, s)
	}
	var held locks.Set
	if s.locks != nil {
		held = *s.locks
	} else {
		held = r.Locks.Before(s.instr)
	}
	if fn.Parent() != nil && !s.byClass {
		return held // it shares our roots
	}
	var out locks.Set
	for _, h := range held {
		in := locks.Held{Class: h.Class, Read: h.Read}
		if _, global := h.Class.(*ssa.Global); global {
			in.Loc = h.Loc
		} else {
			for i, p := range fn.Params {
				if i >= len(s.args) || h.Loc == nil {
					break
				}
				if s.args[i] == nil {
					continue
				}
				from := r.Locks.Paths.Of(s.args[i])
				if from == nil {
					continue
				}
				if l := r.Locks.Paths.Space.Rebase(h.Loc, from, r.Locks.Paths.Of(p)); l != nil {
					in.Loc = l
					break
				}
			}
		}
		if !slices.Contains(out, in) {
			out = append(out, in)
		}
	}
	return out
}

// handedOver returns the locks that a go statement hands to the literal it
// starts: held there, and unlocked by the literal without having been locked.
func (r *Result) handedOver(fn *ssa.Function, s site) locks.Set {
	f := r.Locks.Funcs[fn]
	if f == nil || fn.Parent() == nil || s.instr == nil {
		return nil
	}
	var out locks.Set
	for _, h := range r.Locks.Before(s.instr) {
		if slices.ContainsFunc(f.Releases, func(x locks.Held) bool { return x.Class == h.Class && x.Loc == h.Loc }) {
			out = append(out, h)
		}
	}
	return out
}
