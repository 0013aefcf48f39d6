package effects

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
)

// A frame collects what happens in one function, or in a call of it.
type frame struct {
	*engine
	fn    *ssa.Function // its parameters and captured variables are deferred; nil at a root
	out   *summary
	depth int
	// visited holds the calls of func values and methods that have been
	// followed from the instruction under analysis, with the length of the
	// chain to them: following one again by a longer chain adds nothing.
	visited map[visit]int
	// injected collects the injections of the function, nil if they do not count.
	injected *ordered[injectionKey, *Injection]
	at       token.Pos // of the instruction under analysis
	cond     condition // of its block
	// callArgs are the arguments of the call that apply is about to follow, if
	// it is a plain call in the source.
	callArgs []ssa.Value
	skipped  bool // a call was not followed because it had been
	// released says that the instruction under analysis comes after a call
	// that has paused the loop, see models.Op.Releases.
	released bool
	trace    *trace // of an explanation, or nil
}

type visit struct {
	val    *value
	method string
	args   string
}

// maxVisited bounds the calls followed from one instruction.
const maxVisited = 2000

// maxDepth bounds how deep calls of func values found in arguments nest.
const maxDepth = 10

// sub returns a frame like f that collects apart.
func (f *frame) sub() *frame {
	return &frame{engine: f.engine, fn: f.fn, out: new(summary), depth: f.depth, visited: f.visited, released: f.released, trace: f.trace, injected: f.injected, at: f.at}
}

// instruction collects the effects of one instruction.
func (f *frame) instruction(instr ssa.Instruction) {
	f.visited = make(map[visit]int)
	f.steps = 0
	f.at = instr.Pos()
	switch instr := instr.(type) {
	case *ssa.Call:
		f.callInstruction(instr)
	case *ssa.Defer:
		f.callInstruction(instr)
	case *ssa.Go:
		f.spawn(instr)
	case *ssa.Return:
		f.results(instr)
	case *ssa.Store:
		f.store(instr)
	case *ssa.MapUpdate:
		f.fillElem(instr.Map, instr.Value, instr.Pos())
	case *ssa.MakeClosure:
		f.captures(instr)
	case *ssa.ChangeType:
		f.funcType(instr)
		f.converts(instr.X, instr.Type(), conversionPos(instr))
	case *ssa.MakeInterface:
		f.converts(instr.X, instr.Type(), conversionPos(instr))
	case *ssa.ChangeInterface:
		f.converts(instr.X, instr.Type(), conversionPos(instr))
	case *ssa.Send, *ssa.Select, *ssa.UnOp:
		f.channel(instr)
	}
}

func (f *frame) callInstruction(call ssa.CallInstruction) {
	common := call.Common()
	if _, ok := common.Value.(*ssa.Builtin); ok {
		return
	}
	args := f.arguments(common)
	at := []step{{pos: call.Pos()}}
	switch fn := common.StaticCallee(); {
	case common.IsInvoke():
		if !f.bounded(call) {
			f.invoke(f.values(common.Value), common.Method.Name(), common.Method, args, at, false)
		}
	case fn != nil && len(fn.FreeVars) == 0:
		if !f.bounded(call) {
			f.callArgs = common.Args
			f.apply(fn, args, nil, at, false)
		}
	default:
		f.invoke(f.values(common.Value), "", nil, args, at, false)
	}
}

func (f *frame) arguments(common *ssa.CallCommon) [][]*value {
	args := make([][]*value, len(common.Args))
	for i, a := range common.Args {
		args[i] = f.values(a)
	}
	return args
}

// spawn notes the parameters that a go statement runs.
func (f *frame) spawn(g *ssa.Go) {
	common := g.Common()
	for _, v := range f.values(common.Value) {
		f.handOff(v, Runs, "")
		for _, bind := range v.binds {
			for _, b := range bind {
				f.handOff(b, Runs, "")
			}
		}
	}
	for _, arg := range f.arguments(common) {
		for _, v := range arg {
			f.handOff(v, Runs, "")
		}
	}
	// A framework's function runs its callback on the loop, whoever calls it.
	if fn := common.StaticCallee(); fn != nil {
		if obj, ok := fn.Object().(*types.Func); ok {
			f.register(obj, f.arguments(common), g.Pos())
		}
	} else if common.IsInvoke() {
		f.register(common.Method, append([][]*value{f.values(common.Value)}, f.arguments(common)...), g.Pos())
	}
}

