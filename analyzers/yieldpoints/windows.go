package yieldpoints

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// Categories of checks that are stale when they are acted on.
const (
	lockGap           = "lock-gap"            // observed in one section of a lock, acted on in another
	limitOverrun      = "limit-overrun"       // the same, of a limit
	idAllocation      = "id-allocation"       // the same, of the next number
	lazyInit          = "lazy-init"           // the same, of what is made when it is missing
	cacheResurrection = "cache-resurrection"  // the same, of an entry that others remove
	staleAcrossWait   = "stale-across-wait"   // the same, around a wait for a condition
	checkActMethods   = "check-act-methods"   // two methods that lock by themselves
	atomicGap         = "atomic-gap"          // atomic load, atomic store
	syncMapGap        = "syncmap-gap"         // the same, of an entry of a map that locks itself
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
		if f.skipped(w.Fn) {
			continue
		}
		if v := f.judge(w); v != nil {
			f.found = append(f.found, f.finding(w, v))
		}
	}
	return f.found
}

// skipped reports whether fn is in a file that does not count: generated, or
// of mocks and fakes.
func (f *finder) skipped(fn *ssa.Function) bool {
	for file, kind := range f.acc.Program.Files {
		if file.FileStart <= fn.Pos() && fn.Pos() < file.FileEnd {
			return kind.Generated || kind.Test || isFake(f.pass, file)
		}
	}
	return false
}

// isFake reports whether a file holds stand-ins for tests.
func isFake(pass *analysis.Pass, file *ast.File) bool {
	name := strings.ToLower(pass.Fset.Position(file.FileStart).Filename)
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' || r == '_' || r == '.' || r == '-' }) {
		switch part {
		case "mock", "mocks", "fake", "fakes", "testutil", "testutils", "testing", "testhelpers", "testdata":
			return part != "testdata" // of this repository, where fixtures lie
		}
	}
	return false
}

// A verdict is what a window is, and how sure it is.
type verdict struct {
	category   string
	confidence report.Confidence
	suspension *effects.Found // in the window, nil if none is known
	others     []*ssa.Function
	why        string // what makes it matter: "other goroutines may remove it"
}

// judge decides what a window is; nil: nothing that matters.
func (f *finder) judge(w *windows.Window) *verdict {
	if f.exempt(w) {
		return nil
	}
	v := &verdict{category: f.categoryOf(w), confidence: report.Suspect}
	v.suspension = f.suspends(w)
	for _, fn := range f.win.WritingFuncs(w.Act.Var) {
		if fn != accesses.Declared(w.Fn) {
			v.others = append(v.others, fn)
		}
	}
	if f.proved(w, v) {
		v.confidence = report.Proved
	}
	return v
}

// exempt reports whether a window is none: one goroutine, a claim, a constant.
func (f *finder) exempt(w *windows.Window) bool {
	if w.OtherClaim || w.OtherTest {
		return true
	}
	if c := f.acc.Contexts[accesses.Declared(w.Fn)]; c != nil && c.Named {
		return true // its callers hold a lock
	}
	if f.acc.CallersLock(w.Fn) {
		return true
	}
	if w.Act.Kind == windows.Store && (w.Act.Val != nil && isConst(w.Act.Val) || w.Act.Use != nil && w.Act.Use.Const) {
		return true
	}
	return f.win.Owned(w.Act.Var)
}

func isConst(v ssa.Value) bool {
	for {
		switch x := v.(type) {
		case *ssa.Const:
			return true
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		default:
			return false
		}
	}
}

// categoryOf returns what kind of window w is.
func (f *finder) categoryOf(w *windows.Window) string {
	switch {
	case w.Check.Use != nil && w.Act.Use != nil:
		return checkActMethods
	case w.Lock == nil && w.Act.Mode == windows.Map:
		return syncMapGap
	case w.Lock == nil:
		return atomicGap
	}
	switch {
	case w.AcrossWait():
		return staleAcrossWait
	case w.IsLimit():
		return limitOverrun
	case w.IsCount():
		return idAllocation
	case w.OnAbsence() && w.Act.Kind == windows.Store:
		return lazyInit
	case w.OnAbsence() && w.Act.Kind == windows.Insert && f.removed(w):
		return cacheResurrection
	}
	return lockGap
}

// removed reports whether another function removes entries of what w inserts into.
func (f *finder) removed(w *windows.Window) bool {
	for _, e := range f.win.Writers(w.Act.Var) {
		if accesses.Declared(e.Fn) != accesses.Declared(w.Fn) && (e.Kind == windows.Delete || e.Kind == windows.Store && !e.Inside) {
			return true
		}
	}
	return false
}

