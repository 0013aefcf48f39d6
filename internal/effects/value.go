package effects

import (
	"go/types"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A value is one alternative of what an SSA value may be, as far as it
// matters for what a call of it, or of its methods, does. Values are interned:
// equal values are the same pointer.
//
// A pointer is identified with what it points to, and the address of a
// variable with its content.
type value struct {
	kind   valueKind
	fn     *ssa.Function // function: the func; param, free: the function whose they are
	index  int           // param, inner, free
	path   []string      // fields from a param, inner, free or global
	global *ssa.Global
	site   ssa.Value // alloc: the allocating instruction
	typ    types.Type
	binds  [][]*value // function: what its free variables are; nil if fn.FreeVars is empty
	fields []fieldValues
	under  []*value // wrapper
	ext    *Summary // behaviour of a func, or (by methods) of an object from a fact
	meths  []Method
	outer  [][]*value // behaviour: the parameters that negative roots mean
	label  string     // behaviour: name for messages
	from   *types.Var // the field or variable whose content an opaque value is
	flow   bool       // found by the flow through fields and variables of the package: one of several instances
	id     int
}

type valueKind uint8

const (
	opaque    valueKind = iota // nothing is known but its type
	param                      // a parameter of fn
	free                       // a captured variable of fn
	inner                      // a parameter of the func or method whose behaviour is being exported
	global                     // a package-level variable
	function                   // a func with its captured variables
	alloc                      // made at site
	object                     // a struct whose fields are known
	wrapper                    // an object whose methods reach under (models.Op.Wraps)
	behaviour                  // a func or object known by the fact of another package
)

type fieldValues struct {
	name   string
	values []*value
}

// intern returns the one value that equals v.
func (e *engine) intern(v value) *value {
	var b strings.Builder
	num := func(n int) { b.WriteString(strconv.Itoa(n)); b.WriteByte(',') }
	set := func(vs []*value) {
		for _, v := range vs {
			num(v.id)
		}
		b.WriteByte(';')
	}
	num(int(v.kind))
	num(e.number(v.fn))
	num(v.index)
	b.WriteString(strings.Join(v.path, "."))
	b.WriteByte('|')
	num(e.number(v.global))
	num(e.number(v.site))
	num(e.number(v.from))
	if v.typ != nil {
		num(e.typeNumber(v.typ))
	}
	b.WriteByte('|')
	for _, vs := range v.binds {
		set(vs)
	}
	for _, f := range v.fields {
		b.WriteString(f.name)
		set(f.values)
	}
	b.WriteByte('|')
	set(v.under)
	for _, vs := range v.outer {
		set(vs)
	}
	b.WriteString(v.label)
	if v.ext != nil {
		b.WriteString(v.ext.String())
	}
	for i := range v.meths {
		b.WriteString(v.meths[i].Name + v.meths[i].Does.String())
	}
	if v.flow {
		b.WriteByte('~')
	}
	key := b.String()
	if old, ok := e.interned[key]; ok {
		return old
	}
	v.id = len(e.interned) + 1
	e.interned[key] = &v
	return &v
}

// number gives SSA objects small numbers, in the order of first use.
func (e *engine) number(x any) int {
	switch x := x.(type) {
	case *ssa.Function:
		if x == nil {
			return 0
		}
	case *ssa.Global:
		if x == nil {
			return 0
		}
	case *types.Var:
		if x == nil {
			return 0
		}
	case nil:
		return 0
	}
	n, ok := e.numbers[x]
	if !ok {
		n = len(e.numbers) + 1
		e.numbers[x] = n
	}
	return n
}

func (e *engine) typeNumber(t types.Type) int {
	if n, ok := e.types.At(t).(int); ok {
		return n
	}
	n := e.types.Len() + 1
	e.types.Set(t, n)
	return n
}

// union returns the values of all sets, once each, in the order of their ids.
// Beyond the bound it keeps the first and is then no longer complete.
func union(sets ...[]*value) []*value {
	var out []*value
	seen := make(map[*value]bool)
	for _, set := range sets {
		for _, v := range set {
			if !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].id < out[j].id })
	if len(out) > maxAlternatives {
		out = out[:maxAlternatives]
	}
	return out
}

// maxAlternatives bounds the alternatives of one value.
const maxAlternatives = 200

func (e *engine) opaqueOf(t types.Type) []*value {
	return []*value{e.intern(value{kind: opaque, typ: t})}
}

