package windows

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// What rules ask of a function for patterns of their own.

// Decides returns the nearest branch on what is computed from v that decides
// whether instr runs, nil if there is none.
func (f *Func) Decides(v ssa.Value, instr ssa.Instruction) *ssa.If {
	return f.decidedBy(instr.Block(), f.flow(v))
}

// DependsOn reports how v is computed from another value.
func (f *Func) DependsOn(v, on ssa.Value) Strength { return f.flow(on)[v] }

// SameValue reports whether two values are certainly equal.
func (f *Func) SameValue(a, b ssa.Value) bool { return f.sameValue(a, b) }

// LocOf returns the location that v leads to.
func (f *Func) LocOf(v ssa.Value) *paths.Loc { return f.r.Accesses.Locks.Paths.Of(v) }

// Before reports whether control comes from a to b.
func (f *Func) Before(a, b ssa.Instruction) bool { return between(a, b, nil, nil) }

// Between returns the instructions on paths from a to b.
func (f *Func) Between(a, b ssa.Instruction) []ssa.Instruction {
	var out []ssa.Instruction
	between(a, b, nil, func(i ssa.Instruction) { out = append(out, i) })
	return out
}

// UnderCondition reports whether a branch decides whether instr runs.
func (f *Func) UnderCondition(instr ssa.Instruction) bool {
	return len(f.Control().branches[instr.Block().Index]) > 0
}

// SyncOf returns what a call does for synchronisation, "" if nothing.
func (r *Result) SyncOf(call ssa.CallInstruction) (models.SyncKind, ssa.Value) {
	obj := program.Callee(call.Common())
	if obj == nil {
		return "", nil
	}
	op := r.Accesses.Table.Sync(obj)
	if op == nil {
		return "", nil
	}
	return op.Kind, locks.Argument(call.Common(), op.Target.Root)
}

// ChannelField returns the field or package-level variable that holds a channel, nil if none does.
func (f *Func) ChannelField(ch ssa.Value) (types.Object, *paths.Loc) {
	l := f.LocOf(strip(ch))
	return variable(l), l
}

// Exclusive reports whether a lock is held for writing before instr, or its
// callers hold one.
func (r *Result) Exclusive(f *Func, instr ssa.Instruction) bool {
	for _, h := range f.Holds(instr) {
		if !h.Read {
			return true
		}
	}
	return r.Accesses.CallersLock(f.Fn)
}
