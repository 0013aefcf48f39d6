package sharedstate

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Entries: where goroutines enter the package, and which functions they then
// run. It is the view of a package from its threads, as internal/accesses is
// that from its callers.

const (
	maxEntries  = 4 // through which one function is reached
	maxEntrySet = 6 // calls between an entry and a function
)

// An entry is a function in which a goroutine starts, or that a framework
// runs on goroutines of its own.
type entry struct {
	fn *ssa.Function
	// many says that its runs may overlap each other, all with the same
	// receiver and captured variables.
	many bool
	site ssa.Instruction // the go statement, nil for a registration
	// callback says that code out of view runs fn, on which goroutine is not known.
	callback bool
	// registered says that fn is passed to the framework as a value, maybe
	// wrapped by code that takes a lock first.
	registered bool
	in         *ssa.Function // in which the goroutine is started, or the callback passed on, nil if that is not known
	step       report.Step
}

// A hop is one way in which an entry reaches a function.
type hop struct {
	from *entry
	prev *hop
	call ssa.Instruction // in prev.fn
	fn   *ssa.Function
	same bool // the receiver of fn is that of the entry
}

// reached is the hops of each function, in a fixed order.
type reached map[*ssa.Function][]*hop

// enters reports whether a goroutine of the package reaches fn, or the function
// in whose loop fn is the body.
func (by reached) enters(fn *ssa.Function) bool {
	for program.IsLoopBody(fn) {
		fn = fn.Parent()
	}
	return len(by[fn]) > 0
}

// threadFindings returns the findings that follow from which goroutines reach
// which functions, and those about methods with a value receiver.
func threadFindings(pass *analysis.Pass, eff *effects.Result, acc *accesses.Result, log *bounds.Log) []report.Finding {
	list := entriesOf(eff, acc)
	by := reach(list, acc, log)
	return slices.Concat(
		unsafeFields(acc, by),
		processFindings(acc, by),
		copiedState(pass, acc, by),
		groupFindings(acc),
		atomicPointees(acc),
		containedFindings(pass, acc),
		replacedSyncs(acc),
		closedUnderLock(acc),
		unlockedFindings(pass, list, acc, log),
		serialFindings(pass, acc),
	)
}

// without returns the findings of list about memory that more has no finding
// for at the same place: those of more say what kind of value it is.
func without(list, more []report.Finding) []report.Finding {
	return slices.DeleteFunc(list, func(f report.Finding) bool {
		return slices.ContainsFunc(more, func(m report.Finding) bool {
			return m.Pos == f.Pos && (f.Category == "race" && m.Category == categoryProcess || f.Category == categoryUnsafe && m.Category == categoryUnsafe)
		})
	})
}

// entriesOf returns the entries of the package. Test files do not count, nor
// do callbacks of one peer: they run on a goroutine that the peer's object has
// anyway, often inside a call of one of its methods.
func entriesOf(eff *effects.Result, acc *accesses.Result) []*entry {
	var list []*entry
	for _, r := range eff.InterfaceRoots {
		if !acc.IsTest(r.Fn) && r.By.Kind() != models.PerPeer {
			step := report.Step{Pos: r.Fn.Pos(), Text: fmt.Sprintf("%s runs %s", loopName(r.By), funcName(r.Fn))}
			list = append(list, &entry{fn: r.Fn, many: r.By.Overlap() == models.ThreadMany, step: step})
		}
	}
	for _, r := range eff.Registrations() {
		fn := unwrapped(r.Func.SSA(), acc)
		if fn == nil || acc.IsTest(fn) || r.By.Kind() == models.PerPeer {
			continue
		}
		step := report.Step{Pos: r.Pos, Text: fmt.Sprintf("%s runs %s, which is passed here", loopName(r.By), funcName(fn))}
		list = append(list, &entry{fn: fn, many: r.By.Overlap() == models.ThreadMany, registered: true, step: step})
	}
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				list = append(list, startedAt(instr, acc)...)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y *entry) int { return report.CompareBool(!x.many, !y.many) })
	return list
}

func loopName(by models.Registration) string {
	name := by.Loop()
	if name == "" {
		name = by.Framework.Name
	}
	if by.Overlap() == models.ThreadMany {
		return "the " + strings.TrimPrefix(name, "the ") + ", on many goroutines,"
	}
	return "the " + strings.TrimPrefix(name, "the ")
}

// unwrapped returns the function of the package behind a bound method, nil if there is none.
func unwrapped(fn *ssa.Function, acc *accesses.Result) *ssa.Function {
	if fn == nil || acc.Contexts[fn] != nil {
		return fn
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				if g := calleeIn(call, acc); g != nil {
					return g
				}
			}
		}
	}
	return nil
}

// calleeIn returns the function of the package that a call certainly runs, nil if there is none.
func calleeIn(call ssa.CallInstruction, acc *accesses.Result) *ssa.Function {
	fn := call.Common().StaticCallee()
	if fn == nil {
		return nil
	}
	if acc.Contexts[fn] == nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	if acc.Contexts[fn] == nil {
		return nil
	}
	return fn
}

