package effects

import (
	"cmp"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/pack"
)

// fact returns what the package of obj has exported about it. Its zero value
// says that nothing is known to happen.
func (e *engine) fact(obj *types.Func) *Summary {
	obj = obj.Origin()
	s, ok := e.imported[obj]
	if !ok {
		s = new(Summary)
		if obj.Pkg() != nil && obj.Pkg() != e.pass.Pkg {
			if packed := new(Packed); e.pass.ImportObjectFact(obj, packed) {
				s = packed.unpack()
			}
			if s.Loop != "" && !e.sameModule(obj.Pkg()) {
				s.Loop = "" // nobody reports there
			}
		}
		e.imported[obj] = s
	}
	return s
}

// sameModule reports whether findings of pkg are reported in the same run as
// those of the package under analysis.
func (e *engine) sameModule(pkg *types.Package) bool {
	m := e.pass.Module
	if m == nil || m.Path == "" {
		return true
	}
	return within(pkg.Path(), m.Path)
}

func within(path, root string) bool {
	return path == root || len(path) > len(root) && path[:len(root)] == root && path[len(root)] == '/'
}

// applyFact substitutes actual arguments in the summary of a function of
// another package. outer is what negative roots mean.
func (f *frame) applyFact(s *Summary, name string, args, outer [][]*value, at []step, suspect bool) {
	steps := withCallee(at, name)
	callArgs := f.takeCallArgs()
	for _, x := range s.Effects {
		c, doubt, ok := condition{x.If, x.Prefix, x.Is}.holds(f.fn, callArgs)
		if !ok {
			continue
		}
		f.addEffect(&effect{
			effectKey: effectKey{class: x.Class, op: x.Op, loop: x.Loop},
			cost:      x.Cost,
			suspect:   x.Suspect || suspect || doubt || f.internalWait(name, x),
			reported:  s.Loop != "",
			excused:   x.Excused,
			cond:      c,
			chain:     join(steps, chainOf(name, x.Chain), false),
		})
	}
	for _, d := range s.Deferred {
		vals := f.walk(rooted(d.Root, args, outer), d.Path)
		sub := make([][]*value, len(d.Args))
		for i, a := range d.Args {
			if a.Root != Unknown {
				sub[i] = f.walk(rooted(a.Root, args, outer), a.Path)
			}
		}
		chain := append(append([]step(nil), steps...), stepsOf(name, d.Chain)...)
		if len(chain) <= maxChain {
			f.resume(&deferred{method: d.Method, log: d.Log, excused: d.Excused}, vals, sub, chain, suspect)
		}
	}
	for _, c := range s.Slots {
		f.out.addSlotCall(&slotCall{
			slotKey: slotKey{c.Slot, c.Method}, log: c.Log, suspect: suspect,
			chain: append(append([]step(nil), steps...), stepsOf(name, c.Chain)...),
		})
	}
	for _, h := range s.Handoffs {
		in := handoff{kind: h.Kind, entry: h.Entry}
		if h.Duty != nil {
			in.duty = f.internDuty(h.Duty)
		}
		f.passOn(in, f.walk(rooted(h.Root, args, outer), h.Path), at[len(at)-1].pos)
	}
}

// internalWait reports whether x waits for a goroutine inside another module:
// for its workers, or a lock made of a condition variable. Whether that takes
// long is for that module to know; an entry in the models makes it certain.
func (e *engine) internalWait(name string, x Effect) bool {
	if x.Class != models.Wait || x.Loop != "" || len(x.Chain) == 0 {
		return false
	}
	m := e.pass.Module
	if n := len(x.Chain); n > 1 {
		name = x.Chain[n-2].Callee // the caller of the operation
	}
	return m != nil && m.Path != "" && !within(packageOf(name), m.Path)
}

func rooted(root int, args, outer [][]*value) []*value {
	if root < 0 {
		root, args = -1-root, outer
	}
	if root < len(args) {
		return args[root]
	}
	return nil
}

// chainOf returns the chain of the steps in the fact of the function called name.
func chainOf(name string, steps []Step) *chain {
	var c *chain
	in := stepsOf(name, steps)
	for i := len(in) - 1; i >= 0; i-- {
		c = cons(in[i], c)
	}
	return c
}

