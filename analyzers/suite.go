// Package analyzers lists the rules of yieldlint.
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/analyzers/blockingio"
	"github.com/yieldlint/yieldlint/analyzers/sharedstate"
	"github.com/yieldlint/yieldlint/analyzers/yieldpoints"
)

//go:generate go run ../internal/cmd/gendocs -o ../docs/rules.md

// Suite is every rule, in alphabetical order. The analyzers that only compute
// (internal/program, internal/effects, internal/roots) are left out: the rules
// require them.
var Suite = []*analysis.Analyzer{
	blockingio.Analyzer,
	sharedstate.Analyzer,
	yieldpoints.Analyzer,
}
