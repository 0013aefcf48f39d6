package accesses

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
)

const (
	maxLocks  = 4 // in a LockFact
	maxFields = 4 // of a path in it
)

// A LockFact of a function says which locks of its parameters a call leaves
// locked, and which it unlocks.
type LockFact struct {
	Acquires, Releases []LockPath
}

// A LockPath leads from a parameter, the receiver first, to a lock.
type LockPath struct {
	Param  int
	Fields []string
	Read   bool
}

func (*LockFact) AFact() {}

func (f *LockFact) String() string {
	var parts []string
	for _, p := range f.Acquires {
		parts = append(parts, "locks "+p.String())
	}
	for _, p := range f.Releases {
		parts = append(parts, "unlocks "+p.String())
	}
	return strings.Join(parts, ", ")
}

func (p LockPath) String() string {
	s := fmt.Sprintf("param%d", p.Param)
	for _, f := range p.Fields {
		s += "." + f
	}
	if p.Read {
		s += " for reading"
	}
	return s
}

// A GuardFact of an exported field says which lock of the same object guards it.
type GuardFact struct {
	Lock   string // the name of the field that is the lock
	Held   int    // accesses that hold it
	Of     int    // all
	Writes int    // writes that hold it
}

func (*GuardFact) AFact() {}

func (f *GuardFact) String() string {
	return fmt.Sprintf("guarded by %s in %d of %d accesses", f.Lock, f.Held, f.Of)
}

// exportLocks exports the lock effects of exported functions and methods.
func (r *Result) exportLocks() {
	for _, fn := range r.Program.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() {
			continue
		}
		f := r.Locks.Funcs[fn]
		fact := &LockFact{Acquires: r.lockPaths(fn, f.Acquires), Releases: r.lockPaths(fn, f.Releases)}
		if len(fact.Acquires)+len(fact.Releases) > 0 {
			r.pass.ExportObjectFact(obj, fact)
		}
	}
}

func (r *Result) lockPaths(fn *ssa.Function, held []locks.Held) []LockPath {
	var out []LockPath
	for _, h := range held {
		p := LockPath{Param: -1, Read: h.Read}
		for i, q := range fn.Params {
			if h.Loc.Top().Base == q {
				p.Param = i
			}
		}
		ok := p.Param >= 0
		for l := h.Loc; l.Parent != nil; l = l.Parent {
			if l.Step != paths.Field {
				ok = false
				break
			}
			p.Fields = append([]string{l.Field.Name()}, p.Fields...)
		}
		switch {
		case !ok:
		case len(p.Fields) > maxFields:
			r.Bounds().Exceeded("accesses.maxFields", fn)
		case len(out) >= maxLocks:
			r.Bounds().Exceeded("accesses.maxLocks", fn)
		default:
			out = append(out, p)
		}
	}
	return out
}

// importLocks returns the lock effects of a function of another package.
func (r *Result) importLocks(obj *types.Func) (acquires, releases []locks.Effect) {
	var fact LockFact
	if obj.Pkg() == nil || obj.Pkg() == r.pass.Pkg || !r.pass.ImportObjectFact(obj, &fact) {
		return nil, nil
	}
	return lockEffects(obj, fact.Acquires), lockEffects(obj, fact.Releases)
}

func lockEffects(obj *types.Func, list []LockPath) []locks.Effect {
	var out []locks.Effect
	for _, p := range list {
		t := paramType(obj.Signature(), p.Param)
		e := locks.Effect{Param: p.Param, Read: p.Read}
		for _, name := range p.Fields {
			f := fieldOf(t, name)
			if f == nil {
				t = nil
				break
			}
			e.Fields = append(e.Fields, f)
			t = f.Type()
		}
		if t != nil {
			out = append(out, e)
		}
	}
	return out
}

func paramType(sig *types.Signature, i int) types.Type {
	if sig.Recv() != nil {
		if i == 0 {
			return sig.Recv().Type()
		}
		i--
	}
	if i < 0 || i >= sig.Params().Len() {
		return nil
	}
	return sig.Params().At(i).Type()
}

func fieldOf(t types.Type, name string) *types.Var {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == name {
			return st.Field(i).Origin()
		}
	}
	return nil
}

// minExported is how many accesses must hold a lock for it to be told to importers.
const minExported = 3

// exportGuards exports what guards exported fields in all accesses.
func (r *Result) exportGuards() {
	for _, c := range r.Cells {
		f, ok := c.Var.(*types.Var)
		g := c.Guard
		if !ok || !f.IsField() || !f.Exported() || f.Pkg() != r.pass.Pkg || c.Inside || g == nil || !g.Sibling || g.Held < minExported || g.Held < len(c.All) || !sameStruct(c.All[0], g.Class) {
			continue
		}
		r.pass.ExportObjectFact(f, &GuardFact{Lock: g.Name, Held: g.Held, Of: len(c.All), Writes: g.Writes})
	}
}

// sameStruct reports whether a lock is a field of the struct that the field of
// a belongs to: another struct's lock does not guard copies of this one.
func sameStruct(a *Access, class any) bool {
	if a.Loc.Parent == nil || a.Loc.Parent.Type == nil {
		return false
	}
	t := a.Loc.Parent.Type
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if class == any(f.Origin()) {
			return true
		}
	}
	return false
}

// ImportGuard returns what the package of a field says that guards it, or nil.
func (r *Result) ImportGuard(field *types.Var) *GuardFact {
	var fact GuardFact
	if field.Pkg() == nil || field.Pkg() == r.pass.Pkg || !r.pass.ImportObjectFact(field, &fact) {
		return nil
	}
	return &fact
}
