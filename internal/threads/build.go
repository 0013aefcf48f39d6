package threads

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/flow"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// A Node is a place in the control flow of a thread where something happens
// that matters, or where paths part or meet.
type Node struct {
	ID     int // in its thread; the entry is 0
	Thread *Thread
	Frame  *Frame
	Block  *ssa.BasicBlock
	Instr  ssa.Instruction
	Events []*Event
	loop   *loop // of which this is the header
	latch  *loop // of which the test fails from here
}

// A Graph is the control flow of one thread, with all functions that it calls.
type Graph struct {
	*flow.Graph
	Thread *Thread
	Nodes  []*Node
	Exit   int
	// Begins are the nodes that start threads.
	Begins map[*Thread][]*Node
	trips  map[int]flow.Trips
}

// Trips says how often the loop with a header turns.
func (g *Graph) Trips(header int) flow.Trips { return g.trips[header] }

// A builder makes the graphs of an unfolding.
type builder struct {
	u     *Unfolding
	items map[rootInstr]*item
	graph *Graph
	edges [][2]int
}

type rootInstr struct {
	frame *Frame
	instr ssa.Instruction
}

// A Build is the graphs of all threads, and what happens in them.
type Build struct {
	Graphs   map[*Thread]*Graph
	Accesses []*Access
	Events   []*Event
}

const maxNodes = 12000 // of one unfolding

// Build makes the control flow graphs of all threads. It returns nil if they are too large.
func (u *Unfolding) Build() *Build {
	b := &builder{u: u, items: make(map[rootInstr]*item)}
	for _, f := range u.Frames {
		for _, block := range f.Fn.Blocks {
			for _, instr := range block.Instrs {
				if it := u.gather(f, instr); it != nil {
					b.items[rootInstr{f, instr}] = it
				}
			}
		}
	}
	b.findDead()
	out := &Build{Graphs: make(map[*Thread]*Graph)}
	total := 0
	for _, t := range u.Threads {
		g := b.thread(t)
		total += len(g.Nodes)
		if total > maxNodes {
			u.Exceeded("threads.maxNodes")
			return nil
		}
		out.Graphs[t] = g
		for _, n := range g.Nodes {
			if !g.Reachable(n.ID) {
				continue
			}
			out.Events = append(out.Events, n.Events...)
			if it := b.items[rootInstr{n.Frame, n.Instr}]; it != nil && n.Instr != nil {
				for _, a := range it.accesses {
					if a.Node == nil {
						a.Node = n
						out.Accesses = append(out.Accesses, a)
					}
				}
			}
		}
	}
	u.noteValues()
	return out
}

// findDead finds the channels on which one side never does anything: an arm
// of a select on them is never taken.
func (b *builder) findDead() {
	sends, recvs := make(map[*paths.Loc]bool), make(map[*paths.Loc]bool)
	note := func(m map[*paths.Loc]bool, s *set) {
		for _, l := range s.locs {
			m[l] = true
		}
	}
	for _, f := range b.u.Frames {
		for _, block := range f.Fn.Blocks {
			for _, instr := range block.Instrs {
				switch instr := instr.(type) {
				case *ssa.Send:
					note(sends, b.u.eval(f, instr.Chan))
				case *ssa.UnOp:
					if instr.Op == token.ARROW {
						note(recvs, b.u.eval(f, instr.X))
					}
				case *ssa.Select:
					for _, st := range instr.States {
						if st.Dir == types.SendOnly {
							note(sends, b.u.eval(f, st.Chan))
						} else {
							note(recvs, b.u.eval(f, st.Chan))
						}
					}
				case ssa.CallInstruction:
					if bi, ok := instr.Common().Value.(*ssa.Builtin); ok && bi.Name() == "close" {
						note(sends, b.u.eval(f, instr.Common().Args[0]))
					}
				}
			}
		}
	}
	b.u.deadSend = func(l *paths.Loc) bool {
		return !recvs[l] && !b.u.Escaped(l) && b.u.Capacity(l) == 0
	}
	b.u.deadRecv = func(l *paths.Loc) bool { return !sends[l] && !b.u.Escaped(l) }
}

// Capacity returns the capacity of a channel, -1 if it is not known.
func (u *Unfolding) Capacity(l *paths.Loc) int {
	f, v := RootValue(l)
	if m, ok := v.(*ssa.MakeChan); ok && l.Parent == nil {
		if n, ok := u.constInt(f, m.Size); ok {
			return int(n)
		}
	}
	return -1
}

