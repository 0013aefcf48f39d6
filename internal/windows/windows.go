// Package windows finds check-then-act sequences: a function observes a shared
// location, others may run (a window), and it acts on the location because of
// what it has observed.
//
// Sections of a lock are told apart by the acquisition that they begin with,
// on every path; locations are those of package paths; dependence is by the
// flow of values and by post-dominance. What a called method observes or does
// under its own lock is in its summary, which is a fact: so a check and an act
// that are two calls are seen like a read and a write in two sections.
//
// The package says what is so; what of it is reported, and how sure it is, is
// for the rule to say.
package windows

import (
	"go/token"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/locks"
)

// Analyzer finds windows. Its result is a *Result, nil for a standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yieldwindows",
	Doc:        "find checks of shared state that are stale when they are acted on",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/windows",
	Requires:   []*analysis.Analyzer{accesses.Analyzer},
	Run:        guard.Run("yieldwindows", run),
	FactTypes:  []analysis.Fact{new(Fact)},
	ResultType: reflect.TypeFor[*Result](),
}

// maxRounds bounds how many calls a summary goes up within a package.
const maxRounds = 4

// A Result is the windows of a package.
type Result struct {
	Accesses *accesses.Result
	Funcs    map[*ssa.Function]*Func
	Windows  []*Window // in the order of functions, then of acts
	pass     *analysis.Pass
	byFn     map[*ssa.Function][]*accesses.Access
	imports  map[*types.Func][]Use
	guarded  map[types.Object]bool     // variables that somebody locks for, or accesses atomically
	writers  map[types.Object][]*Event // all acts on a variable, outside constructors
	readers  map[types.Object][]*Event
}

// A Func is one function.
type Func struct {
	Fn       *ssa.Function
	Events   []*Event
	Uses     []Use
	r        *Result
	sections *sections
	control  *control
	flows    map[ssa.Value]Flow
}

// Control returns the control dependence of the function.
func (f *Func) Control() *control {
	if f.control == nil {
		f.control = newControl(f.Fn)
	}
	return f.control
}

// flow is FlowOf, remembered.
func (f *Func) flow(v ssa.Value) Flow {
	if old, ok := f.flows[v]; ok {
		return old
	}
	x := FlowOf(v)
	f.flows[v] = x
	return x
}

// Holds returns the locks that must be held before instr.
func (f *Func) Holds(instr ssa.Instruction) Holds { return f.sections.before[instr] }

func run(pass *analysis.Pass) (any, error) {
	acc := pass.ResultOf[accesses.Analyzer].(*accesses.Result)
	if acc == nil {
		return (*Result)(nil), nil
	}
	defer acc.Exclusive()()
	r := &Result{
		Accesses: acc, Funcs: make(map[*ssa.Function]*Func), pass: pass,
		byFn: make(map[*ssa.Function][]*accesses.Access), imports: make(map[*types.Func][]Use),
		writers: make(map[types.Object][]*Event), readers: make(map[types.Object][]*Event),
	}
	for _, a := range acc.Accesses {
		r.byFn[a.Fn] = append(r.byFn[a.Fn], a)
	}
	list := r.functions()
	r.solve(list)
	r.export()
	for _, f := range list {
		for _, e := range f.Events {
			if acc.IsSetup(f.Fn) {
				continue
			}
			if e.Use != nil {
				continue // of who makes the access
			}
			if e.Write() {
				r.writers[e.Var] = append(r.writers[e.Var], e)
			} else {
				r.readers[e.Var] = append(r.readers[e.Var], e)
			}
		}
	}
	for _, f := range list {
		if !acc.IsSetup(f.Fn) {
			r.find(f)
		}
	}
	return r, nil
}

// functions returns the functions that count: with a body, outside test files.
func (r *Result) functions() []*Func {
	var list []*Func
	for _, fn := range r.Accesses.Program.Funcs {
		if len(fn.Blocks) == 0 || r.Accesses.IsTest(fn) {
			continue
		}
		f := &Func{Fn: fn, r: r, flows: make(map[ssa.Value]Flow)}
		r.Funcs[fn] = f
		list = append(list, f)
	}
	return list
}

