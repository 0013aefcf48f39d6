package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// values returns what v may be, in terms of the parameters and captured
// variables of the function that v belongs to. It follows copies, conversions,
// fields, elements, variables and the results of calls, ignores the order of
// instructions, and never returns a nil constant.
func (e *engine) values(v ssa.Value) []*value {
	if !e.carriesBehaviour(v.Type()) && !isGlobal(v) {
		return e.opaqueOf(content(v.Type()))
	}
	return e.remember(v, func() []*value {
		ctx := e.ctx
		if fn := v.Parent(); fn != nil {
			e.ctx = fn
		}
		vs := e.typed(e.eval(v), v.Type(), false)
		e.ctx = ctx
		return vs
	})
}

// isGlobal reports whether v is a package-level variable or its content:
// os.Stderr is more than an *os.File.
func isGlobal(v ssa.Value) bool {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	_, ok := v.(*ssa.Global)
	return ok
}

// remember returns what compute returns for key, computed once. On a cycle of
// keys, the first that is asked for again contributes nothing. What has been
// computed from such a cut is complete only for the key at which the cycle
// began, and is kept only until the outermost computation ends; so every
// computation visits a key once.
func (e *engine) remember(key any, compute func() []*value) []*value {
	if vs, ok := e.memo[key]; ok {
		return vs
	}
	if vs, ok := e.provisional[key]; ok {
		e.cuts++
		return vs
	}
	if e.active[key] || len(e.active) > maxEval || e.steps > e.allowance() {
		e.cuts++
		return nil
	}
	e.steps++
	e.spent++
	cuts := e.cuts
	e.active[key] = true
	vs := compute()
	delete(e.active, key)
	outermost := len(e.active) == 0
	if e.cuts == cuts || outermost {
		e.memo[key] = vs
	} else {
		e.provisional[key] = vs
	}
	if outermost {
		clear(e.provisional)
		e.steps = 0
	}
	return vs
}

// allowance bounds the steps of one evaluation. It shrinks when a package has
// used many, so that the time for a package grows with its size only.
func (e *engine) allowance() int {
	switch per := len(e.byOrder) + 500; {
	case e.spent < maxStepsPerFunc*per:
		return maxSteps
	case e.spent < 4*maxStepsPerFunc*per:
		return maxSteps / 10
	}
	return maxSteps / 100
}

const (
	maxSteps        = 1000 // steps of one evaluation
	maxStepsPerFunc = 60   // steps for a function, on average, before evaluations are cut short
)

// maxEval bounds the number of values on one way of evaluation.
const maxEval = 150

func (e *engine) eval(v ssa.Value) []*value {
	switch v := v.(type) {
	case *ssa.Parameter:
		for i, p := range v.Parent().Params {
			if p == v {
				return []*value{e.intern(value{kind: param, fn: v.Parent(), index: i})}
			}
		}
	case *ssa.FreeVar:
		for i, f := range v.Parent().FreeVars {
			if f == v {
				return []*value{e.intern(value{kind: free, fn: v.Parent(), index: i})}
			}
		}
	case *ssa.Function:
		return []*value{e.intern(value{kind: function, fn: v})}
	case *ssa.MakeClosure:
		binds := make([][]*value, len(v.Bindings))
		for i, b := range v.Bindings {
			binds[i] = e.values(b)
		}
		return []*value{e.intern(value{kind: function, fn: v.Fn.(*ssa.Function), binds: binds})}
	case *ssa.MakeInterface:
		return e.values(v.X)
	case *ssa.ChangeInterface:
		return e.values(v.X)
	case *ssa.ChangeType:
		return e.values(v.X)
	case *ssa.Convert:
		return e.values(v.X)
	case *ssa.MultiConvert:
		return e.values(v.X)
	case *ssa.SliceToArrayPointer:
		return e.values(v.X)
	case *ssa.Slice:
		return e.values(v.X)
	case *ssa.TypeAssert:
		return e.asserted(v)
	case *ssa.Extract:
		return e.extract(v)
	case *ssa.Call:
		return e.callResult(v, 0)
	case *ssa.Phi:
		sets := make([][]*value, len(v.Edges))
		for i, x := range v.Edges {
			sets[i] = e.values(x)
		}
		return union(sets...)
	case *ssa.UnOp:
		if _, ok := v.X.Type().Underlying().(*types.Pointer); ok {
			return e.values(v.X) // a load: addresses are identified with contents
		}
	case *ssa.FieldAddr:
		return e.field(e.values(v.X), fieldName(v.X.Type(), v.Field))
	case *ssa.Field:
		return e.field(e.values(v.X), fieldName(v.X.Type(), v.Field))
	case *ssa.IndexAddr:
		return e.field(e.values(v.X), elemField)
	case *ssa.Index:
		return e.field(e.values(v.X), elemField)
	case *ssa.Lookup:
		return e.field(e.values(v.X), elemField)
	case *ssa.Alloc:
		return e.variable(v)
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan:
		return []*value{e.intern(value{kind: alloc, site: v})}
	case *ssa.Global:
		return e.globalValue(v)
	case *ssa.Const:
		if v.Value == nil && !isConcreteZero(v.Type()) {
			return nil
		}
	}
	return e.opaqueOf(v.Type())
}

// isConcreteZero reports whether the zero value of t has callable methods.
func isConcreteZero(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array, *types.Basic:
		return true
	}
	return false
}

