// Package order decides whether two accesses of an unfolded function may
// happen at the same time: whether some execution has neither before the
// other, as far as the code in view orders them.
//
// What orders: the start of a goroutine, channels (a send before its receive,
// a receive before the completion of an unbuffered send, the k-th receive
// before the (k+capacity)-th send, a close before the receive that it ends),
// WaitGroups and what models say joins like them, locks that are handed over,
// flags that are set and tested under synchronisation, timers, the settling
// of a test bubble.
//
// The two central notions are these. "p is after a" says that whenever the
// access a and the node p are executed, a comes first. "n joins a in thread T"
// says that node n of T completes only after every a that has been started
// before, because all that could make n complete is after a. Two accesses in
// different threads are concurrent if one thread can be started, and the
// other's access be reached, along a path that passes no join.
//
// All answers are about the code in view. A synchronisation object that
// escapes from view joins everything that could tell it something: the answer
// is then "ordered", so that a doubt is silent.
package order

import (
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/flow"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

const (
	maxDepth   = 4     // joins that depend on joins
	maxQueries = 20000 // searches in graphs for one unfolding
)

// An Order answers questions about one unfolding.
type Order struct {
	u       *threads.Unfolding
	b       *threads.Build
	locks   map[*threads.Thread][]lockset
	joins   map[joinKey]flow.Set
	active  map[joinKey]bool
	bounds  map[boundKey]*flow.Bounds
	counts  map[boundKey]int
	queries int
	events  map[threads.EventKind][]*threads.Event
	flags   map[*paths.Loc][]*threads.Access
	leads   map[leadKey]flow.Set
	tellers map[leadKey]*tellers
	items   map[*paths.Loc]*paths.Loc
	madeOf  map[*paths.Loc][]*paths.Loc // what calls out of view return, by what they are given
	closed  map[*threads.Node]flow.Set
	fillers map[*paths.Loc]*threads.Event
	handed  map[*threads.Thread][]*paths.Loc // see takesOver
	own     map[*threads.Event]bool          // see ownWrite
	doubts  Doubts
}

// Doubts says what is taken to order accesses though it need not.
type Doubts uint8

const (
	// Loops: what follows an access in a loop that ends by itself, before the
	// next turn comes to it again, counts as after it.
	Loops Doubts = 1 << iota
	// Calls: a call out of view may wait for any other that another thread makes.
	Calls
	// Timeouts: nobody goes on because time is up.
	Timeouts
	// Pauses: whoever sleeps does so until the others have done what they do.
	Pauses
)

// Doubting returns the order of the same unfolding with doubts.
func (o *Order) Doubting(d Doubts) *Order {
	p := New(o.u, o.b)
	p.doubts = d
	return p
}

type joinKey struct {
	a *threads.Node
	l *paths.Loc
	t *threads.Thread
}

// New returns the order of an unfolding.
func New(u *threads.Unfolding, b *threads.Build) *Order {
	o := &Order{
		u: u, b: b,
		locks: make(map[*threads.Thread][]lockset),
		joins: make(map[joinKey]flow.Set),
		leads: make(map[leadKey]flow.Set), tellers: make(map[leadKey]*tellers),
		active: make(map[joinKey]bool),
		bounds: make(map[boundKey]*flow.Bounds),
		counts: make(map[boundKey]int),
		items:  make(map[*paths.Loc]*paths.Loc),
		madeOf: make(map[*paths.Loc][]*paths.Loc),
		closed: make(map[*threads.Node]flow.Set), fillers: make(map[*paths.Loc]*threads.Event),
		own: make(map[*threads.Event]bool), handed: make(map[*threads.Thread][]*paths.Loc),
		events: make(map[threads.EventKind][]*threads.Event),
	}
	for _, e := range b.Events {
		o.events[e.Kind] = append(o.events[e.Kind], e)
		for _, made := range e.Made {
			for _, x := range e.Objs {
				o.madeOf[made.Top()] = append(o.madeOf[made.Top()], x.Top())
			}
		}
	}
	return o
}

// GivenUp reports whether the budget has been used up: answers since then are
// "ordered".
func (o *Order) GivenUp() bool {
	if o.queries > maxQueries {
		o.u.Exceeded("order.maxQueries")
		return true
	}
	return false
}

// tooDeep reports whether a wait depends on too many others.
func (o *Order) tooDeep(depth int) bool {
	if depth > maxDepth {
		o.u.Exceeded("order.maxDepth")
		return true
	}
	return false
}

func (o *Order) graph(t *threads.Thread) *threads.Graph { return o.b.Graphs[t] }

func (o *Order) reaches(t *threads.Thread, from, to int, cut flow.Set) bool {
	o.queries++
	return o.graph(t).Reaches(from, to, cut)
}

// Concurrent reports whether a and b, accesses to one location, may happen at
// the same time. a and b may be the same access, of two threads.
func (o *Order) Concurrent(a, b *threads.Access) bool {
	if o.GivenUp() {
		return false
	}
	if o.partial(a) && o.partial(b) {
		return false // each may have elements of its own
	}
	ta, tb := a.Node.Thread, b.Node.Thread
	ca, cb := ta.Chain(), tb.Chain()
	common := 0
	for common < len(ca) && common < len(cb) && ca[common] == cb[common] {
		common++
	}
	for i := 0; i < common; i++ {
		var na, nb *threads.Thread // the threads below ca[i] that lead to a and b
		if i+1 < len(ca) {
			na = ca[i+1]
		}
		if i+1 < len(cb) {
			nb = cb[i+1]
		}
		if na == nil && nb == nil || na == nb && (na == nil || o.private(a, na) || o.private(b, nb)) {
			continue
		}
		if o.apart(ca[i], na, nb, a, b) {
			if na != nb && o.ordered(a, b, ca[i]) {
				continue
			}
			return !o.GivenUp()
		}
	}
	return false
}

// partial reports whether a is to one element of several, of which it is not
// known which: neither a constant one, nor one after the other in a loop of
// its own thread.
func (o *Order) partial(a *threads.Access) bool {
	unknown := false
	for l := a.Loc; l != nil; l = l.Parent {
		unknown = unknown || l.Step == paths.Elem && l.Hi-l.Lo != 1
	}
	if !unknown {
		return false
	}
	switch a.Instr.(type) {
	case *ssa.Store, *ssa.UnOp:
	default:
		return false // copies, converts or sorts all of them
	}
	if a.Index == nil {
		return true
	}
	turn := o.u.Inductive(a.Frame, a.Index)
	return turn == nil || turn.Frame.Thread != a.Node.Thread
}

// private reports whether each instance of thread t has its own object of a.
func (o *Order) private(a *threads.Access, t *threads.Thread) bool {
	f := allocFrame(a.Loc)
	if f == nil {
		return false
	}
	for p := f.Thread; p != nil; p = p.Parent {
		if p == t {
			return true
		}
	}
	return t.Final && o.isArgument(a, t)
}

// isArgument reports whether a is to an object that t is given: the collector
// runs t when nobody else uses it.
func (o *Order) isArgument(a *threads.Access, t *threads.Thread) bool {
	f, _ := threads.RootValue(a.Loc)
	return f == t.First
}

// allocFrame returns the frame that makes the object of l, or is given it from
// out of view, nil if it is the first frame of all or there is none.
func allocFrame(l *paths.Loc) *threads.Frame {
	if f, v := threads.RootValue(l); f != nil && f.Caller != nil {
		if _, isParam := v.(*ssa.Parameter); isParam {
			return f // each call has its own
		}
	}
	if f, instr := threads.Alloc(l); instr != nil {
		return f
	}
	if f, call := threads.ResultOf(l); call != nil {
		return f
	}
	return nil
}

// ordered reports whether events order a and b directly, below thread t.
func (o *Order) ordered(a, b *threads.Access, t *threads.Thread) bool {
	return o.guardedBelow(b.Node, a, t) || o.guardedBelow(a.Node, b, t)
}

// guardedBelow reports whether p, or the start of a thread between t and p's
// thread, is reached only through joins of a.
func (o *Order) guardedBelow(p *threads.Node, a *threads.Access, t *threads.Thread) bool {
	for th := p.Thread; th != nil && th != t; th = th.Parent {
		nodes := []*threads.Node{p}
		if th != p.Thread {
			child := p.Thread
			for child.Parent != th {
				child = child.Parent
			}
			nodes = o.begins(th, child)
		}
		all := len(nodes) > 0
		for _, n := range nodes {
			all = all && o.guarded(n, a, 0)
		}
		if all {
			return true
		}
	}
	return false
}

// begins returns the nodes of t that start the thread child.
func (o *Order) begins(t, child *threads.Thread) []*threads.Node {
	nodes := o.graph(t).Begins[child]
	if child.Timer == nil {
		return nodes
	}
	for _, e := range o.events[threads.Reset] {
		if e.Obj == child.Timer && e.Node.Thread == t {
			nodes = append(nodes[:len(nodes):len(nodes)], e.Node)
		}
	}
	return nodes
}

// apart reports whether control flow and joins in thread t leave a and b,
// in the threads na and nb below it (nil: in t itself), concurrent.
func (o *Order) apart(t, na, nb *threads.Thread, a, b *threads.Access) bool {
	if na != nil && nb != nil && na.Loop != "" && na.Loop == nb.Loop {
		return false
	}
	if na == nil && nb.Registered || nb == nil && na.Registered {
		return false // the rest of the set-up, as a rule: the loop is started later
	}
	switch {
	case na == nil:
		return o.reachable(t, o.begins(t, nb), []*threads.Node{a.Node}, b, nil)
	case nb == nil:
		return o.reachable(t, o.begins(t, na), []*threads.Node{b.Node}, a, nil)
	case na == nb:
		turn := o.perTurn(t, a, b)
		if na.Many {
			return turn == nil
		}
		return o.reachable(t, o.begins(t, na), o.begins(t, na), a, turn)
	}
	x, y := o.begins(t, na), o.begins(t, nb)
	turn := o.perTurn(t, a, b)
	return o.reachable(t, x, y, a, turn) || o.reachable(t, y, x, b, turn)
}

// reachable reports whether a path of t leads from one of the nodes from,
// which start the thread of a, to one of the nodes to, without a join of a
// and without a new allocation of what a accesses. If a goes to another
// element in each turn of a loop, the path must enter that loop anew.
func (o *Order) reachable(t *threads.Thread, from, to []*threads.Node, a *threads.Access, turn *threads.Turn) bool {
	joins := o.cutFor(a, t)
	for _, x := range from {
		cut := joins
		if closed := o.closedAfter(t, x); closed != nil {
			cut = flow.NewSet(o.graph(t).Len())
			cut.Or(joins)
			cut.Or(closed)
		}
		if turn == nil {
			for _, y := range to {
				if o.reaches(t, x.ID, y.ID, cut) {
					return true
				}
			}
			continue
		}
		o.queries++
		reached := o.graph(t).From(x.ID, cut)
		for _, entry := range o.entries(t, turn) {
			if !reached.Has(entry) {
				continue
			}
			for _, y := range to {
				if o.reaches(t, entry, y.ID, cut) {
					return true
				}
			}
		}
	}
	return false
}

// entries returns the nodes of t from which a loop is entered.
func (o *Order) entries(t *threads.Thread, turn *threads.Turn) []int {
	var out []int
	g := o.graph(t)
	for _, n := range g.Nodes {
		if n.Frame != turn.Frame || n.Block == nil || !turn.Outside(n.Block) {
			continue
		}
		for _, s := range g.Succs(n.ID) {
			if m := g.Nodes[s]; m.Frame == turn.Frame && m.Block == turn.Header {
				out = append(out, n.ID)
			}
		}
	}
	return out
}

// perTurn returns the loop of t in each turn of which a and b go to another
// element, both to the same one.
func (o *Order) perTurn(t *threads.Thread, a, b *threads.Access) *threads.Turn {
	if a.Index == nil || b.Index == nil {
		return nil
	}
	x, y := o.u.Inductive(a.Frame, a.Index), o.u.Inductive(b.Frame, b.Index)
	if x == nil || y == nil || x.Frame != y.Frame || x.Header != y.Header || x.Frame.Thread != t {
		return nil
	}
	return x
}

// cutFor returns the joins of a in t, and the allocations of its object.
func (o *Order) cutFor(a *threads.Access, t *threads.Thread) flow.Set {
	joins := o.joinsOf(a, t, 0)
	alloc := o.allocs(a.Loc, t)
	if alloc == nil {
		return joins
	}
	cut := flow.NewSet(o.graph(t).Len())
	cut.Or(joins)
	cut.Or(alloc)
	return cut
}

// allocs returns the nodes of t that make the object of l.
func (o *Order) allocs(l *paths.Loc, t *threads.Thread) flow.Set {
	var instr ssa.Instruction
	f, instr := threads.Alloc(l)
	if instr == nil {
		g, call := threads.ResultOf(l)
		if call == nil {
			return nil
		}
		f, instr = g, call
	}
	if f.Thread != t {
		return nil
	}
	g := o.graph(t)
	var s flow.Set
	// A new call of the function that makes the object leads to another
	// object too, or to none.
	for f != nil && f.Thread == t {
		for _, n := range g.Nodes {
			if n.Frame == f && n.Instr == instr {
				if s == nil {
					s = flow.NewSet(g.Len())
				}
				s.Add(n.ID)
			}
		}
		if f.Caller == nil || f == t.First {
			break
		}
		instr, f = f.Site, f.Caller
	}
	return s
}

// guarded reports whether every path of p's thread to p passes a join of a.
func (o *Order) guarded(p *threads.Node, a *threads.Access, depth int) bool {
	joins := o.joinsOf(a, p.Thread, depth)
	if joins.Has(p.ID) {
		return true
	}
	empty := true
	for _, w := range joins {
		empty = empty && w == 0
	}
	return !empty && !o.reaches(p.Thread, 0, p.ID, joins)
}

// leadingTo returns the nodes of the thread of a from which a is reached
// without a new allocation of its object.
func (o *Order) leadingTo(a *threads.Access) flow.Set {
	key := leadKey{a.Node, a.Loc.Top()}
	if s, ok := o.leads[key]; ok {
		return s
	}
	o.queries++
	s := o.graph(a.Node.Thread).To(a.Node.ID, o.allocs(a.Loc, a.Node.Thread))
	o.leads[key] = s
	return s
}

type leadKey struct {
	node *threads.Node
	top  *paths.Loc
}

// after reports whether p is after a: it is executed only when a has been, if a is executed at all.
func (o *Order) after(p *threads.Node, a *threads.Access, depth int) bool {
	if o.tooDeep(depth) || o.GivenUp() {
		return false
	}
	if p.Thread == a.Node.Thread {
		return p != a.Node && !o.leadingTo(a).Has(p.ID)
	}
	if o.guarded(p, a, depth+1) {
		return true
	}
	parent := p.Thread.Parent
	if parent == nil {
		return false
	}
	begins := o.graph(parent).Begins[p.Thread]
	for _, n := range begins {
		if !o.after(n, a, depth+1) {
			return false
		}
	}
	return len(begins) > 0
}

// follows reports whether p is after a, or may be with the doubts of o.
func (o *Order) follows(p *threads.Node, a *threads.Access, depth int) bool {
	if o.after(p, a, depth) {
		return true
	}
	if o.doubts&Loops == 0 || depth > maxDepth || o.GivenUp() || o.u.Endless(a.Frame, a.Instr) {
		return false
	}
	for t := p.Thread; t != nil; t = t.Parent {
		if t == p.Thread && t == a.Node.Thread {
			return o.reaches(t, a.Node.ID, p.ID, nil)
		}
		if t.Parent != a.Node.Thread {
			continue
		}
		for _, n := range o.begins(t.Parent, t) {
			if o.reaches(t.Parent, a.Node.ID, n.ID, nil) {
				return true
			}
		}
	}
	return false
}
