package effects

import (
	"container/heap"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/loops"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

// An engine computes the summaries of one package: the least fixed point over
// all its functions, by a worklist that takes callees before callers.
//
// A summary is recomputed from scratch when one that it has used grows or
// finds a shorter chain. Sets only grow, chains only shrink and both are
// bounded, so a fixed point is reached; maxVisits guards against an error in
// that argument. The order of the worklist depends only on positions, so the
// result does not depend on maps, files or scheduling.
type engine struct {
	// asks is held by what answers questions of other analyzers, which a driver
	// runs at the same time: an answer may need summaries that are not there yet.
	asks sync.Mutex

	pass  *analysis.Pass
	prog  *program.Program
	table *models.Table
	index *index

	summaries map[*ssa.Function]*summary
	order     map[*ssa.Function]int // priority: callees first
	byOrder   []*ssa.Function
	readers   map[*ssa.Function]map[*ssa.Function]bool // who has used a summary
	visits    map[*ssa.Function]int
	work      workHeap
	queued    map[*ssa.Function]bool
	bodies    map[*ssa.Function]*body
	// resultsRead says whose results values in memo depend on.
	resultsRead map[*ssa.Function]bool
	current     *ssa.Function

	// evaluation of values, see eval.go
	memo        map[any][]*value
	provisional map[any][]*value
	active      map[any]bool
	cuts        int
	ctx         *ssa.Function
	interned    map[string]*value
	numbers     map[any]int
	types       typeutil.Map
	carries     typeutil.Map // see carriesBehaviour
	steps       int          // of the outermost evaluation
	spent       int          // of all evaluations

	loops         map[*ssa.Function]models.Registration // run by a framework because of an interface
	imported      map[*types.Func]*Summary
	names         map[any]string // see nameOf, fullName
	registrations ordered[registrationKey, *Registration]
	unresolved    ordered[unresolvedKey, *Unresolved]
	spawned       ordered[*ssa.Function, token.Pos] // what this package starts on other goroutines

	// what the source demands, see contracts.go
	dirs        *directives.Set
	findLoops   sync.Once
	loopList    []loops.Loop
	polled      map[string]models.Registration // by the name of the poll call
	contracts   map[types.Object]*Contract     // nil: there is none
	demanded    typeutil.Map                   // see demands
	paramDuties map[*ssa.Function][]paramDuty

	// slots and duties, see slots.go and obligations.go
	askers     map[*ssa.Function][]*asker // those whose callers are in the program
	duties     duties
	ownDuties  map[*Duty]bool                    // those that this package has found
	dutyByText map[string]*Duty                  // interned
	fillers    map[string]map[*ssa.Function]bool // who fills a slot
	refill     map[*ssa.Function]bool            // who has to be looked at again
	injections map[*ssa.Function][]*Injection
	fills      map[string][]Fill                      // by slot, of the imports
	ownFills   map[*ssa.Function]map[ownFill]struct{} // what functions put into variables
	slotNames  slotNames
	namedPkgs  map[*types.Package]bool
}

// maxVisits bounds how often one function is summarised.
const maxVisits = 40

func newEngine(pass *analysis.Pass, prog *program.Program, table *models.Table) *engine {
	e := &engine{
		pass: pass, prog: prog, table: table,
		summaries:   make(map[*ssa.Function]*summary),
		order:       make(map[*ssa.Function]int),
		readers:     make(map[*ssa.Function]map[*ssa.Function]bool),
		visits:      make(map[*ssa.Function]int),
		bodies:      make(map[*ssa.Function]*body),
		queued:      make(map[*ssa.Function]bool),
		memo:        make(map[any][]*value),
		provisional: make(map[any][]*value),
		active:      make(map[any]bool),
		resultsRead: make(map[*ssa.Function]bool),
		interned:    make(map[string]*value),
		numbers:     make(map[any]int),
		imported:    make(map[*types.Func]*Summary),
		names:       make(map[any]string),

		askers:     make(map[*ssa.Function][]*asker),
		duties:     make(duties),
		ownDuties:  make(map[*Duty]bool),
		dutyByText: make(map[string]*Duty),
		fillers:    make(map[string]map[*ssa.Function]bool),
		refill:     make(map[*ssa.Function]bool),
		injections: make(map[*ssa.Function][]*Injection),
		fills:      make(map[string][]Fill),
		ownFills:   make(map[*ssa.Function]map[ownFill]struct{}),
	}
	e.index = newIndex(prog.Funcs, e.isTest)
	return e
}

func (e *engine) isTest(fn *ssa.Function) bool {
	return program.IsTest(e.pass.Fset, fn.Pos())
}

// solve computes the fixed point.
func (e *engine) solve() {
	for _, fn := range e.prog.Funcs {
		e.enter(fn)
	}
	for e.work.Len() > 0 {
		fn := e.byOrder[heap.Pop(&e.work).(int)]
		e.queued[fn] = false
		if e.visits[fn]++; e.visits[fn] > maxVisits {
			continue
		}
		e.revisit(fn)
	}
}

// enter gives fn, and before it the functions that it refers to, a place in
// the order, and queues it.
func (e *engine) enter(fn *ssa.Function) {
	if _, ok := e.order[fn]; ok || len(fn.Blocks) == 0 {
		return
	}
	e.order[fn] = -1 // on the way
	var buf [10]*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(buf[:0]) {
				if g, ok := (*op).(*ssa.Function); ok && e.ours(g) {
					e.enter(g)
				}
			}
		}
	}
	e.order[fn] = len(e.byOrder)
	e.byOrder = append(e.byOrder, fn)
	e.summaries[fn] = new(summary)
	e.push(fn)
}

