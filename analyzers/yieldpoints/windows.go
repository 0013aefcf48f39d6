package yieldpoints

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// A finder gathers the findings of one package.
type finder struct {
	pass  *analysis.Pass
	eff   *effects.Result
	acc   *accesses.Result
	win   *windows.Result
	rs    *roots.Result
	found []report.Finding
}

// windowFindings returns the findings about checks that are stale when they are acted on.
func windowFindings(pass *analysis.Pass, eff *effects.Result, rs *roots.Result) []report.Finding {
	win := pass.ResultOf[windows.Analyzer].(*windows.Result)
	f := &finder{pass: pass, eff: eff, acc: win.Accesses, win: win, rs: rs}
	for _, w := range win.Windows {
		if skipped(f.acc, w.Fn) {
			continue
		}
		if v := f.judge(w); v != nil {
			f.found = append(f.found, f.finding(w, v))
		}
	}
	for _, fn := range f.acc.Program.Funcs {
		if x := win.Funcs[fn]; x != nil && !skipped(f.acc, fn) {
			f.found = append(f.found, f.rereadFindings(x)...)
			f.found = append(f.found, f.earlyFindings(x)...)
			f.found = append(f.found, f.patternFindings(x)...)
		}
	}
	f.found = append(f.found, f.workflowFindings()...)
	return append(f.found, f.injectedFindings()...)
}

// A verdict is what a window is, and how sure it is.
type verdict struct {
	category   string
	confidence report.Confidence
	suspension *effects.Found // in the window, nil if none is known
	others     []*ssa.Function
}

// judge decides what a window is; nil: nothing that matters.
func (f *finder) judge(w *windows.Window) *verdict {
	if f.win.Exempt(w) {
		return nil
	}
	v := &verdict{category: f.win.Category(w), confidence: report.Suspect}
	v.suspension = f.suspends(w)
	if w.Act.Kind == windows.Insert && v.suspension == nil && (w.Act.Val == nil || isConst(w.Act.Val)) {
		return nil // a set: who puts the element in does not matter
	}
	if w.IsMemo() && v.suspension == nil && !w.FromCaller() && !hasIdentity(w.Act.Val) && !f.win.Removed(w) {
		return nil // what depends on the key alone may be computed twice
	}
	for _, fn := range f.win.WritingFuncs(w.Act.Var) {
		if fn != accesses.Declared(w.Fn) && (w.Act.Use == nil || fn.String() != w.Act.Use.Fn) {
			v.others = append(v.others, fn)
		}
	}
	if f.proved(w, v) {
		v.confidence = report.Proved
	}
	return v
}

// proved reports whether all of the argument is in view.
func (f *finder) proved(w *windows.Window, v *verdict) bool {
	if w.Doubtful() || f.win.OneAtATime(w.Fn) || f.win.CalledAsValue(w.Fn) {
		return false
	}
	if w.Registers() {
		return true // of two values that callers have handed over, one is lost, or both are kept
	}
	switch v.category {
	case windows.CheckActMethods:
		return v.suspension != nil
	case windows.AtomicGap, windows.IDAllocation:
		return w.IsLimit() && !w.OnlyCounts() || w.IsCount() && len(v.others) > 0
	case windows.LimitOverrun, windows.StaleAcrossWait:
		return true
	case windows.LazyInit:
		return hasIdentity(w.Act.Val)
	case windows.CacheResurrection:
		return v.suspension != nil
	case windows.SyncMapGap:
		return w.Act.Val != nil && hasIdentity(w.Act.Val) && v.suspension != nil
	}
	return v.suspension != nil && len(v.others) > 0
}

// hasIdentity reports whether a value is one that must not be lost or doubled:
// it can be closed or stopped.
func hasIdentity(v ssa.Value) bool {
	if v == nil {
		return false
	}
	switch x := v.(type) {
	case *ssa.MakeInterface:
		v = x.X
	case *ssa.ChangeInterface:
		v = x.X
	}
	switch v.Type().Underlying().(type) {
	case *types.Chan:
		return true
	case *types.Pointer, *types.Interface:
	default:
		return false
	}
	set := types.NewMethodSet(v.Type())
	for _, name := range []string{"Close", "Stop", "Shutdown", "Kill"} {
		if set.Lookup(nil, name) != nil {
			return true
		}
	}
	return false
}

