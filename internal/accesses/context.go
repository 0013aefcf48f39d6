package accesses

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
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
// callers hold the lock one of them. Who holds a lock at the call, or owns the
// object, need not say so.
func (r *Result) inheritNames(sites map[*ssa.Function][]site) {
	for changed := true; changed; {
		changed = false
		for _, fn := range r.Program.Funcs {
			c := r.Contexts[fn]
			if c.Named || c.Root || c.Go || c.Unknown || len(sites[fn]) == 0 {
				continue
			}
			all, some := true, false
			for _, s := range sites[fn] {
				caller := r.Contexts[Declared(s.caller)]
				says := caller != nil && caller.Named && !s.async
				some = some || says
				all = all && (says || r.beforeSharing(fn, s) || !s.async && len(r.heldAt(s)) > 0)
			}
			if all && some {
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
			held := r.heldAt(s)
			if _, ok := held.OfClass(class); ok || s.async || seen[s.caller] || r.beforeSharing(f, s) {
				continue
			}
			seen[s.caller] = true
			list = append(list, s.caller)
		}
	}
	return out
}

// heldAt returns the locks that are held at a call.
func (r *Result) heldAt(s site) locks.Set {
	if s.locks != nil {
		return *s.locks
	}
	return r.Locks.Before(s.instr)
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
			for _, h := range r.heldAt(s) {
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

// sharing returns the calls of a function that are not about an object that
// only the caller has, all if there are no others.
func (r *Result) sharing(fn *ssa.Function, sites []site) []site {
	out := slices.DeleteFunc(slices.Clone(sites), func(s site) bool { return r.beforeSharing(fn, s) })
	if len(out) == 0 {
		return sites
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
			for _, s := range r.sharing(fn, sites[fn]) {
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
