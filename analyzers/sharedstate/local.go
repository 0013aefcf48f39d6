package sharedstate

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/order"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Goroutines of one function: races between a function and the goroutines
// that it starts, on variables that it makes, and on package-level variables.

const (
	maxPairs = 3000 // of accesses that are compared in one unfolding
	maxShown = 12   // races on one variable, of which one is reported
)

// A race is two conflicting accesses that nothing orders.
type race struct {
	a, b *threads.Access // a is the one that is reported
	o    *order.Order
	root *ssa.Function

	table   *models.Table
	suspect bool // a doubt is left
}

// localFindings returns the races of all functions that start goroutines.
func localFindings(pass *analysis.Pass, eff *effects.Result, log *bounds.Log) []report.Finding {
	var races []race
	p := newPlaces(pass)
	p.log = log
	for _, fn := range eff.Program.Funcs {
		if fn.Parent() == nil && threads.Starts(fn, eff.Table) {
			races = append(races, racesOf(p, fn, eff)...)
		}
	}
	return raceFindings(p, races)
}

// racesOf unfolds fn and returns its races, one for each variable.
func racesOf(p *places, fn *ssa.Function, eff *effects.Result) []race {
	u := threads.Unfold(fn, eff.Program.Pkg, eff.Table, p.log)
	if u == nil || len(u.Threads) < 2 {
		return nil
	}
	b := u.Build()
	if b == nil {
		return nil
	}
	o := order.New(u, b)
	j := &judge{p: p, u: u, b: b, o: o, doubting: make(map[order.Doubts]*order.Order)}
	var out []race
	pairs := 0
	for _, cell := range cells(b) {
		var found []race
		for i, x := range cell {
			for _, y := range cell[i:] {
				if len(found) >= maxShown || !conflict(x, y) || x == y && len(x.Node.Thread.Chain()) == 1 {
					continue
				}
				if pairs++; pairs > maxPairs {
					p.log.Exceeded("sharedstate.maxPairs", fn)
					return out
				}
				if o.Protected(x, y) || !o.Concurrent(x, y) {
					continue
				}
				r := newRace(p, x, y, o, fn, eff.Table)
				r.suspect = j.doubts(r)
				found = append(found, r)
			}
		}
		if len(found) > 0 {
			out = append(out, slices.MinFunc(found, func(x, y race) int {
				return cmp.Or(report.CompareBool(x.suspect, y.suspect), cmp.Compare(rank(y.a, y.b), rank(x.a, x.b)), report.ComparePos(p.pass, p.of(x.a), p.of(y.a)))
			}))
		}
	}
	return out
}

// cells groups the accesses that matter by the variable, in a fixed order.
func cells(b *threads.Build) [][]*threads.Access {
	byTop := make(map[*paths.Loc][]*threads.Access)
	var tops []*paths.Loc
	for _, a := range b.Accesses {
		if !a.Strong || !threads.Local(a.Loc) && threads.Global(a.Loc) == nil && !sameObject(a) {
			continue
		}
		top := a.Loc.Top()
		if byTop[top] == nil {
			tops = append(tops, top)
		}
		byTop[top] = append(byTop[top], a)
	}
	var out [][]*threads.Access
	for _, top := range tops {
		if list := byTop[top]; isShared(list) {
			slices.SortStableFunc(list, func(x, y *threads.Access) int { return report.CompareBool(!x.Write, !y.Write) })
			out = append(out, list)
		}
	}
	return out
}

// isShared reports whether more than the first thread touches the variable, and somebody writes it.
func isShared(list []*threads.Access) bool {
	write, other := false, false
	for _, a := range list {
		write = write || a.Write
		other = other || a.Node.Thread.Parent != nil
	}
	return write && other
}

// conflict reports whether x and y must not happen at the same time.
func conflict(x, y *threads.Access) bool {
	switch {
	case x.Class == threads.Adds && y.Class == threads.Waits, x.Class == threads.Waits && y.Class == threads.Adds:
		return x.Loc == y.Loc
	case x.Class == threads.Sends || x.Class == threads.Closes || y.Class == threads.Sends || y.Class == threads.Closes:
		return (x.Class == threads.Closes || y.Class == threads.Closes) && x.Loc == y.Loc && x != y
	case x.Atomic && y.Atomic:
		return false
	case x.Use != nil && y.Use != nil:
		return x.Loc == y.Loc && x.Use.Conflicts(y.Use)
	}
	return (x.Write || y.Write) && x.Loc.Overlaps(y.Loc)
}

