package order

import (
	"slices"

	"github.com/yieldlint/yieldlint/internal/flow"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// joinsOf returns the nodes of t that join a.
func (o *Order) joinsOf(a *threads.Access, t *threads.Thread, depth int) flow.Set {
	g := o.graph(t)
	none := flow.NewSet(g.Len())
	if o.tooDeep(depth) || o.GivenUp() {
		return none
	}
	key := joinKey{a.Node, a.Loc, t}
	if s, ok := o.joins[key]; ok {
		return s
	}
	if o.active[key] {
		return none // a cycle of waits: nothing is gained by going round
	}
	o.active[key] = true
	s := flow.NewSet(g.Len())
	for _, n := range g.Nodes {
		for _, e := range n.Events {
			if o.joinsBy(e, a, depth) {
				s.Add(n.ID)
				break
			}
		}
	}
	o.drained(a, t, s, depth)
	delete(o.active, key)
	if depth == 0 {
		o.joins[key] = s // deeper ones may be cut short
	}
	return s
}

// joinsBy reports whether the event e, of another thread or a later point of
// the same, completes only after a.
func (o *Order) joinsBy(e *threads.Event, a *threads.Access, depth int) bool {
	switch e.Kind {
	case threads.Recv, threads.RecvOK, threads.RecvClosed:
		return o.receiveJoins(e, a, depth)
	case threads.Send:
		return o.sendJoins(e, a, depth)
	case threads.Wait:
		return o.waitJoins(e, a, depth)
	case threads.Settle:
		return e.Node.Thread != a.Node.Thread
	case threads.Pause:
		return o.doubts&Pauses != 0 && e.Node.Thread != a.Node.Thread
	case threads.Stop:
		for t := a.Node.Thread; t != nil; t = t.Parent {
			if t.Timer != nil && t.Timer == e.Obj {
				return true
			}
		}
	case threads.Lock:
		return o.lockJoins(e, a, depth)
	case threads.Flag:
		return o.flagJoins(e, a, depth)
	case threads.Opaque:
		return o.opaqueJoins(e, a, depth)
	}
	return false
}

// receiveJoins: all that the receive can get is sent, or closed, after a.
func (o *Order) receiveJoins(e *threads.Event, a *threads.Access, depth int) bool {
	ch := e.Obj
	if o.u.Escaped(ch) {
		return o.doubtfulReceive(e, a, depth)
	}
	some := false
	if e.Kind != threads.RecvOK {
		for _, c := range o.events[threads.Close] {
			if c.Obj != ch {
				continue
			}
			if !o.after(c.Node, a, depth+1) {
				return false
			}
			some = true
		}
	}
	if e.Kind == threads.RecvClosed {
		return some
	}
	n := 0
	for _, s := range o.events[threads.Send] {
		if s.Obj == ch && o.after(s.Node, a, depth+1) {
			n++
		}
	}
	if n == 0 {
		return some && o.noOthers(threads.Send, ch, a, depth)
	}
	return o.single(a.Node.Thread, e.Node.Thread) && o.outstanding(e, a, depth) <= 0
}

// noOthers reports whether there is no event of a kind on l that is not after a.
func (o *Order) noOthers(kind threads.EventKind, l *paths.Loc, a *threads.Access, depth int) bool {
	for _, e := range o.events[kind] {
		if e.Obj == l && !o.after(e.Node, a, depth+1) {
			return false
		}
	}
	return true
}

// doubtfulReceive decides for a channel that is not wholly in view.
func (o *Order) doubtfulReceive(e *threads.Event, a *threads.Access, depth int) bool {
	if e.Obj != nil {
		if t := o.u.Timer(e.Obj); t != nil {
			for _, r := range o.events[threads.Reset] {
				if r.Obj == t && o.after(r.Node, a, depth+1) {
					return true
				}
			}
			return o.doubts&Timeouts != 0
		}
		if o.u.Done(e.Obj) {
			return o.toldByOpaque(e, a, depth)
		}
	}
	return e.Node.Thread != a.Node.Thread && o.told(e, a, depth)
}

// A tellers is the events after an access that may let a thread go on which
// waits for something out of view: by the object, and those of which nothing
// is known.
type tellers struct {
	objects map[*paths.Loc][]*threads.Thread
	opaque  []*threads.Thread
	signals []*threads.Thread // on objects out of view
}

// tellersOf returns the tellers after a. While they are being computed there are none.
func (o *Order) tellersOf(a *threads.Access, depth int) *tellers {
	key := leadKey{a.Node, a.Loc}
	if t := o.tellers[key]; t != nil {
		return t
	}
	t := &tellers{objects: make(map[*paths.Loc][]*threads.Thread)}
	o.tellers[key] = new(tellers)
	for _, kind := range []threads.EventKind{threads.Opaque, threads.Done, threads.Send, threads.Close, threads.Unlock} {
		for _, s := range o.events[kind] {
			if !o.follows(s.Node, a, depth+1) {
				continue
			}
			th := s.Node.Thread
			switch {
			case kind == threads.Opaque:
				t.opaque = addThread(t.opaque, th)
			case kind != threads.Unlock && o.u.Escaped(s.Obj):
				t.signals = addThread(t.signals, th)
			}
			if s.Obj != nil {
				t.objects[s.Obj.Top()] = addThread(t.objects[s.Obj.Top()], th)
			}
			for _, x := range s.Objs {
				for _, y := range o.origins(x.Top()) {
					t.objects[y] = addThread(t.objects[y], th)
				}
			}
		}
	}
	o.tellers[key] = t
	return t
}

func addThread(list []*threads.Thread, t *threads.Thread) []*threads.Thread {
	if slices.Contains(list, t) {
		return list
	}
	return append(list, t)
}

// other reports whether list has a thread that is not t.
func other(list []*threads.Thread, t *threads.Thread) bool {
	return slices.ContainsFunc(list, func(x *threads.Thread) bool { return x != t })
}

// told reports whether something after a may make an event on an object complete that is not in view.
func (o *Order) told(e *threads.Event, a *threads.Access, depth int) bool {
	t := o.tellersOf(a, depth)
	return other(t.signals, e.Node.Thread) || other(t.opaque, e.Node.Thread)
}

func (o *Order) toldByOpaque(e *threads.Event, a *threads.Access, depth int) bool {
	return other(o.tellersOf(a, depth).opaque, e.Node.Thread)
}

// sendJoins: the send completes only when something has been received, and
// all that could be received is received after a.
func (o *Order) sendJoins(e *threads.Event, a *threads.Access, depth int) bool {
	ch := e.Obj
	if o.u.Escaped(ch) {
		return false
	}
	n := 0
	for _, kind := range []threads.EventKind{threads.Recv, threads.RecvOK} {
		for _, r := range o.events[kind] {
			if r.Obj == ch && o.after(r.Node, a, depth+1) {
				n++
			}
		}
	}
	if n == 0 || o.u.Capacity(ch) < 0 {
		return false
	}
	return o.single(a.Node.Thread, e.Node.Thread) && o.outstanding(e, a, depth) <= 0
}

// single reports whether there is one instance of thread t at most for each
// one of the thread that it shares with u.
func (o *Order) single(t, u *threads.Thread) bool {
	chain := u.Chain()
	for ; t != nil; t = t.Parent {
		for _, c := range chain {
			if c == t {
				return true
			}
		}
		if t.Parent == nil {
			return true
		}
		begins := o.begins(t.Parent, t)
		if t.Many || len(begins) != 1 {
			return false
		}
		if o.reaches(t.Parent, begins[0].ID, begins[0].ID, nil) {
			return false
		}
	}
	return true
}

// waitJoins: every thread that the wait waits for ends, or says that it is done, after a.
func (o *Order) waitJoins(e *threads.Event, a *threads.Access, depth int) bool {
	if e.Obj == nil {
		return e.Node.Thread != a.Node.Thread && o.told(e, a, depth)
	}
	if e.Node.Thread != a.Node.Thread && o.HandlesItem(e.Obj, a) {
		return true
	}
	waiter := make(map[*threads.Thread]bool)
	for _, t := range e.Node.Thread.Chain() {
		waiter[t] = true
	}
	for t := a.Node.Thread; t != nil && !waiter[t]; t = t.Parent {
		if t.Group == e.Obj {
			if t == a.Node.Thread {
				return true
			}
			g := o.graph(t)
			if o.after(g.Nodes[g.Exit], a, depth+1) {
				return true
			}
		}
	}
	own := 0
	for _, d := range o.events[threads.Done] {
		if d.Obj != e.Obj {
			continue
		}
		switch {
		case o.follows(d.Node, a, depth+1):
			own++
		case d.Node.Thread == a.Node.Thread:
			return false
		}
	}
	if own == 0 {
		return o.u.Escaped(e.Obj) && e.Node.Thread != a.Node.Thread && o.told(e, a, depth)
	}
	return o.addedBefore(e, a)
}

// addedBefore reports whether the counter is raised for the thread of a
// before that is started.
func (o *Order) addedBefore(e *threads.Event, a *threads.Access) bool {
	adds := 0
	for _, d := range o.events[threads.Add] {
		if d.Obj != e.Obj {
			continue
		}
		adds++
		for t := a.Node.Thread; t.Parent != nil; t = t.Parent {
			if d.Node.Thread != t.Parent {
				continue
			}
			for _, n := range o.begins(t.Parent, t) {
				if o.reaches(t.Parent, d.Node.ID, n.ID, nil) {
					return true
				}
			}
		}
	}
	return adds == 0 && o.u.Escaped(e.Obj)
}

// lockJoins: the lock is held when the thread of a is started, and only that
// thread gives it back, after a.
func (o *Order) lockJoins(e *threads.Event, a *threads.Access, depth int) bool {
	if e.Obj == nil || e.Node.Thread == a.Node.Thread {
		return false
	}
	for t := a.Node.Thread; t.Parent != nil; t = t.Parent {
		begins := o.begins(t.Parent, t)
		if len(begins) != 1 {
			continue
		}
		if _, held := o.at(begins[0]).find(e.Obj); !held {
			continue
		}
		given := false
		for _, u := range o.events[threads.Unlock] {
			if u.Obj != e.Obj {
				continue
			}
			if _, own := o.at(u.Node).find(e.Obj); own && u.Node.Thread != t.Parent && !slices.Contains(o.takesOver(u.Node.Thread), e.Obj) {
				continue // gives back what it has taken itself
			}
			if u.Node.Thread == t.Parent {
				if o.reaches(t.Parent, begins[0].ID, u.Node.ID, nil) {
					return false
				}
				continue
			}
			if !o.after(u.Node, a, depth+1) {
				return false
			}
			given = true
		}
		if given {
			return true
		}
	}
	return false
}

// flagJoins: the condition can hold only after a write of the flag that is after a.
func (o *Order) flagJoins(e *threads.Event, a *threads.Access, depth int) bool {
	if e.Obj == nil || e.Node.Thread == a.Node.Thread {
		return false
	}
	writes := 0
	for _, w := range o.flagWrites(e) {
		if w.Thread == e.Node.Thread || o.beforeStart(w, e.Node.Thread) {
			continue
		}
		if !o.after(w, a, depth+1) {
			return false
		}
		writes++
	}
	if o.ownWrite(e) {
		return false
	}
	if writes == 0 {
		return false
	}
	could, known := o.u.CouldHold(e)
	return !known || !could
}

// ownWrite reports whether the thread that tests a flag has itself written a
// value with which the condition holds.
func (o *Order) ownWrite(e *threads.Event) bool {
	if own, ok := o.own[e]; ok {
		return own
	}
	own := false
	_, writes := o.plain(e.Obj)
	for _, w := range writes {
		if own || w.Node.Thread != e.Node.Thread {
			continue
		}
		if excludes, known := o.u.Excludes(e, threads.Place{Frame: w.Frame, Instr: w.Instr}); known && !excludes {
			own = o.reaches(w.Node.Thread, w.Node.ID, e.Node.ID, nil)
		}
	}
	o.own[e] = own
	return own
}

// beforeStart reports whether n, of a thread above t, comes only before the start of t.
func (o *Order) beforeStart(n *threads.Node, t *threads.Thread) bool {
	for ; t.Parent != nil; t = t.Parent {
		if t.Parent != n.Thread {
			continue
		}
		for _, b := range o.begins(n.Thread, t) {
			if o.reaches(n.Thread, b.ID, n.ID, nil) {
				return false
			}
		}
		return true
	}
	return false
}

// flagWrites returns the synchronised writes of the variable that a flag event has read.
func (o *Order) flagWrites(e *threads.Event) []*threads.Node {
	var out []*threads.Node
	for _, w := range o.events[threads.FlagWrite] {
		if w.Obj == e.Obj {
			out = append(out, w.Node)
		}
	}
	if len(out) > 0 {
		return out
	}
	// Plain accesses under a lock.
	reads, writes := o.plain(e.Obj)
	for _, w := range writes {
		if w.Node.Thread == e.Node.Thread || o.beforeStart(w.Node, e.Node.Thread) {
			continue
		}
		for _, r := range reads {
			if r.Node.Thread == e.Node.Thread && !o.Protected(r, w) {
				return nil // a race of its own
			}
		}
		out = append(out, w.Node)
	}
	return out
}

// plain returns the plain reads and writes of a location.
func (o *Order) plain(l *paths.Loc) (reads, writes []*threads.Access) {
	if o.flags == nil {
		o.flags = make(map[*paths.Loc][]*threads.Access)
		for _, a := range o.b.Accesses {
			if a.Strong && !a.Atomic {
				o.flags[a.Loc] = append(o.flags[a.Loc], a)
			}
		}
	}
	for _, a := range o.flags[l] {
		if a.Write {
			writes = append(writes, a)
		} else {
			reads = append(reads, a)
		}
	}
	return reads, writes
}

// opaqueJoins: a call that is not in view may wait for something that a
// thread does after a with the same object.
func (o *Order) opaqueJoins(e *threads.Event, a *threads.Access, depth int) bool {
	if e.Node.Thread == a.Node.Thread || len(e.Objs) == 0 {
		return false
	}
	t := o.tellersOf(a, depth)
	if o.doubts&Calls != 0 && other(t.opaque, e.Node.Thread) {
		return true
	}
	for _, x := range e.Objs {
		for _, y := range o.origins(x.Top()) {
			if other(t.objects[y], e.Node.Thread) {
				return true
			}
		}
	}
	return false
}

const maxOrigins = 12 // of an object that calls out of view have made of others

// origins returns an object and those from which calls out of view have made
// it: what is told to them it may hear.
func (o *Order) origins(top *paths.Loc) []*paths.Loc {
	out := []*paths.Loc{top}
	for i := 0; i < len(out) && len(out) < maxOrigins; i++ {
		for _, x := range o.madeOf[out[i]] {
			if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}
