package accesses

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Inner objects: a field holds an object of another package's type, which has
// no lock of its own and methods that change it. A call of such a method is a
// write of what the field refers to, whatever lock its owner has for that.

// maxWriterRounds bounds the propagation from methods to methods that call them.
const maxWriterRounds = 4

// A WriterFact of a method says that it changes its receiver, without a lock,
// and that the receiver's type has none.
type WriterFact struct{}

func (*WriterFact) AFact() {}

func (*WriterFact) String() string { return "writes its receiver" }

// exportWriters exports which exported methods change their receivers.
func (r *Result) exportWriters() {
	writers := make(map[*ssa.Function]bool)
	for _, a := range r.Accesses {
		if a.Write && !a.Atomic && len(a.Locks) == 0 && ownReceiver(a.Fn, a.Loc) && !holdsLock(a.Fn.Signature.Recv().Type()) {
			writers[a.Fn] = true
		}
	}
	for range maxWriterRounds {
		changed := false
		for _, fn := range r.Program.Funcs {
			if !writers[fn] && r.callsWriter(fn, writers) {
				writers[fn], changed = true, true
			}
		}
		if !changed {
			break
		}
	}
	for _, fn := range r.Program.Funcs {
		if obj, ok := fn.Object().(*types.Func); ok && writers[fn] && obj.Exported() && !r.isTest(fn) {
			r.pass.ExportObjectFact(obj, &WriterFact{})
		}
	}
}

// ownReceiver reports whether l leads from the receiver of the method fn, a pointer.
func ownReceiver(fn *ssa.Function, l *paths.Loc) bool {
	recv := fn.Signature.Recv()
	if recv == nil || fn.Parent() != nil || l == nil || l.Top().Base != fn.Params[0] {
		return false
	}
	_, isPtr := recv.Type().Underlying().(*types.Pointer)
	return isPtr
}

// holdsLock reports whether the struct that t points to has a lock.
func holdsLock(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		u := f.Type()
		if q, isPtr := u.Underlying().(*types.Pointer); isPtr {
			u = q.Elem()
		}
		if IsLockType(u) {
			return true
		}
	}
	return false
}

// callsWriter reports whether the method fn calls one of writers on its own receiver.
func (r *Result) callsWriter(fn *ssa.Function, writers map[*ssa.Function]bool) bool {
	if fn.Signature.Recv() == nil || holdsLock(fn.Signature.Recv().Type()) {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			g := call.Call.StaticCallee()
			if g != nil && writers[g] && len(call.Call.Args) > 0 && ownReceiver(fn, r.Locks.Paths.Of(call.Call.Args[0])) && len(r.Locks.Before(call)) == 0 {
				return true
			}
		}
	}
	return false
}

// inner returns the accesses to what fields refer to that are made by methods
// of other packages, and by stores to fields of their structs.
func (r *Result) inner() []*Access {
	var out []*Access
	for _, fn := range r.Program.Funcs {
		if r.isTest(fn) {
			continue
		}
		g := &gatherer{r: r, fn: fn, ctx: r.Contexts[fn], setup: r.isSetup(fn)}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if a := g.innerAccess(instr); a != nil {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

func (g *gatherer) innerAccess(instr ssa.Instruction) *Access {
	switch instr := instr.(type) {
	case *ssa.Call:
		obj := program.Callee(&instr.Call)
		on := program.Receiver(&instr.Call)
		if obj == nil || on == nil || instr.Call.IsInvoke() || obj.Pkg() == g.r.pass.Pkg {
			return nil
		}
		if _, known := g.r.Table.Mutates(obj); known {
			return nil
		}
		l := g.r.Locks.Paths.Of(on)
		if l == nil || !g.r.hasWriters(obj.Signature().Recv().Type()) {
			return nil
		}
		if l.Step == paths.Deref {
			l = l.Parent
		}
		a := g.build(instr, l, g.r.pass.ImportObjectFact(obj.Origin(), new(WriterFact)))
		if a != nil {
			a.Via = obj.FullName()
		}
		return a
	case *ssa.Store:
		l := g.r.Locks.Paths.Of(instr.Addr)
		if l == nil || l.Step != paths.Field || l.Field.Pkg() == g.r.pass.Pkg || l.Parent.Step != paths.Deref || l.Parent.Type == nil {
			return nil
		}
		if !g.r.hasWriters(types.NewPointer(l.Parent.Type)) {
			return nil
		}
		return g.build(instr, l.Parent.Parent, true)
	}
	return nil
}

// build makes the access to what the field at l refers to, nil if it is no field of the package.
func (g *gatherer) build(instr ssa.Instruction, l *paths.Loc, write bool) *Access {
	if l.Step != paths.Field || l.Field.Pkg() != g.r.pass.Pkg {
		return nil
	}
	return &Access{
		Fn: g.fn, Instr: instr, Var: l.Field, Loc: l, Write: write, Inside: true,
		Locks: g.r.Locks.Before(instr), Owned: g.r.OwnedLoc(l) && !g.published(l), Setup: g.setup,
		Unknown: g.ctx != nil && g.ctx.Unknown,
	}
}

// hasWriters reports whether t points to a type of another package whose
// methods change its values without a lock.
func (r *Result) hasWriters(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok {
		return false
	}
	for m := range n.Origin().Methods() {
		if m.Pkg() != r.pass.Pkg && r.pass.ImportObjectFact(m, new(WriterFact)) {
			return true
		}
	}
	return false
}
