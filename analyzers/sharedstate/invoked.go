package sharedstate

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/program"
)

// invokedUnder reports whether fn is a method that the package calls through
// interfaces only, each time after another method of the same value that takes
// the lock of the class: it.lock(); it.size(); it.unlock().
func invokedUnder(acc *accesses.Result, fn *ssa.Function, class any) bool {
	if !acc.Uncalled(fn) || fn.Signature.Recv() == nil {
		return false
	}
	some := false
	for _, g := range acc.Program.Funcs {
		if acc.IsTest(g) {
			continue
		}
		for _, b := range g.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || !call.Call.IsInvoke() || methodBehind(acc, call, fn) != fn {
					continue
				}
				if !lockedThrough(acc, call, fn, class) {
					return false
				}
				some = true
			}
		}
	}
	return some
}

// lockedThrough reports whether a call of a method on the interface value of
// call, always before it, takes the lock, if the value is of the type of fn.
func lockedThrough(acc *accesses.Result, call *ssa.Call, fn *ssa.Function, class any) bool {
	for _, b := range call.Parent().Blocks {
		for _, instr := range b.Instrs {
			other, ok := instr.(*ssa.Call)
			if !ok || !other.Call.IsInvoke() || other.Call.Value != call.Call.Value || !program.Dominates(other, call) {
				continue
			}
			m := methodBehind(acc, other, fn)
			if m == nil || acc.Locks.Funcs[m] == nil {
				continue
			}
			for _, h := range acc.Locks.Funcs[m].Acquires {
				if h.Class == class {
					return true
				}
			}
		}
	}
	return false
}

// methodBehind returns the method that an interface call runs on values of the
// receiver type of fn, nil if they do not implement the interface.
func methodBehind(acc *accesses.Result, call *ssa.Call, fn *ssa.Function) *ssa.Function {
	recv := fn.Signature.Recv().Type()
	iface, ok := call.Call.Value.Type().Underlying().(*types.Interface)
	if !ok || !types.Implements(recv, iface) {
		return nil
	}
	sel := types.NewMethodSet(recv).Lookup(call.Call.Method.Pkg(), call.Call.Method.Name())
	if sel == nil {
		return nil
	}
	obj, ok := sel.Obj().(*types.Func)
	if !ok {
		return nil
	}
	return fn.Prog.FuncValue(obj.Origin())
}
