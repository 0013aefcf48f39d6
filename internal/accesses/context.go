package accesses

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/lazy"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// maxContextRounds bounds the propagation from callers to callees: sets only shrink.
const maxContextRounds = 8

// A Context is what callers in view have in common.
type Context struct {
	Root    bool // others may call it: it is exported, or used as a value
	Go      bool // a goroutine starts in it
	Unknown bool // a func value that is passed to code that is not in view
	// Owned says of each parameter that every caller passes an object that it owns.
	Owned []bool
	// Setup says that every caller is a constructor, or an init function.
	Setup bool
	Named bool // its name or comment says that its caller holds the lock
	Calls int  // in view
	// Roots are the functions that others call, or goroutines start in, from
	// which this one is reached, in the order of the package; nil: too many.
	Roots []*ssa.Function
	// Under are the classes of the locks that are held wherever a goroutine is
	// started in the function.
	Under map[any]bool
	// callersHold are the classes of the locks that all callers in view hold,
	// though others may call too; nil if there are no callers in view.
	callersHold map[any]bool
	// callersOwn says of each parameter that all callers in view own what they
	// pass, though others may call too; nil if there are no callers in view.
	callersOwn []bool
	callsSetup bool // all callers in view are constructors, though others may call too
}

// maxRoots bounds Context.Roots.
const maxRoots = 4

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

// contexts computes the contexts of all functions.
func (r *Result) contexts() {
	r.Contexts = make(map[*ssa.Function]*Context)
	sites := make(map[*ssa.Function][]site)
	for _, fn := range r.Program.Funcs {
		r.Contexts[fn] = r.newContext(fn)
	}
	r.sites = sites
	r.findFieldCalls()
	for _, fn := range r.Program.Funcs {
		if r.isTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				r.uses(fn, instr, sites)
			}
		}
	}
	r.propagate(sites)
}

func (r *Result) newContext(fn *ssa.Function) *Context {
	c := &Context{Owned: make([]bool, len(fn.Params))}
	if obj, ok := fn.Object().(*types.Func); ok {
		c.Root = obj.Exported() && !r.hidden(obj) || obj.Name() == "main" || obj.Name() == "init"
		c.Named = r.saysLocked(fn, obj)
	}
	return c
}

// hidden reports whether a method cannot be called from outside the package
// but through an interface that the package converts its type to.
func (r *Result) hidden(obj *types.Func) bool {
	recv := obj.Signature().Recv()
	if recv == nil {
		return false
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Exported() {
		return false
	}
	if r.converted == nil {
		r.findConversions()
	}
	return !r.converted[methodOf{named.Origin().Obj(), obj.Name()}]
}

// A methodOf is a method of a type of the package.
type methodOf struct {
	typ  *types.TypeName
	name string
}

// printers are the methods that libraries look for in what they are given as any.
var printers = []string{
	"Close", "Error", "Format", "GoString", "LogValue", "MarshalBinary", "MarshalJSON", "MarshalText", "MarshalYAML",
	"Read", "Scan", "ServeHTTP", "String", "UnmarshalJSON", "UnmarshalText", "UnmarshalYAML", "Unwrap", "Value", "Write",
}

// findConversions finds the methods that interfaces make reachable: those of
// types that are converted to an interface with the method, or to any, for the
// methods that libraries look for.
func (r *Result) findConversions() {
	r.converted = make(map[methodOf]bool)
	for _, fn := range r.Program.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(*ssa.MakeInterface)
				if !ok || r.onlyCalledBack(c) {
					continue
				}
				t := c.X.Type()
				if p, ok := t.(*types.Pointer); ok {
					t = p.Elem()
				}
				named, ok := t.(*types.Named)
				iface, isIface := c.Type().Underlying().(*types.Interface)
				if !ok || !isIface {
					continue
				}
				for i := range iface.NumMethods() {
					r.converted[methodOf{named.Origin().Obj(), iface.Method(i).Name()}] = true
				}
				if iface.NumMethods() == 0 {
					for _, name := range printers {
						r.converted[methodOf{named.Origin().Obj(), name}] = true
					}
				}
			}
		}
	}
}

// lockedComment matches comments that leave locking to the callers. What it
// needs, mayMeetLocked has to know.
var lockedComment = lazy.Regexp(`(?i)\b(must|should|needs? to) (be )?(hold|held|call(ed)? with|locked|own)|caller(s)? (must )?hold|(lock|mutex|mu) (must be|is|should be|to be) (held|locked|acquired)|with (the )?\S*(lock|mu|mutex) held|while holding|(hold|holding|holds) (the )?\S*(lock|mu|mutex)|called (serially|sequentially|(by|from|on|in) (only one|only a single|a single|one|the same) (goroutine|thread))|(not|never) (be )?(called|run|used|invoked) (concurrently|in parallel)|under (the )?\S*(lock|mutex)|not (goroutine|thread)[- ]safe|not safe for concurrent`)

