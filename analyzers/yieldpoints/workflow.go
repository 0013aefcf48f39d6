package yieldpoints

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// workflowState is the category of a check of the state of a workflow that
// another of its coroutines may change before it is acted on.
const workflowState = "workflow-state"

// A look is one access to a location of a workflow.
type look struct {
	fn    *windows.Func
	instr ssa.Instruction
	loc   *paths.Loc
	val   ssa.Value
	write bool
}

// workflowFindings returns the findings about coroutines that yield only where
// they say so: there is no window but a yield.
func (f *finder) workflowFindings() []report.Finding {
	w := &workflows{finder: f, yields: make(map[*ssa.Function]bool), looks: make(map[*paths.Loc][]look), handlers: make(map[*ssa.Function]bool)}
	if !w.gather() {
		return nil
	}
	var out []report.Finding
	for _, fn := range f.acc.Program.Funcs {
		if x := f.win.Funcs[fn]; x != nil && w.yields[fn] && !skipped(f.acc, fn) {
			out = append(out, w.function(x)...)
		}
	}
	return out
}

type workflows struct {
	*finder
	yields   map[*ssa.Function]bool // functions that may let other coroutines run
	looks    map[*paths.Loc][]look
	handlers map[*ssa.Function]bool // run as coroutines of their own, beside what starts them
}

// gather finds the functions that yield, what is run beside them, and what
// all of them look at. It reports whether there are any.
func (w *workflows) gather() bool {
	any := false
	for changed := true; changed; {
		changed = false
		for _, fn := range w.acc.Program.Funcs {
			if w.win.Funcs[fn] != nil && !w.yields[fn] && w.firstYield(fn) {
				w.yields[fn], changed, any = true, true, true
			}
		}
	}
	if !any {
		return false
	}
	for i := range w.rs.List {
		r := &w.rs.List[i]
		if fn := r.Func.SSA(); fn != nil && r.Kind == models.Replay && fn.Parent() != nil {
			w.handlers[fn] = true // it is made in a workflow, and not a workflow itself
		}
	}
	for _, r := range w.eff.Registrations() {
		if fn := r.Func.SSA(); fn != nil && w.inWorkflow(r.Pos) {
			w.handlers[fn] = true
		}
	}
	for _, fn := range w.acc.Program.Funcs {
		if x := w.win.Funcs[fn]; x != nil && !w.acc.IsSetup(fn) {
			w.lookAt(x)
		}
	}
	return true
}

// inWorkflow reports whether pos lies in a function that a workflow engine runs.
func (w *workflows) inWorkflow(pos token.Pos) bool {
	for i := range w.rs.List {
		r := &w.rs.List[i]
		if fn := r.Func.SSA(); fn != nil && r.Kind == models.Replay && fn.Syntax() != nil && fn.Syntax().Pos() <= pos && pos < fn.Syntax().End() {
			return true
		}
	}
	return false
}

func (w *workflows) firstYield(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && w.isYield(call) {
				return true
			}
		}
	}
	return false
}

// isYield reports whether a call may let other coroutines run.
func (w *workflows) isYield(call *ssa.Call) bool {
	if kind, _ := w.win.SyncOf(call); kind == models.SyncYield {
		obj := call.Call.Method
		if fn := call.Call.StaticCallee(); fn != nil {
			return fn.Pkg == nil || !models.IsStd(fn.Pkg.Pkg.Path())
		}
		return obj != nil
	}
	fn := call.Call.StaticCallee()
	return fn != nil && w.yields[fn]
}

// lookAt records the looks at fields and captured variables.
func (w *workflows) lookAt(x *windows.Func) {
	for _, b := range x.Fn.Blocks {
		for _, instr := range b.Instrs {
			var addr, val ssa.Value
			write := false
			switch instr := instr.(type) {
			case *ssa.Store:
				addr, val, write = instr.Addr, instr.Val, true
			case *ssa.UnOp:
				if instr.Op != token.MUL {
					continue
				}
				addr, val = instr.X, instr
			default:
				continue
			}
			l := x.LocOf(addr)
			if l == nil || l.Vague() || !isState(l) {
				continue
			}
			w.looks[l] = append(w.looks[l], look{x, instr, l, val, write})
		}
	}
}

// isState reports whether a location may be shared by coroutines: a field, or
// a variable that function literals capture.
func isState(l *paths.Loc) bool {
	if l.Step == paths.Field {
		return true
	}
	a, ok := l.Base.(*ssa.Alloc)
	return ok && l.Parent == nil && a.Heap
}

