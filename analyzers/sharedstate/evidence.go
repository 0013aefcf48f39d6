package sharedstate

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Evidence: what makes a finding about a guarded field proved, and what leaves
// it suspect.

// confidenceOf decides whether the evidence is enough for a proved finding.
func confidenceOf(acc *accesses.Result, c *accesses.Cell, a *accesses.Access, stated string, total int, by reached) report.Confidence {
	g := c.Guard
	switch {
	case len(a.Locks) > 0:
		return report.Suspect // another lock may be the right one
	case acc.CallersHold(a.Fn, g.Class) || acc.CallersLock(a.Fn):
		return report.Suspect // nobody else may call it
	case alone(acc, a):
		return report.Suspect
	case !a.Write && (rereads(acc, c, a) || ownLoop(acc, a)):
		return report.Suspect
	case !accesses.HasLock(a, g.Class) || startedUnder(acc, a, g):
		return report.Suspect // of a copy; who has started it may wait for it
	case acc.RootsUnknown(a.Fn, g.Class) && !locksItself(acc, a.Fn, g) || taken(acc, a):
		return report.Suspect
	case onlyLifecycle(g, c):
		return report.Suspect // it may be there for a second call of Close
	case ownedByWriters(acc, c, a) || madeLate(acc, c, a):
		return report.Suspect
	case !a.Write && !locksItself(acc, a.Fn, g) && (shareUnguarded(acc, c, a) || writersReadOpen(c, a)):
		return report.Suspect
	case afterAtomicLoad(acc, a):
		return report.Suspect // a flag may say that it is set
	case stated != "":
		return report.Proved
	case !by.enters(a.Fn) && !afterUnlock(acc, a, g):
		return report.Suspect // no goroutine in view makes the access
	case lateAtWorst(a) || onlyPrinted(a):
		return report.Suspect
	case g.Held < minHeld && !(afterUnlock(acc, a, g) && a.Map):
		return report.Suspect
	case 3*g.Held < 2*total:
		return report.Suspect // two thirds
	case !a.Write && !manyWriters(g, acc, c, a):
		return report.Suspect
	}
	return report.Proved
}

// writersReadOpen reports whether a is a read, not of entries, elsewhere than
// in the functions that write, and each of these reads the variable without
// the lock before it writes: they take themselves for its only writer, and a
// may be in the same goroutine.
func writersReadOpen(c *accesses.Cell, a *accesses.Access) bool {
	if a.Write || c.Inside {
		return false
	}
	open := make(map[*ssa.Function]bool)
	for _, w := range c.All {
		if w.Write {
			open[accesses.Declared(w.Fn)] = false
		}
	}
	for _, r := range c.All {
		fn := accesses.Declared(r.Fn)
		if _, writes := open[fn]; writes && !r.Write && !r.Atomic && len(r.Locks) == 0 {
			open[fn] = true
		}
	}
	if _, writes := open[accesses.Declared(a.Fn)]; writes {
		return false
	}
	for _, reads := range open {
		if !reads {
			return false
		}
	}
	return true
}

// shareUnguarded reports whether the function of a shares other fields of the
// object with each of those that write the variable, and no access to those
// fields holds a lock: they hardly run at the same time, as callbacks of one
// connection do not, and the lock is for readers elsewhere.
func shareUnguarded(acc *accesses.Result, c *accesses.Cell, a *accesses.Access) bool {
	writers := make(map[*ssa.Function]bool)
	for _, w := range c.All {
		if w.Write {
			writers[accesses.Declared(w.Fn)] = true
		}
	}
	fn := accesses.Declared(a.Fn)
	delete(writers, fn)
	for _, p := range acc.Cells {
		if p.Var == c.Var || p.Inside || ownerOf(p.All[0]) != ownerOf(a) {
			continue
		}
		by := make(map[*ssa.Function]bool) // whether it writes
		unguarded := true
		for _, x := range p.All {
			unguarded = unguarded && len(x.Locks) == 0 && !x.Atomic
			f := accesses.Declared(x.Fn)
			by[f] = by[f] || x.Write
		}
		wrote, reads := by[fn]
		if !unguarded || !reads {
			continue
		}
		for w := range writers {
			if write, ok := by[w]; ok && (write || wrote) {
				delete(writers, w)
			}
		}
	}
	return len(writers) == 0
}

