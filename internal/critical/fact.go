package critical

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// Bounds of facts.
const (
	maxFactAcquires = 4 // locks in the fact of a function, the nearest ones
	maxFactChain    = 4 // calls of a chain in it
	maxFactFields   = 4 // fields on the way to a lock
	maxFactCalls    = 2 // parameters that the function calls under a lock
)

// A Fact of a function says which locks a call may take, and which it holds
// while it calls its parameters.
type Fact struct {
	Acquires []FactAcquire
	Calls    []FactCall
}

// A FactLock is a lock: the path to it from a parameter, or its class by name.
// In all names, "~" stands for the path of the package of the function.
type FactLock struct {
	Class  string // "" if a path leads to it
	Param  int    // the receiver first; -1: no parameter leads to it
	Fields []string
	Read   bool
}

// A FactAcquire is a lock that a call may take.
type FactAcquire struct {
	Lock  FactLock
	Under []FactLock
	Maybe bool
	Chain []FactStep
}

// A FactCall is a call of a parameter under locks.
type FactCall struct {
	Param int
	Under []FactLock
	Chain []FactStep
}

// A FactStep is a call, with the place where it is made.
type FactStep struct {
	Callee string
	File   string // path of the package, "/", base name
	Line   int
}

// here stands for the path of the package of a function in its fact.
const here = "~"

func (r *Result) shorten(name string) string {
	path := r.pass.Pkg.Path()
	return strings.ReplaceAll(strings.ReplaceAll(name, path+".", here+"."), path+"/", here+"/")
}

func lengthen(name string, pkg *types.Package) string {
	return strings.ReplaceAll(name, here, pkg.Path())
}

func (*Fact) AFact() {}

func (f *Fact) String() string {
	var parts []string
	for _, a := range f.Acquires {
		s := "takes " + a.Lock.String()
		if len(a.Under) > 0 {
			s += " under " + locksString(a.Under)
		}
		if a.Maybe {
			s += " perhaps"
		}
		parts = append(parts, s)
	}
	for _, c := range f.Calls {
		parts = append(parts, fmt.Sprintf("calls param%d under %s", c.Param, locksString(c.Under)))
	}
	return strings.Join(parts, ", ")
}

func locksString(list []FactLock) string {
	var parts []string
	for _, l := range list {
		parts = append(parts, l.String())
	}
	return strings.Join(parts, "+")
}

func (l FactLock) String() string {
	s := l.Class[strings.LastIndexByte(l.Class, '/')+1:]
	if l.Param >= 0 {
		s = fmt.Sprintf("param%d", l.Param)
		for _, f := range l.Fields {
			s += "." + f
		}
	}
	if l.Read {
		s += " for reading"
	}
	return s
}

// export exports the summaries of exported functions and methods.
func (r *Result) export() {
	for _, fn := range r.Program.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || fn.Synthetic != "" {
			continue
		}
		if fact := r.factOf(fn); len(fact.Acquires)+len(fact.Calls) > 0 {
			r.pass.ExportObjectFact(obj, fact)
		}
	}
}

func (r *Result) factOf(fn *ssa.Function) *Fact {
	s, fact := r.summaries[fn], new(Fact)
	for n := 1; n <= maxFactChain; n++ {
		for _, a := range s.Acquires {
			if len(a.Chain) == n && len(fact.Acquires) < maxFactAcquires {
				fact.Acquires = append(fact.Acquires, FactAcquire{
					Lock: r.factLock(fn, a.Lock), Under: r.factLocks(fn, a.Under),
					Maybe: a.Maybe || a.If != nil, Chain: r.factChain(a.Chain),
				})
			}
		}
	}
	for _, p := range s.Params {
		i := paramIndex(fn, p.Param)
		if i >= 0 && len(p.Under) > 0 && len(p.Chain) <= maxFactChain && len(fact.Calls) < maxFactCalls {
			fact.Calls = append(fact.Calls, FactCall{Param: i, Under: r.factLocks(fn, p.Under), Chain: r.factChain(p.Chain)})
		}
	}
	return fact
}

func paramIndex(fn *ssa.Function, p any) int {
	for i, q := range fn.Params {
		if p == q {
			return i
		}
	}
	return -1
}

func (r *Result) factLocks(fn *ssa.Function, list []Lock) []FactLock {
	var out []FactLock
	for _, l := range list {
		out = append(out, r.factLock(fn, l))
	}
	return out
}

