package yieldpoints

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
)

// atomic is the category of a suspension in what is marked //yieldlint:atomic.
const atomic = "atomic"

// atomicFindings returns the suspensions in the functions and blocks that a
// directive says must not be split: one finding for each call in them, at the
// call, since it is there that the promise is broken, whatever the callee is
// right to do elsewhere. A line that is ignored for event loops counts: what is
// fine for a loop may still split a sequence.
func atomicFindings(pass *analysis.Pass, eff *effects.Result, dirs *directives.Set) []report.Finding {
	var out []report.Finding
	for _, m := range dirs.Contracts(atomic) {
		fn, within := atomicCode(eff, m)
		if fn == nil {
			continue
		}
		for _, pos := range callsIn(pass, fn, within) {
			found := eff.EffectsOf(fn, func(instr ssa.Instruction) bool { return instr.Pos() == pos })
			if x := surest(slices.DeleteFunc(found, func(x effects.Found) bool { return !splits(x) })); x != nil {
				out = append(out, atomicFinding(pass, m, fn, pos, *x))
			}
		}
	}
	return out
}

// atomicCode returns the function that a directive marks, or that contains the
// block that it marks. It is nil if there is no code for it, as in a function
// that is never built.
func atomicCode(eff *effects.Result, m directives.Marked) (fn *ssa.Function, within ast.Node) {
	for _, f := range eff.Program.Funcs {
		syntax := f.Syntax()
		switch {
		case syntax == nil:
		case syntax == m.Node:
			return f, nil
		case syntax.Pos() <= m.Node.Pos() && m.Node.End() <= syntax.End():
			fn = f // literals come after the functions around them
		}
	}
	return fn, m.Node
}

// splits reports whether others may run, for longer than a moment, while x
// lasts: computing is no suspension, and waiting for a lock is what sequences
// that must not be split are made with.
func splits(x effects.Found) bool {
	switch x.Class {
	case models.Lock, models.Log, models.CPU:
		return false
	}
	return x.Cost > models.Micros && len(x.Chain) > 0
}

// callsIn returns the places of the calls and channel operations of fn, or of the
// part within, in order. Each is asked by itself: two that lead to one operation
// are two places at which the code is split.
func callsIn(pass *analysis.Pass, fn *ssa.Function, within ast.Node) []token.Pos {
	var out []token.Pos
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			pos := instr.Pos()
			if within != nil && (pos < within.Pos() || within.End() <= pos) {
				continue
			}
			switch instr := instr.(type) {
			case *ssa.Call, *ssa.Defer, *ssa.Send, *ssa.Select:
			case *ssa.UnOp:
				if instr.Op != token.ARROW {
					continue
				}
			default:
				continue
			}
			if pos.IsValid() && !slices.Contains(out, pos) {
				out = append(out, pos)
			}
		}
	}
	slices.SortFunc(out, func(a, b token.Pos) int { return report.ComparePos(pass, a, b) })
	return out
}

// surest returns the effect that stands for all of one call: the surest, then
// what may take longest, then the nearest; nil if there is none.
func surest(found []effects.Found) *effects.Found {
	if len(found) == 0 {
		return nil
	}
	x := slices.MinFunc(found, func(a, b effects.Found) int {
		return cmp.Or(
			report.CompareBool(a.Suspect, b.Suspect),
			cmp.Compare(b.Cost, a.Cost),
			cmp.Compare(len(a.Chain), len(b.Chain)),
			strings.Compare(string(a.Class), string(b.Class)),
			strings.Compare(a.Op, b.Op),
		)
	})
	return &x
}

func atomicFinding(pass *analysis.Pass, m directives.Marked, fn *ssa.Function, pos token.Pos, x effects.Found) report.Finding {
	pkg := pass.Pkg.Path()
	name := effects.ShortName(effects.FullName(fn), pkg)
	what := name + " is marked atomic"
	if _, isBlock := m.Node.(*ast.BlockStmt); isBlock {
		what = "this block of " + name + " is marked atomic"
	}
	f := report.Finding{
		Pos: pos, Category: atomic, Confidence: report.Proved,
		Message: fmt.Sprintf("%s and %s: %s", what, suspendsOn(x.Class), effects.ShortName(x.Op, pkg)),
		Chain:   chainOf(name, x, pkg),
	}
	if n := len(x.Chain); n > 1 {
		f.Message += fmt.Sprintf(", %d calls down", n)
	}
	if x.Suspect {
		f.Confidence = report.Suspect
	}
	f.Chain = append(f.Chain, report.Step{Pos: m.Pos, Text: "marked //yieldlint:atomic here"})
	return f
}

// chainOf words the calls from caller to x. A call inside the standard library
// has no place of its own.
func chainOf(caller string, x effects.Found, pkg string) []report.Step {
	var steps []report.Step
	for i := 0; i < len(x.Chain); i++ {
		hop := x.Chain[i]
		callee := effects.ShortName(hop.Callee, pkg)
		text := caller + " → " + callee
		for i+1 < len(x.Chain) && !x.Chain[i+1].Pos.IsValid() && x.Chain[i+1].File == "" {
			i++
			callee = effects.ShortName(x.Chain[i].Callee, pkg)
			text += " → " + callee
		}
		if i == len(x.Chain)-1 {
			text += "   " + string(x.Class)
		}
		if !hop.Pos.IsValid() && hop.File != "" {
			text += fmt.Sprintf(" (%s:%d)", hop.File, hop.Line)
		}
		steps = append(steps, report.Step{Pos: hop.Pos, Text: text})
		caller = callee
	}
	return steps
}

// suspendsOn says what an operation of class c suspends its goroutine for.
func suspendsOn(c models.Class) string {
	switch c {
	case models.Net:
		return "suspends on the network"
	case models.DNS:
		return "suspends on a name server"
	case models.Disk:
		return "suspends on the disk"
	case models.Process:
		return "suspends on another process"
	case models.Database:
		return "suspends on the database"
	case models.RPC:
		return "suspends on a remote call"
	case models.Sleep:
		return "sleeps"
	case models.Wait:
		return "waits for another goroutine"
	case models.Terminal:
		return "suspends on the terminal"
	case models.Cgo:
		return "suspends in foreign code"
	}
	return "may suspend, as a directive says"
}
