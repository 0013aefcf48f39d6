package critical

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// An Event is a lock that an instruction may take, in terms of its function.
type Event struct {
	Acquire
	// Callback says that the lock is taken in a func that the function passes
	// to what it calls; Under are the locks that are held when that is called.
	Callback bool
	// Released are locks that the call unlocks.
	Released []Lock
}

// Events returns the locks that a call may take.
func (r *Result) Events(call ssa.CallInstruction) []*Event {
	if _, ok := call.(*ssa.Go); ok {
		return nil
	}
	fn, common := call.Parent(), call.Common()
	if op := r.Locks.OpOf(call); op != nil {
		return r.ofOp(call, op)
	}
	step := Step{Fn: fn, Call: call}
	if s, tr, name := r.called(common); s != nil {
		step.Callee, tr.in = name, fn
		return r.ofSummary(s, tr, step)
	}
	obj := program.Callee(common)
	if obj == nil {
		return nil
	}
	step.Callee = effects.Name(obj)
	var out []*Event
	if op := r.Table.Op(obj); op != nil {
		for _, t := range op.Calls {
			if len(t.Path.Fields) == 0 && t.Method == "" {
				out = append(out, r.ofArgument(locks.Argument(common, t.Path.Root), nil, step, nil)...)
			}
		}
	}
	return out
}

// ofOp returns what an operation on a lock takes, and what is taken in the func that it runs.
func (r *Result) ofOp(call ssa.CallInstruction, op *locks.Op) []*Event {
	lock := Lock{Class: op.Lock.Class, Loc: op.Lock.Loc, Read: op.Lock.Read}
	step := Step{Fn: call.Parent(), Call: call, Callee: effects.Name(program.Callee(call.Common()))}
	var out []*Event
	var under []Lock
	switch op.Kind {
	case locks.Acquire:
	case locks.With:
		if !op.Once {
			under = []Lock{lock}
		}
		for _, arg := range call.Common().Args {
			out = append(out, r.ofArgument(arg, under, step, nil)...)
		}
		if op.Once {
			return out
		}
	default:
		return nil
	}
	if isDeclared(lock.Class) && !r.owns(call.Parent(), lock.Loc) {
		e := &Event{Acquire: Acquire{Lock: lock, Chain: []Step{step}}}
		out = append(out, e)
	}
	return out
}

// ofSummary returns the events of a call of a function with summary s.
func (r *Result) ofSummary(s *Summary, tr translation, step Step) []*Event {
	if s == nil {
		return nil
	}
	var out []*Event
	released := tr.locks(s.GivesBack)
	for _, a := range s.Acquires {
		maybe, possible := tr.condition(a)
		lock, ok := tr.lock(a.Lock)
		if !ok || !possible || len(a.Chain) >= maxChain {
			continue
		}
		e := &Event{Released: released, Acquire: Acquire{
			Lock: lock, Under: tr.locks(a.Under), Maybe: maybe, Chain: append([]Step{step}, a.Chain...),
		}}
		out = append(out, e)
	}
	for _, p := range s.Params {
		if arg := tr.argument(p); arg != nil {
			under := tr.locks(p.Under)
			out = append(out, r.ofArgument(arg, under, step, p.Chain)...)
		}
	}
	return out
}

// ofArgument returns what the func value arg takes when it is called under
// the given locks, at the end of a chain that begins with step.
func (r *Result) ofArgument(arg ssa.Value, under []Lock, step Step, chain []Step) []*Event {
	g, tr := r.funcOf(arg)
	if g == nil || len(chain)+1 >= maxChain {
		return nil
	}
	var out []*Event
	steps := append([]Step{step}, chain...)
	steps[len(steps)-1].Callee = effects.FullName(g)
	if len(chain) > 0 {
		steps[0].Callee = step.Callee
	}
	s := r.summaries[g]
	for _, a := range s.Acquires {
		lock, ok := tr.lock(a.Lock)
		if !ok || len(steps)+len(a.Chain) > maxChain {
			continue
		}
		out = append(out, &Event{Callback: len(under) > 0, Released: tr.locks(s.GivesBack), Acquire: Acquire{
			Lock: lock, Under: append(slices.Clip(under), tr.locks(a.Under)...), Maybe: a.Maybe,
			Chain: append(slices.Clip(steps), a.Chain...),
		}})
	}
	return out
}