// handOff notes that a parameter of func type is not called but handed on.
func (f *frame) handOff(v *value, kind HandoffKind, entry string) {
	if kind == Runs && v.kind == function && f.current != nil && !f.isTest(f.fn) {
		f.spawned.put(v.fn, f.at)
	}
	if !f.own(v) || v.typ == nil {
		return
	}
	if _, ok := v.typ.Underlying().(*types.Signature); !ok {
		return
	}
	h := handoff{val: v, kind: kind, entry: entry}
	f.out.addHandoff(h)
}

// own reports whether what v is, is for the caller of f to say.
func (f *frame) own(v *value) bool {
	switch v.kind {
	case param, free:
		return f.fn != nil && v.fn == f.fn
	case inner:
		return true
	}
	return false
}

// invoke collects the effects of a call of vs, or of their method if it is not
// "". iface is the interface method that the call names, if it names one; at
// are the steps to the call, the last without its callee.
//
// Alternatives that the flow through the package's fields has found belong to
// different instances. If some of them have effects and some have not, the
// effects are suspect.
func (f *frame) invoke(vs []*value, method string, iface *types.Func, args [][]*value, at []step, suspect bool) {
	if f.depth >= maxDepth {
		return
	}
	if len(vs) < 2 || !anyFlow(vs) {
		for _, v := range vs {
			f.invokeOne(v, method, iface, args, at, suspect)
		}
		return
	}
	clean, blocking := 0, 0
	subs := make([]*summary, len(vs))
	for i, v := range vs {
		sub := f.sub()
		sub.invokeOne(v, method, iface, args, at, suspect)
		subs[i] = sub.out
		switch {
		case sub.out.effects.len() > 0:
			blocking++
		case sub.skipped:
			// What it does may be what an alternative before it does.
		case v.kind == function || method != "" && isConcrete(v.typ):
			clean++
		}
	}
	for _, sub := range subs {
		f.merge(sub, clean > 0 && blocking > 0)
	}
}

// merge adds what s says, its effects as suspect if so told.
func (f *frame) merge(s *summary, suspect bool) {
	for _, x := range s.effects.values {
		y := *x
		y.suspect = x.suspect || suspect
		f.out.addEffect(&y)
	}
	for _, d := range s.deferred.values {
		f.out.addDeferred(d)
	}
	for _, h := range s.handoffs.values {
		f.out.addHandoff(h)
	}
	for _, c := range s.slots.values {
		y := *c
		y.suspect = c.suspect || suspect
		f.out.addSlotCall(&y)
	}
}

func anyFlow(vs []*value) bool {
	for _, v := range vs {
		if v.flow {
			return true
		}
	}
	return false
}

func (f *frame) invokeOne(v *value, method string, iface *types.Func, args [][]*value, at []step, suspect bool) {
	if f.seen(v, method, args, len(at)) {
		f.skipped = true
		return
	}
	f.depth++
	defer func() { f.depth-- }()
	if f.own(v) && !isConcrete(v.typ) || f.own(v) && method == "" {
		if m := interfaceMethod(v.typ, method, iface); m != nil && f.model(m, prepend(v, args), at, suspect) {
			return
		}
		f.postpone(v, method, args, at, suspect)
		return
	}
	if method == "" {
		if named, ok := types.Unalias(v.typ).(*types.Named); ok {
			f.suspends(named.Origin().Obj(), named.Obj().Pkg().Path()+"."+named.Obj().Name(), at, suspect)
		}
		f.invokeFunc(v, args, at, suspect)
		return
	}
	switch v.kind {
	case behaviour:
		if !isConcrete(v.typ) {
			for i := range v.meths {
				if v.meths[i].Name == method {
					f.applyFact(&v.meths[i].Does, methodName(v.label, method), prepend(v, args), v.outer, at, suspect)
					return
				}
			}
		}
	case wrapper:
		if !isConcrete(v.typ) {
			f.invoke(v.under, method, nil, args, at, suspect)
			return
		}
	}
	if isConcrete(v.typ) {
		if fn, obj := f.method(v.typ, method); fn != nil {
			f.apply(fn, prepend(v, args), nil, at, suspect)
		} else if obj != nil {
			f.applyObject(obj, prepend(v, args), at, suspect)
		}
		return
	}
	if m := interfaceMethod(v.typ, method, iface); m != nil && f.model(m, prepend(v, args), at, suspect) {
		return
	}
	f.callSlot(v, method, iface, at, suspect)
	f.giveUp(method, interfaceMethod(v.typ, method, iface), at)
}

