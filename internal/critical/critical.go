// Package critical computes critical pairs: which locks a call of a function
// may take before it returns, by which chain of calls, and which locks are held
// at that moment. With the locks that must be held at the call, such a pair says
// in which order locks are taken, and whether one is taken twice.
//
// The pairs are those of Infer's starvation checker (Distefano et al., 2019).
// What is held is a must-set (internal/locks); what a call takes is a may-set
// over calls that are in view: static calls, function literals and method
// values that are called or passed to what calls them. Locks are named by
// access paths from parameters and globals, and by class, which is what they
// are declared as: a field or a package-level variable.
//
// Summaries of functions grow only, and keep the shortest chain; both are
// bounded, so a fixed point is reached.
package critical

import (
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// Analyzer computes critical pairs. Its result is a *Result, nil for a standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yieldcritical",
	Doc:        "summarise which locks each function takes, and what is held then",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/critical",
	Requires:   []*analysis.Analyzer{accesses.Analyzer},
	Run:        guard.Run("yieldcritical", run),
	FactTypes:  []analysis.Fact{new(Fact)},
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is the critical pairs of a package.
type Result struct {
	*accesses.Result
	pass      *analysis.Pass
	summaries map[*ssa.Function]*Summary
	imported  map[*types.Func]*Fact
	names     map[any]string
	owners    map[*types.Package]map[*types.Var]string
}

// A Lock is a lock as one function names it.
type Lock struct {
	Class any        // *types.Var, *ssa.Global, or the name of one that another package declares
	Loc   *paths.Loc // nil: some lock of the class
	Read  bool
}

// A Step is one call of a chain.
type Step struct {
	Fn     *ssa.Function       // whose call it is, nil if it is in another package
	Call   ssa.CallInstruction // likewise
	Callee string              // full name
	File   string              // of calls in other packages: path of the package, "/", base name
	Line   int
}

// An Acquire is a lock that a call of a function may take.
type Acquire struct {
	Lock
	// Under are the locks that the function, and those that it calls, hold
	// when the lock is taken; those of its callers are not among them.
	Under []Lock
	Chain []Step // the last step is the call that takes the lock
	// If is the parameter of type bool on which it depends, if that is known.
	If    *ssa.Parameter
	Is    bool
	Maybe bool // it depends on some parameter
}

// A ParamCall is a call of a func parameter.
type ParamCall struct {
	Param *ssa.Parameter // of the function, or of one around it
	Index int            // of the parameter in an imported summary
	Under []Lock
	Chain []Step // the last step is the call of the parameter
}

// A Summary is what a call of a function does to locks.
type Summary struct {
	Acquires []*Acquire
	Params   []*ParamCall
	// GivesBack are locks that the function unlocks without having taken them.
	GivesBack []Lock
	version   int
}

// Bounds of the summaries inside a package.
const (
	maxAcquires   = 40 // of one function
	maxParamCalls = 8
	maxUnder      = 4  // locks held when a lock is taken
	maxChain      = 10 // calls of a chain
	maxRounds     = 12
)

func run(pass *analysis.Pass) (any, error) {
	acc := pass.ResultOf[accesses.Analyzer].(*accesses.Result)
	if acc == nil {
		return (*Result)(nil), nil
	}
	defer acc.Exclusive()()
	r := &Result{
		Result: acc, pass: pass,
		summaries: make(map[*ssa.Function]*Summary), imported: make(map[*types.Func]*Fact),
		names: make(map[any]string), owners: make(map[*types.Package]map[*types.Var]string),
	}
	for _, fn := range acc.Program.Funcs {
		r.summaries[fn] = new(Summary)
	}
	for range maxRounds {
		changed := false
		for _, fn := range acc.Program.Funcs {
			if !r.IsTest(fn) && r.summarise(fn) {
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	r.export()
	return r, nil
}

// Summary returns what a call of fn does to locks, nil if fn is not of this package.
func (r *Result) Summary(fn *ssa.Function) *Summary { return r.summaries[fn] }

// Own returns the locks that fn itself has taken when instr is reached, not its callers.
func (r *Result) Own(instr ssa.Instruction) []Lock {
	f := r.Locks.Funcs[instr.Parent()]
	if f == nil {
		return nil
	}
	var out []Lock
	for _, h := range r.Locks.Before(instr) {
		if h.Loc == nil || !isDeclared(h.Class) {
			continue
		}
		if _, atEntry := f.Entry.Find(h.Loc); !atEntry {
			out = append(out, Lock{Class: h.Class, Loc: h.Loc, Read: h.Read})
		}
	}
	return out
}

// isDeclared reports whether class is a field or package-level variable.
func isDeclared(class any) bool {
	switch class := class.(type) {
	case *types.Var, *ssa.Global:
		return true
	case string:
		return class != ""
	}
	return false
}

// Same reports whether two locks are one object: the same path, and no step
// of it of which it is not known which element is meant.
func Same(a, b Lock) bool { return a.Loc != nil && a.Loc == b.Loc && Fixed(a.Loc) }

// Fixed reports whether l is the same memory whenever its function names it, as
// long as nothing is stored to its fields.
func Fixed(l *paths.Loc) bool {
	for ; l.Parent != nil; l = l.Parent {
		switch l.Step {
		case paths.Entries:
			return false
		case paths.Elem:
			if l.Hi-l.Lo != 1 {
				return false
			}
		case paths.Deref:
			if l.Parent.Step == paths.Root {
				return false // a variable that is stored to several times
			}
		}
	}
	return true
}

// Site returns the call that takes h, of those in the function of instr: the
// last one from which control comes to instr.
func (r *Result) Site(h Lock, instr ssa.Instruction) ssa.CallInstruction {
	var best ssa.CallInstruction
	for _, b := range instr.Parent().Blocks {
		if b != instr.Block() && !b.Dominates(instr.Block()) {
			continue
		}
		for _, x := range b.Instrs {
			if x == instr {
				break
			}
			call, ok := x.(*ssa.Call)
			if !ok || !r.takes(call, h) {
				continue
			}
			if best == nil || best.Block().Dominates(b) {
				best = call
			}
		}
	}
	return best
}

// takes reports whether h is held after call, but not before it.
func (r *Result) takes(call *ssa.Call, h Lock) bool {
	if op := r.Locks.OpOf(call); op != nil {
		return (op.Kind == locks.Acquire || op.Kind == locks.Try) && op.Lock.Loc == h.Loc
	}
	for _, x := range r.Locks.Leaves(call) {
		if x.Loc == h.Loc {
			return true
		}
	}
	return false
}
