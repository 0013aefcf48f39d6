package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A func kept in a field that loop code calls is a callback of the loop, as
// if it had been handed to the framework: so a setter of such a field
// registers its parameter, and whoever calls the setter learns of it by the
// summary. Loop fields are found by asking for the effects of the roots after
// the fixed point, which is then continued from the functions that store to them.

// loopFields finds the loop fields of the package and registers what is
// stored to them. A callback that is found so can call further fields.
func (e *engine) loopFields() {
	asked := make(map[*value]bool)
	for round := 0; round < maxRounds; round++ {
		before := len(e.calledOnLoop)
		for _, root := range e.frameworkRoots() {
			if !asked[root.val] {
				asked[root.val] = true
				e.effectsOf(root.val, root.key)
			}
		}
		if len(e.calledOnLoop) == before {
			return
		}
		for _, fn := range e.byOrder {
			if e.storesLoopField[fn] {
				e.push(fn)
			}
		}
		e.solve()
	}
}

// maxRounds bounds how many fields deep a callback can be kept.
const maxRounds = 4

type frameworkRoot struct {
	val *value
	key string // of the registration
}

// frameworkRoots returns the funcs that frameworks run on loops, as far as
// they are known now.
func (e *engine) frameworkRoots() []frameworkRoot {
	var out []frameworkRoot
	for _, fn := range e.prog.Funcs {
		if reg, ok := e.loopOf(fn); ok {
			out = append(out, frameworkRoot{e.intern(value{kind: function, fn: fn}), reg.Key()})
		}
	}
	for _, r := range e.registrations.values {
		out = append(out, frameworkRoot{r.Func.val, r.By.Key()})
	}
	for _, reg := range e.table.ResultRoots() {
		for _, fn := range e.resultFuncs(reg.Entry.Result) {
			out = append(out, frameworkRoot{fn, reg.Key()})
		}
	}
	return out
}

// resultFuncs returns the funcs that implementations of the interface method
// "(pkgpath.Type).Method" in this package return.
func (e *engine) resultFuncs(method string) []*value {
	typ, name := splitMethod(method)
	iface := lookupInterface(e.reachable(), typ)
	if iface == nil {
		return nil
	}
	var out []*value
	for _, fn := range e.implementers(iface, []string{name}) {
		if s := e.summaries[fn]; s != nil && len(s.results) > 0 {
			for _, v := range e.globalise(s.results[0]) {
				if v.kind == function {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// splitMethod splits "(pkgpath.Type).Method".
func splitMethod(full string) (typ, method string) {
	for i := len(full) - 1; i > 0; i-- {
		if full[i] == ')' && full[0] == '(' {
			return full[1:i], full[i+2:]
		}
	}
	return "", ""
}

// callsField notes that a loop calls the funcs in a field, if it is one of this package.
func (f *frame) callsField(field *types.Var) {
	if field.Pkg() != f.pass.Pkg {
		return
	}
	if _, ok := f.calledOnLoop[field]; ok {
		return
	}
	f.calledOnLoop[field] = f.loop
	for _, stores := range [][]ssa.Value{f.index.fields[field], f.index.fieldElems[field]} {
		for _, x := range stores {
			if fn := x.Parent(); fn != nil {
				f.storesLoopField[fn] = true
			}
		}
	}
}

// storeLoopField registers what is stored to a field that a loop calls.
func (f *frame) storeLoopField(field *types.Var, val ssa.Value, pos token.Pos) {
	entry, ok := f.calledOnLoop[field]
	if !ok {
		return
	}
	for _, v := range f.values(val) {
		f.registerValue(v, entry, pos)
	}
}

// storeElem is storeLoopField for an element of the container in a field.
func (f *frame) storeElem(container, val ssa.Value, pos token.Pos) {
	if load, ok := container.(*ssa.UnOp); ok {
		if fa, ok := load.X.(*ssa.FieldAddr); ok {
			f.storeLoopField(structFieldAt(fa), val, pos)
		}
	}
}

func structFieldAt(fa *ssa.FieldAddr) *types.Var {
	return deref(fa.X.Type()).Underlying().(*types.Struct).Field(fa.Field).Origin()
}
