package sharedstate

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Values of types that several goroutines must not use at once, as the models
// say. In one function with its goroutines they are judged as variables are
// (local.go), each method call being an access. In fields and package-level
// variables, by the goroutines that reach the calls.

const categoryUnsafe = "unsafe-type"

// sameObject reports whether the calls on what a accesses certainly mean one
// object: a parameter of the function around, or what one call has returned.
func sameObject(a *threads.Access) bool {
	if a.Use == nil || a.Loc.Parent != nil {
		return false
	}
	if f, call := threads.ResultOf(a.Loc); call != nil {
		return f != nil
	}
	f, v := threads.RootValue(a.Loc)
	_, isParam := v.(*ssa.Parameter)
	return isParam && f.Caller == nil
}

// unsafeLocal is the finding for two method calls of one function and its goroutines.
func unsafeLocal(p *places, r race) report.Finding {
	x, y := r.a.Use, r.b.Use
	f := report.Finding{Pos: p.of(r.a), Category: categoryUnsafe, Confidence: report.Proved}
	f.Message = fmt.Sprintf("%s is used here by %s (%s), and by %s (%s) without order: %s", valueName(r.a), threadName(p.pass, r.a), x.Method.Name(), threadName(p.pass, r.b), y.Method.Name(), said(x.Safety))
	f.Chain = []report.Step{{Pos: p.of(r.b), Text: fmt.Sprintf("%s calls %s", threadName(p.pass, r.b), y.Method.Name())}}
	return f
}

func valueName(a *threads.Access) string {
	if _, call := threads.ResultOf(a.Loc); call != nil {
		return "the " + typeName(a.Use.Safety)
	}
	return a.Loc.String() + ", a " + typeName(a.Use.Safety) + ","
}

// typeName returns the type as its users write it: "bytes.Buffer".
func typeName(s *models.Safety) string {
	return s.Type[strings.LastIndexByte(s.Type, '/')+1:]
}

// said quotes what the model says of the type.
func said(s *models.Safety) string {
	switch s.Level {
	case models.OneEach:
		return "only one goroutine may read and one write"
	case models.SafeAfterSetup:
		return "it is safe only after it has been set up"
	}
	return "it is not safe for concurrent use"
}

// A typeUse is a method call on a value in a field or package-level variable.
type typeUse struct {
	fn    *ssa.Function
	call  ssa.CallInstruction
	v     types.Object
	loc   *paths.Loc
	s     *models.Safety
	name  string
	locks locks.Set
	hops  []*hop
}

// unsafeFields returns the findings about values in fields and package-level variables.
func unsafeFields(acc *accesses.Result, by reached) []report.Finding {
	byVar := make(map[types.Object][]*typeUse)
	var vars []types.Object
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				u := usesValue(acc, fn, instr)
				if u == nil {
					continue
				}
				u.hops = by[fn]
				if byVar[u.v] == nil {
					vars = append(vars, u.v)
				}
				byVar[u.v] = append(byVar[u.v], u)
			}
		}
	}
	var out []report.Finding
	for _, v := range vars {
		if f, ok := sharedValue(acc, byVar[v]); ok {
			out = append(out, f)
		}
	}
	return out
}

// usesValue returns the use of an unsafe value by a method call, nil if it is
// none, or one by the object's only owner.
func usesValue(acc *accesses.Result, fn *ssa.Function, instr ssa.Instruction) *typeUse {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	if _, isGo := instr.(*ssa.Go); isGo {
		return nil
	}
	obj := program.Callee(call.Common())
	if obj == nil {
		return nil
	}
	s := acc.Table.SafetyOf(obj)
	if s == nil && call.Common().IsInvoke() {
		s = storedSafety(acc, call.Common())
	}
	if s == nil || s.Method(obj.Name()) < models.AccessRead {
		return nil
	}
	l := acc.Locks.Paths.Of(locks.Argument(call.Common(), models.Recv))
	if l == nil || acc.OwnedLoc(l) {
		return nil
	}
	loc := l
	if l.Step == paths.Deref {
		l = l.Parent
	}
	v := variableAt(l)
	if v == nil {
		return nil
	}
	return &typeUse{fn: fn, call: call, v: v, loc: loc, s: s, name: obj.Name(), locks: acc.Locks.Before(instr)}
}

// variableAt returns the package-level variable, or the field of a receiver, at l, or nil.
func variableAt(l *paths.Loc) types.Object {
	if g, ok := l.Base.(*ssa.Global); ok && l.Parent == nil {
		return g.Object()
	}
	if l.Step != paths.Field {
		return nil
	}
	for p := l.Parent; p != nil; p = p.Parent {
		if p.Step != paths.Field && p.Step != paths.Root {
			return nil
		}
		if p.Parent == nil {
			switch base := p.Base.(type) {
			case *ssa.Global:
				return l.Field
			case *ssa.Parameter:
				if base.Parent().Signature.Recv() != nil && base == base.Parent().Params[0] {
					if _, isPtr := base.Type().Underlying().(*types.Pointer); isPtr {
						return l.Field
					}
				}
			}
		}
	}
	return nil
}