// maxUseDepth bounds the arithmetic that is followed from a loaded number.
const maxUseDepth = 6

// lateAtWorst reports whether a is about one number or flag that is never
// torn, and nothing is lost but time: it is read, and not to find an element
// with, or a constant is written to it. So it is with the length of what is
// read, and with whether that is nil.
func lateAtWorst(a *accesses.Access) bool {
	if onlyMeasured(a) {
		return true
	}
	t, ok := a.Var.Type().Underlying().(*types.Basic)
	if !ok || a.Inside || t.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat) == 0 {
		return false
	}
	switch instr := a.Instr.(type) {
	case *ssa.UnOp:
		return !indexes(instr, 0)
	case *ssa.Store:
		_, isConst := instr.Val.(*ssa.Const)
		return isConst
	}
	return false
}

// onlyMeasured reports whether of what a reads only the length is used, and not
// to find an element with, or whether it is nil.
func onlyMeasured(a *accesses.Access) bool {
	load, ok := a.Instr.(*ssa.UnOp)
	if !ok || a.Inside || load.Op != token.MUL {
		return false
	}
	used := false
	for _, ref := range *load.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
			continue
		case *ssa.Call:
			if b, isBuiltin := ref.Call.Value.(*ssa.Builtin); !isBuiltin || b.Name() != "len" || indexes(ref, 0) {
				return false
			}
		case *ssa.BinOp:
			if !isNil(ref.X) && !isNil(ref.Y) {
				return false
			}
		default:
			return false
		}
		used = true
	}
	return used
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// onlyPrinted reports whether a reads a string or number that becomes an
// argument of a variadic function, of a message as a rule, and nothing else.
func onlyPrinted(a *accesses.Access) bool {
	load, ok := a.Instr.(*ssa.UnOp)
	if !ok || a.Inside {
		return false
	}
	if _, isBasic := load.Type().Underlying().(*types.Basic); !isBasic {
		return false
	}
	for _, ref := range *load.Referrers() {
		box, ok := ref.(*ssa.MakeInterface)
		if _, debug := ref.(*ssa.DebugRef); debug {
			continue
		}
		if !ok || !slices.ContainsFunc(*box.Referrers(), isVariadic) {
			return false
		}
	}
	return true
}

// isVariadic reports whether an instruction puts a value among the arguments of a variadic call.
func isVariadic(instr ssa.Instruction) bool {
	s, ok := instr.(*ssa.Store)
	if !ok {
		return false
	}
	elem, ok := s.Addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	list, ok := elem.X.(*ssa.Alloc)
	return ok && list.Comment == "varargs"
}

// indexes reports whether an element is found with v.
func indexes(v ssa.Value, depth int) bool {
	if depth > maxUseDepth || v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.IndexAddr:
			if ref.Index == v {
				return true
			}
		case *ssa.Index:
			if ref.Index == v {
				return true
			}
		case *ssa.Slice:
			if ref.Low == v || ref.High == v || ref.Max == v {
				return true
			}
		case *ssa.BinOp:
			if indexes(ref, depth+1) {
				return true
			}
		case *ssa.Convert:
			if indexes(ref, depth+1) {
				return true
			}
		case *ssa.Phi:
			if indexes(ref, depth+1) {
				return true
			}
		}
	}
	return false
}

// locksItself reports whether fn takes the lock somewhere: then its callers do not hold it.
func locksItself(acc *accesses.Result, fn *ssa.Function, g *accesses.Guard) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if op := acc.Locks.OpOf(call); op != nil && op.Kind == locks.Acquire && op.Lock.Class == g.Class {
				return true
			}
		}
	}
	return false
}

