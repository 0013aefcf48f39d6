// Package locks computes which locks must be held at each instruction of a
// function, within one package: mutexes by the path that leads to them, in
// write or read mode, with what called functions take and give back, with
// deferred unlocks, attempts (TryLock) and functions that run another one
// under a lock.
//
// All sets are must-sets: a lock is in a set if it is held on every path in
// view. What callers in view always hold is part of a function's entry set.
package locks

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

const (
	maxRounds = 6 // of summaries that depend on each other
)

// A Held is a lock in a set.
type Held struct {
	Class any        // what the lock is declared as: a field, a global, or the location of a local one
	Loc   *paths.Loc // nil: some lock of the class, held by a caller
	Read  bool       // for reading only, on some path
	Mixed bool       // for writing on others
}

// A Set is locks that must be held, sorted by a fixed order, one of each location.
type Set []Held

// Find returns a lock of the set at a location.
func (s Set) Find(l *paths.Loc) (Held, bool) {
	for _, h := range s {
		if h.Loc == l && l != nil {
			return h, true
		}
	}
	return Held{}, false
}

// OfClass returns the lock of a class that is held in the strongest mode.
func (s Set) OfClass(class any) (Held, bool) {
	var best Held
	found := false
	for _, h := range s {
		if h.Class == class && (!found || best.Read && !h.Read) {
			best, found = h, true
		}
	}
	return best, found
}

func same(a, b Held) bool { return a.Class == b.Class && a.Loc == b.Loc }

func (s Set) with(h Held) Set {
	for i, x := range s {
		if same(x, h) {
			if x.Read && !h.Read {
				s = slices.Clone(s)
				s[i].Read = false
			}
			return s
		}
	}
	return append(slices.Clip(s), h)
}

func (s Set) without(h Held) Set {
	out := s[:0:0]
	removed := false
	for _, x := range s {
		if same(x, h) {
			removed = true
			continue
		}
		out = append(out, x)
	}
	if removed {
		return out
	}
	// A caller's lock of the class, of which the location is not known here.
	for i, x := range s {
		if x.Class == h.Class && x.Loc == nil {
			return slices.Delete(slices.Clone(s), i, i+1)
		}
	}
	return s
}

// union returns the locks of either.
func (s Set) union(t Set) Set {
	for _, h := range t {
		s = s.with(h)
	}
	return s
}

// meet returns the locks of both; of a class held at different locations, a
// lock without one.
func (s Set) meet(t Set) Set {
	var out Set
	for _, h := range s {
		for _, x := range t {
			if same(h, x) {
				h.Mixed = h.Mixed || x.Mixed || h.Read != x.Read
				h.Read = h.Read || x.Read
				out = append(out, h)
				break
			}
		}
	}
	return out
}

func (s Set) equal(t Set) bool {
	if len(s) != len(t) {
		return false
	}
	for _, h := range s {
		if !slices.Contains(t, h) {
			return false
		}
	}
	return true
}

// ClassOf returns what a lock at l is declared as.
func ClassOf(l *paths.Loc) any {
	for p := l; p != nil; p = p.Parent {
		switch {
		case p.Step == paths.Field && wrapped(p):
			continue
		case p.Step == paths.Field:
			return p.Field
		case p.Parent == nil:
			if g, ok := p.Base.(*ssa.Global); ok {
				return g
			}
			return p
		}
	}
	return nil
}

// wrapped reports whether p is all that a struct has, and that struct is a
// field itself: a lock type of the program's own around another one.
func wrapped(p *paths.Loc) bool {
	around := p.Parent
	if around.Step == paths.Deref {
		around = around.Parent
	}
	if !p.Field.Embedded() || around.Step != paths.Field || p.Parent.Type == nil {
		return false
	}
	st, ok := p.Parent.Type.Underlying().(*types.Struct)
	return ok && st.NumFields() == 1
}

