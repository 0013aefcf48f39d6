package sharedstate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/lazy"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// mixedAtomic reports a plain access to a variable that is elsewhere accessed
// through atomic functions.
func mixedAtomic(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell) []report.Finding {
	var atomics, plain []*accesses.Access
	for _, a := range c.All {
		switch {
		case a.Atomic:
			atomics = append(atomics, a)
		case !a.Unknown && !named(acc, a.Fn):
			plain = append(plain, a)
		}
	}
	slices.SortStableFunc(plain, func(x, y *accesses.Access) int { return report.CompareBool(!x.Write, !y.Write) })
	for _, a := range plain {
		var other *accesses.Access
		for _, x := range atomics {
			if (a.Write || x.Write) && !commonLock(a, x) && !oneThread(acc, a, x) {
				other = x
				break
			}
		}
		if other == nil {
			continue
		}
		f := report.Finding{Pos: place(a), Category: "mixed-atomic", Confidence: report.Suspect} // two objects of one type may be used in two ways
		f.Message = fmt.Sprintf("%s is %s here without atomic, and %s with atomic functions elsewhere", cellName(c), didTo(a), didTo(other))
		f.Chain = []report.Step{
			{Pos: place(other), Text: fmt.Sprintf("%s with an atomic function in %s", didTo(other), funcName(other.Fn))},
			{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))},
		}
		return []report.Finding{f}
	}
	return nil
}

// oneThread reports whether a and b are reached from one function only, which
// then may be the only goroutine that does both.
func oneThread(acc *accesses.Result, a, b *accesses.Access) bool {
	root := onlyRoot(acc, a.Fn)
	return root != nil && root == onlyRoot(acc, b.Fn)
}

// commonLock reports whether a and b hold a lock of one class.
func commonLock(a, b *accesses.Access) bool {
	for _, h := range a.Locks {
		if x, ok := b.Locks.OfClass(h.Class); ok && !(x.Read && h.Read) {
			return true
		}
	}
	return false
}

// writesUnderRLock reports a write under a lock that is held for reading only.
func writesUnderRLock(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell) []report.Finding {
	for _, a := range c.All {
		if !a.Write || a.Atomic || len(a.Locks) == 0 {
			continue
		}
		exclusive, read := false, -1
		for i, h := range a.Locks {
			exclusive = exclusive || !h.Read
			if h.Read && !h.Mixed && accesses.IsSibling(h, a) {
				read = i
			}
		}
		if exclusive || read < 0 {
			continue
		}
		lock := a.Locks[read]
		// Somebody else who holds the lock for reading, or the same function again.
		var other *accesses.Access
		for _, x := range c.All {
			if h, ok := x.Locks.OfClass(lock.Class); ok && h.Read && (accesses.Declared(x.Fn) != accesses.Declared(a.Fn) || exported(a.Fn)) {
				other = x
				break
			}
		}
		name := accesses.LockName(lock.Class)
		f := report.Finding{Pos: place(a), Category: "write-under-rlock", Confidence: report.Proved}
		f.Message = fmt.Sprintf("%s is written while %s is held for reading only", cellName(c), name)
		f.Chain = []report.Step{{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))}}
		if other != nil {
			f.Chain = append([]report.Step{{Pos: place(other), Text: fmt.Sprintf("%s under %s in %s", didTo(other), name, funcName(other.Fn))}}, f.Chain...)
		}
		if other == nil || lateAtWorst(a) || acc.CallersLock(a.Fn) {
			f.Confidence = report.Suspect
		}
		return []report.Finding{f}
	}
	return nil
}

