// Package effects computes what each function of a package may do before it
// returns: which blocking operations it may reach, what it calls of its
// parameters, what it hands to other goroutines, and what it returns. It is
// the one analyzer of yieldlint with facts; the rules read its Result.
//
// Every answer is a may-answer over the code in view. A call is resolved to
// the functions that the flow of values inside the package, the summaries of
// callees and the constructors look-through lead to; where that ends in
// nothing, the call is counted as unresolved and taken to do nothing.
package effects

import (
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"sort"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/config"
	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// Analyzer computes and exports summaries. Its result is a *Result, nil for a
// standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yieldeffects",
	Doc:        "summarise what each function may block on, call and hand over",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/effects",
	Requires:   []*analysis.Analyzer{program.Analyzer, directives.Analyzer, windows.Analyzer},
	Run:        guard.Run("yieldeffects", run),
	FactTypes:  []analysis.Fact{new(Packed), new(Slots), new(Contract)},
	ResultType: reflect.TypeFor[*Result](),
}

// A Result answers questions about the functions of one package.
type Result struct {
	*engine
	// InterfaceRoots are the methods that frameworks call because their
	// receivers implement an interface.
	InterfaceRoots []InterfaceRoot
	Table          *models.Table
	Program        *program.Program
}

func run(pass *analysis.Pass) (any, error) {
	prog := pass.ResultOf[program.Analyzer].(*program.Program)
	if prog == nil {
		return (*Result)(nil), nil
	}
	table, err := config.Table(filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename))
	if err != nil {
		return nil, err
	}
	e := newEngine(pass, prog, table)
	r := &Result{engine: e, Table: table, Program: prog}
	e.readSource()
	r.InterfaceRoots = e.interfaceRoots()
	e.importDuties()
	e.solve()
	e.oblige()
	e.export()
	return r, nil
}

// A Func is a func value whose effects can be asked for.
type Func struct {
	val    *value
	e      *engine
	method string // the method of val that is meant, "" if val is the func
}

// SSA returns the function, nil if it comes from another package.
func (f *Func) SSA() *ssa.Function {
	if f.method != "" {
		return nil
	}
	return f.val.fn
}

// Name returns the full name of the function.
func (f *Func) Name() string {
	if f.method != "" {
		return f.methodName()
	}
	if f.val.fn != nil {
		return f.e.visibleName(f.val.fn)
	}
	return f.val.label
}

// methodName returns the full name of the method that is meant.
func (f *Func) methodName() string {
	if isConcrete(f.val.typ) {
		if fn, obj := f.e.method(f.val.typ, f.method); fn != nil {
			return f.e.visibleName(fn)
		} else if obj != nil {
			return stripTypeParams(obj.FullName())
		}
	}
	return methodName(f.TypeName(), f.method)
}

// TypeName returns the full name of the type of the value whose method is
// meant, as far as it is known.
func (f *Func) TypeName() string {
	if f.val.typ != nil && isConcrete(f.val.typ) || f.val.label == "" && f.val.typ != nil {
		return stripTypeParams(types.TypeString(f.val.typ, nil))
	}
	return f.val.label
}

// visibleName is nameOf, of what a wrapper calls.
func (e *engine) visibleName(fn *ssa.Function) string {
	if obj := fn.Object(); obj != nil && isWrapper(fn) {
		return stripTypeParams(obj.(*types.Func).FullName())
	}
	return nameOf(fn)
}

// Func returns fn as a Func.
func (r *Result) Func(fn *ssa.Function) *Func {
	r.asks.Lock()
	defer r.asks.Unlock()
	return &Func{val: r.intern(value{kind: function, fn: fn}), e: r.engine}
}

// Directives returns the directives of the package.
func (r *Result) Directives() *directives.Set { return r.dirs }

// Registrations returns the funcs that the package hands to frameworks, in
// the order of positions.
func (r *Result) Registrations() []*Registration {
	r.asks.Lock()
	defer r.asks.Unlock()
	out := append([]*Registration(nil), r.registrations.values...)
	sort.SliceStable(out, func(i, j int) bool {
		if a, b := out[i].Pos, out[j].Pos; a != b {
			return r.before(a, b)
		}
		return out[i].Func.Name() < out[j].Func.Name()
	})
	return out
}

func (e *engine) before(a, b token.Pos) bool {
	x, y := e.pass.Fset.Position(a), e.pass.Fset.Position(b)
	if x.Filename != y.Filename {
		return x.Filename < y.Filename
	}
	return x.Offset < y.Offset
}

// An Unresolved is a call whose callee no value, model or fact gives.
type Unresolved struct {
	Pos    token.Pos
	Callee string // the interface method, or "" for a func value
}

// Unresolved returns the calls that the analysis could not resolve, in the
// order of positions.
func (r *Result) Unresolved() []*Unresolved {
	r.asks.Lock()
	defer r.asks.Unlock()
	out := append([]*Unresolved(nil), r.unresolved.values...)
	sort.Slice(out, func(i, j int) bool { return r.before(out[i].Pos, out[j].Pos) })
	return out
}

// A Hop is one call of the chain of a Found effect.
type Hop struct {
	Callee string
	Pos    token.Pos // of the call, if it is in this package
	File   string    // else its file, as in Step, "" if it is not known
	Line   int
}

