package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/models"
)

// runUnknown serves "yieldlint unknown [packages]".
func runUnknown(args []string) (int, error) {
	opts, err := parseQuestion(args)
	if err != nil {
		return 0, err
	}
	if opts.help {
		fmt.Print(unknownUsage)
		return exitClean, nil
	}
	if len(opts.patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	r, err := opts.ask()
	if err != nil {
		return 0, err
	}
	gaps, exceeded := gapsOf(r.unknowns), exceededOf(r.bounds)
	if opts.json {
		return r.exit(), writeJSON(os.Stdout, unknownJSON{len(r.unknowns), gaps, exceeded})
	}
	out := bufio.NewWriter(os.Stdout)
	for _, g := range gaps {
		g.write(out, r.places)
	}
	switch {
	case r.incomplete && len(gaps) == 0:
		return 0, errors.New("nothing unknown in the packages that could be analysed")
	case len(gaps) > 0:
		fmt.Fprintf(out, "\n%s of %s; yieldlint takes them to do nothing\n", number(len(r.unknowns), "unknown call"), number(len(gaps), "callee"))
		if slices.ContainsFunc(gaps, func(g *gap) bool { return g.Settle != "" }) {
			fmt.Fprint(out, unknownAdvice)
		}
	case !slices.ContainsFunc(r.functions, func(f explain.Function) bool { return len(f.Runs) > 0 }):
		fmt.Fprintln(out, "nothing unknown: no function of these packages runs on an event loop")
	default:
		fmt.Fprintln(out, "nothing unknown: every call in loop code is resolved")
	}
	writeExceeded(out, r.places, exceeded)
	return r.exit(), out.Flush()
}

const unknownAdvice = `Put the line of a callee that never blocks under "ops:" in .yieldlint.yaml; for
one that does, say effect: blocks, and a class (docs/models.md).
`

// unknownJSON is the form of unknown -json.
type unknownJSON struct {
	Total   int         `json:"total"`
	Unknown []*gap      `json:"unknown"`
	Bounds  []*exceeded `json:"bounds,omitempty"`
}

// An exceeded is a bound of the analysis that was exceeded, and where.
type exceeded struct {
	Bound string         `json:"bound"`
	In    []explain.Note `json:"in"` // the functions, in full
}

// exceededOf groups places by bound, in the order of names.
func exceededOf(places []explain.Bound) []*exceeded {
	slices.SortFunc(places, func(a, b explain.Bound) int {
		return cmp.Or(cmp.Compare(a.Bound, b.Bound), cmp.Compare(a.In, b.In), cmp.Compare(a.Posn, b.Posn))
	})
	var out []*exceeded
	for _, p := range slices.Compact(places) {
		if n := len(out); n == 0 || out[n-1].Bound != p.Bound {
			out = append(out, &exceeded{Bound: p.Bound})
		}
		last := out[len(out)-1]
		last.In = append(last.In, explain.Note{Posn: p.Posn, Text: p.In})
	}
	return out
}

// writeExceeded says in how many functions which bounds were exceeded.
func writeExceeded(out *bufio.Writer, places findings.Places, list []*exceeded) {
	if len(list) == 0 {
		return
	}
	fmt.Fprint(out, "\nbounds of the analysis that were exceeded (docs/limits.md says what that means):\n")
	var lines []line
	for _, e := range list {
		first := e.In[0]
		text := fmt.Sprintf("%s: %s", number(len(e.In), "function"), effects.ShortName(first.Text, ""))
		if n := len(e.In) - 1; n > 0 {
			text += " and " + number(n, "other")
		}
		lines = append(lines, line{place: e.Bound, text: text, by: places.Show(first.Posn)})
	}
	writeLines(out, "    ", lines)
}

// A gap is one callee that is not known, with the calls of it in loop code.
// One line in the user's models closes it.
type gap struct {
	What   string            `json:"what"`
	Kind   string            `json:"kind"`
	Roots  []string          `json:"roots"` // that depend on it
	Calls  []explain.Unknown `json:"calls"`
	Settle string            `json:"settle,omitempty"` // the line of the models that says that it never blocks
}

// gapsOf groups the calls by callee, those on which most roots depend first.
func gapsOf(unknowns []explain.Unknown) []*gap {
	gaps := []*gap{}
	byCallee := make(map[string]*gap)
	for _, u := range unknowns {
		key := calleeKey(u)
		g := byCallee[key]
		if g == nil {
			g = &gap{What: shortCallee(u), Kind: u.Kind, Settle: settling(u)}
			byCallee[key] = g
			gaps = append(gaps, g)
		}
		g.Calls = append(g.Calls, u)
		g.Roots = append(g.Roots, u.Roots...)
	}
	for _, g := range gaps {
		slices.Sort(g.Roots)
		g.Roots = slices.Compact(g.Roots)
		slices.SortStableFunc(g.Calls, func(a, b explain.Unknown) int { return cmp.Compare(len(b.Roots), len(a.Roots)) })
	}
	slices.SortStableFunc(gaps, func(a, b *gap) int { return cmp.Compare(len(b.Roots), len(a.Roots)) })
	return gaps
}

// calleeKey is equal for calls that one line settles.
func calleeKey(u explain.Unknown) string {
	if u.Callee != "" && !models.IsStd(effects.PackageOf(u.Callee)) {
		return u.Callee
	}
	return strings.Join([]string{u.Package, u.What, u.Via, u.In}, " ") // the function around it
}

func shortCallee(u explain.Unknown) string {
	if u.Callee == "" {
		return u.What
	}
	name := effects.ShortName(u.Callee, "")
	if strings.HasPrefix(name, "(") {
		name = strings.Replace(name[1:], ")", "", 1)
	}
	return name
}

// settling returns the line of the user's models that says that u never
// blocks. A func value has no name that a model could give, and an interface
// of the standard library is not the user's to judge: there it is the function
// around the call, unless a loop runs that itself.
func settling(u explain.Unknown) string {
	name := u.Callee
	if pkg := effects.PackageOf(name); pkg == "" || models.IsStd(pkg) {
		if u.InRoot || u.In == "" || strings.Contains(u.In, "$") {
			return ""
		}
		name = u.In
	}
	return fmt.Sprintf("- {func: %s, effect: safe, why: never blocks}", name)
}

// shownCalls is how many calls of one callee are listed.
const shownCalls = 3

func (g *gap) write(out *bufio.Writer, places findings.Places) {
	fmt.Fprintf(out, "%s (%s)   %s: %s\n", g.What, kindWords[g.Kind], number(len(g.Roots), "root"), exampleOf(g.Roots))
	var lines []line
	for i, u := range g.Calls {
		if i == shownCalls {
			lines = append(lines, line{text: fmt.Sprintf("and %d more", len(g.Calls)-i)})
			break
		}
		text := "in " + effects.ShortName(u.In, "")
		if u.Via != "" {
			text += ", through " + effects.ShortName(u.Via, u.Package)
		}
		lines = append(lines, line{place: places.Show(u.Posn), text: text})
	}
	writeLines(out, "    ", lines)
	if g.Settle != "" {
		fmt.Fprintf(out, "    %s\n", g.Settle)
	}
}

// exampleOf returns the first root, and how many others there are.
func exampleOf(roots []string) string {
	text := effects.ShortName(roots[0], "")
	if n := len(roots) - 1; n > 0 {
		text += " and " + number(n, "other")
	}
	return text
}
