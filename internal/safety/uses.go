package safety

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// An effect is what a function does to what a parameter points to, without a
// lock of that object.
type effect uint8

const (
	nothing effect = iota
	reads1
	writes1
)

// A use is one access to a field, or to what it contains or refers to.
type use struct {
	fn    *ssa.Function
	instr ssa.Instruction
	// leaf is the innermost field of the path that is accessed: the field
	// itself, or one of a struct in it.
	leaf   *types.Var
	inside bool // what the leaf refers to
	write  bool
	atomic bool
	maybe  bool // the callee is not in view, or who runs the function
	via    string
	locks  locks.Set
}

// A raw access is one that internal/accesses has no variable for: through a
// parameter of pointer type, to a whole value, or to a field of an object
// without a name.
type raw struct {
	fn    *ssa.Function
	instr ssa.Instruction
	loc   *paths.Loc // nil: field of an object without a name
	field *types.Var
	write bool
}

// rawAccesses finds them in all functions but tests.
func (j *judge) rawAccesses() {
	for _, fn := range j.acc.Program.Funcs {
		if j.acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					j.raw(fn, instr, instr.Addr, true)
				case *ssa.UnOp:
					if instr.Op == token.MUL {
						j.raw(fn, instr, instr.X, false)
					}
				case *ssa.MapUpdate:
					j.raw(fn, instr, instr.Map, true)
				case *ssa.Lookup:
					j.raw(fn, instr, instr.X, false)
				case ssa.CallInstruction:
					if b, ok := instr.Common().Value.(*ssa.Builtin); ok && (b.Name() == "delete" || b.Name() == "clear") {
						j.raw(fn, instr, instr.Common().Args[0], true)
					}
					if op := j.acc.Locks.OpOf(instr); op != nil && op.Once {
						j.once[op.Lock.Class] = true
					}
				}
			}
		}
	}
}

func (j *judge) raw(fn *ssa.Function, instr ssa.Instruction, addr ssa.Value, write bool) {
	l := j.acc.Locks.Paths.Of(addr)
	if l == nil {
		f, ok := addr.(*ssa.FieldAddr)
		if !ok {
			return
		}
		if _, fresh := f.X.(*ssa.Alloc); fresh {
			return
		}
		st := f.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		j.raws = append(j.raws, raw{fn: fn, instr: instr, field: st.Field(f.Field).Origin(), write: write})
		return
	}
	at := l
	if at.Step == paths.Elem {
		at = at.Parent
	}
	if _, isMap := addr.Type().Underlying().(*types.Map); isMap && at.Step == paths.Deref && at.Parent.Step == paths.Field {
		return // internal/accesses has it
	}
	if at != nil && (at.Step == paths.Root || at.Step == paths.Deref || at.Step == paths.Elem) {
		if _, isGlobal := at.Base.(*ssa.Global); !isGlobal {
			j.raws = append(j.raws, raw{fn: fn, instr: instr, loc: at, write: write})
		}
	}
}

// counts reports whether an access is one to an object that others may hold.
func (j *judge) counts(fn *ssa.Function, l *paths.Loc, inside, setup bool) bool {
	top := l.Top()
	if a, ok := top.Base.(*ssa.Alloc); ok {
		// What a value receiver refers to is the caller's.
		return copiedParam(a) != nil && (inside || l.Object() != top)
	}
	if j.acc.OwnedLoc(l) {
		return false
	}
	if !setup {
		return true
	}
	// A constructor by its name only, which returns nothing: what it is given may be shared.
	_, isParam := top.Base.(*ssa.Parameter)
	ctx := j.acc.Contexts[fn]
	return isParam && (ctx == nil || !ctx.Setup) && fn.Signature.Results().Len() == 0
}

