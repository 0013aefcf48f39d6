package sharedstate

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Replaced locks: a method stores a new Once, mutex or counter over one that
// other methods use. Who holds the old one excludes nobody any more.

// A syncUse is an operation on a synchronisation object in a field.
type syncUse struct {
	fn   *ssa.Function
	call ssa.CallInstruction
	name string
}

// replacedSyncs returns the findings about stores over synchronisation objects.
func replacedSyncs(acc *accesses.Result) []report.Finding {
	uses := syncUses(acc)
	var out []report.Finding
	for _, a := range acc.Accesses {
		f, ok := a.Var.(*types.Var)
		if !ok || !a.Write || a.Inside || a.Owned || a.Setup || a.Atomic || len(a.Locks) > 0 || named(acc, a.Fn) {
			continue
		}
		if _, isStore := a.Instr.(*ssa.Store); !isStore || strings.HasPrefix(strings.ToLower(a.Fn.Name()), "reset") {
			continue // an object is used again when nobody has it any more
		}
		for _, u := range uses[f] {
			if accesses.Declared(u.fn) == accesses.Declared(a.Fn) {
				continue
			}
			fd := report.Finding{Pos: place(a), Category: "race", Confidence: report.Proved}
			if lifecycle(accesses.Declared(a.Fn)) || lifecycle(accesses.Declared(u.fn)) || acc.CallersLock(a.Fn) {
				fd.Confidence = report.Suspect // one may end before the other begins
			}
			fd.Message = fmt.Sprintf("%s is replaced here while others may use it: what they wait for, or have locked, is the old one", ownerName(a, f))
			fd.Chain = []report.Step{{Pos: nearestPos(u.call), Text: fmt.Sprintf("%s calls its %s", funcName(u.fn), u.name)}}
			out = append(out, fd)
			break
		}
	}
	return out
}

func ownerName(a *accesses.Access, f *types.Var) string {
	return cellName(&accesses.Cell{Var: f, All: []*accesses.Access{a}})
}

// syncUses returns the operations on synchronisation objects that fields hold by value.
func syncUses(acc *accesses.Result) map[*types.Var][]syncUse {
	out := make(map[*types.Var][]syncUse)
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) || makes(acc, accesses.Declared(fn)) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				obj := program.Callee(call.Common())
				if obj == nil || !excludes(acc.Table.Sync(obj)) {
					continue
				}
				l := acc.Locks.Paths.Of(locks.Argument(call.Common(), models.Recv))
				if l != nil && l.Step == paths.Field && !acc.OwnedLoc(l) {
					out[l.Field] = append(out[l.Field], syncUse{fn, call, obj.Name()})
				}
			}
		}
	}
	return out
}

// excludes reports whether an operation on its receiver excludes or awaits others.
func excludes(op *models.SyncOp) bool {
	if op == nil || op.Target.Root != models.Recv || len(op.Target.Fields) > 0 {
		return false
	}
	switch op.Kind {
	case models.SyncLock, models.SyncRLock, models.SyncOnce, models.SyncWGAdd, models.SyncWGWait:
		return true
	}
	return false
}
