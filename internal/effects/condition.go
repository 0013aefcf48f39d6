package effects

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A condition is the condition of an effect that depends on what the caller
// says: a parameter of type bool has a certain value, or a parameter of type
// string begins, or does not begin, with a constant. What is done under several
// conditions has the condition of the innermost. The zero value is no condition.
type condition struct {
	param  int    // 1 + the index of the parameter
	prefix string // of a string; "" if the parameter is a bool
	is     bool
}

// conditionsOf returns the conditions of the blocks of fn that have one.
func conditionsOf(fn *ssa.Function) map[*ssa.BasicBlock]condition {
	var conds map[*ssa.BasicBlock]condition
	for _, b := range fn.DomPreorder() {
		if len(b.Instrs) == 0 {
			continue
		}
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		c, ok := conditionOf(fn, branch.Cond)
		if !ok {
			continue
		}
		for i, succ := range b.Succs {
			if len(succ.Preds) != 1 {
				continue
			}
			for _, d := range fn.Blocks {
				if succ.Dominates(d) {
					if conds == nil {
						conds = make(map[*ssa.BasicBlock]condition)
					}
					conds[d] = condition{c.param, c.prefix, c.is == (i == 0)}
				}
			}
		}
	}
	return conds
}

// conditionOf returns the condition that cond is, if it is a parameter or its negation.
func conditionOf(fn *ssa.Function, cond ssa.Value) (c condition, ok bool) {
	c.is = true
	for {
		not, isNot := cond.(*ssa.UnOp)
		if !isNot || not.Op != token.NOT {
			break
		}
		cond, c.is = not.X, !c.is
	}
	want := types.Typ[types.Bool]
	if call, ok := cond.(*ssa.Call); ok && isCallOf(call, "strings.HasPrefix") {
		cond, want = call.Call.Args[0], types.Typ[types.String]
		if c.prefix, ok = constString(call.Call.Args[1]); !ok || c.prefix == "" {
			return condition{}, false
		}
	}
	for i, p := range fn.Params {
		if p == cond && types.Identical(p.Type().Underlying(), want) {
			c.param = i + 1
			return c, true
		}
	}
	return condition{}, false
}

func isCallOf(call *ssa.Call, name string) bool {
	fn := call.Call.StaticCallee()
	return fn != nil && nameOf(fn) == name
}

func constString(v ssa.Value) (string, bool) {
	if k, ok := v.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String {
		return constant.StringVal(k.Value), true
	}
	return "", false
}

// start returns how the string v begins, as far as constants say it, and
// whether that is all of it.
func start(v ssa.Value) (text string, all bool) {
	if s, ok := constString(v); ok {
		return s, true
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op == token.ADD {
			left, all := start(v.X)
			if !all {
				return left, false
			}
			right, all := start(v.Y)
			return left + right, all
		}
	case *ssa.Call:
		if isCallOf(v, "fmt.Sprintf") {
			format, _ := constString(v.Call.Args[0])
			text, _, _ := strings.Cut(format, "%")
			return text, false
		}
	}
	return "", false
}

// holds returns the condition under which c, of a callee that is called with
// args, holds in the caller: never (ok is false), or under a condition of the
// caller. args are nil if they are not known. doubt says that it depends on how
// a string begins that is not known.
func (c condition) holds(caller *ssa.Function, args []ssa.Value) (in condition, doubt, ok bool) {
	if c.param == 0 || c.param > len(args) {
		return condition{}, c.prefix != "", true
	}
	arg := args[c.param-1]
	if c.prefix != "" {
		text, all := start(arg)
		if all || len(text) >= len(c.prefix) {
			return condition{}, false, strings.HasPrefix(text, c.prefix) == c.is
		}
	} else if k, isConst := arg.(*ssa.Const); isConst && k.Value != nil && k.Value.Kind() == constant.Bool {
		return condition{}, false, constant.BoolVal(k.Value) == c.is
	}
	if caller != nil {
		for i, p := range caller.Params {
			if c.prefix != "" && p == arg {
				return condition{i + 1, c.prefix, c.is}, false, true
			}
		}
		if out, isParam := conditionOf(caller, arg); c.prefix == "" && isParam {
			return condition{out.param, "", out.is == c.is}, false, true
		}
	}
	return condition{}, c.prefix != "", true
}
