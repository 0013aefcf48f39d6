package threads

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// A Use is a call of a method of a type of which the models say how far
// several goroutines may use one value.
type Use struct {
	Safety *models.Safety
	Method *types.Func
	// Inside says that the call is in a callback that was registered with the
	// value itself: its own methods run it.
	Inside bool
}

// Conflicts reports whether x and y must not run at the same time on one value.
func (x *Use) Conflicts(y *Use) bool {
	return x.Safety == y.Safety && !x.Inside && !y.Inside && x.Safety.Conflict(x.Method.Name(), y.Method.Name())
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
		a.Class, a.Via = Library, info.obj.FullName()
		a.Use = &Use{Safety: s, Method: info.obj, Inside: g.registeredWith(a.Loc)}
	}
	return true
}

// registeredWith reports whether the thread of the instruction is a callback
// that was registered by a method of the object l.
func (g *gatherer) registeredWith(l *paths.Loc) bool {
	for t := g.f.Thread; t.Parent != nil; t = t.Parent {
		call, ok := t.Site.(*ssa.Call)
		if !ok {
			continue
		}
		if recv := argument(&call.Call, models.Recv); recv != nil && g.u.eval(t.From, recv).only() == l {
			return true
		}
	}
	return false
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
