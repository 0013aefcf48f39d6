package yieldpoints

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// A peer is what a function that waits may wait for: an instruction of another
// goroutine that ends the wait.
type peer struct {
	fn    *ssa.Function
	instr ssa.Instruction
	sure  bool // it runs on a goroutine that is started in view
}

// joins returns the findings about locks that are held while their holder
// waits for a goroutine that wants the same lock: neither goes on.
func (l *locker) joins() []report.Finding {
	l.sections(nil)
	var out []report.Finding
	seen := make(map[token.Pos]bool)
	for _, class := range l.classes {
		for _, s := range l.byClass[class] {
			for _, w := range s.waits {
				h := &hold{section: s, wait: w}
				if w.Class != models.Wait || seen[w.Site] || l.givesBack(h) || l.releasedBy(h) {
					continue
				}
				if f, ok := l.join(h); ok {
					seen[w.Site] = true
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// join makes the finding about one wait, if all that may end it want the lock.
func (l *locker) join(h *hold) (report.Finding, bool) {
	object, peers, full := l.peers(h)
	if len(peers) == 0 {
		return report.Finding{}, false
	}
	var first *critical.Acquire
	var who peer
	sure := !full
	for _, p := range peers {
		if p.fn == h.fn {
			continue // it cannot end its own wait, and others of it wait for the lock
		}
		a := l.wants(p, h.lock)
		if a == nil {
			return report.Finding{}, false
		}
		if first == nil {
			first, who = a, p
		}
		sure = sure && p.sure && !a.Maybe && a.If == nil
	}
	if first == nil {
		return report.Finding{}, false
	}
	f := report.Finding{Pos: h.wait.Site, Category: heldAcross, Confidence: report.Suspect}
	if sure {
		f.Confidence = report.Proved
	}
	name := l.crit.Name(h.lock.Class)
	f.Message = fmt.Sprintf("%s holds %s while it waits on %s for %s, which takes %s: neither may go on", l.name(h.fn), name, object, l.name(who.fn), name)
	f.Chain = l.taken(h.lock, h.site)
	f.Chain = append(f.Chain, suspensionSteps(l.pass, l.name(h.fn), h.wait.Found)...)
	f.Chain = append(f.Chain, l.steps(l.name(who.fn), first.Chain, "takes "+name)...)
	f.Chain = append(f.Chain, report.Step{Pos: who.instr.Pos(), Text: l.name(who.fn) + " ends the wait here"})
	return f, true
}

// wants returns how a peer takes the lock before it ends the wait, nil if it does not.
func (l *locker) wants(p peer, lock critical.Lock) *critical.Acquire {
	s := l.crit.Summary(p.fn)
	if s == nil {
		return nil
	}
	for _, a := range s.Acquires {
		if l.crit.Key(a.Class) != l.crit.Key(lock.Class) || a.Read && lock.Read || len(a.Chain) == 0 || a.Chain[0].Call == nil {
			continue
		}
		if a.Loc != nil && lock.Loc != nil && a.Loc != lock.Loc && a.Loc.Top().Base == lock.Loc.Top().Base {
			continue // another object
		}
		call := a.Chain[0].Call
		_, deferred := p.instr.(*ssa.Defer)
		if call.Parent() == p.fn && (deferred || program.Dominates(call, p.instr) || program.Reaches(call.Block().Succs, p.instr.Block())) {
			return a
		}
	}
	return nil
}

// peers returns on what a section waits, who may end that, and whether the
// wait is only for a buffer that is full.
func (l *locker) peers(h *hold) (object string, list []peer, full bool) {
	switch instr := l.instrAt(h.wait.Site).(type) {
	case *ssa.Call:
		obj := program.Callee(&instr.Call)
		if obj == nil {
			return "", nil, false
		}
		op := l.crit.Table.Sync(obj)
		switch {
		case op == nil:
		case op.Kind == models.SyncWGWait:
			return l.waitGroup(locks.Argument(&instr.Call, op.Target.Root), h)
		case op.Kind == models.SyncCondWait:
			return l.cond(locks.Argument(&instr.Call, op.Target.Root))
		}
	case *ssa.Send:
		return l.channel(instr.Chan, l.ends().recvs)
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return l.channel(instr.X, l.ends().sends)
		}
	}
	return "", nil, false
}

// waitGroup returns a goroutine that a WaitGroup counts and that wants the
// lock: it is waited for, whatever the others do.
func (l *locker) waitGroup(wg ssa.Value, h *hold) (string, []peer, bool) {
	class := locks.ClassOf(l.crit.Locks.Paths.Of(wg))
	if class == nil {
		return "", nil, false
	}
	for _, p := range l.ends().done[class] {
		if p.fn != h.fn && l.wants(p, h.lock) != nil {
			return l.describe("the WaitGroup", class), []peer{p}, false
		}
	}
	return "", nil, false
}

// cond returns those that signal a condition variable in a field that only
// this package knows.
func (l *locker) cond(cond ssa.Value) (string, []peer, bool) {
	class, ok := locks.ClassOf(l.crit.Locks.Paths.Of(cond)).(*types.Var)
	if !ok || class.Exported() {
		return "", nil, false
	}
	return l.describe("the condition", class), l.ends().signals[class], false
}

// An endings says which instructions of the package end waits, by what is
// waited on: a field, a variable or a location.
type endings struct {
	done         map[any][]peer // of WaitGroups
	signals      map[any][]peer // of condition variables
	sends, recvs map[any][]peer // of channels; closing is sending
	buffered     map[any]bool   // channels that may have a buffer
}

// ends finds the endings, once.
func (l *locker) ends() *endings {
	if l.endings != nil {
		return l.endings
	}
	e := &endings{done: make(map[any][]peer), signals: make(map[any][]peer), sends: make(map[any][]peer), recvs: make(map[any][]peer), buffered: make(map[any]bool)}
	l.endings = e
	for _, fn := range l.crit.Program.Funcs {
		if l.crit.IsTest(fn) {
			continue
		}
		started := l.isStarted(fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				l.addEnding(e, peer{fn, instr, started})
			}
		}
	}
	return e
}

func (l *locker) addEnding(e *endings, p peer) {
	classOf := func(v ssa.Value) any { return locks.ClassOf(l.crit.Locks.Paths.Of(v)) }
	if call, ok := p.instr.(ssa.CallInstruction); ok {
		if wg := l.argumentOf(call, models.SyncWGDone); wg != nil {
			e.done[classOf(wg)] = append(e.done[classOf(wg)], p)
		}
		if cond := l.argumentOf(call, models.SyncSignal, models.SyncBroadcast); cond != nil {
			p.sure = true // whoever it is
			e.signals[classOf(cond)] = append(e.signals[classOf(cond)], p)
		}
	}
	for _, ch := range sentOn(p.instr) {
		e.sends[classOf(ch)] = append(e.sends[classOf(ch)], p)
	}
	for _, ch := range receivedFrom(p.instr) {
		e.recvs[classOf(ch)] = append(e.recvs[classOf(ch)], p)
	}
	if st, ok := p.instr.(*ssa.Store); ok {
		if _, isChan := st.Val.Type().Underlying().(*types.Chan); isChan && hasBuffer(st.Val) {
			e.buffered[classOf(st.Addr)] = true
		}
	}
}

// argumentOf returns what call does one of the kinds to, or nil.
func (l *locker) argumentOf(call ssa.CallInstruction, kinds ...models.SyncKind) ssa.Value {
	obj := program.Callee(call.Common())
	if obj == nil {
		return nil
	}
	if op := l.crit.Table.Sync(obj); op != nil && slices.Contains(kinds, op.Kind) {
		return locks.Argument(call.Common(), op.Target.Root)
	}
	return nil
}

// isStarted reports whether fn is started as a goroutine in view.
func (l *locker) isStarted(fn *ssa.Function) bool {
	c := l.crit.Contexts[fn]
	return c != nil && c.Go
}

// channel returns those that may end the wait on a channel in a field that
// only this package knows.
func (l *locker) channel(ch ssa.Value, ends map[any][]peer) (string, []peer, bool) {
	class, ok := locks.ClassOf(l.crit.Locks.Paths.Of(ch)).(*types.Var)
	if !ok || class.Exported() {
		return "", nil, false
	}
	return l.describe("the channel", class), ends[class], l.ends().buffered[class]
}

// hasBuffer reports whether a channel may have a buffer.
func hasBuffer(v ssa.Value) bool {
	m, ok := v.(*ssa.MakeChan)
	if !ok {
		return true
	}
	size, ok := m.Size.(*ssa.Const)
	return !ok || size.Int64() > 0
}

func (l *locker) describe(what string, class any) string {
	if name := l.crit.Name(class); name != "" {
		return what + " " + name
	}
	return what
}

// receivedFrom returns the channels that instr receives from.
func receivedFrom(instr ssa.Instruction) []ssa.Value {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return []ssa.Value{instr.X}
		}
	case *ssa.Select:
		return selected(instr, types.RecvOnly)
	case *ssa.Range:
		if _, ok := instr.X.Type().Underlying().(*types.Chan); ok {
			return []ssa.Value{instr.X}
		}
	}
	return nil
}

// sentOn returns the channels that instr sends on or closes.
func sentOn(instr ssa.Instruction) []ssa.Value {
	switch instr := instr.(type) {
	case *ssa.Send:
		return []ssa.Value{instr.Chan}
	case *ssa.Select:
		return selected(instr, types.SendOnly)
	case ssa.CallInstruction:
		if b, ok := instr.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
			return []ssa.Value{instr.Common().Args[0]}
		}
	}
	return nil
}

// selected returns the channels of the cases of a select in one direction.
func selected(sel *ssa.Select, dir types.ChanDir) []ssa.Value {
	var out []ssa.Value
	for _, s := range sel.States {
		if s.Dir == dir {
			out = append(out, s.Chan)
		}
	}
	return out
}
