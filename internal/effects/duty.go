package effects

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/models"
)

// Bounds of what is exported about slots.
const (
	maxSlotCalls  = 2   // calls through slots of one function's fact
	maxSlotChain  = 5   // steps of their chains
	maxSlotDuties = 6   // duties of one slot
	maxDuties     = 200 // duties in the fact of one package
)

// A Duty is what is asked of a value that somebody else provides: a func, or
// a value whose method is called, by code that must not block. It is the half
// of a finding that the calling package knows; the package that injects the
// value knows the other half.
type Duty struct {
	Method string // "" calls the value itself
	// Contract is the name of the directive that asks, "" if loop code calls.
	Contract string
	Classes  []models.Class // what Contract forbids, all that block if empty
	Key      string         // of the framework's entry, see models.Registration.Key
	Loop     string         // how messages call the loop, if there is no Key
	By       string         // the full name of the loop code, or of what has the contract
	At       string         // where By, or the comment of a contract, is: "pkgpath/file.go:12"
	Quote    string         // the words of a comment that asks
	// Window, From and Category are, of the contract InWindow, what is checked
	// and acted on, where it is checked (the act is At), and the category of a
	// finding.
	Window, From, Category string
	Weak                   bool   // the evidence is not enough for a proved finding
	Log                    bool   // a logger makes the call: what it writes to a file is Log
	Chain                  []Step // from By to the call; the last step is the call
}

// String is the notation that the tests match.
func (d *Duty) String() string {
	who := d.Contract
	if who == "" {
		who = "loop"
	}
	if d.Weak {
		who += "?"
	}
	return fmt.Sprintf("%s %s.%s()", who, shortName(d.By, ""), d.Method)
}

// id tells duties of one slot apart: of those that ask the same for the same
// loop, one is enough.
func (d *Duty) id() string {
	return strings.Join([]string{d.Method, d.Contract, d.Key, d.Loop, fmt.Sprint(d.Weak, d.Log, d.Classes)}, "|")
}

// nearer reports whether d says the same as e by a shorter chain. It is a
// total order, so that the result does not depend on the order of discovery.
func (d *Duty) nearer(e *Duty) bool {
	if len(d.Chain) != len(e.Chain) {
		return len(d.Chain) < len(e.Chain)
	}
	if d.By != e.By {
		return d.By < e.By
	}
	return fmt.Sprint(d.Chain) < fmt.Sprint(e.Chain)
}

// Slots is a package fact: the duties of what is put in fields and variables,
// of this package and, as far as this package's code calls it, of others.
type Slots struct {
	List  []Slot // sorted by name
	Fills []Fill // sorted by slot and value
}

// A Slot is a struct field or package-level variable, "pkgpath.Type#field" or
// "pkgpath.name", whose content has duties.
type Slot struct {
	Name   string
	Duties []Duty // sorted by id
}

func (*Slots) AFact() {}

// String is the notation that the tests match.
func (s *Slots) String() string {
	var parts []string
	for _, slot := range s.List {
		for i := range slot.Duties {
			parts = append(parts, fmt.Sprintf("%s: %s", shortName(slot.Name, ""), &slot.Duties[i]))
		}
	}
	for _, f := range s.Fills {
		what := shortName(f.From, "")
		if f.Value != nil {
			what = shortName(f.Value.Type, "")
		}
		parts = append(parts, fmt.Sprintf("%s = %s", shortName(f.Slot, ""), what))
	}
	return "slots(" + strings.Join(parts, "; ") + ")"
}

// A Contract is an object fact of an interface method, a func type or a
// function: the duties of every value that is converted to the interface, or
// the type, and what a call of it counts as.
type Contract struct {
	Duties   []Duty
	Suspends bool // a call counts as a suspension, whatever is called
}

func (*Contract) AFact() {}

// String is the notation that the tests match.
func (c *Contract) String() string {
	var parts []string
	for i := range c.Duties {
		parts = append(parts, c.Duties[i].String())
	}
	if c.Suspends {
		parts = append(parts, "suspends")
	}
	return "contract(" + strings.Join(parts, "; ") + ")"
}

