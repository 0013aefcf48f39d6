package sharedstate

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Unlocked state: fields of long-lived objects that no lock guards anywhere,
// written in one goroutine and accessed in another. Which goroutines there are
// follows from the entries of the package (entries.go), from interfaces whose
// methods must be safe for concurrent use, and from exported methods, which
// callers may run on any goroutine.

const categoryUnlocked = "unlocked"

// maxStartDepth bounds the calls between a function and the go statement that it leads to.
const maxStartDepth = 2

// unlockedFindings returns at most one finding for each field.
func unlockedFindings(pass *analysis.Pass, eff []*entry, acc *accesses.Result, log *bounds.Log) []report.Finding {
	u := &unlocked{pass: pass, acc: acc, by: reach(slices.Concat(contractEntries(acc), eff, callbackEntries(acc)), acc, log), calls: make(map[*ssa.Function]bool)}
	var out []report.Finding
	done := make(map[types.Object]bool)
	for _, c := range acc.Cells {
		if !done[c.Var] && u.candidate(c) {
			if f, ok := u.finding(c); ok {
				done[c.Var] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// withoutKnown returns list without what is unlocked and reported at the same
// place already, with more detail.
func withoutKnown(list, known []report.Finding) []report.Finding {
	return slices.DeleteFunc(list, func(f report.Finding) bool {
		return f.Category == categoryUnlocked && slices.ContainsFunc(known, func(k report.Finding) bool { return k.Pos == f.Pos })
	})
}

type unlocked struct {
	pass  *analysis.Pass
	acc   *accesses.Result
	by    reached
	calls map[*ssa.Function]bool
}

// contractEntries returns the methods of types of the package that are given
// out as an interface whose implementations must be safe for concurrent use.
func contractEntries(acc *accesses.Result) []*entry {
	var out []*entry
	seen := make(map[*ssa.Function]bool)
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if box, ok := instr.(*ssa.MakeInterface); ok {
					for _, m := range contractMethods(box, acc) {
						if !seen[m.fn] {
							seen[m.fn] = true
							out = append(out, m)
						}
					}
				}
			}
		}
	}
	return out
}

func contractMethods(box *ssa.MakeInterface, acc *accesses.Result) []*entry {
	named, ok := types.Unalias(box.Type()).(*types.Named)
	if !ok {
		return nil
	}
	s := acc.Table.Safety(named.Obj())
	iface, isIface := named.Underlying().(*types.Interface)
	if s == nil || !isIface || s.Level != models.ThreadSafe || len(s.Writes) > 0 {
		return nil
	}
	if _, isPtr := box.X.Type().Underlying().(*types.Pointer); !isPtr {
		return nil
	}
	var out []*entry
	set := types.NewMethodSet(box.X.Type())
	for m := range iface.Methods() {
		sel := set.Lookup(m.Pkg(), m.Name())
		if sel == nil {
			continue
		}
		obj, ok := sel.Obj().(*types.Func)
		if !ok {
			continue
		}
		fn := box.Parent().Prog.FuncValue(obj.Origin())
		if fn != nil && acc.Contexts[fn] != nil {
			step := report.Step{Pos: box.Pos(), Text: fmt.Sprintf("given out as a %s, which must be safe for concurrent use", typeName(s))}
			if !step.Pos.IsValid() {
				step.Pos = fn.Pos()
			}
			out = append(out, &entry{fn: fn, many: true, step: step})
		}
	}
	return out
}

// callbackEntries returns the methods of the package that are passed, bound to
// their receivers, to code that is not in view: who calls them is not known.
func callbackEntries(acc *accesses.Result) []*entry {
	var out []*entry
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || calleeIn(call, acc) != nil || !outOfView(call, acc) {
					continue
				}
				for _, arg := range call.Call.Args {
					if m := boundMethod(arg, acc); m != nil {
						step := report.Step{Pos: nearestPos(call), Text: funcName(m) + " is passed as a callback"}
						out = append(out, &entry{fn: m, callback: true, in: fn, step: step})
					}
				}
			}
		}
	}
	return out
}

