package effects

import (
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// What rules do not ask and readers do: why a function has the effects that it
// has, and what is not known of it. Asked after the fixed point; the answers
// change nothing.

// An Explainer answers such questions about one package. It remembers what it
// has computed; it is not for several goroutines.
type Explainer struct {
	*Result
	traces map[*ssa.Function]*trace
}

// NewExplainer returns an Explainer of r.
func NewExplainer(r *Result) *Explainer {
	return &Explainer{r, make(map[*ssa.Function]*trace)}
}

// An Explanation is what is known of a call of one function, or of a part of it.
type Explanation struct {
	// Effects are those of a call by code outside the program, as in Result.Effects.
	Effects []Found
	// Deferred are the calls that nothing in this package resolves, but
	// that callers decide by what they pass.
	Deferred []DeferredCall
	// Unresolved are the calls in the function, and in what it calls in this
	// package, that nothing resolves, in the order of positions.
	Unresolved []*Unresolved
}

// A DeferredCall is a call of what a caller passes.
type DeferredCall struct {
	Value  string // as the source would write it: "w", "s.out"
	Method string // "" calls the value itself
	Chain  []Hop  // the last hop is the call
	// Unresolved are the same calls, as one sees them who knows no caller.
	Unresolved []*Unresolved
}

// Explain explains a call of fn. Of a func from another package only the
// effects are known.
func (r *Explainer) Explain(fn *Func) Explanation {
	r.asks.Lock()
	defer r.asks.Unlock()
	v := fn.val
	if v.kind != function {
		return Explanation{Effects: r.found(r.effectsOf(v))}
	}
	r.enter(v.fn)
	r.engine.solve()
	return r.explain(r.summaryOf(v.fn), v.fn, v.binds, r.traceOf(v.fn))
}

// ExplainWithin is Explain for the part of fn between two positions.
func (r *Explainer) ExplainWithin(fn *ssa.Function, from, to token.Pos) Explanation {
	r.asks.Lock()
	defer r.asks.Unlock()
	f, t := r.bodyTrace(fn, func(instr ssa.Instruction) bool {
		return from <= instr.Pos() && instr.Pos() <= to
	})
	return r.explain(f.out, fn, nil, t)
}

// explain closes s, the summary of fn, over its callers one deferred call at
// a time: one whose callee stays unknown is for the callers to say.
func (r *Explainer) explain(s *summary, fn *ssa.Function, binds [][]*value, body *trace) Explanation {
	var x Explanation
	all := &frame{engine: r.engine, out: new(summary)}
	all.closeOver(&summary{effects: s.effects}, fn, binds)
	used := slices.Clone(body.used)
	for _, d := range s.deferred.values {
		one := new(summary)
		one.addDeferred(d)
		f, t := r.trace(func(f *frame) { f.closeOver(one, fn, binds) })
		used = append(used, t.used...)
		all.merge(f.out, false)
		if len(t.gaveUp) > 0 {
			x.Deferred = append(x.Deferred, DeferredCall{sourcePath(d.val), d.method, hops(d.chain), t.gaveUp})
		}
	}
	x.Effects = r.found(all.out)
	x.Unresolved = r.gaveUpBelow(body.gaveUp, used)
	for _, d := range x.Deferred {
		x.Unresolved = slices.DeleteFunc(x.Unresolved, func(u *Unresolved) bool {
			return slices.ContainsFunc(d.Unresolved, func(v *Unresolved) bool { return *u == *v })
		})
	}
	return x
}

// A trace is what one computation comes across in this package. All its
// methods do nothing for nil.
type trace struct {
	gaveUp []*Unresolved
	used   []*ssa.Function // that it calls
}

func (t *trace) use(fn *ssa.Function) {
	if t != nil && !slices.Contains(t.used, fn) {
		t.used = append(t.used, fn)
	}
}

func (t *trace) giveUp(u *Unresolved) {
	if t != nil && !slices.ContainsFunc(t.gaveUp, func(v *Unresolved) bool { return *u == *v }) {
		t.gaveUp = append(t.gaveUp, u)
	}
}

// trace runs compute in a frame of its own, again if it is the first to ask
// for functions that had no summary before: methods promoted from embedded
// fields, for example.
func (r *Explainer) trace(compute func(*frame)) (*frame, *trace) {
	var f *frame
	r.settled(func() *summary {
		f = &frame{engine: r.engine, out: new(summary), trace: new(trace)}
		compute(f)
		return f.out
	})
	return f, f.trace
}

// bodyTrace traces the part of the body of fn that only selects.
func (r *Explainer) bodyTrace(fn *ssa.Function, only func(ssa.Instruction) bool) (*frame, *trace) {
	defer func() { r.ctx = nil }()
	return r.trace(func(f *frame) {
		r.ctx, f.fn = fn, fn
		f.body(only)
	})
}

// traceOf returns the trace of the whole body of fn.
func (r *Explainer) traceOf(fn *ssa.Function) *trace {
	if r.traces[fn] == nil {
		_, r.traces[fn] = r.bodyTrace(fn, nil)
	}
	return r.traces[fn]
}

// Skipped returns the effects of the parts of fn that do not count: what can
// not be reached, runs only the first time, or only on the way to a panic or
// the end of the process.
func (r *Explainer) Skipped(fn *ssa.Function) []Found {
	r.asks.Lock()
	defer r.asks.Unlock()
	counts := r.bodyOf(fn).blocks
	defer func() { r.ctx = nil }()
	body, _ := r.trace(func(f *frame) {
		r.ctx, f.fn = fn, fn
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if !slices.Contains(counts, b) {
					f.instruction(instr)
				}
			}
		}
	})
	closed, _ := r.trace(func(f *frame) { f.closeOver(body.out, fn, nil) })
	return r.found(closed.out)
}