// A SlotCall is a call of what a slot holds, or of its method.
type SlotCall struct {
	Slot, Method string
	Log          bool
	Chain        []Step // the last step is the call
}

// slotNames finds the names of fields, which know their package but not the
// type that they belong to.
type slotNames map[*types.Var]string

// slotName returns the name of a field or package-level variable, "" if it is
// part of no named type of its package, or of the standard library: what that
// calls is in the models.
func (e *engine) slotName(v *types.Var) string {
	if v == nil || v.Pkg() == nil || models.IsStd(v.Pkg().Path()) {
		return ""
	}
	v = v.Origin()
	if !v.IsField() {
		if v.Parent() != v.Pkg().Scope() {
			return ""
		}
		return v.Pkg().Path() + "." + v.Name()
	}
	if e.slotNames == nil {
		e.slotNames = make(slotNames)
		e.namedPkgs = make(map[*types.Package]bool)
	}
	if !e.namedPkgs[v.Pkg()] {
		e.namedPkgs[v.Pkg()] = true
		e.slotNames.addPackage(v.Pkg())
	}
	return e.slotNames[v]
}

// addPackage names the fields of the types declared at the top of pkg, and
// those of the unnamed structs in them.
func (n slotNames) addPackage(pkg *types.Package) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok && !tn.IsAlias() {
			n.addFields(pkg, tn.Type().Underlying(), pkg.Path()+"."+name, 0)
		}
	}
}

func (n slotNames) addFields(pkg *types.Package, t types.Type, prefix string, depth int) {
	s, ok := t.(*types.Struct)
	if !ok || depth > maxNesting {
		return
	}
	for f := range s.Fields() {
		if f.Pkg() != pkg {
			continue // of an embedded definition: type A lib.B
		}
		if _, ok := n[f.Origin()]; ok {
			continue
		}
		n[f.Origin()] = prefix + "#" + f.Name()
		if t := deref(f.Type()); t == t.Underlying() {
			n.addFields(pkg, t, prefix+"#"+f.Name(), depth+1)
		}
	}
}

// duties holds what is known of the duties of slots, by name.
type duties map[string][]*Duty

// add adds d, and reports whether that changes anything.
func (ds duties) add(slot string, d *Duty) bool {
	list := ds[slot]
	for i, old := range list {
		if old.id() == d.id() {
			if !d.nearer(old) {
				return false
			}
			list[i] = d
			return true
		}
	}
	if len(list) >= maxSlotDuties {
		return false
	}
	list = append(list, d)
	slices.SortFunc(list, func(a, b *Duty) int { return strings.Compare(a.id(), b.id()) })
	ds[slot] = list
	return true
}

// importDuties reads the duties that the imports of the package know of.
func (e *engine) importDuties() {
	for _, imp := range e.pass.Pkg.Imports() {
		var fact Slots
		if models.IsStd(imp.Path()) || !e.pass.ImportPackageFact(imp, &fact) {
			continue
		}
		for _, slot := range fact.List {
			for i := range slot.Duties {
				e.duties.add(slot.Name, &slot.Duties[i])
			}
		}
		for _, f := range fact.Fills {
			e.fills[f.Slot] = append(e.fills[f.Slot], f)
		}
	}
}

// exportDuties exports the duties that importers can need: those that this
// package adds, and those of slots that its exported functions fill with what
// they are given.
func (e *engine) exportDuties(filled map[string]bool) {
	var fact Slots
	count := 0
	for _, name := range slices.Sorted(maps.Keys(e.duties)) {
		slot := Slot{Name: name}
		for _, d := range e.duties[name] {
			if !e.ownDuties[d] && !filled[name] {
				continue
			}
			if count++; count <= maxDuties {
				slot.Duties = append(slot.Duties, *d)
			}
		}
		if len(slot.Duties) > 0 {
			fact.List = append(fact.List, slot)
		}
	}
	fact.Fills = e.exportFills()
	if len(fact.List)+len(fact.Fills) > 0 {
		e.pass.ExportPackageFact(&fact)
	}
}
