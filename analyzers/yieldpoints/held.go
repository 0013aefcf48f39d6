package yieldpoints

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
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

// observes matches the names of functions that report on something to
// whoever looks at it, and configures those of functions that are called to
// set something up: neither is held up in earnest.
var observes = regexp.MustCompile(`^(?i:stat|string$|info|len$|size$|count|dump|metric|describe|collect|report|debug|marshal)|Stats$|Info$|Metrics$`)

// isOpen reports whether others call fn: it is exported, or used as a value, a
// handler for example, or a goroutine starts in it.
func (l *locker) isOpen(fn *ssa.Function) bool {
	fn = accesses.Declared(fn)
	c := l.crit.Contexts[fn]
	return token.IsExported(fn.Name()) || c != nil && (c.Root || c.Go)
}

// canWait reports whether a section is one of such a function.
func canWait(s *section) bool {
	return observes.MatchString(s.fn.Name()) || configures.MatchString(s.fn.Name())
}

var configures = regexp.MustCompile(`^(?i:set|enable|disable|register|with|use|configure|add.*(handler|hook|listener|observer|callback))`)

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

// releasedBy reports whether the operation gives the lock back while it
// waits: a condition variable does.
func (l *locker) releasedBy(h *hold) bool {
	if h.wait.Op != condWait {
		return false
	}
	call, ok := l.instrAt(h.wait.Site).(*ssa.Call)
	if !ok || program.Callee(&call.Call) == nil || effects.Name(program.Callee(&call.Call)) != condWait {
		return false // in another package: with a lock of its own
	}
	lock := l.lockOfCond(program.Receiver(&call.Call))
	return lock == "" || lock == l.crit.Key(h.lock.Class)
}

const condWait = "(*sync.Cond).Wait"

// lockOfCond returns the lock of a condition variable, "" if it is not known.
func (l *locker) lockOfCond(cond ssa.Value) string {
	class := locks.ClassOf(l.crit.Locks.Paths.Of(cond))
	if l.conds == nil {
		l.findConds()
	}
	return l.conds[class]
}

// findConds finds which locks the condition variables of the package have.
func (l *locker) findConds() {
	l.conds = make(map[any]string)
	paths := l.crit.Locks.Paths
	for _, fn := range l.crit.Program.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				st, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				call, ok := st.Val.(*ssa.Call)
				if !ok || program.Callee(&call.Call) == nil || effects.Name(program.Callee(&call.Call)) != "sync.NewCond" {
					continue
				}
				lock := locks.ClassOf(paths.Of(call.Call.Args[0]))
				if cond := locks.ClassOf(paths.Of(st.Addr)); cond != nil && lock != nil {
					l.conds[cond] = l.crit.Key(lock)
				}
			}
		}
	}
}

// victim returns a section of the same lock that others want at any time, and
// that does not wait itself: the one that is held up. A section that only
// touches what the operation works on is not: the lock is there for that.
func (l *locker) victim(h *hold, class string) *section {
	resources := l.resources(class)
	var best *section
	for _, s := range l.byClass[class] {
		if s.fn == h.fn || h.lock.Read && s.lock.Read || l.isSetup(s.fn) || l.isLifecycle(s.fn) || l.waits(s.fn, class) {
			continue
		}
		if touches(s, resources) || !l.isHot(s.fn) || len(s.vars) == 0 {
			continue
		}
		if best == nil || l.prefers(s, best) {
			best = s
		}
	}
	return best
}

func touches(s *section, vars map[types.Object]bool) bool {
	for v := range s.vars {
		if vars[v] {
			return true
		}
	}
	return false
}

// prefers reports whether s is a better example than t: of a function that
// cannot wait, of an exported one.
func (l *locker) prefers(s, t *section) bool {
	if a, b := canWait(s), canWait(t); a != b {
		return b
	}
	return l.isOpen(s.fn) && !l.isOpen(t.fn)
}

// waits reports whether a section of fn waits with a lock of the class.
func (l *locker) waits(fn *ssa.Function, class string) bool {
	for _, s := range l.byClass[class] {
		if s.fn != fn {
			continue
		}
		for _, w := range s.waits {
			if slow(w.Found) {
				return true
			}
		}
	}
	return false
}

// isHot reports whether fn may be called at any time: it is exported, or
// reached from what is, or from a goroutine.
func (l *locker) isHot(fn *ssa.Function) bool {
	c := l.crit.Contexts[accesses.Declared(fn)]
	if c == nil || c.Root {
		return true
	}
	for _, r := range c.Roots {
		if !l.isSetup(r) && !l.isLifecycle(r) {
			return true
		}
	}
	return c.Roots == nil
}

var lifecycle = regexp.MustCompile(`(?i)^(init|new|make|close|stop|shutdown|start|open|destroy|terminate|quit|exit|dispose|tear|clean|recover|setup|drain|kill|abort|finish|reset|cancel|drop|truncate|main|bootstrap|boot|configure|reconfigure|reload|restart)`)

// isLifecycle reports whether fn begins or ends the life of its object: then
// few others are there to wait.
func (l *locker) isLifecycle(fn *ssa.Function) bool {
	fn = accesses.Declared(fn)
	if lifecycle.MatchString(fn.Name()) {
		return true
	}
	c := l.crit.Contexts[fn]
	if c == nil || c.Root || len(c.Roots) == 0 {
		return false
	}
	for _, r := range c.Roots {
		if !lifecycle.MatchString(accesses.Declared(r).Name()) {
			return false
		}
	}
	return true
}

