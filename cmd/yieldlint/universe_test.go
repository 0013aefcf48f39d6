package main

import (
	"context"
	"slices"
	"testing"

	"github.com/yieldlint/yieldlint/internal/models"
)

// TestUniverse: a package has the declarations of all its files, whatever
// their platform, and whether or not what they import can be found.
func TestUniverse(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"go.mod":           "module ex.com/m\n\ngo 1.26\n",
		"p/p.go":           "package p\n\nimport \"nosuch.org/lib\"\n\ntype T lib.T\n\ntype U struct {\n\tlib.Embedded\n\tHook func(lib.Arg)\n}\n\nfunc (*U) Run(a lib.Arg) { undefined(a) }\n",
		"p/p_plan9.go":     "package p\n\nfunc Plan9() {}\n",
		"p/p_windows.go":   "package p\n\nfunc Windows() {}\n",
		"p/p_test.go":      "package p\n\nfunc Helper() {}\n",
		"p/c.go":           "package p\n\nimport \"C\"\n\nfunc Cgo(x C.int) {}\n",
		"p/gen.go":         "//go:build ignore\n\npackage main\n\nfunc Generate() {}\n",
		"p/broken.go":      "package p\n\nfunc Before() {}\n\nfunc broken( {\n",
		"plan9/f_plan9.go": "package plan9\n\nfunc F() {}\n",
		"docs/readme.txt":  "no package",
	})
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "off")
	u := &universe{ctx: context.Background(), dir: dir, options: &options{patterns: []string{"./p"}}}
	pkgs := u.Packages([]string{"ex.com/m/p", "ex.com/m/plan9", "ex.com/m/docs", "ex.com/m/nosuch", "ex.com/m/...", "time", "nosuch.org/lib"})
	for path, want := range map[string]bool{
		"ex.com/m/p": true, "ex.com/m/plan9": true, "time": true,
		"ex.com/m/docs": false, "ex.com/m/nosuch": false, "ex.com/m/...": false, "nosuch.org/lib": false,
	} {
		if got := pkgs[path] != nil; got != want {
			t.Errorf("package %s is there: %t, want %t", path, got, want)
		}
	}
	for name, want := range map[string]bool{
		"(*ex.com/m/p.U).Run": true, "ex.com/m/p.U.Hook": true, "ex.com/m/p.T": true, "ex.com/m/p.T.AnyField": true,
		"ex.com/m/p.Plan9": true, "ex.com/m/p.Windows": true, "ex.com/m/p.Helper": true, "ex.com/m/p.Cgo": true, "ex.com/m/p.Before": true,
		"(ex.com/m/p.U).Run": false, "ex.com/m/p.U.Hok": false, "ex.com/m/p.Generate": false, "ex.com/m/p.Nosuch": false,
	} {
		if _, err := models.Resolve(name, pkgs["ex.com/m/p"]); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if paths := u.Paths(); !slices.Contains(paths, "ex.com/m/p") || slices.Contains(paths, "ex.com/m/plan9") || !slices.IsSorted(paths) {
		t.Errorf("packages of the run are %q", paths)
	}
}
