package sharedstate

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Guarded fields: what the functions of a package do to a field or global, and
// under which locks. A lock that most accesses hold, one of them a write, is
// taken to guard the variable; what accesses it without the lock is reported.

const (
	minHeld  = 3 // accesses that hold the lock, for a proved finding
	maxSteps = 5 // places in the chain of a finding
)

// fieldFindings returns the findings about fields and globals.
func fieldFindings(pass *analysis.Pass, eff *effects.Result, acc *accesses.Result, dirs *directives.Set, log *bounds.Log) []report.Finding {
	stated := statedGuards(pass, dirs)
	by := reach(entriesOf(eff, acc), acc, log)
	var out []report.Finding
	for _, c := range acc.Cells {
		fs := mixedAtomic(pass, acc, c)
		fs = append(fs, writesUnderRLock(pass, acc, c)...)
		if len(fs) == 0 { // else the finding is about the same fault
			fs = unguarded(pass, acc, c, stated[c.Var], by)
		}
		out = append(out, fs...)
	}
	for _, c := range acc.InnerCells {
		out = append(out, innerFindings(pass, acc, c)...)
	}
	out = append(out, escapingAliases(pass, acc)...)
	out = append(out, importedGuards(pass, acc, by)...)
	slices.SortStableFunc(out, func(x, y report.Finding) int { return report.ComparePos(pass, x.Pos, y.Pos) })
	return out
}

// innerFindings returns the findings about an object of another package that a
// field refers to. What its methods do is inferred, so they are suspect.
func innerFindings(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell) []report.Finding {
	fs := writesUnderRLock(pass, acc, c)
	if len(fs) == 0 {
		fs = unguarded(pass, acc, c, "", nil)
	}
	for i := range fs {
		fs[i].Confidence = report.Suspect
	}
	return fs
}

// unguarded reports accesses of c without the lock that guards it: one
// finding, at the most telling one.
func unguarded(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell, stated string, by reached) []report.Finding {
	g := c.Guard
	if g == nil || !g.Sibling {
		return nil
	}
	var open, held []*accesses.Access
	total := 0
	for _, a := range c.All {
		h, ok := a.Locks.OfClass(g.Class)
		switch {
		case ok:
			total++
			if !a.Write || !h.Read {
				held = append(held, a)
			}
		case a.Unknown || a.Atomic:
		default:
			total++
			if ctx := acc.Contexts[a.Fn]; ctx != nil && ctx.Named || named(acc, a.Fn) || invokedUnder(acc, a.Fn, g.Class) || onlyUnder(acc, a.Fn, g.Class) {
				continue
			}
			open = append(open, a)
		}
	}
	open = slices.DeleteFunc(open, func(a *accesses.Access) bool { return witness(acc, a, held) == nil || sameThread(acc, a, c) })
	if len(open) == 0 {
		return nil
	}
	slices.SortStableFunc(open, func(x, y *accesses.Access) int {
		return cmp.Or(report.CompareBool(alone(acc, x), alone(acc, y)), report.CompareBool(!afterUnlock(acc, x, g), !afterUnlock(acc, y, g)), report.CompareBool(!x.Write, !y.Write), report.CompareBool(onlyMeasured(x), onlyMeasured(y)))
	})
	a := open[0]
	f := report.Finding{Pos: place(a), Category: "unguarded", Confidence: confidenceOf(acc, c, a, stated, total, by)}
	if afterUnlock(acc, a, g) {
		f.Category = "use-after-unlock"
	}
	f.Message = fmt.Sprintf("%s is %s without %s, which %d of %d accesses hold", cellName(c), didTo(a), g.Name, g.Held, total)
	if f.Category == "use-after-unlock" {
		f.Message = fmt.Sprintf("%s is %s after %s has been unlocked, which %d of %d accesses hold", cellName(c), didTo(a), g.Name, g.Held, total)
	}
	if stated != "" {
		f.Message += fmt.Sprintf("; its declaration says %q", stated)
	}
	f.Chain = fieldChain(pass, acc, c, a, open, held)
	return []report.Finding{f}
}

// onlyUnder reports whether fn is called by functions of the package only, all
// of which hold the lock, or are called under it themselves.
func onlyUnder(acc *accesses.Result, fn *ssa.Function, class any) bool {
	ctx := acc.Contexts[fn]
	return ctx != nil && !ctx.Root && !ctx.Go && !ctx.Unknown && acc.CallersHold(fn, class)
}

// named reports whether fn, or a function around it, says that its caller holds the lock.
func named(acc *accesses.Result, fn *ssa.Function) bool {
	ctx := acc.Contexts[accesses.Declared(fn)]
	return ctx != nil && ctx.Named
}

