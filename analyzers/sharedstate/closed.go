package sharedstate

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Channels that are closed under a lock: whoever sends on one must hold the
// lock too, or the channel may be closed by then, and the send panics.

// A chanUse is a send on, or a close of, a channel in a field.
type chanUse struct {
	fn    *ssa.Function
	instr ssa.Instruction
	loc   *paths.Loc
	held  locks.Set
}

// closedUnderLock returns at most one finding for each field.
func closedUnderLock(acc *accesses.Result) []report.Finding {
	closes, sends := make(map[*types.Var][]chanUse), make(map[*types.Var][]chanUse)
	var fields []*types.Var
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				ch, isSend := sentOrClosed(instr)
				for _, ch := range ch {
					f, u := chanField(acc, fn, instr, ch)
					switch {
					case f == nil:
					case isSend:
						if sends[f] == nil {
							fields = append(fields, f)
						}
						sends[f] = append(sends[f], u)
					default:
						closes[f] = append(closes[f], u)
					}
				}
			}
		}
	}
	var out []report.Finding
	for _, f := range fields {
		if fd, ok := sentUnlocked(acc, f, closes[f], sends[f]); ok {
			out = append(out, fd)
		}
	}
	return out
}

// sentUnlocked reports a send without the lock that every close holds.
func sentUnlocked(acc *accesses.Result, f *types.Var, closes, sends []chanUse) (report.Finding, bool) {
	if len(closes) != 1 {
		return report.Finding{}, false
	}
	c := closes[0]
	for _, h := range c.held {
		lock, ok := h.Class.(*types.Var)
		if !ok || h.Read || !accesses.IsLockType(lock.Type()) || !accesses.IsSibling(h, &accesses.Access{Loc: c.loc}) {
			continue
		}
		for _, s := range sends {
			if _, held := s.held.OfClass(lock); held || s.fn.Parent() != nil || recovers(s.fn) || named(acc, s.fn) || acc.CallersHold(s.fn, lock) || accesses.Declared(s.fn) == accesses.Declared(c.fn) || len(s.held) > 0 && commonSet(s.held, c.held) {
				continue
			}
			owner := &accesses.Access{Loc: s.loc}
			return report.Finding{
				Pos: nearestPos(s.instr), Category: "unguarded", Confidence: report.Suspect, // the sender may know that it is not closed yet
				Message: fmt.Sprintf("%s is sent on without %s, under which %s closes it: a send on a closed channel panics", ownerName(owner, f), lock.Name(), funcName(c.fn)),
				Chain:   []report.Step{{Pos: nearestPos(c.instr), Text: fmt.Sprintf("closed under %s in %s", lock.Name(), funcName(c.fn))}},
			}, true
		}
	}
	return report.Finding{}, false
}

// recovers reports whether fn defers a function, which may recover from a panic.
// Where the send is in a literal, the function that runs that may.
func recovers(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			d, ok := instr.(*ssa.Defer)
			if !ok {
				continue
			}
			if g := d.Call.StaticCallee(); g != nil && callsRecover(g) {
				return true
			}
		}
	}
	return false
}

func callsRecover(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if b, isBuiltin := call.Call.Value.(*ssa.Builtin); isBuiltin && b.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

func commonSet(a, b locks.Set) bool {
	for _, h := range a {
		if _, ok := b.OfClass(h.Class); ok {
			return true
		}
	}
	return false
}

// sentOrClosed returns the channels that an instruction sends on, or the one
// that it closes.
func sentOrClosed(instr ssa.Instruction) (list []ssa.Value, isSend bool) {
	switch instr := instr.(type) {
	case *ssa.Send:
		return []ssa.Value{instr.Chan}, true
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Dir == types.SendOnly {
				list = append(list, s.Chan)
			}
		}
		return list, true
	case ssa.CallInstruction:
		if b, ok := instr.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
			return instr.Common().Args, false
		}
	}
	return nil, false
}

// chanField returns the field that holds a channel, nil if it is not in one of
// an object that others have.
func chanField(acc *accesses.Result, fn *ssa.Function, instr ssa.Instruction, ch ssa.Value) (*types.Var, chanUse) {
	l := acc.Locks.Paths.Of(ch)
	if l == nil || l.Step != paths.Deref || l.Parent.Step != paths.Field || acc.OwnedLoc(l) {
		return nil, chanUse{}
	}
	return l.Parent.Field, chanUse{fn, instr, l.Parent, acc.Locks.Before(instr)}
}