// seen reports whether a call has been followed from this instruction by a
// chain that is not longer, and remembers it.
func (f *frame) seen(v *value, method string, args [][]*value, length int) bool {
	var key strings.Builder
	for _, arg := range args {
		for _, a := range arg {
			key.WriteString(strconv.Itoa(a.id))
			key.WriteByte(',')
		}
		key.WriteByte(';')
	}
	k := visit{v, method, key.String()}
	if n, ok := f.visited[k]; ok && n <= length {
		return true
	}
	if len(f.visited) >= maxVisited {
		return true
	}
	if f.visited == nil {
		f.visited = make(map[visit]int)
	}
	f.visited[k] = length
	return false
}

func prepend(v *value, args [][]*value) [][]*value {
	return append([][]*value{{v}}, args...)
}

// methodName returns the full name of a method of the type called typ.
func methodName(typ, method string) string { return "(" + stripTypeParams(typ) + ")." + method }

// invokeFunc collects the effects of calling the func value v.
func (f *frame) invokeFunc(v *value, args [][]*value, at []step, suspect bool) {
	switch v.kind {
	case function:
		f.apply(v.fn, args, v.binds, at, suspect)
	case behaviour:
		if v.ext != nil {
			f.applyFact(v.ext, v.label, args, v.outer, at, suspect)
		}
	case wrapper:
		f.invoke(v.under, "", nil, args, at, suspect)
	default:
		f.callSlot(v, "", nil, at, suspect)
		f.giveUp("", nil, at)
	}
}

// postpone leaves a call to the callers of f.
func (f *frame) postpone(v *value, method string, args [][]*value, at []step, suspect bool) {
	steps := withCallee(at, method)
	if len(steps) > maxChain {
		return
	}
	f.out.addDeferred(&deferred{val: v, method: method, args: args, suspect: suspect, chain: steps})
}

// withCallee returns at with the name of the last callee filled in.
func withCallee(at []step, callee string) []step {
	steps := append([]step(nil), at...)
	steps[len(steps)-1].callee = callee
	return steps
}

// giveUp notes a call whose callee is not known, at the deepest call of the
// chain to it that is written in this package.
func (f *frame) giveUp(method string, iface *types.Func, at []step) {
	pos := siteOf(at)
	if !pos.IsValid() {
		return
	}
	name := method
	if iface != nil {
		name = f.fullName(iface.Origin())
	}
	u := &Unresolved{Pos: pos, Callee: name}
	f.unresolved.put(unresolvedKey{pos, name}, u)
	f.trace.giveUp(u)
}

// An unresolvedKey is a place and what is called there: one call of a function
// of another package can lead to several unknown callees.
type unresolvedKey struct {
	pos    token.Pos
	callee string
}

// apply collects the effects of a call of fn.
func (f *frame) apply(fn *ssa.Function, args [][]*value, binds [][]*value, at []step, suspect bool) {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	callArgs := f.callArgs
	f.callArgs = nil
	obj, _ := fn.Object().(*types.Func)
	if obj != nil && f.model(obj, args, at, suspect) {
		return
	}
	f.callArgs = callArgs
	if f.ours(fn) {
		f.trace.use(fn)
		f.applySummary(fn, f.summaryOf(fn), args, binds, at, suspect)
	} else if obj != nil {
		f.applyFact(f.fact(obj), f.nameOf(fn), args, nil, at, suspect)
	}
}

