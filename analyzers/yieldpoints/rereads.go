package yieldpoints

import (
	"fmt"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// Categories of locations that are looked at twice, or too early.
const (
	unlockedReread = "unlocked-reread"  // tested under the lock, read again without it
	doubleFetch    = "double-fetch"     // tested, and loaded again where it is used
	readBeforeLock = "read-before-lock" // read without the lock, written under it
)

// rereadFindings returns the findings about what is looked at twice.
func (f *finder) rereadFindings(fn *windows.Func) []report.Finding {
	var out []report.Finding
	for _, x := range f.win.Rereads(fn) {
		if f.acc.CallersLock(x.Fn) || f.named(x.Second) || f.win.OwnedByRoot(x.Fn, x.Second.Var) {
			continue
		}
		out = append(out, f.reread(x)...)
	}
	return out
}

// named reports whether the function of an event says that its callers lock.
func (f *finder) named(e *windows.Event) bool {
	c := f.acc.Contexts[accesses.Declared(e.Fn)]
	return c != nil && c.Named
}

func (f *finder) reread(x *windows.Reread) []report.Finding {
	cell := windows.CellName(x.Second)
	out := report.Finding{Pos: actPos(x.Second), Category: doubleFetch, Confidence: report.Suspect}
	if x.Lock != nil {
		out.Category = unlockedReread
	}
	if x.Nil == nil && x.Lock == nil {
		return nil // nothing in view takes it away
	}
	if x.Deref && x.Same && x.Nil != nil && (x.Lock != nil || x.Second.Mode == windows.Atomic || x.Held > 1 && !f.win.CalledAsValue(x.Fn)) {
		out.Confidence = report.Proved
	}
	at := f.line(x.First.Instr.Pos())
	switch {
	case x.Lock != nil:
		out.Message = fmt.Sprintf("%s is read again without %s: it was tested under the lock at line %d", cell, lockName(x.Lock), at)
	default:
		out.Message = fmt.Sprintf("%s is loaded again: it was tested at line %d, and may have changed since", cell, at)
	}
	if x.All > 0 {
		out.Message += fmt.Sprintf(" (%d of %d writes hold %s)", x.Held, x.All, accesses.LockName(x.Guard))
	}
	out.Chain = append(out.Chain, report.Step{Pos: x.First.Instr.Pos(), Text: "check: tests " + cell})
	out.Chain = append(out.Chain, report.Step{Pos: out.Pos, Text: "act: uses what it loads here"})
	if x.Nil != nil {
		who := funcName(f.pass, x.Nil.Fn)
		out.Chain = append(out.Chain, report.Step{Pos: actPos(x.Nil), Text: who + " takes it away"})
	}
	return []report.Finding{out}
}

// earlyFindings returns the findings about what is read before the lock is taken.
func (f *finder) earlyFindings(fn *windows.Func) []report.Finding {
	var out []report.Finding
	for _, x := range f.win.Earlies(fn) {
		if f.win.Exempt(x.Window) || f.win.OwnedByRoot(x.Fn, x.Act.Var) {
			continue
		}
		cell := windows.CellName(x.Act)
		y := report.Finding{Pos: actPos(x.Act), Category: readBeforeLock, Confidence: report.Suspect}
		if x.IsCount() && x.Held > 1 {
			y.Confidence = report.Proved
		}
		y.Message = fmt.Sprintf("%s acts on what was read before the lock: %s was read at line %d, and %s is taken after it (%d of %d writes hold it)",
			windows.ActName(x.Act), cell, f.line(x.Check.Instr.Pos()), lockName(x.Lock), x.Held, x.All)
		y.Chain = []report.Step{
			{Pos: x.Check.Instr.Pos(), Text: "check: reads " + cell + " without a lock"},
			{Pos: y.Pos, Text: "act: writes " + cell + " under " + lockName(x.Lock)},
		}
		out = append(out, y)
	}
	return out
}