// outOfView reports whether no model says when a call runs its arguments.
func outOfView(call *ssa.Call, acc *accesses.Result) bool {
	obj := program.Callee(&call.Call)
	if obj == nil || len(acc.Table.Registers(obj)) > 0 || len(acc.Table.Spawns(obj)) > 0 {
		return false
	}
	op := acc.Table.Op(obj)
	return op == nil || len(op.Calls) == 0
}

// boundMethod returns the method of the package that v is, bound to a receiver, or nil.
func boundMethod(v ssa.Value, acc *accesses.Result) *ssa.Function {
	if t, ok := v.(*ssa.ChangeType); ok {
		v = t.X
	}
	c, ok := v.(*ssa.MakeClosure)
	if !ok || acc.Contexts[c.Fn.(*ssa.Function)] != nil {
		return nil
	}
	return unwrapped(c.Fn.(*ssa.Function), acc)
}

// candidate reports whether nothing synchronises the accesses of c.
func (u *unlocked) candidate(c *accesses.Cell) bool {
	v, ok := c.Var.(*types.Var)
	if !ok || c.Guard != nil || v.Pkg() != u.pass.Pkg || !slices.ContainsFunc(c.All, func(a *accesses.Access) bool { return a.Write }) {
		return false
	}
	if c.Inside && !slices.ContainsFunc(c.All, func(a *accesses.Access) bool { return a.Map }) {
		return false // elements may be told apart by their index
	}
	return !slices.ContainsFunc(c.All, func(a *accesses.Access) bool { return a.Atomic || a.Write && len(a.Locks) > 0 })
}

// counts reports whether a is one that other goroutines may meet.
func (u *unlocked) counts(a *accesses.Access) bool {
	return !named(u.acc, a.Fn) && !u.acc.CallersLock(a.Fn) && !afterAtomicLoad(u.acc, a) && !u.tokenHeld(a)
}

// tokenHeld reports whether a send on the way to a takes a token that lets one
// goroutine at a time go on.
func (u *unlocked) tokenHeld(a *accesses.Access) bool {
	return sendsToken(a.Fn, func(instr ssa.Instruction) bool { return program.Dominates(instr, a.Instr) })
}

// sendsToken reports whether fn sends a value without content on a channel, at
// an instruction for which ok holds.
func sendsToken(fn *ssa.Function, ok func(ssa.Instruction) bool) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if chans, isSend := sentOrClosed(instr); isSend && slices.ContainsFunc(chans, isToken) && ok(instr) {
				return true
			}
		}
	}
	return false
}

func isToken(ch ssa.Value) bool {
	t, ok := ch.Type().Underlying().(*types.Chan)
	if !ok {
		return false
	}
	switch e := t.Elem().Underlying().(type) {
	case *types.Struct:
		return e.NumFields() == 0
	case *types.Basic:
		return e.Kind() == types.Bool
	}
	return false
}

func (u *unlocked) finding(c *accesses.Cell) (report.Finding, bool) {
	var all []*accesses.Access
	for _, a := range c.All {
		if u.counts(a) {
			all = append(all, a)
		}
	}
	for _, w := range all {
		if h := u.overlapping(w); w.Write && h != nil {
			return u.manyFinding(c, w, h), true
		}
	}
	for _, x := range all {
		for _, y := range all {
			if (x.Write || y.Write) && x != y {
				if f, ok := u.pairFinding(c, x, y); ok {
					return f, true
				}
			}
		}
	}
	return u.twoMethods(c, all)
}

// twoMethods reports a map that two exported methods of a type use, one of
// them changing it, if the type runs goroutines of its own, so that others may
// call it from several.
func (u *unlocked) twoMethods(c *accesses.Cell, all []*accesses.Access) (report.Finding, bool) {
	if !c.Inside {
		return report.Finding{}, false
	}
	open := func(a *accesses.Access) bool {
		ctx := u.acc.Contexts[a.Fn]
		return len(u.by[a.Fn]) == 0 && a.Fn.Parent() == nil && ctx != nil && !ctx.Setup && exportedOn(a.Fn) && !lifecycle(a.Fn) && ofReceiver(a) && a.Loc.Depth() <= 1
	}
	for _, x := range all {
		for _, y := range all {
			if !x.Write || x.Fn == y.Fn || !open(x) || !open(y) || !u.runsGoroutines(x.Fn.Signature.Recv().Type()) {
				continue
			}
			return report.Finding{
				Pos: place(x), Category: categoryUnlocked, Confidence: report.Suspect, // one goroutine may make all calls
				Message: fmt.Sprintf("%s is written here, and %s in %s, without a lock", cellName(c), didTo(y), funcName(y.Fn)),
				Chain:   []report.Step{{Pos: place(y), Text: didTo(y) + " here; callers may be on any goroutine"}},
			}, true
		}
	}
	return report.Finding{}, false
}

