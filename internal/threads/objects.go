package threads

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
)

// A Use is a call of a method of a type of which the models say how far
// several goroutines may use one value.
type Use struct {
	Safety *models.Safety
	Method *types.Func
}

// Conflicts reports whether x and y must not run at the same time on one value.
func (x *Use) Conflicts(y *Use) bool {
	return x.Safety == y.Safety && x.Safety.Conflict(x.Method.Name(), y.Method.Name())
}

// use records a method call as an access to its receiver, and reports whether
// the models say what it does to that.
func (g *gatherer) use(call *ssa.CallCommon, info *callInfo) bool {
	s := g.u.Table.SafetyOf(info.obj)
	if s == nil {
		return false
	}
	access := s.Method(info.obj.Name())
	recv := argument(call, models.Recv)
	if access != models.AccessRead && access != models.AccessWrite || recv == nil {
		return false
	}
	locs := g.u.eval(g.f, recv)
	if types.IsInterface(recv.Type()) {
		locs = g.u.unlocker(locs)
	}
	first := len(g.item.accesses)
	g.access(locs, access == models.AccessWrite || s.Level == models.OneEach, nil)
	for _, a := range g.item.accesses[first:] {
		a.Class, a.Via, a.Use = Library, info.obj.FullName(), &Use{s, info.obj}
	}
	return true
}

// isReceiver reports whether p is all of the receiver.
func isReceiver(p models.Path) bool { return p.Root == models.Recv && len(p.Fields) == 0 }

// made records that a call makes an object of its own each time: what it
// returns, if the models know the type.
func (g *gatherer) made(instr ssa.CallInstruction) {
	call, ok := instr.(*ssa.Call)
	if !ok || len(g.f.kids[instr]) > 0 {
		return
	}
	results := call.Call.Signature().Results()
	for i := range results.Len() {
		t := results.At(i).Type()
		if p := pointee(t); p != nil {
			t = p
		}
		if n, isNamed := types.Unalias(t).(*types.Named); isNamed && g.u.Table.Safety(n.Obj()) != nil {
			g.event(&Event{Kind: Fresh})
			return
		}
	}
}