// stepsOf completes the files of the steps in the fact of the function called name.
func stepsOf(name string, steps []Step) []step {
	out := make([]step, len(steps))
	caller := packageOf(name)
	for i, s := range steps {
		file := s.File
		if file != "" && !strings.Contains(file, "/") && caller != "" {
			file = caller + "/" + file
		}
		out[i] = step{callee: s.Callee, file: file, line: s.Line}
		caller = packageOf(s.Callee)
	}
	return out
}

// factResults returns what result i of a call is by the fact s.
func (f *frame) factResults(s *Summary, args, outer [][]*value, i int, typ types.Type) []*value {
	var out []*value
	for _, r := range s.Results {
		if r.Index == i {
			for _, v := range r.Values {
				out = append(out, f.imports(v, args, typ)...)
			}
		}
	}
	if len(out) == 0 {
		return f.opaqueOf(typ)
	}
	return union(out)
}

// imports returns the value that v, a result of type typ of a call with args, is.
func (f *frame) imports(v Value, args [][]*value, typ types.Type) []*value {
	switch v.Kind {
	case FromParam:
		return f.walk(rooted(v.Root, args, nil), v.Path)
	case OfFunc:
		return []*value{f.intern(value{kind: behaviour, typ: typ, ext: v.Func, outer: args, label: v.Type})}
	case OfMethods:
		return []*value{f.intern(value{kind: behaviour, typ: typ, meths: v.Methods, outer: args, label: v.Type})}
	}
	w := value{kind: object, typ: typ}
	for _, field := range v.Fields {
		_, ftyp := structField(typ, field.Name)
		var vs []*value
		for _, fv := range field.Values {
			vs = append(vs, f.imports(fv, args, ftyp)...)
		}
		if field.Name == anyField {
			return []*value{f.intern(value{kind: wrapper, typ: typ, under: union(vs)})}
		}
		w.fields = append(w.fields, fieldValues{field.Name, union(vs)})
	}
	return []*value{f.intern(w)}
}

// anyField is the name of the one field of a wrapper in a fact.
const anyField = "*"

// export exports the summaries that other packages can need: those of
// exported functions and methods outside test files, if they say anything
// that a model does not say.
func (e *engine) export() {
	filled := make(map[string]bool)
	for _, fn := range e.prog.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || obj.Pkg() != e.pass.Pkg || e.isTest(fn) || len(fn.Blocks) == 0 {
			continue
		}
		if op := e.table.Op(obj); op != nil && op.Effect != models.Inspect {
			continue
		}
		e.ctx = fn
		s := e.toFact(fn)
		e.ctx = nil
		for _, h := range s.Handoffs {
			if h.Kind == Stores && h.Entry != "" {
				filled[h.Entry] = true
			}
		}
		if len(s.Effects)+len(s.Deferred)+len(s.Handoffs)+len(s.Slots)+len(s.Results) > 0 {
			e.pass.ExportObjectFact(obj, &Packed{Data: pack.Encode(s)})
		}
	}
	e.exportDuties(filled)
	e.exportContracts()
}

func (e *engine) toFact(fn *ssa.Function) *Summary {
	in := e.summaries[fn]
	f := &frame{engine: e, fn: fn, out: new(summary)}
	for _, x := range in.effects.values {
		f.out.addEffect(x)
	}
	f.out.handoffs = in.handoffs
	for _, c := range in.slots.values {
		f.out.addSlotCall(c)
	}
	for _, d := range in.deferred.values {
		if vals, ok := e.closed(d.val); ok {
			f.visited = nil
			f.resume(d, vals, d.args, d.chain, false)
		} else {
			f.out.addDeferred(d)
		}
	}
	s := e.convert(f.out, false, maxPerClass)
	parts := 0
	for i, vs := range in.results {
		r := Returned{Index: i}
		for _, v := range vs {
			w, ok := f.exportValue(v, fn.Signature.Results().At(i).Type(), 0)
			if parts += w.parts(); ok && (len(r.Values) == 0 || parts <= maxParts) {
				r.Values = append(r.Values, w)
			}
		}
		if len(r.Values) > 0 {
			s.Results = append(s.Results, r)
		}
	}
	if reg, ok := e.loopOf(fn); ok {
		s.Loop = reg.Framework.Name
	}
	return s
}