// A Func is the locks of one function.
type Func struct {
	Fn    *ssa.Function
	Entry Set // held by all callers in view
	// Acquires and Releases are what a call adds to, and takes from, the
	// locks of its caller.
	Acquires, Releases []Held
	before             map[ssa.Instruction]Set
	exits              []state
	released           []Held // callers' locks, whether taken again or not
	taken              Set    // may have been taken on the way, wherever solve is
	known              bool
}

// An Analysis is the locks of the functions of a package.
type Analysis struct {
	Paths *paths.Resolver
	Funcs map[*ssa.Function]*Func
	list  []*ssa.Function
	table *models.Table
	// imported returns what a function of another package adds and takes, by
	// parameters.
	imported func(*types.Func) (acquires, releases []Effect)
	ops      map[ssa.CallInstruction]*Op
	given    map[*types.Var]*types.Var // fields with the lock that their object has been given
	// ParamCalls holds, of functions that call a parameter, the locks that are
	// held at every such call.
	ParamCalls map[*ssa.Parameter]Set
}

// Bounds returns the bounds that were exceeded.
func (a *Analysis) Bounds() *bounds.Log { return &a.Paths.Log }

// An Effect is a lock that a call takes or gives back, by the path from a parameter.
type Effect struct {
	Param  int // receiver first
	Fields []*types.Var
	Read   bool
}

// An OpKind is what an operation does to a lock.
type OpKind uint8

const (
	None OpKind = iota
	Acquire
	Release
	Try  // acquires where its result is true
	With // holds it while it runs its argument
	Wait // gives it back, waits, and takes it again
)

// An Op is an operation on a lock.
type Op struct {
	Kind OpKind
	Lock Held // Loc may be nil
	Once bool
}

// New analyses functions: all of a package, each before its literals.
func New(funcs []*ssa.Function, table *models.Table, imported func(*types.Func) (acquires, releases []Effect)) *Analysis {
	a := &Analysis{
		Paths: paths.NewResolver(funcs), Funcs: make(map[*ssa.Function]*Func), list: funcs, table: table,
		imported: imported, ops: make(map[ssa.CallInstruction]*Op), ParamCalls: make(map[*ssa.Parameter]Set),
	}
	for _, fn := range funcs {
		a.Funcs[fn] = &Func{Fn: fn}
	}
	a.findGiven()
	for round := range maxRounds {
		changed := false
		for _, fn := range funcs {
			if a.solve(a.Funcs[fn]) {
				changed = true
				if round == maxRounds-1 {
					a.Bounds().Exceeded("locks.maxRounds", fn)
				}
			}
		}
		if !changed {
			break
		}
	}
	a.paramCalls()
	return a
}

// Before returns the locks that must be held when instr is reached, those of callers included.
func (a *Analysis) Before(instr ssa.Instruction) Set {
	f := a.Funcs[instr.Parent()]
	if f == nil {
		return nil
	}
	return f.before[instr]
}

// SetEntry sets what all callers of fn hold, and solves fn again.
func (a *Analysis) SetEntry(fn *ssa.Function, entry Set) {
	f := a.Funcs[fn]
	if f == nil || f.Entry.equal(entry) {
		return
	}
	f.Entry = entry
	acquires, releases := f.Acquires, f.Releases
	a.solve(f)
	f.Acquires, f.Releases = acquires, releases // of a call, whatever the caller holds
}

// OpOf returns what a call does to a lock by itself, nil if nothing.
func (a *Analysis) OpOf(call ssa.CallInstruction) *Op {
	if op, ok := a.ops[call]; ok {
		return op
	}
	op := a.findOp(call)
	a.ops[call] = op
	return op
}

