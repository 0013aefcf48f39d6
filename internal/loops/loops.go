// Package loops recognises hand-written event loops: one goroutine that
// serves many callers, written with for, select and channels or around the
// poll call of an operating system or framework.
//
// The method is syntactic, on typed syntax trees, in four steps:
//
//  1. regions (region.go): for-select, for-receive, range over a channel,
//     loops made of goto, loops around a poll call, loops around a queue.
//  2. cases (cases.go): every receive of a region is work, a timer or a stop.
//  3. effects (scan.go): what a region does with the values it receives and
//     with the state around it, through helpers of the same package.
//  4. start (start.go): how many goroutines run the function at a time.
//
// The decision (signals.go) is the one of the catalogue of event loops,
// section 11. All of it is evidence, not proof: a Loop *may* be a dispatcher.
// Strong ones are believed without a second look; the aim is that nine of ten
// of those are serial dispatchers for several callers.
package loops

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/program"
)

// A Loop is a serial dispatcher found in the code.
type Loop struct {
	Fn *ssa.Function // the function (or literal) that contains the loop itself
	// Body is the *ast.ForStmt or *ast.RangeStmt, or for a loop made of goto
	// only the *ast.LabeledStmt at its head.
	Body ast.Node
	// Pos and End enclose the loop code. Of a for statement that is its
	// condition and body; of a loop re-entered by goto, all from the label to the goto.
	Pos, End token.Pos
	Evidence string // for messages: "serves 4 channels, runs received functions"
	Signals  Signals
	Strong   bool   // good enough for a proved finding
	Poll     string // the poll call, "" without one
	// Inputs are the fields and variables that hold the channels from which
	// the loop itself receives, timers excepted, in order of appearance.
	Inputs []types.Object
}

// Find returns the dispatchers of a package, ordered like prog.Funcs and then
// by position. poll says which functions are poll calls of frameworks; those
// of operating systems are built in. prog and poll may be nil.
func Find(pass *analysis.Pass, prog *program.Program, poll func(*types.Func) (name string, ok bool)) []Loop {
	if prog == nil || isTestPackage(pass.Pkg.Name()) {
		return nil
	}
	f := &finder{pass: pass, poll: poll}
	var loops []Loop
	skip := testFiles(prog)
	for _, fn := range prog.Funcs {
		body, sig := bodyOf(fn)
		if body == nil || skip[f.fileOf(fn.Pos())] || takesTesting(sig) {
			continue
		}
		found := f.findIn(fn, body)
		slices.SortStableFunc(found, func(a, b Loop) int { return cmp.Compare(a.Pos, b.Pos) })
		loops = append(loops, found...)
	}
	return loops
}

// A finder holds what is shared by the functions of a package.
type finder struct {
	pass  *analysis.Pass
	poll  func(*types.Func) (string, bool)
	index *index // see f.pkgIndex
}

func (f *finder) info() *types.Info { return f.pass.TypesInfo }

// findIn returns the dispatchers whose loop is written in fn itself.
func (f *finder) findIn(fn *ssa.Function, body *ast.BlockStmt) []Loop {
	var loops []Loop
	for _, r := range f.regions(body) {
		sig, inputs := f.signalsOf(fn, r)
		if !sig.dispatcher() {
			continue
		}
		loops = append(loops, Loop{
			Fn:       fn,
			Body:     r.node,
			Pos:      r.pos,
			End:      r.end,
			Evidence: sig.evidence(r.pollName),
			Signals:  sig,
			Strong:   sig.strong(),
			Poll:     r.pollName,
			Inputs:   inputs,
		})
	}
	return loops
}

func (f *finder) fileOf(pos token.Pos) token.Pos {
	for _, file := range f.pass.Files {
		if file.FileStart <= pos && pos < file.FileEnd {
			return file.FileStart
		}
	}
	return token.NoPos
}

// bodyOf returns the body and type of a function that was written as one.
// A body of a range-over-func statement is part of the function around it.
func bodyOf(fn *ssa.Function) (*ast.BlockStmt, *types.Signature) {
	switch n := fn.Syntax().(type) {
	case *ast.FuncDecl:
		return n.Body, fn.Signature
	case *ast.FuncLit:
		return n.Body, fn.Signature
	}
	return nil, nil
}

// testFiles returns the starts of the files that hold test code: test files
// and files that help tests from the outside.
func testFiles(prog *program.Program) map[token.Pos]bool {
	skip := make(map[token.Pos]bool)
	for file, kind := range prog.Files {
		if kind.Test || importsTesting(file) {
			skip[file.FileStart] = true
		}
	}
	return skip
}

func importsTesting(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool {
		return spec.Path.Value == `"testing"`
	})
}

func takesTesting(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if named := namedOf(v.Type()); named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "testing" {
			return true
		}
	}
	return false
}

// namedOf returns the named type of t or of what t points to, or nil.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}
