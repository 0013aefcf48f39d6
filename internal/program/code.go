package program

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// IsTest reports whether pos is in a test file.
func IsTest(fset *token.FileSet, pos token.Pos) bool { return isTestFile(fset.Position(pos).Filename) }

func isTestFile(name string) bool { return strings.HasSuffix(name, "_test.go") }

// Callee returns the function or interface method that a call names, its origin if it is generic.
func Callee(call *ssa.CallCommon) *types.Func {
	if call.IsInvoke() {
		return call.Method
	}
	fn := call.StaticCallee()
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return obj
}

// Receiver returns the value that a method is called on, nil if the call is not
// one of a method that is known. That of a method value (f := x.M; f()) is
// bound to it, and no argument of the call.
func Receiver(call *ssa.CallCommon) ssa.Value {
	if call.IsInvoke() {
		return call.Value
	}
	obj := Callee(call)
	if obj == nil || obj.Signature().Recv() == nil {
		return nil
	}
	if c, ok := call.Value.(*ssa.MakeClosure); ok && len(c.Bindings) == 1 {
		return c.Bindings[0]
	}
	if len(call.Args) == 0 {
		return nil
	}
	return call.Args[0]
}

// Dominates reports whether a comes before b on every path of their function.
func Dominates(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	for _, x := range a.Block().Instrs {
		if x == a {
			return true
		}
		if x == b {
			return false
		}
	}
	return false
}

// InCycle reports whether control can come back to b.
func InCycle(b *ssa.BasicBlock) bool { return Reaches(b.Succs, b) }

// Reaches reports whether control can come from one of the blocks to b.
func Reaches(from []*ssa.BasicBlock, b *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	queue := append([]*ssa.BasicBlock(nil), from...)
	for len(queue) > 0 {
		x := queue[0]
		queue = queue[1:]
		if x == b {
			return true
		}
		if !seen[x] {
			seen[x] = true
			queue = append(queue, x.Succs...)
		}
	}
	return false
}
