package order

import (
	"github.com/yieldlint/yieldlint/internal/flow"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Counters of work items. Who puts an item on a channel raises a counter
// first; who takes it from there, or a goroutine started for it, calls Done
// when it has been handled. The counter is zero when nothing is on its way
// and nobody handles anything: its Wait joins what is done for the items.

// HandlesItem reports whether a is part of the handling of an item that the
// counter wg counts: the Done for the item is still to come.
func (o *Order) HandlesItem(wg *paths.Loc, a *threads.Access) bool {
	ch := o.itemsOf(wg)
	if ch == nil {
		return false
	}
	taken := false
	for t := a.Node.Thread; t != nil; t = t.Parent {
		taken = taken || o.takes(t, ch) != nil && !o.waits(t, wg)
	}
	if !taken {
		return false
	}
	cut := o.takes(a.Node.Thread, ch)
	o.queries++
	rest := o.graph(a.Node.Thread).From(a.Node.ID, cut)
	for _, n := range o.graph(a.Node.Thread).Nodes {
		if rest.Has(n.ID) && o.saysDone(n, wg) {
			return true
		}
	}
	return false
}

// itemsOf returns the channel whose items a counter counts: every Add is
// followed by sends on it. It returns nil if there is none.
func (o *Order) itemsOf(wg *paths.Loc) *paths.Loc {
	if ch, ok := o.items[wg]; ok {
		return ch
	}
	var ch *paths.Loc
	for _, add := range o.events[threads.Add] {
		if add.Obj != wg {
			continue
		}
		next := o.sentAfter(add)
		if next == nil || ch != nil && next != ch {
			ch = nil
			break
		}
		ch = next
	}
	o.items[wg] = ch
	return ch
}

// sentAfter returns the channel on which an item is sent that add counts: the
// only one on which its thread sends before the next Add.
func (o *Order) sentAfter(add *threads.Event) *paths.Loc {
	g := o.graph(add.Node.Thread)
	cut := flow.NewSet(g.Len())
	for _, e := range o.events[threads.Add] {
		if e.Obj == add.Obj && e.Node.Thread == add.Node.Thread {
			cut.Add(e.Node.ID)
		}
	}
	o.queries++
	reached := g.From(add.Node.ID, cut)
	var ch *paths.Loc
	for _, e := range o.events[threads.Send] {
		if e.Node.Thread != add.Node.Thread || !reached.Has(e.Node.ID) {
			continue
		}
		if e.Obj == nil || ch != nil && e.Obj != ch {
			return nil
		}
		ch = e.Obj
	}
	return ch
}

// takes returns the nodes of t that receive from ch, nil if there are none.
func (o *Order) takes(t *threads.Thread, ch *paths.Loc) flow.Set {
	var s flow.Set
	for _, kind := range []threads.EventKind{threads.Recv, threads.RecvOK} {
		for _, e := range o.events[kind] {
			if e.Obj != ch || e.Node.Thread != t {
				continue
			}
			if s == nil {
				s = flow.NewSet(o.graph(t).Len())
			}
			s.Add(e.Node.ID)
		}
	}
	return s
}

// waits reports whether t itself waits for a counter.
func (o *Order) waits(t *threads.Thread, wg *paths.Loc) bool {
	for _, e := range o.events[threads.Wait] {
		if e.Obj == wg && e.Node.Thread == t {
			return true
		}
	}
	return false
}

// saysDone reports whether n lowers the counter wg, or starts a thread that does.
func (o *Order) saysDone(n *threads.Node, wg *paths.Loc) bool {
	for _, e := range n.Events {
		if e.Kind == threads.Done && e.Obj == wg {
			return true
		}
		if e.Kind != threads.Begin {
			continue
		}
		for _, d := range o.events[threads.Done] {
			if d.Obj == wg && d.Node.Thread == e.Start {
				return true
			}
		}
	}
	return false
}
