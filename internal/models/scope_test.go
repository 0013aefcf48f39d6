package models

import (
	"go/types"
	"slices"
	"strings"
	"testing"
)

func TestWithin(t *testing.T) {
	const module = "ex.com/lib"
	for _, test := range []struct {
		name string
		want bool
	}{
		{"ex.com/lib.F", true},
		{"ex.com/lib/sub.F", true},
		{"(ex.com/lib.T).M", true},
		{"(*ex.com/lib/sub.T).M", true},
		{"*ex.com/lib.T", true},
		{"ex.com/lib.T.Field", true},
		{"ex.com/lib.*", true},
		{"ex.com/lib/*", true},
		{"(*ex.com/lib*.T).M", false},
		{"ex.com/lib", true},   // an import path
		{"ex.com/lib*", false}, // also of ex.com/library
		{"ex.com/library.F", false},
		{"ex.com/lib.v2/p.F", false},
		{"ex.com.F", false},
		{"ex.com/*", false},
		{"*", false},
		{"net/http.Get", false},
		{"(error).Error", false},
	} {
		if got := within(test.name, module); got != test.want {
			t.Errorf("within(%s, %s) = %t", test.name, module, got)
		}
	}
}

// overlayModule is overlay for the file of module, and returns what was not applied.
func overlayModule(t *testing.T, base *Table, module, content string) (*Table, []string) {
	t.Helper()
	table, foreign, err := base.OverlayModule(module+".yaml", []byte(content), module)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, u := range foreign {
		texts = append(texts, u.String())
	}
	return table, texts
}

// TestOverlayModule: the file of a module speaks of itself only.
func TestOverlayModule(t *testing.T) {
	table, foreign := overlayModule(t, Builtin(), "ex.com/lib", `
ops:
  - {func: ex.com/lib/p.Slow, effect: blocks, class: net, why: w}
  - {func: net/http.Get, effect: safe, why: w}
vars:
  - {var: os.Stdout, class: net, why: w}
  - {var: ex.com/lib.Out, class: log, why: w}
settings: {severity: low}
`)
	want := []string{
		"ex.com/lib.yaml:4: net/http.Get: not in module ex.com/lib, of which alone its file may speak",
		"ex.com/lib.yaml:6: os.Stdout: not in module ex.com/lib, of which alone its file may speak",
	}
	if !slices.Equal(foreign, want) {
		t.Errorf("not applied: %q\nwant %q", foreign, want)
	}
	http, p := types.NewPackage("net/http", "http"), types.NewPackage("ex.com/lib/p", "p")
	if op := table.Op(newFunc(p, "", "Slow")); op == nil || op.Effect != Blocks {
		t.Errorf("lib/p.Slow is %+v", op)
	}
	if op := table.Op(newFunc(http, "", "Get")); op.Effect != Blocks {
		t.Errorf("http.Get is %+v", op)
	}
	if table.vars["os.Stdout"].Class != Terminal || table.vars["ex.com/lib.Out"].Class != Log {
		t.Errorf("vars are %+v, %+v", table.vars["os.Stdout"], table.vars["ex.com/lib.Out"])
	}
	if table.Settings() != nil {
		t.Errorf("settings are %v", table.Settings())
	}
	user := overlay(t, table, "f.yaml", "ops:\n  - {func: ex.com/lib/p.Slow, effect: safe, why: w}\n")
	if op := user.Op(newFunc(p, "", "Slow")); op.Effect != Safe {
		t.Errorf("lib/p.Slow overlaid by the user is %+v", op)
	}
}

