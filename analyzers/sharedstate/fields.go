package sharedstate

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Guarded fields: what the functions of a package do to a field or global, and
// under which locks. A lock that most accesses hold, one of them a write, is
// taken to guard the variable; what accesses it without the lock is reported.

const (
	minHeld  = 3 // accesses that hold the lock, for a proved finding
	maxSteps = 5 // places in the chain of a finding
)

// A cell is a variable, or what it refers to, with its accesses.
type cell struct {
	v      types.Object
	inside bool
	all    []*accesses.Access // that count: of shared objects, outside setup
	guard  *keeper
	stated string // the comment or directive that names the lock, if there is one
}

// A keeper is a lock that guards a cell.
type keeper struct {
	class   any
	name    string
	held    int // accesses that hold it
	writes  int // writes that hold it for writing
	sibling bool
}

// fieldFindings returns the findings about fields and globals.
func fieldFindings(pass *analysis.Pass, acc *accesses.Result) []report.Finding {
	stated := statedGuards(pass)
	var out []report.Finding
	for _, c := range fieldCells(acc) {
		c.stated = stated[c.v]
		c.guard = guardOf(c)
		out = append(out, mixedAtomic(pass, acc, c)...)
		out = append(out, writesUnderRLock(pass, acc, c)...)
		out = append(out, unguarded(pass, acc, c)...)
		exportGuard(acc, c)
	}
	out = append(out, escapingAliases(pass, acc)...)
	out = append(out, importedGuards(pass, acc)...)
	out = append(out, valueReceivers(pass, acc)...)
	slices.SortStableFunc(out, func(x, y report.Finding) int { return comparePos(pass, x.Pos, y.Pos) })
	return out
}

// fieldCells groups the accesses that count, in the order of the first one.
func fieldCells(acc *accesses.Result) []*cell {
	type key struct {
		v      types.Object
		inside bool
	}
	byKey := make(map[key]*cell)
	var cells []*cell
	for _, a := range acc.Accesses {
		if a.Owned || a.Setup {
			continue
		}
		k := key{a.Var, a.Inside}
		c := byKey[k]
		if c == nil {
			c = &cell{v: a.Var, inside: a.Inside}
			byKey[k] = c
			cells = append(cells, c)
		}
		c.all = append(c.all, a)
	}
	return cells
}

// guardOf returns the lock that most accesses of c hold, nil if none is held by a write.
func guardOf(c *cell) *keeper {
	byClass := make(map[any]*keeper)
	var list []*keeper
	for _, a := range c.all {
		for _, h := range distinct(a.Locks) {
			if !canGuard(h, a) {
				continue
			}
			g := byClass[h.Class]
			if g == nil {
				g = &keeper{class: h.Class, name: lockName(h.Class)}
				byClass[h.Class] = g
				list = append(list, g)
			}
			g.held++
			if a.Write && !h.Read {
				g.writes++
			}
			g.sibling = g.sibling || isSibling(h, a)
		}
	}
	var best *keeper
	for _, g := range list {
		if g.writes == 0 {
			continue
		}
		if best == nil || better(g, best) {
			best = g
		}
	}
	return best
}

func better(g, h *keeper) bool {
	if g.sibling != h.sibling {
		return g.sibling
	}
	return g.held > h.held
}

// distinct returns one lock of each class, the strongest.
func distinct(s locks.Set) []locks.Held {
	var out []locks.Held
	for _, h := range s {
		if best, _ := s.OfClass(h.Class); best == h {
			if !slices.ContainsFunc(out, func(x locks.Held) bool { return x.Class == h.Class }) {
				out = append(out, h)
			}
		}
	}
	return out
}

// canGuard reports whether the variable of a may be what the lock h is for:
// not a local lock.
func canGuard(h locks.Held, a *accesses.Access) bool {
	switch h.Class.(type) {
	case *types.Var, *ssa.Global:
		return true
	}
	return false
}

// isSibling reports whether a lock is of the same object as what a accesses,
// or both are package-level variables.
func isSibling(h locks.Held, a *accesses.Access) bool {
	if h.Loc == nil {
		return false
	}
	_, globalLock := h.Class.(*ssa.Global)
	if a.Loc.Step == paths.Root {
		return globalLock || h.Loc.Top() == a.Loc
	}
	return object(h.Loc) == object(a.Loc)
}

// object returns the struct that l is part of: of embedded and nested structs, the outermost.
func object(l *paths.Loc) *paths.Loc {
	for l.Step == paths.Field {
		l = l.Parent
	}
	if l.Step == paths.Deref && l.Parent.Step == paths.Field && isLockType(l.Type) {
		return object(l.Parent) // a pointer to a mutex
	}
	return l
}

func isLockType(t types.Type) bool {
	if t == nil {
		return false
	}
	set := types.NewMethodSet(types.NewPointer(t))
	return set.Lookup(nil, "Lock") != nil && set.Lookup(nil, "Unlock") != nil
}

func lockName(class any) string {
	switch c := class.(type) {
	case *types.Var:
		return c.Name()
	case *ssa.Global:
		return c.Name()
	}
	return "a lock"
}

