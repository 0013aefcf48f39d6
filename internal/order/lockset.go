package order

import (
	"slices"

	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// A lockset is the locks that must be held at a node, sorted.
type lockset []heldLock

type heldLock struct {
	lock *paths.Loc
	read bool // only for reading
}

func (s lockset) find(l *paths.Loc) (int, bool) {
	return slices.BinarySearchFunc(s, l, func(h heldLock, l *paths.Loc) int { return h.lock.ID() - l.ID() })
}

func (s lockset) with(l *paths.Loc, read bool) lockset {
	i, found := s.find(l)
	if found {
		if s[i].read && !read {
			s = slices.Clone(s)
			s[i].read = false
		}
		return s
	}
	return slices.Insert(slices.Clone(s), i, heldLock{l, read})
}

func (s lockset) without(l *paths.Loc) lockset {
	i, found := s.find(l)
	if !found {
		return s
	}
	return slices.Delete(slices.Clone(s), i, i+1)
}

// meet returns the locks of both.
func (s lockset) meet(t lockset) lockset {
	var out lockset
	for _, h := range s {
		if i, found := t.find(h.lock); found {
			h.read = h.read || t[i].read
			out = append(out, h)
		}
	}
	return out
}

// at returns the locks that are held at a node, before what it does.
func (o *Order) at(n *threads.Node) lockset {
	sets := o.locks[n.Thread]
	if sets == nil {
		sets = o.solveLocks(o.graph(n.Thread), o.atStart(n.Thread))
		o.locks[n.Thread] = sets
	}
	return sets[n.ID]
}

// atStart returns the locks that a thread has from the one that starts it: held
// wherever that does so, and unlocked by the thread without having been locked.
func (o *Order) atStart(t *threads.Thread) lockset {
	taken := o.takesOver(t)
	if len(taken) == 0 {
		return nil
	}
	var out lockset
	for i, n := range o.begins(t.Parent, t) {
		held := o.at(n)
		if i == 0 {
			out = slices.Clone(held)
		} else {
			out = out.meet(held)
		}
	}
	return slices.DeleteFunc(out, func(h heldLock) bool { return !slices.Contains(taken, h.lock) })
}

// takesOver returns the locks that a thread unlocks where it cannot have
// locked them itself.
func (o *Order) takesOver(t *threads.Thread) []*paths.Loc {
	if out, known := o.handed[t]; known || t.Parent == nil {
		return out
	}
	o.handed[t] = nil
	locked := make(map[*paths.Loc]bool)
	var out []*paths.Loc
	for _, e := range o.events[threads.Lock] {
		locked[e.Obj] = locked[e.Obj] || e.Node.Thread == t
	}
	for _, e := range o.events[threads.Unlock] {
		if e.Node.Thread == t && e.Obj != nil && !locked[e.Obj] && !slices.Contains(out, e.Obj) {
			out = append(out, e.Obj)
		}
	}
	o.handed[t] = out
	return out
}

// solveLocks computes the must-locksets of a thread by a forward fixed point:
// sets only shrink.
func (o *Order) solveLocks(g *threads.Graph, start lockset) []lockset {
	before := make([]lockset, g.Len())
	known := make([]bool, g.Len())
	known[0], before[0] = true, start
	for changed := true; changed; {
		changed = false
		for _, n := range g.Preorder() {
			if !known[n] {
				continue
			}
			out := o.transfer(g.Nodes[n], before[n])
			for _, s := range g.Succs(n) {
				if !known[s] {
					known[s], before[s], changed = true, out, true
					continue
				}
				if m := before[s].meet(out); len(m) != len(before[s]) || !slices.Equal(m, before[s]) {
					before[s], changed = m, true
				}
			}
		}
	}
	return before
}

func (o *Order) transfer(n *threads.Node, s lockset) lockset {
	for _, e := range n.Events {
		if e.Kind == threads.Begin {
			for _, l := range o.takesOver(e.Start) {
				s = s.without(l)
			}
		}
		if e.Obj == nil {
			continue
		}
		switch e.Kind {
		case threads.Lock:
			if !e.Try || e.Instr == nil {
				s = s.with(e.Obj, e.Read)
			}
		case threads.Unlock:
			s = s.without(e.Obj)
		case threads.Finished:
			// What the once has run is over: no other thread still runs it.
			s = s.with(e.Obj, true)
		case threads.Send, threads.Recv, threads.RecvOK:
			switch {
			case !o.isToken(e.Obj):
			case o.filler(e.Obj) == nil == (e.Kind == threads.Send):
				s = s.with(e.Obj, false)
			default:
				s = s.without(e.Obj)
			}
		}
	}
	return s
}

// isToken reports whether a channel may serve as a lock: one place, filled to
// lock and emptied to unlock, or the other way round if it is filled at first.
func (o *Order) isToken(l *paths.Loc) bool {
	return o.u.Capacity(l) == 1 && !o.u.Escaped(l)
}

// filler returns the send with which the first thread fills a channel before
// it starts any that uses it, nil if there is none.
func (o *Order) filler(l *paths.Loc) *threads.Event {
	if e, ok := o.fillers[l]; ok {
		return e
	}
	var first *threads.Event
	for _, e := range o.events[threads.Send] {
		if e.Obj == l && e.Node.Thread.Parent == nil && o.beforeOthers(e) {
			first = e
			break
		}
	}
	o.fillers[l] = first
	return first
}

// beforeOthers reports whether e comes before the starts of all threads that
// use its channel, of which there are some.
func (o *Order) beforeOthers(e *threads.Event) bool {
	some := false
	for _, kind := range []threads.EventKind{threads.Send, threads.Recv, threads.RecvOK} {
		for _, x := range o.events[kind] {
			if x.Obj != e.Obj || x.Node.Thread == e.Node.Thread {
				continue
			}
			if !o.beforeStart(e.Node, x.Node.Thread) {
				return false
			}
			some = true
		}
	}
	return some
}

// tokenOK reports whether a channel is used as a lock only: whoever unlocks
// it has locked it.
func (o *Order) tokenOK(l *paths.Loc) bool {
	unlocks := []threads.EventKind{threads.Recv, threads.RecvOK, threads.Close}
	filler := o.filler(l)
	if filler != nil {
		unlocks = []threads.EventKind{threads.Send, threads.Close}
	}
	for _, kind := range unlocks {
		for _, e := range o.events[kind] {
			if e.Obj != l || e == filler {
				continue
			}
			if _, held := o.at(e.Node).find(l); !held || kind == threads.Close {
				return false
			}
		}
	}
	return true
}

// Protected reports whether a and b hold a common lock that keeps them apart.
func (o *Order) Protected(a, b *threads.Access) bool {
	s, t := o.at(a.Node), o.at(b.Node)
	for _, h := range s {
		i, found := t.find(h.lock)
		if !found || h.read && t[i].read {
			continue
		}
		if o.isToken(h.lock) && !o.tokenOK(h.lock) {
			continue
		}
		return true
	}
	return false
}

// Held returns the names of the locks held at a node.
func (o *Order) Held(n *threads.Node) []string {
	var out []string
	for _, h := range o.at(n) {
		out = append(out, h.lock.String())
	}
	return out
}
