package sharedstate

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Methods with a value receiver: a call copies the whole struct, before any
// statement of the method can take a lock. That a lock itself is copied is
// what the copylocks check of go vet reports; here it is about fields that
// others synchronise without a lock inside the struct, and about writes that
// go to the copy.

const categoryCopies = "value-receiver-copies-lock-state"

// maxLockDepth bounds the search for a lock in nested structs.
const maxLockDepth = 8

// A syncedWrite is a write of a field that its writer synchronises.
type syncedWrite struct {
	fn    *ssa.Function
	pos   token.Pos
	how   string // "with an atomic function", "under mu"
	class any    // the lock, nil for an atomic
	rank  int    // how sure it is that others use the object by then
}

// What says that others use an object when it is written.
const (
	maybeSetup = iota // nothing: the function has a name of one that sets up
	inUse             // the function's name says nothing of the kind
	byThread          // a goroutine reaches the function
)

// copiedState returns the findings about methods with a value receiver.
func copiedState(pass *analysis.Pass, acc *accesses.Result, by reached) []report.Finding {
	writes := syncedWrites(acc, by)
	var out []report.Finding
	for _, fn := range acc.Program.Funcs {
		recv := fn.Signature.Recv()
		if recv == nil || fn.Parent() != nil || acc.IsTest(fn) || isGenerated(acc, fn) {
			continue
		}
		st, ok := recv.Type().Underlying().(*types.Struct)
		if !ok || copiesLocker(recv.Type(), 0) {
			continue // go vet reports it
		}
		c := &copying{pass: pass, acc: acc, fn: fn, st: st, writes: writes}
		if f, ok := c.lostWrite(); ok {
			out = append(out, f)
		} else if f, ok := c.unlockedCopy(); ok {
			out = append(out, f)
		}
	}
	return out
}

func isGenerated(acc *accesses.Result, fn *ssa.Function) bool {
	for file, kind := range acc.Program.Files {
		if file.FileStart <= fn.Pos() && fn.Pos() < file.FileEnd {
			return kind.Generated
		}
	}
	return false
}

// copiesLocker reports whether a value of type t holds, by value, something
// whose pointer has the methods Lock and Unlock, as copylocks has it.
func copiesLocker(t types.Type, depth int) bool {
	if depth > maxLockDepth {
		return false
	}
	for {
		a, ok := t.Underlying().(*types.Array)
		if !ok {
			break
		}
		t = a.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	ptr, val := types.NewMethodSet(types.NewPointer(t)), types.NewMethodSet(t)
	if plainMethod(ptr, "Lock") && plainMethod(ptr, "Unlock") && !(plainMethod(val, "Lock") && plainMethod(val, "Unlock")) {
		return true
	}
	for i := range st.NumFields() {
		if copiesLocker(st.Field(i).Type(), depth+1) {
			return true
		}
	}
	return false
}

func plainMethod(set *types.MethodSet, name string) bool {
	sel := set.Lookup(nil, name)
	if sel == nil {
		return false
	}
	sig, ok := sel.Type().(*types.Signature)
	return ok && sig.Params().Len() == 0 && sig.Results().Len() == 0
}

// syncedWrites returns, for each field, the most telling write of it that its writer synchronises.
func syncedWrites(acc *accesses.Result, by reached) map[*types.Var]*syncedWrite {
	out := make(map[*types.Var]*syncedWrite)
	note := func(f *types.Var, w *syncedWrite) {
		switch {
		case len(by[w.fn]) > 0:
			w.rank = byThread
		case !setsUp(accesses.Declared(w.fn)):
			w.rank = inUse
		}
		if old := out[f]; old == nil || old.rank < w.rank {
			out[f] = w
		}
	}
	for _, a := range acc.Accesses {
		f, ok := a.Var.(*types.Var)
		if !ok || !f.IsField() || !a.Write || a.Inside || a.Owned || a.Setup {
			continue
		}
		if a.Atomic {
			note(f, &syncedWrite{fn: a.Fn, pos: place(a), how: "with an atomic function"})
			continue
		}
		for _, h := range a.Locks {
			if _, global := h.Class.(*ssa.Global); !h.Read && (global || accesses.IsSibling(h, a)) {
				note(f, &syncedWrite{fn: a.Fn, pos: place(a), how: "under " + accesses.LockName(h.Class), class: h.Class})
				break
			}
		}
	}
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) || makes(acc, accesses.Declared(fn)) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if f := storedAtomic(instr, acc); f != nil {
					note(f, &syncedWrite{fn: fn, pos: nearestPos(instr), how: "as an atomic"})
				}
			}
		}
	}
	return out
}