// ours reports whether fn has a body to summarise here.
func (e *engine) ours(fn *ssa.Function) bool {
	return len(fn.Blocks) > 0 && (fn.Pkg == nil || fn.Pkg == e.prog.Pkg)
}

func (e *engine) push(fn *ssa.Function) {
	if !e.queued[fn] {
		e.queued[fn] = true
		heap.Push(&e.work, e.order[fn])
	}
}

// revisit summarises fn anew and queues its readers if the summary changed.
func (e *engine) revisit(fn *ssa.Function) {
	e.current, e.ctx = fn, fn
	f := e.collect(fn, nil)
	f.askParams()
	e.current, e.ctx = nil, nil
	e.injections[fn] = f.injected.values
	s := f.out
	old := e.summaries[fn]
	if s.sameResults(old) {
		if s.same(old) {
			return
		}
	} else if e.resultsRead[fn] {
		clear(e.memo)
		clear(e.resultsRead)
	}
	e.summaries[fn] = s
	for reader := range e.readers[fn] {
		e.push(reader) // a heap: the order of pushing does not matter
	}
}

// summaryOf returns the present summary of fn and notes who has read it.
func (e *engine) summaryOf(fn *ssa.Function) *summary {
	e.enter(fn)
	if e.current != nil {
		if e.readers[fn] == nil {
			e.readers[fn] = make(map[*ssa.Function]bool)
		}
		e.readers[fn][e.current] = true
	}
	if s := e.summaries[fn]; s != nil {
		return s
	}
	return new(summary) // on the way in enter
}

// collect computes the summary of fn from its body and the present
// summaries of its callees; only says which instructions count, nil for all.
func (e *engine) collect(fn *ssa.Function, only func(ssa.Instruction) bool) *frame {
	f := &frame{engine: e, fn: fn, out: new(summary), injected: new(ordered[injectionKey, *Injection])}
	f.body(only)
	return f
}

// body collects the effects of the body of f.fn, see collect.
func (f *frame) body(only func(ssa.Instruction) bool) {
	body := f.bodyOf(f.fn)
	for _, b := range body.blocks {
		f.cond = body.conds[b]
		for _, instr := range b.Instrs {
			if only == nil || only(instr) {
				f.released = body.releases.before(instr)
				f.instruction(instr)
			}
		}
	}
	f.cond = condition{}
	f.endings(body, only)
	f.excuse()
}

// endings collects what the blocks that lead to the end of the process hand
// on, not what they do.
func (f *frame) endings(body *body, only func(ssa.Instruction) bool) {
	if len(body.ending) == 0 || only != nil {
		return
	}
	sub := f.sub()
	for _, b := range body.ending {
		for _, instr := range b.Instrs {
			sub.instruction(instr)
		}
	}
	for _, h := range sub.out.handoffs.values {
		f.out.addHandoff(h)
	}
}

// A workHeap holds the places of functions in the order, smallest first.
type workHeap []int

func (h workHeap) Len() int           { return len(h) }
func (h workHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h workHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *workHeap) Push(x any)        { *h = append(*h, x.(int)) }
func (h *workHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
