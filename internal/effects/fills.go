package effects

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Duties go up, from the code that calls to the packages that import it. A
// driver that registers itself stands below the loop that calls it: it imports
// the package with the variable, and the program imports the driver for its
// init function only. So packages also export what they put into variables,
// and a root that calls the content of a variable calls that.

// A Fill is a fact about a package-level variable: what a package puts into it
// that packages above it cannot see otherwise, as drivers do that register
// themselves in an init function.
type Fill struct {
	Slot string
	// Value is what is put in, nil if it is the content of From.
	Value *Value
	From  string
}

const (
	maxFills       = 8  // fills in the fact of a package
	maxFillMethods = 80 // methods of the interface of such a variable
)

// An ownFill is a value that this package puts into a variable.
type ownFill struct {
	slot string
	val  *value
}

// noteFill notes that v is put into a slot, if that is a package-level
// variable of interface type, or a container of such.
func (f *frame) noteFill(slot string, v *value) {
	if strings.Contains(slot, "#") {
		return // a field
	}
	if f.ownFills[f.fn] == nil {
		f.ownFills[f.fn] = make(map[ownFill]struct{})
	}
	f.ownFills[f.fn][ownFill{slot, v}] = struct{}{}
}

// exportFills returns what this package puts into variables of interface type.
func (e *engine) exportFills() []Fill {
	var out []Fill
	seen := make(map[ownFill]bool)
	for _, fn := range e.byOrder {
		for _, of := range sortedFills(e.ownFills[fn]) {
			if seen[of] {
				continue
			}
			seen[of] = true
			if fill, ok := e.exportFill(fn, of); ok && !slices.ContainsFunc(out, fill.same) {
				out = append(out, fill)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Fill) int { return strings.Compare(a.Slot, b.Slot) })
	return out[:min(len(out), maxFills)]
}

func sortedFills(set map[ownFill]struct{}) []ownFill {
	out := make([]ownFill, 0, len(set))
	for of := range set {
		out = append(out, of)
	}
	slices.SortFunc(out, func(a, b ownFill) int {
		return cmp.Or(strings.Compare(a.slot, b.slot), cmp.Compare(a.val.id, b.val.id))
	})
	return out
}

func (f Fill) same(g Fill) bool {
	return f.Slot == g.Slot && f.From == g.From && (f.Value == nil) == (g.Value == nil) &&
		(f.Value == nil || f.Value.Type == g.Value.Type)
}

func (e *engine) exportFill(fn *ssa.Function, of ownFill) (Fill, bool) {
	if from := e.slotOf(of.val); from != "" {
		return Fill{Slot: of.slot, From: from}, from != of.slot && !strings.Contains(from, "#")
	}
	iface := e.slotInterface(of.slot)
	if iface == nil || iface.NumMethods() > maxFillMethods || !isConcrete(of.val.typ) {
		return Fill{}, false
	}
	f := &frame{engine: e, fn: fn, out: new(summary)}
	v := f.methodsOf(of.val, iface)
	if len(v.Methods) == 0 {
		return Fill{}, false
	}
	return Fill{Slot: of.slot, Value: &v}, true
}

// slotInterface returns the interface type of a package-level variable, or of
// the elements of the container in it, nil if it has none.
func (e *engine) slotInterface(slot string) *types.Interface {
	pkgPath, name := splitName(slot)
	pkg := e.reachable()[pkgPath]
	if pkg == nil {
		return nil
	}
	v, ok := pkg.Scope().Lookup(name).(*types.Var)
	if !ok {
		return nil
	}
	t := v.Type()
	for elem := elemType(t); elem != nil; elem = elemType(t) {
		t = elem
	}
	iface, _ := t.Underlying().(*types.Interface)
	return iface
}

// maxForwards bounds how many variables, one filled from the other, are
// followed from a call to a value.
const maxForwards = 3

// filled collects the effects of the calls through variables which packages
// below this one have filled.
func (f *frame) filled() {
	for i := 0; i < len(f.out.slots.values); i++ {
		c := f.out.slots.values[i]
		if c.excused != "" {
			continue
		}
		var vals []*value
		for _, v := range f.contents(c.slot, maxForwards) {
			w := value{kind: behaviour, meths: v.Methods, label: v.Type, flow: true}
			vals = append(vals, f.intern(w))
		}
		f.visited = nil
		f.invoke(union(vals), c.method, nil, nil, c.chain, c.suspect)
	}
}

// contents returns what is put into a slot below this package.
func (f *frame) contents(slot string, forwards int) []*Value {
	var out []*Value
	for _, fill := range f.fills[slot] {
		switch {
		case fill.Value != nil:
			out = append(out, fill.Value)
		case forwards > 0:
			out = append(out, f.contents(fill.From, forwards-1)...)
		}
	}
	return out
}
