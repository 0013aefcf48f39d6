package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A slot is a struct field or package-level variable that holds a func or an
// interface value which other packages may provide. Calls of what is in a
// slot go up to the roots like effects (slotCall); what functions put into
// slots goes up to their callers (Stores). Where both meet, obligations.go
// has a look.

// A slotCall is a call of what a slot holds, or of its method.
type slotCall struct {
	slotKey
	suspect bool
	log     bool   // a logger makes the call, see asLog
	excused string // see effect
	chain   []step // the last step is the call
}

type slotKey struct {
	slot   string
	method string
}

func (s *summary) addSlotCall(c *slotCall) {
	if len(c.chain) > maxChain {
		return
	}
	old, ok := s.slots.get(c.slotKey)
	if !ok || len(c.chain) < len(old.chain) || len(c.chain) == len(old.chain) && !c.suspect && old.suspect {
		s.slots.put(c.slotKey, c)
	}
}

// slotOf returns the name of the slot whose unknown content v is, "" if it is none.
func (e *engine) slotOf(v *value) string {
	switch {
	case v.kind == opaque && v.from != nil:
		return e.slotName(v.from)
	case v.kind == global:
		obj, _ := v.global.Object().(*types.Var)
		if obj != nil {
			return e.slotAlong(obj, obj.Type(), v.path)
		}
	}
	return ""
}

// slotAlong returns the name of the slot that path leads to from the variable
// v of type t.
func (e *engine) slotAlong(v *types.Var, t types.Type, path []string) string {
	for _, name := range path {
		if name == elemField {
			t = elemType(t)
			continue
		}
		f, ftyp := structField(t, name)
		if f == nil {
			return ""
		}
		v, t = f, ftyp
	}
	return e.slotName(v)
}

// callSlot notes a call of the unknown content of a slot.
func (f *frame) callSlot(v *value, method string, iface *types.Func, at []step, suspect bool) {
	slot := f.slotOf(v)
	if slot == "" {
		return
	}
	callee := method
	if m := interfaceMethod(v.typ, method, iface); m != nil {
		callee = stripTypeParams(m.FullName())
	} else if method == "" {
		callee = slot
	}
	f.out.addSlotCall(&slotCall{slotKey: slotKey{slot, method}, suspect: suspect, chain: withCallee(at, callee)})
}

// isSlotType reports whether a slot of type t, or its elements, are called
// through: funcs and interfaces.
func isSlotType(t types.Type) bool {
	for depth := 0; t != nil && depth < maxNesting; depth++ {
		if t == types.Universe.Lookup("error").Type() {
			return false
		}
		switch u := t.Underlying().(type) {
		case *types.Interface:
			_, generic := types.Unalias(t).(*types.TypeParam)
			return generic || u.NumMethods() > 0
		case *types.Signature:
			return true
		}
		if t = elemType(t); t == nil {
			return false
		}
	}
	return false
}

// fillStore notes what a store puts into a slot, and returns its name, "" if
// the address is not that of a slot.
func (f *frame) fillStore(addr, val ssa.Value, pos token.Pos) string {
	var slot *types.Var
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		slot = structFieldAt(addr)
	case *ssa.Global:
		slot, _ = addr.Object().(*types.Var)
	}
	if slot == nil || !isSlotType(slot.Type()) {
		return ""
	}
	name := f.slotName(slot)
	if name == "" {
		return ""
	}
	vals := f.values(val)
	for t := slot.Type(); elemType(t) != nil; t = elemType(t) {
		vals = f.field(vals, elemField)
	}
	f.fill(name, vals, pos)
	return name
}

// fillElem notes what a store puts into an element of a container in a slot.
func (f *frame) fillElem(container, val ssa.Value, pos token.Pos) {
	load, ok := container.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return
	}
	switch addr := load.X.(type) {
	case *ssa.FieldAddr:
		if slot := structFieldAt(addr); isSlotType(slot.Type()) {
			f.fill(f.slotName(slot), f.values(val), pos)
		}
	case *ssa.Global:
		if slot, ok := addr.Object().(*types.Var); ok && isSlotType(slot.Type()) {
			f.fill(f.slotName(slot), f.values(val), pos)
		}
	}
}

// fill notes that vals are put into a slot: what the caller of the function
// has provided is for the caller to say, the rest is injected here.
func (f *frame) fill(slot string, vals []*value, pos token.Pos) {
	if slot == "" || f.fn == nil || f.current == nil || f.isTest(f.fn) {
		return
	}
	if f.fillers[slot] == nil {
		f.fillers[slot] = make(map[*ssa.Function]bool)
	}
	f.fillers[slot][f.fn] = true
	for _, v := range vals {
		if f.own(v) && (!isConcrete(v.typ) || isFuncType(v.typ)) {
			if f.slotAlong(nil, rootType(v), v.path) != slot { // not only an append
				f.stores(v, slot)
			}
			continue
		}
		f.noteFill(slot, v)
		for _, d := range f.duties[slot] {
			f.inject(v, d, slot, pos)
		}
	}
}

// rootType returns the type of the parameter or captured variable that v
// begins with.
func rootType(v *value) types.Type {
	switch v.kind {
	case param:
		return v.fn.Params[v.index].Type()
	case free:
		return deref(v.fn.FreeVars[v.index].Type())
	}
	return nil
}

// stores notes that a parameter is kept in a slot.
func (f *frame) stores(v *value, slot string) {
	if v.typ == nil || !isSlotType(v.typ) {
		return
	}
	h := handoff{val: v, kind: Stores, entry: slot}
	f.out.addHandoff(h)
}

// captures passes on what a function literal does with captured parameters of
// this function: it keeps them in slots, or a loop calls them.
func (f *frame) captures(c *ssa.MakeClosure) {
	fn := c.Fn.(*ssa.Function)
	if !f.ours(fn) {
		return
	}
	binds := make([][]*value, len(c.Bindings))
	for i, b := range c.Bindings {
		binds[i] = f.values(b)
	}
	s := f.summaryOf(fn)
	for _, h := range s.handoffs.values {
		if h.val.kind == free && (h.kind == Stores && h.entry != "" || h.kind == Injects) {
			f.passOn(h, f.walk(actual(h.val, nil, binds), h.val.path), c.Pos())
		}
	}
	for _, a := range f.askers[fn] {
		for _, d := range s.deferred.values {
			if d.val.kind == free && a.covers(d.chain) {
				duty := f.dutyOf(a, d.method, f.named(d), d.log, d.suspect)
				for _, v := range f.walk(actual(d.val, nil, binds), d.val.path) {
					if f.own(v) {
						f.injects(v, duty)
					}
				}
			}
		}
	}
}

// passOn applies the handoff h of a callee to the values that it is about.
func (f *frame) passOn(h handoff, vals []*value, pos token.Pos) {
	switch {
	case h.kind == Stores && h.entry != "":
		f.fill(h.entry, vals, pos)
	case h.kind == Injects:
		for _, v := range vals {
			f.inject(v, h.duty, "", pos)
		}
	case h.kind == Registers:
		for _, v := range vals {
			f.registerValue(v, h.entry, pos)
		}
	default:
		for _, v := range vals {
			f.handOff(v, h.kind, h.entry)
		}
	}
}

func structFieldAt(fa *ssa.FieldAddr) *types.Var {
	return deref(fa.X.Type()).Underlying().(*types.Struct).Field(fa.Field).Origin()
}
