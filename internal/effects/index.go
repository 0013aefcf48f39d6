package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// An index holds where the functions of a package store values, call each
// other and make closures. Stores in test files are left out: what a test
// injects is not what the program does.
type index struct {
	cells       map[*ssa.Alloc][]ssa.Value      // stores to a whole local variable
	allocFields map[fieldKey][]ssa.Value        // stores to a field or element of an object, at its allocation
	fields      map[*types.Var][]ssa.Value      // stores to a field of any object
	fieldElems  map[*types.Var][]ssa.Value      // stores to an element of the container in a field or package-level variable
	globals     map[*ssa.Global][]ssa.Value     // stores to a package-level variable
	captures    map[*ssa.Alloc][]*ssa.FreeVar   // where a local variable is captured
	freeStores  map[*ssa.FreeVar][]ssa.Value    // stores to a captured variable
	callers     map[*ssa.Function][][]ssa.Value // arguments of the static calls, receiver first
	closures    map[*ssa.Function][]*ssa.MakeClosure
	objects     map[types.Object][]*ssa.Alloc // the places that make objects of a named type
	setLater    map[*types.Var]bool           // fields that are stored to where the object is not made
}

type fieldKey struct {
	site ssa.Value
	name string
}

func newIndex(funcs []*ssa.Function, isTest func(*ssa.Function) bool) *index {
	x := &index{
		cells:       make(map[*ssa.Alloc][]ssa.Value),
		allocFields: make(map[fieldKey][]ssa.Value),
		fields:      make(map[*types.Var][]ssa.Value),
		fieldElems:  make(map[*types.Var][]ssa.Value),
		globals:     make(map[*ssa.Global][]ssa.Value),
		captures:    make(map[*ssa.Alloc][]*ssa.FreeVar),
		freeStores:  make(map[*ssa.FreeVar][]ssa.Value),
		callers:     make(map[*ssa.Function][][]ssa.Value),
		closures:    make(map[*ssa.Function][]*ssa.MakeClosure),
		objects:     make(map[types.Object][]*ssa.Alloc),
		setLater:    make(map[*types.Var]bool),
	}
	for _, fn := range funcs {
		shared := !isTest(fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				x.add(instr, shared)
			}
		}
	}
	return x
}

// add records instr. shared says whether its stores count for all functions.
func (x *index) add(instr ssa.Instruction, shared bool) {
	switch instr := instr.(type) {
	case *ssa.Alloc:
		if named, ok := deref(instr.Type()).(*types.Named); ok && shared {
			x.objects[named.Origin().Obj()] = append(x.objects[named.Origin().Obj()], instr)
		}
	case *ssa.Store:
		x.addStore(instr.Addr, instr.Val, shared)
	case *ssa.MapUpdate:
		x.addElem(instr.Map, instr.Value, shared)
	case *ssa.MakeClosure:
		fn := instr.Fn.(*ssa.Function)
		for i, b := range instr.Bindings {
			if a, ok := b.(*ssa.Alloc); ok {
				x.captures[a] = append(x.captures[a], fn.FreeVars[i])
			}
		}
		x.closures[fn] = append(x.closures[fn], instr)
	case ssa.CallInstruction:
		if callee := instr.Common().StaticCallee(); callee != nil && shared {
			if o := callee.Origin(); o != nil {
				callee = o
			}
			x.callers[callee] = append(x.callers[callee], instr.Common().Args)
		}
	}
}

func (x *index) addStore(addr, val ssa.Value, shared bool) {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		x.cells[addr] = append(x.cells[addr], val)
	case *ssa.FreeVar:
		x.freeStores[addr] = append(x.freeStores[addr], val)
	case *ssa.Global:
		if shared {
			x.globals[addr] = append(x.globals[addr], val)
		}
	case *ssa.FieldAddr:
		f := deref(addr.X.Type()).Underlying().(*types.Struct).Field(addr.Field)
		if a, ok := addr.X.(*ssa.Alloc); ok {
			key := fieldKey{a, f.Name()}
			x.allocFields[key] = append(x.allocFields[key], val)
		} else if shared {
			x.setLater[f.Origin()] = true
		}
		if shared {
			x.fields[f.Origin()] = append(x.fields[f.Origin()], val)
		}
	case *ssa.IndexAddr:
		x.addElem(addr.X, val, shared)
	}
}

// storesTo returns what the package stores to a field or variable, or to
// elements of it.
func (e *engine) storesTo(v *types.Var) []ssa.Value {
	out := append([]ssa.Value(nil), e.index.fields[v.Origin()]...)
	if !v.IsField() {
		if g := e.prog.Pkg.Var(v.Name()); g != nil && g.Object() == v {
			out = append(out, e.index.globals[g]...)
		}
	}
	return append(out, e.index.fieldElems[v.Origin()]...)
}

// addElem records a store of val to an element of container.
func (x *index) addElem(container, val ssa.Value, shared bool) {
	switch c := container.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
		key := fieldKey{c, elemField}
		x.allocFields[key] = append(x.allocFields[key], val)
	case *ssa.UnOp:
		if !shared {
			return
		}
		var f *types.Var
		switch addr := c.X.(type) {
		case *ssa.FieldAddr:
			f = structFieldAt(addr)
		case *ssa.Global:
			f, _ = addr.Object().(*types.Var)
		}
		if f != nil {
			x.fieldElems[f] = append(x.fieldElems[f], val)
		}
	}
}
