package effects

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/loops"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// What the source of the package itself demands: directives, comments, and
// hand-written loops. They become askers (code that must not block), or duties
// of slots, parameters, interface methods and func types.

// nonblocking is the contract that forbids to block.
const nonblocking = "nonblocking"

// InWindow is the contract of what is called between a check of shared state
// and the act on it: it does not forbid to block, but if the value suspends,
// the check is stale.
const InWindow = "window"

// maxWindowChain bounds the calls between a check and an act to a call of what
// others provide: what is farther away is hardly injected for the sake of the act.
const maxWindowChain = 3

// isRemote reports whether a slot that is called in a window is not part of
// what the function of the window is given: the object with the slot may be another one.
func (e *engine) isRemote(a *asker, slot string) bool {
	if a.duty.Contract != InWindow || !strings.Contains(slot, "#") {
		return false
	}
	given := func(t types.Type) bool {
		named, ok := types.Unalias(deref(deref(t))).(*types.Named)
		return ok && named.Obj().Pkg() != nil && strings.HasPrefix(slot, named.Obj().Pkg().Path()+"."+named.Obj().Name()+"#")
	}
	for _, p := range a.val.fn.Params {
		if given(p.Type()) {
			return false
		}
	}
	for _, v := range a.val.fn.FreeVars {
		if given(v.Type()) {
			return false
		}
	}
	return true
}

// windowAskers makes the windows of the package askers.
func (e *engine) windowAskers() {
	win := e.pass.ResultOf[windows.Analyzer].(*windows.Result)
	defer win.Accesses.Exclusive()()
	for _, w := range win.Windows {
		from, to := w.Check.Instr.Pos(), w.Act.Instr.Pos()
		if len(w.Between) == 0 || !from.IsValid() || to <= from || win.Exempt(w) || e.isTest(w.Fn) {
			continue
		}
		d := Duty{
			Contract: InWindow, Window: win.Text(w), Category: win.Category(w),
			By: nameOf(w.Fn), From: e.placeText(from), At: e.placeText(to), Weak: w.Doubtful() || win.OneAtATime(w.Fn) || win.CalledAsValue(w.Fn),
		}
		e.askers[w.Fn] = append(e.askers[w.Fn], &asker{val: e.intern(value{kind: function, fn: w.Fn}), from: from, to: to, duty: d, called: true})
	}
}

// readSource finds the askers and duties that the source declares.
func (e *engine) readSource() {
	e.dirs = e.pass.ResultOf[directives.Analyzer].(*directives.Set)
	e.contracts = make(map[types.Object]*Contract)
	e.paramDuties = make(map[*ssa.Function][]paramDuty)
	for _, m := range e.dirs.EventLoop() {
		e.demand(m, Duty{Loop: "event loop", At: e.placeText(m.Pos)})
	}
	for _, m := range e.dirs.Contracts(nonblocking) {
		d := Duty{Contract: nonblocking, At: e.placeText(m.Pos)}
		for _, c := range m.Classes {
			d.Classes = append(d.Classes, models.Class(c))
		}
		e.demand(m, d)
	}
	for _, m := range e.dirs.Contracts("suspends") {
		if m.Obj != nil {
			e.contract(m.Obj).Suspends = true
		}
	}
	for _, p := range e.dirs.Prose() {
		d := Duty{Quote: p.Text, At: e.placeText(p.Pos), Weak: true}
		if d.Contract = p.Kind; p.Kind != nonblocking {
			d.Contract, d.Loop = "", "event loop"
		}
		e.demandOf(p.Obj, d)
	}
	e.windowAskers()
	if e.inMainModule() {
		for _, l := range e.Loops() {
			e.askers[l.Fn] = append(e.askers[l.Fn], e.loopAsker(l))
		}
	}
}

// inMainModule reports whether the package belongs to the modules that are
// being worked on. The hand-written loops of others are theirs to model.
func (e *engine) inMainModule() bool {
	return e.pass.Module == nil || e.pass.Module.Version == ""
}