// proved reports whether all of the argument is in view.
func (f *finder) proved(w *windows.Window, v *verdict) bool {
	if w.Weak && w.Branch == nil {
		return false
	}
	switch v.category {
	case checkActMethods:
		return v.suspension != nil
	case atomicGap, idAllocation:
		return w.IsCount() && len(v.others) > 0
	case limitOverrun, staleAcrossWait:
		return true
	case lazyInit:
		return hasIdentity(w.Act.Val)
	case cacheResurrection:
		return v.suspension != nil
	case syncMapGap:
		return w.Act.Val != nil && hasIdentity(w.Act.Val)
	}
	return v.suspension != nil && len(v.others) > 0
}

// hasIdentity reports whether a value is one that must not be lost or doubled:
// it can be closed or stopped.
func hasIdentity(v ssa.Value) bool {
	if v == nil {
		return false
	}
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	if _, ok := v.Type().Underlying().(*types.Chan); ok {
		return true
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
	var best *effects.Found
	for _, x := range f.eff.EffectsOf(w.Fn, func(i ssa.Instruction) bool { return in[i] }) {
		if !isSuspension(x) || x.Suspect {
			continue
		}
		if best == nil || x.Cost > best.Cost || x.Cost == best.Cost && len(x.Chain) < len(best.Chain) {
			best = &x
		}
	}
	return best
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
	cell := f.cellName(w.Act)
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
	fmt.Fprintf(&b, "%s acts on a check that may be stale: %s was observed at line %d", f.actName(w.Act), cell, at)
	switch {
	case v.suspension != nil:
		hop := v.suspension.Chain[0]
		fmt.Fprintf(&b, ", and %s at line %d %s", effects.ShortName(hop.Callee, f.pass.Pkg.Path()), f.line(v.suspension.Chain[0].Pos), verb(v.suspension.Class))
	case w.Lock != nil:
		fmt.Fprintf(&b, ", and %s is released in between", lockName(w.Lock))
	default:
		b.WriteString(", and others may change it in between")
	}
	return b.String()
}

func verb(c models.Class) string {
	switch c {
	case models.Net:
		return "suspends on the network"
	case models.DNS:
		return "suspends on a name server"
	case models.Disk:
		return "suspends on the disk"
	case models.Database:
		return "suspends on the database"
	case models.Process:
		return "suspends on another process"
	case models.Sleep:
		return "sleeps"
	}
	return "suspends (" + string(c) + ")"
}

func lockName(h *windows.Hold) string {
	if h.Loc != nil && h.Loc.Step == paths.Field {
		if n := typeName(h.Loc.Parent); n != "" {
			return n + "." + h.Loc.Field.Name()
		}
	}
	return accesses.LockName(h.Class)
}

// cellName returns the location of an event as readers know it: "Account.balance".
func (f *finder) cellName(e *windows.Event) string {
	l := e.Loc
	if l.Step == paths.Deref && l.Parent.Step == paths.Field {
		l = l.Parent
	}
	if l.Step == paths.Field {
		if n := typeName(l.Parent); n != "" {
			return n + "." + l.Field.Name()
		}
	}
	return e.Var.Name()
}

func typeName(l *paths.Loc) string {
	t := l.Type
	if t == nil {
		return ""
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func (f *finder) actName(e *windows.Event) string {
	if e.Use != nil || e.Mode != windows.Plain {
		call := e.Instr.(*ssa.Call)
		if fn := call.Call.StaticCallee(); fn != nil {
			return fn.Name()
		}
		if call.Call.IsInvoke() {
			return call.Call.Method.Name()
		}
	}
	switch e.Kind {
	case windows.Insert:
		return "this insert"
	case windows.Delete:
		return "this removal"
	}
	return "this write"
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
		steps = append(steps, f.window(x)...)
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
		steps = append(steps, report.Step{Pos: fn.Pos(), Text: fmt.Sprintf("%s writes %s too", effects.ShortName(effects.FullName(fn), pkg), cell)})
	}
	return steps
}

// window words the chain of calls to a suspension.
func (f *finder) window(x *effects.Found) []report.Step {
	pkg := f.pass.Pkg.Path()
	var steps []report.Step
	caller := "window"
	for i, hop := range x.Chain {
		callee := effects.ShortName(hop.Callee, pkg)
		text := caller + " → " + callee
		if i == 0 {
			text = "window: " + callee
		}
		if i == len(x.Chain)-1 {
			text += "   " + string(x.Class)
		}
		if !hop.Pos.IsValid() && hop.File != "" {
			text += fmt.Sprintf(" (%s:%d)", hop.File, hop.Line)
		}
		steps = append(steps, report.Step{Pos: hop.Pos, Text: text})
		caller = callee
	}
	return steps
}
