package explain

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/roots"
)

// An unknown is an Unknown with its position.
type unknown struct {
	Unknown
	pos token.Pos
}

type unknownKey struct {
	pos    token.Pos
	callee string
}

// unknowns returns the calls that loop code reaches and nothing resolves, in
// the order of positions.
func (x *explainer) unknowns() []*unknown {
	byKey := make(map[unknownKey]*unknown)
	var out []*unknown
	for i := range x.roots.List {
		r := &x.roots.List[i]
		if r.Kind != models.Loop && r.Kind != models.Replay {
			continue // not checked by default
		}
		if r.Injected != nil && r.Func.SSA() == nil {
			continue // its own package tells
		}
		for _, u := range x.openCalls(r) {
			key := unknownKey{u.Pos, u.Callee}
			if byKey[key] == nil {
				byKey[key] = x.unknown(u)
				out = append(out, byKey[key])
			}
			if k := byKey[key]; !slices.Contains(k.Roots, r.Name) {
				k.Roots = append(k.Roots, r.Name)
			}
		}
	}
	for _, u := range out {
		slices.Sort(u.Roots)
	}
	slices.SortFunc(out, func(a, b *unknown) int {
		p, q := x.pass.Fset.Position(a.pos), x.pass.Fset.Position(b.pos)
		if c := strings.Compare(p.Filename, q.Filename); c != 0 {
			return c
		}
		if p.Offset != q.Offset {
			return p.Offset - q.Offset
		}
		return strings.Compare(a.Callee, b.Callee)
	})
	return out
}

// openCalls returns the calls that r reaches and that nothing resolves. What
// a root leaves to its callers is open: they are not part of the program.
func (x *explainer) openCalls(r *roots.Root) []*effects.Unresolved {
	var e effects.Explanation
	if r.From.IsValid() {
		e = x.eff.ExplainWithin(r.Func.SSA(), r.From, r.To)
	} else {
		e = x.eff.Explain(r.Func)
	}
	open := slices.Clone(e.Unresolved)
	for _, d := range e.Deferred {
		open = append(open, d.Unresolved...)
	}
	return slices.DeleteFunc(open, func(u *effects.Unresolved) bool { return x.isTest(u.Pos) || x.idle(u) })
}

func (x *explainer) unknown(u *effects.Unresolved) *unknown {
	k := &unknown{Unknown: Unknown{Call: x.call(u), Package: x.pass.Pkg.Path()}, pos: u.Pos}
	if fn := x.holder(u.Pos); fn != nil {
		k.In = effects.FullName(fn)
		_, runs := x.runsOf(fn)
		k.InRoot = len(runs) > 0
	}
	return k
}

// holder returns the function that contains a call.
func (x *explainer) holder(pos token.Pos) *ssa.Function {
	if call := x.calls[pos]; call != nil {
		return call.Parent()
	}
	return nil
}