// solve computes sections, events and summaries until they agree.
func (r *Result) solve(list []*Func) {
	renews := make(map[*ssa.Function][]locks.Held)
	for range maxRounds {
		changed := false
		for _, f := range list {
			f.sections = newSections(r.Accesses.Locks, r.Accesses.Table, renews, f.Fn)
			x := f.sections.renewed(r.Accesses.Locks.Funcs[f.Fn])
			if len(x) != len(renews[f.Fn]) {
				renews[f.Fn], changed = x, true
			}
		}
		if !changed {
			break
		}
	}
	r.guarded = make(map[types.Object]bool)
	for _, f := range list {
		for _, e := range r.events(f) {
			if len(e.Holds) > 0 || e.Mode != Plain {
				r.guarded[e.Var] = true
			}
		}
	}
	for range maxRounds {
		changed := false
		for _, f := range list {
			f.Events = r.events(f)
			if r.summarise(f) {
				changed = true
			}
		}
		if !changed {
			return
		}
	}
}

// sameCell reports whether two events of a function are about one location.
func (f *Func) sameCell(a, b *Event) bool {
	if a.Loc != b.Loc || a.Inside != b.Inside || a.Loc == nil {
		return false
	}
	if a.Loc.Vague() && (a.Object == nil || a.Object != b.Object) {
		return false
	}
	if inElement(a.Loc) && a.Use == nil && b.Use == nil && !f.sameElement(a.Object, b.Object) {
		return false
	}
	switch {
	case a.Key == nil && b.Key == nil:
		return true
	case a.Key == nil:
		return b.Kind == Insert && !b.loadsKey() || b.Mode == Plain && b.Kind == Insert
	case b.Key == nil:
		return a.Kind == Insert
	}
	return f.sameValue(a.Key, b.Key)
}

// sameElement reports whether two addresses are those of one element.
func (f *Func) sameElement(a, b ssa.Value) bool {
	if a == nil || b == nil || a == b {
		return a == b && a != nil
	}
	x, ok := a.(*ssa.IndexAddr)
	y, also := b.(*ssa.IndexAddr)
	return ok && also && f.sameValue(x.Index, y.Index)
}

func (e *Event) loadsKey() bool { return e.Kind == Load && e.Key != nil }

// modifies reports whether a store puts what is computed from a load of the
// same location in the same section.
func (f *Func) modifies(e *Event, all []*Event) bool {
	for _, x := range all {
		if x.Kind == Load && x.Use == nil && f.sameCell(x, e) && inSection(x, e) && f.flow(x.Val)[e.Val] != No && between(x.Instr, e.Instr, nil, nil) {
			return true
		}
	}
	return false
}

// inSection reports whether two events lie in one section of some lock, or
// both hold none.
func inSection(a, b *Event) bool {
	common := false
	for _, h := range a.Holds {
		if i := b.Holds.find(h.Class, h.Loc); i >= 0 {
			common = true
			if h.Token == b.Holds[i].Token && !h.Token.Mixed {
				return true
			}
		}
	}
	return !common && len(a.Holds) == 0 && len(b.Holds) == 0
}

// retests reports whether an act is preceded, in its section, by a look at the
// location that decides something; other, whether by one at another field of
// the object.
func (r *Result) retests(f *Func, act *Event) (same, other bool) {
	for _, x := range f.Events {
		if x.Kind != Load || x.Instr == act.Instr || x.Val == nil || !inSection(x, act) || !between(x.Instr, act.Instr, nil, nil) {
			continue
		}
		switch {
		case x.Loc == act.Loc && f.sameCell(x, act):
			same = same || f.isTest(x)
		case isSibling(x.Loc, act.Loc):
			other = other || f.decidedBy(act.Instr.Block(), f.flow(x.Val)) != nil
		}
	}
	return same, other
}

// isTest reports whether what e observes is compared or decides a branch,
// itself or by what a call has made of it.
func (f *Func) isTest(e *Event) bool {
	for v := range f.flow(e.Val) {
		if v.Referrers() == nil {
			continue
		}
		if b, ok := v.(*ssa.BinOp); ok && isComparison(b.Op) {
			return true
		}
		for _, ref := range *v.Referrers() {
			if _, ok := ref.(*ssa.If); ok {
				return true
			}
		}
	}
	return false
}

func isComparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

// isOrdering reports whether op compares sizes.
func isOrdering(op token.Token) bool {
	return isComparison(op) && op != token.EQL && op != token.NEQ
}

