package sharedstate

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Objects in guarded containers: a lock of one object guards a map or slice in
// it, and the objects that this holds. A function takes one of those out under
// the lock, gives the lock back, and uses a field that others write under it.

// containedFindings returns at most one finding for each field.
func containedFindings(pass *analysis.Pass, acc *accesses.Result) []report.Finding {
	guards := containerGuards(acc)
	var out []report.Finding
	for _, c := range acc.Cells {
		if c.Guard == nil || c.Guard.Sibling {
			continue // what a lock of the same object guards is judged by that
		}
		if f, ok := usedOutside(pass, acc, c, guards); ok {
			out = append(out, f)
		} else if f, ok := readByUser(pass, acc, c); ok {
			out = append(out, f)
		}
	}
	return out
}

// containerGuards returns the lock of the same object that guards each map, slice or pointer in a field.
func containerGuards(acc *accesses.Result) map[*types.Var]any {
	out := make(map[*types.Var]any)
	for _, c := range acc.Cells {
		if f, ok := c.Var.(*types.Var); ok && f.IsField() && c.Guard != nil && c.Guard.Sibling {
			out[f] = c.Guard.Class
		}
	}
	return out
}

// usedOutside reports an access to a field of an object that its function has
// taken out of a container whose lock it has given back.
func usedOutside(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell, guards map[*types.Var]any) (report.Finding, bool) {
	g := c.Guard
	var held []*accesses.Access
	for _, a := range c.All {
		if h, ok := a.Locks.OfClass(g.Class); ok && !(a.Write && h.Read) {
			held = append(held, a)
		}
	}
	w := firstWrite(acc, held)
	if w == nil {
		return report.Finding{}, false
	}
	all := slices.Clone(c.All)
	slices.SortStableFunc(all, func(x, y *accesses.Access) int {
		return report.CompareBool(len(x.Locks) > 0, len(y.Locks) > 0)
	})
	for _, a := range all {
		if _, ok := a.Locks.OfClass(g.Class); ok || a.Atomic || named(acc, a.Fn) {
			continue
		}
		f := containerOf(a.Loc, g.Class, guards)
		if f == nil || !afterUnlock(acc, a, g) || takesOut(acc, a.Fn, f) || witness(acc, a, held) == nil || onlyRoot(acc, a.Fn) != nil && onlyRoot(acc, a.Fn) == onlyRoot(acc, w.Fn) {
			continue
		}
		fd := report.Finding{Pos: place(a), Category: "use-after-unlock", Confidence: report.Proved}
		if len(held) < minHeld || len(a.Locks) > 0 || accesses.Declared(w.Fn) == accesses.Declared(a.Fn) || lifecycle(accesses.Declared(w.Fn)) {
			fd.Confidence = report.Suspect
		}
		fd.Message = fmt.Sprintf("%s, of an object from %s, is %s after %s has been unlocked, under which others write it", cellName(c), f.Name(), didTo(a), g.Name)
		fd.Chain = []report.Step{
			{Pos: place(w), Text: fmt.Sprintf("written under %s in %s", g.Name, funcName(w.Fn))},
			{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))},
		}
		return fd, true
	}
	return report.Finding{}, false
}

// firstWrite returns a write of held, rather one in a function that does not
// begin or end the life of its object.
func firstWrite(acc *accesses.Result, held []*accesses.Access) *accesses.Access {
	var best *accesses.Access
	for _, a := range held {
		if a.Write && (best == nil || lifecycle(accesses.Declared(best.Fn)) && !lifecycle(accesses.Declared(a.Fn))) {
			best = a
		}
	}
	return best
}

// containerOf returns the field with a container guarded by class that l leads
// through, nil if there is none.
func containerOf(l *paths.Loc, class any, guards map[*types.Var]any) *types.Var {
	for p := l.Parent; p != nil; p = p.Parent {
		if p.Step == paths.Field && guards[p.Field] == class && isContainer(p.Field.Type()) {
			return p.Field
		}
	}
	return nil
}

func isContainer(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Map, *types.Slice:
		return true
	}
	return false
}

// takesOut reports whether a function, or one around it, changes the
// container: what it removes is its own.
func takesOut(acc *accesses.Result, fn *ssa.Function, f *types.Var) bool {
	d := accesses.Declared(fn)
	return slices.ContainsFunc(acc.Accesses, func(a *accesses.Access) bool {
		return a.Var == f && a.Write && accesses.Declared(a.Fn) == d
	})
}

// readByUser reports a field that is written only under a lock of the object
// that keeps its struct, and read without in an exported method of the struct,
// which whoever has been given the object may call.
func readByUser(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell) (report.Finding, bool) {
	g := c.Guard
	if _, ok := g.Class.(*types.Var); !ok || g.Held < minHeld || c.Inside {
		return report.Finding{}, false
	}
	var w *accesses.Access
	for _, a := range c.All {
		h, ok := a.Locks.OfClass(g.Class)
		switch {
		case a.Atomic || a.Write && (!ok || h.Read):
			return report.Finding{}, false
		case a.Write && !lifecycle(accesses.Declared(a.Fn)):
			w = a
		}
	}
	if w == nil {
		return report.Finding{}, false
	}
	for _, a := range c.All {
		if a.Write || len(a.Locks) > 0 || a.Fn.Parent() != nil || !ownGetter(a) || named(acc, a.Fn) || acc.CallersLock(a.Fn) {
			continue
		}
		return report.Finding{
			Pos: place(a), Category: "unguarded", Confidence: report.Suspect, // only the keeper may call it
			Message: fmt.Sprintf("%s is read without %s, which %d of %d accesses hold", cellName(c), g.Name, g.Held, len(c.All)),
			Chain: []report.Step{
				{Pos: place(w), Text: fmt.Sprintf("written under %s in %s", g.Name, funcName(w.Fn))},
				{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))},
			},
		}, true
	}
	return report.Finding{}, false
}

// ownGetter reports whether a reads a field of the receiver in an exported
// method of an exported type.
func ownGetter(a *accesses.Access) bool {
	recv := a.Fn.Signature.Recv()
	if recv == nil || !exported(a.Fn) || a.Loc.Step != paths.Field || a.Loc.Parent.Base != a.Fn.Params[0] {
		return false
	}
	p, ok := recv.Type().(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Exported()
}
