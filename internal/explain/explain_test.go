package explain_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// TestFunctions: what is said of each function of the fixture, in a short form.
func TestFunctions(t *testing.T) {
	got := make(map[string]string)
	for _, d := range answers(t, linttest.Load(t, linttest.Testdata(t), "explain/app")) {
		if d.Category == explain.Functions {
			var f explain.Function
			decode(t, d, &f)
			got[strings.ReplaceAll(strings.ReplaceAll(f.Name, "explain/app.", ""), "(*app).", "")] = describe(f)
		}
	}
	for name, want := range map[string]string{
		"static":         "disk 2",
		"twoWays":        "disk 2 of 2",
		"viaHelper":      "disk 3",
		"lasting":        "sleep 2",
		"throughField":   "net 2 {*remote becomes a store here}",
		"throughDerived": "net 2 {*derived becomes a store here}",
		"throughGiven":   "given(a.given.get)",
		"throughHook":    "given(a.hook)",
		"parameters":     "given(w.Write) given(w.Write) given(f) given(list[…].get)",
		"literal":        "sleep 3 {f is the func literal here}",
		"run":            "given(f)",
		"spawns":         "go",
		"unknown":        "unresolved(table variable) unresolved(store.get interface)",
		"belowUnknown":   "unresolved(table variable) unresolved(store.get interface)",
		"passesOn":       "given(s.get)",
		"even":           "given(f)",
		"odd":            "given(f)",
		"idle":           "given(err.Error)",
		"locked":         "lock 1",
		"onEvent":        "runs on the event loop; given(a.given.get) given(a.hook) given(s.get) given(less)",
		"onOther":        "runs on the event loop; given(a.given.get)",
	} {
		if got[name] != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got[name], want)
		}
	}
}

// describe is the short form of an explanation.
func describe(f explain.Function) string {
	var parts []string
	for _, run := range f.Runs {
		parts = append(parts, run.How+";")
	}
	for _, w := range f.Ways {
		text := fmt.Sprintf("%s %d", w.Class, len(w.Chain))
		if w.Count > 1 {
			text += fmt.Sprintf(" of %d", w.Count)
		}
		for _, hop := range w.Chain {
			if hop.By != nil {
				text += " {" + hop.By.Text + "}"
			}
		}
		parts = append(parts, text)
	}
	for _, d := range f.Deferred {
		text := d.Value
		if d.Method != "" {
			text += "." + d.Method
		}
		parts = append(parts, "given("+text+")")
	}
	for _, c := range f.Unresolved {
		parts = append(parts, fmt.Sprintf("unresolved(%s %s)", c.What, c.Kind))
	}
	if len(f.Spawns) > 0 {
		parts = append(parts, "go")
	}
	return strings.Join(parts, " ")
}

// TestUnknowns: the calls of loop code that nothing resolves, with the number
// of roots that reach each.
func TestUnknowns(t *testing.T) {
	var got []string
	for _, d := range answers(t, linttest.Load(t, linttest.Testdata(t), "explain/app")) {
		if d.Category == explain.Unknowns {
			var u explain.Unknown
			decode(t, d, &u)
			got = append(got, fmt.Sprintf("%s %s %s %d", strings.TrimPrefix(u.In, "(*explain/app.app)."), u.What, u.Via, len(u.Roots)))
		}
	}
	want := []string{
		"throughGiven store.get  2",
		"throughHook app.hook  1",
		"onEvent store.get  1",
		"onEvent a func sort.Slice 1",
		"explain/app.loop a func  1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// TestDeterminism: the answers do not depend on the order of files, nor on
// chance.
func TestDeterminism(t *testing.T) {
	var first []string
	for i := range 3 {
		pkgs := linttest.Load(t, linttest.Testdata(t), "explain/...", "effects/...")
		linttest.Shuffle(pkgs, rand.New(rand.NewPCG(1, uint64(i))))
		var all []string
		for _, d := range answers(t, pkgs) {
			all = append(all, d.Category+d.Message)
		}
		slices.Sort(all)
		if i == 0 {
			first = all
		} else if !slices.Equal(all, first) {
			t.Fatalf("run %d differs from the first", i)
		}
	}
	if len(first) < 100 {
		t.Errorf("only %d answers", len(first))
	}
}

func answers(t *testing.T, pkgs []*packages.Package) []analysis.Diagnostic {
	t.Helper()
	var out []analysis.Diagnostic
	graph := linttest.Analyze(t, explain.Analyzer, pkgs)
	for _, act := range graph.Roots {
		out = append(out, act.Diagnostics...)
	}
	return out
}

func decode(t *testing.T, d analysis.Diagnostic, answer any) {
	t.Helper()
	if err := explain.Decode(d.Message, answer); err != nil {
		t.Fatalf("%v in %s", err, d.Message)
	}
}
