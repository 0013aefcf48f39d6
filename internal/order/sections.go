package order

import (
	"github.com/yieldlint/yieldlint/internal/flow"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Sections that are entered once: a test lets a thread in, and what is set in
// the section makes the test fail from then on.

// closedAfter returns the branches of t that are not taken any more once x has
// been executed, nil if there are none: on every way to x a variable is set
// to what they exclude, and nobody sets it back.
func (o *Order) closedAfter(t *threads.Thread, x *threads.Node) flow.Set {
	if s, ok := o.closed[x]; ok {
		return s
	}
	var out flow.Set
	for _, e := range o.events[threads.Flag] {
		if e.Node.Thread != t || e.Obj == nil {
			continue
		}
		setters := o.setters(e)
		if setters == nil {
			continue
		}
		cut := flow.NewSet(o.graph(t).Len())
		any := false
		for _, n := range setters {
			if n.Thread == t {
				cut.Add(n.ID)
				any = true
			}
		}
		if !any || o.reaches(t, 0, x.ID, cut) {
			continue
		}
		if out == nil {
			out = flow.NewSet(o.graph(t).Len())
		}
		out.Add(e.Node.ID)
	}
	o.closed[x] = out
	return out
}

// setters returns the nodes that set the variable of a branch to something
// that excludes it, nil if one may set it to something else.
func (o *Order) setters(e *threads.Event) []*threads.Node {
	closers := o.u.Closers(e)
	if len(closers) == 0 {
		return nil
	}
	var out []*threads.Node
	for _, a := range o.b.Accesses {
		if a.Write && closers[threads.Place{Frame: a.Frame, Instr: a.Instr}] {
			out = append(out, a.Node)
		}
	}
	return out
}
