package windows

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// A Mode is what makes one access whole.
type Mode uint8

const (
	Plain  Mode = iota // nothing but the locks that are held
	Atomic             // the access is atomic by itself
	Map                // an operation of a map that locks itself
)

// A Kind is what an event does to its location.
type Kind uint8

const (
	Load   Kind = iota
	Store       // replaces the content
	Modify      // computes the new content from the one that it finds: x++, append, Add
	Insert      // puts an entry
	Delete      // removes an entry
)

// An Event is one observation of a shared location, or one act on it: an
// access, or a call of a function that makes it.
type Event struct {
	Fn     *ssa.Function
	Instr  ssa.Instruction
	Kind   Kind
	Mode   Mode
	Var    types.Object // the field or package-level variable
	Loc    *paths.Loc   // of it
	Inside bool         // the entries or elements of what it refers to
	Val    ssa.Value    // what is observed, or written; nil if it is not known
	Key    ssa.Value    // the entry or element, nil if it is all or not known
	Holds  Holds        // the locks around the event, and those that the callee takes for it
	Use    *Use         // of a call
	// Literal says that the call runs a function literal that is written there.
	Literal bool
	Object  ssa.Value // the address of the object, for locations that an index makes vague
}

// Write reports whether the event writes.
func (e *Event) Write() bool { return e.Kind != Load }

// events gathers the events of a function in the order of its instructions.
func (r *Result) events(f *Func) []*Event {
	byInstr := make(map[ssa.Instruction][]*Event)
	for _, a := range r.byFn[f.Fn] {
		if a.Owned || a.Setup || a.Atomic {
			continue
		}
		if e := plainEvent(a); e != nil {
			e.Holds = f.sections.before[a.Instr]
			byInstr[a.Instr] = append(byInstr[a.Instr], e)
		}
	}
	var out []*Event
	for _, b := range f.Fn.Blocks {
		for _, instr := range b.Instrs {
			out = append(out, byInstr[instr]...)
			if call, ok := instr.(*ssa.Call); ok {
				if _, plain := byInstr[instr]; !plain {
					out = append(out, r.callEvents(f, call)...)
				}
			}
		}
	}
	for _, e := range out {
		if e.Kind == Store && e.Use == nil && e.Mode == Plain && f.modifies(e, out) {
			e.Kind = Modify
		}
	}
	return out
}

// plainEvent returns the event of an access, nil if it observes nothing by itself.
func plainEvent(a *accesses.Access) *Event {
	e := &Event{Fn: a.Fn, Instr: a.Instr, Var: a.Var, Loc: a.Loc, Inside: a.Inside}
	switch instr := a.Instr.(type) {
	case *ssa.UnOp:
		if _, isMap := instr.Type().Underlying().(*types.Map); isMap && !a.Inside {
			return nil // on the way to its entries
		}
		e.Val = instr
		e.Object, e.Key = element(instr.X)
	case *ssa.Store:
		e.Kind, e.Val = Store, instr.Val
		e.Object, e.Key = element(instr.Addr)
	case *ssa.Lookup:
		e.Val, e.Key, e.Object = instr, instr.Index, loaded(instr.X)
	case *ssa.MapUpdate:
		e.Kind, e.Val, e.Key, e.Object = Insert, instr.Value, instr.Key, loaded(instr.Map)
	case *ssa.Call:
		b, ok := instr.Call.Value.(*ssa.Builtin)
		switch {
		case ok && b.Name() == "delete":
			e.Kind, e.Key, e.Object = Delete, instr.Call.Args[1], loaded(instr.Call.Args[0])
		case ok && b.Name() == "len":
			e.Val, e.Object = instr, loaded(instr.Call.Args[0])
		case ok:
			return nil
		case a.Write:
			e.Kind = Modify
		default:
			e.Val = instr
		}
	default:
		return nil
	}
	return e
}

// element returns the address of the object that an address lies in, and the
// index of the element that it is.
func element(addr ssa.Value) (object, index ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.IndexAddr:
		return loaded(addr.X), addr.Index
	case *ssa.FieldAddr:
		return addr.X, nil
	}
	return nil, nil
}

// loaded returns the object of whose field v is the content.
func loaded(v ssa.Value) ssa.Value {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		if fa, ok := u.X.(*ssa.FieldAddr); ok {
			return fa.X
		}
	}
	return nil
}

// callEvents returns the events of a call: of an atomic operation, of a map
// that locks itself, or of a function whose summary says what it does.
func (r *Result) callEvents(f *Func, call *ssa.Call) []*Event {
	obj := program.Callee(&call.Call)
	if obj != nil {
		if op := r.Accesses.Table.Sync(obj); op != nil {
			if e := r.syncEvent(f, call, op); e != nil {
				return []*Event{e}
			}
			return nil
		}
	}
	var out []*Event
	uses, callee := r.usesAt(call, obj)
	for i := range uses {
		if e := r.useEvent(f, call, callee, &uses[i]); e != nil {
			out = append(out, e)
		}
	}
	return append(out, r.literalEvents(f, call)...)
}