// runsGoroutines reports whether a method of t starts a goroutine.
func (u *unlocked) runsGoroutines(t types.Type) bool {
	for _, fn := range u.acc.Program.Funcs {
		d := accesses.Declared(fn)
		if recv := d.Signature.Recv(); recv == nil || !types.Identical(recv.Type(), t) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if _, ok := instr.(*ssa.Go); ok {
					return true
				}
			}
		}
	}
	return false
}

// overlapping returns a way to a from an entry whose runs overlap on one object.
func (u *unlocked) overlapping(a *accesses.Access) *hop {
	if lifecycle(accesses.Declared(a.Fn)) && a.Fn.Parent() == nil {
		return nil
	}
	for _, h := range u.by[a.Fn] {
		if h.from.many && u.oneObject(a, h) && !startsInTurn(h.from) && (h.from.fn.Signature.Recv() != nil || h.from.site != nil || h.from.fn.Signature.Params().Len() > 0) {
			return h // a callback without parameters runs once for each time that it is passed
		}
	}
	return nil
}

// startsInTurn reports whether the function that starts the goroutines of an
// entry sends tokens, which may let one of them at a time go on.
func startsInTurn(e *entry) bool {
	return e.site != nil && sendsToken(e.site.Parent(), func(ssa.Instruction) bool { return true })
}

// oneObject reports whether a is about one object in all runs of the entry:
// the receiver of the entry, a parameter of the function around it, or a
// package-level variable.
func (u *unlocked) oneObject(a *accesses.Access, h *hop) bool {
	for g := h; g.prev != nil; g = g.prev {
		if len(u.acc.Locks.Before(g.call)) > 0 {
			return false // its lock may be meant for the object
		}
	}
	for l := a.Loc; l.Parent != nil; l = l.Parent {
		if l.Step == paths.Deref && l.Parent.Step != paths.Root || l.Step == paths.Entries || l.Step == paths.Elem {
			return false // it may lead to another object in each run
		}
	}
	switch v := a.Loc.Top().Base.(type) {
	case *ssa.Global:
		return true
	case *ssa.Parameter:
		if h.from.site == nil && !isReceiver(v) {
			return false // of each call that registers the function
		}
		if v.Parent() == h.fn && v.Parent().Parent() != nil {
			return false // of a literal
		}
		if v.Parent() != accesses.Declared(h.fn) {
			return false
		}
		if _, isPtr := v.Type().Underlying().(*types.Pointer); !isPtr {
			return false
		}
		if h.fn.Parent() != nil && h.prev == nil {
			return true // captured by the entry
		}
		return h.same && v.Parent().Signature.Recv() != nil && v == v.Parent().Params[0]
	case *ssa.Alloc: // what a constructor returns
		return v.Heap && v.Parent() == h.fn.Parent() && h.fn == a.Fn && makes(u.acc, v.Parent())
	}
	return false
}

func (u *unlocked) manyFinding(c *accesses.Cell, w *accesses.Access, h *hop) report.Finding {
	f := report.Finding{Pos: place(w), Category: categoryUnlocked, Confidence: report.Proved}
	if flagLike(c.Var.Type()) || u.onceOnly(w) || h.from.registered || u.unlockedBefore(w, h) {
		f.Confidence = report.Suspect
	}
	f.Message = fmt.Sprintf("%s is written here by several goroutines at once, without a lock", cellName(c))
	f.Chain = h.steps()
	return f
}

// unlockedBefore reports whether the goroutine of h has given back a lock on
// its way to a: what it has found out under it may keep others away.
func (u *unlocked) unlockedBefore(a *accesses.Access, h *hop) bool {
	if u.releases(a.Fn, a.Instr) {
		return true
	}
	for ; h.prev != nil; h = h.prev {
		if u.releases(h.prev.fn, h.call) {
			return true
		}
	}
	return false
}