// setsUp reports whether fn, by its name, runs before others use its object.
func setsUp(fn *ssa.Function) bool {
	name := strings.ToLower(fn.Name())
	for _, s := range []string{"init", "setup", "open", "start", "provision", "configure", "prepare", "build", "unmarshal", "main"} {
		if strings.HasPrefix(name, s) {
			return true
		}
	}
	return false
}

// makes reports whether fn makes the objects that it changes.
func makes(acc *accesses.Result, fn *ssa.Function) bool {
	if c := acc.Contexts[fn]; c != nil && c.Setup {
		return true
	}
	name := strings.ToLower(fn.Name())
	return strings.HasPrefix(name, "new") || strings.HasPrefix(name, "init") || strings.HasPrefix(name, "make") || strings.HasPrefix(name, "create")
}

// storedAtomic returns the field of an atomic type that an instruction
// changes in an object that others may have, or nil.
func storedAtomic(instr ssa.Instruction, acc *accesses.Result) *types.Var {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	obj := program.Callee(call.Common())
	if obj == nil {
		return nil
	}
	op := acc.Table.Sync(obj)
	if op == nil || op.Target.Root != models.Recv || len(op.Target.Fields) > 0 {
		return nil
	}
	switch op.Kind {
	case models.SyncAtomicStore, models.SyncAtomicRMW, models.SyncAtomicCAS:
	default:
		return nil
	}
	l := acc.Locks.Paths.Of(locks.Argument(call.Common(), models.Recv))
	if l == nil || l.Field == nil || acc.OwnedLoc(l) {
		return nil
	}
	if _, isPtr := l.Field.Type().Underlying().(*types.Pointer); isPtr {
		return nil
	}
	return l.Field
}

// copying is what is known of a method with a value receiver.
type copying struct {
	pass   *analysis.Pass
	acc    *accesses.Result
	fn     *ssa.Function
	st     *types.Struct
	writes map[*types.Var]*syncedWrite
}

// A fieldUse is a place where the method uses a field of its copy.
type fieldUse struct {
	f     *types.Var
	pos   token.Pos
	instr ssa.Instruction
	write bool
}

// cellOf returns the variable that holds the receiver's copy, nil if it is never addressed.
func (c *copying) cellOf() *ssa.Alloc {
	for _, ref := range *c.fn.Params[0].Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Val == c.fn.Params[0] {
			if a, ok := s.Addr.(*ssa.Alloc); ok {
				return a
			}
		}
	}
	return nil
}

// uses returns the uses of the copy's fields, and whether it is used as a whole.
func (c *copying) uses() (list []fieldUse, whole bool) {
	if len(c.fn.Params) == 0 {
		return nil, false
	}
	for _, ref := range *c.fn.Params[0].Referrers() {
		switch ref := ref.(type) {
		case *ssa.Field:
			list = append(list, fieldUse{c.st.Field(ref.Field).Origin(), ref.Pos(), ref, false})
		case *ssa.Store, *ssa.DebugRef:
		default:
			whole = true
		}
	}
	cell := c.cellOf()
	if cell == nil {
		return list, whole
	}
	for _, ref := range *cell.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			if s, isStore := ref.(*ssa.Store); !isStore || s.Val == cell {
				whole = true
			}
			continue
		}
		f := c.st.Field(fa.Field).Origin()
		for _, use := range *fa.Referrers() {
			pos := fa.Pos()
			switch use := use.(type) {
			case *ssa.Store:
				if use.Addr == fa {
					list = append(list, fieldUse{f, pos, use, true})
					continue
				}
			case *ssa.DebugRef:
				continue
			}
			list = append(list, fieldUse{f, pos, use, false})
		}
	}
	slices.SortStableFunc(list, func(x, y fieldUse) int { return report.ComparePos(c.pass, x.pos, y.pos) })
	return list, whole
}