// literalEvents returns the events of function literals that the callee runs
// before it returns, with the locks that it takes for them.
func (r *Result) literalEvents(f *Func, call *ssa.Call) []*Event {
	var out []*Event
	for _, arg := range call.Call.Args {
		c, ok := arg.(*ssa.MakeClosure)
		if !ok {
			continue
		}
		fn := c.Fn.(*ssa.Function)
		g, held := r.Funcs[fn], r.Accesses.Locks.Funcs[fn]
		if g == nil || held == nil || len(held.Entry) == 0 {
			continue
		}
		for i := range g.Uses {
			e := r.useEvent(f, call, fn, &g.Uses[i])
			if e == nil {
				continue
			}
			for _, h := range held.Entry {
				if h.Loc != nil && e.Holds.find(h.Class, h.Loc) < 0 {
					e.Holds = e.Holds.with(h, Token{At: call})
				}
			}
			out = append(out, e)
		}
	}
	return out
}

// captured returns what a literal that is called, or an argument of the call,
// has captured.
func captured(call *ssa.Call, fn *ssa.Function, i int) ssa.Value {
	for _, v := range append([]ssa.Value{call.Call.Value}, call.Call.Args...) {
		if c, ok := v.(*ssa.MakeClosure); ok && c.Fn == fn && i < len(c.Bindings) {
			return c.Bindings[i]
		}
	}
	return nil
}

// syncEvent returns the event of an operation that is whole by itself.
func (r *Result) syncEvent(f *Func, call *ssa.Call, op *models.SyncOp) *Event {
	if len(op.Target.Fields) > 0 {
		return nil
	}
	target := locks.Argument(&call.Call, op.Target.Root)
	if target == nil {
		return nil
	}
	l := r.Accesses.Locks.Paths.Of(target)
	e := &Event{Fn: f.Fn, Instr: call, Loc: l, Var: variable(l), Holds: f.sections.before[call], Mode: Atomic}
	if e.Var == nil || r.Accesses.OwnedLoc(l) {
		return nil
	}
	if fa, ok := target.(*ssa.FieldAddr); ok {
		e.Object = fa.X
	}
	args := call.Call.Args
	last := ssa.Value(nil)
	if len(args) > 0 {
		last = args[len(args)-1]
	}
	if op.Key != nil {
		e.Key = locks.Argument(&call.Call, op.Key.Root)
	}
	switch op.Kind {
	case models.SyncAtomicLoad:
		e.Val = call
	case models.SyncAtomicStore:
		e.Kind, e.Val = Store, last
	case models.SyncAtomicRMW:
		e.Kind, e.Val = Modify, last
		if call.Referrers() != nil && len(*call.Referrers()) > 0 {
			return nil // its result is looked at: that is how it is done
		}
	case models.SyncMapLoad:
		e.Mode, e.Val, e.Inside = Map, call, true
	case models.SyncMapStore:
		e.Mode, e.Kind, e.Val, e.Inside = Map, Insert, last, true
	case models.SyncMapDelete:
		e.Mode, e.Kind, e.Inside = Map, Delete, true
	default:
		return nil
	}
	return e
}

// variable returns the field or package-level variable that l is, or nil.
func variable(l *paths.Loc) types.Object {
	if l == nil {
		return nil
	}
	if l.Step == paths.Deref {
		l = l.Parent // what the field points to
	}
	switch l.Step {
	case paths.Field:
		return l.Field
	case paths.Root:
		if g, ok := l.Base.(*ssa.Global); ok {
			return g.Object()
		}
	}
	return nil
}

