package directives

import (
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/models"
)

// Analyzer collects the directives of a package once for all who ask. Its
// result is a *Set, nil for a standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yielddirectives",
	Doc:        "collect the //yieldlint: comments of a package",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/directives",
	Run:        guard.Run("yielddirectives", run),
	ResultType: reflect.TypeFor[*Set](),
}

func run(pass *analysis.Pass) (any, error) {
	if models.IsStd(pass.Pkg.Path()) {
		return (*Set)(nil), nil
	}
	return Collect(pass.Fset, pass.Files, pass.TypesInfo), nil
}
