package order

import (
	"github.com/yieldlint/yieldlint/internal/flow"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Counting. A receive gets one of the values that may be on their way. If
// thread T has received as many values as can have been sent without a having
// happened, the next one it receives was sent after a. So for each node of T
// an upper bound of the values "outstanding" is computed: those that started
// threads may send, less those that T has received. For sends on a channel
// with n places it is the same with receives, of which n are made in advance.

type boundKey struct {
	ch    *paths.Loc
	t     *threads.Thread
	a     *threads.Access // nil: everything counts
	sends bool
}

func isSend(k threads.EventKind) bool { return k == threads.Send }
func isRecv(k threads.EventKind) bool { return k == threads.Recv || k == threads.RecvOK }

// outstanding returns the bound of what could make e complete without a
// having happened, when e is reached.
func (o *Order) outstanding(e *threads.Event, a *threads.Access, depth int) int {
	b := o.boundsOf(boundKey{e.Obj, e.Node.Thread, a, isRecv(e.Kind)}, depth)
	return b.Before(e.Node.ID)
}

// boundsOf computes the bounds of a channel for the nodes of a thread. k.sends
// says that sends are outstanding and the thread receives them.
func (o *Order) boundsOf(k boundKey, depth int) *flow.Bounds {
	if b := o.bounds[k]; b != nil {
		return b
	}
	o.queries += 4
	g := o.graph(k.t)
	weight := make([]int, g.Len())
	for _, n := range g.Nodes {
		weight[n.ID] = o.weight(n, k, depth, true)
	}
	start := o.elsewhere(k, depth)
	if !k.sends {
		start = flow.Plus(start, o.u.Capacity(k.ch))
	}
	b := g.Count(start, weight, g.Trips)
	o.bounds[k] = b
	return b
}

// weight returns what node n adds to what is outstanding: what it does itself
// and what the threads that it starts may do. take says that what its thread
// takes is subtracted.
func (o *Order) weight(n *threads.Node, k boundKey, depth int, take bool) int {
	w := 0
	for _, e := range n.Events {
		switch {
		case e.Kind == threads.Begin:
			one := o.most(boundKey{k.ch, e.Start, k.a, k.sends}, depth)
			if e.Start.Many && one > 0 {
				one = flow.Unbounded
			}
			w = flow.Plus(w, one)
		case e.Obj != k.ch:
		case k.sends && isSend(e.Kind) || !k.sends && isRecv(e.Kind):
			if !o.isAfter(e, k, depth) {
				w = flow.Plus(w, 1)
			}
		case take && (k.sends && isRecv(e.Kind) || !k.sends && isSend(e.Kind)):
			if e.Kind != threads.RecvOK { // the receive before the branch is counted
				w = flow.Plus(w, -1)
			}
		}
	}
	return w
}

// isAfter reports whether e is after the access of k, and so is no obstacle.
func (o *Order) isAfter(e *threads.Event, k boundKey, depth int) bool {
	return k.a != nil && o.after(e.Node, k.a, depth+1)
}

// most returns how much one instance of a thread, with all that it starts, adds at most.
func (o *Order) most(k boundKey, depth int) int {
	if n, ok := o.counts[k]; ok {
		return n
	}
	o.counts[k] = flow.Unbounded // recursive starts
	o.queries += 4
	g := o.graph(k.t)
	weight := make([]int, g.Len())
	any := false
	for _, n := range g.Nodes {
		weight[n.ID] = o.weight(n, k, depth, false)
		any = any || weight[n.ID] != 0
	}
	most := 0
	if any {
		b := g.Count(0, weight, g.Trips)
		for _, n := range g.Nodes {
			if g.Reachable(n.ID) {
				most = max(most, b.After(n.ID))
			}
		}
	}
	o.counts[k] = most
	return most
}

// elsewhere returns what threads may add that k.t does not start.
func (o *Order) elsewhere(k boundKey, depth int) int {
	if k.t.Parent == nil {
		return 0
	}
	root := k.t.Chain()[0]
	all := o.most(boundKey{k.ch, root, k.a, k.sends}, depth)
	own := o.most(k, depth)
	if all >= flow.Unbounded {
		return flow.Unbounded
	}
	return max(all-own, 0)
}

// drained adds to s the nodes of t at which everything that was sent on some
// channel has been received, or the other way round, if a is before that.
func (o *Order) drained(a *threads.Access, t *threads.Thread, s flow.Set, depth int) {
	done := make(map[*paths.Loc]bool)
	for _, kind := range []threads.EventKind{threads.Send, threads.Recv, threads.RecvOK} {
		for _, e := range o.events[kind] {
			if e.Node.Thread != a.Node.Thread || e.Obj == nil || done[e.Obj] || o.u.Escaped(e.Obj) || e.Node.Thread == t {
				continue
			}
			done[e.Obj] = true
			if isSend(kind) {
				o.drain(a, t, s, e.Obj, true, depth)
			} else if o.u.Capacity(e.Obj) >= 0 {
				o.drain(a, t, s, e.Obj, false, depth)
			}
		}
	}
}

func (o *Order) drain(a *threads.Access, t *threads.Thread, s flow.Set, ch *paths.Loc, sends bool, depth int) {
	takes := false
	for _, kind := range []threads.EventKind{threads.Send, threads.Recv, threads.RecvOK, threads.Close} {
		for _, e := range o.events[kind] {
			if e.Obj != ch {
				continue
			}
			adds := sends && isSend(kind) || !sends && isRecv(kind)
			if adds && e.Node.Thread == a.Node.Thread && !o.after(e.Node, a, depth+1) {
				return
			}
			if kind == threads.Close && sends && !o.after(e.Node, a, depth+1) {
				return
			}
			takes = takes || e.Node.Thread == t && !adds && kind != threads.Close
		}
	}
	if !takes {
		return
	}
	b := o.boundsOf(boundKey{ch, t, nil, sends}, depth)
	g := o.graph(t)
	started := o.startedBelow(a.Node.Thread, t)
	for _, n := range g.Nodes {
		if g.Reachable(n.ID) && b.After(n.ID) <= 0 && (started == nil || started.Has(n.ID)) {
			s.Add(n.ID)
		}
	}
}

// startedBelow returns the nodes of t behind those that start the thread on
// the way from t to below, nil if t does not start it.
func (o *Order) startedBelow(below, t *threads.Thread) flow.Set {
	for th := below; th.Parent != nil; th = th.Parent {
		if th.Parent != t {
			continue
		}
		s := flow.NewSet(o.graph(t).Len())
		for _, n := range o.begins(t, th) {
			s.Or(o.graph(t).From(n.ID, nil))
		}
		return s
	}
	return nil
}