func newRace(p *places, x, y *threads.Access, o *order.Order, fn *ssa.Function, table *models.Table) race {
	if d := rank(y, x) - rank(x, y); d > 0 || d == 0 && report.ComparePos(p.pass, p.of(y), p.of(x)) < 0 {
		x, y = y, x
	}
	return race{a: x, b: y, o: o, root: fn, table: table}
}

// rank says how well it fits to report x rather than the other access: the
// plain one of an atomic and a plain one, else the write, else the one in a goroutine.
func rank(x, other *threads.Access) int {
	n := 0
	if other.Atomic && !x.Atomic {
		n += 4
	}
	if x.Write {
		n += 2
	}
	if x.Node.Thread.Parent != nil {
		n++
	}
	return n
}

// raceFindings makes one finding for each variable and place.
func raceFindings(p *places, races []race) []report.Finding {
	slices.SortStableFunc(races, func(x, y race) int {
		return report.ComparePos(p.pass, p.of(x.a), p.of(y.a))
	})
	seen := make(map[string]bool)
	var out []report.Finding
	for _, r := range races {
		key := fmt.Sprint(p.of(r.a), r.a.Loc)
		if seen[key] {
			continue
		}
		seen[key] = true
		if f, ok := groupRace(p, r); ok {
			out = append(out, f)
		} else if !isGroup(r) {
			out = append(out, raceFinding(p, r))
		}
	}
	return out
}

func raceFinding(p *places, r race) report.Finding {
	if r.a.Use != nil && r.b.Use != nil {
		return unsafeLocal(p, r)
	}
	f := report.Finding{Pos: p.of(r.a), Category: categoryOf(r), Confidence: report.Proved}
	if r.suspect {
		f.Confidence = report.Suspect
	}
	f.Message = fmt.Sprintf("%s is %s here by %s, and %s by %s without order", p.name(r.a.Loc), did(r.a), threadName(p.pass, r.a), did(r.b), otherName(p.pass, r))
	f.Chain = append(f.Chain, report.Step{Pos: p.of(r.b), Text: fmt.Sprintf("%s is %s by %s%s", p.name(r.b.Loc), did(r.b), otherName(p.pass, r), heldText(r.o.Held(r.b.Node)))})
	if held := r.o.Held(r.a.Node); len(held) > 0 {
		f.Chain = append(f.Chain, report.Step{Pos: p.of(r.a), Text: "the first access is made" + heldText(held)})
	}
	f.Chain = append(f.Chain, startSteps(r)...)
	return earlyDone(p, r, f)
}

// A judge says of which races of an unfolding a doubt is left.
type judge struct {
	p        *places
	u        *threads.Unfolding
	b        *threads.Build
	o        *order.Order
	doubting map[order.Doubts]*order.Order
}

// doubts reports whether r rests on something that is assumed.
func (j *judge) doubts(r race) bool {
	for _, x := range []*threads.Access{r.a, r.b} {
		// A timer is late enough, as a rule.
		if storesStart(x) || x.Frame.Assumed {
			return true
		}
	}
	// What is registered runs once a server serves, and may meet others that are.
	if a, b := r.a.Node.Thread.Registered, r.b.Node.Thread.Registered; a != b || a && j.p.inTest(r.a) {
		return true
	}
	return j.p.onlyTest(r) || !j.under(j.doubtsOf(r)).Concurrent(r.a, r.b)
}

// doubtsOf returns what may order the accesses of a race though nothing says
// that it must. A test knows what the code under test waits for, how long
// that takes, and that its time does not run out.
func (j *judge) doubtsOf(r race) order.Doubts {
	if !j.p.inTest(r.a) && !j.p.inTest(r.b) {
		return order.Loops
	}
	d := order.Loops | order.Calls | order.Timeouts
	if j.drives() {
		d |= order.Pauses
	}
	return d
}