// closed returns what v can be, if that is decided in this package: v is an
// unexported field into which only this package can store, and every store
// has a known dynamic type.
func (e *engine) closed(v *value) ([]*value, bool) {
	if v.kind != param || len(v.path) == 0 || token.IsExported(v.path[len(v.path)-1]) {
		return nil, false
	}
	root := value{kind: opaque, typ: v.fn.Params[v.index].Type()}
	vals := e.walk([]*value{e.intern(root)}, v.path)
	for _, x := range vals {
		if x.kind == opaque && !isConcrete(x.typ) || x.kind == opaque && isFuncType(x.typ) {
			return nil, false
		}
	}
	return vals, len(vals) > 0
}

func isFuncType(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// convert makes the exported form of s. In the summary of a behaviour, roots
// that are parameters of the function around it are negative.
func (e *engine) convert(s *summary, nested bool, perClass int) *Summary {
	root := func(v *value) (int, bool) {
		switch {
		case v.kind == inner, v.kind == param && !nested:
			return v.index, true
		case v.kind == param:
			return -1 - v.index, true
		}
		return 0, false
	}
	out := &Summary{Effects: e.exportEffects(s, perClass)}
	for _, d := range s.deferred.values {
		if r, ok := root(d.val); ok {
			x := Deferred{Root: r, Path: d.val.path, Method: d.method, Log: d.log, Excused: d.excused, Chain: e.exportSteps(d.chain)}
			for _, arg := range d.args {
				a := Arg{Root: Unknown}
				if len(arg) == 1 {
					if r, ok := root(arg[0]); ok {
						a = Arg{r, arg[0].path}
					}
				}
				x.Args = append(x.Args, a)
			}
			out.Deferred = append(out.Deferred, x)
		}
	}
	out.Deferred = sortedDeferred(out.Deferred)
	for _, h := range s.handoffs.values {
		if r, ok := root(h.val); ok {
			out.Handoffs = append(out.Handoffs, Handoff{Root: r, Path: h.val.path, Kind: h.kind, Entry: h.entry, Duty: h.duty})
		}
	}
	sort.Slice(out.Handoffs, func(i, j int) bool {
		a, b := out.Handoffs[i], out.Handoffs[j]
		if x, y := pathString(a.Root, a.Path), pathString(b.Root, b.Path); x != y {
			return x < y
		}
		if a.Kind != b.Kind {
			return a.Kind < b.Kind
		}
		if a.Entry != b.Entry || a.Duty == nil || b.Duty == nil {
			return a.Entry < b.Entry
		}
		return a.Duty.id() < b.Duty.id()
	})
	out.Slots = e.exportSlotCalls(s, nested)
	return out
}

// exportSlotCalls returns the nearest calls through slots.
func (e *engine) exportSlotCalls(s *summary, nested bool) []SlotCall {
	var calls []*slotCall
	for _, c := range s.slots.values {
		if c.excused == "" && len(c.chain) <= maxSlotChain {
			calls = append(calls, c)
		}
	}
	sort.Slice(calls, func(i, j int) bool {
		a, b := calls[i], calls[j]
		return cmp.Or(cmp.Compare(len(a.chain), len(b.chain)), strings.Compare(a.slot, b.slot), strings.Compare(a.method, b.method)) < 0
	})
	limit := maxSlotCalls
	if nested {
		limit = 1
	}
	if len(calls) > limit {
		calls = calls[:limit]
	}
	var out []SlotCall
	for _, c := range calls {
		out = append(out, SlotCall{Slot: c.slot, Method: c.method, Log: c.log, Chain: e.exportSteps(c.chain)})
	}
	return out
}

// sortedDeferred sorts ds, keeps the shortest chain for each call of the same
// value and method, and applies the bound.
func sortedDeferred(ds []Deferred) []Deferred {
	key := func(d Deferred) string { return pathString(d.Root, d.Path) + "." + d.Method }
	sort.SliceStable(ds, func(i, j int) bool {
		if a, b := key(ds[i]), key(ds[j]); a != b {
			return a < b
		}
		return len(ds[i].Chain) < len(ds[j].Chain)
	})
	var out []Deferred
	for _, d := range ds {
		if n := len(out); n == 0 || key(out[n-1]) != key(d) {
			out = append(out, d)
		}
	}
	if len(out) > maxDeferred {
		out = out[:maxDeferred]
	}
	return out
}

// exportEffects chooses, for each operation, the best effect, and for each
// class the nearest operations.
func (e *engine) exportEffects(s *summary, perClass int) []Effect {
	type opKey struct {
		class models.Class
		op    string
		loop  string
	}
	var best ordered[opKey, *effect]
	for _, x := range s.effects.values {
		k := opKey{x.class, x.op, x.loop}
		if old, ok := best.get(k); ok {
			x = either(old, x)
		}
		best.put(k, x)
	}
	sorted := append([]*effect(nil), best.values...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.class != b.class {
			return classRank(a.class) < classRank(b.class)
		}
		if a.better(b) || b.better(a) {
			return a.better(b)
		}
		if a.op != b.op {
			return a.op < b.op
		}
		return a.loop < b.loop
	})
	count := make(map[models.Class]int)
	var out []Effect
	for _, x := range sorted {
		limit := perClass
		if x.quiet() {
			limit = maxQuiet
		}
		if count[x.class] >= limit {
			continue
		}
		count[x.class]++
		var steps []step
		for c := x.chain; c != nil; c = c.next {
			steps = append(steps, c.step)
		}
		out = append(out, Effect{Class: x.class, Op: x.op, Cost: x.cost, Loop: x.loop, Suspect: x.suspect, Excused: x.excused, If: x.cond.param, Is: x.cond.is, Prefix: x.cond.prefix, Chain: e.exportSteps(steps)})
	}
	return out
}