// lockedName matches the names of functions that leave locking to their callers.
var lockedName = lazy.Regexp(`(?i)(locked$|^locked|unlocked|(no|non|none|without|under|with)_?lock|unsafe|racy|lockheld|holdinglock)`)

// saysLocked reports whether the name, the comment or a directive of fn says
// that its caller holds the lock.
func (r *Result) saysLocked(fn *ssa.Function, obj *types.Func) bool {
	if r.holds[obj] || lockedName().MatchString(obj.Name()) {
		return true
	}
	decl := declOf(fn, obj)
	if decl == nil || decl.Doc == nil {
		return false
	}
	text := strings.ReplaceAll(decl.Doc.Text(), "\n", " ")
	return mayMeetLocked(text) && lockedComment().MatchString(text)
}

// declOf returns the declaration of fn, or of what it wraps, whose object is
// obj; nil if it is not in this package.
func declOf(fn *ssa.Function, obj *types.Func) *ast.FuncDecl {
	if fn.Syntax() == nil {
		fn = fn.Prog.FuncValue(obj.Origin())
	}
	if fn == nil {
		return nil
	}
	decl, _ := fn.Syntax().(*ast.FuncDecl)
	return decl
}

// mayMeetLocked is false only if lockedComment does not match: it is much faster.
func mayMeetLocked(text string) bool {
	text = strings.ToLower(text)
	has := func(part string) bool { return strings.Contains(text, part) }
	return has("hold") || has("held") || has("lock") || has("mutex") || has("acquired") || has("safe") ||
		has("called") || has("concurrently") || has("parallel") ||
		(has("must") || has("should") || has("need")) && (has("call") || has("own"))
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
	r.Contexts[g].Unknown = true
	return true
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

// propagate computes what all callers have in common: locks, ownership, setup.
func (r *Result) propagate(sites map[*ssa.Function][]site) {
	for _, fn := range r.Program.Funcs {
		c := r.Contexts[fn]
		c.Calls = len(sites[fn])
		for _, s := range sites[fn] {
			if s.async {
				r.startedUnder(c, s)
			}
			c.Go = c.Go || s.async
		}
		if !c.Root && c.Calls > 0 && !c.Unknown {
			c.Setup = true
			for i := range c.Owned {
				c.Owned[i] = true
			}
		}
		if obj, ok := fn.Object().(*types.Func); ok && fn.Signature.Recv() == nil && (obj.Name() == "init" || strings.HasPrefix(obj.Name(), "init#")) {
			c.Setup = true
		}
		if fn.Name() == "init" || strings.HasPrefix(fn.Name(), "init#") {
			c.Setup = true
		}
	}
	for round := range maxContextRounds {
		changed := false
		for _, fn := range r.Program.Funcs {
			c := r.Contexts[fn]
			if c.Root || c.Unknown || len(sites[fn]) == 0 {
				continue
			}
			if r.meetSites(fn, c, sites[fn], round == 0) {
				changed = true
				if round == maxContextRounds-1 {
					r.Bounds().Exceeded("accesses.maxContextRounds", fn)
				}
			}
		}
		if !changed {
			break
		}
	}
	r.roots(sites)
	r.optimistic(sites)
	r.ownership(sites)
	r.inheritNames(sites)
}

// startedUnder notes which locks a goroutine is started under.
func (r *Result) startedUnder(c *Context, s site) {
	first := c.Under == nil
	under := make(map[any]bool)
	for _, h := range r.Locks.Before(s.instr) {
		if first || c.Under[h.Class] {
			under[h.Class] = true
		}
	}
	c.Under = under
}

// inheritNames makes what is only called by functions that say that their
// callers hold the lock one of them.
func (r *Result) inheritNames(sites map[*ssa.Function][]site) {
	for changed := true; changed; {
		changed = false
		for _, fn := range r.Program.Funcs {
			c := r.Contexts[fn]
			if c.Named || c.Root || c.Go || c.Unknown || len(sites[fn]) == 0 {
				continue
			}
			all := true
			for _, s := range sites[fn] {
				caller := r.Contexts[Declared(s.caller)]
				all = all && caller != nil && caller.Named && !s.async
			}
			if all {
				c.Named, changed = true, true
			}
		}
	}
}

// CallersHold reports whether all callers of fn in view hold a lock of the
// class, directly or by their callers.
func (r *Result) CallersHold(fn *ssa.Function, class any) bool {
	c := r.Contexts[fn]
	return c != nil && c.callersHold[class]
}

// CallersLock reports whether all callers of fn in view hold some lock.
func (r *Result) CallersLock(fn *ssa.Function) bool {
	c := r.Contexts[fn]
	return c != nil && len(c.callersHold) > 0
}

// Uncalled reports whether nobody in view calls fn, and nobody else can: it is
// called through an interface, by whom is not known.
func (r *Result) Uncalled(fn *ssa.Function) bool {
	c := r.Contexts[fn]
	return c != nil && !c.Root && !c.Go && !c.Unknown && c.Calls == 0
}

// RootsUnknown reports whether it is not known who runs fn without a lock of
// the class: it is reached from too many functions, or then only from such as
// are called through interfaces.
func (r *Result) RootsUnknown(fn *ssa.Function, class any) bool {
	c := r.Contexts[fn]
	if c == nil || c.Root || c.Go {
		return false
	}
	return c.Roots == nil || !slices.ContainsFunc(r.openRoots(fn, class), func(root *ssa.Function) bool { return !r.Uncalled(root) })
}

// openRoots returns the functions from which fn is reached by calls at which
// no lock of the class is held, and no object that the caller owns is meant.
func (r *Result) openRoots(fn *ssa.Function, class any) []*ssa.Function {
	var out []*ssa.Function
	seen := map[*ssa.Function]bool{fn: true}
	for list := []*ssa.Function{fn}; len(list) > 0; list = list[1:] {
		f := list[0]
		if c := r.Contexts[f]; c.Root || c.Go || c.Unknown || len(r.sites[f]) == 0 {
			out = append(out, f)
		}
		for _, s := range r.sites[f] {
			held := s.locks
			if held == nil {
				before := r.Locks.Before(s.instr)
				held = &before
			}
			if _, ok := held.OfClass(class); ok || s.async || seen[s.caller] || r.beforeSharing(f, s) {
				continue
			}
			seen[s.caller] = true
			list = append(list, s.caller)
		}
	}
	return out
}

// optimistic computes Context.callersHold: the greatest sets that agree. A set
// only shrinks once it is known, so a fixed point is reached.
func (r *Result) optimistic(sites map[*ssa.Function][]site) {
	for changed := true; changed; {
		changed = false
		for _, fn := range r.Program.Funcs {
			c := r.Contexts[fn]
			if len(sites[fn]) == 0 {
				continue
			}
			held := r.heldBySites(fn, sites)
			if held == nil {
				continue
			}
			if c.callersHold == nil {
				c.callersHold, changed = held, true
				continue
			}
			for class := range c.callersHold {
				if !held[class] {
					delete(c.callersHold, class)
					changed = true
				}
			}
		}
	}
}

// ownership computes Context.callersOwn and callsSetup: what no call contradicts.
func (r *Result) ownership(sites map[*ssa.Function][]site) {
	for _, fn := range r.Program.Funcs {
		if c := r.Contexts[fn]; len(sites[fn]) > 0 {
			c.callsSetup = true
			c.callersOwn = make([]bool, len(fn.Params))
			for i := range c.callersOwn {
				c.callersOwn[i] = true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, fn := range r.Program.Funcs {
			c := r.Contexts[fn]
			for _, s := range sites[fn] {
				caller := r.Contexts[s.caller]
				if c.callsSetup && (s.async || !r.isSetup(s.caller) && !caller.callsSetup) {
					c.callsSetup, changed = false, true
				}
				for i := range c.callersOwn {
					if c.callersOwn[i] && (s.async || i >= len(s.args) || s.args[i] == nil || !r.ownedInView(r.Locks.Paths.Of(s.args[i]))) {
						c.callersOwn[i], changed = false, true
					}
				}
			}
		}
	}
}

// ownedInView is OwnedLoc if nobody calls but the callers in view.
func (r *Result) ownedInView(l *paths.Loc) bool {
	if l == nil {
		return false
	}
	if p, ok := l.Top().Base.(*ssa.Parameter); ok {
		if c := r.Contexts[p.Parent()]; c != nil {
			for i, q := range p.Parent().Params {
				if q == p && i < len(c.callersOwn) {
					return c.callersOwn[i]
				}
			}
		}
	}
	return r.OwnedLoc(l)
}

// BeforeSharing reports whether all callers in view, though others may call
// too, are constructors or own the object of a.
func (r *Result) BeforeSharing(a *Access) bool {
	c := r.Contexts[a.Fn]
	return c != nil && c.callsSetup || r.ownedInView(a.Loc)
}

// heldBySites returns the classes that are held at all of the sites. A caller
// of which nothing is known yet does not restrict them; nil: nothing is known of any.
func (r *Result) heldBySites(fn *ssa.Function, sites map[*ssa.Function][]site) map[any]bool {
	var out map[any]bool
	for _, s := range sites[fn] {
		if r.beforeSharing(fn, s) {
			continue
		}
		at := make(map[any]bool)
		if !s.async {
			held := r.Locks.Before(s.instr)
			if s.locks != nil {
				held = *s.locks
			}
			for _, h := range held {
				at[h.Class] = true
			}
			c := r.Contexts[s.caller]
			if c.callersHold == nil && len(sites[s.caller]) > 0 && len(at) == 0 {
				continue
			}
			for class := range c.callersHold {
				at[class] = true
			}
		}
		if out == nil {
			out = at
			continue
		}
		for class := range out {
			if !at[class] {
				delete(out, class)
			}
		}
	}
	return out
}

// roots computes Context.Roots.
func (r *Result) roots(sites map[*ssa.Function][]site) {
	sets := make(map[*ssa.Function]map[*ssa.Function]bool)
	for _, fn := range r.Program.Funcs {
		sets[fn] = make(map[*ssa.Function]bool)
		if c := r.Contexts[fn]; c.Root || c.Go || c.Unknown || len(sites[fn]) == 0 {
			sets[fn][fn] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, fn := range r.Program.Funcs {
			for _, s := range sites[fn] {
				if s.async {
					continue
				}
				for root := range sets[s.caller] {
					if len(sets[fn]) <= maxRoots && !sets[fn][root] {
						sets[fn][root], changed = true, true
					}
				}
			}
		}
	}
	for _, fn := range r.Program.Funcs {
		if len(sets[fn]) > maxRoots {
			r.Bounds().Exceeded("accesses.maxRoots", fn)
			continue
		}
		for _, root := range r.Program.Funcs {
			if sets[fn][root] {
				r.Contexts[fn].Roots = append(r.Contexts[fn].Roots, root)
			}
		}
	}
}

// meetSites recomputes the context of fn from its call sites.
func (r *Result) meetSites(fn *ssa.Function, c *Context, list []site, first bool) bool {
	changed := false
	var entry locks.Set
	met := false
	for _, s := range list {
		if r.beforeSharing(fn, s) {
			// Nobody else has the object yet: this call needs no lock.
		} else if held := r.entryAt(fn, s); !met {
			entry, met = held, true
		} else {
			entry = meet(entry, held)
		}
		if s.async || !r.isSetup(s.caller) {
			changed = changed || c.Setup
			c.Setup = false
		}
		for j := range c.Owned {
			if c.Owned[j] && (j >= len(s.args) || s.args[j] == nil || s.async || !r.owned(s.args[j])) {
				c.Owned[j], changed = false, true
			}
		}
	}
	if f := r.Locks.Funcs[fn]; f != nil && !equalSets(f.Entry, entry) {
		r.Locks.SetEntry(fn, entry)
		changed = true
	}
	return changed
}

// readies reports whether fn is a method that makes its object ready for use,
// or is called by such methods only.
func (r *Result) readies(fn *ssa.Function) bool {
	if fn.Signature.Recv() == nil || fn.Parent() != nil {
		return false
	}
	c := r.Contexts[fn]
	return fn.Name() == "Init" || fn.Name() == "init" || c != nil && c.Setup
}

// beforeSharing reports whether a call is about an object that only the caller
// has: that which the caller readies, the receiver or, of a function, all
// structs of the package that it is given.
func (r *Result) beforeSharing(fn *ssa.Function, s site) bool {
	if s.async {
		return false
	}
	if len(s.args) > 0 && s.args[0] != nil && r.readies(s.caller) && s.args[0] == s.caller.Params[0] {
		return true
	}
	if fn.Signature.Recv() != nil {
		return len(s.args) > 0 && s.args[0] != nil && r.owned(s.args[0])
	}
	seen := false
	for i, p := range fn.Params {
		if !r.ownStruct(p.Type()) {
			continue
		}
		if i >= len(s.args) || s.args[i] == nil || !r.owned(s.args[i]) {
			return false
		}
		seen = true
	}
	return seen
}

// ownStruct reports whether t is a pointer to a type of the package.
func (r *Result) ownStruct(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Pkg() == r.pass.Pkg
}

func equalSets(a, b locks.Set) bool {
	if len(a) != len(b) {
		return false
	}
	for _, h := range a {
		if !slices.Contains(b, h) {
			return false
		}
	}
	return true
}

func meet(a, b locks.Set) locks.Set {
	var out locks.Set
	for _, h := range a {
		best := locks.Held{}
		found := false
		for _, x := range b {
			if x.Class != h.Class {
				continue
			}
			y := h
			y.Read = h.Read || x.Read
			if x.Loc != h.Loc {
				y.Loc = nil
			}
			if !found || y.Loc != nil {
				best, found = y, true
			}
		}
		if found && !slices.Contains(out, best) {
			out = append(out, best)
		}
	}
	return out
}

// isSetup reports whether fn runs only while objects are made.
func (r *Result) isSetup(fn *ssa.Function) bool {
	c := r.Contexts[fn]
	return c != nil && c.Setup || r.constructs(fn) || r.readies(fn)
}

// constructs reports whether fn is a constructor: it makes and returns an object of a type of the package.
func (r *Result) constructs(fn *ssa.Function) bool {
	if fn.Signature.Recv() != nil || fn.Parent() != nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	return strings.HasPrefix(name, "new") || strings.HasPrefix(name, "make") || strings.HasPrefix(name, "create") || strings.HasPrefix(name, "init") || fn.Name() == "main"
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

// owned reports whether v is an object that its function has made, or was
// given by callers that own it.
func (r *Result) owned(v ssa.Value) bool { return r.OwnedLoc(r.Locks.Paths.Of(v)) }

// OwnedLoc reports whether the object at the root of l is owned: made in the
// function, and reached without a pointer that others may hold.
func (r *Result) OwnedLoc(l *paths.Loc) bool {
	if l == nil {
		return false
	}
	switch v := l.Top().Base.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan:
		return true
	case *ssa.Parameter:
		c := r.Contexts[v.Parent()]
		if c == nil {
			return false
		}
		for i, p := range v.Parent().Params {
			if p == v {
				return c.Owned[i]
			}
		}
	case *ssa.Call:
		return r.fresh(v)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return r.fresh(call)
		}
	}
	return false
}

// fresh reports whether a call returns a new object: what a constructor does.
func (r *Result) fresh(call *ssa.Call) bool {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		return b.Name() == "append"
	}
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false
	}
	if r.returnsNew(fn, 0) {
		return true
	}
	name := strings.ToLower(fn.Name())
	for _, prefix := range []string{"new", "make", "create", "clone", "copy", "dup", "deepcopy", "build", "parse"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return r.returnsOwn(fn)
}

// returnsOwn reports whether fn returns nothing but objects that it has made
// and given to nobody: a snapshot.
func (r *Result) returnsOwn(fn *ssa.Function) bool {
	if r.Contexts[fn] == nil || fn.Signature.Results().Len() == 0 {
		return false
	}
	some := false
	for _, b := range fn.Blocks {
		if len(b.Instrs) == 0 {
			continue
		}
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		switch v := ret.Results[0].(type) {
		case *ssa.Alloc:
			if !keepsToItself(v) {
				return false
			}
			some = true
		case *ssa.Const:
		default:
			return false
		}
	}
	return some
}

// keepsToItself reports whether the address of a local variable goes nowhere
// but to the results of its function.
func keepsToItself(a *ssa.Alloc) bool {
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Val == a {
				return false
			}
		case *ssa.UnOp, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Return, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// maxMakers is how many functions deep the maker of an object is looked for.
const maxMakers = 3

// returnsNew reports whether all that fn returns is an object that it has
// made, by itself or through another such function, and given to nobody else.
func (r *Result) returnsNew(fn *ssa.Function, depth int) bool {
	if r.Contexts[fn] == nil || fn.Signature.Results().Len() != 1 {
		return false
	}
	if depth > maxMakers {
		r.Bounds().Exceeded("accesses.maxMakers", fn)
		return false
	}
	returns := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		returns = true
		switch v := ret.Results[0].(type) {
		case *ssa.Alloc:
		case *ssa.Call:
			if callee := v.Call.StaticCallee(); callee == nil || !r.returnsNew(callee, depth+1) {
				return false
			}
		default:
			return false
		}
		if !onlyFilled(ret.Results[0]) {
			return false
		}
	}
	return returns
}

// onlyFilled reports whether an object is filled and returned, and nothing else.
func onlyFilled(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.UnOp, *ssa.Return, *ssa.DebugRef:
		case *ssa.Store:
			if ref.Addr != v {
				return false
			}
		default:
			return false
		}
	}
	return true
}