// witness returns the access with which a conflicts, nil if there is none: a
// write rather than a read, in another function, that another goroutine runs.
func witness(acc *accesses.Result, a *accesses.Access, others []*accesses.Access) *accesses.Access {
	var best *accesses.Access
	rank := -1
	for _, o := range others {
		if !(a.Write || o.Write) || o == a || commonLock(a, o) {
			continue
		}
		n := 0
		if !lifecycle(accesses.Declared(o.Fn)) {
			n += 8
		}
		if o.Write {
			n += 4
		}
		if !sharesRoot(acc, a, o) {
			n += 2
		}
		if accesses.Declared(o.Fn) != accesses.Declared(a.Fn) {
			n++
		}
		if n > rank {
			best, rank = o, n
		}
	}
	return best
}

// sharesRoot reports whether one function reaches both.
func sharesRoot(acc *accesses.Result, a, b *accesses.Access) bool {
	x, y := acc.Contexts[a.Fn], acc.Contexts[b.Fn]
	return x != nil && y != nil && slices.ContainsFunc(x.Roots, func(fn *ssa.Function) bool { return slices.Contains(y.Roots, fn) })
}

// sameThread reports whether a is a read in the only goroutine that writes
// the variable: that one need not lock to read.
func sameThread(acc *accesses.Result, a *accesses.Access, c *accesses.Cell) bool {
	if a.Write {
		return false
	}
	root := onlyRoot(acc, a.Fn)
	if root == nil {
		return false
	}
	for _, w := range c.All {
		if w.Write && onlyRoot(acc, w.Fn) != root {
			return false
		}
	}
	return true
}

// onlyRoot returns the one function from which fn is reached, nil if there are several.
func onlyRoot(acc *accesses.Result, fn *ssa.Function) *ssa.Function {
	ctx := acc.Contexts[fn]
	if ctx == nil || len(ctx.Roots) != 1 {
		return nil
	}
	return ctx.Roots[0]
}

// afterUnlock reports whether, on the way to a in its function, the lock has
// been given back.
func afterUnlock(acc *accesses.Result, a *accesses.Access, g *accesses.Guard) bool {
	for _, b := range a.Fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			op := acc.Locks.OpOf(call)
			if op != nil && op.Kind == locks.Release && op.Lock.Class == g.Class && program.Dominates(call, a.Instr) {
				return true
			}
		}
	}
	return false
}

// place returns where an access is in the source.
func place(a *accesses.Access) token.Pos {
	if p := a.Instr.Pos(); p.IsValid() {
		return p
	}
	if load, ok := a.Instr.(*ssa.UnOp); ok {
		if p := load.X.Pos(); p.IsValid() && p >= a.Fn.Pos() {
			return p // of the selector
		}
	}
	return nearestPos(a.Instr)
}

func cellName(c *accesses.Cell) string {
	name := c.Var.Name()
	if f, ok := c.Var.(*types.Var); ok && f.IsField() {
		if t := ownerOf(c.All[0]); t != "" {
			name = t + "." + name
		}
	}
	if c.Inside {
		return "what " + name + " refers to"
	}
	return name
}

// ownerOf returns the name of the struct type that the field of a belongs to.
func ownerOf(a *accesses.Access) string {
	if a.Loc.Parent == nil || a.Loc.Parent.Type == nil {
		return ""
	}
	t := a.Loc.Parent.Type
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func didTo(a *accesses.Access) string {
	if a.Write {
		return "written"
	}
	return "read"
}

// fieldChain says where the other accesses are and where the lock is held.
func fieldChain(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell, a *accesses.Access, open, held []*accesses.Access) []report.Step {
	var steps []report.Step
	other := witness(acc, a, held)
	if other != nil {
		steps = append(steps, report.Step{Pos: place(other), Text: fmt.Sprintf("%s under %s in %s, which %s", didTo(other), c.Guard.Name, funcName(other.Fn), runBy(pass, acc, other.Fn))})
	}
	steps = append(steps, report.Step{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))})
	for _, x := range open {
		if x != a && len(steps) < maxSteps && place(x) != place(a) {
			steps = append(steps, report.Step{Pos: place(x), Text: fmt.Sprintf("%s without %s in %s too", didTo(x), c.Guard.Name, funcName(x.Fn))})
		}
	}
	return steps
}

func funcName(fn *ssa.Function) string {
	d := accesses.Declared(fn)
	name := d.Name()
	if recv := d.Signature.Recv(); recv != nil {
		name = "(" + types.TypeString(recv.Type(), func(*types.Package) string { return "" }) + ")." + name
	}
	if d != fn {
		return "a function literal in " + name
	}
	return name
}

// runBy says which goroutine runs fn.
func runBy(pass *analysis.Pass, acc *accesses.Result, fn *ssa.Function) string {
	ctx := acc.Contexts[fn]
	switch {
	case ctx == nil:
		return "may run on any goroutine"
	case ctx.Go:
		return "is started as a goroutine"
	case ctx.Root:
		return "may be called by any goroutine"
	case len(ctx.Roots) > 0:
		return "is called from " + funcName(ctx.Roots[0])
	}
	return "may run on any goroutine"
}