// A Found is one effect of a root: one operation at one place of this package.
type Found struct {
	Class    models.Class
	Op       string
	Cost     models.Cost
	Loop     string // the loop that it waits for
	Suspect  bool
	Reported bool      // the package of a root on the way reports it
	Excused  string    // the reason and place of an ignore directive on the way
	Site     token.Pos // the deepest call of the chain in this package
	Chain    []Hop
}

// Effects returns the effects of a call of fn by code outside the program:
// nothing is known of its arguments but their types, and what fields and
// captured variables hold is what the package stores there.
func (r *Result) Effects(fn *Func) []Found {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.found(r.effectsOf(fn.val))
}

// effectsOf returns the effects of a call of the func v by code outside the
// program, and the calls through slots.
func (e *engine) effectsOf(v *value) *summary {
	return e.settled(func() *summary { return e.callFromOutside(v) })
}

// settled returns the result of compute, computed again if it has been the
// first to ask for the summary of a function.
func (e *engine) settled(compute func() *summary) *summary {
	for range maxAsks {
		if s := compute(); e.work.Len() == 0 {
			return s
		}
		e.solve()
	}
	return compute()
}

// maxAsks bounds how often a question is asked that leads to new functions.
const maxAsks = 4

func (e *engine) callFromOutside(v *value) *summary {
	f := &frame{engine: e, out: new(summary)}
	if v.kind != function {
		f.invoke([]*value{v}, "", nil, nil, []step{{}}, false)
		f.dropFirstStep()
		f.filled()
		return f.out
	}
	e.enter(v.fn)
	e.solve()
	f.closeOver(e.summaryOf(v.fn), v.fn, v.binds)
	f.filled()
	return f.out
}

// EffectsWithin is Effects for the part of fn between two positions.
func (r *Result) EffectsWithin(fn *ssa.Function, from, to token.Pos) []Found {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.found(r.effectsWithin(fn, from, to))
}

func (e *engine) effectsWithin(fn *ssa.Function, from, to token.Pos) *summary {
	return e.settled(func() *summary {
		return e.partFromOutside(fn, func(instr ssa.Instruction) bool {
			return from <= instr.Pos() && instr.Pos() <= to
		})
	})
}

func (e *engine) partFromOutside(fn *ssa.Function, only func(ssa.Instruction) bool) *summary {
	e.ctx = fn
	s := e.collect(fn, only).out
	e.ctx = nil
	f := &frame{engine: e, out: new(summary)}
	f.closeOver(s, fn, nil)
	f.filled()
	return f.out
}

// InjectedEffects returns the effects of the injected value, called where the
// duty says. What it leaves to the callers of the injecting function is
// theirs to hear. The first hop is the call of the value.
func (r *Result) InjectedEffects(in *Injection) []Found {
	r.asks.Lock()
	defer r.asks.Unlock()
	return r.found(r.settled(func() *summary {
		f := &frame{engine: r.engine, fn: in.fn, out: new(summary)}
		v := in.Func.val
		f.invoke([]*value{v}, in.Duty.Method, nil, f.unknownArgs(v, in.Duty.Method), []step{{pos: in.Pos}}, in.Duty.Weak)
		if in.Duty.Log {
			f.out = asLog(f.out)
		}
		return f.out
	}))
}

// closeOver resolves what s leaves to the callers of fn.
func (f *frame) closeOver(s *summary, fn *ssa.Function, binds [][]*value) {
	args := make([][]*value, len(fn.Params))
	for i, p := range fn.Params {
		args[i] = f.opaqueOf(p.Type())
		if len(f.askers[fn]) > 0 && isSlotType(p.Type()) {
			args[i] = f.globalise(f.values(p))
		}
	}
	if binds == nil {
		binds = make([][]*value, len(fn.FreeVars))
		for i, v := range fn.FreeVars {
			binds[i] = []*value{f.intern(value{kind: free, fn: fn, index: i, typ: v.Type()})}
		}
	}
	binds = mapSets(binds, f.globalise)
	thin := isWrapper(fn)
	for _, x := range s.effects.values {
		y := *x
		f.addEffect(&y)
	}
	for _, c := range s.slots.values {
		f.out.addSlotCall(c)
	}
	for _, d := range s.deferred.values {
		vals := f.walk(actual(d.val, args, binds), d.val.path)
		sub := make([][]*value, len(d.args))
		for j, a := range d.args {
			sub[j] = f.substitute(a, args, binds, 0)
		}
		f.visited = nil
		f.resume(d, vals, sub, d.chain, false)
	}
	if thin {
		f.dropFirstStep()
	}
}

func (r *Result) found(s *summary) []Found {
	out := make([]Found, 0, s.effects.len())
	for _, x := range s.effects.values {
		f := Found{Class: x.class, Op: x.op, Cost: x.cost, Loop: x.loop, Suspect: x.suspect, Reported: x.reported, Excused: x.excused, Site: x.site}
		for c := x.chain; c != nil; c = c.next {
			f.Chain = append(f.Chain, Hop{c.callee, c.pos, c.file, c.line})
		}
		out = append(out, f)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Site != b.Site {
			return r.before(a.Site, b.Site)
		}
		if a.Class != b.Class {
			return classRank(a.Class) < classRank(b.Class)
		}
		if len(a.Chain) != len(b.Chain) {
			return len(a.Chain) < len(b.Chain)
		}
		return a.Op < b.Op
	})
	return out
}