// releases reports whether fn always gives back a lock before it comes to an instruction.
func (u *unlocked) releases(fn *ssa.Function, to ssa.Instruction) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if op := u.acc.Locks.OpOf(call); op != nil && op.Kind == locks.Release && program.Dominates(call, to) {
				return true
			}
		}
	}
	return false
}

// flagLike reports whether values of t are so small that a stale one hardly matters.
func flagLike(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// onceOnly reports whether a writes only where it has found the variable unset,
// as caches do.
func (u *unlocked) onceOnly(a *accesses.Access) bool {
	s, ok := a.Instr.(*ssa.Store)
	if !ok {
		return false
	}
	_, isConst := s.Val.(*ssa.Const)
	return isConst
}

// pairFinding reports a and b if one is in a goroutine that the package
// starts or a callback, and the other in another one, or in an exported method.
func (u *unlocked) pairFinding(c *accesses.Cell, x, y *accesses.Access) (report.Finding, bool) {
	hx := u.startedHop(x)
	if hx == nil || u.shares(x, y) {
		return report.Finding{}, false
	}
	text := u.elsewhere(y, hx)
	if text == "" || !samePath(x, y) || u.ordered(y, hx) || y.Write && len(u.by[y.Fn]) == 0 && !u.runsFromBirth(hx) {
		return report.Finding{}, false
	}
	f := report.Finding{Pos: place(x), Category: categoryUnlocked, Confidence: report.Suspect} // they may never run at the same time
	f.Message = fmt.Sprintf("%s is %s here by a goroutine, and %s in %s, without a lock", cellName(c), didTo(x), didTo(y), funcName(y.Fn))
	f.Chain = append([]report.Step{{Pos: place(y), Text: fmt.Sprintf("%s in %s; %s", didTo(y), funcName(y.Fn), text)}}, hx.steps()...)
	return f, true
}

// samePath reports whether x and y are about the same field of one type of
// object, by the fields that lead to it.
func samePath(x, y *accesses.Access) bool {
	l, m := x.Loc, y.Loc
	for l.Parent != nil && m.Parent != nil {
		if l.Step != m.Step || l.Field != m.Field {
			return sameEnd(l, m)
		}
		l, m = l.Parent, m.Parent
	}
	return sameEnd(l, m)
}

// sameEnd reports whether two locations are objects of one type, or one
// embeds the other.
func sameEnd(l, m *paths.Loc) bool {
	if l.Step == paths.Field && !l.Field.Embedded() || m.Step == paths.Field && !m.Field.Embedded() {
		return false
	}
	return l.Step == paths.Field || m.Step == paths.Field || l.Type != nil && m.Type != nil && types.Identical(l.Type, m.Type)
}

// runsFromBirth reports whether the goroutine of a hop is started, or the
// callback passed on, by a constructor: so others have the object only when it runs.
func (u *unlocked) runsFromBirth(h *hop) bool {
	if h.from.in == nil {
		return true // a callback with a goroutine of its own
	}
	d := accesses.Declared(h.from.in)
	ctx := u.acc.Contexts[d]
	return makes(u.acc, d) || ctx != nil && ctx.Setup
}

// startedHop returns a way to a from a goroutine on the object that a is about.
func (u *unlocked) startedHop(a *accesses.Access) *hop {
	for _, h := range u.by[a.Fn] {
		if u.oneObject(a, h) {
			return h
		}
	}
	return nil
}

// shares reports whether some goroutine reaches both accesses.
func (u *unlocked) shares(x, y *accesses.Access) bool {
	for _, h := range u.by[x.Fn] {
		for _, g := range u.by[y.Fn] {
			if h.from == g.from || h.from.fn == g.from.fn || h.from.in != nil && g.from.in != nil && accesses.Declared(h.from.in) == accesses.Declared(g.from.in) {
				return true // or one function starts both, and is judged by itself
			}
		}
	}
	return len(u.by[x.Fn]) >= maxEntries || len(u.by[y.Fn]) >= maxEntries
}

// elsewhere says which goroutine runs y beside that of hx, "" if that is not known.
func (u *unlocked) elsewhere(y *accesses.Access, hx *hop) string {
	if accesses.Declared(y.Fn) == accesses.Declared(hx.from.fn) {
		return "" // before the start, as often as not
	}
	for _, h := range u.by[y.Fn] {
		if u.oneObject(y, h) && !(h.from.callback && hx.from.callback) {
			return h.from.step.Text
		}
	}
	ctx := u.acc.Contexts[y.Fn]
	if ctx == nil {
		return ""
	}
	if len(u.by[y.Fn]) == 0 && !exported(y.Fn) && ofReceiver(y) && y.Fn.Parent() == nil {
		for _, root := range ctx.Roots {
			if exportedOn(root) && !lifecycle(root) && types.Identical(root.Signature.Recv().Type(), y.Fn.Signature.Recv().Type()) {
				return funcName(root) + " calls it, on any goroutine"
			}
		}
	}
	if len(u.by[y.Fn]) == 0 && hx.from.many && hx.from.site == nil && !ctx.Setup && y.Fn.Parent() == nil && ofReceiver(y) && !setsUp(y.Fn) {
		return "it runs on another one" // the callback has a goroutine of its own
	}
	if len(u.by[y.Fn]) > 0 || ctx.Setup || y.Fn.Parent() != nil || !exportedOn(y.Fn) || lifecycle(y.Fn) || !ofReceiver(y) {
		return ""
	}
	return "callers may be on any goroutine"
}

// exportedOn reports whether fn is an exported method of a pointer to an exported type.
func exportedOn(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	if recv == nil || !exported(fn) {
		return false
	}
	p, ok := types.Unalias(recv.Type()).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Exported()
}

// ofReceiver reports whether a is about a field of the receiver.
func ofReceiver(a *accesses.Access) bool {
	recv := a.Fn.Signature.Recv()
	return recv != nil && a.Loc.Top().Base == a.Fn.Params[0]
}

// ordered reports whether y comes after something that it waits for, or before
// something that tells others of it, or starts the goroutine itself.
func (u *unlocked) ordered(y *accesses.Access, hx *hop) bool {
	for _, b := range y.Fn.Blocks {
		for _, instr := range b.Instrs {
			switch {
			case instr == hx.from.site || u.starts(instr, hx):
				return true
			case u.waits(instr) && !program.Dominates(y.Instr, instr):
				return true
			case y.Write && tells(instr):
				return true
			}
		}
	}
	return false
}

// starts reports whether a call runs the function that starts the goroutine of
// a hop, or passes the callback on.
func (u *unlocked) starts(instr ssa.Instruction, h *hop) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok || h.from.in == nil {
		return false
	}
	return u.runs(calleeIn(call, u.acc), accesses.Declared(h.from.in), 0)
}

