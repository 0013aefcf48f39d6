package paths

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
)

// A Resolver gives the locations that the pointers of a package's functions
// lead to, each function by itself: parameters, globals, allocations and the
// results of calls are roots. A function literal shares the roots of the
// function around it. A local variable that is stored to once stands for what
// is stored.
type Resolver struct {
	Space    *Space
	memo     map[ssa.Value]*Loc
	closures map[*ssa.Function]*ssa.MakeClosure // nil: several
	Log      bounds.Log
}

// NewResolver returns a resolver for the given functions.
func NewResolver(funcs []*ssa.Function) *Resolver {
	r := &Resolver{Space: NewSpace(), memo: make(map[ssa.Value]*Loc), closures: make(map[*ssa.Function]*ssa.MakeClosure)}
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(*ssa.MakeClosure); ok {
					g := c.Fn.(*ssa.Function)
					if _, twice := r.closures[g]; twice {
						c = nil
					}
					r.closures[g] = c
				}
			}
		}
	}
	return r
}

// Of returns the location that the pointer, slice, map, channel or interface v
// leads to, nil if it has no name.
func (r *Resolver) Of(v ssa.Value) *Loc {
	if l, ok := r.memo[v]; ok {
		return l
	}
	r.memo[v] = nil // of a value that depends on itself
	l := r.compute(v)
	r.memo[v] = l
	if r.Space.TooDeep {
		r.Space.TooDeep = false
		r.Log.Exceeded("paths.maxDepth", v.Parent())
	}
	return l
}

func (r *Resolver) root(v ssa.Value, name string) *Loc {
	t := v.Type()
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return r.Space.Root(v, name, t)
}

func (r *Resolver) compute(v ssa.Value) *Loc {
	switch v := v.(type) {
	case *ssa.Alloc:
		return r.root(v, v.Comment)
	case *ssa.Parameter:
		return r.root(v, v.Name())
	case *ssa.Global:
		return r.root(v, v.Name())
	case *ssa.FreeVar:
		fn := v.Parent()
		if c := r.closures[fn]; c != nil {
			for i, fv := range fn.FreeVars {
				if fv == v {
					return r.Of(c.Bindings[i])
				}
			}
		}
		return r.root(v, v.Name())
	case *ssa.FieldAddr:
		st := v.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		return r.field(r.Of(v.X), st.Field(v.Field))
	case *ssa.IndexAddr:
		return r.elem(r.Of(v.X))
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return r.load(v)
		}
	case *ssa.Field:
		st := v.X.Type().Underlying().(*types.Struct)
		if l := r.copied(v.X); l != nil {
			return r.deref(r.field(l, st.Field(v.Field)), v.Type())
		}
	case *ssa.ChangeType:
		return r.Of(v.X)
	case *ssa.ChangeInterface:
		return r.Of(v.X)
	case *ssa.MakeInterface:
		return r.Of(v.X)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return r.Of(v.X)
		}
	case *ssa.Slice:
		return r.Of(v.X)
	case *ssa.Phi:
		return r.same(v.Edges)
	case *ssa.Lookup:
		if !v.CommaOk {
			return r.entry(v.X, v.Type())
		}
	case *ssa.Extract:
		return r.extract(v)
	case *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.Call:
		return r.root(v, "")
	}
	return nil
}

func (r *Resolver) field(l *Loc, f *types.Var) *Loc {
	if l == nil {
		return nil
	}
	return r.Space.Field(l, f.Origin())
}

func (r *Resolver) elem(l *Loc) *Loc {
	if l == nil || l.Step == Elem {
		return l
	}
	return r.Space.Elem(l, 0, Open, nil)
}

func (r *Resolver) deref(l *Loc, t types.Type) *Loc {
	if l == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return r.Space.Deref(l, t)
}

func (r *Resolver) entry(m ssa.Value, t types.Type) *Loc {
	l := r.Of(m)
	if l == nil {
		return nil
	}
	if e := r.Space.Entries(l); e != nil {
		return r.deref(e, t)
	}
	return nil
}

// load returns where the pointer in a variable leads.
func (r *Resolver) load(v *ssa.UnOp) *Loc {
	at := r.Of(v.X)
	if at == nil {
		return nil
	}
	if a, ok := at.Base.(*ssa.Alloc); ok && at.Parent == nil {
		if val, ok := onlyStore(a); ok {
			if l := r.Of(val); l != nil {
				return l
			}
		}
	}
	return r.deref(at, v.Type())
}

// onlyStore returns the value that is stored to a local variable, if there is one store.
func onlyStore(a *ssa.Alloc) (ssa.Value, bool) {
	var val ssa.Value
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != a {
				return nil, false // its address is stored
			}
			if val != nil {
				return nil, false
			}
			val = ref.Val
		case *ssa.MakeClosure:
			if storesCaptured(ref, a) {
				return nil, false
			}
		}
	}
	return val, val != nil
}

// storesCaptured reports whether a function literal, or one in it, stores to a captured variable.
func storesCaptured(c *ssa.MakeClosure, v ssa.Value) bool {
	fn := c.Fn.(*ssa.Function)
	for i, b := range c.Bindings {
		if b != v {
			continue
		}
		for _, ref := range *fn.FreeVars[i].Referrers() {
			switch ref := ref.(type) {
			case *ssa.Store:
				if ref.Addr == fn.FreeVars[i] {
					return true
				}
			case *ssa.MakeClosure:
				if storesCaptured(ref, fn.FreeVars[i]) {
					return true
				}
			}
		}
	}
	return false
}

// copied returns where a struct value was loaded from.
func (r *Resolver) copied(v ssa.Value) *Loc {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		return r.Of(u.X)
	}
	return nil
}

func (r *Resolver) same(vs []ssa.Value) *Loc {
	var one *Loc
	for _, v := range vs {
		if c, ok := v.(*ssa.Const); ok && c.IsNil() {
			continue
		}
		l := r.Of(v)
		if l == nil || one != nil && l != one {
			return nil
		}
		one = l
	}
	return one
}

func (r *Resolver) extract(v *ssa.Extract) *Loc {
	switch t := v.Tuple.(type) {
	case *ssa.Lookup:
		if v.Index == 0 {
			return r.entry(t.X, v.Type())
		}
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return r.Of(t.X)
		}
	case *ssa.Next:
		if rng, ok := t.Iter.(*ssa.Range); ok && v.Index == 2 {
			return r.entry(rng.X, v.Type())
		}
	case *ssa.Call:
		return r.root(v, "")
	}
	return nil
}

// Rebase returns the location that follows from to as l follows from from, nil
// if it does not.
func (s *Space) Rebase(l, from, to *Loc) *Loc {
	if l == from {
		return to
	}
	if l == nil || l.Parent == nil || to == nil {
		return nil
	}
	p := s.Rebase(l.Parent, from, to)
	if p == nil {
		return nil
	}
	switch l.Step {
	case Field:
		return s.Field(p, l.Field)
	case Elem:
		return s.Elem(p, l.Lo, l.Hi, l.Type)
	case Entries:
		return s.Entries(p)
	case Deref:
		return s.Deref(p, l.Type)
	case State:
		return s.State(p)
	}
	return nil
}