// escapingAliases reports exported functions that return a map which is
// changed in place under a lock.
func escapingAliases(pass *analysis.Pass, acc *accesses.Result) []report.Finding {
	inside := make(map[types.Object]*accesses.Cell)
	for _, c := range acc.Cells {
		if c.Inside {
			inside[c.Var] = c
		}
	}
	reported := make(map[types.Object]bool)
	var out []report.Finding
	for _, a := range acc.Accesses {
		c := inside[a.Var]
		if c == nil || a.Inside || a.Write || a.Owned || a.Setup || c.Guard == nil || !c.Guard.Sibling || reported[a.Var] {
			continue
		}
		load, ok := a.Instr.(*ssa.UnOp)
		if !ok || !returnsIt(load) || !exported(a.Fn) || named(acc, a.Fn) {
			continue
		}
		if _, isMap := load.Type().Underlying().(*types.Map); !isMap {
			continue
		}
		w := writeUnder(c)
		if w == nil {
			continue
		}
		reported[a.Var] = true
		out = append(out, report.Finding{
			Pos: place(a), Category: "guarded-alias-escapes", Confidence: report.Suspect, // it may be used by one goroutine, or never again
			Message: fmt.Sprintf("%s returns the map %s itself, whose entries are changed under %s", funcName(a.Fn), cellName(&accesses.Cell{Var: c.Var, All: c.All}), c.Guard.Name),
			Chain: []report.Step{
				{Pos: place(w), Text: fmt.Sprintf("written under %s in %s", c.Guard.Name, funcName(w.Fn))},
				{Pos: place(a), Text: "callers read the map when the lock is no longer held"},
			},
		})
	}
	return out
}

// writeUnder returns a write of c that holds its guard.
func writeUnder(c *accesses.Cell) *accesses.Access {
	for _, w := range c.All {
		if h, ok := w.Locks.OfClass(c.Guard.Class); ok && w.Write && !h.Read {
			return w
		}
	}
	return nil
}

// returnsIt reports whether the value of a load is a result of its function.
func returnsIt(load *ssa.UnOp) bool {
	for _, ref := range *load.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Return:
			return true
		case *ssa.Store: // to a named result
			if a, ok := ref.Addr.(*ssa.Alloc); ok && ref.Val == load && !a.Heap {
				return true
			}
		}
	}
	return false
}

func exported(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	return ok && obj.Exported()
}

// importedGuards reports accesses to fields of other packages that their
// packages guard.
func importedGuards(pass *analysis.Pass, acc *accesses.Result, by reached) []report.Finding {
	at := make(map[types.Object]int) // the finding about a field
	var out []report.Finding
	for _, a := range acc.Accesses {
		f, ok := a.Var.(*types.Var)
		if !ok || a.Owned || a.Setup || a.Unknown || a.Inside || len(a.Locks) > 0 || named(acc, a.Fn) {
			continue
		}
		i, seen := at[f]
		if seen && out[i].Confidence == report.Proved {
			continue
		}
		g := acc.ImportGuard(f)
		if g == nil {
			continue
		}
		fd := report.Finding{
			Pos: place(a), Category: "unguarded", Confidence: report.Proved,
			Message: fmt.Sprintf("%s is %s without %s, which all %d accesses in package %s hold", cellName(&accesses.Cell{Var: f, All: []*accesses.Access{a}}), didTo(a), g.Lock, g.Held, f.Pkg().Name()),
			Chain:   []report.Step{{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))}},
		}
		if !by.enters(a.Fn) || alone(acc, a) || acc.RootsUnknown(a.Fn, nil) || lateAtWorst(a) || onlyPrinted(a) {
			fd.Confidence = report.Suspect
		}
		switch {
		case !seen:
			at[f] = len(out)
			out = append(out, fd)
		case fd.Confidence == report.Proved:
			out[i] = fd
		}
	}
	return out
}

var guardedBy = lazy.Regexp(`(?i)\b(guarded|protected) by (the )?[\w.]+`)

// statedGuards returns the fields and globals whose comment says which lock guards them, with what it says.
func statedGuards(pass *analysis.Pass, dirs *directives.Set) map[types.Object]string {
	out := make(map[types.Object]string)
	for _, m := range dirs.Contracts("guardedby") {
		out[m.Obj] = "guarded by " + strings.Join(m.Locks, ", ")
	}
	note := func(names []*ast.Ident, groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if g == nil {
				continue
			}
			if text := guardedBy().FindString(g.Text()); text != "" {
				for _, name := range names {
					out[pass.TypesInfo.Defs[name]] = text
				}
			}
		}
	}
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				note(n.Names, n.Doc, n.Comment)
			case *ast.ValueSpec:
				note(n.Names, n.Doc, n.Comment)
			case *ast.BlockStmt:
				return false
			}
			return true
		})
	}
	return out
}

func nearestPos(instr ssa.Instruction) token.Pos { return threads.Position(instr) }
