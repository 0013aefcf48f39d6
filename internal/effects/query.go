package effects

import (
	"go/token"
	"go/types"
	"sort"

	"golang.org/x/tools/go/ssa"
)

// Values gives rules the funcs that may be in a place, for roots that no call
// of a framework's function registers.

// FuncsIn returns the funcs that v may be.
func (r *Result) FuncsIn(v ssa.Value) []*Func {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.funcs(r.values(v))
}

// A Spawn is a function that this package starts on a goroutine of its own.
type Spawn struct {
	Fn  *ssa.Function
	Pos token.Pos // of the go statement, or of the call that does it
}

// Spawned returns the functions that the package starts on other goroutines, in
// the order of positions. Test files are left out.
func (r *Result) Spawned() []Spawn {
	r.asks.Lock()
	defer r.asks.Unlock()
	var out []Spawn
	for i, fn := range r.spawned.keys {
		out = append(out, Spawn{fn, r.spawned.values[i]})
	}
	sort.SliceStable(out, func(i, j int) bool { return r.before(out[i].Pos, out[j].Pos) })
	return out
}

// FieldFuncs returns the funcs that the package stores into a field.
func (r *Result) FieldFuncs(field *types.Var) []*Func {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.funcs(r.flow(field))
}

// ResultFuncs returns the funcs that implementations of the interface method
// "(pkgpath.Type).Method" in this package return.
func (r *Result) ResultFuncs(method string) []*Func {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.funcs(r.resultFuncs(method))
}

func (r *Result) funcs(vs []*value) []*Func {
	var out []*Func
	for _, v := range vs {
		if v.kind == function || v.kind == behaviour && v.ext != nil {
			out = append(out, &Func{val: v, e: r.engine})
		}
	}
	return out
}

// Implementers returns the functions of this package, in the order of
// positions, that implement the given methods of an interface.
func (r *Result) Implementers(iface *types.Interface, methods ...string) []*ssa.Function {
	return r.implementers(iface, methods)
}

// Conversion returns where a value of the receiver type of method first
// becomes an interface that has all methods of iface, or NoPos.
func (r *Result) Conversion(method *ssa.Function, iface *types.Interface) token.Pos {
	if method.Signature.Recv() == nil {
		return token.NoPos
	}
	recv := deref(method.Signature.Recv().Type())
	for _, fn := range r.prog.Funcs {
		if r.isTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				m, ok := instr.(*ssa.MakeInterface)
				if ok && types.Identical(deref(m.X.Type()), recv) && types.Implements(m.Type(), iface) {
					if pos := conversionPos(m); pos.IsValid() {
						return pos
					}
				}
			}
		}
	}
	return token.NoPos
}

// conversionPos returns the position of a conversion, which is that of its
// first use if the conversion is implicit.
func conversionPos(m ssa.Value) token.Pos {
	if m.Pos().IsValid() {
		return m.Pos()
	}
	for _, r := range *m.Referrers() {
		if r.Pos().IsValid() {
			return r.Pos()
		}
	}
	return token.NoPos
}

// EffectsOf is Effects for the instructions of fn that only selects.
func (r *Result) EffectsOf(fn *ssa.Function, only func(ssa.Instruction) bool) []Found {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.found(r.settled(func() *summary { return r.partFromOutside(fn, only) }))
}

// Name returns the full name of a function or method, in the form of the names in chains.
func Name(obj *types.Func) string { return stripTypeParams(obj.FullName()) }
