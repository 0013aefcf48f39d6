package yieldpoints

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/paths"
)

// resources returns the fields and variables that hold what the sections of a
// class wait on, as far as this package sees it: who touches these has to wait
// whatever else the lock is for.
func (l *locker) resources(class string) map[types.Object]bool {
	if out, ok := l.worksOn[class]; ok {
		return out
	}
	out := make(map[types.Object]bool)
	for _, s := range l.byClass[class] {
		for _, w := range s.waits {
			if !slow(w.Found) {
				continue
			}
			for _, instr := range []ssa.Instruction{w.at, l.instrAt(w.Site)} {
				for _, loc := range l.operands(instr) {
					if f := lastField(loc); f != nil {
						out[f] = true
					}
				}
			}
		}
	}
	l.worksOn[class] = out
	return out
}

// lastField returns the last field on the way to a location, or nil.
func lastField(loc *paths.Loc) types.Object {
	for ; loc != nil && loc.Parent != nil; loc = loc.Parent {
		if loc.Step == paths.Field {
			return loc.Field
		}
	}
	return nil
}

// operands returns what a call is made on, and the interface values that it is
// given: what it may work on.
func (l *locker) operands(instr ssa.Instruction) []*paths.Loc {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	common := call.Common()
	values := common.Args
	if common.IsInvoke() {
		values = append([]ssa.Value{common.Value}, values...)
	}
	method := common.IsInvoke() || common.Signature().Recv() != nil
	var out []*paths.Loc
	for i, v := range values {
		if !types.IsInterface(v.Type()) && (i > 0 || !method) {
			continue
		}
		if loc := l.crit.Locks.Paths.Of(v); loc != nil {
			out = append(out, loc)
		}
	}
	return out
}

// ownConnection reports whether the operation is on a connection that is
// part of the same object as the lock: who waits for the lock mostly wants
// something of that very peer.
func (l *locker) ownConnection(h *hold) bool {
	if !strings.Contains(h.wait.Op, "Conn).") {
		return false
	}
	owner := l.crit.Owner(h.lock.Class)
	if owner != nil && hasConnection(owner) {
		return true
	}
	for _, instr := range []ssa.Instruction{h.wait.at, l.instrAt(h.wait.Site)} {
		for _, loc := range l.operands(instr) {
			if owner != nil && lastField(loc) != nil && leadsFrom(loc, owner) {
				return true
			}
		}
	}
	return false
}

// hasConnection reports whether a struct has a field that is a connection.
func hasConnection(owner *types.TypeName) bool {
	st, ok := owner.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if obj, _, _ := types.LookupFieldOrMethod(st.Field(i).Type(), true, nil, "SetReadDeadline"); obj != nil {
			return true
		}
	}
	return false
}

// leadsFrom reports whether a location is reached from a value of a type.
func leadsFrom(loc *paths.Loc, owner *types.TypeName) bool {
	for ; loc != nil; loc = loc.Parent {
		t := loc.Type
		if t == nil {
			continue
		}
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Origin().Obj() == owner {
			return true
		}
	}
	return false
}