// quiet reports whether x is so common that one of its class is enough for a fact.
func (x *effect) quiet() bool {
	switch x.class {
	case models.Log, models.Lock, models.Terminal:
		return true
	case models.Disk:
		return x.cost <= models.Micros
	}
	return x.cost <= models.Brief
}

func classRank(c models.Class) int {
	for i, k := range models.Classes {
		if k == c {
			return i
		}
	}
	return len(models.Classes)
}

func (e *engine) exportSteps(steps []step) []Step {
	out := make([]Step, len(steps))
	caller := e.pass.Pkg.Path()
	for i, s := range steps {
		file, line := s.file, s.line
		if s.pos.IsValid() {
			file, line = placeOf(e.pass.Fset, e.pass.Pkg.Path(), s.pos)
		}
		if base, ok := strings.CutPrefix(file, caller+"/"); ok && !strings.Contains(base, "/") {
			file = base
		}
		out[i] = Step{Callee: s.callee, File: file, Line: line}
		caller = packageOf(s.callee)
	}
	return out
}

// exportValue makes the exported form of a result of static type typ, if
// there is anything to say about it.
func (f *frame) exportValue(v *value, typ types.Type, depth int) (Value, bool) {
	if depth > maxNesting {
		return Value{}, false
	}
	switch {
	case v.kind == param:
		return Value{Kind: FromParam, Root: v.index, Path: v.path}, true
	case isFuncType(typ):
		return f.exportFunc(v, typ.Underlying().(*types.Signature))
	case types.IsInterface(typ):
		return f.exportMethods(v, typ.Underlying().(*types.Interface))
	case v.kind == wrapper:
		return f.exportFields(v, []fieldValues{{anyField, v.under}}, depth)
	case v.kind == object:
		return f.exportFields(v, v.fields, depth)
	}
	return Value{}, false
}

func (f *frame) exportFunc(v *value, sig *types.Signature) (Value, bool) {
	if v.kind != function && v.kind != behaviour {
		return Value{}, false
	}
	sub := &frame{engine: f.engine, fn: f.fn, out: new(summary)}
	label := v.label
	if v.kind == function {
		label = nameOf(v.fn)
	}
	sub.invokeBehaviour(v, "", sig)
	return Value{Kind: OfFunc, Type: label, Func: f.convert(sub.out, true, 1)}, true
}