// TestOverlayModuleFrameworks: a module defines frameworks of its own, and adds
// its own registrations to those of others.
func TestOverlayModuleFrameworks(t *testing.T) {
	base, foreign := overlayModule(t, Builtin(), "ex.com/lib", `
frameworks:
  - framework: libloop
    loop: lib loop
    kind: loop
    packages: [ex.com/lib/loop, ex.com/other]
    roots:
      - {register: ex.com/lib/loop.Do, params: [0]}
      - {register: ex.com/other.Do, params: [0]}
    selfwaits:
      - {func: ex.com/lib/loop.Flush, why: w}
      - {func: time.Sleep, why: w}
`)
	want := []string{"ex.com/lib.yaml:3: ex.com/other", "ex.com/lib.yaml:9: ex.com/other.Do", "ex.com/lib.yaml:12: time.Sleep"}
	for i := range foreign {
		foreign[i], _, _ = strings.Cut(foreign[i], ": not in module")
	}
	if !slices.Equal(foreign, want) {
		t.Errorf("not applied: %q\nwant %q", foreign, want)
	}
	loop := types.NewPackage("ex.com/lib/loop", "loop")
	if regs := base.Registers(newFunc(loop, "", "Do")); len(regs) != 1 {
		t.Errorf("Do registers %v", regs)
	}
	if waits := base.SelfWait(newFunc(loop, "", "Flush")); len(waits) != 1 {
		t.Errorf("Flush waits for %v", waits)
	}

	table, foreign := overlayModule(t, base, "ex.com/wrap", `
frameworks:
  - framework: libloop
    loop: my loop
    tolerates: [net]
    roots:
      - {register: ex.com/wrap.Every, params: [1]}
`)
	want = []string{"ex.com/wrap.yaml:3: libloop: the framework is not of module ex.com/wrap alone, so only roots and selfwaits count"}
	if !slices.Equal(foreign, want) {
		t.Errorf("not applied: %q\nwant %q", foreign, want)
	}
	regs := table.Registers(newFunc(types.NewPackage("ex.com/wrap", "wrap"), "", "Every"))
	if len(regs) != 1 || regs[0].Loop() != "lib loop" || regs[0].Tolerates(Net) {
		t.Errorf("Every registers %v", regs)
	}

	// Who owns the framework may refine it.
	table, foreign = overlayModule(t, base, "ex.com/lib", "frameworks:\n  - {framework: libloop, loop: new loop}\n")
	if regs := table.Registers(newFunc(loop, "", "Do")); len(foreign) > 0 || len(regs) != 1 || regs[0].Loop() != "new loop" {
		t.Errorf("Do registers %v, not applied: %q", regs, foreign)
	}
}

// TestUnmatchedModule: a pattern in the file of a module may be meant for a
// package of it that the build does not hold.
func TestUnmatchedModule(t *testing.T) {
	table, foreign := overlayModule(t, Builtin(), "ex.com/lib", `
ops:
  - {func: ex.com/lib.Slwo, effect: safe, why: w}
  - {func: "ex.com/lib.Slwo*", effect: safe, why: w}
  - {func: "ex.com/lib/*.Slow", effect: safe, why: w}
  - {func: ex.com/lib/p.F, effect: safe, why: w}
`)
	want := []string{
		`ex.com/lib.yaml:3: ex.com/lib.Slwo: package ex.com/lib has no Slwo, did you mean "Slow"?`,
		`ex.com/lib.yaml:4: ex.com/lib.Slwo*: the pattern matches no function of package ex.com/lib, did you mean "ex.com/lib.Slow"?`,
		`ex.com/lib.yaml:6: ex.com/lib/p.F: there is no package ex.com/lib/p, did you mean "ex.com/lib"?`,
	}
	if got := unmatched(table, newUniverse("ex.com/lib.Slow")); !slices.Equal(got, want) || foreign != nil {
		t.Errorf("got %q\nwant %q\nnot applied: %q", got, want, foreign)
	}
}

func TestPatternDistance(t *testing.T) {
	for _, test := range []struct {
		pattern, s string
		want       int
	}{
		{"", "", 0}, {"*", "", 0}, {"*", "abc", 0}, {"a*", "abc", 0}, {"*c", "abc", 0}, {"a*c", "ac", 0},
		{"b*", "abc", 1}, {"Fetsh*", "Fetch", 1}, {"ab*cd", "abxxce", 1}, {"abc", "", 3},
	} {
		if got := patternDistance(test.pattern, test.s); got != test.want {
			t.Errorf("patternDistance(%q, %q) = %d, want %d", test.pattern, test.s, got, test.want)
		}
	}
}
