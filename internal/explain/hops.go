package explain

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
)

// callsByPos returns the calls of funcs by their positions.
func callsByPos(funcs []*ssa.Function) map[token.Pos]ssa.CallInstruction {
	calls := make(map[token.Pos]ssa.CallInstruction)
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && call.Pos().IsValid() {
					calls[call.Pos()] = call
				}
			}
		}
	}
	return calls
}

func (x *explainer) hops(chain []effects.Hop) []Hop {
	out := make([]Hop, len(chain))
	for i, h := range chain {
		out[i] = Hop{Callee: h.Callee}
		switch {
		case h.Pos.IsValid():
			out[i].Posn = x.posn(h.Pos)
			out[i].By = x.decidedBy(h)
		case h.File != "":
			out[i].Posn = fmt.Sprintf("%s:%d", h.File, h.Line)
		}
	}
	return out
}

// decidedBy says why the call of h in this package has the callee of h, nil if
// the source names it.
func (x *explainer) decidedBy(h effects.Hop) *Note {
	call := x.calls[h.Pos]
	if call == nil {
		return nil
	}
	common := call.Common()
	switch {
	case common.IsInvoke():
		return x.dynamicType(common, h.Callee)
	case common.StaticCallee() != nil:
		return nil
	}
	what, _ := source(common.Value)
	if what == "" {
		return nil
	}
	for _, fn := range x.eff.Program.Funcs {
		if fn.Parent() != nil && effects.FullName(fn) == h.Callee {
			return &Note{x.posn(fn.Pos()), what + " is the func literal here"}
		}
	}
	return nil
}

// dynamicType says where a value with the method callee becomes the interface
// that the call names.
func (x *explainer) dynamicType(common *ssa.CallCommon, callee string) *Note {
	name := common.Method.Name()
	if callee == common.Method.FullName() {
		return nil // the models know the interface
	}
	dynamic := x.eff.DynamicTypes(common.Value)
	var best *ssa.MakeInterface
	for _, m := range x.conversions {
		it, ok := m.Type().Underlying().(*types.Interface)
		if !ok || !hasMethod(it, name) || x.eff.Method(m.X.Type(), name) != callee {
			continue
		}
		if slices.ContainsFunc(dynamic, func(t types.Type) bool { return types.Identical(t, m.X.Type()) }) {
			best = m
			break
		}
		if best == nil {
			best = m
		}
	}
	if best != nil {
		text := fmt.Sprintf("%s becomes a %s here", x.typeName(best.X.Type()), x.typeName(best.Type()))
		return &Note{x.posn(effects.ConversionPos(best)), text}
	}
	return &Note{Text: fmt.Sprintf("%s.%s is %s here", x.typeName(common.Value.Type()), name, x.short(callee))}
}

func hasMethod(it *types.Interface, name string) bool {
	for m := range it.Methods() {
		if m.Name() == name {
			return true
		}
	}
	return false
}

// typeName returns t as the source of this package writes it.
func (x *explainer) typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == x.pass.Pkg {
			return ""
		}
		return p.Name()
	})
}

// call describes a call that has not been resolved.
func (x *explainer) call(u *effects.Unresolved) Call {
	c := Call{Posn: x.posn(u.Pos), Callee: u.Callee, What: x.short(u.Callee), Kind: "interface"}
	if strings.HasPrefix(c.What, "(") {
		c.What = strings.Replace(c.What[1:], ")", "", 1)
	}
	call := x.calls[u.Pos]
	if call == nil {
		return c
	}
	common := call.Common()
	if fn := common.StaticCallee(); fn != nil {
		c.Via = effects.FullName(fn)
	}
	if u.Callee == "" {
		c.What, c.Kind = "a func", "func"
		if c.Via == "" && !common.IsInvoke() {
			if what, kind := source(common.Value); what != "" {
				c.What, c.Kind = what, kind
			} else if made, ok := resultOf(common.Value); ok {
				c.What = "the result of " + x.calleeName(made.Common())
			}
		}
	}
	return c
}

// idle reports whether a call that has not been resolved is sure to do
// nothing worth asking: the text of an error, and a func that a function of
// the standard library returns (the cancel of a context).
func (x *explainer) idle(u *effects.Unresolved) bool {
	if u.Callee == "(error).Error" {
		return true
	}
	call := x.calls[u.Pos]
	if u.Callee != "" || call == nil || call.Common().IsInvoke() {
		return false
	}
	made, ok := resultOf(call.Common().Value)
	if !ok {
		return false
	}
	fn := made.Common().StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil {
		return false
	}
	return models.IsStd(fn.Object().Pkg().Path())
}

// resultOf returns the call whose result v is.
func resultOf(v ssa.Value) (*ssa.Call, bool) {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	return call, ok
}

// calleeName names what a call calls, as the source would.
func (x *explainer) calleeName(common *ssa.CallCommon) string {
	if common.IsInvoke() {
		return x.typeName(common.Value.Type()) + "." + common.Method.Name()
	}
	if fn := common.StaticCallee(); fn != nil {
		return x.short(effects.FullName(fn))
	}
	return "a func"
}

// source returns where a func value comes from, as the source would write it:
// "Hub.onEvent" of a field. It is "" if that has no name.
func source(v ssa.Value) (what, kind string) {
	for {
		switch x := v.(type) {
		case *ssa.UnOp:
			v = x.X
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.Next:
			v = x.Iter
		case *ssa.Range:
			v = x.X
		case *ssa.Lookup:
			v = x.X
		case *ssa.Index:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		case *ssa.FieldAddr:
			return fieldOf(x.X.Type(), x.Field), "field"
		case *ssa.Field:
			return fieldOf(x.X.Type(), x.Field), "field"
		case *ssa.Global:
			return x.Name(), "variable"
		case *ssa.Parameter:
			return x.Name(), "parameter"
		case *ssa.FreeVar:
			return x.Name(), "variable"
		case *ssa.Alloc:
			return x.Comment, "variable"
		default:
			return "", ""
		}
	}
}

// fieldOf returns "T.f".
func fieldOf(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	name := s.Field(i).Name()
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Name() + "." + name
	}
	return name
}