// unguarded reports accesses of c without the lock that guards it: one
// finding, at the most telling one.
func unguarded(pass *analysis.Pass, acc *accesses.Result, c *cell) []report.Finding {
	g := c.guard
	if g == nil || !g.sibling {
		return nil
	}
	var open, held []*accesses.Access
	total := 0
	for _, a := range c.all {
		h, ok := a.Locks.OfClass(g.class)
		switch {
		case ok:
			total++
			if !a.Write || !h.Read {
				held = append(held, a)
			}
		case a.Unknown || a.Atomic:
		default:
			total++
			if ctx := acc.Contexts[a.Fn]; ctx != nil && ctx.Named || named(acc, a.Fn) {
				continue
			}
			open = append(open, a)
		}
	}
	open = slices.DeleteFunc(open, func(a *accesses.Access) bool { return !conflicts(a, held) || sameThread(acc, a, c) })
	if len(open) == 0 {
		return nil
	}
	slices.SortStableFunc(open, func(x, y *accesses.Access) int {
		return cmp.Or(compareBool(!afterUnlock(acc, x, g), !afterUnlock(acc, y, g)), compareBool(!x.Write, !y.Write))
	})
	a := open[0]
	f := report.Finding{Pos: place(a), Category: "unguarded", Confidence: confidenceOf(acc, c, a, open, total)}
	if afterUnlock(acc, a, g) {
		f.Category = "use-after-unlock"
	}
	f.Message = fmt.Sprintf("%s is %s without %s, which %d of %d accesses hold", cellName(c), didTo(a), g.name, g.held, total)
	if f.Category == "use-after-unlock" {
		f.Message = fmt.Sprintf("%s is %s after %s has been unlocked, which %d of %d accesses hold", cellName(c), didTo(a), g.name, g.held, total)
	}
	if c.stated != "" {
		f.Message += fmt.Sprintf("; its declaration says %q", c.stated)
	}
	f.Chain = fieldChain(pass, acc, c, a, open, held)
	return []report.Finding{f}
}

// named reports whether fn, or a function around it, says that its caller holds the lock.
func named(acc *accesses.Result, fn *ssa.Function) bool {
	ctx := acc.Contexts[accesses.Declared(fn)]
	return ctx != nil && ctx.Named
}

// conflicts reports whether a and one of others are a read and a write, or two writes.
func conflicts(a *accesses.Access, others []*accesses.Access) bool {
	for _, o := range others {
		if a.Write || o.Write {
			return true
		}
	}
	return false
}

// sameThread reports whether a is a read in the only goroutine that writes
// the variable: that one need not lock to read.
func sameThread(acc *accesses.Result, a *accesses.Access, c *cell) bool {
	if a.Write {
		return false
	}
	root := onlyRoot(acc, a.Fn)
	if root == nil {
		return false
	}
	for _, w := range c.all {
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

// confidenceOf decides whether the evidence is enough for a proved finding.
func confidenceOf(acc *accesses.Result, c *cell, a *accesses.Access, open []*accesses.Access, total int) report.Confidence {
	g := c.guard
	switch {
	case len(a.Locks) > 0:
		return report.Suspect // another lock may be the right one
	case lifecycle(accesses.Declared(a.Fn)):
		return report.Suspect
	case c.stated != "":
		return report.Proved
	case g.held < minHeld && !(afterUnlock(acc, a, g) && a.Map):
		return report.Suspect
	case 3*g.held < 2*total:
		return report.Suspect // two thirds
	case !a.Write && !g.manyWriters(acc, c, a):
		return report.Suspect
	}
	return report.Proved
}

// manyWriters reports whether a write under the lock is in another function than a.
func (g *keeper) manyWriters(acc *accesses.Result, c *cell, a *accesses.Access) bool {
	for _, w := range c.all {
		if h, ok := w.Locks.OfClass(g.class); ok && w.Write && !h.Read && accesses.Declared(w.Fn) != accesses.Declared(a.Fn) && !lifecycle(accesses.Declared(w.Fn)) {
			return true
		}
	}
	return false
}

// lifecycle reports whether fn begins or ends the life of an object, by its
// name: it then often runs alone.
func lifecycle(fn *ssa.Function) bool {
	name := strings.ToLower(fn.Name())
	for _, s := range []string{"init", "start", "open", "setup", "run", "serve", "listen", "close", "stop", "shutdown", "destroy", "cleanup", "teardown", "reset", "string", "gostring", "marshal", "unmarshal", "set", "with", "load", "configure", "new", "main", "dump", "debug", "test", "restore"} {
		if strings.HasPrefix(name, s) {
			return true
		}
	}
	return false
}

// afterUnlock reports whether, on the way to a in its function, the lock has
// been given back.
func afterUnlock(acc *accesses.Result, a *accesses.Access, g *keeper) bool {
	for _, b := range a.Fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			op := acc.Locks.OpOf(call)
			if op != nil && op.Kind == locks.Release && op.Lock.Class == g.class && dominates(call, a.Instr) {
				return true
			}
		}
	}
	return false
}

func dominates(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	for _, x := range a.Block().Instrs {
		if x == a {
			return true
		}
		if x == b {
			return false
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

func cellName(c *cell) string {
	name := c.v.Name()
	if f, ok := c.v.(*types.Var); ok && f.IsField() {
		if t := ownerOf(c.all[0]); t != "" {
			name = t + "." + name
		}
	}
	if c.inside {
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
func fieldChain(pass *analysis.Pass, acc *accesses.Result, c *cell, a *accesses.Access, open, held []*accesses.Access) []report.Step {
	var steps []report.Step
	var other *accesses.Access
	for _, h := range held {
		if (a.Write || h.Write) && h.Fn != a.Fn {
			other = h
			break
		}
	}
	if other == nil && len(held) > 0 {
		other = held[0]
	}
	if other != nil {
		steps = append(steps, report.Step{Pos: place(other), Text: fmt.Sprintf("%s under %s in %s", didTo(other), c.guard.name, funcName(other.Fn))})
	}
	steps = append(steps, report.Step{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))})
	for _, x := range open {
		if x != a && len(steps) < maxSteps && place(x) != place(a) {
			steps = append(steps, report.Step{Pos: place(x), Text: fmt.Sprintf("%s without %s in %s too", didTo(x), c.guard.name, funcName(x.Fn))})
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
