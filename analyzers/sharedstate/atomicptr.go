package sharedstate

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Numbers behind pointers: a field points to a counter that objects share, some
// functions change it with atomic functions, others read or write it plainly.
// Copies of the struct point to the same counter, so which struct holds the
// pointer does not matter.

// A pointee is an access to what a pointer in a field leads to.
type pointee struct {
	fn    *ssa.Function
	instr ssa.Instruction
	owner string
	write bool
}

// atomicPointees returns the findings about such fields, one for each.
func atomicPointees(acc *accesses.Result) []report.Finding {
	atomics := make(map[*types.Var]*pointee) // the first that writes
	plain := make(map[*types.Var][]*pointee)
	var fields []*types.Var
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) || makes(acc, accesses.Declared(fn)) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				addr, isAtomic, write := numberAt(instr, acc)
				f, owner := pointerField(addr)
				switch {
				case f == nil:
				case isAtomic && write && atomics[f] == nil:
					atomics[f] = &pointee{fn, instr, owner, true}
				case !isAtomic:
					if plain[f] == nil {
						fields = append(fields, f)
					}
					plain[f] = append(plain[f], &pointee{fn, instr, owner, write})
				}
			}
		}
	}
	var out []report.Finding
	for _, f := range fields {
		if w := atomics[f]; w != nil {
			out = append(out, mixedPointee(acc, f, plain[f][0], w))
		}
	}
	return out
}

func mixedPointee(acc *accesses.Result, f *types.Var, a, w *pointee) report.Finding {
	did, how := "read", report.Proved
	if a.write {
		did = "written"
	}
	if lifecycle(accesses.Declared(a.fn)) || len(acc.Locks.Before(a.instr)) > 0 {
		how = report.Suspect
	}
	return report.Finding{
		Pos: nearestPos(a.instr), Category: "mixed-atomic", Confidence: how,
		Message: fmt.Sprintf("what %s.%s points to is %s here without atomic, and written with atomic functions elsewhere", a.owner, f.Name(), did),
		Chain:   []report.Step{{Pos: nearestPos(w.instr), Text: "written with an atomic function in " + funcName(w.fn)}},
	}
}

// numberAt returns the address of what an instruction reads or writes.
func numberAt(instr ssa.Instruction, acc *accesses.Result) (addr ssa.Value, isAtomic, write bool) {
	switch instr := instr.(type) {
	case *ssa.Store:
		return instr.Addr, false, true
	case *ssa.UnOp:
		if instr.Op == token.MUL {
			return instr.X, false, false
		}
	case ssa.CallInstruction:
		obj := program.Callee(instr.Common())
		if obj == nil {
			break
		}
		op := acc.Table.Sync(obj)
		if op == nil || op.Target.Root == models.Recv {
			break
		}
		switch op.Kind {
		case models.SyncAtomicLoad:
			return locks.Argument(instr.Common(), op.Target.Root), true, false
		case models.SyncAtomicStore, models.SyncAtomicRMW, models.SyncAtomicCAS:
			return locks.Argument(instr.Common(), op.Target.Root), true, true
		}
	}
	return nil, false, false
}

// pointerField returns the field that holds the pointer addr to a number, and
// the name of its struct type.
func pointerField(addr ssa.Value) (*types.Var, string) {
	if addr == nil {
		return nil, ""
	}
	p, ok := addr.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil, ""
	}
	if b, ok := p.Elem().Underlying().(*types.Basic); !ok || b.Info()&types.IsNumeric == 0 {
		return nil, ""
	}
	var t types.Type
	index := 0
	switch v := addr.(type) {
	case *ssa.Field:
		t, index = v.X.Type(), v.Field
	case *ssa.UnOp:
		fa, ok := v.X.(*ssa.FieldAddr)
		if !ok || v.Op != token.MUL {
			return nil, ""
		}
		t, index = fa.X.Type().Underlying().(*types.Pointer).Elem(), fa.Field
	default:
		return nil, ""
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil, ""
	}
	return t.Underlying().(*types.Struct).Field(index).Origin(), n.Obj().Name()
}
