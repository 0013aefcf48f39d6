package windows

import (
	"fmt"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/paths"
)

// Bounds of summaries.
const (
	maxUses   = 24 // of one function, within its package
	maxFacts  = 6  // uses in the fact of a function
	maxFields = 4  // of a path in it
)

// A Use is what a call of a function does to a location that its caller can
// name: an observation that its results depend on, or an act.
type Use struct {
	Kind   Kind
	Mode   Mode
	Var    types.Object
	Inside bool
	Loc    *paths.Loc // from a parameter or global
	Lock   *paths.Loc // what the function takes itself for it, nil if nothing
	// LockPath and Path lead from Param, in a use that is imported.
	Param          int
	Path, LockPath []string
	imported       bool
	Key            int    // 1 + the parameter that is the key of an entry
	Value          int    // 1 + the parameter that is written
	Results        uint16 // bit i: result i depends on what is observed
	Ordered        bool   // of a Load: the answer is whether it is larger or smaller than something
	Captured       int    // 1 + the captured variable of a literal that does, too
	Is             bool   // of a Load: the result is what is observed, of a Store: what is written is the parameter
	Const          bool   // what is written is a constant
	Sign           int8   // of an addition: 1 adds, -1 takes away, 0 is not known
	Retests        bool   // the act looks at the location again, in the same section, and may refrain
	OtherTest      bool   // it looks at another field of the object there
	Fn             string // the function that makes the access
	Place          string // "pkgpath/file.go:12"
	Pos            token.Pos
}

// Object returns the parameter that a use is about.
func (u *Use) Object(callee *ssa.Function) int {
	if u.imported || callee == nil {
		return u.Param
	}
	for i, p := range callee.Params {
		if u.Loc.Top().Base == p {
			return i
		}
	}
	return 1 << 30
}

// usesAt returns the summary of what a call calls. callee is nil if it is imported.
func (r *Result) usesAt(call *ssa.Call, obj *types.Func) ([]Use, *ssa.Function) {
	if fn := staticCallee(call); fn != nil {
		if f := r.Funcs[fn]; f != nil {
			return f.Uses, fn
		}
	}
	if obj == nil || call.Call.IsInvoke() {
		return nil, nil
	}
	return r.importUses(obj), nil
}

// summarise computes the uses of a function from its events, and reports
// whether they have changed.
func (r *Result) summarise(f *Func) bool {
	var uses []Use
	for _, e := range f.Events {
		if len(uses) == maxUses {
			break
		}
		if e.Use == nil && !r.guarded[e.Var] {
			continue
		}
		u, ok := r.useOf(f, e)
		if ok && !slices.ContainsFunc(uses, func(x Use) bool { return x.same(u) }) {
			uses = append(uses, u)
		}
	}
	changed := len(uses) != len(f.Uses)
	f.Uses = uses
	return changed
}

func (u *Use) same(v Use) bool {
	return u.Kind == v.Kind && u.Loc == v.Loc && u.Inside == v.Inside && u.Lock == v.Lock && u.Results == v.Results && u.Captured == v.Captured && u.Key == v.Key && u.Value == v.Value
}

// useOf returns what an event is to the callers of f.
func (r *Result) useOf(f *Func, e *Event) (Use, bool) {
	if !f.visible(e.Loc) || e.Loc.Vague() {
		return Use{}, false
	}
	u := Use{Kind: e.Kind, Mode: e.Mode, Var: e.Var, Inside: e.Inside, Loc: e.Loc, Pos: e.Instr.Pos(), Fn: f.Fn.String(), Place: r.place(e.Instr.Pos())}
	if e.Use != nil {
		u.Pos, u.Fn, u.Place = e.Use.Pos, e.Use.Fn, e.Use.Place
		u.Retests, u.OtherTest, u.Const, u.Is = e.Use.Retests, e.Use.OtherTest, e.Use.Const, e.Use.Is
	}
	for _, h := range e.Holds {
		if h.Token.At == nil || h.Loc == nil || !f.visible(h.Loc) {
			continue
		}
		if u.Lock == nil || isSibling(h.Loc, e.Loc) {
			u.Lock = h.Loc
		}
	}
	u.Key = f.param(e.Key)
	if e.Kind == Load {
		u.Results, u.Is = f.resultsOn(e)
		u.Captured = f.capturedOn(e)
		u.Ordered = e.Use != nil && e.Use.Ordered || f.isOrdered(e)
		return u, u.Results != 0 || u.Captured != 0
	}
	u.Value, u.Sign = f.param(e.Val), e.sign()
	if e.Use == nil {
		u.Is = u.Value > 0
		u.Const = e.Val != nil && isConst(e.Val)
	}
	same, other := r.retests(f, e)
	u.Retests, u.OtherTest = u.Retests || same, u.OtherTest || other
	return u, true
}

