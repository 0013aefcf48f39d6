package yieldpoints

import (
	"fmt"
	"strings"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
)

// injectedFindings returns the findings about values that this package puts
// where a function of another package calls them between a check and the act
// on it: that function is right for a value that does not suspend.
func (f *finder) injectedFindings() []report.Finding {
	type place struct {
		pos    int
		window string
	}
	seen := make(map[place]bool)
	var out []report.Finding
	for _, in := range f.eff.Injections() {
		d := in.Duty
		if d.Contract != effects.InWindow || effects.PackageOf(d.By) == f.pass.Pkg.Path() || !in.Pos.IsValid() {
			continue
		}
		x := worst(f.eff.InjectedEffects(in))
		if x == nil {
			continue
		}
		if p := (place{int(in.Pos), d.Category}); !seen[p] {
			seen[p] = true
			out = append(out, f.injected(in, x))
		}
	}
	return out
}

// worst returns the certain suspension that takes longest, of those the
// nearest; nil if there is none.
func worst(found []effects.Found) *effects.Found {
	var best *effects.Found
	for i := range found {
		x := &found[i]
		if !isSuspension(*x) || x.Suspect && !here(*x) || x.Excused != "" {
			continue
		}
		if best == nil || x.Cost > best.Cost || x.Cost == best.Cost && len(x.Chain) < len(best.Chain) {
			best = x
		}
	}
	return best
}

// here reports whether x is a wait in the function itself: whether it has to
// wait may be open, but it lets others run.
func here(x effects.Found) bool {
	return x.Class == models.Wait && len(x.Chain) == 1 && x.Chain[0].Pos.IsValid()
}

// injected words an injection.
func (f *finder) injected(in *effects.Injection, x *effects.Found) report.Finding {
	pkg, d := f.pass.Pkg.Path(), in.Duty
	out := report.Finding{Pos: in.Pos, Category: d.Category, Confidence: report.Proved}
	if d.Weak {
		out.Confidence = report.Suspect
	}
	what := in.Func.TypeName()
	if rest, ok := strings.CutPrefix(what, "*"); ok {
		what = "*" + effects.ShortName(rest, pkg)
	} else {
		what = effects.ShortName(what, pkg)
	}
	by := effects.ShortName(d.By, pkg)
	method := "call"
	if d.Method != "" {
		method = d.Method
	}
	out.Message = fmt.Sprintf("%s is injected here: its %s, which %s calls between %s, %s", what, method, by, d.Window, windowVerb(x.Class))
	out.Chain = append(out.Chain, report.Step{Text: fmt.Sprintf("check: %s observes it (%s)", by, d.From)})
	caller := by
	for _, s := range d.Chain {
		callee := effects.ShortName(s.Callee, pkg)
		text := "window: " + caller + " → " + callee
		if s.File != "" {
			text += fmt.Sprintf(" (%s:%d)", s.File, s.Line)
		}
		out.Chain = append(out.Chain, report.Step{Text: text})
		caller = callee
	}
	out.Chain = append(out.Chain, suspensionSteps(f.pass, caller, *x)...)
	out.Chain = append(out.Chain, report.Step{Text: fmt.Sprintf("act: %s acts on the check here (%s)", by, d.At)})
	return out
}
