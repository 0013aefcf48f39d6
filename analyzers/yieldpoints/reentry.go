package yieldpoints

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/report"
)

// reentries returns the findings about locks that their holder takes again:
// mutexes of Go are not reentrant, so the goroutine waits for itself.
func (l *locker) reentries() []report.Finding {
	var out []report.Finding
	type place struct {
		pos   token.Pos
		class any
	}
	seen := make(map[place]bool)
	for _, h := range l.list {
		if !critical.Same(h.lock, h.event.Lock) || !l.stableOn(h.lock.Loc, h.instr.Parent(), h.event.Chain) {
			continue
		}
		at := l.blame(h)
		if p := (place{at.Pos(), h.lock.Class}); seen[p] {
			continue
		} else {
			seen[p] = true
		}
		out = append(out, l.reentry(h, at))
	}
	return out
}

// blame returns the call that is wrong: the first one on the chain that is
// made with the lock held by a function that is also called without it.
func (l *locker) blame(h held) ssa.CallInstruction {
	at := h.instr
	for _, s := range h.event.Chain {
		if s.Call == nil {
			break
		}
		f := l.crit.Locks.Funcs[s.Fn]
		if s.Fn != h.instr.Parent() {
			if f == nil {
				break
			}
			if _, always := f.Entry.OfClass(h.lock.Class); !always {
				break
			}
		}
		at = s.Call
	}
	return at
}

func (l *locker) reentry(h held, at ssa.CallInstruction) report.Finding {
	f := report.Finding{Pos: at.Pos(), Category: lockReentry, Confidence: report.Proved}
	if h.by != nil {
		f.Category = callbackLocked
	}
	name := l.crit.Name(h.lock.Class)
	again := "locks"
	if h.event.Read {
		again = "locks, for reading,"
	}
	outcome := "it waits for itself"
	if h.lock.Read && h.event.Read {
		outcome = "a writer that comes in between waits for this goroutine, which waits for the writer"
		if !l.written(h) {
			f.Confidence = report.Suspect
		}
	}
	if h.event.Maybe || h.event.If != nil {
		f.Confidence = report.Suspect
	}
	holder := l.name(h.instr.Parent())
	if h.by != nil {
		f.Message = fmt.Sprintf("the func that %s passes here is called with %s held and %s it again: %s", holder, name, again, outcome)
	} else if len(h.event.Chain) == 1 {
		f.Message = fmt.Sprintf("%s %s %s, which it holds already: %s", holder, again, name, outcome)
	} else {
		f.Message = fmt.Sprintf("%s holds %s and calls %s, which %s it again: %s", holder, name, l.callee(h), again, outcome)
	}
	f.Chain = l.taken(h.lock, h.site)
	f.Chain = append(f.Chain, l.steps(holder, h.event.Chain, again+" "+name)...)
	return f
}

// callee is the function that takes the lock of h.
func (l *locker) callee(h held) string {
	steps := h.event.Chain
	return l.short(steps[len(steps)-2].Callee)
}

// written reports whether the lock of h is taken for writing by a function
// that may run at the same time.
func (l *locker) written(h held) bool {
	for _, s := range l.sections(h.lock.Class) {
		if !s.lock.Read && !l.isSetup(s.fn) && l.parallel(s.fn, h.instr.Parent()) {
			return true
		}
	}
	return false
}
