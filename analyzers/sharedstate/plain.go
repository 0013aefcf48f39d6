package sharedstate

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// A race is plain to see if its variable and its two accesses stand in one
// declaration, with the start of the goroutines. What leads through other
// functions and objects rests on more than a reader can check: how often a
// func is called, which job of a queue it is given, on which object it works,
// and which signals have been sent before. It was these that were wrong in
// code not seen before, so they are suspect.

// hidden reports whether a race is not plain to see.
func (j *judge) hidden(r race) bool {
	if inBenchmark(r) || endsContext(r) || j.countsJobs(r) {
		return true
	}
	for _, x := range []*threads.Access{r.a, r.b} {
		if r.a.Node.Thread == r.b.Node.Thread && x.Loc.Step == paths.Elem {
			return true // each may have a part of its own
		}
		if !j.inView(x) || !threads.Local(x.Loc) && threads.Global(x.Loc) == nil {
			return true
		}
		if x.Class == threads.Sends || x.Class == threads.Closes {
			if r.a.Node.Thread == r.b.Node.Thread || j.turns(x) {
				return true // each may use a channel of its own, or take turns
			}
		}
	}
	return false
}

// inView reports whether an access is written in the declaration of the
// function that starts the goroutines, or in that which its goroutine runs.
func (j *judge) inView(x *threads.Access) bool {
	root := j.u.Frames[0].Fn
	fn := x.Frame.Fn
	return accesses.Declared(fn) == accesses.Declared(root) || x.Frame == x.Node.Thread.First
}

// inBenchmark reports whether a race is in a benchmark, which counts for the
// sake of counting.
func inBenchmark(r race) bool {
	for p := range accesses.Declared(r.root).Signature.Params().Variables() {
		if types.TypeString(p.Type(), nil) == "*testing.B" {
			return true
		}
	}
	return false
}

// endsContext reports whether a function, of those that make the accesses, ends
// a context, not deferred: another may ask for that without waiting.
func endsContext(r race) bool {
	for _, x := range []*threads.Access{r.a, r.b} {
		for _, b := range x.Frame.Fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if ok && types.TypeString(call.Call.Value.Type(), nil) == "context.CancelFunc" {
					return true
				}
			}
		}
	}
	return false
}

// countsJobs reports whether a WaitGroup of the unfolding is raised by a
// goroutine that it counts: it counts jobs, which may be handed on.
func (j *judge) countsJobs(r race) bool {
	return !isGroup(r) && slices.ContainsFunc(j.b.Events, func(e *threads.Event) bool {
		call, ok := e.Instr.(ssa.CallInstruction)
		return ok && e.Kind == threads.Add && e.Node.Thread.Parent != nil && isKind(r.table, call, models.SyncWGAdd)
	})
}

// turns reports whether x comes after a receive in its own function: what it
// closes or sends to may have been counted empty.
func (j *judge) turns(x *threads.Access) bool {
	return slices.ContainsFunc(j.b.Events, func(e *threads.Event) bool {
		return e.Frame == x.Frame && (e.Kind == threads.Recv || e.Kind == threads.RecvOK || e.Kind == threads.RecvClosed || e.Kind == threads.Wait)
	})
}