// startedAt returns the functions in which goroutines start at an instruction.
func startedAt(instr ssa.Instruction, acc *accesses.Result) []*entry {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	one := func(fn *ssa.Function, many bool) *entry {
		text := funcName(fn) + " is started as a goroutine"
		if many {
			text = funcName(fn) + " is started as several goroutines"
		}
		return &entry{fn: fn, many: many, site: instr, in: instr.Parent(), step: report.Step{Pos: nearestPos(instr), Text: text}}
	}
	if _, isGo := instr.(*ssa.Go); isGo {
		if fn := calleeIn(call, acc); fn != nil {
			return []*entry{one(fn, program.InCycle(instr.Block()) && outsideCycle(call, instr.Block()))}
		}
		return nil
	}
	obj := program.Callee(call.Common())
	if obj == nil || len(acc.Table.Registers(obj)) > 0 {
		return nil // registrations are entries already
	}
	var out []*entry
	for _, s := range acc.Table.Spawns(obj) {
		if len(s.Joins) == 1 && s.Joins[0].At == models.JoinCall && s.Thread != models.ThreadMany {
			continue // like a call
		}
		if len(s.Target.Path.Fields) > 0 || s.Target.Method != "" {
			continue
		}
		fn := funcValue(locks.Argument(call.Common(), s.Target.Path.Root), acc)
		if fn == nil {
			continue
		}
		many := s.Thread == models.ThreadMany || s.Thread != models.ThreadLoop && program.InCycle(instr.Block())
		out = append(out, one(fn, many))
	}
	return out
}

// funcValue returns the function of the package that v is, nil if that is not known.
func funcValue(v ssa.Value, acc *accesses.Result) *ssa.Function {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.MakeClosure:
			return unwrapped(x.Fn.(*ssa.Function), acc)
		case *ssa.Function:
			return unwrapped(x, acc)
		default:
			return nil
		}
	}
}

// outsideCycle reports whether the receiver of a call, or what a function
// literal without one captures, is the same in each turn of the loop around b.
func outsideCycle(call ssa.CallInstruction, b *ssa.BasicBlock) bool {
	common := call.Common()
	if _, isClosure := common.Value.(*ssa.MakeClosure); isClosure {
		return true // judged by the variables that are used
	}
	if common.Signature().Recv() == nil || len(common.Args) == 0 {
		return true
	}
	return invariant(common.Args[0], b)
}

// invariant reports whether v has the same value in each turn of the loop around b.
func invariant(v ssa.Value, b *ssa.BasicBlock) bool {
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Global, *ssa.Const, *ssa.Function:
		return true
	case *ssa.FieldAddr:
		return invariant(v.X, b)
	case *ssa.UnOp:
		if _, isField := v.X.(*ssa.FieldAddr); isField {
			return false // it may be another object by then
		}
		if _, isFree := v.X.(*ssa.FreeVar); isFree {
			return true
		}
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	def := instr.Block()
	return def != b && !(program.Reaches(b.Succs, def) && program.Reaches(def.Succs, b))
}

// reach follows the static calls from all entries.
func reach(list []*entry, acc *accesses.Result, log *bounds.Log) reached {
	out := make(reached)
	calls := make(map[*ssa.Function][]callee)
	for _, e := range list {
		seen := map[*ssa.Function]bool{e.fn: true}
		level := []*hop{{from: e, fn: e.fn, same: true}}
		for depth := 0; len(level) > 0 && depth <= maxEntrySet; depth++ {
			var next []*hop
			for _, h := range level {
				if len(out[h.fn]) < maxEntries {
					out[h.fn] = append(out[h.fn], h)
				} else {
					log.Exceeded("sharedstate.maxEntries", h.fn)
				}
				if _, ok := calls[h.fn]; !ok {
					calls[h.fn] = callsOf(h.fn, acc)
				}
				for _, c := range calls[h.fn] {
					if !seen[c.fn] {
						seen[c.fn] = true
						next = append(next, &hop{from: e, prev: h, call: c.site, fn: c.fn, same: h.same && c.same})
					}
				}
			}
			level = next
		}
		for _, h := range level {
			log.Exceeded("sharedstate.maxEntrySet", h.fn)
		}
	}
	return out
}

// A callee is a function that a function calls, or a literal that it runs.
type callee struct {
	fn   *ssa.Function
	site ssa.Instruction
	same bool // on the same receiver
}

// callsOf returns what fn calls in the goroutine in which it runs.
func callsOf(fn *ssa.Function, acc *accesses.Result) []callee {
	var out []callee
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, isGo := instr.(*ssa.Go); isGo {
				continue
			}
			g := calleeIn(call, acc)
			if g == nil {
				continue
			}
			out = append(out, callee{g, instr, g.Parent() != nil || sameReceiver(call, fn, acc)})
		}
	}
	return out
}

// sameReceiver reports whether the receiver of a call is that of the method around it.
func sameReceiver(call ssa.CallInstruction, fn *ssa.Function, acc *accesses.Result) bool {
	common := call.Common()
	d := accesses.Declared(fn)
	if common.Signature().Recv() == nil || d.Signature.Recv() == nil || len(common.Args) == 0 {
		return false
	}
	l := acc.Locks.Paths.Of(common.Args[0])
	return l != nil && l.Top().Base == d.Params[0]
}

// steps describes the way from the entry to what it reaches, the entry last.
func (h *hop) steps() []report.Step {
	var out []report.Step
	for ; h.prev != nil; h = h.prev {
		if len(out) < maxSteps {
			out = append(out, report.Step{Pos: nearestPos(h.call), Text: funcName(h.prev.fn) + " calls " + funcName(h.fn)})
		}
	}
	return append(out, h.from.step)
}
