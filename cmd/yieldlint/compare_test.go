package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/explain"
)

func TestAbout(t *testing.T) {
	for _, pair := range [][2]string{
		{"m runs on the loop and sleeps: time.Sleep [blockingio/loop-blocks]", "m runs on the loop and sleeps: time.Sleep, 3 calls down [blockingio/loop-blocks, suspect]"},
		{"x was read at line 5 [yieldpoints/lock-gap]", "x was read at line 17 [yieldpoints/lock-gap]"},
		{"m sleeps, and so does 1 other root [a/b]", "m sleeps, and so do 12 other roots [a/b]"},
		{"m blocks on the network: f (also disk, sleep) [a/b]", "m blocks on the network: f [a/b]"},
		{"a.F → b.G (example.com/b/b.go:12)", "a.F → b.G (example.com/b/other.go:7)"},
	} {
		if x, y := about(pair[0]), about(pair[1]); x != y {
			t.Errorf("%q and %q are not about the same", x, y)
		}
	}
	for _, pair := range [][2]string{
		{"f calls sha256.Sum [a/b]", "f calls sha512.Sum [a/b]"},
		{"f takes mu [a/b]", "f takes nu [a/b]"},
	} {
		if about(pair[0]) == about(pair[1]) {
			t.Errorf("%q and %q are about the same", pair[0], pair[1])
		}
	}
}

// stateOf is a state whose module has one file, and these findings.
func stateOf(t *testing.T, source string, messages ...string) *state {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	s := &state{places: findings.Places{Dir: dir, Modules: map[string]string{"m": dir}}, root: dir}
	for _, text := range messages {
		function, message, _ := strings.Cut(text, ": ")
		s.findings = append(s.findings, finding{
			Diagnostic: findings.Diagnostic{Posn: filepath.Join(dir, "a.go") + ":1:1", Category: "c", Message: message + " [r/c]"},
			rule:       "r", pkg: "m", function: "m." + function,
		})
	}
	return s
}

func TestUnmatched(t *testing.T) {
	for name, test := range map[string]struct {
		before, after *state
		gone, come    int
	}{
		"same":  {stateOf(t, "", "F: x"), stateOf(t, "", "F: x"), 0, 0},
		"new":   {stateOf(t, ""), stateOf(t, "", "F: x"), 0, 1},
		"gone":  {stateOf(t, "", "F: x"), stateOf(t, ""), 1, 0},
		"twice": {stateOf(t, "", "F: x"), stateOf(t, "", "F: x", "F: x"), 0, 1},
		"other": {stateOf(t, "package a; var x, y int", "F: x"), stateOf(t, "package a; var x, y int", "F: y"), 1, 1},
		"field": {stateOf(t, "package a; var x int", "F: m.x is read"), stateOf(t, "package a; var y int", "F: m.y is read"), 0, 0},
		"function": {
			stateOf(t, "package a; func F() {}", "F: F sleeps"),
			stateOf(t, "package a; func G() {} // was F", "G: G sleeps"), 0, 0,
		},
		"still there": { // what was renamed is a copy
			stateOf(t, "package a; func F() {}", "F: F sleeps"),
			stateOf(t, "package a; func F() {}; func G() {}", "G: G sleeps"), 1, 1,
		},
		"crossed": { // no renaming makes one of the other
			stateOf(t, "package a; var x, y int", "F: x before x"),
			stateOf(t, "package a; var v, w int", "F: v before w"), 1, 1,
		},
	} {
		gone, come := unmatched(test.before, test.after)
		if len(gone) != test.gone || len(come) != test.come {
			t.Errorf("%s: %d gone and %d come, want %d and %d", name, len(gone), len(come), test.gone, test.come)
		}
	}
}

func TestNewSuspensions(t *testing.T) {
	with := func(ways ...explain.Ways) *state {
		return &state{functions: map[string]explain.Function{"m.F": {Name: "m.F", Ways: ways}}}
	}
	net := explain.Ways{Class: "net", Cost: "unbounded"}
	brief := explain.Ways{Class: "net", Cost: "us"}
	suspect := net
	suspect.Suspect = true
	excused := net
	excused.Ignored = &explain.Note{Text: "x"}
	for name, test := range map[string]struct {
		from, to *state
		proved   int // changes by default
		all      int // and with those that are suspect
	}{
		"new":        {with(), with(net), 1, 1},
		"same":       {with(net), with(net), 0, 0},
		"gone":       {with(net), with(), 0, 0},
		"longer":     {with(brief), with(net), 1, 1},
		"brief":      {with(), with(brief), 0, 0},
		"suspect":    {with(), with(suspect), 0, 1},
		"proved now": {with(suspect), with(net), 0, 0},
		"excused":    {with(), with(excused), 0, 0},
		"function":   {&state{}, with(net), 0, 0},
	} {
		if n := len(newSuspensions(test.from, test.to, false)); n != test.proved {
			t.Errorf("%s: %d, want %d", name, n, test.proved)
		}
		if n := len(newSuspensions(test.from, test.to, true)); n != test.all {
			t.Errorf("%s, suspect: %d, want %d", name, n, test.all)
		}
	}
}

func TestKind(t *testing.T) {
	for mark, want := range map[string]kind{
		"yieldpoints/lock-gap": sequences, "yieldpoints/check-act-methods": sequences, "yieldpoints/read-before-lock": sequences,
		"yieldpoints/atomic": contracts, "blockingio/broken-contract": contracts, "sharedstate/confined": contracts,
		"yieldpoints/lock-order": heldLocks, "yieldpoints/lock-across-suspension": heldLocks,
		"yieldpoints/callback-under-lock": heldLocks, "yieldpoints/loop-takes-contended-lock": heldLocks,
		"blockingio/loop-blocks": blockedLoops, "sharedstate/race": others, "yieldpoints/directive": others, "more/rules": others,
	} {
		rule, category, _ := strings.Cut(mark, "/")
		f := finding{rule: rule, Diagnostic: findings.Diagnostic{Category: category}}
		if f.kind() != want {
			t.Errorf("%s is %s, want %s", mark, worseTitles[f.kind()], worseTitles[want])
		}
	}
}

// TestNamed: of what a driver prints, that counts that the patterns name.
func TestNamed(t *testing.T) {
	places := findings.Places{Dir: "/w", Modules: map[string]string{"m": "/w", "other": "/o"}}
	tree := findings.Tree{}
	for _, id := range []string{"m", "m/a", "m/a/b", "m/a_test", "m/ab", "other", "foreign/x"} {
		tree[id] = nil
	}
	for pattern, want := range map[string]string{
		"./...":      "foreign/x m m/a m/a/b m/a_test m/ab",
		".":          "foreign/x m",
		"./a":        "foreign/x m/a m/a_test",
		"./a/":       "foreign/x m/a m/a_test",
		"./a/...":    "foreign/x m/a m/a/b m/a_test",
		"./a...":     "foreign/x m/a m/a/b m/a_test m/ab",
		"m/.../b":    "foreign/x m/a/b",
		"m/a":        "foreign/x m/a m/a_test",
		"/o":         "foreign/x other",
		"other/...":  "foreign/x other",
		"a.go":       "foreign/x m m/a m/a/b m/a_test m/ab other",
		"all":        "foreign/x m m/a m/a/b m/a_test m/ab other",
		"../nowhere": "foreign/x m m/a m/a/b m/a_test m/ab other",
	} {
		var got []string
		for id := range named(tree, []string{pattern}, "/w", places) {
			got = append(got, id)
		}
		slices.Sort(got)
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s names %s, want %s", pattern, text, want)
		}
	}
}
