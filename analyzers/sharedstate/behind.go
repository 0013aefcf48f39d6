package sharedstate

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// storedSafety returns what is known of the values behind an interface in an
// unexported field whose method a call calls: of the one type that the package
// stores there, nil if there are several, or none is known.
func storedSafety(acc *accesses.Result, call *ssa.CallCommon) *models.Safety {
	l := acc.Locks.Paths.Of(call.Value)
	if l == nil || l.Step != paths.Deref || l.Parent.Step != paths.Field || l.Parent.Field.Exported() {
		return nil
	}
	f := l.Parent.Field
	var found *models.Safety
	for _, a := range acc.Accesses {
		s, ok := a.Instr.(*ssa.Store)
		if !ok || a.Var != f || a.Inside {
			continue
		}
		if c, isConst := s.Val.(*ssa.Const); isConst && c.IsNil() {
			continue
		}
		box, ok := s.Val.(*ssa.MakeInterface)
		if !ok {
			return nil
		}
		t := types.Unalias(box.X.Type())
		if p, isPtr := t.(*types.Pointer); isPtr {
			t = types.Unalias(p.Elem())
		}
		n, ok := t.(*types.Named)
		if !ok {
			return nil
		}
		safety := acc.Table.Safety(n.Obj())
		if safety == nil || found != nil && safety != found {
			return nil
		}
		found = safety
	}
	return found
}