// unlockedCopy reports a method that reads a field which others write under
// synchronisation: the copy was made without.
func (c *copying) unlockedCopy() (report.Finding, bool) {
	list, _ := c.uses()
	for _, use := range list {
		w := c.writes[use.f]
		if w == nil || use.write || accesses.Declared(w.fn) == c.fn || overwritten(use, list) {
			continue
		}
		if w.class != nil && !c.hasLock(w.class) {
			continue // the lock of an object around: who calls the method may hold it
		}
		if f := c.acc.Locks.Funcs[c.fn]; w.class != nil && f != nil {
			if _, held := f.Entry.OfClass(w.class); held {
				continue // every caller holds it
			}
		}
		if !c.sharedCall() {
			continue
		}
		fd := report.Finding{
			Pos: use.pos, Category: categoryCopies, Confidence: report.Proved,
			Message: fmt.Sprintf("%s has a value receiver: a call copies %s without synchronisation, and %s writes it %s", funcName(c.fn), use.f.Name(), funcName(w.fn), w.how),
			Chain: []report.Step{
				{Pos: w.pos, Text: fmt.Sprintf("%s is written %s in %s", use.f.Name(), w.how, funcName(w.fn))},
				{Pos: c.fn.Pos(), Text: "the caller copies the struct before " + funcName(c.fn) + " can synchronise"},
			},
		}
		if w.rank == maybeSetup || c.passedByValue() {
			fd.Confidence = report.Suspect // the receiver may be a snapshot
		}
		return fd, true
	}
	return report.Finding{}, false
}

// overwritten reports whether the method has itself written the field before it reads it.
func overwritten(use fieldUse, list []fieldUse) bool {
	return slices.ContainsFunc(list, func(w fieldUse) bool {
		return w.write && w.f == use.f && program.Dominates(w.instr, use.instr)
	})
}

// sharedCall reports whether the method may be called on an object that
// others have: a caller copies it through a pointer, or nobody is in view.
func (c *copying) sharedCall() bool {
	seen := false
	for _, fn := range c.acc.Program.Funcs {
		if c.acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok || calleeIn(call, c.acc) != c.fn || len(call.Common().Args) == 0 {
					continue
				}
				seen = true
				load, ok := call.Common().Args[0].(*ssa.UnOp)
				if ok && load.Op == token.MUL && !c.acc.OwnedLoc(c.acc.Locks.Paths.Of(load.X)) {
					return true
				}
			}
		}
	}
	return !seen && exported(c.fn)
}

// passedByValue reports whether values of the receiver's type are results,
// parameters, elements or fields somewhere in the package: they may be
// snapshots that nobody shares.
func (c *copying) passedByValue() bool {
	t := c.fn.Signature.Recv().Type()
	same := func(u types.Type) bool {
		switch x := u.Underlying().(type) {
		case *types.Slice:
			u = x.Elem()
		case *types.Map:
			u = x.Elem()
		case *types.Array:
			u = x.Elem()
		case *types.Chan:
			u = x.Elem()
		}
		return types.Identical(u, t)
	}
	for _, fn := range c.acc.Program.Funcs {
		sig := fn.Signature
		for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
			for i := range tuple.Len() {
				if same(tuple.At(i).Type()) {
					return true
				}
			}
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				// x := *p keeps a copy; a call of the method makes one that it uses up.
				if s, ok := instr.(*ssa.Store); ok && types.Identical(s.Val.Type(), t) && s.Val != ssa.Value(c.fn.Params[0]) && !isReceiver(s.Val) {
					return true
				}
				if box, ok := instr.(*ssa.MakeInterface); ok && types.Identical(box.X.Type(), t) {
					return true
				}
			}
		}
	}
	return false
}