// invokeBehaviour collects the effects of v with its own parameters left
// open. The call itself is not a step: the caller's call takes its place.
func (f *frame) invokeBehaviour(v *value, method string, sig *types.Signature) {
	args := make([][]*value, sig.Params().Len())
	for i := range args {
		index := i
		if method != "" {
			index++ // the receiver is parameter 0
		}
		args[i] = []*value{f.intern(value{kind: inner, index: index, typ: sig.Params().At(i).Type()})}
	}
	f.invoke([]*value{v}, method, nil, args, []step{{}}, false)
	f.dropFirstStep()
}

// dropFirstStep removes the first step of every chain.
func (f *frame) dropFirstStep() {
	s := new(summary)
	for _, x := range f.out.effects.values {
		y := *x
		if y.chain.next != nil {
			y.chain = y.chain.next
		}
		y.site = y.chain.site()
		s.addEffect(&y)
	}
	for _, d := range f.out.deferred.values {
		y := *d
		if len(y.chain) > 1 {
			y.chain = y.chain[1:]
		}
		s.addDeferred(&y)
	}
	for _, c := range f.out.slots.values {
		y := *c
		if len(y.chain) > 1 {
			y.chain = y.chain[1:]
		}
		s.addSlotCall(&y)
	}
	s.handoffs = f.out.handoffs
	f.out = s
}

// maxMethods bounds the methods of an interface whose behaviour is exported.
const maxMethods = 8

func (f *frame) exportMethods(v *value, iface *types.Interface) (Value, bool) {
	if iface.NumMethods() > maxMethods || iface.NumMethods() == 0 || !isConcrete(v.typ) && v.kind != behaviour && v.kind != wrapper {
		return Value{}, false
	}
	return f.methodsOf(v, iface), true
}

// methodsOf returns what the methods of an interface do if v is in it.
func (f *frame) methodsOf(v *value, iface *types.Interface) Value {
	out := Value{Kind: OfMethods, Type: v.label}
	if isConcrete(v.typ) {
		out.Type = types.TypeString(v.typ, nil)
	}
	for i := 0; i < iface.NumMethods(); i++ {
		m := iface.Method(i)
		sub := &frame{engine: f.engine, fn: f.fn, out: new(summary)}
		sub.invokeBehaviour(v, m.Name(), m.Signature())
		if does := f.convert(sub.out, true, 1); len(does.Effects)+len(does.Deferred)+len(does.Handoffs) > 0 {
			out.Methods = append(out.Methods, Method{m.Name(), *does})
		}
	}
	sort.Slice(out.Methods, func(i, j int) bool { return out.Methods[i].Name < out.Methods[j].Name })
	return out
}

// maxParts bounds the values inside a result in a fact, and inside all results.
const maxParts = 32

// parts returns the number of values in v, v included.
func (v *Value) parts() int {
	n := 1
	for i := range v.Fields {
		for j := range v.Fields[i].Values {
			n += v.Fields[i].Values[j].parts()
		}
	}
	return n + len(v.Methods)
}

func (f *frame) exportFields(v *value, fields []fieldValues, depth int) (Value, bool) {
	out := Value{Kind: OfFields, Type: types.TypeString(v.typ, nil)}
	parts := 0
	for _, field := range fields {
		_, ftyp := structField(v.typ, field.name)
		if ftyp == nil {
			ftyp = elemType(v.typ)
		}
		x := Field{Name: field.name}
		for _, fv := range field.values {
			t := ftyp
			if t == nil {
				t = fv.typ
			}
			if t == nil {
				continue
			}
			if w, ok := f.exportValue(fv, t, depth+1); ok && parts+w.parts() <= maxParts {
				parts += w.parts()
				x.Values = append(x.Values, w)
			}
		}
		if len(x.Values) > 0 {
			out.Fields = append(out.Fields, x)
		}
	}
	return out, len(out.Fields) > 0
}
