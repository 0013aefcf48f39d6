package sharedstate

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
)

// confined is the category of accesses to state that a directive confines to
// its event loop, on a goroutine that is not the loop.
const confined = "confined"

// A confinement is what one directive confines.
type confinement struct {
	what string    // the variable, field or type
	pos  token.Pos // of the directive
}

// confinedFindings returns the accesses to confined state in functions that
// other goroutines run: those that this package starts, and what they call in
// it without handing it on. A goroutine that is the loop itself may do so, and
// so may whoever makes the object.
func confinedFindings(pass *analysis.Pass, eff *effects.Result, rs *roots.Result) []report.Finding {
	state := confinedState(rs)
	if len(state) == 0 {
		return nil
	}
	onLoop := make(map[*ssa.Function]bool)
	for i := range rs.List {
		if r := &rs.List[i]; r.Contract == "" && r.Func.SSA() != nil {
			onLoop[r.Func.SSA()] = true
		}
	}
	var out []report.Finding
	seen := make(map[token.Pos]bool)
	for _, start := range eff.Spawned() {
		t := &thread{eff: eff, start: start, reached: make(map[*ssa.Function]*way)}
		t.visit(start.Fn, nil, onLoop)
		for _, r := range t.order {
			for _, a := range accessesTo(r.fn, state) {
				if !seen[a.pos] {
					seen[a.pos] = true
					out = append(out, t.finding(pass, r, a))
				}
			}
		}
	}
	return out
}

// confinedState returns what is confined, by field, variable or type.
func confinedState(rs *roots.Result) map[types.Object]confinement {
	state := make(map[types.Object]confinement)
	for _, m := range rs.Directives.Contracts(confined) {
		if m.Obj != nil {
			state[m.Obj] = confinement{m.Obj.Name(), m.Pos}
		}
	}
	return state
}

// A thread is the functions that one started goroutine runs.
type thread struct {
	eff     *effects.Result
	start   effects.Spawn
	reached map[*ssa.Function]*way
	order   []*way
}

// A way is how a goroutine comes to a function: the call, and who calls.
type way struct {
	fn   *ssa.Function
	pos  token.Pos
	from *way
}

func (t *thread) visit(fn *ssa.Function, by *way, onLoop map[*ssa.Function]bool) {
	if fn == nil || t.reached[fn] != nil || onLoop[fn] {
		return
	}
	r := &way{fn: fn, from: by, pos: t.start.Pos}
	t.reached[fn] = r
	t.order = append(t.order, r)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if _, isGo := instr.(*ssa.Go); !ok || isGo {
				continue
			}
			for _, callee := range t.callees(call.Common()) {
				t.visit(callee, r, onLoop)
				if next := t.reached[callee]; next != nil && next.from == r {
					next.pos = call.Pos()
				}
			}
		}
	}
}

// callees returns the functions of this package that a call may call.
func (t *thread) callees(common *ssa.CallCommon) []*ssa.Function {
	if fn := common.StaticCallee(); fn != nil {
		if o := fn.Origin(); o != nil {
			fn = o
		}
		return []*ssa.Function{fn}
	}
	if common.IsInvoke() {
		return nil
	}
	var out []*ssa.Function
	for _, f := range t.eff.FuncsIn(common.Value) {
		out = append(out, f.SSA())
	}
	return out
}

// An access is one use of confined state.
type access struct {
	confinement
	pos token.Pos
}

// accessesTo returns the accesses of fn to state, but those to objects that it
// makes itself.
func accessesTo(fn *ssa.Function, state map[types.Object]confinement) []access {
	var out []access
	add := func(obj types.Object, pos token.Pos) {
		if c, ok := state[obj]; ok && pos.IsValid() {
			out = append(out, access{c, pos})
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.FieldAddr:
				if _, fresh := instr.X.(*ssa.Alloc); !fresh {
					addField(instr.X.Type(), instr.Field, instr.Pos(), add)
				}
			case *ssa.Field:
				addField(instr.X.Type(), instr.Field, instr.Pos(), add)
			case *ssa.UnOp:
				if g, ok := instr.X.(*ssa.Global); ok {
					add(g.Object(), instr.Pos())
				}
			case *ssa.Store:
				if g, ok := instr.Addr.(*ssa.Global); ok {
					add(g.Object(), instr.Pos())
				}
			}
		}
	}
	return out
}

// addField adds an access to a field of a struct, or of a pointer to one.
func addField(t types.Type, index int, pos token.Pos, add func(types.Object, token.Pos)) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		add(s.Field(index).Origin(), pos)
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		add(named.Origin().Obj(), pos)
	}
}

func (t *thread) finding(pass *analysis.Pass, r *way, a access) report.Finding {
	pkg := pass.Pkg.Path()
	name := func(fn *ssa.Function) string { return effects.ShortName(t.eff.Func(fn).Name(), pkg) }
	message := a.what + " is confined to its event loop, and " + name(r.fn) + " touches it on "
	if r.from == nil {
		message += "a goroutine of its own"
	} else {
		message += "the goroutine of " + name(t.start.Fn)
	}
	chain := []report.Step{{Pos: a.confinement.pos, Text: a.what + " is confined here"}}
	for ; r.from != nil; r = r.from {
		chain = append(chain, report.Step{Pos: r.pos, Text: name(r.from.fn) + " → " + name(r.fn)})
	}
	chain = append(chain, report.Step{Pos: t.start.Pos, Text: name(t.start.Fn) + " is started here"})
	slices.Reverse(chain)
	return report.Finding{Pos: a.pos, Category: confined, Confidence: report.Proved, Message: message, Chain: chain}
}