// isReceiver reports whether v is the receiver of its method.
func isReceiver(v ssa.Value) bool {
	p, ok := v.(*ssa.Parameter)
	return ok && p.Parent().Signature.Recv() != nil && p.Parent().Params[0] == p
}

// lostWrite reports a write to the copy that nobody reads, in a method that
// holds a lock of the object, or of a field that others write under synchronisation.
func (c *copying) lostWrite() (report.Finding, bool) {
	list, whole := c.uses()
	if whole || escapesByDefer(c.cellOf()) {
		return report.Finding{}, false
	}
	for _, use := range list {
		if !use.write || c.readAfter(use, list) {
			continue
		}
		why := ""
		if w := c.writes[use.f]; w != nil && (w.class == nil || c.hasLock(w.class)) && accesses.Declared(w.fn) != c.fn {
			why = fmt.Sprintf("%s writes %s %s", funcName(w.fn), use.f.Name(), w.how)
		}
		if why == "" {
			why = c.ownLock(use.instr)
		}
		if why == "" {
			continue
		}
		return report.Finding{
			Pos: use.pos, Category: categoryCopies, Confidence: report.Proved,
			Message: fmt.Sprintf("%s has a value receiver: this write of %s goes to a copy and is lost", funcName(c.fn), use.f.Name()),
			Chain:   []report.Step{{Pos: c.fn.Pos(), Text: "a call copies the struct; " + why}},
		}, true
	}
	return report.Finding{}, false
}

// escapesByDefer reports whether a function literal shares the copy.
func escapesByDefer(cell *ssa.Alloc) bool {
	if cell == nil {
		return false
	}
	for _, ref := range *cell.Referrers() {
		if _, ok := ref.(*ssa.MakeClosure); ok {
			return true
		}
	}
	return false
}

// readAfter reports whether the field is used after the write.
func (c *copying) readAfter(w fieldUse, list []fieldUse) bool {
	for _, u := range list {
		if u.f != w.f || u.write {
			continue
		}
		if program.Dominates(w.instr, u.instr) || u.instr.Block() != w.instr.Block() && program.Reaches(w.instr.Block().Succs, u.instr.Block()) || u.instr.Block() == w.instr.Block() && program.InCycle(w.instr.Block()) {
			return true
		}
	}
	return false
}

// ownLock says which lock, that the receiver points to, is held at instr, "" if none.
func (c *copying) ownLock(instr ssa.Instruction) string {
	for _, h := range c.acc.Locks.Before(instr) {
		if lock, ok := h.Class.(*types.Var); ok && !h.Read && c.hasLock(lock) {
			return "the method holds " + lock.Name() + ", as if others could see the write"
		}
	}
	return ""
}

// hasLock reports whether a lock is a field of the receiver, or a
// package-level variable that the method locks itself.
func (c *copying) hasLock(class any) bool {
	if g, ok := class.(*ssa.Global); ok {
		return c.takes(g)
	}
	for i := range c.st.NumFields() {
		if class == any(c.st.Field(i).Origin()) {
			return true
		}
	}
	return false
}

// takes reports whether the method takes a lock that is a package-level variable.
func (c *copying) takes(g *ssa.Global) bool {
	for _, b := range c.fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				if op := c.acc.Locks.OpOf(call); op != nil && op.Kind == locks.Acquire && op.Lock.Class == any(g) {
					return true
				}
			}
		}
	}
	return false
}
