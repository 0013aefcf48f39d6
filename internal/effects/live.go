package effects

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/program"
)

// liveBlocks returns the blocks of fn whose effects count: those reachable
// without the false branch of a constant, from which the function can still
// return or go on. A block that must end in a panic is on its way out, and
// what it does is not what the function does. Those blocks are returned apart:
// main may well end in os.Exit, and what it has registered stays registered.
func liveBlocks(fn *ssa.Function) (live, ending map[*ssa.BasicBlock]bool) {
	reached := make(map[*ssa.BasicBlock]bool)
	var reach func(b *ssa.BasicBlock)
	reach = func(b *ssa.BasicBlock) {
		if !reached[b] {
			reached[b] = true
			for _, s := range feasible(b) {
				reach(s)
			}
		}
	}
	if len(fn.Blocks) > 0 {
		reach(fn.Blocks[0])
	}
	if fn.Recover != nil {
		reach(fn.Recover)
	}
	doomed := make(map[*ssa.BasicBlock]bool)
	for changed := true; changed; {
		changed = false
		for _, b := range fn.Blocks {
			if reached[b] && !doomed[b] && isDoomed(b, doomed) {
				doomed[b], changed = true, true
			}
		}
	}
	for b := range doomed {
		delete(reached, b)
	}
	return reached, doomed
}

// feasible returns the successors of b, without the impossible one of a
// branch on a constant.
func feasible(b *ssa.BasicBlock) []*ssa.BasicBlock {
	if len(b.Instrs) > 0 {
		if i, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			if c, ok := i.Cond.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
				if constant.BoolVal(c.Value) {
					return b.Succs[:1]
				}
				return b.Succs[1:2]
			}
		}
	}
	return b.Succs
}

// isDoomed reports whether b panics or exits the process, or leads only to
// blocks that do. A loop without exit is not doomed.
func isDoomed(b *ssa.BasicBlock, doomed map[*ssa.BasicBlock]bool) bool {
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Panic:
			return !afterSelect(b)
		case *ssa.Call:
			if program.NeverReturns(instr.Common()) {
				return true
			}
		}
	}
	succs := feasible(b)
	for _, s := range succs {
		if !doomed[s] {
			return false
		}
	}
	return len(succs) > 0
}

// afterSelect reports whether b is a select without cases, which go/ssa ends in
// a panic that cannot be reached.
func afterSelect(b *ssa.BasicBlock) bool {
	for _, instr := range b.Instrs {
		if s, ok := instr.(*ssa.Select); ok && s.Blocking && len(s.States) == 0 {
			return true
		}
	}
	return false
}

// A body is what of a function counts.
type body struct {
	blocks   []*ssa.BasicBlock // live, and not only for the first time
	ending   []*ssa.BasicBlock // lead to a panic or the end of the process
	releases releases
	conds    map[*ssa.BasicBlock]condition
}

// bodyOf returns what of fn counts. It depends on the code alone, and is
// found once however often fn is summarised.
func (e *engine) bodyOf(fn *ssa.Function) *body {
	if b := e.bodies[fn]; b != nil {
		return b
	}
	b := &body{releases: e.releases(fn), conds: conditionsOf(fn)}
	live, ending := liveBlocks(fn)
	lazy := e.lazyBlocks(fn)
	for _, block := range fn.Blocks {
		switch {
		case lazy[block]:
		case live[block]:
			b.blocks = append(b.blocks, block)
		case ending[block]:
			b.ending = append(b.ending, block)
		}
	}
	e.bodies[fn] = b
	return b
}

// releases is the calls of a function that pause the loop.
type releases []ssa.Instruction

// releases returns the calls of fn that pause the loop, nil if there are none.
func (e *engine) releases(fn *ssa.Function) releases {
	var out releases
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			callee := call.Common().StaticCallee()
			if callee == nil {
				continue
			}
			if obj, ok := callee.Object().(*types.Func); ok && obj.Pkg() != nil {
				if op := e.table.Op(obj); op != nil && op.Releases != "" {
					out = append(out, instr)
				}
			}
		}
	}
	return out
}

// before reports whether one of the calls dominates instr.
func (r releases) before(instr ssa.Instruction) bool {
	for _, call := range r {
		if program.Dominates(call, instr) {
			return true
		}
	}
	return false
}