// A Window is a check and an act with a gap between them.
type Window struct {
	Fn         *ssa.Function
	Check, Act *Event
	// Lock is what both take, in two sections; nil if they are atomic by themselves.
	Lock   *Hold
	Branch *ssa.If // on the check, that decides on the act; nil if there is none
	Data   bool    // what is written is computed from what was observed
	Weak   bool    // by a call whose result may not depend on it
	// OtherTest says that another field of the object is looked at in the
	// acting section, and OtherClaim that one is written in the observing one.
	OtherTest, OtherClaim bool
	Between               []ssa.Instruction // what runs in the window
	func_                 *Func
	wait                  bool // for a condition, on some path
}

// Func returns what is known of the function of the window.
func (w *Window) Func() *Func { return w.func_ }

// find adds the windows of a function.
func (r *Result) find(f *Func) {
	reported := make(map[ssa.Instruction]bool)
	for _, act := range f.Events {
		if !act.Write() || reported[act.Instr] {
			continue
		}
		var best *Window
		for _, check := range f.Events {
			if check.Kind != Load || check.Val == nil || check.Instr == act.Instr {
				continue
			}
			if w := r.window(f, check, act); w != nil && (best == nil || w.better(best)) {
				best = w
			}
		}
		if best != nil {
			reported[act.Instr] = true
			r.Windows = append(r.Windows, best)
		}
	}
}

// better prefers the check that is nearest to the act.
func (w *Window) better(v *Window) bool {
	if w.Data != v.Data {
		return w.Data
	}
	return len(w.Between) < len(v.Between)
}

// window returns the window between a check and an act, nil if there is none.
func (r *Result) window(f *Func, check, act *Event) *Window {
	if !f.sameCell(check, act) {
		return nil
	}
	lock, ok := gapLock(check, act)
	wait := false
	if !ok {
		if lock = f.waitLock(check, act); lock == nil {
			return nil
		}
		wait = true
	}
	w := &Window{Fn: f.Fn, Check: check, Act: act, Lock: lock, func_: f, wait: wait}
	if !f.depends(w) {
		return nil
	}
	if f.reserved(w) || act.Use == nil && f.revalidated(w) || act.Use != nil && act.Use.Retests {
		return nil
	}
	cut := func(instr ssa.Instruction) bool { return redefines(instr, check, act) }
	if !between(check.Instr, act.Instr, cut, func(i ssa.Instruction) { w.Between = append(w.Between, i) }) {
		return nil
	}
	return w
}

// redefines reports whether an instruction begins another round, with another
// object or key.
func redefines(instr ssa.Instruction, check, act *Event) bool {
	v, ok := instr.(ssa.Value)
	if !ok {
		return false
	}
	if check.Loc.Vague() && v == check.Object {
		return true
	}
	return check.Key != nil && v == strip(check.Key) && check.Key == act.Key || check.Loc.Top().Base == any(v)
}

// gapLock returns the lock that check and act take in two sections. ok is
// false if they are in one section, or if nothing makes them whole.
func gapLock(check, act *Event) (lock *Hold, ok bool) {
	for i := range check.Holds {
		h := &check.Holds[i]
		j := act.Holds.find(h.Class, h.Loc)
		if j < 0 {
			continue
		}
		t := act.Holds[j].Token
		if h.Token == t || h.Token.Mixed || t.Mixed {
			return nil, false
		}
		if h.Loc != nil && (lock == nil || isSibling(h.Loc, check.Loc)) {
			lock = h
		}
	}
	if lock != nil {
		return lock, true
	}
	return nil, check.Mode != Plain && act.Mode == check.Mode
}

// waitLock returns the lock that both hold, by an acquisition that is that of
// the check or, on paths through a wait for a condition, by the wait.
func (f *Func) waitLock(check, act *Event) *Hold {
	for i := range check.Holds {
		h := &check.Holds[i]
		j := act.Holds.find(h.Class, h.Loc)
		if j < 0 || h.Token.Mixed || !act.Holds[j].Token.Mixed || h.Loc == nil {
			continue
		}
		waits := false
		between(check.Instr, act.Instr, nil, func(instr ssa.Instruction) {
			if call, ok := instr.(*ssa.Call); ok && f.sections.waits(call) {
				waits = true
			}
		})
		if waits {
			return h
		}
	}
	return nil
}

