package sharedstate

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Counters of goroutines. Wait waits for what has been added before it: an
// Add in the goroutine that it counts may come too late. An Add and a Wait in
// view of one function are judged by order (local.go).

const categoryWaitGroup = "waitgroup-misuse"

// A groupCall is a call that changes or awaits a counter in a field or package-level variable.
type groupCall struct {
	fn   *ssa.Function
	call ssa.CallInstruction
	v    types.Object
	kind models.SyncKind
}

// groupFindings returns the goroutines that count themselves, in a counter
// that somebody waits for.
func groupFindings(acc *accesses.Result) []report.Finding {
	calls := groupCalls(acc)
	starts := goStatements(acc)
	var out []report.Finding
	for _, add := range calls {
		if add.kind != models.SyncWGAdd || !isPositive(add.call) {
			continue
		}
		done, wait := partners(calls, add)
		at := starts[add.fn]
		if done == nil || wait == nil || len(at) == 0 || !onlyStarted(acc, add.fn) {
			continue
		}
		f := report.Finding{
			Pos: nearestPos(add.call), Category: categoryWaitGroup, Confidence: report.Suspect, // Wait may come much later
			Message: fmt.Sprintf("%s counts itself in %s after it has been started: Wait may return before this Add", funcName(add.fn), add.v.Name()),
			Chain: []report.Step{
				{Pos: nearestPos(at[0]), Text: funcName(add.fn) + " is started here, without an Add before"},
				{Pos: nearestPos(wait.call), Text: funcName(wait.fn) + " waits"},
			},
		}
		out = append(out, f)
	}
	return out
}

// groupCalls lists the operations on counters in fields and package-level variables.
func groupCalls(acc *accesses.Result) []*groupCall {
	var out []*groupCall
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				obj := program.Callee(call.Common())
				if obj == nil {
					continue
				}
				op := acc.Table.Sync(obj)
				if op == nil || op.Kind != models.SyncWGAdd && op.Kind != models.SyncWGDone && op.Kind != models.SyncWGWait {
					continue
				}
				l := acc.Locks.Paths.Of(locks.Argument(call.Common(), op.Target.Root))
				if l == nil || len(op.Target.Fields) > 0 {
					continue
				}
				if v := objectOf(l.Field, l.Top().Base); v != nil {
					out = append(out, &groupCall{fn, call, v, op.Kind})
				}
			}
		}
	}
	return out
}

// objectOf returns the field, or else the package-level variable, of a location.
func objectOf(f *types.Var, base any) types.Object {
	if f != nil {
		return f
	}
	if g, ok := base.(*ssa.Global); ok {
		return g.Object()
	}
	return nil
}

// isPositive reports whether a call adds a positive constant.
func isPositive(call ssa.CallInstruction) bool {
	c, ok := locks.Argument(call.Common(), 0).(*ssa.Const)
	return ok && c.Value != nil && c.Int64() > 0
}

// partners returns a Done behind add in its function, and a Wait anywhere, on the same counter.
func partners(calls []*groupCall, add *groupCall) (done, wait *groupCall) {
	for _, c := range calls {
		switch {
		case c.v != add.v:
		case c.kind == models.SyncWGDone && c.fn == add.fn && program.Dominates(add.call, c.call):
			done = c
		case c.kind == models.SyncWGWait && accesses.Declared(c.fn) != accesses.Declared(add.fn) && wait == nil:
			wait = c
		}
	}
	return done, wait
}

// goStatements returns the go statements that start each function.
func goStatements(acc *accesses.Result) map[*ssa.Function][]ssa.Instruction {
	out := make(map[*ssa.Function][]ssa.Instruction)
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if g, ok := instr.(*ssa.Go); ok {
					if f := calleeIn(g, acc); f != nil {
						out[f] = append(out[f], g)
					}
				}
			}
		}
	}
	return out
}

// onlyStarted reports whether fn runs only in go statements of the package.
func onlyStarted(acc *accesses.Result, fn *ssa.Function) bool {
	ctx := acc.Contexts[fn]
	if ctx == nil || ctx.Unknown || fn.Parent() == nil && ctx.Root {
		return false
	}
	for _, g := range acc.Program.Funcs {
		for _, b := range g.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if _, isGo := instr.(*ssa.Go); !isGo && calleeIn(call, acc) == fn {
					return false
				}
			}
		}
	}
	return true
}

