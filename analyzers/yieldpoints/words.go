package yieldpoints

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
)

// funcName is the name of fn in messages.
func funcName(pass *analysis.Pass, fn *ssa.Function) string {
	return effects.ShortName(effects.FullName(fn), pass.Pkg.Path())
}

// suspensionSteps shows the chain of calls from caller to an operation. A call
// inside the standard library has no place of its own. Without a caller, the
// chain begins with the window.
func suspensionSteps(pass *analysis.Pass, caller string, x effects.Found) []report.Step {
	pkg := pass.Pkg.Path()
	var steps []report.Step
	for i := 0; i < len(x.Chain); i++ {
		hop := x.Chain[i]
		callee := effects.ShortName(hop.Callee, pkg)
		text := caller + " → " + callee
		if caller == "" {
			text = "window: " + callee
		}
		for i+1 < len(x.Chain) && !x.Chain[i+1].Pos.IsValid() && x.Chain[i+1].File == "" {
			i++
			callee = effects.ShortName(x.Chain[i].Callee, pkg)
			text += " → " + callee
		}
		if i == len(x.Chain)-1 {
			text += "   " + string(x.Class)
		}
		if !hop.Pos.IsValid() && hop.File != "" {
			text += fmt.Sprintf(" (%s:%d)", hop.File, hop.Line)
		}
		steps = append(steps, report.Step{Pos: hop.Pos, Text: text})
		caller = callee
	}
	return steps
}

// awaited is what an operation of a class waits for, "" if no word for it is
// better than that of the class.
func awaited(c models.Class) string {
	switch c {
	case models.Net:
		return "the network"
	case models.DNS:
		return "a name server"
	case models.Disk:
		return "the disk"
	case models.Process:
		return "another process"
	case models.Database:
		return "the database"
	case models.RPC:
		return "a remote call"
	}
	return ""
}

// windowVerb says what an operation of a class does to a window: it lets others run.
func windowVerb(c models.Class) string {
	if what := awaited(c); what != "" {
		return "suspends on " + what
	}
	switch c {
	case models.Sleep:
		return "sleeps"
	case models.Wait:
		return "waits"
	}
	return "suspends (" + string(c) + ")"
}

// waitVerb says what an operation of a class makes the holder of a lock do.
func waitVerb(c models.Class) string {
	if what := awaited(c); what != "" {
		return "waits for " + what
	}
	switch c {
	case models.Sleep:
		return "sleeps"
	case models.Wait:
		return "waits for another goroutine"
	}
	return "may suspend"
}