func (b *builder) thread(t *Thread) *Graph {
	b.graph = &Graph{Thread: t, Begins: make(map[*Thread][]*Node), trips: make(map[int]flow.Trips)}
	b.edges = nil
	entry, exit := b.frame(t.First)
	g := b.graph
	_ = entry // node 0
	g.Exit = exit
	g.Graph = flow.New(len(g.Nodes))
	for _, e := range b.edges {
		g.Add(e[0], e[1])
	}
	for _, n := range g.Nodes {
		for _, e := range n.Events {
			if e.Kind == Begin {
				g.Begins[e.Start] = append(g.Begins[e.Start], n)
			}
		}
	}
	for _, n := range g.Nodes {
		if n.loop != nil {
			g.trips[n.ID] = b.tripsOf(n)
		}
	}
	return g
}

func (b *builder) tripsOf(n *Node) flow.Trips {
	l, g := n.loop, b.graph
	k, known := b.u.trips(n.Frame, l)
	bottom := known && k >= 1 || l.test != nil && l.test != l.header
	return flow.Trips{
		N: int(min(k, flow.Unbounded)), Known: known, Counted: l.counted, Bottom: bottom,
		AtTest: func(from int) bool {
			m := g.Nodes[from]
			if m.Frame != n.Frame || l.test == nil {
				return false
			}
			if bottom && l.test == l.header {
				return m.latch == l
			}
			return m.Block == l.test
		},
	}
}

func (b *builder) node(f *Frame, block *ssa.BasicBlock, instr ssa.Instruction) *Node {
	n := &Node{ID: len(b.graph.Nodes), Thread: b.graph.Thread, Frame: f, Block: block, Instr: instr}
	b.graph.Nodes = append(b.graph.Nodes, n)
	return n
}

func (b *builder) edge(from, to *Node) {
	b.edges = append(b.edges, [2]int{from.ID, to.ID})
}

// A frameBuilder makes the nodes of one frame.
type frameBuilder struct {
	*builder
	f           *Frame
	entry, exit *Node
	blocks      map[*ssa.BasicBlock]*Node
	queue       []*ssa.BasicBlock
	defersIn    *Node
	defersOut   *Node
	defers      []*ssa.Defer
	loops       *loopInfo
}

// frame makes the nodes of f and returns its entry and exit.
func (b *builder) frame(f *Frame) (entry, exit int) {
	fb := &frameBuilder{builder: b, f: f, blocks: make(map[*ssa.BasicBlock]*Node), loops: b.u.loopsOf(f.Fn)}
	fb.entry = b.node(f, nil, nil)
	fb.exit = b.node(f, nil, nil)
	for _, block := range f.Fn.Blocks {
		for _, instr := range block.Instrs {
			if d, ok := instr.(*ssa.Defer); ok {
				fb.defers = append(fb.defers, d)
			}
		}
	}
	if len(fb.defers) > 0 {
		fb.deferred()
	}
	b.edge(fb.entry, fb.block(f.Fn.Blocks[0]))
	for len(fb.queue) > 0 {
		block := fb.queue[0]
		fb.queue = fb.queue[1:]
		fb.body(block)
	}
	return fb.entry.ID, fb.exit.ID
}

// block returns the node at the start of a block.
func (fb *frameBuilder) block(block *ssa.BasicBlock) *Node {
	if n := fb.blocks[block]; n != nil {
		return n
	}
	n := fb.node(fb.f, block, nil)
	n.loop = fb.loops.headed(block)
	fb.blocks[block] = n
	fb.queue = append(fb.queue, block)
	return n
}

// deferred makes the nodes of the deferred calls, the last one first. A call
// that is not deferred on every path may be left out.
func (fb *frameBuilder) deferred() {
	fb.defersIn = fb.node(fb.f, nil, nil)
	cur := fb.defersIn
	for i := len(fb.defers) - 1; i >= 0; i-- {
		d := fb.defers[i]
		next := fb.call(cur, d, true)
		if !fb.always(d) {
			fb.edge(cur, next)
		}
		cur = next
	}
	fb.defersOut = cur
}

// always reports whether d is executed on every way to the deferred calls.
func (fb *frameBuilder) always(d *ssa.Defer) bool {
	for _, block := range fb.f.Fn.Blocks {
		for _, instr := range block.Instrs {
			if _, ok := instr.(*ssa.RunDefers); ok && !d.Block().Dominates(block) {
				return false
			}
		}
	}
	return true
}

