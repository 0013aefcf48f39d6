package sharedstate

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// State of the process: the working directory, the environment, default
// loggers and clients. It has no owner and no lock that its users could share;
// who writes it while goroutines run changes it under all of them.

const categoryProcess = "process-global"

// A processWrite is a write of state of the process.
type processWrite struct {
	fn    *ssa.Function
	instr ssa.Instruction
	state string // "the working directory", as far as the model has words for it
	by    string // "os.Chdir", "an assignment"
	guard models.Guard
	why   string
}

// processFindings returns the writes of state of the process by goroutines.
func processFindings(acc *accesses.Result, by reached) []report.Finding {
	var out []report.Finding
	for _, fn := range acc.Program.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				w := writesProcess(acc, fn, instr)
				if w == nil {
					continue
				}
				if acc.IsTest(fn) {
					out = append(out, parallelWrite(acc, w)...)
				} else {
					out = append(out, threadWrite(acc, w, by[fn])...)
				}
			}
		}
	}
	return out
}

// writesProcess returns what an instruction writes of the process, nil if nothing.
func writesProcess(acc *accesses.Result, fn *ssa.Function, instr ssa.Instruction) *processWrite {
	switch instr := instr.(type) {
	case *ssa.Store:
		l := acc.Locks.Paths.Of(instr.Addr)
		if l == nil {
			return nil
		}
		g, ok := l.Top().Base.(*ssa.Global)
		if !ok || g.Pkg == nil || g.Pkg == acc.Program.Pkg || crossesData(l) || !shared(acc, g, l) {
			return nil
		}
		return &processWrite{fn, instr, g.Pkg.Pkg.Name() + "." + g.Name(), "an assignment", models.GuardNone, "a variable of another package"}
	case ssa.CallInstruction:
		if _, isGo := instr.(*ssa.Go); isGo {
			return nil
		}
		obj := program.Callee(instr.Common())
		if obj == nil {
			return nil
		}
		op := acc.Table.ProcessOp(obj)
		if op == nil || len(op.Writes) == 0 || !changes(instr.Common()) {
			return nil
		}
		return &processWrite{fn, instr, strings.Join(op.Writes, ", "), shortName(obj), op.Guard, op.Why}
	}
	return nil
}

// crossesData reports whether the way to l leads through elements: they may
// have locks and owners of their own.
func crossesData(l *paths.Loc) bool {
	for p := l; p != nil; p = p.Parent {
		if p.Step == paths.Elem || p.Step == paths.Entries || p.Step == paths.State {
			return true
		}
	}
	return false
}

// shared reports whether the variable at l is one that other code certainly
// uses: the package-level variable itself, of the standard library or named by a model.
func shared(acc *accesses.Result, g *ssa.Global, l *paths.Loc) bool {
	if l.Parent == nil && models.IsStd(g.Pkg.Pkg.Path()) {
		return true
	}
	name := g.Pkg.Pkg.Path() + "." + g.Name()
	for _, op := range acc.Table.ProcessGlobals() {
		if slices.Contains(op.Writes, name) {
			return true
		}
	}
	return models.IsStd(g.Pkg.Pkg.Path()) && l.Step == paths.Field
}

// changes reports whether a call may change anything: what only looks at a
// value takes zero or a negative number for it.
func changes(call *ssa.CallCommon) bool {
	sig := call.Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 || len(call.Args) == 0 {
		return true
	}
	c, ok := call.Args[len(call.Args)-1].(*ssa.Const)
	if !ok || c.Value == nil {
		return true
	}
	basic, ok := c.Type().Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsInteger == 0 {
		return true
	}
	return c.Int64() > 0
}

func shortName(obj *types.Func) string {
	name := obj.FullName()
	if obj.Pkg() != nil {
		name = strings.Replace(name, obj.Pkg().Path(), obj.Pkg().Name(), 1)
	}
	return name
}

// threadWrite reports a write by a goroutine that is not the one of main and init.
func threadWrite(acc *accesses.Result, w *processWrite, hops []*hop) []report.Finding {
	var best *hop
	for _, h := range hops {
		if best == nil || h.from.many && !best.from.many {
			best = h
		}
	}
	if best == nil || endsProcess(w.instr, acc) || len(acc.Locks.Before(w.instr)) > 0 {
		return nil
	}
	if isStartup(w.fn) || !best.from.many && w.guard == models.GuardLock {
		return nil
	}
	f := report.Finding{Pos: nearestPos(w.instr), Category: categoryProcess, Confidence: report.Suspect}
	if best.from.many && w.guard != models.GuardLock {
		f.Confidence = report.Proved
	}
	f.Message = fmt.Sprintf("%s changes %s of the whole process (%s) on a goroutine that runs beside others", w.by, w.state, w.why)
	f.Chain = best.steps()
	return []report.Finding{f}
}

// isStartup reports whether fn is, by its name, for the start of the program.
func isStartup(fn *ssa.Function) bool {
	name := accesses.Declared(fn).Name()
	return name == "init" || name == "main" || strings.HasPrefix(name, "init#")
}

// endsProcess reports whether the process ends, or becomes another, right after instr.
func endsProcess(instr ssa.Instruction, acc *accesses.Result) bool {
	after := false
	for _, x := range instr.Block().Instrs {
		if x == instr {
			after = true
		}
		if _, ok := x.(*ssa.Panic); ok && after {
			return true
		}
		if call, ok := x.(*ssa.Call); ok && after {
			if obj := program.Callee(&call.Call); obj != nil && obj.Pkg() != nil && models.IsStd(obj.Pkg().Path()) && (obj.Name() == "Exit" || obj.Name() == "Exec" || strings.HasPrefix(obj.Name(), "Fatal")) {
				return true
			}
		}
	}
	return false
}

// parallelWrite reports a write in a test after the test has said that it runs beside others.
func parallelWrite(acc *accesses.Result, w *processWrite) []report.Finding {
	for fn := w.fn; fn != nil; fn = fn.Parent() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				obj := program.Callee(&call.Call)
				if obj == nil {
					continue
				}
				op := acc.Table.Sync(obj)
				if op == nil || op.Kind != models.SyncParallel || fn == w.fn && !program.Dominates(call, w.instr) {
					continue
				}
				f := report.Finding{Pos: nearestPos(w.instr), Category: categoryProcess, Confidence: report.Suspect}
				if w.guard != models.GuardLock && len(acc.Locks.Before(w.instr)) == 0 {
					f.Confidence = report.Proved
				}
				f.Message = fmt.Sprintf("%s changes %s of the whole process (%s) in a test that runs beside others", w.by, w.state, w.why)
				f.Chain = []report.Step{{Pos: nearestPos(call), Text: "from here on the test runs in parallel"}}
				return []report.Finding{f}
			}
		}
	}
	return nil
}
