package accesses

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/paths"
)

// Ownership: which objects nobody else has yet, and which functions only ready them.

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

// IsSetup reports whether fn runs only while objects are made.
func (r *Result) IsSetup(fn *ssa.Function) bool { return r.isSetup(fn) }
