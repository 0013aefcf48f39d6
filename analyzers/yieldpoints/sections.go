package yieldpoints

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
)

// A section is what a function does while it holds a lock that it has taken.
type section struct {
	fn   *ssa.Function
	lock critical.Lock
	site ssa.CallInstruction // takes the lock
	// under are the instructions at which it is held: calls and channel operations.
	under []ssa.Instruction
	waits []wait // what they do, in the order of effects.Found
	// vars are the fields and variables that it accesses itself.
	vars   map[types.Object]bool
	writes bool // some of them
}

// A wait is an operation for which a section waits.
type wait struct {
	effects.Found
	at ssa.Instruction // of the section
}

// sections returns the critical sections of a class of locks, in the order of the functions.
func (l *locker) sections(class any) []*section {
	if l.byClass == nil {
		l.findSections()
	}
	return l.byClass[l.crit.Key(class)]
}

// findSections finds the critical sections of the package.
func (l *locker) findSections() {
	l.byClass = make(map[string][]*section)
	accessed := make(map[*ssa.Function][]*accesses.Access)
	for _, a := range l.crit.Accesses {
		accessed[a.Fn] = append(accessed[a.Fn], a)
	}
	for _, fn := range l.crit.Program.Funcs {
		if skipped(l.crit.Result, fn) {
			continue
		}
		var list []*section
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if !suspends(instr) {
					continue
				}
				for _, h := range l.crit.Own(instr) {
					list = l.extend(list, fn, h, instr)
				}
			}
		}
		l.addWaits(fn, list)
		addVars(accessed[fn], list)
		for _, s := range list {
			key := l.crit.Key(s.lock.Class)
			if l.byClass[key] == nil {
				l.classes = append(l.classes, key)
			}
			l.byClass[key] = append(l.byClass[key], s)
		}
	}
}

// suspends reports whether instr may be one that waits.
func suspends(instr ssa.Instruction) bool {
	switch instr.(type) {
	case *ssa.Call, *ssa.Send, *ssa.Select, *ssa.UnOp, *ssa.Store, *ssa.RunDefers:
		return true
	}
	return false
}

// extend adds instr to the section of h.
func (l *locker) extend(list []*section, fn *ssa.Function, h critical.Lock, instr ssa.Instruction) []*section {
	for _, s := range list {
		if s.lock.Class == h.Class && s.lock.Loc == h.Loc {
			s.under = append(s.under, instr)
			s.lock.Read = s.lock.Read && h.Read
			return list
		}
	}
	return append(list, &section{fn: fn, lock: h, site: l.crit.Site(h, instr), under: []ssa.Instruction{instr}, vars: make(map[types.Object]bool)})
}

// addWaits asks what the sections of fn wait for.
func (l *locker) addWaits(fn *ssa.Function, list []*section) {
	if len(list) == 0 {
		return
	}
	in := make(map[ssa.Instruction]bool)
	for _, s := range list {
		for _, instr := range s.under {
			if op := opOf(l, instr); op == nil {
				in[instr] = true
			}
		}
	}
	if len(in) == 0 {
		return
	}
	for _, x := range l.eff.EffectsOf(fn, func(instr ssa.Instruction) bool { return in[instr] }) {
		if len(x.Chain) == 0 || x.Class == models.Lock {
			continue
		}
		for _, s := range list {
			for _, instr := range s.under {
				if in[instr] && instr.Pos() == x.Chain[0].Pos && x.Chain[0].Pos.IsValid() {
					s.waits = append(s.waits, wait{x, instr})
					break
				}
			}
		}
	}
}

func opOf(l *locker, instr ssa.Instruction) *locks.Op {
	if call, ok := instr.(*ssa.Call); ok {
		return l.crit.Locks.OpOf(call)
	}
	return nil
}

// addVars notes the fields and variables that the sections of a function access.
func addVars(accessed []*accesses.Access, list []*section) {
	for _, a := range accessed {
		for _, s := range list {
			if _, ok := a.Locks.Find(s.lock.Loc); ok {
				s.vars[a.Var] = true
				s.writes = s.writes || a.Write
			}
		}
	}
}
