package yieldpoints

import (
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/program"
)

// releasedBy reports whether the operation gives the lock back while it
// waits: a condition variable does.
func (l *locker) releasedBy(h *hold) bool {
	if h.wait.Op != condWait {
		return false
	}
	call, ok := l.instrAt(h.wait.Site).(*ssa.Call)
	if !ok || program.Callee(&call.Call) == nil || effects.Name(program.Callee(&call.Call)) != condWait {
		return false // in another package: with a lock of its own
	}
	lock := l.lockOfCond(program.Receiver(&call.Call))
	return lock == "" || lock == l.crit.Key(h.lock.Class)
}

const condWait = "(*sync.Cond).Wait"

// lockOfCond returns the lock of a condition variable, "" if it is not known.
func (l *locker) lockOfCond(cond ssa.Value) string {
	class := locks.ClassOf(l.crit.Locks.Paths.Of(cond))
	if l.conds == nil {
		l.findConds()
	}
	return l.conds[class]
}

// findConds finds which locks the condition variables of the package have.
func (l *locker) findConds() {
	l.conds = make(map[any]string)
	paths := l.crit.Locks.Paths
	for _, st := range l.stores() {
		call, ok := st.Val.(*ssa.Call)
		if !ok || program.Callee(&call.Call) == nil || effects.Name(program.Callee(&call.Call)) != "sync.NewCond" {
			continue
		}
		lock := locks.ClassOf(paths.Of(call.Call.Args[0]))
		if cond := locks.ClassOf(paths.Of(st.Addr)); cond != nil && lock != nil {
			l.conds[cond] = l.crit.Key(lock)
		}
	}
}
