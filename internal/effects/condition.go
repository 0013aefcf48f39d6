package effects

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A condition is the condition of an effect that depends on what the caller says:
// a parameter of type bool has a certain value. What is done under several
// conditions has the condition of the innermost. The zero value is no condition.
type condition struct {
	param int // 1 + the index of the parameter
	is    bool
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
					conds[d] = condition{c.param, c.is == (i == 0)}
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
	for i, p := range fn.Params {
		if p == cond && types.Identical(p.Type().Underlying(), types.Typ[types.Bool]) {
			c.param = i + 1
			return c, true
		}
	}
	return condition{}, false
}

// holds returns the condition under which c, of a callee that is called with
// args, holds in the caller: never, or under a condition of the caller. args are
// nil if they are not known.
func (c condition) holds(caller *ssa.Function, args []ssa.Value) (condition, bool) {
	if c.param == 0 || c.param > len(args) {
		return condition{}, true
	}
	arg := args[c.param-1]
	if k, ok := arg.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.Bool {
		return condition{}, constant.BoolVal(k.Value) == c.is
	}
	if caller == nil {
		return condition{}, true
	}
	out, ok := conditionOf(caller, arg)
	if !ok {
		return condition{}, true
	}
	return condition{out.param, out.is == c.is}, true
}
