// Package models holds what yieldlint knows about code that it does not
// analyse: the standard library, third-party operations whose blocking cannot
// be inferred, and the frameworks that run user code on event loops. The
// knowledge is YAML (see docs/models.md), embedded, loaded strictly, and
// overlaid by the user's .yieldlint.yaml.
package models

import (
	"go/types"
	"sync"
)

// A Table is a merged, validated set of models. It is immutable and safe for
// concurrent use.
type Table struct {
	byFunc     map[string]*Op
	vars       map[string]*Var
	frameworks []*Framework // sorted by Name
	types      map[string]*Safety
	safe       []safePackages
	settings   map[string]any
	user       []*layer // of overlays, for Unmatched

	// Derived from the above.
	ops       *index[*Op]
	registers *index[[]Registration]
	polls     *index[[]Registration]
	selfWaits *index[[]SelfWait]
	syncs     *index[*SyncOp]
	mutations *index[*Mutation]
	process   *index[*ProcessOp]
	fields    map[string][]Registration
	funcTypes map[string][]Registration
	hash      func() string
	defaults  sync.Map // package path -> *Op
}

// A Registration is a RootEntry together with its framework.
type Registration struct {
	Framework *Framework
	Entry     *RootEntry
}

// A SelfWait is a function that waits for the loop of a framework.
type SelfWait struct {
	Framework *Framework
	Op        *Op
}

// Builtin returns the table of the embedded models. It is loaded once; a
// broken embedded file is an internal error and panics.
func Builtin() *Table { return builtin() }

// Overlay returns t with the entries of a user's file on top: on the same Func
// the file wins. A framework that t has already is refined: what the file
// leaves out stays, roots and selfwaits on the same target are replaced, and
// others are added. data is the content of the file called name.
func (t *Table) Overlay(name string, data []byte) (*Table, error) {
	l, err := loadOverlay(name, data)
	if err != nil {
		return nil, err
	}
	return t.with(l)
}

// OverlayModule returns t with the entries on top that module ships about
// itself, in the file called name. Of a framework that other packages have a
// part in, only roots and selfwaits count. Settings do not count. What the
// file says about other modules is not applied, but returned.
func (t *Table) OverlayModule(name string, data []byte, module string) (*Table, []Unmatched, error) {
	l, err := loadOverlay(name, data)
	if err != nil {
		return nil, nil, err
	}
	own, foreign := l.scoped(module, t.frameworks)
	table, err := t.with(own)
	return table, foreign, err
}

// Op returns what is known about fn: the entry of its origin's full name,
// else the longest matching pattern, else for a function of a Safe package
// (a standard package, or one of a framework's Packages) a Safe op without
// Func, else nil. Interface methods without an entry always give nil.
func (t *Table) Op(fn *types.Func) *Op {
	if op, ok := t.ops.find(fn); ok {
		return op
	}
	if fn.Pkg() == nil || isInterfaceMethod(fn) {
		return nil
	}
	return t.defaultOf(fn.Pkg().Path())
}

// Var returns the entry of a package-level variable, or nil.
func (t *Table) Var(v *types.Var) *Var {
	if v.Pkg() == nil || v.IsField() || v.Parent() != v.Pkg().Scope() {
		return nil
	}
	return t.vars[v.Pkg().Path()+"."+v.Name()]
}

// Frameworks returns all frameworks, sorted by name.
func (t *Table) Frameworks() []*Framework { return t.frameworks }

// Registers returns the entries that say that fn runs arguments on a loop, or nil.
func (t *Table) Registers(fn *types.Func) []Registration {
	regs, _ := t.registers.find(fn)
	return regs
}

// FieldRoots returns the entries of a struct field, spelt "pkgpath.Type.Field".
func (t *Table) FieldRoots(field string) []Registration { return t.fields[field] }

// FuncTypeRoots returns the entries of a named func type, spelt "pkgpath.Type".
func (t *Table) FuncTypeRoots(typ string) []Registration { return t.funcTypes[typ] }

// SelfWait returns the frameworks whose loop fn waits for, with the op, or nil.
func (t *Table) SelfWait(fn *types.Func) []SelfWait {
	waits, _ := t.selfWaits.find(fn)
	return waits
}

// Settings returns what the user's file says under settings, or nil. Hash does
// not cover it: who reads a setting knows whether it changes a decision.
func (t *Table) Settings() map[string]any { return t.settings }

// Hash identifies everything in t that can change a fact or a decision: all
// entries, but not their Ref and Pos.
func (t *Table) Hash() string { return t.hash() }
