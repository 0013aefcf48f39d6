// Package flow has the graph algorithms of the analyses of order: what can be
// reached without passing certain nodes, natural loops, and how often at most
// something has happened when a node is reached. It knows graphs, not Go.
package flow

import "slices"

// A Graph is a directed graph. Its nodes are 0 … Len()-1; node 0 is the entry.
type Graph struct {
	succs, preds [][]int
	rpo          []int // reachable nodes in reverse postorder
	number       []int // place of a node in rpo, -1 if it is not reachable
	loops        []*Loop
	prepared     bool
}

// New returns a graph of n nodes without edges.
func New(n int) *Graph {
	return &Graph{succs: make([][]int, n), preds: make([][]int, n)}
}

// Len returns the number of nodes.
func (g *Graph) Len() int { return len(g.succs) }

// Add adds an edge, once.
func (g *Graph) Add(from, to int) {
	if !slices.Contains(g.succs[from], to) {
		g.succs[from] = append(g.succs[from], to)
		g.preds[to] = append(g.preds[to], from)
	}
}

// Succs returns the successors of n.
func (g *Graph) Succs(n int) []int { return g.succs[n] }

// A Set is a set of nodes.
type Set []uint64

// NewSet returns an empty set of nodes below n.
func NewSet(n int) Set { return make(Set, (n+63)/64) }

// Has reports whether n is in s; nothing is in a nil Set.
func (s Set) Has(n int) bool { return n>>6 < len(s) && s[n>>6]&(1<<(n&63)) != 0 }

// Add adds n, which must be below the size of the set.
func (s Set) Add(n int) { s[n>>6] |= 1 << (n & 63) }

// Or adds all of t, a set of the same size.
func (s Set) Or(t Set) {
	for i := range t {
		s[i] |= t[i]
	}
}

// From returns the nodes that a path of at least one edge reaches from n
// without passing a node of cut. A node of cut is never in the result; n
// itself is passed even if it is in cut.
func (g *Graph) From(n int, cut Set) Set {
	seen := NewSet(g.Len())
	work := []int{n}
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range g.succs[x] {
			if !seen.Has(s) && !cut.Has(s) {
				seen.Add(s)
				work = append(work, s)
			}
		}
	}
	return seen
}

// To returns the nodes from which a path of at least one edge leads to n with
// no node of cut between them.
func (g *Graph) To(n int, cut Set) Set {
	seen := NewSet(g.Len())
	work := []int{n}
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range g.preds[x] {
			if !seen.Has(p) {
				seen.Add(p)
				if !cut.Has(p) {
					work = append(work, p)
				}
			}
		}
	}
	return seen
}

// Reaches reports whether a path leads from n to m, of at least one edge,
// with no node of cut between them.
func (g *Graph) Reaches(n, m int, cut Set) bool {
	reached := g.From(n, cut)
	if reached.Has(m) {
		return true
	}
	if !cut.Has(m) {
		return false
	}
	for _, p := range g.preds[m] {
		if p == n || reached.Has(p) {
			return true
		}
	}
	return false
}

// A Loop is a natural loop.
type Loop struct {
	Header  int
	Nodes   Set
	Size    int
	latches []int
}

// Loops returns the natural loops, inner loops before those around them.
// Loops with one header are one. Nodes that can be entered elsewhere than at
// a header (irreducible regions) are in no loop.
func (g *Graph) Loops() []*Loop {
	g.prepare()
	return g.loops
}

func (g *Graph) prepare() {
	if g.prepared {
		return
	}
	g.prepared = true
	g.order()
	dom := g.dominators()
	byHeader := make(map[int]*Loop)
	for _, n := range g.rpo {
		for _, s := range g.succs[n] {
			if g.number[s] > g.number[n] || !dominates(dom, g.number, s, n) {
				continue
			}
			l := byHeader[s]
			if l == nil {
				l = &Loop{Header: s, Nodes: NewSet(g.Len()), Size: 1}
				l.Nodes.Add(s)
				byHeader[s] = l
				g.loops = append(g.loops, l)
			}
			l.latches = append(l.latches, n)
			g.collect(l, n)
		}
	}
	slices.SortStableFunc(g.loops, func(a, b *Loop) int {
		if a.Size != b.Size {
			return a.Size - b.Size
		}
		return g.number[b.Header] - g.number[a.Header]
	})
}

// collect adds to l the nodes from which latch can be reached.
func (g *Graph) collect(l *Loop, latch int) {
	work := []int{latch}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if l.Nodes.Has(n) {
			continue
		}
		l.Nodes.Add(n)
		l.Size++
		for _, p := range g.preds[n] {
			if g.number[p] >= 0 {
				work = append(work, p)
			}
		}
	}
}

// order computes the reverse postorder of the nodes that the entry reaches.
func (g *Graph) order() {
	g.number = make([]int, g.Len())
	for i := range g.number {
		g.number[i] = -1
	}
	if g.Len() == 0 {
		return
	}
	type frame struct{ node, next int }
	seen := NewSet(g.Len())
	seen.Add(0)
	stack := []frame{{0, 0}}
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next < len(g.succs[f.node]) {
			s := g.succs[f.node][f.next]
			f.next++
			if !seen.Has(s) {
				seen.Add(s)
				stack = append(stack, frame{s, 0})
			}
			continue
		}
		g.rpo = append(g.rpo, f.node)
		stack = stack[:len(stack)-1]
	}
	slices.Reverse(g.rpo)
	for i, n := range g.rpo {
		g.number[n] = i
	}
}

// dominators returns the immediate dominator of each node of the reverse
// postorder (Cooper, Harvey, Kennedy), by number.
func (g *Graph) dominators() []int {
	idom := make([]int, len(g.rpo))
	for i := range idom {
		idom[i] = -1
	}
	if len(idom) == 0 {
		return idom
	}
	idom[0] = 0
	for changed := true; changed; {
		changed = false
		for i := 1; i < len(g.rpo); i++ {
			best := -1
			for _, p := range g.preds[g.rpo[i]] {
				j := g.number[p]
				if j < 0 || idom[j] < 0 {
					continue
				}
				if best < 0 {
					best = j
				} else {
					best = meet(idom, best, j)
				}
			}
			if best != idom[i] {
				idom[i], changed = best, true
			}
		}
	}
	return idom
}

func meet(idom []int, a, b int) int {
	for a != b {
		for a > b {
			a = idom[a]
		}
		for b > a {
			b = idom[b]
		}
	}
	return a
}

func dominates(idom, number []int, a, b int) bool {
	x, y := number[a], number[b]
	for y > x {
		y = idom[y]
	}
	return x == y
}

// Reachable reports whether the entry reaches n.
func (g *Graph) Reachable(n int) bool {
	g.prepare()
	return g.number[n] >= 0
}

// Preorder returns the reachable nodes, each after its dominators.
func (g *Graph) Preorder() []int {
	g.prepare()
	return g.rpo
}
