package blockingio

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
)

// findings makes one finding for each place and category: of all operations
// that are reached through one call, the surest and nearest is named, and of
// all roots that reach it, the nearest. One repair mends them all.
func findings(pass *analysis.Pass, hits []hit) []report.Finding {
	type place struct {
		site     token.Pos
		category string
	}
	groups := make(map[place][]hit)
	var places []place
	for _, h := range hits {
		p := place{h.found.Site, h.category}
		if groups[p] == nil {
			places = append(places, p)
		}
		groups[p] = append(groups[p], h)
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(report.ComparePos(pass, a.site, b.site), strings.Compare(a.category, b.category))
	})
	var out []report.Finding
	for _, p := range places {
		group := groups[p]
		slices.SortStableFunc(group, func(a, b hit) int {
			return cmp.Or(compareHits(a, b), report.ComparePos(pass, a.root.Pos, b.root.Pos))
		})
		out = append(out, finding(pass, group))
	}
	return out
}

// compareHits orders hits of one place: proved before suspect, what may wait
// for ever before what only takes long, the shorter chain first.
func compareHits(a, b hit) int {
	return cmp.Or(
		report.CompareBool(a.suspect, b.suspect),
		report.CompareBool(a.root.Injected != nil, b.root.Injected != nil),
		cmp.Compare(severity(b.found), severity(a.found)),
		cmp.Compare(len(a.found.Chain), len(b.found.Chain)),
		strings.Compare(string(a.found.Class), string(b.found.Class)),
		strings.Compare(a.found.Op, b.found.Op),
		strings.Compare(a.root.Name, b.root.Name),
	)
}

// severity puts a name server behind what it was asked for.
func severity(x effects.Found) int {
	s := 2 * int(x.Cost)
	if x.Class == models.DNS {
		s--
	}
	return s
}

// finding makes the finding of a group, its best hit first.
func finding(pass *analysis.Pass, group []hit) report.Finding {
	h := group[0]
	roots := map[string]bool{}
	var also []models.Class
	for _, x := range group {
		if in := x.root.Injected; in == nil || in.Duty.Method != "" || !roots[in.Duty.By] {
			roots[x.root.Name] = true // else an injected func, said with the root that calls it
		}
		if x.found.Class != h.found.Class && !slices.Contains(also, x.found.Class) && !x.suspect {
			also = append(also, x.found.Class)
		}
	}
	slices.Sort(also)
	f := report.Finding{
		Pos: h.found.Site, Category: h.category, Confidence: report.Proved,
		Message: message(pass, h, len(roots)-1, also),
		Chain:   witness(pass, h),
	}
	if h.suspect {
		f.Confidence = report.Suspect
	}
	return f
}

// witness returns the chain of h, and what makes its root a root.
func witness(pass *analysis.Pass, h hit) []report.Step {
	pkg := pass.Pkg.Path()
	var steps []report.Step
	caller := effects.ShortName(h.root.Name, pkg)
	if h.root.Injected != nil {
		steps, caller = half(h, pkg)
	}
	hops := h.found.Chain
	for i := 0; i < len(hops); i++ {
		hop, first := hops[i], i == 0
		callee := effects.ShortName(hop.Callee, pkg)
		text := caller + " → " + callee
		// A call inside the standard library has no place of its own.
		for i+1 < len(hops) && !hops[i+1].Pos.IsValid() && hops[i+1].File == "" {
			i++
			callee = effects.ShortName(hops[i].Callee, pkg)
			text += " → " + callee
		}
		if first && h.root.Injected != nil {
			text += ", injected here"
		}
		if i == len(hops)-1 {
			text += "   " + string(h.found.Class) + ", " + costText(h.found.Cost)
		}
		if !hop.Pos.IsValid() && hop.File != "" {
			text += fmt.Sprintf(" (%s:%d)", hop.File, hop.Line)
		}
		steps = append(steps, report.Step{Pos: hop.Pos, Text: text})
		caller = callee
	}
	if h.root.Injected != nil {
		steps = append(steps, report.Step{Text: dutyEvidence(h, pkg)})
	}
	for _, ev := range h.root.Evidence {
		steps = append(steps, report.Step{Pos: ev.Pos, Text: ev.Text})
	}
	return steps
}

func costText(c models.Cost) string {
	switch c {
	case models.Micros:
		return "microseconds"
	case models.Brief:
		return "microseconds to milliseconds"
	case models.Millis:
		return "milliseconds"
	case models.Seconds:
		return "up to seconds"
	case models.Argument:
		return "as long as it is told"
	}
	return "unbounded"
}