// isSibling reports whether two locations are fields of one object.
func isSibling(a, b *paths.Loc) bool {
	for a.Step == paths.Field || a.Step == paths.Deref && a.Parent.Step == paths.Field {
		a = a.Parent
	}
	for b.Step == paths.Field {
		b = b.Parent
	}
	return a == b
}

// visible reports whether callers of f can name l.
func (f *Func) visible(l *paths.Loc) bool {
	if l == nil {
		return false
	}
	switch base := l.Top().Base.(type) {
	case *ssa.Global:
		return true
	case *ssa.Parameter:
		return base.Parent() == f.Fn || f.Fn.Parent() != nil
	}
	return false
}

// param returns 1 + the parameter that v is, 0 if it is none.
func (f *Func) param(v ssa.Value) int {
	if v == nil {
		return 0
	}
	v = strip(v)
	for i, p := range f.Fn.Params {
		if v == p {
			return i + 1
		}
	}
	return 0
}

// resultsOn returns the results of f that depend on what e observes, and
// whether one is that very value.
func (f *Func) resultsOn(e *Event) (mask uint16, is bool) {
	flow := FlowOf(e.Val)
	for _, b := range f.Fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		var decided *ssa.If
		for i, v := range ret.Results {
			if i >= 16 {
				break
			}
			v = unspill(v)
			switch {
			case flow[v] == Strong:
				mask |= 1 << i
				is = is || strip(v) == e.Val || isFirstOf(v, e.Val)
			case isSimple(v.Type()):
				if decided == nil {
					decided = f.decidedBy(b, flow)
				}
				if decided != nil || f.follows(v, flow, 0) {
					mask |= 1 << i
				}
			}
		}
	}
	return mask, is
}

// capturedOn returns 1 + the captured variable that f sets to what depends on
// what e observes, 0 if there is none.
func (f *Func) capturedOn(e *Event) int {
	if f.Fn.Parent() == nil {
		return 0
	}
	flow := f.flow(e.Val)
	for i, v := range f.Fn.FreeVars {
		for _, ref := range *v.Referrers() {
			s, ok := ref.(*ssa.Store)
			if ok && s.Addr == v && (flow[s.Val] == Strong || f.decidedBy(s.Block(), flow) != nil) {
				return i + 1
			}
		}
	}
	return 0
}

// isOrdered reports whether what e observes is compared by size.
func (f *Func) isOrdered(e *Event) bool {
	for v, s := range f.flow(e.Val) {
		if b, ok := v.(*ssa.BinOp); ok && s == Strong && isOrdering(b.Op) {
			return true
		}
	}
	return false
}

// unspill looks through the variable of a named result.
func unspill(v ssa.Value) ssa.Value {
	u, ok := v.(*ssa.UnOp)
	if !ok || u.Op != token.MUL {
		return v
	}
	if a, ok := u.X.(*ssa.Alloc); ok {
		var only ssa.Value
		for _, ref := range *a.Referrers() {
			if s, ok := ref.(*ssa.Store); ok && s.Addr == a {
				if only != nil {
					return v
				}
				only = s.Val
			}
		}
		if only != nil {
			return only
		}
	}
	return v
}

func isFirstOf(v, tuple ssa.Value) bool {
	x, ok := v.(*ssa.Extract)
	return ok && x.Tuple == tuple && x.Index == 0
}

