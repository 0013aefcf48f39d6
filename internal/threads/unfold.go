// Package threads unfolds a function together with the goroutines that it
// starts: every function literal and every function of the package that is
// called or started on the way becomes a frame of its own, with its parameters
// and captured variables bound to what the caller passes. In the unfolded
// program pointers are resolved to the places that allocate, so that one can
// say which accesses of which threads are to the same variable.
//
// The unfolding is bounded (max… below). It is a view of the code, not an
// over-approximation of all its executions: calls through unknown func values
// and into other packages are opaque, and what is not in view is doubted by
// those who use the result, see [Unfolding.Escaped].
//
// Values are resolved by a fixed point over all frames, without regard to the
// order of instructions, with fields and constant elements kept apart.
package threads

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

const (
	maxFrames    = 160   // frames of one unfolding
	maxInstrs    = 16000 // instructions in all its frames
	maxInline    = 5     // calls between a thread's first frame and a frame
	maxNesting   = 4     // threads started by threads
	maxRecursion = 2     // frames of one function on top of each other
	maxCallees   = 3     // alternatives of one call
	maxPasses    = 12    // of the fixed point
	maxTargets   = 6     // of one value
)

// A Frame is one activation of a function.
type Frame struct {
	Fn     *ssa.Function
	Caller *Frame          // nil for the root
	Site   ssa.Instruction // the call, go or defer statement in Caller
	Thread *Thread
	ID     int
	args   []bound // of the parameters; nil: unknown
	binds  []bound // of the captured variables
	depth  int     // in its thread
	// Assumed says that the call may run something else: the func or object
	// comes out of a place that may hold several.
	Assumed bool
	vals    map[ssa.Value]*set
	kids    map[ssa.Instruction][]*Frame
	starts  map[ssa.Instruction][]*Thread
	returns []*set
}

// A bound is a value of another frame.
type bound struct {
	frame *Frame
	value ssa.Value
	as    types.Type // what is taken out of the interface value, if not nil
}

// A Thread is a goroutine of the unfolding, or several that run the same code
// because they are started at the same place.
type Thread struct {
	ID     int
	Parent *Thread // the one that starts it, nil for the root
	First  *Frame
	Site   ssa.Instruction // where it is started
	From   *Frame          // in which frame
	// Group is the object whose Wait returns after the thread has ended.
	Group *paths.Loc
	Joins []models.Join // other events that its end precedes
	// Many says that the start itself starts several.
	Many bool
	// Registered says that the start only tells a framework what to run, once
	// its loop or server runs.
	Registered bool
	// Loop names the goroutine of a framework that runs all its threads.
	Loop string
	// Timer says that a timer starts the thread, Final that the collector
	// does, when nothing else refers to the arguments.
	Timer *paths.Loc
	Final bool
}

// Depth returns the number of threads above t.
func (t *Thread) Depth() int {
	n := 0
	for p := t.Parent; p != nil; p = p.Parent {
		n++
	}
	return n
}

// Chain returns the threads from the root to t.
func (t *Thread) Chain() []*Thread {
	var chain []*Thread
	for ; t != nil; t = t.Parent {
		chain = append([]*Thread{t}, chain...)
	}
	return chain
}

// An Unfolding is a function with its goroutines.
type Unfolding struct {
	Root    *Frame
	Frames  []*Frame
	Threads []*Thread
	Table   *models.Table
	Pkg     *ssa.Package
	Space   *paths.Space

	content map[*paths.Loc]*set
	snaps   map[*paths.Loc]*set
	lazy    map[types.Type]bool
	stores  map[*paths.Loc][]storeAt
	escaped map[*paths.Loc]bool
	loops   map[*ssa.Function]*loopInfo
	facts   map[ssa.Instruction]*callInfo
	instrs  int
	changed bool
	settled bool
	givenUp bool
	// deadSend and deadRecv report whether a send or receive on a channel never gets a partner.
	deadSend, deadRecv func(*paths.Loc) bool
	// joinMethods are the names of methods whose return the end of a thread precedes.
	joinMethods map[string]bool
	log         *bounds.Log
}

