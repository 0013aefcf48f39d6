package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/explain"
)

// TestWithAnswers: the analyzer that answers is listed, and runs if it is
// asked, on the packages that were named only.
func TestWithAnswers(t *testing.T) {
	dir := t.TempDir()
	cfg := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	named, dependency := cfg("named.cfg", `{"VetxOnly": false}`), cfg("dep.cfg", `{"VetxOnly": true}`)
	for _, test := range []struct {
		args          []string
		listed, muted bool
	}{
		{[]string{"-flags"}, true, false},
		{[]string{"-V=full"}, false, false},
		{[]string{"-json", named}, false, false},
		{[]string{"-json", askFlag, named}, true, false},
		{[]string{"-json", askFlag, dependency}, true, true},
		{[]string{"-json", askFlag, "--", "./..."}, true, false},
	} {
		got := withAnswers(test.args, stubRules)
		if !slices.Equal(got[:len(stubRules)], stubRules) {
			t.Errorf("%q: the rules have changed", test.args)
		}
		i := slices.IndexFunc(got, func(a *analysis.Analyzer) bool { return a.Name == explain.Name })
		if (i >= 0) != test.listed {
			t.Errorf("%q: listed is %t, want %t", test.args, i >= 0, test.listed)
		}
		if i < 0 {
			continue
		}
		// Without a pass, the real one panics or fails.
		if result := runsWithoutPass(got[i]); result != test.muted {
			t.Errorf("%q: muted is %t, want %t", test.args, result, test.muted)
		}
	}
}

func runsWithoutPass(a *analysis.Analyzer) (ok bool) {
	defer func() { _ = recover() }()
	_, err := a.Run(&analysis.Pass{})
	return err == nil
}

func TestMatch(t *testing.T) {
	f := explain.Function{Name: "(*example.com/go-tool/v2.Map).Get", Package: "example.com/go-tool/v2", PkgName: "tool"}
	for text, want := range map[string]int{
		"(*example.com/go-tool/v2.Map).Get": likeFull,
		"example.com/go-tool/v2.Map.Get":    likeFull,
		"(*Map).Get":                        likeShort,
		"(*tool.Map[int]).Get":              likeShort,
		"Map.Get":                           likeShort,
		"Get":                               likeSuffix,
		"v2.Map.Get":                        likeSuffix,
		"ap.Get":                            unlike,
		"Map":                               unlike,
		"func literal in Get":               unlike,
	} {
		q, err := newQuestion(text, ".")
		if err != nil {
			t.Fatal(err)
		}
		if got := q.match(f); got != want {
			t.Errorf("%q matches as %d, want %d", text, got, want)
		}
	}
}

func TestPackagePath(t *testing.T) {
	for text, want := range map[string]string{
		"(*example.com/m/server.Server).Run": "example.com/m/server",
		"example.com/m.Run":                  "example.com/m",
		"example.com/m/v2.Run":               "example.com/m/v2",
		"server.Run":                         "",
		"Run":                                "",
		"a/b":                                "",
	} {
		if got := (question{name: plainName(text)}).packagePath(); got != want {
			t.Errorf("package of %q is %q, want %q", text, got, want)
		}
	}
}