// takeCallArgs returns the arguments of the call that is being followed, nil if
// they are not those of a call in the source.
func (f *frame) takeCallArgs() []ssa.Value {
	args := f.callArgs
	f.callArgs = nil
	return args
}

// applyObject is apply for a function that has no SSA form here.
func (f *frame) applyObject(obj *types.Func, args [][]*value, at []step, suspect bool) {
	if !f.model(obj, args, at, suspect) {
		f.applyFact(f.fact(obj), f.fullName(obj.Origin()), args, nil, at, suspect)
	}
}

// applySummary substitutes actual arguments in the summary of a function of this package.
func (f *frame) applySummary(fn *ssa.Function, s *summary, args, binds [][]*value, at []step, suspect bool) {
	steps := withCallee(at, f.nameOf(fn))
	thin := isWrapper(fn)
	callArgs := f.takeCallArgs()
	for _, x := range s.effects.values {
		c, doubt, ok := x.cond.holds(f.fn, callArgs)
		if !ok {
			continue
		}
		y := *x
		y.cond = c
		y.suspect = x.suspect || suspect || doubt
		y.chain = join(steps, x.chain, thin)
		f.addEffect(&y)
	}
	for i := 0; i < len(s.deferred.values); i++ {
		d := s.deferred.values[i]
		vals := f.walk(actual(d.val, args, binds), d.val.path)
		sub := make([][]*value, len(d.args))
		for j, a := range d.args {
			sub[j] = f.substitute(a, args, binds, 0)
		}
		chain := append(append([]step(nil), steps...), d.chain...)
		if thin {
			chain = thinned(steps, d.chain)
		}
		if len(chain) <= maxChain {
			f.resume(d, vals, sub, chain, suspect)
		}
	}
	for _, c := range s.slots.values {
		y := *c
		y.suspect = c.suspect || suspect
		y.chain = append(append([]step(nil), steps...), c.chain...)
		if thin {
			y.chain = thinned(steps, c.chain)
		}
		f.out.addSlotCall(&y)
	}
	for _, h := range s.handoffs.values {
		f.passOn(h, f.walk(actual(h.val, args, binds), h.val.path), at[len(at)-1].pos)
	}
}

// resume collects the effects of the deferred call d, now that it is known
// what is called and by which steps.
func (f *frame) resume(d *deferred, vals []*value, args [][]*value, steps []step, suspect bool) {
	if !d.log && d.excused == "" {
		f.invoke(vals, d.method, nil, args, steps, suspect || d.suspect)
		return
	}
	sub := f.sub()
	sub.invoke(vals, d.method, nil, args, steps, suspect || d.suspect)
	if d.log {
		sub.out = asLog(sub.out)
	}
	if d.excused != "" {
		sub.out = excusedBy(d.excused, sub.out)
	}
	f.merge(sub.out, false)
}

// excusedBy returns s with all that it does ignored for a reason.
func excusedBy(reason string, s *summary) *summary {
	out := &summary{handoffs: s.handoffs}
	for _, x := range s.effects.values {
		y := *x
		y.excused = reason
		out.addEffect(&y)
	}
	for _, d := range s.deferred.values {
		y := *d
		y.excused = reason
		out.addDeferred(&y)
	}
	return out
}

// isWrapper reports whether fn only passes a call on (method values, promoted
// methods), so that no reader wants to see it in a chain.
func isWrapper(fn *ssa.Function) bool {
	return fn.Synthetic != "" && fn.Syntax() == nil && fn.Name() != "init"
}

// thinned returns the steps of a call through a wrapper, without the wrapper.
func thinned(steps, inner []step) []step {
	out := append([]step(nil), steps...)
	out[len(out)-1].callee = inner[0].callee
	return append(out, inner[1:]...)
}