// funcOf returns the function of this package that v is, and how its locks
// are named where v is made.
func (r *Result) funcOf(v ssa.Value) (*ssa.Function, translation) {
	switch v := v.(type) {
	case *ssa.Function:
		if r.summaries[v] != nil {
			return v, translation{r: r, callee: v, literal: true}
		}
	case *ssa.ChangeType:
		return r.funcOf(v.X)
	case *ssa.MakeClosure:
		g := v.Fn.(*ssa.Function)
		if r.summaries[g] != nil {
			return g, translation{r: r, callee: g, literal: true}
		}
		// A method value: a wrapper with the receiver as its only captured variable.
		if m := onlyCallee(g); m != nil && r.summaries[m] != nil && len(v.Bindings) == 1 {
			return m, translation{r: r, callee: m, recv: v.Bindings[0]}
		}
	}
	return nil, translation{}
}

func onlyCallee(fn *ssa.Function) *ssa.Function {
	if fn.Synthetic == "" || len(fn.Blocks) != 1 {
		return nil
	}
	for _, instr := range fn.Blocks[0].Instrs {
		if call, ok := instr.(*ssa.Call); ok {
			return call.Call.StaticCallee()
		}
	}
	return nil
}

// callee returns the function of this package that a call runs, or nil.
func (r *Result) callee(common *ssa.CallCommon) *ssa.Function {
	fn := common.StaticCallee()
	if fn == nil {
		return nil
	}
	if r.summaries[fn] == nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	if r.summaries[fn] == nil {
		return nil
	}
	return fn
}

// summarise computes the summary of fn, and reports whether it has changed.
func (r *Result) summarise(fn *ssa.Function) bool {
	s := r.summaries[fn]
	old := s.version
	for _, b := range fn.Blocks {
		cond := conditionOf(b)
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			_, plain := call.(*ssa.Call)
			var own []Lock
			if plain {
				own = r.Own(call)
				r.addParamCall(s, call, own)
			}
			for _, e := range r.Events(call) {
				r.add(fn, s, e, own, cond)
			}
			r.addGivesBack(fn, s, call)
		}
	}
	return s.version != old
}

// add adds an event to the summary of the function that it happens in.
func (r *Result) add(fn *ssa.Function, s *Summary, e *Event, own []Lock, cond condition) {
	a := &Acquire{Lock: e.Lock, Chain: e.Chain, Maybe: e.Maybe || cond.some, If: cond.param, Is: cond.is}
	if !isDeclared(a.Class) {
		return
	}
	for _, l := range append(slices.Clip(own), e.Under...) {
		if len(a.Under) < maxUnder && !slices.Contains(a.Under, l) && !r.released(l, e.Released) {
			a.Under = append(a.Under, l)
		}
	}
	for i, x := range s.Acquires {
		if x.Lock == a.Lock && slices.Equal(x.Under, a.Under) && x.If == a.If && x.Is == a.Is {
			if x.Maybe && !a.Maybe || x.Maybe == a.Maybe && len(a.Chain) < len(x.Chain) {
				s.Acquires[i] = a
				s.version++
			}
			return
		}
	}
	if len(s.Acquires) < maxAcquires {
		s.Acquires = append(s.Acquires, a)
		s.version++
	}
}

func (r *Result) released(l Lock, list []Lock) bool {
	return slices.ContainsFunc(list, func(x Lock) bool { return x.Class == l.Class && (x.Loc == nil || x.Loc == l.Loc) })
}

// addParamCall records the call of a func parameter, by itself or by what is called.
func (r *Result) addParamCall(s *Summary, call ssa.CallInstruction, own []Lock) {
	common, step := call.Common(), Step{Fn: call.Parent(), Call: call}
	if p := r.paramOf(common.Value); p != nil && !common.IsInvoke() {
		step.Callee = p.Name()
		s.addParam(&ParamCall{Param: p, Under: own, Chain: []Step{step}})
		return
	}
	callee, tr, name := r.called(common)
	if callee == nil {
		return
	}
	step.Callee = name
	for _, pc := range callee.Params {
		if len(pc.Chain) >= maxChain {
			continue
		}
		p := pc.Param // of a function around both, or
		if p == nil || p.Parent() == tr.callee {
			p = r.paramOf(tr.argument(pc))
		}
		if p != nil {
			s.addParam(&ParamCall{Param: p, Under: append(slices.Clip(own), tr.locks(pc.Under)...), Chain: append([]Step{step}, pc.Chain...)})
		}
	}
}

// called returns the summary of what a call runs, how its locks are named
// here, and its name; nil if it is not known.
func (r *Result) called(common *ssa.CallCommon) (*Summary, translation, string) {
	if g := r.callee(common); g != nil {
		return r.summaries[g], translation{r: r, callee: g, call: common}, effects.FullName(g)
	}
	obj := program.Callee(common)
	if obj == nil || common.IsInvoke() {
		return nil, translation{}, ""
	}
	fact := r.importFact(obj)
	if fact == nil {
		return nil, translation{}, ""
	}
	return r.factSummary(obj, fact), translation{r: r, obj: obj, call: common}, effects.Name(obj)
}