// drives reports whether the functions of the unfolding call code outside of
// test files.
func (j *judge) drives() bool {
	isCode := func(f *threads.Frame) bool {
		return f.Fn.Pos().IsValid() && !program.IsTest(j.p.pass.Fset, f.Fn.Pos())
	}
	return slices.ContainsFunc(j.u.Frames, isCode) || slices.ContainsFunc(j.b.Events, func(e *threads.Event) bool { return e.Kind == threads.Opaque })
}

func (j *judge) under(d order.Doubts) *order.Order {
	if j.doubting[d] == nil {
		j.doubting[d] = j.o.Doubting(d)
	}
	return j.doubting[d]
}

// onlyTest reports whether a race is one of a test and the code that it
// tests: the test starts goroutines that race on what the code does, which
// the program need not share, or the code starts goroutines that run a func of
// the test, which knows how many and when.
func (p *places) onlyTest(r race) bool {
	isTest := func(pos token.Pos) bool { return program.IsTest(p.pass.Fset, pos) }
	inTest, inCode := false, false
	for _, x := range []*threads.Access{r.a, r.b} {
		all := []token.Pos{p.of(x)}
		for t := x.Node.Thread; t.Parent != nil; t = t.Parent {
			all = append(all, threads.Position(t.Site))
		}
		for _, pos := range all {
			inTest = inTest || isTest(pos)
			inCode = inCode || !isTest(pos)
		}
	}
	return inTest && inCode
}

// inTest reports whether an access is in a test file.
func (p *places) inTest(a *threads.Access) bool { return program.IsTest(p.pass.Fset, p.of(a)) }

// categoryOf returns the category of a race on a variable.
func categoryOf(r race) string {
	if r.a.Atomic != r.b.Atomic {
		return "mixed-atomic"
	}
	if r.a.Class != threads.Plain || r.b.Class != threads.Plain {
		return "race"
	}
	if r.a.Loc.Parent == nil && r.a.Loc.Type != nil && isErrorType(r.a.Loc.Type) && (r.a.Write && r.b.Write) {
		return "captured-error"
	}
	for _, x := range []*threads.Access{r.a, r.b} {
		// A field of an object that the function makes, set when a goroutine has it already.
		if x.Write && x.Node.Thread.Parent == nil && x.Loc.Step == paths.Field && x.Loc.Object().Step == paths.Root && threads.Local(x.Loc) {
			return "publish-before-init"
		}
	}
	return "race"
}

func isErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// heldText says which locks are held.
func heldText(locks []string) string {
	if len(locks) == 0 {
		return ""
	}
	return ", holding " + strings.Join(locks, ", ")
}

// startSteps says where the goroutines of a race start.
func startSteps(r race) []report.Step {
	var steps []report.Step
	seen := make(map[*threads.Thread]bool)
	for _, a := range []*threads.Access{r.a, r.b} {
		for t := a.Node.Thread; t.Parent != nil; t = t.Parent {
			if !seen[t] {
				seen[t] = true
				steps = append(steps, report.Step{Pos: threads.Position(t.Site), Text: "the goroutine is started"})
			}
		}
	}
	return steps
}

// storesStart reports whether a stores what the call returns that starts a
// goroutine: the handle of a timer.
func storesStart(a *threads.Access) bool {
	s, ok := a.Instr.(*ssa.Store)
	if !ok {
		return false
	}
	call, ok := s.Val.(*ssa.Call)
	return ok && len(a.Frame.Started(call)) > 0
}

func did(a *threads.Access) string {
	switch {
	case a.Class == threads.Sends:
		return "sent to"
	case a.Class == threads.Closes:
		return "closed"
	case a.Class == threads.Adds:
		return "raised"
	case a.Class == threads.Waits:
		return "waited for"
	case a.Write:
		return "written"
	}
	return "read"
}

// otherName is threadName of the second access.
func otherName(pass *analysis.Pass, r race) string {
	if r.a.Node.Thread == r.b.Node.Thread {
		return "another goroutine started there"
	}
	return threadName(pass, r.b)
}

func threadName(pass *analysis.Pass, a *threads.Access) string {
	t := a.Node.Thread
	if t.Parent == nil {
		return strings.TrimSpace(t.First.Fn.Name())
	}
	return fmt.Sprintf("the goroutine started at line %d", pass.Fset.Position(threads.Position(t.Site)).Line)
}