// startedUnder reports whether a goroutine that makes the access is always
// started under the lock.
func startedUnder(acc *accesses.Result, a *accesses.Access, g *accesses.Guard) bool {
	for fn := a.Fn; fn != nil; fn = fn.Parent() {
		if ctx := acc.Contexts[fn]; ctx != nil && ctx.Go && ctx.Under[g.Class] {
			return true
		}
	}
	return false
}

// taken reports whether a is about entries of a map that its function has
// taken away: where it loads the field it also sets it to something else.
func taken(acc *accesses.Result, a *accesses.Access) bool {
	if !a.Inside {
		return false
	}
	var buf [4]*ssa.Value
	for _, op := range a.Instr.Operands(buf[:0]) {
		load, ok := (*op).(*ssa.UnOp)
		if r, isNext := (*op).(*ssa.Range); isNext {
			load, ok = r.X.(*ssa.UnOp)
		}
		if !ok || load.Op != token.MUL {
			continue
		}
		for _, instr := range load.Block().Instrs {
			if s, isStore := instr.(*ssa.Store); isStore && acc.Locks.Paths.Of(s.Addr) == a.Loc && program.Dominates(load, s) && len(acc.Locks.Before(s)) > 0 {
				return true
			}
		}
	}
	return false
}

// alone reports whether a may run before others have the object, after they
// are done with it, or only in tests.
func alone(acc *accesses.Result, a *accesses.Access) bool {
	return acc.Uncalled(a.Fn) || acc.BeforeSharing(a) || lifecycle(accesses.Declared(a.Fn)) || rootsAside(acc, a)
}

// madeLate reports whether a reads what constructors set, and others replace
// only if it is nil: in objects that were made otherwise.
func madeLate(acc *accesses.Result, c *accesses.Cell, a *accesses.Access) bool {
	if a.Write || c.Inside || !slices.ContainsFunc(acc.Accesses, func(x *accesses.Access) bool { return x.Var == c.Var && x.Write && x.Owned }) {
		return false
	}
	for _, w := range c.All {
		if w.Write && !ifNil(acc, w) {
			return false
		}
	}
	return true
}