// copiedParam returns the receiver of a struct type that a variable holds a copy
// of, nil if it does not.
func copiedParam(a *ssa.Alloc) *ssa.Parameter {
	var param *ssa.Parameter
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
			p, ok := st.Val.(*ssa.Parameter)
			if !ok || param != nil || p.Parent().Signature.Recv() == nil || p != p.Parent().Params[0] || !isStruct(p.Type()) {
				return nil
			}
			param = p
		}
	}
	return param
}

// collect gathers the uses of all fields of the package's types.
func (j *judge) collect() {
	j.uses = make(map[*types.Var][]*use)
	j.wholes = make(map[*types.TypeName][]*use)
	for _, a := range j.acc.Accesses {
		if !j.counts(a.Fn, a.Loc, a.Inside, a.Setup) {
			continue
		}
		u := &use{fn: a.Fn, instr: a.Instr, inside: a.Inside, write: a.Write, atomic: a.Atomic, maybe: a.Unknown, locks: a.Locks}
		if f, ok := a.Var.(*types.Var); ok && f.IsField() {
			u.leaf = f
		}
		if a.Via != "" {
			u.via = shortFull(a.Via)
		}
		j.attribute(u, a.Loc)
	}
	for _, r := range j.raws {
		ctx := j.acc.Contexts[r.fn]
		u := &use{fn: r.fn, instr: r.instr, write: r.write, locks: j.acc.Locks.Before(r.instr), maybe: ctx != nil && ctx.Unknown}
		if r.loc == nil {
			if setup := ctx != nil && ctx.Setup; !setup {
				u.leaf = r.field
				j.uses[r.field] = append(j.uses[r.field], u)
			}
			continue
		}
		if obj := j.own[namedOfLoc(r.loc)]; obj != nil && j.counts(r.fn, r.loc, true, false) && r.write {
			if p, isParam := r.loc.Top().Base.(*ssa.Parameter); isParam || r.loc.Step == paths.Deref {
				if isParam && r.loc.Parent == nil && !sharedParam(p) {
					continue
				}
				j.wholes[obj.obj] = append(j.wholes[obj.obj], u)
			}
		}
		if r.loc.Parent != nil && j.counts(r.fn, r.loc, true, false) {
			u.inside = true
			j.attribute(u, r.loc)
		}
	}
	for _, c := range j.calls {
		j.collectCall(c)
	}
}

// sharedParam reports whether what a parameter leads to is not a copy.
func sharedParam(p *ssa.Parameter) bool {
	switch p.Type().Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice:
		return true
	}
	return false
}

func namedOfLoc(l *paths.Loc) *types.TypeName { return namedOf(l.Type) }

// attribute notes a use with all fields on the way to a location. Beyond a
// pointer to a type that is safe by itself, it is that one's own affair.
func (j *judge) attribute(u *use, l *paths.Loc) {
	inside := u.inside
	for ; l != nil; l = l.Parent {
		if l.Step == paths.Deref {
			if t := j.own[namedOf(l.Type)]; t != nil && t.level.Safe() && u.leaf != nil {
				return
			}
			inside = true
		}
		if l.Step != paths.Field {
			continue
		}
		x := *u
		if x.leaf == nil {
			x.leaf = l.Field
		}
		if x.leaf != l.Field {
			x.inside = true
		} else {
			x.inside = inside
		}
		j.uses[l.Field] = append(j.uses[l.Field], &x)
		inside = true
	}
}

// A call is a call that may touch what its arguments lead to.
type call struct {
	fn     *ssa.Function
	instr  ssa.CallInstruction
	callee *ssa.Function // of the package, or nil
	obj    *types.Func   // else
}

func (j *judge) findCalls() {
	j.callsOf = make(map[*ssa.Function][]call)
	for _, fn := range j.acc.Program.Funcs {
		if j.acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				instr, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				common := instr.Common()
				callee := common.StaticCallee()
				if callee != nil && callee.Origin() != nil {
					callee = callee.Origin()
				}
				if callee != nil && j.acc.Contexts[callee] != nil {
					c := call{fn, instr, callee, nil}
					j.calls = append(j.calls, c)
					j.callsOf[callee] = append(j.callsOf[callee], c)
				} else if obj := program.Callee(common); obj != nil {
					j.calls = append(j.calls, call{fn, instr, nil, obj})
				}
			}
		}
	}
}

