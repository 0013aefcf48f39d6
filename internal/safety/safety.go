// Package safety infers how the values of the exported types of a package may
// be used by several goroutines at once: immutable, confined, guarded by a
// lock, internally synchronised, safe unless the same arguments are shared, or
// not safe; in the spirit of the attribute threadsafety of Python's database
// modules. Its analyzer reports no findings; it runs only when it is asked for
// by its name, and answers yieldlint safety.
//
// The level of a type follows from those of its fields, and these from all
// accesses in view outside construction (internal/accesses): what nobody
// writes is immutable; what is always accessed under one lock is guarded by
// it; atomics, channels and values of safe types synchronise themselves. A
// call on what a field refers to counts as the reads and writes that the
// callee makes without a lock of its own: in the package by its body, in
// others by the fact of the type or the models. Levels of the types of a
// package depend on each other: they start as safe and only get worse, until
// nothing changes.
//
// It is an inference from the accesses that are there, not a proof: locks are
// must-sets of declared locks, without a check that two accesses mean the
// same object; what a caller does with exported fields, or with a slice that
// a method has returned, is out of view.
package safety

import (
	"encoding/json"
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Name is the name of the analyzer, and of the flag that enables it.
const Name = "yieldsafety"

// Analyzer reports answers: diagnostics whose messages are JSON.
var Analyzer = &analysis.Analyzer{
	Name:       Name,
	Doc:        "answer the question of yieldlint safety, as JSON",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/safety",
	Requires:   []*analysis.Analyzer{accesses.Analyzer, directives.Analyzer},
	Run:        guard.Run(Name, run),
	FactTypes:  []analysis.Fact{new(LevelFact)},
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is what is left to tell beside the answers.
type Result struct{ log *bounds.Log }

// Bounds returns the bounds that were exceeded.
func (r *Result) Bounds() *bounds.Log {
	if r == nil {
		return nil // standard library
	}
	return r.log
}

// maxMethods bounds the lists of methods of a LevelFact. Of what is beyond it,
// importers know nothing.
const maxMethods = 128

// A LevelFact of a type says how it may be shared, and which of its methods
// touch a value without a lock of their own.
type LevelFact struct {
	Level         Level
	Writes, Reads []string // sorted
	Reason        string   // why it is not safe
}

func (*LevelFact) AFact() {}

func (f *LevelFact) String() string {
	s := string(f.Level)
	if len(f.Writes) > 0 {
		s += " writes " + strings.Join(f.Writes, ",")
	}
	if len(f.Reads) > 0 {
		s += " reads " + strings.Join(f.Reads, ",")
	}
	return s
}

func run(pass *analysis.Pass) (any, error) {
	acc := pass.ResultOf[accesses.Analyzer].(*accesses.Result)
	if acc == nil {
		return (*Result)(nil), nil // standard library
	}
	defer acc.Exclusive()()
	j := newJudge(pass, acc)
	j.solve()
	for _, t := range j.types {
		j.export(t)
		if !t.obj.Exported() || j.isTest(t.obj.Pos()) {
			continue
		}
		message, err := json.Marshal(j.answer(t))
		if err != nil {
			return nil, err
		}
		pass.Report(analysis.Diagnostic{Pos: t.obj.Pos(), Category: Category, Message: string(message)})
	}
	return &Result{&j.log}, nil
}

func (j *judge) isTest(pos token.Pos) bool {
	return program.IsTest(j.pass.Fset, pos)
}

func (j *judge) posn(pos token.Pos) string {
	if !pos.IsValid() {
		return ""
	}
	return j.pass.Fset.Position(pos).String()
}

// export exports the fact of a type.
func (j *judge) export(t *typeOf) {
	if !t.obj.Exported() {
		return
	}
	fact := &LevelFact{Level: t.level}
	if !t.level.Safe() {
		if t.reason != nil {
			fact.Reason = t.reason.text
		}
		fact.Writes, fact.Reads = j.touching(t)
		if max(len(fact.Writes), len(fact.Reads)) > maxMethods {
			j.log.ExceededBy("safety.maxMethods", t.obj)
		}
		fact.Writes = fact.Writes[:min(len(fact.Writes), maxMethods)]
		fact.Reads = fact.Reads[:min(len(fact.Reads), maxMethods)]
	}
	j.pass.ExportObjectFact(t.obj, fact)
}

// touching returns the exported methods that write and that read a value without a lock.
func (j *judge) touching(t *typeOf) (writes, reads []string) {
	for _, fn := range j.acc.Program.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || fn.Signature.Recv() == nil || namedOf(fn.Signature.Recv().Type()) != t.obj {
			continue
		}
		switch j.effects[fn][0] {
		case writes1:
			writes = append(writes, obj.Name())
		case reads1:
			reads = append(reads, obj.Name())
		}
	}
	slices.Sort(writes)
	slices.Sort(reads)
	return writes, reads
}

// importLevel returns what the package of a type says of it, nil if nothing.
func (j *judge) importLevel(obj *types.TypeName) *LevelFact {
	fact := new(LevelFact)
	if obj.Pkg() == nil || obj.Pkg() == j.pass.Pkg || !j.pass.ImportObjectFact(obj, fact) {
		return nil
	}
	return fact
}

// namedOf returns the declared type that t is, or points to, nil if there is none.
func namedOf(t types.Type) *types.TypeName {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Origin().Obj()
	}
	return nil
}

// funcName returns the name of the declared function around fn, as messages write it.
func funcName(fn *ssa.Function) string {
	d := accesses.Declared(fn)
	name := d.Name()
	if recv := d.Signature.Recv(); recv != nil {
		if obj := namedOf(recv.Type()); obj != nil {
			name = obj.Name() + "." + name
			if _, isPtr := types.Unalias(recv.Type()).(*types.Pointer); isPtr {
				name = fmt.Sprintf("(*%s).%s", obj.Name(), d.Name())
			}
		}
	}
	if d != fn {
		return "a function literal in " + name
	}
	return name
}