// join puts steps before c. If the callee of the last step is a wrapper, the
// step calls what the wrapper calls.
func join(steps []step, c *chain, thin bool) *chain {
	if thin && c != nil {
		last := steps[len(steps)-1]
		last.callee = c.callee
		c = cons(last, c.next)
		steps = steps[:len(steps)-1]
	}
	for i := len(steps) - 1; i >= 0; i-- {
		c = cons(steps[i], c)
	}
	return c
}

// actual returns what the caller passes for the root of v.
func actual(v *value, args, binds [][]*value) []*value {
	from := args
	if v.kind == free {
		from = binds
	}
	if v.index < len(from) {
		return from[v.index]
	}
	return nil
}

// addEffect finishes the key of x and keeps it.
func (f *frame) addEffect(x *effect) {
	if x.chain.len() > maxChain {
		return
	}
	x.site = x.chain.site()
	x.suspect = x.suspect || f.released
	if f.cond.param != 0 {
		x.cond = f.cond // the innermost condition of the caller is the nearer one
	}
	f.out.addEffect(x)
}

// substitute replaces the callee's parameters and captured variables in vs.
func (f *frame) substitute(vs []*value, args, binds [][]*value, depth int) []*value {
	var sets [][]*value
	for _, v := range vs {
		sets = append(sets, f.substituteOne(v, args, binds, depth))
	}
	return union(sets...)
}

// maxNesting bounds values inside values.
const maxNesting = 3

func (f *frame) substituteOne(v *value, args, binds [][]*value, depth int) []*value {
	f.steps++
	f.spent++
	if depth > maxNesting || f.steps > 4*f.allowance() {
		return f.opaqueOf(v.typ)
	}
	sub := func(vs []*value) []*value { return f.substitute(vs, args, binds, depth+1) }
	switch v.kind {
	case param, free:
		from := actual(v, args, binds)
		if from == nil {
			return f.opaqueOf(v.typ)
		}
		return f.walk(from, v.path)
	case function, object, wrapper, behaviour:
		if len(v.binds) == 0 && len(v.fields) == 0 && len(v.under) == 0 && len(v.outer) == 0 {
			return []*value{v}
		}
		w := *v
		w.binds, w.outer = mapSets(v.binds, sub), mapSets(v.outer, sub)
		w.under = sub(v.under)
		w.fields = make([]fieldValues, len(v.fields))
		for i, fv := range v.fields {
			w.fields[i] = fieldValues{fv.name, sub(fv.values)}
		}
		return []*value{f.intern(w)}
	}
	return []*value{v}
}

func mapSets(sets [][]*value, sub func([]*value) []*value) [][]*value {
	if sets == nil {
		return nil
	}
	out := make([][]*value, len(sets))
	for i, vs := range sets {
		out[i] = sub(vs)
	}
	return out
}

// method returns the method of a concrete type, as SSA if there is such a
// form, else as an object.
func (e *engine) method(t types.Type, name string) (*ssa.Function, *types.Func) {
	pkg := e.pass.Pkg
	if n, ok := deref(t).(*types.Named); ok && n.Obj().Pkg() != nil && !token.IsExported(name) {
		pkg = n.Obj().Pkg()
	}
	for _, t := range []types.Type{t, types.NewPointer(t)} {
		sel := e.prog.Prog.MethodSets.MethodSet(t).Lookup(pkg, name)
		if sel == nil {
			continue
		}
		obj := sel.Obj().(*types.Func)
		if types.IsInterface(sel.Recv()) {
			return nil, obj
		}
		if fn := e.prog.Prog.MethodValue(sel); fn != nil {
			return fn, obj
		}
		return nil, obj
	}
	return nil, nil
}

// interfaceMethod returns the method of the interface that v is known to
// have, else the one that the call names.
func interfaceMethod(t types.Type, method string, iface *types.Func) *types.Func {
	if t != nil && method != "" {
		if it, ok := t.Underlying().(*types.Interface); ok {
			for i := 0; i < it.NumMethods(); i++ {
				if m := it.Method(i); m.Name() == method {
					return m
				}
			}
		}
	}
	return iface
}