// argEffect returns what a call does to what argument i leads to.
func (j *judge) argEffect(c call, i int) (e effect, maybe bool) {
	if c.callee != nil {
		return j.effects[c.callee][i], false
	}
	if c.instr.Common().IsInvoke() || j.acc.Table.Sync(c.obj) != nil {
		return nothing, false
	}
	if _, known := j.acc.Table.Mutates(c.obj); known {
		return nothing, false // internal/accesses knows
	}
	recv := c.obj.Signature().Recv()
	if recv != nil && i == 0 {
		obj := namedOf(recv.Type())
		if obj == nil {
			return nothing, false
		}
		if fact := j.importLevel(obj); fact != nil {
			return fact.effect(c.obj.Name()), false
		}
		return nothing, false
	}
	// The address of a field, to a function of which nothing is known.
	if _, isField := c.instr.Common().Args[i].(*ssa.FieldAddr); isField {
		return writes1, true
	}
	return nothing, false
}

func (f *LevelFact) effect(method string) effect {
	for _, m := range f.Writes {
		if m == method {
			return writes1
		}
	}
	for _, m := range f.Reads {
		if m == method {
			return reads1
		}
	}
	return nothing
}

// objName returns the name of a function of another package, as messages write it.
func objName(obj *types.Func) string {
	name := obj.Name()
	if recv := obj.Signature().Recv(); recv != nil {
		name = "(" + typeName(recv.Type(), nil) + ")." + name
	} else if obj.Pkg() != nil {
		name = obj.Pkg().Name() + "." + name
	}
	return name
}

// collectCall notes what a call does to the fields that its arguments lead to.
func (j *judge) collectCall(c call) {
	common := c.instr.Common()
	if common.IsInvoke() {
		return
	}
	ctx := j.acc.Contexts[c.fn]
	for i, arg := range common.Args {
		l := j.acc.Locks.Paths.Of(arg)
		if l == nil || l.Parent == nil || !j.counts(c.fn, l, true, j.constructing(c.fn)) {
			continue
		}
		e, maybe := j.argEffect(c, i)
		if e == nothing || j.safeValue(l) {
			continue
		}
		name := ""
		if c.callee != nil {
			name = funcName(c.callee)
		} else {
			name = objName(c.obj)
		}
		u := &use{fn: c.fn, instr: c.instr, inside: true, write: e == writes1, via: name, maybe: maybe || ctx != nil && ctx.Unknown}
		if _, isGo := c.instr.(*ssa.Go); !isGo {
			u.locks = j.acc.Locks.Before(c.instr)
		}
		if isInterface(l) {
			continue // the dynamic type is not known: see depends
		}
		j.attribute(u, l)
	}
}

func isInterface(l *paths.Loc) bool {
	return l.Type != nil && types.IsInterface(l.Type)
}

// safeValue reports whether the value at l is of a type that is safe by itself.
func (j *judge) safeValue(l *paths.Loc) bool {
	obj := namedOf(l.Type)
	return obj != nil && j.levelOf(obj).Safe()
}

// constructing reports whether fn makes objects, by its context or name.
func (j *judge) constructing(fn *ssa.Function) bool {
	for f := fn; f != nil; f = f.Parent() {
		ctx := j.acc.Contexts[f]
		if f == fn && ctx != nil && (ctx.Go || ctx.Unknown || ctx.Root && f.Parent() != nil) {
			return false
		}
		if ctx != nil && ctx.Setup {
			return true
		}
	}
	return false
}

// maxEffectRounds bounds the fixed point of effects over calls.
const maxEffectRounds = 8

