package flow_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/yieldlint/yieldlint/internal/flow"
)

// edges makes a graph of n nodes.
func edges(n int, list ...[2]int) *flow.Graph {
	g := flow.New(n)
	for _, e := range list {
		g.Add(e[0], e[1])
	}
	return g
}

func setOf(size int, nodes ...int) flow.Set {
	s := flow.NewSet(size)
	for _, n := range nodes {
		s.Add(n)
	}
	return s
}

func nodesOf(s flow.Set, size int) []int {
	out := []int{}
	for n := range size {
		if s.Has(n) {
			out = append(out, n)
		}
	}
	return out
}

func TestSet(t *testing.T) {
	s := setOf(130, 0, 63, 64, 129)
	if got, want := nodesOf(s, 130), []int{0, 63, 64, 129}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if flow.Set(nil).Has(0) || s.Has(1000) {
		t.Error("something is in a nil set, or beyond the size")
	}
	s.Or(setOf(130, 1, 64))
	if got, want := nodesOf(s, 130), []int{0, 1, 63, 64, 129}; !slices.Equal(got, want) {
		t.Errorf("after Or: got %v, want %v", got, want)
	}
}

func TestAddOnce(t *testing.T) {
	g := edges(3, [2]int{0, 1}, [2]int{0, 2}, [2]int{0, 1})
	if got, want := g.Succs(0), []int{1, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestCuts: what a path leads to, by the side on which the cut is.
func TestCuts(t *testing.T) {
	// 0 → 1 → 2 → 3, 1 → 3, 3 → 1
	g := edges(4, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 3}, [2]int{1, 3}, [2]int{3, 1})
	for _, test := range []struct {
		name     string
		n        int
		cut      []int
		from, to []int
	}{
		{"no cut", 0, nil, []int{1, 2, 3}, []int{}},
		{"a node reaches itself in a cycle only", 1, nil, []int{1, 2, 3}, []int{0, 1, 2, 3}},
		{"one way is cut", 1, []int{2}, []int{1, 3}, []int{0, 1, 2, 3}},
		{"the start is cut", 1, []int{1}, []int{2, 3}, []int{0, 1, 2, 3}},
		{"the way back is cut", 1, []int{3}, []int{2}, []int{0, 3}},
		{"what is cut reaches on, and is reached", 2, []int{2}, []int{1, 3}, []int{0, 1, 2, 3}},
		{"both ways are cut", 3, []int{1, 2}, []int{}, []int{1, 2}},
	} {
		cut := setOf(4, test.cut...)
		if got := nodesOf(g.From(test.n, cut), 4); !slices.Equal(got, test.from) {
			t.Errorf("%s: from %d without %v: got %v, want %v", test.name, test.n, test.cut, got, test.from)
		}
		if got := nodesOf(g.To(test.n, cut), 4); !slices.Equal(got, test.to) {
			t.Errorf("%s: to %d without %v: got %v, want %v", test.name, test.n, test.cut, got, test.to)
		}
	}
}

// randomGraph returns a graph and its adjacency. Every third one is a tree
// with few other edges, the others have any edges.
func randomGraph(rnd *rand.Rand) (*flow.Graph, [][]bool) {
	n := 1 + rnd.IntN(9)
	g, adj := flow.New(n), make([][]bool, n)
	for i := range adj {
		adj[i] = make([]bool, n)
	}
	add := func(from, to int) {
		g.Add(from, to)
		adj[from][to] = true
	}
	extra := rnd.IntN(2*n + 1)
	if rnd.IntN(3) == 0 {
		extra = rnd.IntN(4)
		for i := 1; i < n; i++ {
			add(rnd.IntN(i), i)
		}
	}
	for range extra {
		add(rnd.IntN(n), rnd.IntN(n))
	}
	return g, adj
}

// closure returns which nodes a path of at least one edge connects, with no
// node between them for which not is true.
func closure(adj [][]bool, not func(int) bool) [][]bool {
	out := make([][]bool, len(adj))
	for i := range adj {
		out[i] = slices.Clone(adj[i])
	}
	for k := range adj {
		if not(k) {
			continue
		}
		for i := range adj {
			for j := range adj {
				out[i][j] = out[i][j] || out[i][k] && out[k][j]
			}
		}
	}
	return out
}

// TestReachability compares with the transitive closure without the cut.
func TestReachability(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 2000 {
		g, adj := randomGraph(rnd)
		cut := flow.NewSet(g.Len())
		for n := range g.Len() {
			if rnd.IntN(4) == 0 {
				cut.Add(n)
			}
		}
		path := closure(adj, cut.Has)
		all := closure(adj, func(int) bool { return false })
		for n := range g.Len() {
			from, to := g.From(n, cut), g.To(n, cut)
			for m := range g.Len() {
				if got, want := from.Has(m), path[n][m] && !cut.Has(m); got != want {
					t.Fatalf("graph %d %v, cut %v: From(%d) has %d: %v, want %v", i, adj, cut, n, m, got, want)
				}
				if got, want := to.Has(m), path[m][n]; got != want {
					t.Fatalf("graph %d %v, cut %v: To(%d) has %d: %v, want %v", i, adj, cut, n, m, got, want)
				}
				if got, want := g.Reaches(n, m, cut), path[n][m]; got != want {
					t.Fatalf("graph %d %v, cut %v: Reaches(%d, %d): %v, want %v", i, adj, cut, n, m, got, want)
				}
			}
			if got, want := g.Reachable(n), n == 0 || all[0][n]; got != want {
				t.Fatalf("graph %d %v: Reachable(%d): %v, want %v", i, adj, n, got, want)
			}
		}
	}
}

// dominates reports whether every path from the entry to b passes a.
func dominates(adj [][]bool, a, b int) bool {
	return a == b || a == 0 || b != 0 && !closure(adj, func(n int) bool { return n == a })[0][b]
}

// TestLoops compares with the definition: the loop of h is h and what reaches,
// without passing h, the start of an edge to h that h dominates.
func TestLoops(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	for i := range 2000 {
		g, adj := randomGraph(rnd)
		live := func(n int) bool { return g.Reachable(n) }
		want := make(map[int][]int)
		for h := range adj {
			inside := closure(adj, func(n int) bool { return n == h || !live(n) })
			nodes := []int{h}
			for n := range adj {
				for latch := range adj {
					back := adj[latch][h] && live(latch) && live(h) && dominates(adj, h, latch)
					if back && live(n) && n != h && (n == latch || latch != h && inside[n][latch]) && !slices.Contains(nodes, n) {
						nodes = append(nodes, n)
					}
					if back && want[h] == nil {
						want[h] = []int{}
					}
				}
			}
			if want[h] != nil {
				slices.Sort(nodes)
				want[h] = nodes
			}
		}
		loops := g.Loops()
		if len(loops) != len(want) {
			t.Fatalf("graph %d %v: %d loops, want %v", i, adj, len(loops), want)
		}
		for j, l := range loops {
			got := nodesOf(l.Nodes, g.Len())
			if !slices.Equal(got, want[l.Header]) || l.Size != len(got) {
				t.Fatalf("graph %d %v: the loop of %d is %v (size %d), want %v", i, adj, l.Header, got, l.Size, want[l.Header])
			}
			for _, outer := range loops[:j] {
				if outer.Size > l.Size {
					t.Fatalf("graph %d %v: the loop of %d comes before the smaller one of %d", i, adj, outer.Header, l.Header)
				}
			}
		}
	}
}

func TestPreorder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range 500 {
		g, adj := randomGraph(rnd)
		order := g.Preorder()
		for j, n := range order {
			for _, m := range order[j+1:] {
				if dominates(adj, m, n) {
					t.Fatalf("graph %d %v: %d comes before %d, which dominates it", i, adj, n, m)
				}
			}
		}
		if got, want := len(order), 1+count(g, func(n int) bool { return n != 0 && g.Reachable(n) }); got != want {
			t.Fatalf("graph %d %v: %d nodes in %v, want %d", i, adj, got, order, want)
		}
	}
}