// depends finds how the act depends on the check, and reports whether it does.
func (f *Func) depends(w *Window) bool {
	flow := f.flow(w.Check.Val)
	act := w.Act
	if act.Val != nil && (act.Kind == Store || act.Kind == Insert) {
		if s := flow[act.Val]; s != No {
			w.Data, w.Weak = true, s == Weak
		}
	}
	if act.Kind == Delete && (!f.looksInto(w) || f.looksAgain(w)) {
		return false
	}
	w.Branch = f.decidedBy(act.Instr.Block(), flow)
	return w.Data || w.Branch != nil
}

// looksInto reports whether the branch that decides on a removal looks into
// the entry, and not only whether there is one.
func (f *Func) looksInto(w *Window) bool {
	entry := w.Check.Val
	if _, tuple := entry.Type().(*types.Tuple); tuple {
		entry = nil
		for _, ref := range *w.Check.Val.Referrers() {
			if x, ok := ref.(*ssa.Extract); ok && x.Index == 0 {
				entry = x
			}
		}
	}
	if entry == nil {
		return false
	}
	if b, ok := entry.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 && w.Check.Use != nil {
		return false // a method that says whether there is one
	}
	flow := f.flow(entry)
	inner := make(Flow)
	for v, s := range flow {
		if b, ok := v.(*ssa.BinOp); ok && isComparison(b.Op) && (isConst(b.X) && isNilConst(b.X) || isNilConst(b.Y)) {
			continue
		}
		inner[v] = s
	}
	return f.decidedBy(w.Act.Instr.Block(), inner) != nil
}

// looksAgain reports whether the acting section looks again into what the
// check has found, and decides on that.
func (f *Func) looksAgain(w *Window) bool {
	if w.Lock == nil {
		return false
	}
	for v, s := range f.flow(w.Check.Val) {
		instr, ok := v.(ssa.Instruction)
		if !ok || s != Strong || !holdsSame(&Event{Holds: f.sections.before[instr]}, w.Act, w.Lock) {
			continue
		}
		switch x := v.(type) {
		case *ssa.UnOp:
			if x.Op != token.MUL {
				continue
			}
		case *ssa.Lookup, *ssa.Call:
		default:
			continue
		}
		if f.decidedBy(w.Act.Instr.Block(), f.flow(v)) != nil {
			return true
		}
	}
	return false
}

func isNilConst(v ssa.Value) bool {
	c, ok := strip(v).(*ssa.Const)
	return ok && c.IsNil()
}

// reserved reports whether the observing section claims the location: it
// writes it, or another field of the object in its place.
func (f *Func) reserved(w *Window) bool {
	for _, x := range f.Events {
		if !x.Write() || x == w.Act || x.Instr == w.Act.Instr {
			continue
		}
		same := x.Instr == w.Check.Instr || w.Lock != nil && holdsSame(x, w.Check, w.Lock)
		if !same {
			continue
		}
		if x.Loc == w.Check.Loc && (x.Key == nil || w.Act.Key == nil || f.sameCell(x, w.Act)) {
			return true
		}
		if x.Loc != w.Check.Loc && isSibling(x.Loc, w.Check.Loc) {
			w.OtherClaim = true
		}
	}
	return false
}

// holdsSame reports whether x lies in the section of lock that e lies in.
func holdsSame(x, e *Event, lock *Hold) bool {
	i, j := x.Holds.find(lock.Class, lock.Loc), e.Holds.find(lock.Class, lock.Loc)
	return i >= 0 && j >= 0 && x.Holds[i].Token == e.Holds[j].Token
}

// revalidated reports whether the acting section looks at the location again
// before the act.
func (f *Func) revalidated(w *Window) bool {
	for _, x := range f.Events {
		if x.Kind != Load || x.Instr == w.Act.Instr {
			continue
		}
		if w.Lock == nil || !holdsSame(x, w.Act, w.Lock) || !between(x.Instr, w.Act.Instr, nil, nil) {
			continue
		}
		if x.Loc == w.Act.Loc && f.isTest(x) {
			return true
		}
		if x.Loc != w.Act.Loc && isSibling(x.Loc, w.Act.Loc) && f.isTest(x) && !w.wait {
			w.OtherTest = true
		}
	}
	return false
}