// call makes the nodes of a call behind cur and returns the last one.
func (fb *frameBuilder) call(cur *Node, instr ssa.CallInstruction, deferred bool) *Node {
	n := fb.node(fb.f, instr.Block(), instr)
	if it := fb.items[rootInstr{fb.f, instr}]; it != nil {
		n.Events = it.events
		for _, e := range it.events {
			e.Node = n
		}
	}
	fb.edge(cur, n)
	kids := fb.f.kids[instr]
	if _, isDefer := instr.(*ssa.Defer); len(kids) == 0 || isDefer && !deferred {
		return n
	}
	after := fb.node(fb.f, instr.Block(), nil)
	info := fb.u.info(instr)
	once := info.sync != nil && (info.sync.Kind == models.SyncOnce || info.sync.Kind == models.SyncWith || info.sync.Kind == models.SyncWithR)
	var finish []*Event
	if once {
		// The lock is held while the function runs.
		finish = n.Events
		obj := fb.u.target(fb.f, instr.Common(), info.sync.Target).only()
		lock := &Event{Kind: Lock, Obj: obj, Read: info.sync.Kind == models.SyncWithR, Instr: instr, Frame: fb.f, Node: n}
		n.Events = []*Event{lock}
		unlock := &Event{Kind: Unlock, Obj: obj, Instr: instr, Frame: fb.f, Node: after}
		after.Events = append([]*Event{unlock}, finish...)
		for _, e := range finish {
			e.Node = after
		}
	}
	for _, k := range kids {
		entry, exit := fb.frame(k)
		fb.edges = append(fb.edges, [2]int{n.ID, entry}, [2]int{exit, after.ID})
	}
	if fb.mayNotRun(instr, info) {
		fb.edge(n, after)
	}
	return after
}

// mayNotRun reports whether the functions that are entered at a call may be
// left out: a library may call what it is given any number of times.
func (fb *frameBuilder) mayNotRun(instr ssa.CallInstruction, info *callInfo) bool {
	if len(info.calls) > 0 {
		return true
	}
	call := instr.Common()
	if _, static := call.Value.(*ssa.Function); static && !call.IsInvoke() {
		return false
	}
	s := fb.u.eval(fb.f, call.Value)
	return s.top || len(s.locs) > len(fb.f.kids[instr])
}

// body makes the nodes of a block.
func (fb *frameBuilder) body(block *ssa.BasicBlock) {
	cur := fb.blocks[block]
	for _, instr := range block.Instrs {
		switch instr := instr.(type) {
		case *ssa.Defer:
			// Its arguments are evaluated here; it runs at the end.
		case *ssa.Call, *ssa.Go:
			call := instr.(ssa.CallInstruction)
			if fb.items[rootInstr{fb.f, instr}] != nil || len(fb.f.kids[instr]) > 0 {
				cur = fb.call(cur, call, false)
			} else if _, isGo := instr.(*ssa.Go); isGo {
				cur = fb.call(cur, call, false)
			}
			if _, isCall := instr.(*ssa.Call); isCall && program.NeverReturns(call.Common()) {
				fb.panics(cur)
				return
			}
		case *ssa.RunDefers:
			if fb.defersIn != nil {
				fb.edge(cur, fb.defersIn)
				cur = fb.node(fb.f, block, nil)
				fb.edge(fb.defersOut, cur)
			}
		case *ssa.Panic:
			fb.panics(cur)
			return
		case *ssa.Return:
			fb.edge(cur, fb.exit)
			return
		case *ssa.If:
			fb.branch(cur, block, instr)
			return
		case *ssa.Jump:
			fb.jump(cur, block, block.Succs[0])
			return
		default:
			if it := fb.items[rootInstr{fb.f, instr}]; it != nil {
				n := fb.node(fb.f, block, instr)
				n.Events = it.events
				for _, e := range it.events {
					e.Node = n
				}
				fb.edge(cur, n)
				cur = n
			}
		}
	}
}

// panics leads to the deferred calls, and on if one of them may recover.
func (fb *frameBuilder) panics(cur *Node) {
	if fb.defersIn == nil {
		return
	}
	fb.edge(cur, fb.defersIn)
	if r := fb.f.Fn.Recover; r != nil {
		fb.edge(fb.defersOut, fb.block(r))
	}
}

// jump makes the edge to a block. A loop of which the number of turns is
// known is turned at its end: the test at the header never fails the first
// time, and the back edge of a loop that turns once is no edge.
func (fb *frameBuilder) jump(cur *Node, from, to *ssa.BasicBlock) {
	l := fb.loops.headed(to)
	if l == nil || !l.blocks[from] || l.test == nil {
		fb.edge(cur, fb.block(to))
		return
	}
	n, known := fb.u.trips(fb.f, l)
	if !known || n == 0 {
		fb.edge(cur, fb.block(to))
		return
	}
	if n > 1 {
		fb.edge(cur, fb.block(to))
	}
	if l.test == l.header {
		cur.latch = l
		fb.edge(cur, fb.block(l.exit))
	}
}