// suspends returns the worst suspension in a window, nil if none is known.
func (f *finder) suspends(w *windows.Window) *effects.Found {
	in := make(map[ssa.Instruction]bool)
	for _, i := range w.Between {
		switch i.(type) {
		case *ssa.Call, *ssa.Send, *ssa.Select, *ssa.UnOp:
			in[i] = true
		}
	}
	if len(in) == 0 {
		return nil
	}
	return worst(f.eff.EffectsOf(w.Fn, func(i ssa.Instruction) bool { return in[i] }))
}

// isSuspension reports whether others certainly get to run during x.
func isSuspension(x effects.Found) bool {
	switch x.Class {
	case models.Lock, models.Log, models.CPU, models.Terminal, models.Cgo:
		return false
	}
	return x.Cost > models.Micros
}

// finding words a window.
func (f *finder) finding(w *windows.Window, v *verdict) report.Finding {
	cell := windows.CellName(w.Act)
	out := report.Finding{Pos: actPos(w.Act), Category: v.category, Confidence: v.confidence}
	out.Message = f.message(w, v, cell)
	out.Chain = f.chain(w, v, cell)
	return out
}

func actPos(e *windows.Event) token.Pos {
	if e.Instr.Pos().IsValid() {
		return e.Instr.Pos()
	}
	return e.Fn.Pos()
}

func (f *finder) line(pos token.Pos) int { return f.pass.Fset.Position(pos).Line }

func (f *finder) message(w *windows.Window, v *verdict, cell string) string {
	var b strings.Builder
	at := f.line(w.Check.Instr.Pos())
	fmt.Fprintf(&b, "%s acts on a check that may be stale: %s was observed at line %d", windows.ActName(w.Act), cell, at)
	switch {
	case v.suspension != nil:
		hop := v.suspension.Chain[0]
		fmt.Fprintf(&b, ", and %s at line %d %s", effects.ShortName(hop.Callee, f.pass.Pkg.Path()), f.line(v.suspension.Chain[0].Pos), windowVerb(v.suspension.Class))
	case w.Lock != nil:
		fmt.Fprintf(&b, ", and %s is released in between", lockName(w.Lock))
	default:
		b.WriteString(", and others may change it in between")
	}
	return b.String()
}

func lockName(h *windows.Hold) string {
	if h.Loc != nil {
		if n := windows.PathName(h.Loc); n != "" {
			return n
		}
	}
	return accesses.LockName(h.Class)
}

func (f *finder) chain(w *windows.Window, v *verdict, cell string) []report.Step {
	pkg := f.pass.Pkg.Path()
	var steps []report.Step
	check := "check: reads " + cell
	if w.Check.Use != nil {
		check = fmt.Sprintf("check: %s reads %s (%s)", effects.ShortName(w.Check.Use.Fn, pkg), cell, w.Check.Use.Place)
	}
	if w.Lock != nil {
		check += " under " + lockName(w.Lock) + ", and releases it"
	}
	steps = append(steps, report.Step{Pos: w.Check.Instr.Pos(), Text: check})
	if x := v.suspension; x != nil {
		steps = append(steps, suspensionSteps(f.pass, "", *x)...)
	}
	act := "act: writes " + cell
	if w.Act.Use != nil {
		act = fmt.Sprintf("act: %s writes %s without testing it again (%s)", effects.ShortName(w.Act.Use.Fn, pkg), cell, w.Act.Use.Place)
	}
	steps = append(steps, report.Step{Pos: actPos(w.Act), Text: act})
	for i, fn := range v.others {
		if i == 2 {
			break
		}
		steps = append(steps, report.Step{Pos: fn.Pos(), Text: fmt.Sprintf("%s writes %s too", funcName(f.pass, fn), cell)})
	}
	return steps
}