func (e *engine) asserted(v *ssa.TypeAssert) []*value {
	t := v.AssertedType
	var out []*value
	for _, x := range e.values(v.X) {
		if isConcrete(x.typ) && isConcrete(t) && !types.Identical(x.typ, t) {
			continue // the assertion fails for this alternative
		}
		out = append(out, x)
	}
	if len(out) == 0 {
		return e.opaqueOf(t)
	}
	return e.typed(out, t, true)
}

func (e *engine) extract(v *ssa.Extract) []*value {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		return e.callResult(t, v.Index)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return e.asserted(t)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return e.field(e.values(t.X), elemField)
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index == 2 {
			return e.field(e.values(r.X), elemField)
		}
	}
	return e.opaqueOf(v.Type())
}

// variable returns what a local variable may be: itself if it is a struct or
// an array, else what is stored to it, here or in a function literal.
func (e *engine) variable(a *ssa.Alloc) []*value {
	switch deref(a.Type()).Underlying().(type) {
	case *types.Struct, *types.Array:
		return []*value{e.intern(value{kind: alloc, site: a})}
	}
	var sets [][]*value
	for _, x := range e.index.cells[a] {
		sets = append(sets, e.values(x))
	}
	for _, c := range e.index.captures[a] {
		sets = append(sets, e.lifted(e.index.freeStores[c], a.Parent()))
	}
	return union(sets...)
}

// lifted evaluates values of a function literal for the function around it:
// what depends on the literal's own parameters or variables is dropped.
func (e *engine) lifted(xs []ssa.Value, outer *ssa.Function) []*value {
	var out []*value
	for _, x := range xs {
		for _, v := range e.values(x) {
			if (v.kind == param || v.kind == free) && v.fn != outer {
				continue
			}
			out = append(out, v)
		}
	}
	return union(out)
}

// allocField returns what is stored to a field or the elements of v.site.
func (e *engine) allocField(v *value, fv *types.Var, name string) []*value {
	var sets [][]*value
	key := fieldKey{site: v.site, name: name}
	for _, x := range e.index.allocFields[key] {
		sets = append(sets, e.values(x))
	}
	if a, ok := v.site.(*ssa.Alloc); ok {
		for _, x := range e.index.cells[a] {
			sets = append(sets, e.field(e.values(x), name))
		}
	}
	vs := union(sets...)
	if v.site.Parent() != e.ctx {
		vs = e.globalise(vs)
	}
	return vs
}

func (e *engine) globalValue(g *ssa.Global) []*value {
	elem := deref(g.Type())
	if g.Pkg == e.prog.Pkg && !isStructLike(elem) {
		var sets [][]*value
		for _, x := range e.index.globals[g] {
			sets = append(sets, e.values(x))
		}
		if vs := e.globalise(union(sets...)); len(vs) > 0 {
			obj, _ := g.Object().(*types.Var)
			return union(vs, e.openSlot(obj, elem))
		}
	}
	return []*value{e.intern(value{kind: global, global: g, typ: elem})}
}

func isStructLike(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// flow returns what this package stores into a field, whatever the instance,
// in terms that hold outside the storing functions. Test files do not count.
func (e *engine) flow(fv *types.Var) []*value {
	if fv == nil {
		return nil
	}
	return e.flowOf(flowKey{fv.Origin(), false}, e.index.fields[fv.Origin()])
}

// flowElems is flow for the elements of the container in a field.
func (e *engine) flowElems(fv *types.Var) []*value {
	return e.flowOf(flowKey{fv, true}, e.index.fieldElems[fv])
}

type flowKey struct {
	field *types.Var
	elems bool
}

func (e *engine) flowOf(key flowKey, stores []ssa.Value) []*value {
	if len(stores) == 0 {
		return nil
	}
	return e.remember(key, func() []*value {
		var sets [][]*value
		for _, x := range stores {
			sets = append(sets, e.values(x))
		}
		vs := e.globalise(union(sets...))
		if len(vs) < 2 {
			return vs
		}
		out := make([]*value, len(vs))
		for i, v := range vs {
			w := *v
			w.flow = true
			out[i] = e.intern(w)
		}
		return union(out)
	})
}

// globalise replaces parameters and captured variables by what this package
// passes for them, and by an opaque value where others may call.
func (e *engine) globalise(vs []*value) []*value {
	var sets [][]*value
	for _, v := range vs {
		sets = append(sets, e.globaliseOne(v))
	}
	return union(sets...)
}

func (e *engine) globaliseOne(v *value) []*value {
	if v.kind != param && v.kind != free {
		return []*value{v}
	}
	actuals := e.remember(globalKey{v.fn, v.kind, v.index}, func() []*value { return e.actuals(v) })
	if vs := e.walk(actuals, v.path); len(vs) > 0 {
		return vs
	}
	return e.opaqueOf(v.typ)
}

// actuals returns what this package passes for the parameter or captured
// variable at the root of v.
func (e *engine) actuals(v *value) []*value {
	var actuals []*value
	if v.kind == param {
		for _, args := range e.index.callers[v.fn] {
			if v.index < len(args) {
				actuals = union(actuals, e.values(args[v.index]))
			}
		}
	} else {
		for _, c := range e.index.closures[v.fn] {
			actuals = union(actuals, e.values(c.Bindings[v.index]))
		}
	}
	return e.globalise(actuals)
}

type globalKey struct {
	fn    *ssa.Function
	kind  valueKind
	index int
}

func fieldName(t types.Type, i int) string {
	return deref(t).Underlying().(*types.Struct).Field(i).Name()
}