func (a *Analysis) findOp(instr ssa.CallInstruction) *Op {
	call := instr.Common()
	obj := program.Callee(call)
	if obj == nil {
		return nil
	}
	op := a.table.Sync(obj)
	if op == nil {
		return a.byName(call, obj)
	}
	lock := func(read bool) Held { return a.lockAt(call, op.Target, read) }
	switch op.Kind {
	case models.SyncLock:
		return &Op{Kind: Acquire, Lock: lock(false)}
	case models.SyncRLock:
		return &Op{Kind: Acquire, Lock: lock(true)}
	case models.SyncUnlock:
		return &Op{Kind: Release, Lock: lock(false)}
	case models.SyncRUnlock:
		return &Op{Kind: Release, Lock: lock(true)}
	case models.SyncTryLock:
		return &Op{Kind: Try, Lock: lock(false)}
	case models.SyncTryRLock:
		return &Op{Kind: Try, Lock: lock(true)}
	case models.SyncWith, models.SyncWithR:
		return &Op{Kind: With, Lock: lock(op.Kind == models.SyncWithR)}
	case models.SyncOnce:
		return &Op{Kind: With, Lock: lock(false), Once: true}
	case models.SyncSemAcquire:
		return &Op{Kind: Acquire, Lock: lock(false)}
	case models.SyncSemRelease:
		return &Op{Kind: Release, Lock: lock(false)}
	}
	return nil
}

// byName recognises a lock that is no model's: a type with the methods Lock
// and Unlock, as sync.Locker has them.
func (a *Analysis) byName(call *ssa.CallCommon, obj *types.Func) *Op {
	kind, read := None, false
	switch obj.Name() {
	case "Lock":
		kind = Acquire
	case "RLock":
		kind, read = Acquire, true
	case "Unlock":
		kind = Release
	case "RUnlock":
		kind, read = Release, true
	default:
		return nil
	}
	sig := obj.Signature()
	if sig.Recv() == nil || sig.Params().Len() > 0 || sig.Results().Len() > 0 || !isLocker(sig.Recv().Type(), obj.Pkg()) {
		return nil
	}
	if fn := call.StaticCallee(); fn != nil && a.Funcs[fn] != nil {
		return nil // its body is in view
	}
	if a.imported != nil {
		if x, y := a.imported(obj); len(x)+len(y) > 0 {
			return nil // it is known which lock it takes
		}
	}
	return &Op{Kind: kind, Lock: a.lockAt(call, models.Path{Root: models.Recv}, read)}
}

func isLocker(t types.Type, pkg *types.Package) bool {
	set := types.NewMethodSet(t)
	return set.Lookup(pkg, "Lock") != nil && set.Lookup(pkg, "Unlock") != nil
}

// Argument returns the actual at the root of a model's path, or nil.
func Argument(call *ssa.CallCommon, root int) ssa.Value {
	i := root
	if call.IsInvoke() {
		if root == models.Recv {
			return call.Value
		}
	} else if sig := call.Signature(); sig.Recv() != nil {
		i = root + 1
	}
	if i < 0 || i >= len(call.Args) {
		return nil
	}
	return call.Args[i]
}

