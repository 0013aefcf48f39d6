package yieldpoints

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
)

// contentions returns the findings about event loops that take a lock which
// another goroutine holds while it waits: the loop waits with it.
func (l *locker) contentions() []report.Finding {
	l.sections(nil)
	var out []report.Finding
	seen := make(map[token.Pos]bool)
	for i := range l.roots.List {
		root := &l.roots.List[i]
		if root.Kind != models.Loop || root.Contract != "" || root.Injected != nil || root.Func.SSA() == nil {
			continue
		}
		for _, a := range l.takenBy(root) {
			at := lastHere(a.Chain)
			if at == nil || seen[at.Pos()] {
				continue
			}
			if h, ok := l.waiter(root, a); ok {
				seen[at.Pos()] = true
				out = append(out, l.contention(root, a, at, h))
			}
		}
	}
	return out
}

// takenBy returns the locks that the code of root takes, the nearest of each class.
func (l *locker) takenBy(root *roots.Root) []*critical.Acquire {
	fn := root.Func.SSA()
	s := l.crit.Summary(fn)
	if s == nil {
		return nil
	}
	best := make(map[string]*critical.Acquire)
	var order []string
	for _, a := range s.Acquires {
		if a.Chain[0].Call == nil {
			continue
		}
		if pos := a.Chain[0].Call.Pos(); root.From.IsValid() && (pos < root.From || pos > root.To) {
			continue
		}
		key := l.crit.Key(a.Class)
		if old := best[key]; old == nil {
			order = append(order, key)
		} else if len(old.Chain) <= len(a.Chain) {
			continue
		}
		best[key] = a
	}
	var out []*critical.Acquire
	for _, key := range order {
		out = append(out, best[key])
	}
	return out
}

// lastHere returns the deepest call of a chain that is in this package.
func lastHere(chain []critical.Step) ssa.CallInstruction {
	var at ssa.CallInstruction
	for _, s := range chain {
		if s.Call != nil {
			at = s.Call
		}
	}
	return at
}

// waiter returns a section that holds the lock of a while it waits, on another goroutine.
func (l *locker) waiter(root *roots.Root, a *critical.Acquire) (*hold, bool) {
	var best *hold
	for _, s := range l.sections(a.Class) {
		if s.lock.Read && a.Read || l.isSetup(s.fn) || !l.parallel(s.fn, root.Func.SSA()) || l.onLoop(s.fn, root) {
			continue
		}
		for _, w := range s.waits {
			h := &hold{section: s, wait: w}
			if w.Excused != "" || !long(w.Found) || w.Class == models.Wait || !slow(w.Found) || l.givesBack(h) {
				continue
			}
			h.suspect = w.Suspect || root.Weak || a.Maybe || a.If != nil || l.isLifecycle(s.fn) || configures.MatchString(s.fn.Name())
			if best == nil || compareHolds(*h, *best) < 0 {
				best = h
			}
		}
	}
	return best, best != nil
}

// onLoop reports whether fn runs on the loop of root, as far as that is known.
func (l *locker) onLoop(fn *ssa.Function, root *roots.Root) bool {
	fn = accesses.Declared(fn)
	if fn == accesses.Declared(root.Func.SSA()) {
		return true
	}
	c := l.crit.Contexts[fn]
	if c == nil || len(c.Roots) == 0 {
		return false
	}
	for _, r := range c.Roots {
		onSome := false
		for i := range l.roots.List {
			other := &l.roots.List[i]
			onSome = onSome || other.Func.SSA() == r && other.Loop == root.Loop
		}
		if !onSome {
			return false
		}
	}
	return true
}

func (l *locker) contention(root *roots.Root, a *critical.Acquire, at ssa.CallInstruction, h *hold) report.Finding {
	f := report.Finding{Pos: at.Pos(), Category: loopContends, Confidence: report.Proved}
	if h.suspect {
		f.Confidence = report.Suspect
	}
	pkg := l.pass.Pkg.Path()
	name := l.crit.Name(a.Class)
	who := effects.ShortName(root.Name, pkg)
	f.Message = fmt.Sprintf("%s runs on the %s and takes %s, which %s holds while it %s: %s", who, root.Loop, name, l.name(h.fn), waitVerb(h.wait.Class), effects.ShortName(h.wait.Op, pkg))
	f.Chain = l.steps(who, a.Chain, "takes "+name)
	f.Chain = append(f.Chain, l.taken(h.lock, h.site)...)
	f.Chain = append(f.Chain, suspensionSteps(l.pass, l.name(h.fn), h.wait.Found)...)
	for _, e := range root.Evidence {
		f.Chain = append(f.Chain, report.Step{Pos: e.Pos, Text: e.Text})
	}
	return f
}