func count(g *flow.Graph, is func(int) bool) int {
	n := 0
	for i := range g.Len() {
		if is(i) {
			n++
		}
	}
	return n
}

// TestIrreducible: a region that is entered at two nodes is no loop.
func TestIrreducible(t *testing.T) {
	g := edges(4, [2]int{0, 1}, [2]int{0, 2}, [2]int{1, 2}, [2]int{2, 1}, [2]int{2, 3})
	if loops := g.Loops(); len(loops) != 0 {
		t.Errorf("got %d loops", len(loops))
	}
}

func TestPlus(t *testing.T) {
	const inf, empty = flow.Unbounded, flow.Drained
	for _, test := range []struct{ a, b, want int }{
		{1, 2, 3},
		{1, -2, -1},
		{inf, 1, inf},
		{inf, -1, inf},
		{1, inf, inf},
		{inf - 1, 1, inf},
		{inf - 1, inf - 1, inf},
		{empty, 5, empty},
		{empty, inf, empty},
		{inf, empty, empty},
		{empty + 2, empty + 2, empty + 1},
	} {
		if got := flow.Plus(test.a, test.b); got != test.want {
			t.Errorf("Plus(%d, %d) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// TestCountAcyclic compares with the sums of all paths.
func TestCountAcyclic(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for i := range 1000 {
		n := 1 + rnd.IntN(8)
		g, weight := flow.New(n), make([]int, n)
		for from := range n {
			weight[from] = rnd.IntN(7) - 3
			for to := from + 1; to < n; to++ {
				if rnd.IntN(3) == 0 {
					g.Add(from, to)
				}
			}
		}
		start := rnd.IntN(5)
		want := make(map[int]int)
		var walk func(n, sum int)
		walk = func(n, sum int) {
			if old, ok := want[n]; !ok || sum > old {
				want[n] = sum
			}
			for _, s := range g.Succs(n) {
				walk(s, sum+weight[n])
			}
		}
		walk(0, start)
		b := g.Count(start, weight, func(int) flow.Trips { panic("there are no loops") })
		for n, sum := range want {
			if got := b.Before(n); got != sum {
				t.Fatalf("graph %d, weights %v: before %d: %d, want %d", i, weight, n, got, sum)
			}
			if got := b.After(n); got != sum+weight[n] {
				t.Fatalf("graph %d, weights %v: after %d: %d, want %d", i, weight, n, got, sum+weight[n])
			}
		}
	}
}

// TestCountLoop: one loop, by what is known of its turns. The nodes are: the
// entry 0, the header 1, the body 2, what comes behind the loop 3.
func TestCountLoop(t *testing.T) {
	const inf, empty = flow.Unbounded, flow.Drained
	top := edges(4, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 1}, [2]int{1, 3})
	bottom := edges(4, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 1}, [2]int{2, 3})
	left := edges(4, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 1}, [2]int{2, 3})
	at := func(node int) func(int) bool { return func(from int) bool { return from == node } }
	for _, test := range []struct {
		name         string
		g            *flow.Graph
		start        int
		body         int // the weight of the body
		trips        flow.Trips
		inBody, then int // the bounds before 2 and 3
	}{
		{"turns without a known number", top, 0, 1, flow.Trips{}, inf, inf},
		{"three turns", top, 1, 2, flow.Trips{N: 3, Known: true, Counted: true, AtTest: at(1)}, 5, 7},
		{"no turn", top, 1, 2, flow.Trips{N: 0, Known: true, Counted: true, AtTest: at(1)}, 1, 1},
		{"three turns, tested at the end", bottom, 1, 2, flow.Trips{N: 3, Known: true, Counted: true, Bottom: true, AtTest: at(2)}, 5, 7},
		{"one turn, tested at the end", bottom, 1, 2, flow.Trips{N: 1, Known: true, Counted: true, Bottom: true, AtTest: at(2)}, 1, 3},
		{"left in the middle of some turn", left, 1, 2, flow.Trips{N: 3, Known: true, Counted: true, AtTest: at(1)}, 5, 7},
		{"left in the middle, who knows when", left, 0, 1, flow.Trips{AtTest: at(1)}, inf, inf},
		{"takes one each turn", top, 5, -1, flow.Trips{N: 3, Known: true, Counted: true, AtTest: at(1)}, 5, 2},
		{"takes one each turn, tested at the end", bottom, 5, -1, flow.Trips{N: 3, Known: true, Counted: true, Bottom: true, AtTest: at(2)}, 5, 2},
		{"takes all there is", top, 5, -1, flow.Trips{Counted: true, AtTest: at(1)}, 5, empty},
		{"takes some, until something happens", top, 5, -1, flow.Trips{AtTest: at(1)}, 5, 5},
		{"takes from what has no bound", top, inf, -1, flow.Trips{N: 3, Known: true, Counted: true, AtTest: at(1)}, inf, inf},
		{"takes all of what has no bound", top, inf, -1, flow.Trips{Counted: true, AtTest: at(1)}, inf, empty},
		{"more turns than can be counted", top, 0, 2, flow.Trips{N: inf, Known: true, Counted: true, AtTest: at(1)}, inf, inf},
	} {
		b := test.g.Count(test.start, []int{0, 0, test.body, 0}, func(int) flow.Trips { return test.trips })
		if got := b.Before(2); got != test.inBody {
			t.Errorf("%s: before the body: %d, want %d", test.name, got, test.inBody)
		}
		if got := b.Before(3); got != test.then {
			t.Errorf("%s: behind the loop: %d, want %d", test.name, got, test.then)
		}
	}
}

// A program is a random structured program: a sequence of nodes, branches and
// loops, as a graph whose executions can be listed.
type program struct {
	g      *flow.Graph
	weight []int
	turns  map[int]int // of loops, by header
	bottom map[int]bool
	test   map[int]int // the node with the test of a loop
	rnd    *rand.Rand
	edges  [][2]int
	budget int // nodes that may still be made
}

func (p *program) node() int {
	p.weight = append(p.weight, p.rnd.IntN(5)-2)
	p.budget--
	return len(p.weight) - 1
}

func (p *program) edge(from, to int) { p.edges = append(p.edges, [2]int{from, to}) }

// statement appends a statement behind node from and returns its last node.
func (p *program) statement(from, depth int) int {
	switch kind := p.rnd.IntN(6); {
	case depth == 0 || kind < 2 || p.budget < 4: // one node
		n := p.node()
		p.edge(from, n)
		return n
	case kind < 4: // a branch
		join := -1
		for range 2 {
			last := p.statement(from, depth-1)
			if join < 0 {
				join = p.node()
				p.weight[join] = 0
			}
			p.edge(last, join)
		}
		return join
	case kind == 4: // for test { body }
		h, body := p.node(), 0
		p.weight[h] = 0 // as the graphs of threads have it: the test does nothing
		p.edge(from, h)
		body = p.statement(h, depth-1)
		p.edge(body, h)
		out := p.node()
		p.edge(h, out)
		p.turns[h], p.test[h] = p.rnd.IntN(4), h
		return out
	default: // for { body; if !test { break } }
		h := p.node()
		p.edge(from, h)
		latch := p.node()
		p.edge(p.statement(h, depth-1), latch)
		p.edge(latch, h)
		out := p.node()
		p.edge(latch, out)
		p.turns[h], p.bottom[h], p.test[h] = 1+p.rnd.IntN(3), true, latch
		return out
	}
}

func (p *program) trips(header int) flow.Trips {
	return flow.Trips{
		N: p.turns[header], Known: true, Counted: true, Bottom: p.bottom[header],
		AtTest: func(from int) bool { return from == p.test[header] },
	}
}

// run walks all executions and returns the greatest sum before each node. At
// the header of a loop that is tested there, the last visit, after which no
// turn follows, is left out unless it is the only one.
func (p *program) run(start int) map[int]int {
	best := make(map[int]int)
	steps := 0
	var walk func(n, sum int, done map[int]int)
	walk = func(n, sum int, done map[int]int) {
		if steps++; steps > 200000 {
			return
		}
		last := false
		turns, isHeader := p.turns[n]
		if isHeader && !p.bottom[n] {
			last = done[n] == turns && turns > 0
		}
		if old, ok := best[n]; (!ok || sum > old) && !last {
			best[n] = sum
		}
		sum += p.weight[n]
		for _, s := range p.g.Succs(n) {
			next := make(map[int]int, len(done))
			for k, v := range done {
				next[k] = v
			}
			if !p.step(n, s, next) {
				continue
			}
			walk(s, sum, next)
		}
	}
	walk(0, start, map[int]int{})
	if steps > 200000 {
		return nil
	}
	return best
}

// step reports whether the edge from n to s is taken, and counts turns.
func (p *program) step(n, s int, done map[int]int) bool {
	for h, test := range p.test {
		if test != n {
			continue
		}
		inside := slices.ContainsFunc(p.g.Loops(), func(l *flow.Loop) bool { return l.Header == h && l.Nodes.Has(s) })
		if p.bottom[h] {
			done[h]++
		}
		if inside != (done[h] < p.turns[h]) {
			return false
		}
		if !inside {
			delete(done, h)
		} else if !p.bottom[h] {
			done[h]++
		}
	}
	return true
}

// TestCountEntry: the entry may be the header of a loop.
func TestCountEntry(t *testing.T) {
	g := edges(3, [2]int{0, 1}, [2]int{1, 0}, [2]int{0, 2})
	b := g.Count(1, []int{0, 2, 0}, func(int) flow.Trips {
		return flow.Trips{N: 3, Known: true, Counted: true, AtTest: func(from int) bool { return from == 0 }}
	})
	if got := b.Before(1); got != 5 {
		t.Errorf("before the body: %d, want 5", got)
	}
	if got := b.Before(2); got != 7 {
		t.Errorf("behind the loop: %d, want 7", got)
	}
}

// TestCountPrograms compares with all executions of random structured
// programs: if all turns are known, each bound is a sum that some execution has.
func TestCountPrograms(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	compared := 0
	for i := range 2000 {
		p := &program{rnd: rnd, turns: make(map[int]int), bottom: make(map[int]bool), test: make(map[int]int), budget: 14}
		last := p.node()
		for p.budget > 0 {
			last = p.statement(last, 3)
		}
		p.g = edges(len(p.weight), p.edges...)
		start := rnd.IntN(3)
		want := p.run(start)
		if want == nil {
			continue
		}
		b := p.g.Count(start, p.weight, p.trips)
		for n, sum := range want {
			if got := b.Before(n); got != sum {
				t.Fatalf("program %d: %s\nbefore %d: %d, want %d", i, p, n, got, sum)
			}
			compared++
		}
	}
	if compared < 10000 {
		t.Errorf("only %d bounds are compared", compared)
	}
}

func (p *program) String() string {
	return fmt.Sprintf("edges %v, weights %v, turns %v, tested at %v, at the end %v", p.edges, p.weight, p.turns, p.test, p.bottom)
}