// at returns the location that a model's path leads to.
func (a *Analysis) at(call *ssa.CallCommon, p models.Path) *paths.Loc {
	arg := Argument(call, p.Root)
	if arg == nil {
		return nil
	}
	l := a.Paths.Of(arg)
	t := arg.Type()
	for _, name := range p.Fields {
		if q, ok := t.Underlying().(*types.Pointer); ok {
			t = q.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || l == nil {
			return nil
		}
		var f *types.Var
		for i := range st.NumFields() {
			if st.Field(i).Name() == name {
				f = st.Field(i)
			}
		}
		if f == nil {
			return nil
		}
		l, t = a.Paths.Space.Field(l, f.Origin()), f.Type()
	}
	return l
}

// solve computes the sets of a function, and reports whether its summary has changed.
func (a *Analysis) solve(f *Func) bool {
	if len(f.Fn.Blocks) == 0 {
		return false
	}
	n := len(f.Fn.Blocks)
	in, taken, seen := make([]state, n), make([]Set, n), make([]bool, n)
	in[0], seen[0] = state{held: f.Entry}, true
	f.before = make(map[ssa.Instruction]Set)
	f.exits, f.released = nil, nil
	for changed := true; changed; {
		changed = false
		f.exits, f.released = f.exits[:0], f.released[:0]
		for _, b := range f.Fn.Blocks {
			if !seen[b.Index] {
				continue
			}
			f.taken = taken[b.Index]
			out := a.block(f, b, in[b.Index])
			for i, s := range b.Succs {
				next, tried := a.branch(b, i, out)
				if t := taken[s.Index].union(f.taken).union(tried); len(t) != len(taken[s.Index]) {
					taken[s.Index], changed = t, true
				}
				if !seen[s.Index] {
					seen[s.Index], in[s.Index], changed = true, next, true
				} else if m := in[s.Index].meet(next); !m.equal(in[s.Index]) {
					in[s.Index], changed = m, true
				}
			}
		}
	}
	return a.summarise(f)
}

// block applies the instructions of a block.
func (a *Analysis) block(f *Func, b *ssa.BasicBlock, s state) state {
	for _, instr := range b.Instrs {
		if needsSet(instr) {
			f.before[instr] = s.held
		}
		if v, ok := instr.(ssa.Value); ok && len(s.owed) > 0 {
			s = s.redefined(v)
		}
		switch instr := instr.(type) {
		case *ssa.Call:
			s = a.call(f, instr, s)
		case *ssa.RunDefers:
			for _, d := range slices.Backward(defersBefore(b)) {
				s = a.call(f, d, s)
			}
		case *ssa.Return:
			f.exits = append(f.exits, s)
		}
	}
	return s
}

// defersBefore returns the defer statements that may have been executed when b is reached.
func defersBefore(b *ssa.BasicBlock) []*ssa.Defer {
	var out []*ssa.Defer
	for _, x := range b.Parent().Blocks {
		for _, instr := range x.Instrs {
			if d, ok := instr.(*ssa.Defer); ok && (x == b || program.Reaches(x.Succs, b)) {
				out = append(out, d)
			}
		}
	}
	return out
}

// needsSet reports whether somebody may ask for the locks at instr.
func needsSet(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.MUL || instr.Op == token.ARROW
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Phi, *ssa.BinOp, *ssa.DebugRef:
		return false
	}
	return true
}

func (a *Analysis) call(f *Func, instr ssa.CallInstruction, s state) state {
	if op := a.OpOf(instr); op != nil {
		if op.Lock.Class == nil {
			return s
		}
		switch op.Kind {
		case Acquire:
			f.taken = f.taken.with(op.Lock)
			return s.acquire(op.Lock)
		case Release:
			return f.release(s, op.Lock, instr.Block())
		}
		return s
	}
	acquires, releases := a.effects(instr)
	for _, h := range releases {
		s = f.release(s, h, instr.Block())
	}
	for _, h := range acquires {
		f.taken = f.taken.with(h)
		s = s.acquire(h)
	}
	return s
}

// Leaves returns the locks that a call of a function takes and leaves locked:
// not those that it has unlocked before.
func (a *Analysis) Leaves(call ssa.CallInstruction) []Held {
	acquires, releases := a.effects(call)
	var out []Held
	for _, h := range acquires {
		if !slices.ContainsFunc(releases, func(x Held) bool { return same(x, h) }) {
			out = append(out, h)
		}
	}
	return out
}

// effects returns what a call takes and gives back by its summary.
func (a *Analysis) effects(instr ssa.CallInstruction) (acquires, releases []Held) {
	call := instr.Common()
	if c, ok := call.Value.(*ssa.MakeClosure); ok && !call.IsInvoke() {
		if g := a.Funcs[c.Fn.(*ssa.Function)]; g != nil {
			return g.Acquires, g.Releases // the literal shares our roots
		}
		return nil, nil
	}
	fn := call.StaticCallee()
	if fn == nil {
		return nil, nil
	}
	if o := fn.Origin(); o != nil && a.Funcs[fn] == nil {
		fn = o
	}
	if g := a.Funcs[fn]; g != nil {
		return a.rebase(g.Acquires, fn, call), a.rebase(g.Releases, fn, call)
	}
	obj := program.Callee(call)
	if obj == nil || a.imported == nil {
		return nil, nil
	}
	x, y := a.imported(obj)
	return a.actual(x, call), a.actual(y, call)
}

// CallEffects returns the locks that a call takes, and gives back, by the
// summary of what it calls; OpOf is for calls that do it by themselves.
func (a *Analysis) CallEffects(instr ssa.CallInstruction) (acquires, releases []Held) {
	return a.effects(instr)
}