// function returns the findings of one function that yields.
func (w *workflows) function(x *windows.Func) []report.Finding {
	var out []report.Finding
	seen := make(map[ssa.Instruction]bool)
	for _, b := range x.Fn.Blocks {
		for _, instr := range b.Instrs {
			s, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			l := x.LocOf(s.Addr)
			if l == nil || len(w.looks[l]) == 0 || seen[s] {
				continue
			}
			for _, check := range w.looks[l] {
				if check.fn != x || check.write || !w.stale(x, check, s) {
					continue
				}
				if other := w.competitor(x, l); other != nil {
					seen[s] = true
					out = append(out, w.finding(x, check, s, l, other))
					break
				}
			}
		}
	}
	return out
}

// stale reports whether a store relies on a check that a yield separates from it.
func (w *workflows) stale(x *windows.Func, check look, s *ssa.Store) bool {
	if x.DependsOn(s.Val, check.val) == windows.No && x.Decides(check.val, s) == nil {
		return false
	}
	for _, h := range x.Holds(check.instr) {
		for _, g := range x.Holds(s) {
			if h.Class == g.Class && h.Token == g.Token {
				return false
			}
		}
	}
	yielded := false
	for _, instr := range x.Between(check.instr, s) {
		call, ok := instr.(*ssa.Call)
		if !ok || !w.isYield(call) {
			continue
		}
		if w.tests(x, call, check.loc) {
			return false // waits for a condition on it
		}
		yielded = true
		for _, l := range w.looks[check.loc] {
			if l.fn != x || l.instr == ssa.Instruction(s) {
				continue
			}
			if l.write && x.Before(check.instr, l.instr) && x.Before(l.instr, call) {
				return false // claimed before the yield
			}
			if !l.write && l.instr != check.instr && x.Before(call, l.instr) && x.Decides(l.val, s) != nil {
				return false // looked at again
			}
			if !l.write && x.Before(call, l.instr) && x.DependsOn(s.Val, l.val) != windows.No {
				return false // counts from what is there now
			}
		}
	}
	return yielded
}

// tests reports whether a yield waits for a condition that looks at l.
func (w *workflows) tests(x *windows.Func, call *ssa.Call, l *paths.Loc) bool {
	for _, arg := range call.Call.Args {
		c, ok := arg.(*ssa.MakeClosure)
		if !ok {
			continue
		}
		for _, k := range w.looks[l] {
			if k.fn.Fn == c.Fn {
				return true
			}
		}
	}
	return false
}

// competitor returns a function that may write l while x waits: another
// coroutine, or the same handler for another request.
func (w *workflows) competitor(x *windows.Func, l *paths.Loc) *ssa.Function {
	for _, k := range w.looks[l] {
		if k.write && k.fn != x && (w.handlers[k.fn.Fn] || w.handlers[x.Fn]) && !w.owned(k, l) {
			return k.fn.Fn
		}
	}
	if w.handlers[x.Fn] && x.Fn.Signature.Results().Len() > 0 {
		return x.Fn
	}
	return nil
}

// owned reports whether a write is the initialisation of a variable.
func (w *workflows) owned(k look, l *paths.Loc) bool {
	a, ok := l.Base.(*ssa.Alloc)
	return ok && l.Parent == nil && a.Parent() == k.fn.Fn && a.Block() == k.instr.Block()
}

func (w *workflows) finding(x *windows.Func, check look, s *ssa.Store, l *paths.Loc, other *ssa.Function) report.Finding {
	name := windows.PathName(l)
	if name == "" {
		name = l.String()
	}
	var yield *ssa.Call
	for _, instr := range x.Between(check.instr, s) {
		if call, ok := instr.(*ssa.Call); ok && w.isYield(call) {
			yield = call
			break
		}
	}
	who := "another handler"
	if other == x.Fn {
		who = "the same handler, for another request,"
	}
	f := report.Finding{Pos: s.Pos(), Category: workflowState, Confidence: report.Proved}
	f.Message = fmt.Sprintf("this write acts on a check that may be stale: %s was observed at line %d, and the workflow yields at line %d, where %s may change it",
		name, w.line(check.instr.Pos()), w.line(yield.Pos()), who)
	f.Chain = []report.Step{
		{Pos: check.instr.Pos(), Text: "check: reads " + name},
		{Pos: yield.Pos(), Text: "window: other coroutines of the workflow run"},
		{Pos: s.Pos(), Text: "act: writes " + name},
	}
	if other != x.Fn {
		f.Chain = append(f.Chain, report.Step{Pos: other.Pos(), Text: "writes it too, as a coroutine of its own"})
	}
	return f
}
