package modules_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/config/modules"
)

// tree writes files, given as "name\ncontent", below a new directory.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "")
	t.Setenv("GOPROXY", "off")
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name, content, _ := strings.Cut(f, "\n")
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// list returns what List says of root/dir, directories relative to root.
func list(t *testing.T, root, dir string, flags ...string) []string {
	t.Helper()
	mods, err := modules.List(context.Background(), filepath.Join(root, dir), flags)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mods {
		rel, err := filepath.Rel(root, m.Dir)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%v %s %t", m, filepath.ToSlash(rel), m.Vendored))
	}
	return got
}

func TestListReplaced(t *testing.T) {
	root := tree(t,
		"m/go.mod\nmodule ex.com/m\n\ngo 1.26\n\nrequire (\n\tex.com/z v1.0.0\n\tex.com/a v1.2.3 // indirect\n\tex.com/gone v1.0.0\n)\n\n"+
			"replace (\n\tex.com/a => ../a\n\tex.com/z => ../z\n\tex.com/gone => ../gone\n)\n",
		"m/sub/p.go\npackage p\n",
		"a/go.mod\nmodule ex.com/a\n\ngo 1.26\n",
		"z/go.mod\nmodule ex.com/z\n\ngo 1.26\n")
	want := []string{"ex.com/a@v1.2.3 a false", "ex.com/gone@v1.0.0 gone false", "ex.com/z@v1.0.0 z false"}
	if got := list(t, root, "m"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := list(t, root, "m/sub"); !slices.Equal(got, want) {
		t.Errorf("in a package: got %q, want %q", got, want)
	}
	if got := list(t, root, "a"); got != nil {
		t.Errorf("of a module that requires none: got %q", got)
	}
}

// TestListIndirect: an old go.mod does not say what is required indirectly.
func TestListIndirect(t *testing.T) {
	root := tree(t,
		"m/go.mod\nmodule ex.com/m\n\ngo 1.16\n\nrequire ex.com/a v1.0.0\n\nreplace (\n\tex.com/a => ../a\n\tex.com/b => ../b\n)\n",
		"a/go.mod\nmodule ex.com/a\n\ngo 1.16\n\nrequire ex.com/b v1.1.0\n",
		"b/go.mod\nmodule ex.com/b\n\ngo 1.16\n")
	want := []string{"ex.com/a@v1.0.0 a false", "ex.com/b@v1.1.0 b false"}
	if got := list(t, root, "m"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestListModfile: the go.mod that counts may be another one.
func TestListModfile(t *testing.T) {
	root := tree(t,
		"m/go.mod\nmodule ex.com/m\n\ngo 1.26\n",
		"m/alt.mod\nmodule ex.com/m\n\ngo 1.26\n\nrequire ex.com/a v1.0.0\n\nreplace ex.com/a => ../a\n",
		"a/go.mod\nmodule ex.com/a\n\ngo 1.26\n")
	want := []string{"ex.com/a@v1.0.0 a false"}
	if got := list(t, root, "m", "-modfile=alt.mod"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestListWorkspace: the other modules of a workspace count, and replacements in it.
func TestListWorkspace(t *testing.T) {
	root := tree(t,
		"go.work\ngo 1.26\n\nuse (\n\t./m\n\t./n\n)\n\nreplace ex.com/a => ./a\n",
		"m/go.mod\nmodule ex.com/m\n\ngo 1.26\n\nrequire ex.com/n v1.0.0\n",
		"n/go.mod\nmodule ex.com/n\n\ngo 1.26\n\nrequire ex.com/a v1.0.0\n",
		"a/go.mod\nmodule ex.com/a\n\ngo 1.26\n")
	for dir, want := range map[string][]string{
		"m": {"ex.com/a@v1.0.0 a false", "ex.com/n n false"},
		"n": {"ex.com/a@v1.0.0 a false", "ex.com/m m false"},
		".": {"ex.com/a@v1.0.0 a false", "ex.com/m m false", "ex.com/n n false"},
	} {
		if got := list(t, root, dir); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", dir, got, want)
		}
	}
}

func TestListVendored(t *testing.T) {
	root := tree(t,
		"go.mod\nmodule ex.com/m\n\ngo 1.26\n\nrequire ex.com/a v1.2.3\n",
		"m.go\npackage m\n\nimport _ \"ex.com/a\"\n",
		"vendor/modules.txt\n# ex.com/a v1.2.3\n## explicit; go 1.26\nex.com/a\n",
		"vendor/ex.com/a/a.go\npackage a\n")
	want := []string{"ex.com/a@v1.2.3 vendor/ex.com/a true"}
	if got := list(t, root, "."); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	t.Setenv("GOFLAGS", "-mod=vendor")
	if got := list(t, root, ".", "-modfile=go.mod"); !slices.Equal(got, want) {
		t.Errorf("all: got %q, want %q", got, want)
	}
}

// TestListMissing: of a module that is not downloaded, List says where it will be.
func TestListMissing(t *testing.T) {
	root := tree(t, "m/go.mod\nmodule ex.com/m\n\ngo 1.26\n\nrequire ex.com/Upper v1.0.0\n",
		"m/go.sum\nex.com/Upper v1.0.0 h1:ICeL3t2L30ljSPHHxDnR4fqVcBt/zR2zJAb9juavmQg=\nex.com/Upper v1.0.0/go.mod h1:u5fzIrRInkL8MaO1cbRkUHT64v303YIT5KEqpNr7jRs=\n")
	t.Setenv("GOMODCACHE", filepath.Join(root, "cache"))
	want := []string{"ex.com/Upper@v1.0.0 cache/ex.com/!upper@v1.0.0 false"}
	if got := list(t, root, "m"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestListOutside(t *testing.T) {
	root := tree(t, "p.go\npackage p\n")
	if got := list(t, root, "."); got != nil {
		t.Errorf("got %q", got)
	}
}

func TestListErrors(t *testing.T) {
	root := tree(t, "m/go.mod\nmodule ex.com/m\n\nrequire (\n", "work/go.work\nuse (\n")
	for dir, want := range map[string]string{"m": "go.mod:4", "work": "go.work:2"} {
		mods, err := modules.List(context.Background(), filepath.Join(root, dir), nil)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, error %v, want %s", dir, mods, err, want)
		}
	}
}
