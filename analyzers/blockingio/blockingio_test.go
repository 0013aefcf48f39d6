package blockingio_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/analyzers/blockingio"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

func Test(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), blockingio.Analyzer, "blockingio/...")
}

// TestGolden compares whole reports, chains included.
func TestGolden(t *testing.T) {
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "blockingio/posts", "blockingio/structural", "blockingio/shuffle")
	for _, p := range pkgs {
		graph := linttest.Analyze(t, blockingio.Analyzer, []*packages.Package{p})
		linttest.Golden(t, filepath.Join(dir, "golden", "blockingio-"+p.Name+".txt"), linttest.Text(t, graph, dir))
	}
}

// TestDeterminism checks that reports do not depend on the order of files nor
// on the schedule.
func TestDeterminism(t *testing.T) {
	runs := 50
	if testing.Short() {
		runs = 5
	}
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "blockingio/shuffle")
	want := linttest.Repeat(t, runs, pkgs, func() string {
		return linttest.Text(t, linttest.Analyze(t, blockingio.Analyzer, pkgs), dir)
	})
	if want == "" {
		t.Error("nothing is reported")
	}
}

// TestFlags checks what each flag adds to, or takes from, the default.
func TestFlags(t *testing.T) {
	dir := linttest.Testdata(t)
	pkgs := linttest.Load(t, dir, "blockingio/flagged")
	for _, tt := range []struct{ flag, value, want string }{
		{"classes", "", ""}, // the default
		{"classes", "+log", "logs"},
		{"classes", "+lock,-sleep", "locks"},
		{"classes", "log,lock", "logs locks"},
		{"loops", "per-peer", "perPeer"},
		{"loops", "loop,per-peer", "perPeer"},
		{"confidence", "suspect", "sends patient (*hub).executor"},
	} {
		t.Run(tt.flag+"="+tt.value, func(t *testing.T) {
			f := blockingio.Analyzer.Flags.Lookup(tt.flag)
			if tt.value != "" {
				old := f.Value.String()
				defer func() {
					if err := f.Value.Set(old); err != nil {
						t.Error(err)
					}
				}()
				if err := f.Value.Set(tt.value); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for line := range strings.Lines(linttest.Text(t, linttest.Analyze(t, blockingio.Analyzer, pkgs), dir)) {
				if _, msg, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, "\t") {
					got = append(got, strings.Fields(strings.TrimPrefix(msg, "the event loop in "))[0])
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("reported %q, want %q", s, tt.want)
			}
		})
	}
}

// TestBadFlags checks that unknown values are errors that name what is known.
func TestBadFlags(t *testing.T) {
	for _, tt := range []struct{ flag, value, want string }{
		{"classes", "network", `unknown class "network"`},
		{"classes", "+disk,+nte", `unknown class "nte"`},
		{"classes", "", `unknown class ""`},
		{"loops", "peer", `unknown kind of loop "peer"`},
		{"loops", "own", `unknown kind of loop "own"`},
		{"confidence", "sure", `unknown confidence "sure"`},
	} {
		t.Run(fmt.Sprintf("%s=%s", tt.flag, tt.value), func(t *testing.T) {
			f := blockingio.Analyzer.Flags.Lookup(tt.flag)
			before := f.Value.String()
			if err := f.Value.Set(tt.value); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that contains %q", err, tt.want)
			}
			if after := f.Value.String(); after != before {
				t.Errorf("a bad value has changed the flag from %q to %q", before, after)
			}
		})
	}
}

// TestComments checks that what a comment demands is suspect, and quoted.
func TestComments(t *testing.T) {
	f := blockingio.Analyzer.Flags.Lookup("confidence")
	if err := f.Value.Set("suspect"); err != nil {
		t.Fatal(err)
	}
	defer f.Value.Set("proved")
	dir := linttest.Testdata(t)
	got := linttest.Text(t, linttest.Analyze(t, blockingio.Analyzer, linttest.Load(t, dir, "blockingio/inject/contracts/app")), dir)
	const want = `impl.Slow is used as api.Hook here: its Fire, of which a comment says "must not block" (blockingio/inject/contracts/api/api.go:28), blocks on the network: net.Dial [blockingio/broken-contract, suspect]`
	if !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
	if strings.Contains(got, "impl.Fast is used") {
		t.Errorf("a value that does not block is reported:\n%s", got)
	}
}