// model applies what the models know about obj, and reports whether that is
// all there is to say. args begin with the receiver, if there is one.
func (f *frame) model(obj *types.Func, args [][]*value, at []step, suspect bool) bool {
	known := f.register(obj, args, at[len(at)-1].pos)
	name := f.fullName(obj.Origin())
	f.suspends(obj.Origin(), name, at, suspect)
	for _, sw := range f.table.SelfWait(obj) {
		known = true
		f.addEffect(&effect{
			effectKey: effectKey{class: models.Wait, op: name, loop: sw.Framework.Name},
			cost:      models.Unbounded, suspect: suspect,
			chain: join(withCallee(at, name), nil, false),
		})
	}
	op := f.table.Op(obj)
	if op == nil || op.Effect == models.Inspect {
		return known
	}
	if op.When != "" {
		return true
	}
	if op.Effect == models.Blocks {
		f.addModelEffect(op, obj, name, args, at, suspect)
	}
	steps := append(withCallee(at, name), step{})
	hasRecv := obj.Signature().Recv() != nil
	sub := f.sub()
	for _, t := range op.Calls {
		vs := f.walk(rootArg(args, t.Path, hasRecv), t.Path.Fields)
		sub.invoke(vs, t.Method, nil, nil, steps, suspect)
	}
	if op.Class == models.Log {
		sub.out = asLog(sub.out)
	}
	f.merge(sub.out, false)
	f.skipped = f.skipped || sub.skipped
	for _, t := range op.Spawns {
		for _, v := range f.walk(rootArg(args, t.Path, hasRecv), t.Path.Fields) {
			f.handOff(v, Runs, "")
		}
	}
	for _, t := range op.Stores {
		for _, v := range f.walk(rootArg(args, t.Path, hasRecv), t.Path.Fields) {
			f.handOff(v, Stores, "")
		}
	}
	return true
}

// asLog returns s with what a logger writes to a file or a standard stream as
// the class that this is meant to be; a logger that writes to the network
// stays one.
func asLog(s *summary) *summary {
	out := new(summary)
	for _, x := range s.effects.values {
		y := *x
		if x.class == models.Disk || x.class == models.Terminal {
			y.class, y.cost = models.Log, models.Micros
		}
		out.addEffect(&y)
	}
	for _, d := range s.deferred.values {
		y := *d
		y.log = true
		out.addDeferred(&y)
	}
	for _, c := range s.slots.values {
		y := *c
		y.log = true
		out.addSlotCall(&y)
	}
	out.handoffs = s.handoffs
	return out
}

// rootArg returns the argument at the root of a model's path.
func rootArg(args [][]*value, p models.Path, hasRecv bool) []*value {
	i := p.Root
	if hasRecv {
		i++ // models.Recv is -1
	}
	if i < 0 || i >= len(args) {
		return nil
	}
	return args[i]
}

func (f *frame) addModelEffect(op *models.Op, obj *types.Func, name string, args [][]*value, at []step, suspect bool) {
	x := &effect{
		effectKey: effectKey{class: op.Class, op: name},
		cost:      op.Cost, suspect: suspect,
		chain: join(withCallee(at, name), nil, false),
	}
	if method := obj.Name(); obj.Signature().Recv() != nil && len(args) > 0 && len(args[0]) > 0 {
		if v := args[0][0]; v.kind == global && len(v.path) == 0 {
			if obj, ok := v.global.Object().(*types.Var); ok {
				if mv := f.table.Var(obj); mv != nil {
					x.class, x.cost = mv.Class, streamCost(method)
				}
			}
		}
	}
	f.addEffect(x)
}

// streamCost is the cost of a method of a standard stream: a write is a copy
// into a buffer of the system, a read waits for whoever is at the other end.
func streamCost(method string) models.Cost {
	if strings.HasPrefix(method, "Read") || method == "WriteTo" {
		return models.Unbounded
	}
	return models.Micros
}
