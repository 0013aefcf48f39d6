package yieldpoints

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// A pair is two classes of locks, the first held when the second is taken.
type pair struct{ first, second string }

// inversions returns the findings about pairs of locks that are taken in both
// orders: two goroutines may each hold one and wait for the other.
func (l *locker) inversions() []report.Finding {
	edges := make(map[pair][]held)
	var pairs []pair
	for _, h := range l.list {
		p := pair{l.crit.Key(h.lock.Class), l.crit.Key(h.event.Class)}
		if p.first == p.second || p.first == "" || p.second == "" || l.private(h) || slices.Contains(l.allHeld(h, true), p.second) {
			continue // in the last case, it is held before the first, by a caller perhaps
		}
		if edges[p] == nil {
			pairs = append(pairs, p)
		}
		edges[p] = append(edges[p], h)
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(strings.Compare(a.first, b.first), strings.Compare(a.second, b.second))
	})
	var out []report.Finding
	for _, p := range pairs {
		back := edges[pair{p.second, p.first}]
		if p.first > p.second || back == nil {
			continue
		}
		if f, ok := l.inversion(edges[p], back); ok {
			out = append(out, f)
		}
	}
	return out
}

// private reports whether the lock that is held belongs to an object that
// nobody else has yet.
func (l *locker) private(h held) bool {
	if h.lock.Loc != nil && l.crit.OwnedLoc(h.lock.Loc) {
		a, ok := h.lock.Loc.Top().Base.(*ssa.Alloc)
		if !ok || !published(a, h.instr) {
			return true
		}
	}
	return l.isSetup(h.instr.Parent())
}

// published reports whether an object has been stored where others find it before instr.
func published(a *ssa.Alloc, instr ssa.Instruction) bool {
	for _, ref := range *a.Referrers() {
		stored := false
		switch ref := ref.(type) {
		case *ssa.Store:
			stored = ref.Val == a
		case *ssa.MapUpdate:
			stored = ref.Value == a
		case *ssa.Send:
			stored = ref.X == a
		}
		if stored && program.Dominates(ref, instr) {
			return true
		}
	}
	return false
}

// inversion makes the finding of the best two ways that conflict.
func (l *locker) inversion(there, back []held) (report.Finding, bool) {
	type candidate struct {
		a, b held
		sure bool
		cost int
	}
	var best *candidate
	for _, a := range there {
		for _, b := range back {
			if l.gated(a, b) || !l.parallel(a.instr.Parent(), b.instr.Parent()) {
				continue
			}
			c := candidate{a, b, certain(a, b) && !starts(a) && !starts(b), len(a.event.Chain) + len(b.event.Chain)}
			if best == nil || c.sure && !best.sure || c.sure == best.sure && c.cost < best.cost {
				best = &c
			}
		}
	}
	if best == nil {
		return report.Finding{}, false
	}
	a, b := best.a, best.b
	if len(b.event.Chain) < len(a.event.Chain) {
		a, b = b, a
	}
	x, y := l.crit.Name(a.lock.Class), l.crit.Name(b.lock.Class)
	f := report.Finding{Pos: a.instr.Pos(), Category: lockOrder, Confidence: report.Suspect}
	if best.sure {
		f.Confidence = report.Proved
	}
	f.Message = fmt.Sprintf("%s is taken while %s is held, and in %s the other way round: two goroutines may wait for each other", y, x, l.name(b.instr.Parent()))
	f.Chain = append(l.way(a), l.way(b)...)
	return f, true
}

// way shows how one lock is held and the other one taken.
func (l *locker) way(h held) []report.Step {
	verb := "takes "
	if h.event.Read {
		verb = "takes, for reading, "
	}
	out := l.taken(h.lock, h.site)
	if h.by != nil {
		out = append(out, report.Step{Pos: h.instr.Pos(), Text: fmt.Sprintf("%s passes a func to %s, which calls it with %s held", l.name(h.instr.Parent()), l.short(h.by[0].Callee), l.crit.Name(h.lock.Class))})
	}
	return append(out, l.steps(l.name(h.instr.Parent()), h.event.Chain, verb+l.crit.Name(h.event.Class))...)
}

// certain reports whether both ways are certain to wait for each other, if
// two goroutines take them at the same time.
func certain(a, b held) bool {
	if a.event.Maybe || b.event.Maybe || a.event.If != nil || b.event.If != nil {
		return false
	}
	// a wants what b holds, and the other way round; two readers do not wait.
	return !(a.event.Read && b.lock.Read) && !(b.event.Read && a.lock.Read)
}

var startup = regexp.MustCompile(`^(?i:init|new|start|open|setup|boot|main)`)

// starts reports whether the holder starts something: few others run then.
func starts(h held) bool { return startup.MatchString(accesses.Declared(h.instr.Parent()).Name()) }

// gated reports whether another lock is held on both ways.
func (l *locker) gated(a, b held) bool {
	for _, x := range l.allHeld(a, false) {
		for _, y := range l.allHeld(b, false) {
			if x == y && x != l.crit.Key(a.lock.Class) && x != l.crit.Key(b.lock.Class) {
				return true
			}
		}
	}
	return false
}

// allHeld returns the classes that are held, for writing or also for reading,
// when the second lock of h is taken.
func (l *locker) allHeld(h held, reading bool) []string {
	var out []string
	for _, x := range l.crit.Locks.Before(h.instr) {
		if !x.Read || reading {
			out = append(out, l.crit.Key(x.Class))
		}
	}
	for _, x := range h.event.Under {
		if !x.Read || reading {
			out = append(out, l.crit.Key(x.Class))
		}
	}
	return out
}

// parallel reports whether two goroutines may run two functions at the same time.
func (l *locker) parallel(a, b *ssa.Function) bool {
	x, y := l.rootsOf(a), l.rootsOf(b)
	if x == nil || y == nil {
		return true
	}
	for _, r := range x {
		for _, s := range y {
			if r != s || l.isMany(r) {
				return true
			}
		}
	}
	return false
}

// rootsOf returns the functions from which fn is reached, nil if there are too many.
func (l *locker) rootsOf(fn *ssa.Function) []*ssa.Function {
	if c := l.crit.Contexts[fn]; c != nil {
		return c.Roots
	}
	return nil
}

// isMany reports whether several goroutines may be in fn at the same time:
// others call it.
func (l *locker) isMany(fn *ssa.Function) bool {
	c := l.crit.Contexts[fn]
	return c == nil || c.Root && accesses.Declared(fn) == fn && fn.Name() != "main" && fn.Name() != "init"
}

// short is the name called full in messages.
func (l *locker) short(full string) string { return effects.ShortName(full, l.pass.Pkg.Path()) }