// runs reports whether fn is, or calls, the function g.
func (u *unlocked) runs(fn, g *ssa.Function, depth int) bool {
	if fn == nil || depth > maxStartDepth {
		return false
	}
	if fn == g {
		return true
	}
	return slices.ContainsFunc(callsOf(fn, u.acc), func(c callee) bool { return u.runs(c.fn, g, depth+1) })
}

// waits reports whether an instruction waits for another goroutine.
func (u *unlocked) waits(instr ssa.Instruction) bool {
	switch x := instr.(type) {
	case *ssa.Select:
		return true
	case *ssa.UnOp:
		return x.Op == token.ARROW
	case *ssa.Call:
		obj := program.Callee(x.Common())
		if obj == nil {
			return false
		}
		op := u.acc.Table.Sync(obj)
		if op != nil && (op.Kind == models.SyncWGWait || op.Kind == models.SyncOnce || op.Kind == models.SyncCondWait) {
			return true
		}
		if g := calleeIn(x, u.acc); g != nil {
			return u.waitsIn(g)
		}
	}
	return false
}

// waitsIn reports whether a function of the package waits itself.
func (u *unlocked) waitsIn(fn *ssa.Function) bool {
	if w, ok := u.calls[fn]; ok {
		return w
	}
	u.calls[fn] = false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if u.waits(instr) {
				u.calls[fn] = true
			}
		}
	}
	return u.calls[fn]
}

// tells reports whether an instruction passes something to another goroutine.
func tells(instr ssa.Instruction) bool {
	switch x := instr.(type) {
	case *ssa.Send, *ssa.Select, *ssa.Go:
		return true
	case *ssa.Call:
		b, ok := x.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "close"
	}
	return false
}