// isSimple reports whether a type is that of an answer: a bool, number, string or error.
func isSimple(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Basic); ok {
		return true
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// A Fact is what an exported function or method does to fields of its
// parameters that it locks itself for.
type Fact struct {
	Uses []UseFact
}

// A UseFact is a Use in a fact.
type UseFact struct {
	Kind           Kind
	Mode           Mode
	Inside         bool
	Param          int
	Path, LockPath []string
	Key, Value     int
	Results        uint16
	Is, Const      bool
	Sign           int8
	Retests        bool
	OtherTest      bool
	Fn, Place      string
}

func (*Fact) AFact() {}

func (f *Fact) String() string {
	var parts []string
	for _, u := range f.Uses {
		what := [...]string{"checks", "sets", "modifies", "inserts into", "deletes from"}[u.Kind]
		s := fmt.Sprintf("%s param%d.%s", what, u.Param, strings.Join(u.Path, "."))
		if u.LockPath != nil {
			s += " under " + strings.Join(u.LockPath, ".")
		}
		if u.Retests {
			s += " after a test"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func (r *Result) export() {
	for _, fn := range r.Accesses.Program.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || r.Funcs[fn] == nil {
			continue
		}
		fact := new(Fact)
		for _, u := range r.Funcs[fn].Uses {
			if len(fact.Uses) == maxFacts {
				break
			}
			if x, ok := factOf(fn, u); ok {
				fact.Uses = append(fact.Uses, x)
			}
		}
		if len(fact.Uses) > 0 {
			r.pass.ExportObjectFact(obj, fact)
		}
	}
}

// factOf returns a use for importers: of a location that its function guards itself.
func factOf(fn *ssa.Function, u Use) (UseFact, bool) {
	x := UseFact{
		Kind: u.Kind, Mode: u.Mode, Inside: u.Inside, Key: u.Key, Value: u.Value, Results: u.Results,
		Is: u.Is, Const: u.Const, Sign: u.Sign, Retests: u.Retests, OtherTest: u.OtherTest, Fn: u.Fn, Place: u.Place,
	}
	if u.imported || u.Lock == nil && u.Mode == Plain {
		return x, false
	}
	var ok bool
	if x.Param, x.Path, ok = fieldsFrom(fn, u.Loc); !ok {
		return x, false
	}
	if u.Lock != nil {
		var p int
		if p, x.LockPath, ok = fieldsFrom(fn, u.Lock); !ok || p != x.Param {
			return x, false
		}
	}
	return x, true
}

// fieldsFrom returns the parameter and the fields that lead to l.
func fieldsFrom(fn *ssa.Function, l *paths.Loc) (param int, fields []string, ok bool) {
	for ; l.Parent != nil; l = l.Parent {
		if l.Step != paths.Field {
			return 0, nil, false
		}
		fields = append([]string{l.Field.Name()}, fields...)
	}
	for i, p := range fn.Params {
		if l.Base == p {
			return i, fields, len(fields) > 0 && len(fields) <= maxFields
		}
	}
	return 0, nil, false
}

// importUses returns what is known of a function of another package.
func (r *Result) importUses(obj *types.Func) []Use {
	if uses, ok := r.imports[obj]; ok {
		return uses
	}
	var fact Fact
	var uses []Use
	if obj.Pkg() != nil && obj.Pkg() != r.pass.Pkg && r.pass.ImportObjectFact(obj, &fact) {
		for _, x := range fact.Uses {
			u := Use{
				Kind: x.Kind, Mode: x.Mode, Inside: x.Inside, Param: x.Param, Path: x.Path, LockPath: x.LockPath,
				Key: x.Key, Value: x.Value, Results: x.Results, Is: x.Is, Const: x.Const, Sign: x.Sign, Retests: x.Retests, OtherTest: x.OtherTest, Fn: x.Fn, Place: x.Place, imported: true,
			}
			t := paramType(obj.Signature(), x.Param)
			for _, name := range x.Path {
				if t == nil {
					break
				}
				field := fieldOf(t, name)
				if field == nil {
					t = nil
					break
				}
				u.Var, t = field, field.Type()
			}
			if t != nil {
				uses = append(uses, u)
			}
		}
	}
	r.imports[obj] = uses
	return uses
}

func paramType(sig *types.Signature, i int) types.Type {
	if sig.Recv() != nil {
		if i == 0 {
			return sig.Recv().Type()
		}
		i--
	}
	if i >= sig.Params().Len() {
		return nil
	}
	return sig.Params().At(i).Type()
}

// place returns pos as "pkgpath/file.go:12".
func (r *Result) place(pos token.Pos) string {
	p := r.pass.Fset.Position(pos)
	return fmt.Sprintf("%s/%s:%d", r.pass.Pkg.Path(), path.Base(p.Filename), p.Line)
}
