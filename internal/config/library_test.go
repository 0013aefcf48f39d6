package config_test

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/config"
	"github.com/yieldlint/yieldlint/internal/config/modules"
	"github.com/yieldlint/yieldlint/internal/models"
)

// entry returns a file that says effect of the function called full.
func entry(full, effect string) string {
	return fmt.Sprintf("ops:\n  - func: %s\n    %s\n    why: w\n", full, effect)
}

const blocks = "effect: blocks\n    class: net"

// effectOf returns what table says of the function name of the package path.
func effectOf(table *models.Table, path, name string) models.Effect {
	sig := types.NewSignatureType(nil, nil, nil, nil, nil, false)
	op := table.Op(types.NewFunc(token.NoPos, types.NewPackage(path, "p"), name, sig))
	if op == nil {
		return ""
	}
	return op.Effect
}

func TestLibraries(t *testing.T) {
	dir := t.TempDir()
	z := write(t, dir, "z/"+config.FileName, "")
	a := write(t, dir, "a/"+config.FileName, "")
	write(t, dir, "none/x.go", "package x\n")
	write(t, dir, "dir/"+config.FileName+"/x.go", "package x\n")
	var mods []modules.Module
	for _, name := range []string{"z", "none", "a", "dir", "gone"} {
		mods = append(mods, modules.Module{Path: "ex.com/" + name, Version: "v1.0.0", Dir: filepath.Join(dir, name)})
	}
	want := []config.Library{{Path: "ex.com/a", Version: "v1.0.0", File: a}, {Path: "ex.com/z", Version: "v1.0.0", File: z}}
	got := config.Libraries(mods)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	t.Setenv(config.EnvLibs, "")
	if err := config.SetEnvLibraries(got); err != nil {
		t.Fatal(err)
	}
	if env, err := config.EnvLibraries(); err != nil || !slices.Equal(env, want) {
		t.Errorf("through the environment: %v, error %v", env, err)
	}
	if err := config.SetEnvLibraries(nil); err != nil || os.Getenv(config.EnvLibs) != config.Off {
		t.Errorf("without libraries, the environment is %q, error %v", os.Getenv(config.EnvLibs), err)
	}
	t.Setenv(config.EnvLibs, "nonsense")
	if _, err := config.Table(dir); err == nil || !strings.HasPrefix(err.Error(), config.EnvLibs+": ") {
		t.Errorf("a broken environment: error %v", err)
	}
}

// TestTableLibraries: the user's file wins over those of libraries, these over
// the built-in models.
func TestTableLibraries(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "m/go.mod", "module ex.com/m\n")
	lib := config.Library{Path: "github.com/panjf2000/gnet/v2", Version: "v2.0.0", File: write(t, dir, "gnet/"+config.FileName,
		entry("github.com/panjf2000/gnet/v2.Slow", blocks)+"  - func: github.com/panjf2000/gnet/v2.Slower\n    effect: blocks\n    class: net\n    why: w\n")}
	inner := config.Library{Path: lib.Path + "/inner", File: write(t, dir, "inner/"+config.FileName, entry(lib.Path+"/inner.F", blocks))}
	outer := config.Library{Path: "github.com/panjf2000/gnet", File: write(t, dir, "outer/"+config.FileName, entry(lib.Path+"/inner.F", "effect: safe"))}
	user := write(t, dir, "user.yaml", entry(lib.Path+".Slow", "effect: inspect"))

	t.Setenv(config.Env, config.Off)
	t.Setenv(config.EnvLibs, "")
	builtin, err := config.Table(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := config.SetEnvLibraries(config.Libraries(nil)); err != nil {
		t.Fatal(err)
	}
	if none, err := config.Table(dir); err != nil || none != builtin {
		t.Errorf("without libraries: another table, error %v", err)
	}
	if err := config.SetEnvLibraries([]config.Library{outer, lib, inner}); err != nil {
		t.Fatal(err)
	}
	libs, err := config.Table(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(config.Env, user)
	all, err := config.Table(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		what      string
		table     *models.Table
		pkg, name string
		want      models.Effect
	}{
		{"built in", builtin, lib.Path, "Slow", models.Safe}, // a framework's package
		{"libraries", libs, lib.Path, "Slow", models.Blocks},
		{"libraries", libs, lib.Path, "Slower", models.Blocks},
		{"libraries", libs, lib.Path, "Other", models.Safe},
		{"libraries", libs, inner.Path, "F", models.Blocks},
		{"all", all, lib.Path, "Slow", models.Inspect},
		{"all", all, lib.Path, "Slower", models.Blocks},
	} {
		if got := effectOf(test.table, test.pkg, test.name); got != test.want {
			t.Errorf("%s: %s.%s is %q, want %q", test.what, test.pkg, test.name, got, test.want)
		}
	}
	if h := []string{builtin.Hash(), libs.Hash(), all.Hash()}; h[0] == h[1] || h[1] == h[2] {
		t.Errorf("hashes are %q", h)
	}
}

// TestOverlayProblems: a broken file is one problem, and costs nothing else.
func TestOverlayProblems(t *testing.T) {
	dir := t.TempDir()
	var libs []config.Library
	add := func(name, content string) {
		libs = append(libs, config.Library{Path: "ex.com/" + name, Version: "v1.2.3", File: write(t, dir, name+"/"+config.FileName, content)})
	}
	add("broken", entry("ex.com/broken.F", "colour: green\n    size: big"))
	add("foreign", entry("time.Sleep", "effect: safe")+"  - func: ex.com/foreign.F\n    effect: safe\n    why: w\n")
	add("good", entry("ex.com/good.F", blocks))
	add("half", "frameworks:\n  - framework: half\n")
	add("large", strings.Repeat("# comment\n", 200_000))
	add("syntax", "ops: [\n")
	libs = append(libs, config.Library{Path: "ex.com/gone", Version: "v1.2.3", File: filepath.Join(dir, "gone.yaml")})

	table, problems := config.Overlay(libs)
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%v:%d: %s", p.Library, p.Line, p.Text))
	}
	want := []string{
		`ex.com/broken@v1.2.3:3: unknown key "colour" (and 2 more); the file is ignored`,
		`ex.com/foreign@v1.2.3:2: time.Sleep: not in module ex.com/foreign, of which alone its file may speak; it is ignored`,
		`ex.com/half@v1.2.3:2: missing key "loop" (and 1 more); the file is ignored`,
		`ex.com/large@v1.2.3:0: larger than 1048576 bytes; the file is ignored`,
		`ex.com/syntax@v1.2.3:1: did not find expected node content; the file is ignored`,
		`ex.com/gone@v1.2.3:0: no such file or directory; the file is ignored`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, want := range map[string]models.Effect{"broken": "", "foreign": models.Safe, "good": models.Blocks} {
		if got := effectOf(table, "ex.com/"+name, "F"); got != want {
			t.Errorf("ex.com/%s.F is %q, want %q", name, got, want)
		}
	}
	if got := effectOf(table, "time", "Sleep"); got != models.Blocks {
		t.Errorf("time.Sleep is %q", got)
	}
}