// sharedValue reports the uses of one variable if two goroutines make them.
func sharedValue(acc *accesses.Result, uses []*typeUse) (report.Finding, bool) {
	if slices.ContainsFunc(uses, func(u *typeUse) bool { return len(u.locks) > 0 }) {
		return report.Finding{}, false // the rule about guarded fields knows more
	}
	for _, x := range uses {
		for _, h := range x.hops {
			if !h.from.many || !x.sameIn(h) || named(acc, x.fn) || !x.s.Conflict(x.name, x.name) {
				continue
			}
			return manyFinding(x, h), true
		}
	}
	for _, x := range uses {
		for _, y := range uses {
			if f, ok := pairFinding(acc, x, y); ok {
				return f, true
			}
		}
	}
	return globalFinding(acc, uses)
}

// globalFinding reports a call on a package-level variable that exported
// functions reach: callers may be on several goroutines.
func globalFinding(acc *accesses.Result, uses []*typeUse) (report.Finding, bool) {
	for _, u := range uses {
		g, isGlobal := u.loc.Top().Base.(*ssa.Global)
		ctx := acc.Contexts[u.fn]
		if !isGlobal || !u.s.Conflict(u.name, u.name) || u.s.Level != models.NotSafe || named(acc, u.fn) || ctx == nil || ctx.Setup || g.Pkg.Pkg.Name() == "main" {
			continue
		}
		for _, root := range ctx.Roots {
			if !exported(root) || exportedOn(root) && lifecycle(root) || root.Name() == "init" {
				continue
			}
			return report.Finding{
				Pos: nearestPos(u.call), Category: categoryUnsafe, Confidence: report.Suspect, // one goroutine may make all calls
				Message: fmt.Sprintf("%s, a %s, is used here (%s) by whoever calls %s, without a lock: %s", u.varName(), typeName(u.s), u.name, funcName(root), said(u.s)),
				Chain:   []report.Step{{Pos: root.Pos(), Text: funcName(root) + " may be called by any goroutine"}},
			}, true
		}
	}
	return report.Finding{}, false
}

// sameIn reports whether u is about one object in all runs of the entry.
func (u *typeUse) sameIn(h *hop) bool {
	if _, isGlobal := u.loc.Top().Base.(*ssa.Global); isGlobal {
		return true
	}
	return h.same
}

func manyFinding(u *typeUse, h *hop) report.Finding {
	f := report.Finding{Pos: nearestPos(u.call), Category: categoryUnsafe, Confidence: report.Proved}
	if u.s.Level == models.SafeAfterSetup {
		f.Confidence = report.Suspect
	}
	f.Message = fmt.Sprintf("%s, a %s, is used here (%s) by several goroutines at once, without a lock: %s", u.varName(), typeName(u.s), u.name, said(u.s))
	f.Chain = h.steps()
	return f
}

// pairFinding reports two uses if one is in a goroutine that the package
// starts, and the other in another goroutine, or in an exported method.
func pairFinding(acc *accesses.Result, x, y *typeUse) (report.Finding, bool) {
	if !x.s.Conflict(x.name, y.name) || named(acc, x.fn) || named(acc, y.fn) || lifecycle(accesses.Declared(y.fn)) {
		return report.Finding{}, false
	}
	hx := x.startedHop()
	if hx == nil {
		return report.Finding{}, false
	}
	step, ok := y.otherThread(acc, hx)
	if !ok {
		return report.Finding{}, false
	}
	f := report.Finding{Pos: nearestPos(x.call), Category: categoryUnsafe, Confidence: report.Suspect}
	f.Message = fmt.Sprintf("%s, a %s, is used here (%s) by a goroutine, and by another one (%s) in %s, without a lock: %s", x.varName(), typeName(x.s), x.name, y.name, funcName(y.fn), said(x.s))
	f.Chain = append([]report.Step{{Pos: nearestPos(y.call), Text: funcName(y.fn) + " calls " + y.name + "; " + step}}, hx.steps()...)
	return f, true
}

// startedHop returns a way to u from a go statement, nil if there is none.
func (u *typeUse) startedHop() *hop {
	for _, h := range u.hops {
		if h.from.site != nil && u.sameIn(h) {
			return h
		}
	}
	return nil
}

// otherThread says why u may run beside the goroutine of hx.
func (u *typeUse) otherThread(acc *accesses.Result, hx *hop) (string, bool) {
	for _, h := range u.hops {
		if h.from == hx.from || h.from.fn == hx.from.fn {
			return "", false // the same goroutine does both
		}
	}
	for _, h := range u.hops {
		if u.sameIn(h) {
			return h.from.step.Text, true
		}
	}
	if ctx := acc.Contexts[u.fn]; len(u.hops) == 0 && ctx != nil && exported(u.fn) && !ctx.Setup {
		return "callers may be on any goroutine", true
	}
	return "", false
}

func (u *typeUse) varName() string {
	f, ok := u.v.(*types.Var)
	if !ok || !f.IsField() {
		return u.v.Name()
	}
	if d := accesses.Declared(u.fn); d.Signature.Recv() != nil {
		t := d.Signature.Recv().Type()
		return types.TypeString(t, func(*types.Package) string { return "" }) + "." + f.Name()
	}
	return f.Name()
}