// groupRace is the finding for an Add and a Wait that nothing orders. It
// returns false if the counter cannot be zero at the Add.
func groupRace(p *places, r race) (report.Finding, bool) {
	if !isGroup(r) {
		return report.Finding{}, false
	}
	add, wait := r.a, r.b
	if add.Class == threads.Waits {
		add, wait = wait, add
	}
	call, ok := add.Instr.(ssa.CallInstruction)
	if !ok || isCounted(r, add.Node.Thread, call) || r.o.HandlesItem(add.Loc, add) {
		return report.Finding{}, false
	}
	f := report.Finding{Pos: p.of(add), Category: categoryWaitGroup, Confidence: report.Proved}
	f.Message = fmt.Sprintf("%s is raised here by %s, which Wait does not know of yet: it may return before", add.Loc, threadName(p.pass, add))
	if before := groupCallBefore(r, add, models.SyncWGWait); before != nil && counterOf(before) == counterOf(call) {
		f.Message = fmt.Sprintf("%s is raised again here by %s, while %s may still wait for what was counted before", add.Loc, threadName(p.pass, add), threadName(p.pass, wait))
	}
	if r.suspect || !countsItself(r, call) {
		f.Confidence = report.Suspect
	}
	f.Chain = []report.Step{{Pos: p.of(wait), Text: threadName(p.pass, wait) + " waits, without order to the Add"}}
	return f, true
}

// isCounted reports whether the goroutine that calls Add is itself counted by
// the same counter, or one that has started it: then that is not zero.
func isCounted(r race, t *threads.Thread, add ssa.CallInstruction) bool {
	counter := counterOf(add)
	for ; t.Parent != nil && counter != nil; t = t.Parent {
		start := t.Site
		for _, b := range start.Parent().Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || !isKind(r.table, call, models.SyncWGAdd) || counterOf(call) != counter || !isPositive(call) {
					continue
				}
				if program.Dominates(call, start) && call != add {
					return true
				}
			}
		}
		if call, ok := start.(ssa.CallInstruction); ok && isKind(r.table, call, models.SyncWGGo) && counterOf(call) == counter {
			return true
		}
	}
	return false
}

// countsItself reports whether the goroutine that adds to a counter also ends
// what it has added, once: an Add for the jobs of others is made by who has
// one of his own, as a rule.
func countsItself(r race, add ssa.CallInstruction) bool {
	if program.InCycle(add.Block()) {
		return false
	}
	for _, b := range add.Parent().Blocks {
		for _, instr := range b.Instrs {
			done, ok := instr.(ssa.CallInstruction)
			if ok && isKind(r.table, done, models.SyncWGDone) && counterOf(done) == counterOf(add) && program.Dominates(add, done) {
				return true
			}
		}
	}
	return false
}

func isKind(table *models.Table, call ssa.CallInstruction, kind models.SyncKind) bool {
	obj := program.Callee(call.Common())
	if obj == nil {
		return false
	}
	op := table.Sync(obj)
	return op != nil && op.Kind == kind
}

// isGroup reports whether a race is one of an Add and a Wait.
func isGroup(r race) bool {
	return r.a.Class == threads.Adds && r.b.Class == threads.Waits || r.a.Class == threads.Waits && r.b.Class == threads.Adds
}

// earlyDone turns a race into one of a goroutine that says that it is done
// before it is: it does not defer its Done, and what comes after it meets
// somebody who has waited for it.
func earlyDone(p *places, r race, f report.Finding) report.Finding {
	late, waiter := r.a, r.b
	if late.Node.Thread.Parent == nil {
		late, waiter = waiter, late
	}
	done := groupCallBefore(r, late, models.SyncWGDone)
	wait := groupCallBefore(r, waiter, models.SyncWGWait)
	if late.Node.Thread == waiter.Node.Thread || done == nil || wait == nil || counterOf(done) == nil || counterOf(done) != counterOf(wait) {
		return f
	}
	f.Pos, f.Category = p.of(late), categoryWaitGroup
	f.Message = fmt.Sprintf("%s is %s here by %s after its Done, and %s by %s, which has waited for that", late.Loc, did(late), threadName(p.pass, late), did(waiter), threadName(p.pass, waiter))
	f.Chain = []report.Step{
		{Pos: nearestPos(done), Text: "the goroutine is counted as done here"},
		{Pos: nearestPos(wait), Text: "Wait may return from here on"},
		{Pos: p.of(waiter), Text: fmt.Sprintf("%s is %s", waiter.Loc, did(waiter))},
	}
	return f
}

// groupCallBefore returns a call of the kind, not deferred, in the function
// of a that always comes before a, nil if there is none.
func groupCallBefore(r race, a *threads.Access, kind models.SyncKind) *ssa.Call {
	for _, b := range a.Frame.Fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if isKind(r.table, call, kind) && program.Dominates(call, a.Instr) {
				return call
			}
		}
	}
	return nil
}

// counterOf returns the variable whose method a call is, followed from
// function literals to where it is declared.
func counterOf(call ssa.CallInstruction) ssa.Value {
	v := locks.Argument(call.Common(), models.Recv)
	for {
		free, ok := v.(*ssa.FreeVar)
		if !ok {
			return v
		}
		v = boundTo(free)
	}
}

// boundTo returns what a literal captures as v, nil if it is made at several places.
func boundTo(v *ssa.FreeVar) ssa.Value {
	fn := v.Parent()
	var bound ssa.Value
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.MakeClosure); ok && c.Fn == fn {
				if bound != nil {
					return nil
				}
				bound = c.Bindings[slices.Index(fn.FreeVars, v)]
			}
		}
	}
	return bound
}