// useEvent expresses what a callee does in terms of the arguments of a call.
func (r *Result) useEvent(f *Func, call *ssa.Call, callee *ssa.Function, u *Use) *Event {
	args := call.Call.Args
	space := r.Accesses.Locks.Paths.Space
	at := func(l *paths.Loc) *paths.Loc {
		if callee == nil || callee.Parent() != nil {
			return l // global, or of a literal that shares our roots
		}
		top := l.Top()
		if _, ok := top.Base.(*ssa.Global); ok {
			return l
		}
		for i, p := range callee.Params {
			if top.Base == p && i < len(args) {
				return space.Rebase(l, top, r.Accesses.Locks.Paths.Of(args[i]))
			}
		}
		return nil
	}
	e := &Event{Fn: f.Fn, Instr: call, Kind: u.Kind, Mode: u.Mode, Var: u.Var, Inside: u.Inside, Use: u, Holds: f.sections.before[call]}
	e.Literal = callee != nil && callee.Parent() != nil
	if u.imported {
		e.Loc = r.along(args, u.Param, u.Path)
		if u.LockPath != nil {
			e.Holds = holdsWith(e.Holds, r.along(args, u.Param, u.LockPath), call)
		}
		if v := variable(e.Loc); v != nil {
			e.Var = v
		}
	} else {
		e.Loc = at(u.Loc)
		if u.Lock != nil {
			e.Holds = holdsWith(e.Holds, at(u.Lock), call)
		}
	}
	if e.Loc == nil || e.Var == nil || r.Accesses.OwnedLoc(e.Loc) || (u.Lock != nil || u.LockPath != nil) && e.Holds == nil {
		return nil
	}
	if i := u.Object(callee); i < len(args) {
		e.Object = args[i]
	}
	if u.Key > 0 && u.Key <= len(args) {
		e.Key = args[u.Key-1]
	}
	if u.Kind == Load {
		e.Val = resultOf(call, u.Results)
		if e.Val == nil && u.Captured > 0 {
			e.Val = captured(call, callee, u.Captured-1)
		}
		if e.Val == nil {
			return nil
		}
	} else if u.Value > 0 && u.Value <= len(args) {
		e.Val = args[u.Value-1]
	}
	return e
}

func holdsWith(h Holds, l *paths.Loc, call *ssa.Call) Holds {
	if l == nil {
		return nil
	}
	return h.with(locks.Held{Class: locks.ClassOf(l), Loc: l}, Token{At: call})
}

// along returns the location at the end of a path of fields from an argument.
func (r *Result) along(args []ssa.Value, param int, path []string) *paths.Loc {
	if param >= len(args) {
		return nil
	}
	l, t := r.Accesses.Locks.Paths.Of(args[param]), args[param].Type()
	for _, name := range path {
		field := fieldOf(t, name)
		if field == nil || l == nil {
			return nil
		}
		l, t = r.Accesses.Locks.Paths.Space.Field(l, field), field.Type()
	}
	return l
}

func fieldOf(t types.Type, name string) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == name {
			return st.Field(i).Origin()
		}
	}
	return nil
}

// resultOf returns the first result of a call that mask names and that is used.
func resultOf(call *ssa.Call, mask uint16) ssa.Value {
	if call.Referrers() == nil || len(*call.Referrers()) == 0 {
		return nil
	}
	if _, tuple := call.Type().(*types.Tuple); !tuple {
		if mask&1 != 0 {
			return call
		}
		return nil
	}
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && mask&(1<<x.Index) != 0 && len(*x.Referrers()) > 0 {
			return x
		}
	}
	return nil
}

// sameValue reports whether two values are certainly equal: the same value,
// equal constants, or loads of a location that the function does not write.
func (f *Func) sameValue(a, b ssa.Value) bool {
	a, b = strip(a), strip(b)
	if a == b {
		return true
	}
	switch x := a.(type) {
	case *ssa.Const:
		y, ok := b.(*ssa.Const)
		return ok && x.Value != nil && y.Value != nil && x.Value.ExactString() == y.Value.ExactString()
	case *ssa.UnOp:
		y, ok := b.(*ssa.UnOp)
		if !ok || x.Op != token.MUL || y.Op != token.MUL {
			return false
		}
		l := f.r.Accesses.Locks.Paths.Of(x.X)
		return l != nil && l == f.r.Accesses.Locks.Paths.Of(y.X) && !l.Vague() && !f.stores(l)
	case *ssa.Field:
		y, ok := b.(*ssa.Field)
		return ok && x.Field == y.Field && f.sameValue(x.X, y.X)
	case *ssa.Call:
		y, ok := b.(*ssa.Call)
		return ok && f.samePure(x, y)
	}
	return false
}

// samePure reports whether two calls of the same getter on the same values
// give the same: methods without parameters that return a string or number.
func (f *Func) samePure(x, y *ssa.Call) bool {
	fn := program.Callee(&x.Call)
	if fn == nil || fn != program.Callee(&y.Call) || len(x.Call.Args) != len(y.Call.Args) {
		return false
	}
	if _, basic := x.Type().Underlying().(*types.Basic); !basic || fn.Signature().Params().Len() > 0 {
		return false
	}
	if x.Call.IsInvoke() {
		return f.sameValue(x.Call.Value, y.Call.Value)
	}
	return len(x.Call.Args) == 1 && f.sameValue(x.Call.Args[0], y.Call.Args[0])
}

// stores reports whether the function writes the location l itself.
func (f *Func) stores(l *paths.Loc) bool {
	for _, b := range f.Fn.Blocks {
		for _, instr := range b.Instrs {
			if s, ok := instr.(*ssa.Store); ok && f.r.Accesses.Locks.Paths.Of(s.Addr) == l {
				return true
			}
		}
	}
	return false
}
