package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
)

// A Registration is a func that this package hands to a framework as a callback.
type Registration struct {
	Func *Func
	By   models.Registration
	Pos  token.Pos // where it is handed over
}

type registrationKey struct {
	val   *value
	entry string
}

// register notes the funcs that a call of obj makes callbacks of a loop, and
// reports whether obj is such a function.
func (f *frame) register(obj *types.Func, args [][]*value, pos token.Pos) bool {
	regs := f.table.Registers(obj)
	hasRecv := obj.Signature().Recv() != nil
	for _, reg := range regs {
		for _, p := range reg.Entry.Params {
			for _, v := range rootArg(args, models.Path{Root: p}, hasRecv) {
				f.registerValue(v, reg.Key(), pos)
			}
		}
	}
	return len(regs) > 0
}

// registerValue notes that the func v, or the funcs in it, become callbacks.
func (f *frame) registerValue(v *value, entry string, pos token.Pos) {
	switch {
	case f.own(v):
		h := handoff{val: v, kind: Registers, entry: entry}
		f.out.addHandoff(h)
	case v.kind == function, v.kind == behaviour && v.ext != nil:
		f.registerCalled(v, entry)
		k := registrationKey{v, entry}
		if _, ok := f.registrations.get(k); ok {
			return
		}
		if reg, ok := f.table.Registration(entry); ok {
			f.registrations.put(k, &Registration{Func: &Func{val: v, e: f.engine}, By: reg, Pos: pos})
		}
	case v.kind == alloc && elemType(v.typ) != nil:
		for _, x := range f.field([]*value{v}, elemField) {
			f.registerValue(x, entry, pos)
		}
	}
}

// registerCalled notes the parameters of this function that a callback calls:
// they become callbacks with it.
func (f *frame) registerCalled(v *value, entry string) {
	if v.kind != function || !f.ours(v.fn) || len(v.binds) == 0 {
		return
	}
	reg, ok := f.table.Registration(entry)
	if !ok || !asks(reg) {
		reg = models.Registration{}
	}
	for _, d := range f.summaryOf(v.fn).deferred.values {
		if d.val.kind != free {
			continue
		}
		for _, x := range f.walk(actual(d.val, nil, v.binds), d.val.path) {
			switch {
			case !f.own(x):
			case d.method == "":
				h := handoff{val: x, kind: Registers, entry: entry}
				f.out.addHandoff(h)
			case reg.Framework != nil:
				f.injects(x, f.dutyOf(f.frameworkAsker(v, reg), d.method, f.named(d), d.log, d.suspect))
			}
		}
	}
}

// store notes parameters that are kept, and funcs stored in a struct field
// that a framework calls.
func (f *frame) store(s *ssa.Store) {
	fa, ok := s.Addr.(*ssa.FieldAddr)
	if x, elem := s.Addr.(*ssa.IndexAddr); elem {
		f.fillElem(x.X, s.Val, s.Pos())
	}
	if slot := f.fillStore(s.Addr, s.Val, s.Pos()); slot == "" && !isLocal(s.Addr) {
		for _, v := range f.values(s.Val) {
			f.handOff(v, Stores, "")
		}
	}
	if !ok {
		return
	}
	named, ok := deref(fa.X.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return
	}
	field := named.Obj().Pkg().Path() + "." + named.Obj().Name() + "." + fieldName(fa.X.Type(), fa.Field)
	for _, reg := range f.table.FieldRoots(field) {
		for _, v := range f.values(s.Val) {
			f.registerValue(v, reg.Key(), s.Pos())
		}
	}
}

// funcType notes funcs converted to a named type whose values a framework calls.
func (f *frame) funcType(c *ssa.ChangeType) {
	named, ok := types.Unalias(c.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return
	}
	for _, reg := range f.table.FuncTypeRoots(named.Obj().Pkg().Path() + "." + named.Obj().Name()) {
		for _, v := range f.values(c.X) {
			f.registerValue(v, reg.Key(), c.Pos())
		}
	}
}

// isLocal reports whether addr is a variable of the function or a field of an
// object made in it: what is stored there is followed by its value.
func isLocal(addr ssa.Value) bool {
	switch x := addr.(type) {
	case *ssa.FieldAddr:
		addr = x.X
	case *ssa.IndexAddr:
		addr = x.X
	}
	_, ok := addr.(*ssa.Alloc)
	return ok
}
