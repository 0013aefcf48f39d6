package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/report"
)

// stubRules are rules whose findings the scripts control by names: a call of a
// function called Block... is a finding, with a chain that goes through other
// packages by facts. A function called StubPanic or StubFail makes the analyzer of the
// package that declares it do so.
var stubRules = []*analysis.Analyzer{stubRule, quietRule}

var stubRule = &analysis.Analyzer{
	Name:     "stub",
	Doc:      "report calls of functions called Block\n\nFor tests.",
	Requires: []*analysis.Analyzer{stubFacts},
	Run:      runStub,
}

var quietRule = &analysis.Analyzer{
	Name: "quiet",
	Doc:  "report nothing",
	Run:  func(*analysis.Pass) (any, error) { return nil, nil },
}

var stubFacts = &analysis.Analyzer{
	Name:      "stubfacts",
	Doc:       "find the functions called Block",
	FactTypes: []analysis.Fact{new(blocks)},
	// A pass sees only the facts of its own analyzer: the result hands them on.
	ResultType: reflect.TypeFor[func(types.Object, analysis.Fact) bool](),
	Run:        runStubFacts,
}

var stubConfidence string

func init() {
	stubRule.Flags.StringVar(&stubConfidence, "confidence", "proved", "level")
	stubRule.Flags.Int("depth", 3, "no effect")
}

// blocks is the fact of a function called Block.
type blocks struct{ Place string }

func (*blocks) AFact()           {}
func (b *blocks) String() string { return "blocks " + b.Place }

func runStubFacts(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			switch name := fn.Name.Name; {
			case name == "StubPanic":
				panic("stub panic")
			case name == "StubFail":
				return nil, errors.New("stub failure")
			case strings.HasPrefix(name, "Block"):
				posn := pass.Fset.Position(fn.Pos())
				place := fmt.Sprintf("%s/%s:%d", pass.Pkg.Path(), filepath.Base(posn.Filename), posn.Line)
				pass.ExportObjectFact(pass.TypesInfo.Defs[fn.Name], &blocks{place})
			}
		}
	}
	return pass.ImportObjectFact, nil
}

func runStub(pass *analysis.Pass) (any, error) {
	importFact := pass.ResultOf[stubFacts].(func(types.Object, analysis.Fact) bool)
	for _, file := range pass.Files {
		for node := range ast.Preorder(file) {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				continue
			}
			if fn := calleeOf(pass.TypesInfo, call); fn != nil {
				var fact blocks
				if importFact(fn, &fact) {
					emitStub(pass, call, fn, fact)
				}
			}
		}
	}
	return nil, nil
}

func calleeOf(info *types.Info, call *ast.CallExpr) *types.Func {
	for id := range ast.Preorder(call.Fun) {
		if id, ok := id.(*ast.Ident); ok {
			if fn, ok := info.Uses[id].(*types.Func); ok {
				return fn.Origin()
			}
		}
	}
	return nil
}

func emitStub(pass *analysis.Pass, call *ast.CallExpr, fn *types.Func, fact blocks) {
	confidence := report.Proved
	if strings.HasPrefix(fn.Name(), "BlockMaybe") {
		confidence = report.Suspect
	}
	if confidence == report.Suspect && stubConfidence != "suspect" {
		return
	}
	chain := []report.Step{{Pos: call.Pos(), Text: "caller → " + fn.FullName()}}
	if fn.Pkg() != pass.Pkg {
		chain = append(chain, report.Step{Text: fn.FullName() + " → time.Sleep (" + fact.Place + ")"})
	} else {
		chain = append(chain, report.Step{Pos: fn.Pos(), Text: fn.Name() + " → time.Sleep"})
	}
	report.Emit(pass, report.Finding{
		Pos: call.Pos(), End: call.End(), Category: "calls",
		Confidence: confidence, Message: "calls " + fn.FullName(), Chain: chain,
	})
	if fn.Name() == "BlockFix" {
		pass.Report(analysis.Diagnostic{
			Pos: call.Pos(), Category: "fix", Message: "can be fixed [stub/fix]",
			SuggestedFixes: []analysis.SuggestedFix{{Message: "remove the call", TextEdits: []analysis.TextEdit{
				{Pos: call.Pos(), End: call.End(), NewText: []byte("println()")},
			}}},
		})
	}
}