// isConcrete reports whether a method call on a value of type t has one callee.
func isConcrete(t types.Type) bool {
	if t == nil {
		return false
	}
	switch u := types.Unalias(t).(type) {
	case *types.TypeParam:
		return false
	default:
		return !types.IsInterface(u)
	}
}

// typed says of vs what the static type of the expression says. A dynamic
// type, once known, stays; between interfaces the first stays, unless assert.
func (e *engine) typed(vs []*value, t types.Type, assert bool) []*value {
	if _, ok := t.(*types.Tuple); ok {
		return vs
	}
	t = content(t)
	changed := false
	out := make([]*value, len(vs))
	for i, v := range vs {
		out[i] = v
		if isConcrete(v.typ) && !(v.kind == function && isNamedFunc(t)) {
			continue
		}
		if v.typ != nil && !isConcrete(t) && !assert {
			continue
		}
		if v.typ == t {
			continue
		}
		w := *v
		w.typ = t
		out[i] = e.intern(w)
		changed = true
	}
	if !changed {
		return vs
	}
	return union(out)
}

// content returns the type of what a pointer of type t points to, unless
// that is a type with methods of its own on the pointer: the address of a
// variable is identified with its content.
func content(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return t
	}
	switch p.Elem().Underlying().(type) {
	case *types.Interface, *types.Signature, *types.Pointer:
		return p.Elem()
	}
	return t
}

