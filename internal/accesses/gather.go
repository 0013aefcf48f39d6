package accesses

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// gather records the accesses of one function.
func (r *Result) gather(fn *ssa.Function) {
	g := &gatherer{r: r, fn: fn, ctx: r.Contexts[fn], setup: r.isSetup(fn)}
	for p := fn.Parent(); p != nil; p = p.Parent() {
		// A literal of a constructor that nobody starts runs with it.
		if c := r.Contexts[fn]; c != nil && !c.Go && !c.Unknown && !c.Root && r.isSetup(p) {
			g.setup = true
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			g.instr(instr)
		}
	}
}

type gatherer struct {
	r     *Result
	fn    *ssa.Function
	ctx   *Context
	setup bool
}

func (g *gatherer) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Store:
		g.address(instr, instr.Addr, true)
	case *ssa.UnOp:
		if instr.Op == token.MUL {
			g.address(instr, instr.X, false)
		}
	case *ssa.MapUpdate:
		g.inside(instr, instr.Map, true)
	case *ssa.Lookup:
		if isMap(instr.X) {
			g.inside(instr, instr.X, false)
		}
	case *ssa.Range:
		if isMap(instr.X) {
			g.inside(instr, instr.X, false)
		}
	case *ssa.Next:
		if rng, ok := instr.Iter.(*ssa.Range); ok && isMap(rng.X) {
			g.inside(instr, rng.X, false)
		}
	case ssa.CallInstruction:
		if _, isGo := instr.(*ssa.Go); !isGo {
			g.call(instr)
		}
	}
}

func isMap(v ssa.Value) bool {
	_, ok := v.Type().Underlying().(*types.Map)
	return ok
}

// address records an access to what addr points to.
func (g *gatherer) address(instr ssa.Instruction, addr ssa.Value, write bool) {
	l := g.r.Locks.Paths.Of(addr)
	if l == nil {
		return
	}
	if l.Step == paths.Elem {
		g.at(instr, l.Parent, write, true)
		return
	}
	g.at(instr, l, write, false)
}

// inside records an access to the entries of a map.
func (g *gatherer) inside(instr ssa.Instruction, m ssa.Value, write bool) {
	if a := g.at(instr, g.r.Locks.Paths.Of(m), write, true); a != nil {
		a.Map = true
	}
}

// at records an access to the field or global at l, or to what it refers to.
func (g *gatherer) at(instr ssa.Instruction, l *paths.Loc, write, inside bool) *Access {
	if l == nil {
		return nil
	}
	if inside && l.Step == paths.Deref {
		l = l.Parent // what the field refers to
	}
	v := variable(l)
	if v == nil {
		return nil
	}
	a := &Access{
		Fn: g.fn, Instr: instr, Var: v, Loc: l, Write: write, Inside: inside,
		Locks: g.r.Locks.Before(instr), Owned: g.r.OwnedLoc(l) && !g.published(l), Setup: g.setup,
		Unknown: g.ctx != nil && g.ctx.Unknown,
	}
	g.r.Accesses = append(g.r.Accesses, a)
	return a
}

// published reports whether the object at the root of l is one that a
// constructor makes, and the function is a goroutine that it starts: others
// have the object by then.
func (g *gatherer) published(l *paths.Loc) bool {
	a, ok := l.Top().Base.(*ssa.Alloc)
	return ok && a.Parent() != g.fn && a.Heap && g.ctx != nil && g.ctx.Go && g.r.constructs(a.Parent())
}

// variable returns the field or package-level variable that l is, or nil.
func variable(l *paths.Loc) types.Object {
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

func (g *gatherer) call(instr ssa.CallInstruction) {
	call := instr.Common()
	if b, ok := call.Value.(*ssa.Builtin); ok && !call.IsInvoke() {
		g.builtin(instr, b, call)
		return
	}
	obj := program.Callee(call)
	if obj == nil {
		return
	}
	if op := g.r.Table.Sync(obj); op != nil {
		g.atomic(instr, call, op)
		return
	}
	m, known := g.r.Table.Mutates(obj)
	if !known || m == nil {
		return
	}
	for _, p := range m.Writes {
		g.library(instr, call, p, obj, true)
	}
	for _, p := range m.Reads {
		g.library(instr, call, p, obj, false)
	}
}

func (g *gatherer) builtin(instr ssa.Instruction, b *ssa.Builtin, call *ssa.CallCommon) {
	switch b.Name() {
	case "delete":
		g.inside(instr, call.Args[0], true)
	case "clear":
		if isMap(call.Args[0]) {
			g.inside(instr, call.Args[0], true)
		}
	case "len":
		if isMap(call.Args[0]) {
			g.inside(instr, call.Args[0], false)
		}
	}
}

// atomic records the accesses of functions of sync/atomic and their like to plain variables.
func (g *gatherer) atomic(instr ssa.Instruction, call *ssa.CallCommon, op *models.SyncOp) {
	write := false
	switch op.Kind {
	case models.SyncAtomicLoad:
	case models.SyncAtomicStore, models.SyncAtomicRMW, models.SyncAtomicCAS:
		write = true
	default:
		return
	}
	if op.Target.Root == models.Recv {
		return // a type of its own, which nobody can use otherwise
	}
	arg := locks.Argument(call, op.Target.Root)
	if arg == nil {
		return
	}
	if a := g.at(instr, g.r.Locks.Paths.Of(arg), write, false); a != nil {
		a.Atomic = true
	}
}

// library records what a library function does to the object in a field.
func (g *gatherer) library(instr ssa.Instruction, call *ssa.CallCommon, p models.Path, obj *types.Func, write bool) {
	arg := locks.Argument(call, p.Root)
	if arg == nil || len(p.Fields) > 1 {
		return
	}
	l := g.r.Locks.Paths.Of(arg)
	if l == nil {
		return
	}
	inside := false
	if l.Step == paths.Elem {
		l, inside = l.Parent, true
	}
	if l.Step == paths.Deref {
		inside = true
	}
	if a := g.at(instr, l, write, inside); a != nil {
		a.Via = obj.FullName()
	}
}
