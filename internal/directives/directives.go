// Package directives reads the //yieldlint: comments of a package.
//
// A directive has the syntax of Go directives, //yieldlint:name args, with no
// space after the slashes. The names:
//
//	eventloop [text]                   runs on an event loop
//	nonblocking [class, ...]           must not block, at all or on these classes
//	suspends                           suspends its goroutine, even if the body does not today
//	confined                           is touched on its event loop only
//	holds mu[, mu2]                    is called with these locks held
//	guardedby mu                       is touched with this lock held only
//	atomic                             must not be split by a suspension
//	ignore rule[/category] -- reason   no findings of the rule here
//
// All but ignore are contracts. A contract stands in the doc comment of what
// it marks, or at the end of its line; for function literals, for blocks and
// for parameters in a list over several lines, on the line above or at the end
// of the line. The table of contracts says what each may mark. What follows
// the word "--" is a remark. Annotations of gVisor's checklocks are read too:
// "+checklocks:mu" and "+checklocksread:mu" mean holds on functions, guardedby
// on fields and variables; "+checklocksignore" is kept under its own name.
//
// An ignore directive behind code covers that line; on lines of its own, the
// first line after its comment group; in the doc comment of a function, the
// whole function. The form of staticcheck, //lint:ignore yieldlint/rule
// reason, means the same.
//
// What is wrong with a directive is itself a finding ([Set.Problems],
// [Set.Unused]): a directive that does nothing must not look as if it did.
//
// What comments say in words is evidence, not a contract ([Set.Prose]).
package directives

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"sync/atomic"
)

// A Set is the directives of one package. Its methods may be called from
// several goroutines.
type Set struct {
	fset     *token.FileSet
	marked   map[string][]Marked // by name of the contract
	ignores  []*ignore
	problems []Problem
	prose    []Prose
}

// A Marked is something that a contract marks.
type Marked struct {
	Name string // of the contract

	// Node declares what is marked: an *ast.FuncDecl, the *ast.TypeSpec of a
	// func, interface or struct type, the *ast.Field of an interface method,
	// a struct field or a parameter, the *ast.ValueSpec of package variables.
	// Or it is what is marked: an *ast.FuncLit or *ast.BlockStmt.
	Node ast.Node
	// Obj is a *types.Func, *types.TypeName or *types.Var, one of those that
	// Node declares; nil for a literal or block. A mark on an interface type,
	// or on a variable of one, is about all its methods.
	Obj types.Object

	Pos     token.Pos // of the directive
	Args    string    // as written, without remark
	Classes []string  // of nonblocking, in the order of models.Classes; none means the default of the rule
	Locks   []string  // of holds and guardedby
	Read    bool      // Locks need be held for reading only

	foreign bool
}

// A Problem is something wrong with a directive.
type Problem struct {
	Pos     token.Pos
	Message string // one line, lower case, no full stop
}

// An ignore is one rule that one directive switches off somewhere.
type ignore struct {
	target
	pos      token.Pos
	from, to token.Pos // the code that is covered, if it is a function
	file     string    // else the file and line that are covered
	line     int
	used     atomic.Bool
}

// Collect reads the directives of files. info may lack objects (they are
// then nil in Marked); the order of results is that of positions.
func Collect(fset *token.FileSet, files []*ast.File, info *types.Info) *Set {
	s := &Set{fset: fset, marked: make(map[string][]Marked)}
	for _, file := range files {
		s.collectFile(file, info)
		s.collectProse(file, info)
	}
	for _, marks := range s.marked {
		slices.SortStableFunc(marks, func(a, b Marked) int { return cmp.Compare(a.Pos, b.Pos) })
	}
	s.checkConflicts()
	sortProblems(s.problems)
	slices.SortStableFunc(s.prose, func(a, b Prose) int { return cmp.Compare(a.Pos, b.Pos) })
	return s
}

// Contracts returns what directives of a name mark: a name of the package
// comment, or "checklocksignore".
func (s *Set) Contracts(name string) []Marked { return s.marked[name] }

// EventLoop returns what eventloop directives mark.
func (s *Set) EventLoop() []Marked { return s.Contracts("eventloop") }

// Prose returns what comments say about interface methods and func types.
func (s *Set) Prose() []Prose { return s.prose }

// Problems returns what is wrong with the directives as they are written.
func (s *Set) Problems() []Problem { return s.problems }

// Ignored reports whether an ignore directive covers a finding of rule and
// category at pos, with its reason, and remembers that the directive was used.
func (s *Set) Ignored(rule, category string, pos token.Pos) (reason string, ok bool) {
	if len(s.ignores) == 0 || !pos.IsValid() {
		return "", false
	}
	at := s.fset.PositionFor(pos, false)
	for _, ig := range s.ignores {
		if ig.rule != rule || ig.category != "" && ig.category != category || !ig.covers(pos, at) {
			continue
		}
		// All that match are used, or a directive for the whole function
		// would make the one for a line in it look superfluous by accident.
		ig.used.Store(true)
		if !ok {
			reason, ok = ig.reason, true
		}
	}
	return reason, ok
}

func (ig *ignore) covers(pos token.Pos, at token.Position) bool {
	if ig.from.IsValid() {
		return ig.from <= pos && pos < ig.to
	}
	return ig.file == at.Filename && ig.line == at.Line
}

// Unused returns the ignore directives of rule that no call of Ignored has
// matched so far.
func (s *Set) Unused(rule string) []Problem {
	var problems []Problem
	for _, ig := range s.ignores {
		if ig.rule == rule && !ig.used.Load() {
			problems = append(problems, Problem{ig.pos, "ignore directive matches no finding of " + ig.target.String()})
		}
	}
	sortProblems(problems)
	return problems
}

func (s *Set) problem(pos token.Pos, message string) {
	s.problems = append(s.problems, Problem{pos, message})
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Pos, b.Pos) })
}

func quote(s string) string { return strconv.Quote(s) }