// Loops returns the hand-written loops of the package.
func (e *engine) Loops() []loops.Loop {
	e.findLoops.Do(func() {
		e.polled = make(map[string]models.Registration)
		poll := func(fn *types.Func) (string, bool) {
			reg, ok := e.table.Poll(fn)
			if ok {
				e.polled[fn.FullName()] = reg
			}
			return fn.FullName(), ok
		}
		e.loopList = loops.Find(e.pass, e.prog, poll)
	})
	return e.loopList
}

func (e *engine) loopAsker(l loops.Loop) *asker {
	a := &asker{
		val: e.intern(value{kind: function, fn: l.Fn}), from: l.Pos, to: l.End, called: true,
		duty: Duty{By: nameOf(l.Fn), At: e.placeText(l.Body.Pos()), Loop: HandWritten, Weak: !l.Strong},
	}
	if reg, ok := e.PolledBy(l); ok {
		a.duty.Key, a.duty.Loop = reg.Key(), ""
	}
	return a
}

// PolledBy returns the framework whose poll call the loop is around.
func (e *engine) PolledBy(l loops.Loop) (models.Registration, bool) {
	reg, ok := e.polled[l.Poll]
	return reg, ok
}

// HandWritten is the Loop of a duty whose By is a function with a loop of its own.
const HandWritten = "event loop in"

// LoopName is how messages in package pkg call the hand-written loop in the
// function with the given full name.
func LoopName(fn, pkg string) string { return HandWritten + " " + shortName(fn, pkg) }

// demand makes what a directive marks an asker, or gives it the duty d.
func (e *engine) demand(m directives.Marked, d Duty) {
	switch m.Node.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		for _, fn := range e.prog.Funcs {
			if fn.Syntax() == m.Node {
				d.By, d.At = nameOf(fn), e.placeText(fn.Pos())
				e.askers[fn] = append(e.askers[fn], &asker{val: e.intern(value{kind: function, fn: fn}), duty: d, called: true})
			}
		}
	default:
		e.demandOf(m.Obj, d)
	}
}

// demandOf gives the values that obj will hold, or the implementations of
// obj, the duty d.
func (e *engine) demandOf(obj types.Object, d Duty) {
	switch obj := obj.(type) {
	case *types.Func:
		d.By, d.Method = stripTypeParams(obj.FullName()), obj.Name()
		e.contract(obj).add(e.internDuty(&d))
	case *types.TypeName:
		d.By = obj.Pkg().Path() + "." + obj.Name()
		if iface, ok := obj.Type().Underlying().(*types.Interface); ok {
			for m := range iface.Methods() {
				if m.Pkg() == e.pass.Pkg {
					e.demandOf(m, d)
				}
			}
			return
		}
		e.contract(obj).add(e.internDuty(&d))
	case *types.Var:
		e.demandOfVar(obj, d)
	}
}

func (e *engine) demandOfVar(v *types.Var, d Duty) {
	d.By = v.Name()
	for _, method := range methodNames(v.Type()) {
		d := d
		d.Method = method
		if slot := e.slotName(v); slot != "" {
			d.By = slot
			duty := e.internDuty(&d)
			if e.duties.add(slot, duty) {
				e.ownDuties[duty] = true
			}
			continue
		}
		for _, fn := range e.prog.Funcs {
			for i, p := range fn.Params {
				if p.Object() == v {
					d.By = nameOf(fn)
					e.paramDuties[fn] = append(e.paramDuties[fn], paramDuty{i, e.internDuty(&d)})
				}
			}
		}
	}
}

// methodNames returns the methods of an interface type, "" for a func type.
func methodNames(t types.Type) []string {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return []string{""}
	}
	var names []string
	for m := range iface.Methods() {
		names = append(names, m.Name())
	}
	return names
}

// A paramDuty is the duty of what is passed for a parameter.
type paramDuty struct {
	index int
	duty  *Duty
}