// rebase expresses locks of fn in terms of the arguments of a call.
func (a *Analysis) rebase(locks []Held, fn *ssa.Function, call *ssa.CallCommon) []Held {
	var out []Held
	for _, h := range locks {
		top := h.Loc.Top()
		p, ok := top.Base.(*ssa.Parameter)
		if !ok {
			out = append(out, h) // a global
			continue
		}
		for i, q := range fn.Params {
			if q != p || i >= len(call.Args) {
				continue
			}
			if l := a.Paths.Space.Rebase(h.Loc, top, a.Paths.Of(call.Args[i])); l != nil {
				out = append(out, Held{Class: ClassOf(l), Loc: l, Read: h.Read})
			}
		}
	}
	return out
}

// actual expresses the locks of an imported summary in terms of the arguments.
func (a *Analysis) actual(effects []Effect, call *ssa.CallCommon) []Held {
	var out []Held
	for _, e := range effects {
		if e.Param >= len(call.Args) {
			continue
		}
		l := a.Paths.Of(call.Args[e.Param])
		for _, f := range e.Fields {
			if l != nil {
				l = a.Paths.Space.Field(l, f)
			}
		}
		if l != nil {
			out = append(out, Held{Class: ClassOf(l), Loc: l, Read: e.Read})
		}
	}
	return out
}

// branch returns the state on an edge, and the lock that was taken there: an
// attempt has taken its lock where its result is true.
func (a *Analysis) branch(b *ssa.BasicBlock, i int, s state) (on state, tried Set) {
	c, ok := edgeCond(b, i)
	if !ok {
		return s, nil
	}
	s = s.where(c)
	if call, ok := c.x.(*ssa.Call); ok && c.y == nil && c.is {
		if op := a.OpOf(call); op != nil && op.Kind == Try && op.Lock.Class != nil {
			return s.acquire(op.Lock), Set{op.Lock}
		}
	}
	return s, nil
}

// summarise computes what a call of f adds and takes. What f has taken again
// wherever it returns, if it has released it at all, it does neither.
func (a *Analysis) summarise(f *Func) bool {
	var exit state
	for i, s := range f.exits {
		if i == 0 {
			exit = s
		} else {
			exit = exit.meet(s)
		}
	}
	var acquires, releases []Held
	for _, h := range exit.held {
		if h.Loc == nil || !f.visible(h.Loc) {
			continue
		}
		if _, atEntry := f.Entry.Find(h.Loc); !atEntry {
			acquires = append(acquires, h)
		}
	}
	for _, h := range f.released {
		is := func(x Held) bool { return same(x, h) }
		if h.Loc == nil || !f.visible(h.Loc) || slices.ContainsFunc(releases, is) {
			continue
		}
		if exit.owesCaller(h) || slices.ContainsFunc(acquires, is) {
			releases = append(releases, h)
		}
	}
	changed := !f.known || !slices.Equal(acquires, f.Acquires) || !slices.Equal(releases, f.Releases)
	f.known = true
	f.Acquires, f.Releases = acquires, releases
	return changed
}

// visible reports whether the caller of f can name l: the root is a
// parameter, a global or, for a function literal, of the function around.
func (f *Func) visible(l *paths.Loc) bool {
	switch base := l.Top().Base.(type) {
	case *ssa.Global:
		return true
	case *ssa.Parameter:
		return base.Parent() == f.Fn || f.Fn.Parent() != nil
	case *ssa.Alloc:
		return base.Parent() != f.Fn
	}
	return false
}

// paramCalls finds the locks under which functions call their parameters.
func (a *Analysis) paramCalls() {
	for _, fn := range a.list {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || call.Call.IsInvoke() {
					continue
				}
				p, ok := call.Call.Value.(*ssa.Parameter)
				if !ok {
					continue
				}
				s := a.Before(call)
				if old, seen := a.ParamCalls[p]; seen {
					s = old.meet(s)
				}
				a.ParamCalls[p] = s
			}
		}
	}
}
