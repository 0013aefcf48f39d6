package effects

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// lazyBlocks returns the blocks of fn that run never or only the first time: those
// behind "x.f == nil" or "!x.f" (or behind the early return of the opposite)
// in which x.f is set, where f is a field or variable that this package never
// sets back, or which it sets wherever it makes the object. What happens in
// them is not what a call does, as with sync.Once.
func (e *engine) lazyBlocks(fn *ssa.Function) map[*ssa.BasicBlock]bool {
	var lazy map[*ssa.BasicBlock]bool
	for _, b := range fn.Blocks {
		addr, unset := unsetBranch(b)
		if addr == nil || len(unset.Preds) != 1 || e.setBack(addr) {
			continue
		}
		var region []*ssa.BasicBlock
		sets := e.alwaysSet(addr)
		for _, d := range fn.Blocks {
			if unset.Dominates(d) {
				region = append(region, d)
				sets = sets || storesTo(d, addr)
			}
		}
		if !sets {
			continue
		}
		if lazy == nil {
			lazy = make(map[*ssa.BasicBlock]bool)
		}
		for _, d := range region {
			lazy[d] = true
		}
	}
	return lazy
}

// unsetBranch returns the address that b's branch tests and the successor
// taken when its content is nil or false, if b ends in such a branch.
func unsetBranch(b *ssa.BasicBlock) (addr ssa.Value, unset *ssa.BasicBlock) {
	if len(b.Instrs) == 0 {
		return nil, nil
	}
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil, nil
	}
	switch cond := branch.Cond.(type) {
	case *ssa.BinOp:
		if c, ok := cond.Y.(*ssa.Const); ok && c.Value == nil {
			switch cond.Op {
			case token.EQL:
				return sharedAddr(cond.X), b.Succs[0]
			case token.NEQ:
				return sharedAddr(cond.X), b.Succs[1]
			}
		}
	case *ssa.UnOp:
		if cond.Op == token.MUL { // a load: if x.f
			return sharedAddr(cond), b.Succs[1]
		}
		if cond.Op == token.NOT {
			return sharedAddr(cond.X), b.Succs[0]
		}
	}
	return nil, nil
}

// sharedAddr returns the address that v is loaded from, if that is a field or
// a package-level variable.
func sharedAddr(v ssa.Value) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	switch load.X.(type) {
	case *ssa.FieldAddr, *ssa.Global:
		return load.X
	}
	return nil
}

// setBack reports whether the package stores nil or false to what addr
// addresses, in any instance.
func (e *engine) setBack(addr ssa.Value) bool {
	var stores []ssa.Value
	switch addr := addr.(type) {
	case *ssa.Global:
		stores = e.index.globals[addr]
	case *ssa.FieldAddr:
		f := deref(addr.X.Type()).Underlying().(*types.Struct).Field(addr.Field)
		stores = e.index.fields[f.Origin()]
	}
	for _, x := range stores {
		if c, ok := x.(*ssa.Const); ok && (c.Value == nil || c.Value.Kind() == constant.Bool && !constant.BoolVal(c.Value)) {
			return true
		}
	}
	return false
}

// alwaysSet reports whether addr is a field of an unexported type which the
// package sets in every object of the type that it makes.
func (e *engine) alwaysSet(addr ssa.Value) bool {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	named, ok := deref(fa.X.Type()).(*types.Named)
	if !ok || named.Obj().Exported() {
		return false
	}
	objects := e.index.objects[named.Origin().Obj()]
	for _, a := range objects {
		if len(e.index.cells[a]) > 0 {
			continue // a copy
		}
		stores := e.index.allocFields[fieldKey{a, structFieldAt(fa).Name()}]
		if len(stores) == 0 || slices.ContainsFunc(stores, mayBeNil) {
			return false
		}
	}
	return len(objects) > 0
}

// mayBeNil reports whether v is not plainly something.
func mayBeNil(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Function, *ssa.MakeClosure, *ssa.MakeInterface, *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.FieldAddr:
		return false
	case *ssa.ChangeType:
		return mayBeNil(v.X)
	}
	return true
}

// storesTo reports whether b stores to the address that addr is, or, if that
// is a package-level variable, defers a function literal that does.
func storesTo(b *ssa.BasicBlock, addr ssa.Value) bool {
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Store:
			if sameAddr(instr.Addr, addr) {
				return true
			}
		case *ssa.Defer:
			fn := instr.Call.StaticCallee()
			if _, global := addr.(*ssa.Global); global && fn != nil && fn.Parent() == b.Parent() &&
				slices.ContainsFunc(fn.Blocks, func(d *ssa.BasicBlock) bool { return storesTo(d, addr) }) {
				return true
			}
		}
	}
	return false
}

func sameAddr(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	y, ok := b.(*ssa.FieldAddr)
	return ok && x.Field == y.Field && sameValue(x.X, y.X)
}