// resources returns the fields and variables that hold what the sections of a
// class wait on, as far as this package sees it: who touches these has to wait
// whatever else the lock is for.
func (l *locker) resources(class string) map[types.Object]bool {
	if out, ok := l.worksOn[class]; ok {
		return out
	}
	out := make(map[types.Object]bool)
	for _, s := range l.byClass[class] {
		for _, w := range s.waits {
			if !slow(w.Found) {
				continue
			}
			for _, instr := range []ssa.Instruction{w.at, l.instrAt(w.Site)} {
				for _, loc := range l.operands(instr) {
					if f := lastField(loc); f != nil {
						out[f] = true
					}
				}
			}
		}
	}
	l.worksOn[class] = out
	return out
}

// lastField returns the last field on the way to a location, or nil.
func lastField(loc *paths.Loc) types.Object {
	for ; loc != nil && loc.Parent != nil; loc = loc.Parent {
		if loc.Step == paths.Field {
			return loc.Field
		}
	}
	return nil
}

// operands returns what a call is made on, and the interface values that it is
// given: what it may work on.
func (l *locker) operands(instr ssa.Instruction) []*paths.Loc {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	common := call.Common()
	values := common.Args
	if common.IsInvoke() {
		values = append([]ssa.Value{common.Value}, values...)
	}
	method := common.IsInvoke() || common.Signature().Recv() != nil
	var out []*paths.Loc
	for i, v := range values {
		if !types.IsInterface(v.Type()) && (i > 0 || !method) {
			continue
		}
		if loc := l.crit.Locks.Paths.Of(v); loc != nil {
			out = append(out, loc)
		}
	}
	return out
}

// ownConnection reports whether the operation is on a connection that is
// part of the same object as the lock: who waits for the lock mostly wants
// something of that very peer.
func (l *locker) ownConnection(h *hold) bool {
	if !strings.Contains(h.wait.Op, "Conn).") {
		return false
	}
	owner := l.crit.Owner(h.lock.Class)
	if owner != nil && hasConnection(owner) {
		return true
	}
	for _, instr := range []ssa.Instruction{h.wait.at, l.instrAt(h.wait.Site)} {
		for _, loc := range l.operands(instr) {
			if owner != nil && lastField(loc) != nil && leadsFrom(loc, owner) {
				return true
			}
		}
	}
	return false
}

// hasConnection reports whether a struct has a field that is a connection.
func hasConnection(owner *types.TypeName) bool {
	st, ok := owner.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if obj, _, _ := types.LookupFieldOrMethod(st.Field(i).Type(), true, nil, "SetReadDeadline"); obj != nil {
			return true
		}
	}
	return false
}

// leadsFrom reports whether a location is reached from a value of a type.
func leadsFrom(loc *paths.Loc, owner *types.TypeName) bool {
	for ; loc != nil; loc = loc.Parent {
		t := loc.Type
		if t == nil {
			continue
		}
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Origin().Obj() == owner {
			return true
		}
	}
	return false
}

// instrAt returns the instruction at pos, nil if it is not of this package.
func (l *locker) instrAt(pos token.Pos) ssa.Instruction {
	if l.instrs == nil {
		l.instrs = make(map[token.Pos]ssa.Instruction)
		for _, fn := range l.crit.Program.Funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if _, isDebug := instr.(*ssa.DebugRef); isDebug || !instr.Pos().IsValid() {
						continue
					}
					_, isCall := instr.(ssa.CallInstruction)
					if old := l.instrs[instr.Pos()]; old == nil || isCall {
						l.instrs[instr.Pos()] = instr
					}
				}
			}
		}
	}
	return l.instrs[pos]
}

// functionAt returns the function of the instruction at pos, else fn.
func (l *locker) functionAt(pos token.Pos, fn *ssa.Function) *ssa.Function {
	if instr := l.instrAt(pos); instr != nil {
		return instr.Parent()
	}
	return fn
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
	f.Chain = append(f.Chain, l.foundSteps(l.name(h.fn), w.Found)...)
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

// foundSteps shows the chain to an operation.
func (l *locker) foundSteps(caller string, x effects.Found) []report.Step {
	pkg := l.pass.Pkg.Path()
	var steps []report.Step
	for i := 0; i < len(x.Chain); i++ {
		hop := x.Chain[i]
		callee := effects.ShortName(hop.Callee, pkg)
		text := caller + " → " + callee
		// A call inside the standard library has no place of its own.
		for i+1 < len(x.Chain) && !x.Chain[i+1].Pos.IsValid() && x.Chain[i+1].File == "" {
			i++
			callee = effects.ShortName(x.Chain[i].Callee, pkg)
			text += " → " + callee
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

// waitVerb says what an operation of a class makes the holder of a lock do.
func waitVerb(c models.Class) string {
	switch c {
	case models.Net:
		return "waits for the network"
	case models.DNS:
		return "waits for a name server"
	case models.Disk:
		return "waits for the disk"
	case models.Process:
		return "waits for another process"
	case models.Database:
		return "waits for the database"
	case models.RPC:
		return "waits for a remote call"
	case models.Sleep:
		return "sleeps"
	case models.Wait:
		return "waits for another goroutine"
	}
	return "may suspend"
}
