package effects

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
)

// Obligations: code that must not block (an asker) calls what is in a slot or
// what its caller has passed. That gives the slot, or the parameter, a duty;
// where a package puts a known value there, the value is injected, and what
// its method does is for the rules to judge. A value that calls through other
// slots or parameters passes the duty on to these.

// An asker is code that must not block: what a loop runs, or what a directive
// forbids to block.
type asker struct {
	val      *value
	duty     Duty      // without Method and Chain
	from, to token.Pos // the part of the function that counts, NoPos if all does
	// called says that the parameters are given by callers in the program,
	// not by a framework.
	called bool
}

// covers reports whether the call that steps lead to is in the part that counts.
func (a *asker) covers(steps []step) bool {
	return !a.from.IsValid() || len(steps) > 0 && a.from <= steps[0].pos && steps[0].pos <= a.to
}

// An Injection is a value that this package puts where code that must not
// block calls it, or its method.
type Injection struct {
	Func *Func
	Duty *Duty
	Slot string    // what it is put into, "" for a parameter or a conversion
	Pos  token.Pos // where
	fn   *ssa.Function
}

// Injections returns the injections of the package, in the order of functions.
func (r *Result) Injections() []*Injection {
	r.asks.Lock()
	defer r.asks.Unlock()
	var out []*Injection
	for _, fn := range r.byOrder {
		out = append(out, r.injections[fn]...)
	}
	return out
}

// maxRounds bounds how many slots, one behind the other, a duty is followed
// through in one package.
const maxRounds = 6

// oblige finds the duties of slots and continues the fixed point from the
// functions that fill them, until nothing is new.
func (e *engine) oblige() {
	asked := make(map[*value]bool)
	for range maxRounds {
		for _, a := range e.askersNow() {
			if asked[a.val] && !a.from.IsValid() {
				continue
			}
			asked[a.val] = true
			for _, c := range e.answer(a).slots.values {
				if c.excused != "" || a.duty.Contract == InWindow && len(c.chain) > maxWindowChain {
					continue
				}
				e.addDuty(c.slot, e.dutyOf(a, c.method, c.chain, c.log, c.suspect || e.isForeign(c.slot) || e.isRemote(a, c.slot)))
			}
		}
		if len(e.refill) == 0 {
			return
		}
		for _, fn := range e.byOrder {
			if e.refill[fn] {
				e.push(fn)
			}
		}
		clear(e.refill)
		e.solve()
	}
}

// isForeign reports whether a slot is a field of another module: a part of what
// is a tool there, with one instance on the loop and others elsewhere.
func (e *engine) isForeign(slot string) bool {
	m := e.pass.Module
	return m != nil && m.Path != "" && strings.Contains(slot, "#") && !within(packageOf(slot), m.Path)
}

// answer returns what a may do, and which slots it calls.
func (e *engine) answer(a *asker) *summary {
	if a.from.IsValid() {
		return e.effectsWithin(a.val.fn, a.from, a.to)
	}
	return e.effectsOf(a.val)
}

// dutyOf returns what a asks of a value that is called by the steps.
func (e *engine) dutyOf(a *asker, method string, steps []step, log, suspect bool) *Duty {
	d := a.duty
	d.Method, d.Log, d.Weak = method, log, d.Weak || suspect
	d.Chain = e.dutySteps(steps)
	return e.internDuty(&d)
}

// dutySteps returns steps for a duty: all places are of the form "pkgpath/file.go".
func (e *engine) dutySteps(steps []step) []Step {
	out := make([]Step, len(steps))
	for i, s := range steps {
		out[i] = Step{Callee: s.callee, File: s.file, Line: s.line}
		if s.pos.IsValid() {
			out[i].File, out[i].Line = placeOf(e.pass.Fset, e.pass.Pkg.Path(), s.pos)
		}
	}
	return out
}

// internDuty returns the one duty that equals d.
func (e *engine) internDuty(d *Duty) *Duty {
	key := fmt.Sprintf("%+v", *d)
	if old, ok := e.dutyByText[key]; ok {
		return old
	}
	e.dutyByText[key] = d
	return d
}

// addDuty gives a slot a duty; those who fill it have to be looked at again.
func (e *engine) addDuty(slot string, d *Duty) {
	if slot == "" || !e.duties.add(slot, d) {
		return
	}
	e.ownDuties[d] = true
	for fn := range e.fillers[slot] {
		e.refill[fn] = true
	}
}

// inject notes that v is put where d holds: into a slot, or, if slot is "",
// into a parameter or an interface.
func (f *frame) inject(v *value, d *Duty, slot string, pos token.Pos) {
	switch {
	case f.own(v) && isOpen(v.typ, d.Method):
		f.injects(v, d)
		return
	case f.isUnknown(v, d.Method):
		if other := f.slotOf(v); other != slot {
			f.addDuty(other, d)
		}
		return
	}
	sub := &frame{engine: f.engine, fn: f.fn, out: new(summary), depth: f.depth}
	sub.invoke([]*value{v}, d.Method, nil, f.unknownArgs(v, d.Method), []step{{}}, false)
	if f.injected != nil {
		in := &Injection{Func: &Func{val: v, e: f.engine, method: d.Method}, Duty: d, Slot: slot, Pos: pos, fn: f.fn}
		f.injected.put(injectionKey{v, d, pos}, in)
	}
	for _, x := range sub.out.deferred.values {
		if more := f.prolonged(d, x.method, f.named(x), x.log, x.suspect); more != nil {
			f.injects(x.val, more)
		}
	}
	for _, x := range sub.out.slots.values {
		if more := f.prolonged(d, x.method, x.chain, x.log, x.suspect); more != nil && x.slot != slot {
			f.addDuty(x.slot, more)
		}
	}
}

