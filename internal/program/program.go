// Package program builds the SSA form of one package, for every rule to share.
//
// It differs from passes/buildssa in two ways. It builds nothing for the
// standard library, whose behaviour comes from models. And it has no facts and
// requires none, so that drivers need not run it on dependencies for itself.
// Imports are created without syntax, the direct ones only: package ssa makes
// methods of indirectly imported types when they are asked for. Such a
// function has an object, but no Pkg.
package program

import (
	"go/ast"
	"go/types"
	"reflect"
	"sort"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/models"
)

// Analyzer builds SSA. Its result is a *Program, nil for a standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yieldprogram",
	Doc:        "build the SSA form of a package for the rules of yieldlint",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/program",
	Run:        guard.Run("yieldprogram", run),
	ResultType: reflect.TypeFor[*Program](),
}

// A Program is the SSA form of one package.
type Program struct {
	Prog *ssa.Program
	Pkg  *ssa.Package
	// Funcs are the declared functions and methods and their function
	// literals, each parent before its literals, in the order of positions.
	Funcs []*ssa.Function
	// Files says of each file (by its ast.File) whether it is a test file or generated.
	Files map[*ast.File]FileKind
}

// A FileKind says how a file came about.
type FileKind struct{ Test, Generated bool }

func run(pass *analysis.Pass) (any, error) {
	if models.IsStd(pass.Pkg.Path()) || len(pass.Files) == 0 {
		return (*Program)(nil), nil
	}
	prog := ssa.NewProgram(pass.Fset, 0)
	for _, p := range pass.Pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()

	p := &Program{Prog: prog, Pkg: pkg, Files: make(map[*ast.File]FileKind)}
	for _, file := range pass.Files {
		name := pass.Fset.Position(file.FileStart).Filename
		p.Files[file] = FileKind{Test: isTestFile(name), Generated: ast.IsGenerated(file)}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok {
				if fn, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func); ok {
					p.add(prog.FuncValue(fn))
				}
			}
		}
	}
	// The initialiser of package-level variables holds their literals.
	if init := pkg.Func("init"); init != nil {
		p.add(init)
	}
	sort.SliceStable(p.Funcs, func(i, j int) bool {
		return before(pass, p.Funcs[i], p.Funcs[j])
	})
	return p, nil
}

// before orders functions by file name and offset, which does not depend on
// the order in which a driver lists the files.
func before(pass *analysis.Pass, f, g *ssa.Function) bool {
	a, b := pass.Fset.Position(f.Pos()), pass.Fset.Position(g.Pos())
	if a.Filename != b.Filename {
		return a.Filename < b.Filename
	}
	return a.Offset < b.Offset
}

func (p *Program) add(f *ssa.Function) {
	if f == nil {
		return
	}
	p.Funcs = append(p.Funcs, f)
	for _, anon := range f.AnonFuncs {
		p.add(anon)
	}
}

// IsLoopBody reports whether fn is the body of a loop over a function, which
// runs in place as a part of the function around it.
func IsLoopBody(fn *ssa.Function) bool { return fn.Synthetic == "range-over-func yield" }