// computeEffects computes what functions of the package do to what their parameters lead to.
func (j *judge) computeEffects() {
	j.effects = make(map[*ssa.Function]map[int]effect)
	for _, fn := range j.acc.Program.Funcs {
		j.effects[fn] = make(map[int]effect)
	}
	for _, a := range j.acc.Accesses {
		if !a.Atomic && !a.Setup {
			j.addEffect(a.Loc, a.Write, a.Locks, a.Inside)
		}
	}
	for _, r := range j.raws {
		if r.loc != nil {
			j.addEffect(r.loc, r.write, j.acc.Locks.Before(r.instr), false)
		}
	}
	for round := range maxEffectRounds {
		changed := false
		for _, c := range j.calls {
			if c.instr.Common().IsInvoke() {
				continue
			}
			for i, arg := range c.instr.Common().Args {
				e, _ := j.argEffect(c, i)
				l := j.acc.Locks.Paths.Of(arg)
				if e == nothing || l == nil || isInterface(l) || l.Parent != nil && j.safeValue(l) {
					continue
				}
				if j.addEffect(l, e == writes1, j.acc.Locks.Before(c.instr), false) {
					changed = true
					if round == maxEffectRounds-1 {
						j.log.Exceeded("safety.maxEffectRounds", c.fn)
					}
				}
			}
		}
		if !changed {
			break
		}
	}
}

// addEffect notes an access at l with the function whose parameter leads
// there, unless a lock of the same object is held.
func (j *judge) addEffect(l *paths.Loc, write bool, held locks.Set, inside bool) bool {
	top := l.Top()
	p, ok := top.Base.(*ssa.Parameter)
	if a, isAlloc := top.Base.(*ssa.Alloc); isAlloc && (inside || l.Object() != top) {
		p = copiedParam(a)
		ok = p != nil
	}
	if !ok {
		return false
	}
	if t := j.own[namedOf(p.Type())]; t != nil && t.level.Safe() && isStruct(t.obj.Type()) {
		return false
	}
	for q := l; q != top; q = q.Parent {
		if q.Parent == top && q.Step == paths.Field && j.partSafe[q.Field] {
			return false // its own discipline is enough
		}
		if q.Step == paths.Deref {
			if t := j.own[namedOf(q.Type)]; t != nil && t.level.Safe() && q != l {
				return false
			}
		}
	}
	for _, h := range held {
		if h.Loc != nil && h.Loc.Top() == top && (!write || !h.Read) {
			return false
		}
	}
	e := reads1
	if write {
		e = writes1
	}
	fn := p.Parent()
	for i, q := range fn.Params {
		if q == p && j.effects[fn][i] < e && j.effects[fn] != nil {
			j.effects[fn][i] = e
			return true
		}
	}
	return false
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// levelOf returns the level of a type, Unknown if nobody knows.
func (j *judge) levelOf(obj *types.TypeName) Level {
	if t := j.own[obj]; t != nil {
		return t.level
	}
	if s := j.acc.Table.Safety(obj); s != nil {
		switch s.Level {
		case models.ThreadSafe, models.SafeAfterSetup:
			return Synchronised
		}
		return NotSafe
	}
	if fact := j.importLevel(obj); fact != nil {
		return fact.Level
	}
	return Unknown
}

// shortFull shortens a full name to its last package.
func shortFull(full string) string {
	prefix := ""
	for len(full) > 0 && (full[0] == '(' || full[0] == '*') {
		prefix += full[:1]
		full = full[1:]
	}
	for i := len(full) - 1; i >= 0; i-- {
		if full[i] == '/' {
			return prefix + full[i+1:]
		}
	}
	return prefix + full
}

// place returns where an instruction is in the source.
func place(instr ssa.Instruction) token.Pos {
	if p := instr.Pos(); p.IsValid() {
		return p
	}
	if load, ok := instr.(*ssa.UnOp); ok {
		if p := load.X.Pos(); p.IsValid() && p >= instr.Parent().Pos() {
			return p
		}
	}
	return threads.Position(instr)
}