// contract returns the contract of an object of this package, to be filled.
func (e *engine) contract(obj types.Object) *Contract {
	c := e.contracts[obj]
	if c == nil {
		c = new(Contract)
		e.contracts[obj] = c
	}
	return c
}

func (c *Contract) add(d *Duty) { c.Duties = append(c.Duties, *d) }

// contractOf returns the contract of an interface method, func type or
// function of any package, nil if it has none.
func (e *engine) contractOf(obj types.Object) *Contract {
	c, ok := e.contracts[obj]
	if !ok && obj.Pkg() != nil && obj.Pkg() != e.pass.Pkg && !models.IsStd(obj.Pkg().Path()) {
		var fact Contract
		if e.pass.ImportObjectFact(obj, &fact) {
			c = &fact
		}
		e.contracts[obj] = c
	}
	return c
}

// exportContracts exports the contracts of this package.
func (e *engine) exportContracts() {
	for obj, c := range e.contracts {
		if obj.Pkg() == e.pass.Pkg && c != nil {
			e.pass.ExportObjectFact(obj, c) // to a map: the order does not matter
		}
	}
}

// demands returns the duties of values that are converted to t.
func (e *engine) demands(t types.Type) []*Duty {
	if ds, ok := e.demanded.At(t).([]*Duty); ok {
		return ds
	}
	var ds []*Duty
	add := func(obj types.Object) {
		if c := e.contractOf(obj); c != nil {
			for i := range c.Duties {
				ds = append(ds, e.internDuty(&c.Duties[i]))
			}
		}
	}
	if iface, ok := t.Underlying().(*types.Interface); ok {
		for m := range iface.Methods() {
			add(m.Origin())
		}
	} else if named, ok := types.Unalias(t).(*types.Named); ok {
		add(named.Origin().Obj())
	}
	e.demanded.Set(t, ds)
	return ds
}

// converts notes that v becomes a t, with what the contract of t demands.
func (f *frame) converts(v ssa.Value, t types.Type, pos token.Pos) {
	ds := f.demands(t)
	if len(ds) == 0 || f.isTest(f.fn) {
		return
	}
	for _, x := range f.values(v) {
		for _, d := range ds {
			if f.convertsHere(d) {
				f.inject(x, d, "", pos)
			}
		}
	}
}

// convertsHere reports whether conversions in this package are where d is
// judged. The event loops of an interface of this package are found by its
// implementations, in roots.
func (f *frame) convertsHere(d *Duty) bool {
	return d.Contract != "" || d.Quote != "" || packageOf(d.By) != f.pass.Pkg.Path()
}

// suspends adds the effect of a call of obj that a directive declares.
func (f *frame) suspends(obj types.Object, name string, at []step, suspect bool) {
	if c := f.contractOf(obj); c != nil && c.Suspends {
		f.addEffect(&effect{
			effectKey: effectKey{class: models.Suspends, op: name},
			cost:      models.Unbounded, suspect: suspect,
			chain: join(withCallee(at, name), nil, false),
		})
	}
}

// excuse marks what is done on lines where findings are ignored: it is not
// held against callers either.
func (f *frame) excuse() {
	for _, x := range f.out.effects.values {
		if reason, ok := f.ignored(x.chain.pos); ok && x.excused == "" {
			x.excused = reason
		}
	}
	for _, d := range f.out.deferred.values {
		if reason, ok := f.ignored(d.chain[0].pos); ok && d.excused == "" {
			d.excused = reason
		}
	}
	for _, c := range f.out.slots.values {
		if reason, ok := f.ignored(c.chain[0].pos); ok && c.excused == "" {
			c.excused = reason
		}
	}
}

// ignored reports whether a directive makes the rule of blocking operations
// ignore what happens at pos, with its reason and place.
func (e *engine) ignored(pos token.Pos) (string, bool) {
	reason, ok := e.dirs.Ignored("blockingio", "loop-blocks", pos)
	if !ok {
		return "", false
	}
	return reason + " (" + e.placeText(pos) + ")", true
}