func isNamedFunc(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.Named); !ok {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// field returns what the field called name of vs may be.
func (e *engine) field(vs []*value, name string) []*value {
	var sets [][]*value
	for _, v := range vs {
		sets = append(sets, e.remember(projection{v, name, e.ctx}, func() []*value { return e.fieldOf(v, name) }))
	}
	return union(sets...)
}

// A projection is a field of a value that is being looked up.
type projection struct {
	val  *value
	name string
	ctx  *ssa.Function
}

// elemField is the pseudo field of the elements of slices, arrays, maps and channels.
const elemField = "[]"

func (e *engine) fieldOf(v *value, name string) []*value {
	if method, i, ok := splitResult(name); ok {
		return e.resultOf(v, method, i)
	}
	fv, ftyp := structField(v.typ, name)
	if ftyp == nil && name == elemField {
		ftyp = elemType(v.typ)
	}
	switch v.kind {
	case param, free, inner:
		if len(v.path) >= maxPathFields {
			return e.flowOrOpaque(fv, ftyp)
		}
		w := value{kind: v.kind, fn: v.fn, index: v.index, path: append(v.path[:len(v.path):len(v.path)], name), typ: ftyp, flow: v.flow}
		return []*value{e.intern(w)}
	case alloc:
		if vs := e.allocField(v, fv, name); len(vs) > 0 {
			return union(vs, e.laterInSlot(fv, ftyp))
		}
	case object:
		for _, f := range v.fields {
			if f.name == name {
				return union(f.values, e.laterInSlot(fv, ftyp))
			}
		}
	case wrapper:
		return v.under
	case behaviour:
		for _, f := range v.fields {
			if f.name == name {
				return f.values
			}
		}
	case global:
		if vs := e.flow(fv); len(vs) > 0 {
			return vs
		}
		if len(v.path) < maxPathFields {
			w := value{kind: global, global: v.global, path: append(v.path[:len(v.path):len(v.path)], name), typ: ftyp}
			return []*value{e.intern(w)}
		}
	case function:
		return nil
	case opaque:
		if name == elemField && v.from != nil {
			return union(e.flowElems(v.from), []*value{e.intern(value{kind: opaque, typ: ftyp, from: v.from})})
		}
	}
	return e.flowOrOpaque(fv, ftyp)
}

// flowOrOpaque returns what the package stores into the field, or a value of
// which only the type is known.
func (e *engine) flowOrOpaque(fv *types.Var, ftyp types.Type) []*value {
	vs := e.flow(fv)
	if len(vs) == 0 || elemType(ftyp) != nil || ftyp != nil && isFuncType(ftyp) {
		return union(vs, []*value{e.intern(value{kind: opaque, typ: ftyp, from: fv})})
	}
	return union(vs, e.openSlot(fv, ftyp))
}

// laterInSlot returns the unknown content of a slot of an object that has been
// made with a known one: what others add to a container, or set instead.
func (e *engine) laterInSlot(v *types.Var, typ types.Type) []*value {
	if v == nil || elemType(typ) == nil && !e.index.setLater[v.Origin()] {
		return nil
	}
	return e.openSlot(v, typ)
}

// openSlot returns the unknown content of a slot, nothing if this package
// decides what is in it.
func (e *engine) openSlot(v *types.Var, typ types.Type) []*value {
	if v == nil || typ == nil || !isSlotType(typ) {
		return nil
	}
	return e.remember(slotKeyOf{v.Origin()}, func() []*value {
		if v.Pkg() == e.pass.Pkg && !v.Exported() && !e.anyOpen(e.storesTo(v), 0) {
			return nil
		}
		return []*value{e.intern(value{kind: opaque, typ: typ, from: v})}
	})
}

type slotKeyOf struct{ slot *types.Var }

// anyOpen reports whether one of xs may come from another package.
func (e *engine) anyOpen(xs []ssa.Value, depth int) bool {
	for _, x := range xs {
		for _, v := range e.values(x) {
			if e.isOpen(v, depth) {
				return true
			}
		}
	}
	return false
}

// isOpen reports whether v may be provided by another package.
func (e *engine) isOpen(v *value, depth int) bool {
	switch v.kind {
	case opaque:
		return v.from != nil
	case global:
		return true
	case param:
		obj := v.fn.Object()
		if depth > maxNesting || len(v.path) > 0 || obj == nil || obj.Exported() || len(e.index.callers[v.fn]) == 0 {
			return true
		}
		for _, args := range e.index.callers[v.fn] {
			if v.index < len(args) && e.anyOpen(args[v.index:v.index+1], depth+1) {
				return true
			}
		}
	case free:
		for _, c := range e.index.closures[v.fn] {
			if depth > maxNesting || e.anyOpen(c.Bindings[v.index:v.index+1], depth+1) {
				return true
			}
		}
	}
	return false
}

// walk follows path from vs.
func (e *engine) walk(vs []*value, path []string) []*value {
	for _, name := range path {
		vs = e.field(vs, name)
	}
	return vs
}

// structField returns the field called name of a struct or pointer to struct.
func structField(t types.Type, name string) (*types.Var, types.Type) {
	if t == nil {
		return nil, nil
	}
	s, ok := deref(t).Underlying().(*types.Struct)
	if !ok {
		return nil, nil
	}
	for i := 0; i < s.NumFields(); i++ {
		if f := s.Field(i); f.Name() == name {
			return f, f.Type()
		}
	}
	return nil, nil
}

func elemType(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	switch u := deref(t).Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	case *types.Chan:
		return u.Elem()
	}
	return nil
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// resultField is the pseudo field of result i of calling a value, or its method.
func resultField(method string, i int) string { return method + "()" + strconv.Itoa(i) }

func splitResult(name string) (method string, i int, ok bool) {
	method, index, ok := strings.Cut(name, "()")
	if !ok {
		return "", 0, false
	}
	i, err := strconv.Atoi(index)
	return method, i, err == nil
}

// resultOf returns what result i of calling v, or its method, may be, whatever
// the arguments.
func (e *engine) resultOf(v *value, method string, i int) []*value {
	typ := resultTypeOf(v.typ, method, i)
	if typ == nil {
		return nil
	}
	switch v.kind {
	case param, free, inner:
		if !isConcrete(v.typ) || method == "" {
			if len(v.path) >= maxPathFields {
				return e.opaqueOf(typ)
			}
			w := value{kind: v.kind, fn: v.fn, index: v.index, typ: typ}
			w.path = append(v.path[:len(v.path):len(v.path)], resultField(method, i))
			return []*value{e.intern(w)}
		}
	}
	f := &frame{engine: e, fn: e.ctx, out: new(summary)}
	switch {
	case method != "" && isConcrete(v.typ):
		if fn, obj := f.method(v.typ, method); fn != nil {
			return f.resultsOf(fn, prepend(v, nil), nil, i, typ)
		} else if obj != nil {
			return f.objectResults(obj, prepend(v, nil), i, typ)
		}
	case method == "" && v.kind == function:
		return f.resultsOf(v.fn, nil, v.binds, i, typ)
	case method == "" && v.kind == behaviour && v.ext != nil:
		return f.factResults(v.ext, nil, v.outer, i, typ)
	}
	return e.opaqueOf(typ)
}

// resultTypeOf returns the type of result i of calling a value of type t, or
// its method, nil if there is none.
func resultTypeOf(t types.Type, method string, i int) types.Type {
	if t == nil {
		return nil
	}
	if method != "" {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, method)
		fn, ok := obj.(*types.Func)
		if !ok {
			return nil
		}
		t = fn.Signature()
	}
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || i >= sig.Results().Len() {
		return nil
	}
	return sig.Results().At(i).Type()
}