// Exceeded notes that a bound, "package.name", was exceeded.
func (u *Unfolding) Exceeded(bound string) { u.log.Exceeded(bound, u.Root.Fn) }

// Starts reports whether fn itself, or a function literal in it, may start a
// goroutine, or passes a literal to a function of its package that does: the
// functions that are worth unfolding.
func Starts(fn *ssa.Function, table *models.Table) bool { return starts(fn, table, true) }

func starts(fn *ssa.Function, table *models.Table, pass bool) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Go:
				return true
			case *ssa.Call:
				if pass && passesLiteral(&instr.Call, fn.Pkg) && starts(instr.Call.StaticCallee(), table, false) {
					return true
				}
				if obj := program.Callee(instr.Common()); obj != nil && len(table.Spawns(obj)) > 0 {
					return true
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		if starts(anon, table, pass) {
			return true
		}
	}
	return false
}

// passesLiteral reports whether a call passes a literal that captures
// something to a function of the package.
func passesLiteral(call *ssa.CallCommon, pkg *ssa.Package) bool {
	fn := call.StaticCallee()
	if fn == nil || fn.Pkg != pkg || pkg == nil || fn.Parent() != nil {
		return false
	}
	for _, a := range call.Args {
		if c, ok := a.(*ssa.MakeClosure); ok && len(c.Bindings) > 0 {
			return true
		}
	}
	return false
}

// Unfold unfolds fn. It returns nil if fn is too large. Bounds that are
// exceeded are noted in log.
func Unfold(fn *ssa.Function, pkg *ssa.Package, table *models.Table, log *bounds.Log) *Unfolding {
	u := &Unfolding{
		Table: table, Pkg: pkg, Space: paths.NewSpace(),
		content: make(map[*paths.Loc]*set), snaps: make(map[*paths.Loc]*set), lazy: make(map[types.Type]bool),
		stores: make(map[*paths.Loc][]storeAt), escaped: make(map[*paths.Loc]bool),
		loops: make(map[*ssa.Function]*loopInfo), facts: make(map[ssa.Instruction]*callInfo),
		log: log,
	}
	root := &Thread{}
	u.Threads = append(u.Threads, root)
	u.Root = &Frame{Fn: fn, Thread: root}
	root.First = u.newFrame(u.Root)
	for range maxPasses {
		u.changed = false
		for i := 0; i < len(u.Frames); i++ { // grows
			u.pass(u.Frames[i])
			if u.givenUp {
				return nil
			}
		}
		if !u.changed {
			break
		}
	}
	if u.changed {
		u.Exceeded("threads.maxPasses")
	}
	u.settled = true
	u.collectStores()
	u.escapes()
	u.groups()
	return u
}

func (u *Unfolding) newFrame(f *Frame) *Frame {
	f.ID = len(u.Frames)
	f.vals = make(map[ssa.Value]*set)
	f.kids = make(map[ssa.Instruction][]*Frame)
	f.starts = make(map[ssa.Instruction][]*Thread)
	if n := f.Fn.Signature.Results().Len(); n > 0 {
		f.returns = make([]*set, n)
		for i := range f.returns {
			f.returns[i] = new(set)
		}
	}
	u.Frames = append(u.Frames, f)
	for _, b := range f.Fn.Blocks {
		u.instrs += len(b.Instrs)
	}
	if len(u.Frames) > maxFrames {
		u.Exceeded("threads.maxFrames")
		u.givenUp = true
	}
	if u.instrs > maxInstrs {
		u.Exceeded("threads.maxInstrs")
		u.givenUp = true
	}
	u.changed = true
	return f
}

// Kids returns the frames of the functions that a call runs before it returns.
func (f *Frame) Kids(site ssa.Instruction) []*Frame { return f.kids[site] }

