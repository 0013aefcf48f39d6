package flow

// Counting: an upper bound of a sum along paths.
//
// Each node has a weight, positive for what adds (a started goroutine that
// will send), negative for what takes away (a receive). The bound at a node
// is the greatest sum over the paths from the entry to it. A loop multiplies
// what one turn of it adds by the number of turns, as far as that is known.
// What takes away in a counted loop of unknown length is taken to take away
// everything: the length is then usually the one of the loop that added.

// Unbounded is a sum without a known bound, Drained one that a loop of
// unknown length has taken away from. Sums saturate there; Drained wins.
const (
	Unbounded = 1 << 30
	Drained   = -1 << 30
)

// Plus adds sums.
func Plus(a, b int) int {
	switch {
	case a == Drained || b == Drained:
		return Drained
	case a >= Unbounded || b >= Unbounded:
		return Unbounded
	}
	return max(min(a+b, Unbounded), Drained+1)
}

// Trips says how often a loop turns.
type Trips struct {
	N       int  // if Known
	Known   bool // N is exact
	Counted bool // the loop tests a counter; it does not end for another reason, unless it is left
	Bottom  bool // the test comes at the end of a turn
	// AtTest reports whether an edge out of the loop from a node of it is the
	// one that the test at the header takes.
	AtTest func(from int) bool
}

// A Bounds is the upper bounds of one sum: before and after each node.
type Bounds struct {
	before []int
	weight []int
}

// Before and After return the bound when n is reached and when it is left.
func (b *Bounds) Before(n int) int { return b.before[n] }
func (b *Bounds) After(n int) int  { return Plus(b.before[n], b.weight[n]) }

// Count computes the bounds for the sum that starts at the entry with start.
// trips says of the loops, by header, how often they turn.
func (g *Graph) Count(start int, weight []int, trips func(header int) Trips) *Bounds {
	g.prepare()
	c := &counter{g: g, weight: weight, loops: make([]loopCount, len(g.loops))}
	for i, l := range g.loops { // inner first
		c.loops[i].trips = trips(l.Header)
		c.loops[i].delta = c.turn(i)
	}
	b := &Bounds{before: c.walk(0, nil, start, len(g.loops)), weight: weight}
	return b
}

type loopCount struct {
	trips Trips
	delta int // the greatest sum of one turn
}

type counter struct {
	g      *Graph
	weight []int
	loops  []loopCount
}

// turn returns the greatest sum along one turn of loop i.
func (c *counter) turn(i int) int {
	l := c.g.loops[i]
	before := c.walk(l.Header, l.Nodes, 0, i)
	best, any := 0, false
	for _, latch := range l.latches {
		if v := before[latch]; v != unreached {
			if v = Plus(v, c.weight[latch]); !any || v > best {
				best, any = v, true
			}
		}
	}
	return best
}

const unreached = -1<<30 - 1

// walk computes the bounds before all nodes of a region (nil: the graph) that
// from reaches, along forward edges; the loops below n are taken as wholes.
func (c *counter) walk(from int, region Set, start, n int) []int {
	g := c.g
	before := make([]int, g.Len())
	for i := range before {
		before[i] = unreached
	}
	first := make([]int, n) // the bound at the first turn of a loop
	before[from] = start
	for i := g.number[from]; i < len(g.rpo); i++ {
		v := g.rpo[i]
		if before[v] == unreached {
			continue
		}
		for j := n - 1; j >= 0; j-- { // outer first
			if g.loops[j].Header == v && (v != from || region == nil) {
				first[j] = before[v]
				before[v] = c.inside(j, before[v])
			}
		}
		out := Plus(before[v], c.weight[v])
		for _, s := range g.succs[v] {
			if g.number[s] <= i || region != nil && !region.Has(s) {
				continue
			}
			if x := c.leave(v, s, n, first, before, out); before[s] == unreached || x > before[s] {
				before[s] = x
			}
		}
	}
	return before
}

// inside returns the bound at the header of loop j in any turn.
func (c *counter) inside(j, in int) int {
	l := &c.loops[j]
	switch {
	case l.delta <= 0:
		return in
	case !l.trips.Known:
		return Plus(in, Unbounded)
	}
	return Plus(in, times(max(l.trips.N-1, 0), l.delta))
}

// leave returns the bound out behind v, corrected for the loops that the edge to s leaves.
func (c *counter) leave(v, s, n int, first, before []int, out int) int {
	for j := 0; j < n; j++ {
		l := c.g.loops[j]
		if !l.Nodes.Has(v) || l.Nodes.Has(s) || before[l.Header] == unreached {
			continue
		}
		lc := &c.loops[j]
		if lc.trips.AtTest == nil || !lc.trips.AtTest(v) {
			continue // left in the middle: after any number of turns
		}
		switch {
		case lc.trips.Known:
			// All turns are complete.
			rel := out - before[l.Header]
			if out >= Unbounded || out <= Drained || before[l.Header] >= Unbounded {
				rel = 0
			}
			turns := lc.trips.N
			if lc.trips.Bottom {
				turns = max(turns-1, 0) // the last one is rel
			}
			out = Plus(Plus(first[j], times(turns, lc.delta)), rel)
		case lc.delta < 0 && lc.trips.Counted:
			out = Drained
		}
	}
	return out
}

func times(n, delta int) int {
	if n == 0 || delta == 0 {
		return 0
	}
	if delta >= Unbounded || delta <= Drained || n > Unbounded/abs(delta) {
		if delta > 0 {
			return Unbounded
		}
		return Drained
	}
	return n * delta
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