// branch makes the edges of an if statement.
func (fb *frameBuilder) branch(cur *Node, block *ssa.BasicBlock, cond *ssa.If) {
	if c := fb.u.constant(fb.f, cond.Cond, 0); c != nil && c.Kind() == constant.Bool {
		i := 1
		if constant.BoolVal(c) {
			i = 0
		}
		fb.jump(cur, block, block.Succs[i])
		return
	}
	for i, s := range block.Succs {
		if fb.turned(block, s) {
			continue
		}
		events, dead := fb.u.branchEvents(fb.f, cond, i == 0)
		if dead {
			continue
		}
		n := fb.node(fb.f, block, nil)
		n.Events = events
		for _, e := range events {
			e.Node, e.Instr, e.Frame = n, cond, fb.f
		}
		fb.edge(cur, n)
		fb.jump(n, block, s)
	}
}

// turned reports whether the branch from a loop's header to its exit is not
// taken because the loop is tested at its end, see jump, or the branch into
// it because it never turns.
func (fb *frameBuilder) turned(block, s *ssa.BasicBlock) bool {
	for _, l := range fb.loops.loops {
		if l.test != block {
			continue
		}
		n, known := fb.u.trips(fb.f, l)
		if !known {
			continue
		}
		if l.test == l.header {
			if n == 0 {
				return s != l.exit
			}
			return s == l.exit
		}
		if n <= 1 { // tested after the only turn
			return s != l.exit
		}
	}
	return false
}

// branchEvents returns what it means that a condition is want, and whether it never is.
func (u *Unfolding) branchEvents(f *Frame, i *ssa.If, want bool) (events []*Event, dead bool) {
	cond := i.Cond
	for {
		n, ok := cond.(*ssa.UnOp)
		if !ok || n.Op != token.NOT {
			break
		}
		cond, want = n.X, !want
	}
	switch c := cond.(type) {
	case *ssa.Extract:
		if recv, ok := c.Tuple.(*ssa.UnOp); ok && recv.Op == token.ARROW && c.Index == 1 {
			kind := RecvClosed
			if want {
				kind = RecvOK
			}
			return []*Event{{Kind: kind, Obj: u.eval(f, recv.X).only()}}, false
		}
	case *ssa.BinOp:
		if sel, arm := selected(c); sel != nil {
			if !want {
				return nil, false
			}
			return u.armEvents(f, sel, arm)
		}
	case *ssa.Call:
		if op := u.Sync(c); op != nil && (op.Kind == models.SyncTryLock || op.Kind == models.SyncTryRLock) && want {
			obj := u.target(f, &c.Call, op.Target).only()
			return []*Event{{Kind: Lock, Obj: obj, Read: op.Kind == models.SyncTryRLock}}, false
		}
	}
	if obj := u.flag(f, cond, 0); obj != nil {
		return []*Event{{Kind: Flag, Obj: obj, Value: cond, Want: want}}, false
	}
	return nil, false
}

// selected returns the select statement and the arm that a comparison tests for.
func selected(c *ssa.BinOp) (*ssa.Select, int) {
	x, ok := c.X.(*ssa.Extract)
	if !ok || c.Op != token.EQL || x.Index != 0 {
		return nil, 0
	}
	sel, ok := x.Tuple.(*ssa.Select)
	k, isConst := c.Y.(*ssa.Const)
	if !ok || !isConst {
		return nil, 0
	}
	arm := int(k.Int64())
	if arm < 0 || arm >= len(sel.States) {
		return nil, 0
	}
	return sel, arm
}

func (u *Unfolding) armEvents(f *Frame, sel *ssa.Select, arm int) (events []*Event, dead bool) {
	st := sel.States[arm]
	s := u.eval(f, st.Chan)
	obj := s.only()
	if st.Dir == types.SendOnly {
		return []*Event{{Kind: Send, Obj: obj}}, obj != nil && u.deadSend(obj)
	}
	return []*Event{{Kind: Recv, Obj: obj}}, obj != nil && u.deadRecv(obj)
}

// flag returns the variable that a condition was read from, if there is one.
func (u *Unfolding) flag(f *Frame, cond ssa.Value, depth int) *paths.Loc {
	if u.tooFar(depth) {
		return nil
	}
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.MUL {
			return u.eval(f, c.X).only()
		}
		return u.flag(f, c.X, depth+1)
	case *ssa.BinOp:
		if l := u.flag(f, c.X, depth+1); l != nil {
			return l
		}
		return u.flag(f, c.Y, depth+1)
	case *ssa.Convert:
		return u.flag(f, c.X, depth+1)
	case *ssa.Call:
		if op := u.Sync(c); op != nil {
			switch op.Kind {
			case models.SyncAtomicLoad, models.SyncAtomicRMW, models.SyncAtomicCAS:
				return u.target(f, &c.Call, op.Target).only()
			}
		}
	}
	return nil
}