type injectionKey struct {
	val  *value
	duty *Duty
	pos  token.Pos
}

// isUnknown reports whether nothing but the static type of v is known.
func (f *frame) isUnknown(v *value, method string) bool {
	switch {
	case method == "":
		return v.kind == opaque || v.kind == global || v.kind == alloc
	case v.kind != opaque && v.kind != global || isConcrete(v.typ):
		return false
	}
	m := interfaceMethod(v.typ, method, nil)
	return m == nil || f.table.Op(m) == nil // a model knows all implementations
}

// unknownArgs returns arguments for a call of v, or its method, of which only
// the types are known.
func (f *frame) unknownArgs(v *value, method string) [][]*value {
	var sig *types.Signature
	switch {
	case method == "" && v.kind == function:
		sig = v.fn.Signature
	case method != "" && isConcrete(v.typ):
		if _, obj := f.method(v.typ, method); obj != nil {
			sig = obj.Signature()
		}
	case method == "" && v.typ != nil:
		sig, _ = v.typ.Underlying().(*types.Signature)
	}
	if sig == nil {
		return nil
	}
	args := make([][]*value, sig.Params().Len())
	for i := range args {
		args[i] = f.opaqueOf(sig.Params().At(i).Type())
	}
	return args
}

// prolonged returns d for a value that the injected one calls by the steps,
// nil if the chain gets too long.
func (e *engine) prolonged(d *Duty, method string, steps []step, log, suspect bool) *Duty {
	if len(d.Chain)+len(steps) > maxChain {
		return nil
	}
	more := *d
	more.Method, more.Log, more.Weak = method, d.Log || log, d.Weak || suspect
	more.Chain = append(d.Chain[:len(d.Chain):len(d.Chain)], e.dutySteps(steps)...)
	return e.internDuty(&more)
}

// isOpen reports whether what a call of a value of type t, or of its method,
// calls is for whoever provides the value to say.
func isOpen(t types.Type, method string) bool {
	return method == "" || !isConcrete(t)
}

// injects notes that what the caller passes for a parameter has the duty d;
// or, if v is a field of a parameter, what is put into the field.
func (f *frame) injects(v *value, d *Duty) {
	if !isDirect(v.path) {
		f.addDuty(f.slotAlong(nil, rootType(v), v.path), d)
		return
	}
	h := handoff{val: v, kind: Injects, duty: d}
	f.out.addHandoff(h)
}

// askParams gives the parameters that an asker calls, and that the program's
// callers provide, the duty that it has.
func (f *frame) askParams() {
	for _, p := range f.paramDuties[f.fn] {
		for _, v := range f.values(f.fn.Params[p.index]) {
			f.injects(v, p.duty)
		}
	}
	for _, a := range f.askers[f.fn] {
		for _, d := range f.out.deferred.values {
			if d.val.kind == param && d.excused == "" && a.covers(d.chain) && isDirect(d.val.path) {
				f.injects(d.val, f.dutyOf(a, d.method, f.named(d), d.log, d.suspect))
			}
		}
	}
}

// named returns the chain of d with a name for what it calls: the full name of
// the method, else of the slot or parameter.
func (e *engine) named(d *deferred) []step {
	if m := interfaceMethod(d.val.typ, d.method, nil); m != nil {
		return withCallee(d.chain, stripTypeParams(m.FullName()))
	}
	if d.method != "" {
		return d.chain
	}
	name := e.slotAlong(nil, rootType(d.val), d.val.path)
	if name == "" && d.val.kind == param {
		name = d.val.fn.Params[d.val.index].Name()
	}
	return withCallee(d.chain, cmp.Or(name, "func value"))
}

// isDirect reports whether path leads to a parameter itself or to its elements.
func isDirect(path []string) bool {
	for _, name := range path {
		if name != elemField {
			return false
		}
	}
	return true
}

// askersNow returns all code that must not block, as far as it is known now.
func (e *engine) askersNow() []*asker {
	var out []*asker
	add := func(v *value, reg models.Registration) {
		if asks(reg) {
			out = append(out, e.frameworkAsker(v, reg))
		}
	}
	for _, fn := range e.prog.Funcs {
		if reg, ok := e.loopOf(fn); ok {
			add(e.intern(value{kind: function, fn: fn}), reg)
		}
		out = append(out, e.askers[fn]...)
	}
	for _, r := range e.registrations.values {
		add(r.Func.val, r.By)
	}
	for _, reg := range e.table.ResultRoots() {
		for _, fn := range e.resultFuncs(reg.Entry.Result) {
			add(fn, reg)
		}
	}
	return out
}

// asks reports whether what a framework runs must not block for the sake of
// others.
func asks(reg models.Registration) bool {
	kind := reg.Kind()
	return kind == models.Loop || kind == models.Replay
}

func (e *engine) frameworkAsker(v *value, reg models.Registration) *asker {
	f := Func{val: v, e: e}
	a := &asker{val: v, duty: Duty{Key: reg.Key(), By: f.Name()}}
	if v.fn != nil && v.fn.Pos().IsValid() {
		a.duty.At = e.placeText(v.fn.Pos())
	}
	return a
}

// placeText returns pos as "pkgpath/file.go:12".
func (e *engine) placeText(pos token.Pos) string {
	file, line := placeOf(e.pass.Fset, e.pass.Pkg.Path(), pos)
	return fmt.Sprintf("%s:%d", file, line)
}
