package yieldpoints

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
)

// A hold is a critical section that waits.
type hold struct {
	*section
	wait    wait
	at      ssa.Instruction // the call that waits, of those that are always made with the lock held
	victim  *section        // another section of the lock, that does not wait itself; nil if there is none
	suspect bool
}

// holds returns the findings about locks that are held while their holder
// waits, and that others want meanwhile: one for each lock and each function
// that waits.
func (l *locker) holds() []report.Finding {
	l.sections(nil)
	type place struct {
		class string
		fn    *ssa.Function
	}
	groups := make(map[place][]hold)
	var places []place
	for _, class := range l.classes {
		for _, s := range l.byClass[class] {
			for _, w := range s.waits {
				h := hold{section: s, wait: w}
				if !l.judge(&h, class) {
					continue
				}
				h.at = l.blameWait(&h, class)
				p := place{class, h.at.Parent()}
				if groups[p] == nil {
					places = append(places, p)
				}
				groups[p] = append(groups[p], h)
			}
		}
	}
	var out []report.Finding
	for _, p := range places {
		g := groups[p]
		slices.SortStableFunc(g, compareHolds)
		out = append(out, l.hold(g))
	}
	return out
}

func compareHolds(a, b hold) int {
	return cmp.Or(
		report.CompareBool(a.suspect, b.suspect),
		cmp.Compare(b.wait.Cost, a.wait.Cost),
		cmp.Compare(len(a.wait.Chain), len(b.wait.Chain)),
		strings.Compare(a.wait.Op, b.wait.Op),
	)
}

// judge decides whether a section that waits is worth a finding.
func (l *locker) judge(h *hold, class string) bool {
	w := h.wait
	if w.Excused != "" || !slow(w.Found) || l.isSetup(h.fn) || l.crit.OwnedLoc(h.lock.Loc) || l.givesBack(h) {
		return false
	}
	if l.releasedBy(h) {
		return false
	}
	h.victim = l.victim(h, class)
	if h.victim == nil {
		return false
	}
	h.suspect = w.Suspect || len(w.Chain) > maxSure || !long(w.Found) || l.byArgument(w) ||
		w.Class == models.Database && (h.writes || !queries.MatchString(w.Op)) || l.isLifecycle(h.fn) || h.fn.Name() == "Next" ||
		l.ownConnection(h) || canWait(h.victim) || !l.isOpen(h.victim.fn)
	return true
}

// maxSure is the number of calls of a chain beyond which too much lies between
// the lock and the operation to be sure that it is reached.
const maxSure = 4

// byArgument reports whether an operation sleeps as long as a caller of its function says.
func (l *locker) byArgument(w wait) bool {
	if w.Class != models.Sleep || len(w.Chain) < 2 {
		return false
	}
	call, ok := l.instrAt(w.Site).(*ssa.Call)
	if !ok || len(call.Call.Args) == 0 {
		return true // in another package
	}
	_, isParam := call.Call.Args[0].(*ssa.Parameter)
	return isParam
}

// closes matches operations that end a connection: they may linger, and rarely do.
var closes = regexp.MustCompile(`\.(Close|Shutdown|Stop|Release)[A-Za-z]*$`)

// queries matches operations that ask a database: what stores in it what a
// section changes has to be in the section.
var queries = regexp.MustCompile(`\.(Query|Find|First|Last|Take|Scan|Select|Get|Count|Ping|Conn)[A-Za-z]*$`)

// blameWait returns the call that waits: the last one on the chain that is
// in a function which is always called with the lock held.
func (l *locker) blameWait(h *hold, class string) ssa.Instruction {
	at := h.wait.at
	for _, hop := range h.wait.Chain[1:] {
		instr := l.instrAt(hop.Pos)
		if !hop.Pos.IsValid() || instr == nil || !l.underLock(instr.Parent(), class) {
			break
		}
		at = instr
	}
	return at
}

// slow reports whether x waits for something that is worth a word.
func slow(x effects.Found) bool {
	switch x.Class {
	case models.Net, models.DNS, models.Process, models.Database, models.RPC, models.Sleep, models.Suspends, models.Wait:
		return x.Cost > models.Brief
	case models.Disk:
		return x.Cost > models.Brief
	}
	return false
}

// long reports whether x certainly takes so long that others notice. Of a wait
// for another goroutine that is not known: it may be for a computation, and
// deadlocks are found apart.
func long(x effects.Found) bool {
	switch x.Class {
	case models.Net, models.DNS, models.Process, models.Database, models.RPC, models.Sleep, models.Suspends:
		return x.Op != responseWrite && !closes.MatchString(x.Op)
	}
	return false
}

// responseWrite writes to a buffer as a rule, and waits for the peer if the
// response is larger than that.
const responseWrite = "(net/http.ResponseWriter).Write"

// givesBack reports whether a function on the way to the operation unlocks
// the lock before it.
func (l *locker) givesBack(h *hold) bool {
	for _, hop := range h.wait.Chain {
		if !hop.Pos.IsValid() {
			break
		}
		fn := l.functionAt(hop.Pos, nil)
		if fn == nil || fn == h.fn {
			continue
		}
		if s := l.crit.Summary(fn); s != nil {
			for _, x := range s.GivesBack {
				if l.crit.Key(x.Class) == l.crit.Key(h.lock.Class) {
					return true
				}
			}
		}
	}
	return false
}

// hold makes the finding of a group, its best first.
func (l *locker) hold(group []hold) report.Finding {
	h := group[0]
	w := h.wait
	f := report.Finding{Pos: h.at.Pos(), Category: heldAcross, Confidence: report.Proved}
	if h.suspect {
		f.Confidence = report.Suspect
	}
	pkg := l.pass.Pkg.Path()
	name := l.crit.Name(h.lock.Class)
	mode := "holds " + name
	held := "waits for it meanwhile"
	if h.lock.Read {
		mode += " for reading"
		held = "waits for it meanwhile, and new readers behind that"
	}
	down := ""
	if n := len(w.Chain); n > 1 {
		down = fmt.Sprintf(", %d calls down", n)
	}
	f.Message = fmt.Sprintf("%s %s while it %s: %s%s; %s %s", l.name(h.fn), mode, waitVerb(w.Class), effects.ShortName(w.Op, pkg), down, l.name(h.victim.fn), held)
	if n := others(group, h); n == 1 {
		f.Message += "; so does 1 other function"
	} else if n > 1 {
		f.Message += fmt.Sprintf("; so do %d other functions", n)
	}
	f.Chain = l.taken(h.lock, h.site)
	f.Chain = append(f.Chain, suspensionSteps(l.pass, l.name(h.fn), w.Found)...)
	if h.victim.site != nil {
		f.Chain = append(f.Chain, report.Step{Pos: h.victim.site.Pos(), Text: fmt.Sprintf("%s takes %s and does not wait itself: it is held up", l.name(h.victim.fn), name)})
	}
	return f
}

// others counts the functions of a group but the first.
func others(group []hold, h hold) int {
	seen := map[*ssa.Function]bool{h.fn: true}
	for _, x := range group {
		seen[x.fn] = true
	}
	return len(seen) - 1
}