func (s *Summary) addParam(p *ParamCall) {
	for _, x := range s.Params {
		if x.Param == p.Param && slices.Equal(x.Under, p.Under) {
			return
		}
	}
	if len(s.Params) < maxParamCalls {
		s.Params = append(s.Params, p)
		s.version++
	}
}

// paramOf returns the parameter of func type that v is, of its function or of
// one around it.
func (r *Result) paramOf(v ssa.Value) *ssa.Parameter {
	if v == nil {
		return nil
	}
	l := r.Locks.Paths.Of(v)
	if l == nil || l.Parent != nil {
		return nil
	}
	p, _ := l.Base.(*ssa.Parameter)
	return p
}

// addGivesBack records what a call unlocks that fn has not locked.
func (r *Result) addGivesBack(fn *ssa.Function, s *Summary, call ssa.CallInstruction) {
	var list []Lock
	if op := r.Locks.OpOf(call); op != nil {
		if op.Kind == locks.Release {
			list = []Lock{{Class: op.Lock.Class, Loc: op.Lock.Loc}}
		}
	} else if g := r.callee(call.Common()); g != nil {
		list = translation{r: r, callee: g, call: call.Common()}.locks(r.summaries[g].GivesBack)
	}
	for _, l := range list {
		if isDeclared(l.Class) && !slices.Contains(s.GivesBack, l) && !r.takenBefore(fn, call, l) {
			s.GivesBack = append(s.GivesBack, l)
			s.version++
		}
	}
}

// takenBefore reports whether fn takes a lock of the class of l on every path to call.
func (r *Result) takenBefore(fn *ssa.Function, call ssa.CallInstruction, l Lock) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			x, ok := instr.(*ssa.Call)
			if !ok || ssa.Instruction(x) == call {
				continue
			}
			takes := false
			if op := r.Locks.OpOf(x); op != nil {
				takes = (op.Kind == locks.Acquire || op.Kind == locks.Try) && op.Lock.Class == l.Class
			} else {
				for _, h := range r.Locks.Leaves(x) {
					takes = takes || h.Class == l.Class
				}
			}
			if takes && (program.Dominates(x, call) || isDeferred(call)) {
				return true
			}
		}
	}
	return false
}

func isDeferred(call ssa.CallInstruction) bool {
	_, ok := call.(*ssa.Defer)
	return ok
}

// A condition says on which bool parameter a block depends.
type condition struct {
	param *ssa.Parameter
	is    bool
	some  bool // on some parameter, by a test that is not understood
}

// conditionOf finds the branch on a parameter that b depends on.
func conditionOf(b *ssa.BasicBlock) condition {
	for c := b; c != nil; c = c.Idom() {
		if len(c.Preds) != 1 {
			continue
		}
		p := c.Preds[0]
		i, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		v, is := i.Cond, p.Succs[0] == c
		if n, ok := v.(*ssa.UnOp); ok && n.Op == token.NOT {
			v, is = n.X, !is
		}
		if q, ok := v.(*ssa.Parameter); ok {
			return condition{param: q, is: is}
		}
		if cmp, ok := v.(*ssa.BinOp); ok {
			if isParam(cmp.X) || isParam(cmp.Y) {
				return condition{some: true}
			}
		}
	}
	return condition{}
}

// isParam reports whether v is a parameter that may be a flag or a mode.
func isParam(v ssa.Value) bool {
	if _, ok := v.(*ssa.Parameter); !ok {
		return false
	}
	b, ok := v.Type().Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsBoolean) != 0
}

// rebase names the memory l of a function by what is passed for its parameters.
func (r *Result) rebase(l *paths.Loc, params []*ssa.Parameter, args []ssa.Value) *paths.Loc {
	if l == nil {
		return nil
	}
	top := l.Top()
	if _, ok := top.Base.(*ssa.Global); ok {
		return l
	}
	for i, p := range params {
		if top.Base == p && i < len(args) && args[i] != nil {
			return r.Locks.Paths.Space.Rebase(l, top, r.Locks.Paths.Of(args[i]))
		}
	}
	return nil
}

// TakenBy names the lock that fn takes by a where the func value v is made; it
// is not ok if v is not fn.
func (r *Result) TakenBy(v ssa.Value, fn *ssa.Function, a *Acquire) (Lock, bool) {
	g, tr := r.funcOf(v)
	if g != fn {
		return Lock{}, false
	}
	lock, ok := tr.lock(a.Lock)
	return lock, ok || lock.Loc != nil // an object that is being made is one
}

// owns reports whether l is of an object that fn itself has made, and so that
// nobody else has yet; a literal may run when others have what is made around it.
func (r *Result) owns(fn *ssa.Function, l *paths.Loc) bool {
	return l != nil && owner(l) == fn && r.OwnedLoc(l)
}