// Started returns the threads that an instruction starts.
func (f *Frame) Started(site ssa.Instruction) []*Thread { return f.starts[site] }

// canEnter reports whether fn has a body and may be entered once more from f.
func (u *Unfolding) canEnter(f *Frame, fn *ssa.Function, start bool) bool {
	if len(fn.Blocks) == 0 || fn.Pkg != nil && fn.Pkg != u.Pkg {
		return false
	}
	if start && f.Thread.Depth() >= maxNesting {
		u.Exceeded("threads.maxNesting")
		return false
	}
	if !start && f.depth >= maxInline {
		u.Exceeded("threads.maxInline")
		return false
	}
	n := 0
	for p := f; p != nil && (start || p.Thread == f.Thread); p = p.Caller {
		if p.Fn == fn {
			n++
		}
	}
	if start && n > maxRecursion {
		u.Exceeded("threads.maxRecursion")
	}
	return n == 0 || start && n <= maxRecursion
}

// pass visits the instructions of f once.
func (u *Unfolding) pass(f *Frame) {
	for _, b := range f.Fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if u.carries(instr.Val.Type()) {
					u.store(u.eval(f, instr.Addr), instr.Val.Type(), u.eval(f, instr.Val))
				}
			case *ssa.MapUpdate:
				if u.carries(instr.Value.Type()) {
					u.store(u.entries(u.eval(f, instr.Map)), instr.Value.Type(), u.eval(f, instr.Value))
				}
			case *ssa.Send:
				u.send(f, instr.Chan, instr.X)
			case *ssa.Select:
				for _, st := range instr.States {
					if st.Dir == types.SendOnly {
						u.send(f, st.Chan, st.Send)
					}
				}
				continue
			case *ssa.Return:
				for i, x := range instr.Results {
					if u.carries(x.Type()) && i < len(f.returns) {
						u.merge(f.returns[i], u.eval(f, x))
					}
				}
			case ssa.CallInstruction:
				u.call(f, instr)
			}
			if v, ok := instr.(ssa.Value); ok && u.carries(v.Type()) {
				u.merge(u.slot(f, v), u.compute(f, v))
			}
		}
	}
}

func (u *Unfolding) send(f *Frame, ch, x ssa.Value) {
	if !u.carries(x.Type()) {
		return
	}
	for _, l := range u.eval(f, ch).locs {
		if e := u.Space.Entries(l); e != nil {
			u.store(&set{locs: []*paths.Loc{e}}, x.Type(), u.eval(f, x))
		}
	}
}

func (u *Unfolding) entries(m *set) *set {
	out := &set{top: m.top}
	for _, l := range m.locs {
		out.add(u.Space.Entries(l))
	}
	return out
}

// Position returns a position for instr: its own, or that of the nearest
// instruction of its block that has one.
func Position(instr ssa.Instruction) token.Pos {
	if p := instr.Pos(); p.IsValid() {
		return p
	}
	if v, ok := instr.(ssa.Value); ok && v.Referrers() != nil {
		for _, r := range *v.Referrers() {
			if r.Block() == instr.Block() && r.Pos().IsValid() {
				return r.Pos()
			}
		}
	}
	b := instr.Block()
	if b == nil {
		return token.NoPos
	}
	at := 0
	for i, x := range b.Instrs {
		if x == instr {
			at = i
		}
	}
	for i := at + 1; i < len(b.Instrs); i++ {
		if p := b.Instrs[i].Pos(); p.IsValid() {
			return p
		}
	}
	for i := at - 1; i >= 0; i-- {
		if p := b.Instrs[i].Pos(); p.IsValid() {
			return p
		}
	}
	for _, s := range b.Preds {
		for i := len(s.Instrs) - 1; i >= 0; i-- {
			if p := s.Instrs[i].Pos(); p.IsValid() {
				return p
			}
		}
	}
	return b.Parent().Pos()
}
