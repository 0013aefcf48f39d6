// Package directives reads the //yieldlint: comments of a package.
//
// A directive has the syntax of Go directives, //yieldlint:name args, with no
// space after the slashes. The names:
//
//	eventloop                       this function (type, interface method, struct field) runs on an event loop
//	ignore rule[/category] -- reason   no findings of the rule here
//	nonblocking, suspends, holds, guardedby, confined, atomic   reserved for contracts: accepted, not yet read
//
// An ignore directive behind code covers that line; on lines of its own, the
// first line after its comment group; in the doc comment of a function, the
// whole function. The form of staticcheck, //lint:ignore yieldlint/rule
// reason, means the same.
//
// What is wrong with a directive is itself a finding ([Set.Problems],
// [Set.Unused]): a directive that does nothing must not look as if it did.
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
	marked   []Marked
	ignores  []*ignore
	problems []Problem
}

// A Marked is something that an eventloop directive marks.
type Marked struct {
	// Node is an *ast.FuncDecl, *ast.FuncLit, *ast.TypeSpec of a func type, or
	// the *ast.Field of an interface method or of a struct field of func type.
	Node ast.Node
	Obj  types.Object // what Node declares; nil for a function literal
	Pos  token.Pos    // of the directive
	Args string
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
	s := &Set{fset: fset}
	for _, file := range files {
		s.collectFile(file, info)
	}
	slices.SortStableFunc(s.marked, func(a, b Marked) int { return cmp.Compare(a.Pos, b.Pos) })
	sortProblems(s.problems)
	return s
}

// EventLoop returns what eventloop directives mark.
func (s *Set) EventLoop() []Marked { return s.marked }

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
