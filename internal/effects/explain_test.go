package effects_test

import (
	"reflect"
	"testing"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// TestExplainChangesNothing: the effects of all functions are the same before
// and after all are explained, and an explanation has the same effects.
func TestExplainChangesNothing(t *testing.T) {
	pkgs := linttest.Load(t, linttest.Testdata(t), "effects/...", "explain/...")
	graph := linttest.Analyze(t, effects.Analyzer, pkgs)
	count := 0
	for _, act := range graph.Roots {
		r := act.Result.(*effects.Result)
		before := allEffects(r)
		unresolved := r.Unresolved()
		x := effects.NewExplainer(r)
		for i, fn := range r.Program.Funcs {
			count++
			if got := x.Explain(r.Func(fn)).Effects; !sameFound(got, before[i]) {
				t.Errorf("%v is explained by\n%v\nits effects are\n%v", fn, got, before[i])
			}
		}
		if after := allEffects(r); !reflect.DeepEqual(after, before) {
			t.Errorf("%v: explaining changes effects", act)
		}
		if got := r.Unresolved(); len(got) < len(unresolved) {
			t.Errorf("%v: %d unresolved calls, %d before", act, len(got), len(unresolved))
		}
	}
	if count < 150 {
		t.Errorf("only %d functions", count)
	}
}

// allEffects returns the effects of the functions of a package. It asks twice:
// the first question about a promoted method only makes its summary.
func allEffects(r *effects.Result) [][]effects.Found {
	var out [][]effects.Found
	for range 2 {
		out = nil
		for _, fn := range r.Program.Funcs {
			out = append(out, r.Effects(r.Func(fn)))
		}
	}
	return out
}

func sameFound(a, b []effects.Found) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// TestExplainWithin: of a part of a function only its own calls are explained.
func TestExplainWithin(t *testing.T) {
	pkgs := linttest.Load(t, linttest.Testdata(t), "explain/app")
	r := linttest.Analyze(t, effects.Analyzer, pkgs).Roots[0].Result.(*effects.Result)
	x := effects.NewExplainer(r)
	for _, fn := range r.Program.Funcs {
		if effects.FullName(fn) != "explain/app.unknown" {
			continue
		}
		whole := x.Explain(r.Func(fn)).Unresolved
		if len(whole) != 2 {
			t.Fatalf("%d unresolved calls, want 2", len(whole))
		}
		part := x.ExplainWithin(fn, fn.Pos(), whole[0].Pos).Unresolved
		if len(part) != 1 || *part[0] != *whole[0] {
			t.Errorf("%v up to the first call, want %v", part, whole[:1])
		}
		return
	}
	t.Fatal("no function explain/app.unknown")
}
