package safety

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// findEscapes finds where the addresses of fields, and the maps and slices in
// them, get out of view, and which interfaces and funcs in fields are used.
func (j *judge) findEscapes() {
	j.escapes = make(map[*types.Var]token.Pos)
	j.returned = make(map[*types.Var]ssa.Instruction)
	j.loaded = make(map[*types.Var]bool)
	for _, fn := range j.acc.Program.Funcs {
		if j.acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.FieldAddr:
					if l := j.acc.Locks.Paths.Of(instr); l != nil && j.counts(fn, l, true, j.constructing(fn)) {
						j.address(fn, instr, l)
					}
				case *ssa.UnOp:
					if instr.Op == token.MUL {
						j.load(fn, instr)
					}
				}
			}
		}
	}
}

// address notes where the address of a field goes that is neither used nor
// given to a call.
func (j *judge) address(fn *ssa.Function, addr *ssa.FieldAddr, l *paths.Loc) {
	if l.Step != paths.Field {
		return
	}
	for _, ref := range *addr.Referrers() {
		escapes := false
		switch ref := ref.(type) {
		case *ssa.Return:
			escapes = true
		case *ssa.Store:
			escapes = ref.Val == addr && !isLocal(ref.Addr)
		case *ssa.Send:
			escapes = ref.X == addr
		case *ssa.MapUpdate:
			escapes = ref.Value == addr
		case *ssa.Convert:
			escapes = true // to an unsafe.Pointer
		}
		if _, done := j.escapes[l.Field]; escapes && !done {
			j.escapes[l.Field] = place(ref)
			if !place(ref).IsValid() {
				j.escapes[l.Field] = addr.Pos()
			}
		}
	}
}

// isReturned reports whether ref returns v: by itself, or through the variable
// of a result, which there is in functions with deferred calls.
func isReturned(ref ssa.Instruction, v ssa.Value) bool {
	switch ref := ref.(type) {
	case *ssa.Return:
		return true
	case *ssa.Store:
		result, ok := ref.Addr.(*ssa.Alloc)
		if !ok || ref.Val != v {
			return false
		}
		for _, r := range *result.Referrers() {
			load, ok := r.(*ssa.UnOp)
			if !ok {
				continue
			}
			for _, x := range *load.Referrers() {
				if _, ok := x.(*ssa.Return); ok {
					return true
				}
			}
		}
	}
	return false
}

func isLocal(addr ssa.Value) bool {
	_, ok := addr.(*ssa.Alloc)
	return ok
}

// load notes what becomes of the content of a field.
func (j *judge) load(fn *ssa.Function, load *ssa.UnOp) {
	l := j.acc.Locks.Paths.Of(load.X)
	if l == nil || l.Step != paths.Field {
		return
	}
	switch load.Type().Underlying().(type) {
	case *types.Map, *types.Slice:
		obj := accesses.Declared(fn).Object()
		if obj == nil || !obj.Exported() || fn.Parent() != nil || j.returned[l.Field] != nil || j.callerLocks(fn) {
			return
		}
		for _, ref := range *load.Referrers() {
			if isReturned(ref, load) {
				j.returned[l.Field] = load
			}
		}
	case *types.Interface, *types.Signature:
		if len(j.acc.Locks.Before(load)) > 0 || j.constructing(fn) {
			return
		}
		for _, ref := range *load.Referrers() {
			switch ref.(type) {
			case ssa.CallInstruction, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.TypeAssert, *ssa.Phi:
				j.loaded[l.Field] = true
			}
		}
	}
}