// ifNil reports whether a write is made only if its variable has been found to be nil.
func ifNil(acc *accesses.Result, w *accesses.Access) bool {
	for b := w.Instr.Block(); len(b.Preds) == 1; b = b.Preds[0] {
		cond, ok := b.Preds[0].Instrs[len(b.Preds[0].Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := cond.Cond.(*ssa.BinOp)
		if !ok || !(cmp.Op == token.EQL && b.Preds[0].Succs[0] == b || cmp.Op == token.NEQ && b.Preds[0].Succs[1] == b) {
			continue
		}
		load, ok := cmp.X.(*ssa.UnOp)
		null, isConst := cmp.Y.(*ssa.Const)
		if ok && isConst && null.IsNil() && load.Op == token.MUL && acc.Locks.Paths.Of(load.X) == w.Loc {
			return true
		}
	}
	return false
}

// onlyLifecycle reports whether nothing but what begins and ends the life of
// an object holds the lock.
func onlyLifecycle(g *accesses.Guard, c *accesses.Cell) bool {
	for _, x := range c.All {
		if _, ok := x.Locks.OfClass(g.Class); ok && !lifecycle(accesses.Declared(x.Fn)) {
			return false
		}
	}
	return true
}

// ownedByWriters reports whether a is a read in a function that writes the
// variable under the lock, and functions divide into those that write it and
// those that only read it: one goroutine may own it, and lock for the others
// when it writes.
func ownedByWriters(acc *accesses.Result, c *accesses.Cell, a *accesses.Access) bool {
	if a.Write || afterUnlock(acc, a, c.Guard) {
		return false
	}
	writes := make(map[*ssa.Function]bool)
	for _, w := range c.All {
		if h, ok := w.Locks.OfClass(c.Guard.Class); w.Write && (!ok || h.Read) {
			return false
		}
		if w.Write {
			writes[accesses.Declared(w.Fn)] = true
		}
	}
	if !writes[accesses.Declared(a.Fn)] {
		return false
	}
	for _, r := range c.All {
		h, ok := r.Locks.OfClass(c.Guard.Class)
		if !r.Write && ok && writes[accesses.Declared(r.Fn)] && !inWritingSection(c, r, h) {
			return false
		}
	}
	return true
}

// inWritingSection reports whether the function of r writes the variable under
// the lock that r holds.
func inWritingSection(c *accesses.Cell, r *accesses.Access, h locks.Held) bool {
	return slices.ContainsFunc(c.All, func(w *accesses.Access) bool {
		x, ok := w.Locks.OfClass(h.Class)
		return ok && w.Write && w.Fn == r.Fn && x.Loc == h.Loc && !h.Read
	})
}

// rereads reports whether every function from which a is reached also reaches
// a write of the variable, and none of the writes is reached from elsewhere
// only: the goroutine may read what it has written itself.
func rereads(acc *accesses.Result, c *accesses.Cell, a *accesses.Access) bool {
	ctx := acc.Contexts[a.Fn]
	if ctx == nil || len(ctx.Roots) == 0 {
		return false
	}
	for _, w := range c.All {
		if !w.Write {
			continue
		}
		wctx := acc.Contexts[w.Fn]
		if wctx == nil || !slices.ContainsFunc(wctx.Roots, func(fn *ssa.Function) bool { return slices.Contains(ctx.Roots, fn) }) {
			return false
		}
	}
	return true
}

// ownLoop reports whether a loads a pointer or interface in the function that
// a goroutine runs: it is often set before the goroutine is started.
func ownLoop(acc *accesses.Result, a *accesses.Access) bool {
	ctx := acc.Contexts[a.Fn]
	if ctx == nil || !ctx.Go || a.Inside {
		return false
	}
	switch a.Var.Type().Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// afterAtomicLoad reports whether the function of a has loaded something
// atomically on the way to a: a value that is published so needs no lock.
func afterAtomicLoad(acc *accesses.Result, a *accesses.Access) bool {
	for _, b := range a.Fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !program.Dominates(call, a.Instr) {
				continue
			}
			if obj := program.Callee(&call.Call); obj != nil {
				if op := acc.Table.Sync(obj); op != nil && (op.Kind == models.SyncAtomicLoad || op.Kind == models.SyncAtomicCAS) {
					return true
				}
			}
		}
	}
	return false
}

// manyWriters reports whether a write under the lock is in another function than a.
func manyWriters(g *accesses.Guard, acc *accesses.Result, c *accesses.Cell, a *accesses.Access) bool {
	for _, w := range c.All {
		if h, ok := w.Locks.OfClass(g.Class); ok && w.Write && !h.Read && accesses.Declared(w.Fn) != accesses.Declared(a.Fn) && !lifecycle(accesses.Declared(w.Fn)) {
			return true
		}
	}
	return false
}

// lifecycle reports whether fn begins or ends the life of an object, by its
// name: it then often runs alone.
func lifecycle(fn *ssa.Function) bool {
	name := strings.TrimPrefix(strings.ToLower(fn.Name()), "on")
	for _, s := range []string{"init", "start", "open", "setup", "run", "serve", "listen", "close", "stop", "shutdown", "destroy", "cleanup", "provision", "activate", "prepare", "bootstrap", "teardown", "reset", "string", "gostring", "marshal", "unmarshal", "set", "with", "load", "configure", "new", "main", "dump", "debug", "test", "restore"} {
		if strings.HasPrefix(name, s) {
			return true
		}
	}
	return false
}
