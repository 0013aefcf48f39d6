// Package accesses gathers what the functions of a package read and write of
// fields and package-level variables, with the locks that must be held, and
// who may run them.
//
// It is an analyzer with facts, apart from internal/effects: effects is about
// what a call may do before it returns, in terms of values, and every rule
// needs it; this is about memory and locks, is a must-analysis in its sets,
// and only the rules about sharing need it. Its facts are small: of functions,
// which locks of their parameters they leave locked or unlock, and whether
// they change their receivers without a lock; of exported fields, which lock
// guards them.
//
// The method is that of RacerD (Blackshear et al., 2018): locations are
// syntactic paths from parameters and globals, locks are must-sets of such
// paths, an object that its function has just made is owned and its accesses
// do not count.
package accesses

import (
	"go/types"
	"path/filepath"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/config"
	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Analyzer gathers accesses. Its result is a *Result, nil for a standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yieldaccesses",
	Doc:        "gather which fields functions access, and under which locks",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/accesses",
	Requires:   []*analysis.Analyzer{program.Analyzer, directives.Analyzer},
	Run:        guard.Run("yieldaccesses", run),
	FactTypes:  []analysis.Fact{new(LockFact), new(GuardFact), new(WriterFact)},
	ResultType: reflect.TypeFor[*Result](),
}

// An Access is one read or write of a field or global.
type Access struct {
	Fn    *ssa.Function
	Instr ssa.Instruction
	// Var is the field or package-level variable. An access to the elements
	// or entries of a map, slice or array in a field is one to Var, with Inside.
	Var    types.Object
	Loc    *paths.Loc // of the variable
	Write  bool
	Inside bool // what the variable refers to, not the variable itself
	Map    bool // of Inside: the entries of a map
	Atomic bool
	Via    string // the library function that makes the access
	Locks  locks.Set
	Owned  bool // the object is the function's own, or its callers'
	// Setup says that the function runs only while the object is made.
	Setup bool
	// Unknown says that nothing is known of who runs the function, and so of
	// the locks that are held.
	Unknown bool
}

// A Result is the accesses of a package.
type Result struct {
	Locks    *locks.Analysis
	Accesses []*Access // in the order of functions, then of instructions
	Cells    []*Cell   // in the order of their first accesses
	// InnerCells are what fields refer to, as methods of other packages access it.
	InnerCells []*Cell
	Contexts   map[*ssa.Function]*Context
	Table      *models.Table
	Program    *program.Program
	mu         sync.Mutex // see Exclusive
	pass       *analysis.Pass
	holds      map[types.Object]bool // functions that a directive lets their callers lock for
	converted  map[methodOf]bool
	sites      map[*ssa.Function][]site
	fieldCalls map[*types.Var]*fieldCalls
}

func run(pass *analysis.Pass) (any, error) {
	prog := pass.ResultOf[program.Analyzer].(*program.Program)
	if prog == nil {
		return (*Result)(nil), nil
	}
	table, err := config.Table(filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename))
	if err != nil {
		return nil, err
	}
	r := &Result{Table: table, Program: prog, pass: pass, holds: make(map[types.Object]bool)}
	for _, m := range pass.ResultOf[directives.Analyzer].(*directives.Set).Contracts("holds") {
		r.holds[m.Obj] = true
	}
	r.Locks = locks.New(prog.Funcs, table, r.importLocks)
	r.contexts()
	for _, fn := range prog.Funcs {
		if !r.isTest(fn) {
			r.gather(fn)
		}
	}
	r.Cells = cells(r.Accesses)
	r.InnerCells = cells(r.inner())
	r.exportLocks()
	r.exportGuards()
	r.exportWriters()
	return r, nil
}

func (r *Result) isTest(fn *ssa.Function) bool { return program.IsTest(r.pass.Fset, fn.Pos()) }

// Exclusive waits until no other analyzer works with r, and returns what ends
// the work of the caller. Locations and locks are found when they are asked
// for, and remembered; and a driver runs the analyzers that need r at once.
func (r *Result) Exclusive() (done func()) {
	r.mu.Lock()
	return r.mu.Unlock
}

// IsTest reports whether fn is in a test file.
func (r *Result) IsTest(fn *ssa.Function) bool { return r.isTest(fn) }

// Declared returns the declared function around fn.
func Declared(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// Bounds returns the bounds that were exceeded, those of locks included.
func (r *Result) Bounds() *bounds.Log {
	if r == nil {
		return nil // standard library
	}
	return r.Locks.Bounds()
}
