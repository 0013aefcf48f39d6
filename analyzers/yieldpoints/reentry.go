package yieldpoints

import (
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/locks"
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

// blame returns the call that is wrong: the last one on the chain, but the one
// that locks, that is made by a function of which several callers hold the
// lock, and all.
func (l *locker) blame(h held) ssa.CallInstruction {
	at := h.instr
	for i, s := range h.event.Chain {
		if s.Call == nil || i > 0 && (i == len(h.event.Chain)-1 || !l.underLock(s.Fn, l.crit.Key(h.lock.Class))) {
			break
		}
		at = s.Call
	}
	return at
}

// underLock reports whether fn is called at several places, and always with a
// lock of the class held.
func (l *locker) underLock(fn *ssa.Function, class string) bool {
	f, c := l.crit.Locks.Funcs[fn], l.crit.Contexts[fn]
	return f != nil && c != nil && c.Calls > 1 &&
		slices.ContainsFunc(f.Entry, func(x locks.Held) bool { return l.crit.Key(x.Class) == class })
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
// that may run at the same time, and at any time.
func (l *locker) written(h held) bool {
	for _, s := range l.sections(h.lock.Class) {
		if !s.lock.Read && !l.isSetup(s.fn) && !configures.MatchString(s.fn.Name()) && l.parallel(s.fn, h.instr.Parent()) {
			return true
		}
	}
	return false
}
