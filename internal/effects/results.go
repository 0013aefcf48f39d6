package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// results adds what a return statement returns to the results of the function,
// in terms of its parameters. Objects made here take their fields with them.
func (f *frame) results(ret *ssa.Return) {
	if f.out.results == nil {
		f.out.results = make([][]*value, len(ret.Results))
	}
	for i, r := range ret.Results {
		if !f.carriesBehaviour(r.Type()) {
			continue
		}
		for _, v := range f.values(r) {
			if v.kind == opaque && (v.typ == nil || types.Identical(v.typ, r.Type())) {
				continue
			}
			f.out.results[i] = union(f.out.results[i], []*value{f.detach(v, 0)})
		}
		if len(f.out.results[i]) > maxValues {
			f.out.results[i] = f.out.results[i][:maxValues]
		}
	}
}

// carriesBehaviour reports whether what calls of or through a value of type t
// do can depend on how it was made: it is, or leads to, a func or an interface.
func (e *engine) carriesBehaviour(t types.Type) bool {
	if b, ok := e.carries.At(t).(bool); ok {
		return b
	}
	var seen typeutil.Map
	b := e.leadsToBehaviour(t, &seen)
	if b {
		e.carries.Set(t, true)
		return true
	}
	// Nothing that was seen on the way does.
	seen.Iterate(func(t types.Type, _ any) { e.carries.Set(t, false) })
	return false
}

func (e *engine) leadsToBehaviour(t types.Type, seen *typeutil.Map) bool {
	if b, ok := e.carries.At(t).(bool); ok {
		return b
	}
	if seen.Set(t, true) != nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Interface, *types.Tuple:
		return true
	case *types.Pointer:
		return e.leadsToBehaviour(u.Elem(), seen)
	case *types.Slice:
		return e.leadsToBehaviour(u.Elem(), seen)
	case *types.Array:
		return e.leadsToBehaviour(u.Elem(), seen)
	case *types.Map:
		return e.leadsToBehaviour(u.Elem(), seen)
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if e.leadsToBehaviour(u.Field(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}

// detach replaces objects made in this function by what is known of their fields.
func (f *frame) detach(v *value, depth int) *value {
	switch {
	case depth > maxNesting:
		return f.intern(value{kind: opaque, typ: v.typ})
	case v.kind == function && len(v.binds) > 0:
		w := *v
		w.binds = mapSets(v.binds, func(vs []*value) []*value { return f.detachAll(vs, depth+1) })
		return f.intern(w)
	case v.kind != alloc:
		return v
	}
	w := value{kind: object, typ: v.typ, flow: v.flow}
	for _, name := range f.fieldNames(v) {
		fv, _ := structField(v.typ, name)
		if vs := f.detachAll(f.allocField(v, fv, name), depth+1); len(vs) > 0 {
			w.fields = append(w.fields, fieldValues{name, vs})
		}
	}
	return f.intern(w)
}

func (f *frame) detachAll(vs []*value, depth int) []*value {
	out := make([]*value, len(vs))
	for i, v := range vs {
		out[i] = f.detach(v, depth)
	}
	return union(out)
}

// fieldNames lists the fields of v that can carry behaviour, "[]" for containers.
func (f *frame) fieldNames(v *value) []string {
	if elemType(v.typ) != nil {
		return []string{elemField}
	}
	s, ok := deref(v.typ).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var names []string
	for i := 0; i < s.NumFields(); i++ {
		if f.carriesBehaviour(s.Field(i).Type()) {
			names = append(names, s.Field(i).Name())
		}
	}
	return names
}

// callResult returns what result i of a call may be.
func (e *engine) callResult(call *ssa.Call, i int) []*value {
	common := call.Common()
	typ := resultType(call, i)
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			var sets [][]*value
			for _, a := range common.Args {
				sets = append(sets, e.values(a))
			}
			return union(sets...)
		}
		return e.opaqueOf(typ)
	}
	if !e.carriesBehaviour(typ) {
		return e.opaqueOf(typ)
	}
	f := &frame{engine: e, fn: call.Parent(), out: new(summary)}
	args := f.arguments(common)
	var sets [][]*value
	switch fn := common.StaticCallee(); {
	case fn != nil && len(fn.FreeVars) == 0:
		sets = append(sets, f.resultsOf(fn, args, nil, i, typ))
	default:
		for _, v := range e.values(common.Value) {
			sets = append(sets, f.dynamicResults(v, common, args, i, typ))
		}
	}
	vs := union(sets...)
	if len(vs) == 0 {
		return e.opaqueOf(typ)
	}
	return vs
}

func resultType(call *ssa.Call, i int) types.Type {
	if t, ok := call.Type().(*types.Tuple); ok {
		return t.At(i).Type()
	}
	return call.Type()
}

func (f *frame) dynamicResults(v *value, common *ssa.CallCommon, args [][]*value, i int, typ types.Type) []*value {
	switch {
	case f.own(v) && common.IsInvoke() && !isConcrete(v.typ):
		return f.resultOf(v, common.Method.Name(), i)
	case f.own(v) && !common.IsInvoke():
		return f.resultOf(v, "", i)
	case common.IsInvoke() && isConcrete(v.typ):
		if fn, obj := f.method(v.typ, common.Method.Name()); fn != nil {
			return f.resultsOf(fn, prepend(v, args), nil, i, typ)
		} else if obj != nil {
			return f.objectResults(obj, prepend(v, args), i, typ)
		}
	case !common.IsInvoke() && v.kind == function:
		return f.resultsOf(v.fn, args, v.binds, i, typ)
	case !common.IsInvoke() && v.kind == behaviour && v.ext != nil:
		return f.factResults(v.ext, args, v.outer, i, typ)
	}
	return f.opaqueOf(typ)
}

// resultsOf returns result i of a call of fn.
func (f *frame) resultsOf(fn *ssa.Function, args, binds [][]*value, i int, typ types.Type) []*value {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	if obj != nil && (f.table.Op(obj) != nil || !f.ours(fn)) {
		return f.objectResults(obj, args, i, typ)
	}
	if !f.ours(fn) {
		return f.opaqueOf(typ)
	}
	s := f.summaryOf(fn)
	f.resultsRead[fn] = true
	if i >= len(s.results) || len(s.results[i]) == 0 {
		return f.opaqueOf(typ)
	}
	return f.substitute(s.results[i], args, binds, 0)
}

// objectResults returns result i of a call of a function of another package:
// by its model, else by its fact.
func (f *frame) objectResults(obj *types.Func, args [][]*value, i int, typ types.Type) []*value {
	op := f.table.Op(obj)
	if op == nil {
		if s := f.fact(obj); s != nil {
			return f.factResults(s, args, nil, i, typ)
		}
		return f.opaqueOf(typ)
	}
	if len(op.Wraps) == 0 || i != 0 {
		return f.opaqueOf(typ)
	}
	hasRecv := obj.Signature().Recv() != nil
	var sets [][]*value
	for _, p := range op.Wraps {
		sets = append(sets, f.walk(rootArg(args, p, hasRecv), p.Fields))
	}
	return []*value{f.intern(value{kind: wrapper, typ: typ, under: union(sets...)})}
}
