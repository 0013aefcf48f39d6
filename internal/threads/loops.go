package threads

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A loopInfo is the natural loops of a function.
type loopInfo struct {
	loops []*loop
}

// A loop is a natural loop with its test.
type loop struct {
	header  *ssa.BasicBlock
	blocks  map[*ssa.BasicBlock]bool
	latches []*ssa.BasicBlock
	test    *ssa.BasicBlock // the header or the only latch, if a counter is tested there
	exit    *ssa.BasicBlock // where the test leads when it fails
	// The counter: of ints, the limit and how it is reached.
	limit   ssa.Value
	op      token.Token
	init    ssa.Value
	step    int64
	ahead   bool // the test is on the counter after its step
	counted bool
}

func (u *Unfolding) loopsOf(fn *ssa.Function) *loopInfo {
	if l := u.loops[fn]; l != nil {
		return l
	}
	info := new(loopInfo)
	byHeader := make(map[*ssa.BasicBlock]*loop)
	for _, b := range fn.Blocks {
		for _, s := range b.Succs {
			if !s.Dominates(b) {
				continue
			}
			l := byHeader[s]
			if l == nil {
				l = &loop{header: s, blocks: map[*ssa.BasicBlock]bool{s: true}}
				byHeader[s] = l
				info.loops = append(info.loops, l)
			}
			l.latches = append(l.latches, b)
			collect(l, b)
		}
	}
	for _, l := range info.loops {
		l.findTest()
	}
	u.loops[fn] = info
	return info
}

func collect(l *loop, b *ssa.BasicBlock) {
	if l.blocks[b] {
		return
	}
	l.blocks[b] = true
	for _, p := range b.Preds {
		collect(l, p)
	}
}

// Endless reports whether instr is in a loop that goes on until somebody else
// ends it: neither a counter nor the end of a container or channel does.
func (u *Unfolding) Endless(f *Frame, instr ssa.Instruction) bool {
	for f != nil && instr != nil && instr.Block() != nil {
		for _, l := range u.loopsOf(f.Fn).loops {
			if l.blocks[instr.Block()] && l.test == nil && !l.drains() {
				return true
			}
		}
		if f.Caller == nil || f.Caller.Thread != f.Thread {
			return false
		}
		instr, f = f.Site, f.Caller
	}
	return false
}

// drains reports whether l ends with a channel, or when numbers compare so.
func (l *loop) drains() bool {
	i, ok := l.header.Instrs[len(l.header.Instrs)-1].(*ssa.If)
	if !ok || l.blocks[i.Block().Succs[0]] == l.blocks[i.Block().Succs[1]] {
		return false // the loop goes on either way
	}
	switch x := i.Cond.(type) {
	case *ssa.BinOp:
		return isInteger(x.X.Type())
	case *ssa.Extract:
		recv, ok := x.Tuple.(*ssa.UnOp)
		return x.Index == 1 && ok && recv.Op == token.ARROW
	}
	return false
}

// headed returns the loop with the given header, or nil.
func (i *loopInfo) headed(b *ssa.BasicBlock) *loop {
	for _, l := range i.loops {
		if l.header == b {
			return l
		}
	}
	return nil
}

// findTest looks for a counter at the header or at the only latch.
func (l *loop) findTest() {
	if l.testAt(l.header) || len(l.latches) != 1 {
		return
	}
	l.testAt(l.latches[0])
}

func (l *loop) testAt(b *ssa.BasicBlock) bool {
	i, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || l.blocks[b.Succs[0]] == l.blocks[b.Succs[1]] {
		return false
	}
	exit := b.Succs[1]
	if l.blocks[exit] {
		return false // the loop goes on while the test fails
	}
	switch cond := i.Cond.(type) {
	case *ssa.Extract:
		if next, ok := cond.Tuple.(*ssa.Next); ok && cond.Index == 0 && next != nil {
			l.test, l.exit, l.counted = b, exit, true
			return true
		}
	case *ssa.BinOp:
		switch cond.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ, token.NEQ:
		default:
			return false
		}
		if !l.counter(cond.X) || !l.invariant(cond.Y) {
			return false
		}
		l.test, l.exit, l.counted = b, exit, true
		l.limit, l.op = cond.Y, cond.Op
		return true
	}
	return false
}

// counter reports whether v counts the turns of l, and notes how.
func (l *loop) counter(v ssa.Value) bool {
	l.ahead, l.init = false, nil
	next, isSum := v.(*ssa.BinOp)
	if isSum {
		v = next.X
	}
	phi, ok := v.(*ssa.Phi)
	if !ok || phi.Block() != l.header || isSum && !slices.Contains(phi.Edges, ssa.Value(next)) {
		return false
	}
	l.ahead = isSum
	for i, e := range phi.Edges {
		if !l.blocks[l.header.Preds[i]] {
			if l.init != nil && l.init != e {
				return false
			}
			l.init = e
			continue
		}
		sum, ok := e.(*ssa.BinOp)
		if !ok || sum.X != phi || sum.Op != token.ADD && sum.Op != token.SUB {
			return false
		}
		c, ok := sum.Y.(*ssa.Const)
		if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
			return false
		}
		l.step, _ = constant.Int64Val(c.Value)
		if sum.Op == token.SUB {
			l.step = -l.step
		}
	}
	return l.init != nil && l.step != 0
}

func (l *loop) invariant(v ssa.Value) bool {
	if instr, ok := v.(ssa.Instruction); ok {
		return !l.blocks[instr.Block()] || isCap(instr)
	}
	return true
}

// isCap reports whether instr is cap(x) or len(x): of a channel or a variable that the loop does not change, as a rule.
func isCap(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := call.Call.Value.(*ssa.Builtin)
	return ok && (b.Name() == "cap" || b.Name() == "len")
}

// trips returns how often the loop turns in f.
func (u *Unfolding) trips(f *Frame, l *loop) (n int64, known bool) {
	if l.limit == nil {
		return 0, false
	}
	limit, ok1 := u.constInt(f, l.limit)
	init, ok2 := u.constInt(f, l.init)
	if !ok1 || !ok2 {
		return 0, false
	}
	if l.ahead && l.test == l.header && !slices.Contains(l.latches, l.header) {
		init += l.step // else the loop is one block, with the test at its end
	}
	dist := limit - init
	step := l.step
	if step < 0 {
		dist, step = -dist, -step
	}
	switch l.op {
	case token.LSS:
		if l.step < 0 {
			return 0, false
		}
	case token.LEQ:
		if l.step < 0 {
			return 0, false
		}
		dist++
	case token.GTR:
		if l.step > 0 {
			return 0, false
		}
	case token.GEQ:
		if l.step > 0 {
			return 0, false
		}
		dist++
	case token.NEQ:
		if dist%step != 0 {
			return 0, false
		}
	}
	if dist <= 0 {
		n = 0
	} else {
		n = (dist + step - 1) / step
	}
	switch atEnd := l.test != l.header || slices.Contains(l.latches, l.header); {
	case atEnd && l.ahead:
		n = max(n, 1)
	case atEnd: // what is tested is the counter of the turn that has been
		n++
	}
	return n, true
}
