package critical

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/paths"
)

// A translation names the locks of a callee as its caller does.
type translation struct {
	r       *Result
	callee  *ssa.Function   // of this package, or
	obj     *types.Func     // of another
	call    *ssa.CallCommon // nil for a func value that others call
	literal bool            // of a func value: a literal shares the roots of the function around it
	recv    ssa.Value       // of a method value
	in      *ssa.Function   // the caller, nil if it is not a plain call
}

// lock translates one lock; it is not ok if the caller cannot know it.
func (t translation) lock(l Lock) (Lock, bool) {
	out := Lock{Class: l.Class, Read: l.Read}
	if l.Loc != nil {
		out.Loc = t.loc(l.Loc)
	}
	if t.in != nil && t.r.owns(t.in, out.Loc) {
		return out, false
	}
	return out, isDeclared(l.Class)
}

func (t translation) loc(l *paths.Loc) *paths.Loc {
	if t.callee == nil {
		return t.imported(l)
	}
	var args []ssa.Value
	switch {
	case t.call != nil:
		args = t.call.Args
	case t.recv != nil:
		args = []ssa.Value{t.recv}
	}
	if m := t.r.rebase(l, t.callee.Params, args); m != nil {
		return m
	}
	// A literal shares the roots of the function around it.
	if t.callee.Parent() != nil && owner(l) != t.callee {
		return l
	}
	return nil
}

// owner returns the function whose parameter or variable l begins with.
func owner(l *paths.Loc) *ssa.Function {
	if v, ok := l.Top().Base.(interface{ Parent() *ssa.Function }); ok {
		return v.Parent()
	}
	return nil
}

// locks translates those that the caller can know.
func (t translation) locks(list []Lock) []Lock {
	var out []Lock
	for _, l := range list {
		if l, ok := t.lock(l); ok {
			out = append(out, l)
		}
	}
	return out
}

// argument returns what the call passes for a parameter that the callee calls.
func (t translation) argument(p *ParamCall) ssa.Value {
	if t.call == nil {
		return nil
	}
	i := p.Index
	if p.Param != nil {
		if p.Param.Parent() != t.callee {
			return nil
		}
		i = -1
		for j, q := range t.callee.Params {
			if q == p.Param {
				i = j
			}
		}
	}
	if i < 0 || i >= len(t.call.Args) {
		return nil
	}
	return t.call.Args[i]
}

// condition decides the condition of a: whether it may not hold, and whether it can.
func (t translation) condition(a *Acquire) (maybe, possible bool) {
	if a.If == nil {
		return a.Maybe, true
	}
	if t.callee == nil || t.call == nil {
		return true, true
	}
	for i, p := range t.callee.Params {
		if p != a.If || i >= len(t.call.Args) {
			continue
		}
		c, ok := t.call.Args[i].(*ssa.Const)
		if !ok || c.Value == nil || c.Value.Kind() != constant.Bool {
			return true, true
		}
		return a.Maybe, constant.BoolVal(c.Value) == a.Is
	}
	return true, true
}

// A placeholder is the root of the locks of an imported summary: a parameter.
type placeholder struct{ index int }

// imported names a lock of an imported summary by the arguments.
func (t translation) imported(l *paths.Loc) *paths.Loc {
	p, ok := l.Top().Base.(placeholder)
	if !ok || p.index >= len(t.call.Args) {
		return nil
	}
	return t.r.Locks.Paths.Space.Rebase(l, l.Top(), t.r.Locks.Paths.Of(t.call.Args[p.index]))
}