// gaveUpBelow returns first, and what was given up in the functions of used
// and all that they use, each place and callee once, in the order of positions.
func (r *Explainer) gaveUpBelow(first []*Unresolved, used []*ssa.Function) []*Unresolved {
	var set ordered[unresolvedKey, *Unresolved]
	add := func(list []*Unresolved) {
		for _, u := range list {
			set.put(unresolvedKey{u.Pos, u.Callee}, u)
		}
	}
	add(first)
	seen := make(map[*ssa.Function]bool)
	for len(used) > 0 {
		fn := used[len(used)-1]
		used = used[:len(used)-1]
		if !seen[fn] && len(fn.Blocks) > 0 {
			seen[fn] = true
			t := r.traceOf(fn)
			add(t.gaveUp)
			used = append(used, t.used...)
		}
	}
	return r.sortUnresolved(set.values)
}

func (r *Explainer) sortUnresolved(list []*Unresolved) []*Unresolved {
	out := slices.Clone(list)
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Pos != out[j].Pos {
			return r.before(out[i].Pos, out[j].Pos)
		}
		return out[i].Callee < out[j].Callee
	})
	return out
}

func hops(steps []step) []Hop {
	out := make([]Hop, len(steps))
	for i, s := range steps {
		out[i] = Hop{Callee: s.callee, Pos: s.pos, File: s.file, Line: s.line}
	}
	return out
}

// sourcePath returns the access path of a parameter or captured variable as
// the source would write it.
func sourcePath(v *value) string {
	var b strings.Builder
	switch {
	case v.kind == param && v.index < len(v.fn.Params):
		b.WriteString(v.fn.Params[v.index].Name())
	case v.kind == free && v.index < len(v.fn.FreeVars):
		b.WriteString(v.fn.FreeVars[v.index].Name())
	}
	for _, name := range v.path {
		if method, _, ok := splitResult(name); ok {
			if method != "" {
				b.WriteString("." + method)
			}
			b.WriteString("()")
		} else if name == elemField {
			b.WriteString("[…]")
		} else {
			b.WriteString("." + name)
		}
	}
	return b.String()
}

// Conversions returns the places at which the package makes interface values
// outside test files, in the order of the functions.
func (r *Explainer) Conversions() []*ssa.MakeInterface {
	var out []*ssa.MakeInterface
	for _, fn := range r.prog.Funcs {
		if r.isTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if m, ok := instr.(*ssa.MakeInterface); ok && conversionPos(m).IsValid() {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// Method returns the full name of the method called name of type t, in the
// form of the names in chains; "" if there is none.
func (r *Explainer) Method(t types.Type, name string) string {
	r.asks.Lock()
	defer r.asks.Unlock()
	if _, obj := r.method(t, name); obj != nil {
		return stripTypeParams(obj.Origin().FullName())
	}
	return ""
}

// DynamicTypes returns the concrete types of what v may be in any call of its
// function, as far as this package decides it.
func (r *Explainer) DynamicTypes(v ssa.Value) []types.Type {
	r.asks.Lock()
	defer r.asks.Unlock()
	var out []types.Type
	for _, x := range r.values(v) {
		vs := []*value{x}
		switch {
		case x.kind == param && len(x.path) > 0:
			vs = r.walk(r.opaqueOf(x.fn.Params[x.index].Type()), x.path)
		case x.kind == param || x.kind == free:
			vs = r.globaliseOne(x)
		}
		for _, y := range vs {
			if isConcrete(y.typ) {
				out = append(out, y.typ)
			}
		}
	}
	return out
}

// ConversionPos returns the position of a conversion, which is that of its
// first use if the conversion is implicit.
func ConversionPos(m *ssa.MakeInterface) token.Pos { return conversionPos(m) }

// FullName returns the full name of fn, in the form of the names in chains.
func FullName(fn *ssa.Function) string { return nameOf(fn) }

// PackageOf returns the path of the package in a full name.
func PackageOf(full string) string {
	return packageOf(strings.TrimSuffix(full, literalSuffix().FindString(full)))
}
