package accesses

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

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
	// callersHold are the classes of the locks that all callers in view hold,
	// though others may call too; nil if there are no callers in view.
	callersHold map[any]bool
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
}

// contexts computes the contexts of all functions.
func (r *Result) contexts() {
	r.Contexts = make(map[*ssa.Function]*Context)
	sites := make(map[*ssa.Function][]site)
	for _, fn := range r.Program.Funcs {
		r.Contexts[fn] = r.newContext(fn)
	}
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
				if !ok {
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

var lockedComment = regexp.MustCompile(`(?i)\b(must|should|needs? to) (be )?(hold|held|call(ed)? with|locked|own)|caller(s)? (must )?hold|(lock|mutex|mu) (must be|is|should be|to be) (held|locked|acquired)|with (the )?\S*(lock|mu|mutex) held|while holding|(hold|holding|holds) (the )?\S*(lock|mu|mutex)|under (the )?\S*(lock|mutex)|not (goroutine|thread)[- ]safe|not safe for concurrent`)

// lockedName matches the names of functions that leave locking to their callers.
var lockedName = regexp.MustCompile(`(?i)(locked$|^locked|unlocked|(no|non|none|without|under|with)_?lock|unsafe|racy|lockheld|holdinglock)`)

// saysLocked reports whether the name, the comment or a directive of fn says
// that its caller holds the lock.
func (r *Result) saysLocked(fn *ssa.Function, obj *types.Func) bool {
	if r.holds[obj] || lockedName.MatchString(obj.Name()) {
		return true
	}
	decl := r.declOf(fn)
	return decl != nil && decl.Doc != nil && lockedComment.MatchString(strings.ReplaceAll(decl.Doc.Text(), "\n", " "))
}

func (r *Result) declOf(fn *ssa.Function) *ast.FuncDecl {
	for _, file := range r.pass.Files {
		if file.FileStart <= fn.Pos() && fn.Pos() < file.FileEnd {
			for _, d := range file.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Name.Pos() == fn.Pos() {
					return d
				}
			}
		}
	}
	return nil
}

// uses records the calls and other uses of functions by an instruction.
func (r *Result) uses(fn *ssa.Function, instr ssa.Instruction, sites map[*ssa.Function][]site) {
	called := ssa.Value(nil)
	if call, ok := instr.(ssa.CallInstruction); ok {
		called = call.Common().Value
		r.callSite(fn, call, sites)
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
			if c := r.Contexts[v]; c != nil {
				c.Root = true
			} else if c == nil {
				r.wrapped(v)
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
	arg := slices.Index(common.Args, ssa.Value(c))
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
	if callee := common.StaticCallee(); callee != nil && arg >= 0 && r.Contexts[callee] != nil && arg < len(callee.Params) {
		p := callee.Params[arg]
		if held, calls := r.Locks.ParamCalls[p]; calls && onlyCalled(p) {
			s := r.Locks.Before(call)
			for _, h := range held {
				h = r.outside(h, callee, common)
				s = append(slices.Clip(s), h)
			}
			return add(site{locks: &s})
		}
	}
	r.Contexts[g].Unknown = true
	return true
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
			}
		}
		if !changed {
			break
		}
	}
	r.roots(sites)
	r.optimistic(sites)
	r.inheritNames(sites)
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
			held := r.heldBySites(sites[fn], sites)
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

// heldBySites returns the classes that are held at all of the sites. A caller
// of which nothing is known yet does not restrict them.
func (r *Result) heldBySites(list []site, sites map[*ssa.Function][]site) map[any]bool {
	var out map[any]bool
	for _, s := range list {
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
	if out == nil {
		out = make(map[any]bool)
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
	for i, s := range list {
		held := r.entryAt(fn, s)
		if i == 0 {
			entry = held
		} else {
			entry = meet(entry, held)
		}
		if s.async || !r.isSetup(s.caller) {
			changed = changed || c.Setup
			c.Setup = false
		}
		for j := range c.Owned {
			if c.Owned[j] && (j >= len(s.args) || s.async || !r.owned(s.args[j])) {
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

// IsSetup reports whether fn runs only while objects are made.
func (r *Result) IsSetup(fn *ssa.Function) bool { return r.isSetup(fn) }

// isSetup reports whether fn runs only while objects are made.
func (r *Result) isSetup(fn *ssa.Function) bool {
	c := r.Contexts[fn]
	return c != nil && c.Setup || r.constructs(fn)
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
		return nil
	}
	var held locks.Set
	if s.locks != nil {
		held = *s.locks
	} else {
		held = r.Locks.Before(s.instr)
	}
	if fn.Parent() != nil {
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
	name := strings.ToLower(fn.Name())
	for _, prefix := range []string{"new", "make", "create", "clone", "copy", "dup", "deepcopy", "build", "parse"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
