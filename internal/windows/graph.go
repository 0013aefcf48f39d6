package windows

import (
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/flow"
)

// A control is the control dependence of the blocks of a function (Ferrante,
// Ottenstein, Warren): a block depends on a branch that decides whether it runs.
type control struct {
	branches [][]*ssa.BasicBlock // by index of a block: those that decide on it, directly
	all      [][]*ssa.BasicBlock // the same with those that they depend on; nil: not computed yet
}

// newControl computes the control dependence of fn by post-dominance. A block
// that ends an endless loop counts as an exit, so that the body of such a loop
// is seen as one round.
func newControl(fn *ssa.Function) *control {
	n := len(fn.Blocks)
	exits := exitsOf(fn)
	pdom := postdominators(fn, exits)
	c := &control{branches: make([][]*ssa.BasicBlock, n)}
	for _, a := range fn.Blocks {
		if len(a.Succs) < 2 {
			continue
		}
		for _, b := range fn.Blocks {
			if b != a && pdom[a.Index].Has(b.Index) {
				continue
			}
			for _, s := range a.Succs {
				if pdom[s.Index].Has(b.Index) {
					c.branches[b.Index] = append(c.branches[b.Index], a)
					break
				}
			}
		}
	}
	return c
}

// exitsOf returns the blocks that end the function, or a round of an endless loop.
func exitsOf(fn *ssa.Function) flow.Set {
	n := len(fn.Blocks)
	exits := flow.NewSet(n)
	reaches := flow.NewSet(n)
	mark := func(b *ssa.BasicBlock) {
		for work := []*ssa.BasicBlock{b}; len(work) > 0; {
			x := work[len(work)-1]
			work = work[:len(work)-1]
			if reaches.Has(x.Index) {
				continue
			}
			reaches.Add(x.Index)
			work = append(work, x.Preds...)
		}
	}
	for _, b := range fn.Blocks {
		if len(b.Succs) == 0 {
			exits.Add(b.Index)
			mark(b)
		}
	}
	var latches []*ssa.BasicBlock
	for _, b := range fn.Blocks {
		for _, s := range b.Succs {
			if !reaches.Has(b.Index) && s.Dominates(b) {
				latches = append(latches, b)
				break
			}
		}
	}
	for _, b := range latches {
		exits.Add(b.Index)
		mark(b)
	}
	return exits
}

// postdominators returns, for each block, the blocks on all paths from it to an exit.
func postdominators(fn *ssa.Function, exits flow.Set) []flow.Set {
	n := len(fn.Blocks)
	sets := make([]flow.Set, n)
	for i := range sets {
		sets[i] = flow.NewSet(n)
		if exits.Has(i) && len(fn.Blocks[i].Succs) == 0 {
			sets[i].Add(i)
			continue
		}
		for j := range n {
			sets[i].Add(j)
		}
	}
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			b := fn.Blocks[i]
			if len(b.Succs) == 0 {
				continue
			}
			next := flow.NewSet(n)
			if !exits.Has(i) {
				copy(next, sets[b.Succs[0].Index])
				for _, s := range b.Succs[1:] {
					for w := range next {
						next[w] &= sets[s.Index][w]
					}
				}
			}
			next.Add(i)
			for w := range next {
				if next[w] != sets[i][w] {
					sets[i], changed = next, true
					break
				}
			}
		}
	}
	return sets
}

// deciding returns all branches that b depends on, those that these depend on included.
func (c *control) deciding(b *ssa.BasicBlock) []*ssa.BasicBlock {
	if c.all == nil {
		c.all = make([][]*ssa.BasicBlock, len(c.branches))
	}
	if c.all[b.Index] != nil || len(c.branches[b.Index]) == 0 {
		return c.all[b.Index]
	}
	seen := map[*ssa.BasicBlock]bool{}
	var out []*ssa.BasicBlock
	for work := []*ssa.BasicBlock{b}; len(work) > 0; {
		x := work[0]
		work = work[1:]
		for _, a := range c.branches[x.Index] {
			if !seen[a] {
				seen[a] = true
				out = append(out, a)
				work = append(work, a)
			}
		}
	}
	c.all[b.Index] = out
	return out
}

// indexIn returns the place of an instruction in its block.
func indexIn(instr ssa.Instruction) int {
	for i, x := range instr.Block().Instrs {
		if x == instr {
			return i
		}
	}
	return -1
}

// between calls visit with the instructions on paths from one instruction to
// another, without passing one of cut; without the two themselves. It reports
// whether there is such a path. A nil to stands for the end of the function.
func between(from, to ssa.Instruction, cut func(ssa.Instruction) bool, visit func(ssa.Instruction)) bool {
	forward := reached(from, to, cut)
	if to != nil && !forward[to] {
		return false
	}
	if visit == nil {
		return true
	}
	back := reachedBack(from, to, forward)
	for _, b := range from.Parent().Blocks {
		for _, instr := range b.Instrs {
			if instr != to && instr != from && forward[instr] && (to == nil || back[instr]) {
				visit(instr)
			}
		}
	}
	return true
}

// reached returns the instructions that control can come to from one, up to another.
func reached(from, to ssa.Instruction, cut func(ssa.Instruction) bool) map[ssa.Instruction]bool {
	out := make(map[ssa.Instruction]bool)
	seen := make(map[*ssa.BasicBlock]bool)
	var blocks []*ssa.BasicBlock
	walk := func(b *ssa.BasicBlock, i int) {
		for ; i < len(b.Instrs); i++ {
			instr := b.Instrs[i]
			if cut != nil && instr != to && cut(instr) {
				return
			}
			if out[instr] {
				return
			}
			out[instr] = true
			if instr == to {
				return
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				blocks = append(blocks, s)
			}
		}
	}
	walk(from.Block(), indexIn(from)+1)
	for len(blocks) > 0 {
		b := blocks[0]
		blocks = blocks[1:]
		walk(b, 0)
	}
	return out
}

// reachedBack returns the instructions of forward from which control comes to
// an instruction without leaving forward.
func reachedBack(from, to ssa.Instruction, forward map[ssa.Instruction]bool) map[ssa.Instruction]bool {
	out := make(map[ssa.Instruction]bool)
	if to == nil {
		return out
	}
	seen := make(map[*ssa.BasicBlock]bool)
	var blocks []*ssa.BasicBlock
	walk := func(b *ssa.BasicBlock, i int) {
		for ; i >= 0; i-- {
			instr := b.Instrs[i]
			if instr == from {
				return
			}
			if !forward[instr] || out[instr] {
				return
			}
			out[instr] = true
		}
		for _, p := range b.Preds {
			if !seen[p] {
				seen[p] = true
				blocks = append(blocks, p)
			}
		}
	}
	walk(to.Block(), indexIn(to)-1)
	for len(blocks) > 0 {
		b := blocks[0]
		blocks = blocks[1:]
		walk(b, len(b.Instrs)-1)
	}
	return out
}