// factLock names a lock for importers.
func (r *Result) factLock(fn *ssa.Function, l Lock) FactLock {
	out := FactLock{Class: r.shorten(r.Key(l.Class)), Param: -1, Read: l.Read}
	if l.Loc == nil {
		return out
	}
	i := paramIndex(fn, l.Loc.Top().Base)
	var fields []string
	for m := l.Loc; m.Parent != nil; m = m.Parent {
		switch m.Step {
		case paths.Field:
			fields = append([]string{m.Field.Name()}, fields...)
		case paths.Deref:
			fields = append([]string{derefField}, fields...)
		default:
			return out
		}
	}
	if i >= 0 && 0 < len(fields) && len(fields) <= maxFactFields {
		out.Class, out.Param, out.Fields = "", i, fields
	}
	return out
}

// derefField stands for a dereference on the way to a lock.
const derefField = "*"

func (r *Result) factChain(chain []Step) []FactStep {
	var out []FactStep
	for _, s := range chain {
		f := FactStep{Callee: r.shorten(s.Callee), File: s.File, Line: s.Line}
		if s.Call != nil {
			f.File, f.Line = r.place(s.Call.Pos())
		}
		f.File = r.shorten(f.File)
		out = append(out, f)
	}
	return out
}

func (r *Result) place(pos token.Pos) (file string, line int) {
	p := r.pass.Fset.Position(pos)
	return r.pass.Pkg.Path() + "/" + filepath.Base(p.Filename), p.Line
}

// importFact returns the fact of a function of another package, or nil.
func (r *Result) importFact(obj *types.Func) *Fact {
	if obj.Pkg() == nil || obj.Pkg() == r.pass.Pkg {
		return nil
	}
	if f, ok := r.imported[obj]; ok {
		return f
	}
	f := new(Fact)
	if !r.pass.ImportObjectFact(obj, f) {
		f = nil
	}
	r.imported[obj] = f
	return f
}

// factSummary returns a fact as a summary, its paths from placeholders.
func (r *Result) factSummary(obj *types.Func, f *Fact) *Summary {
	s := new(Summary)
	for _, a := range f.Acquires {
		s.Acquires = append(s.Acquires, &Acquire{
			Lock: r.ofFact(obj, a.Lock), Under: r.ofFacts(obj, a.Under), Maybe: a.Maybe, Chain: ofChain(obj, a.Chain),
		})
	}
	for _, c := range f.Calls {
		s.Params = append(s.Params, &ParamCall{Index: c.Param, Under: r.ofFacts(obj, c.Under), Chain: ofChain(obj, c.Chain)})
	}
	return s
}

func ofChain(obj *types.Func, list []FactStep) []Step {
	var out []Step
	for _, s := range list {
		out = append(out, Step{Callee: lengthen(s.Callee, obj.Pkg()), File: lengthen(s.File, obj.Pkg()), Line: s.Line})
	}
	return out
}

func (r *Result) ofFacts(obj *types.Func, list []FactLock) []Lock {
	var out []Lock
	for _, l := range list {
		out = append(out, r.ofFact(obj, l))
	}
	return out
}

func (r *Result) ofFact(obj *types.Func, l FactLock) Lock {
	out := Lock{Class: lengthen(l.Class, obj.Pkg()), Read: l.Read}
	if l.Param < 0 {
		return out
	}
	t := paramType(obj.Signature(), l.Param)
	space := r.Locks.Paths.Space
	loc := space.Root(placeholder{l.Param}, "", nil)
	for _, name := range l.Fields {
		if name == derefField {
			elem := t
			if p, ok := t.Underlying().(*types.Pointer); ok {
				elem = p.Elem()
			}
			loc, t = space.Deref(loc, elem), elem
		} else {
			f := fieldOf(t, name)
			if f == nil {
				return out
			}
			loc, t = space.Field(loc, f), f.Type()
		}
		if loc == nil {
			return out
		}
	}
	out.Class, out.Loc = locks.ClassOf(loc), loc
	return out
}

func paramType(sig *types.Signature, i int) types.Type {
	if sig.Recv() != nil {
		if i == 0 {
			return sig.Recv().Type()
		}
		i--
	}
	if i >= sig.Params().Len() {
		return types.Typ[types.Invalid]
	}
	return sig.Params().At(i).Type()
}

func fieldOf(t types.Type, name string) *types.Var {
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
