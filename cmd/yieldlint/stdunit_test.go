package main

import (
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

// stdUnit writes the source of a standard package, and returns its unit.
func stdUnit(t *testing.T, path, source string) unit {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	return unit{ImportPath: path, GoVersion: "go1.26", GoFiles: []string{file}, VetxOnly: true, VetxOutput: filepath.Join(dir, "vet.out")}
}

func TestExportStd(t *testing.T) {
	// What is in the body would not compile: it is not looked at.
	base := stdUnit(t, "cmp", "package cmp\n\ntype T struct{ F int }\n\nfunc (T) M() string { return nowhere }\n")
	if !exportStd(base) {
		t.Fatal("cmp: false")
	}
	user := stdUnit(t, "sort", "package sort\n\nimport \"cmp\"\n\nvar X cmp.T\n\nfunc F() { cmp.Nothing() }\n")
	user.ImportMap = map[string]string{"cmp": "cmp"}
	user.PackageVetx = map[string]string{"cmp": base.VetxOutput}
	if !exportStd(user) {
		t.Fatal("sort: false")
	}
	u := unit{ImportMap: map[string]string{"sort": "sort"}, PackageVetx: map[string]string{"sort": user.VetxOutput}}
	pkg, err := newVetxImporter(u, token.NewFileSet()).Import("sort")
	if err != nil {
		t.Fatal(err)
	}
	if got := pkg.Scope().Lookup("X").Type().String(); got != "cmp.T" {
		t.Errorf("X is a %s, want cmp.T", got)
	}
}

func TestExportStdRefuses(t *testing.T) {
	const source = "package cmp\n"
	wanted := stdUnit(t, "cmp", source)
	wanted.VetxOnly = false
	unread := stdUnit(t, "cmp", "package cmp\n\nimport \"sort\"\n\nvar _ = sort.X\n")
	unread.ImportMap = map[string]string{"sort": "sort"}
	for name, u := range map[string]unit{
		"findings are wanted": wanted,
		"not standard":        stdUnit(t, "example.com/cmp", source),
		"syntax error":        stdUnit(t, "cmp", "package"),
		"no facts file":       unread,
	} {
		if exportStd(u) {
			t.Errorf("%s: true", name)
		}
		if _, err := os.Stat(u.VetxOutput); err == nil {
			t.Errorf("%s: a file is written", name)
		}
	}
}

func TestVetxTypesDamaged(t *testing.T) {
	for _, data := range []string{"", "vetx", "vety\x00\x00\x00\x00\x00\x00\x00\x00", "vetx\x05\x00\x00\x00\x00\x00\x00\x00abcd"} {
		if _, err := vetxTypes([]byte(data)); err == nil {
			t.Errorf("%q: no error", data)
		}
	}
}
