package models

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
)

// newFunc returns a function p.name, or a method (*p.recv).name.
func newFunc(pkg *types.Package, recv, name string) *types.Func {
	var v *types.Var
	if recv != "" {
		obj := types.NewTypeName(token.NoPos, pkg, recv, nil)
		named := types.NewNamed(obj, types.NewStruct(nil, nil), nil)
		v = types.NewVar(token.NoPos, pkg, "", types.NewPointer(named))
	}
	return types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(v, nil, nil, nil, nil, false))
}

func overlay(t *testing.T, base *Table, file, content string) *Table {
	t.Helper()
	table, err := base.Overlay(file, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestOverlayWins(t *testing.T) {
	pkg := types.NewPackage("net/http", "http")
	get := newFunc(pkg, "", "Get")
	if op := Builtin().Op(get); op == nil || op.Effect != Blocks || op.Class != Net || op.Cost != Unbounded {
		t.Fatalf("builtin http.Get is %+v", op)
	}
	first := overlay(t, Builtin(), "a.yaml", "ops:\n  - {func: net/http.Get, effect: blocks, class: rpc, why: w}\nsettings: {x: 1}\n")
	if op := first.Op(get); op.Class != RPC || op.Cost != Unbounded || op.Pos.String() != "a.yaml:2" {
		t.Errorf("overlaid http.Get is %+v", op)
	}
	second := overlay(t, first, "b.yaml", "ops:\n  - {func: net/http.Get, effect: safe, why: w}\n")
	if op := second.Op(get); op.Effect != Safe {
		t.Errorf("http.Get overlaid twice is %+v", op)
	}
	if Builtin().Op(get).Class != Net || first.Op(get).Class != RPC {
		t.Error("an overlay changed the table below it")
	}
	if second.Settings()["x"] != 1 {
		t.Errorf("settings are %v", second.Settings())
	}
}

func TestOverlayFramework(t *testing.T) {
	base := overlay(t, Builtin(), "a.yaml", `
frameworks:
  - framework: myloop
    loop: my loop
    kind: loop
    packages: [example.com/myloop]
    roots:
      - {register: example.com/myloop.Do, params: [0]}
      - {field: example.com/myloop.Loop.Tick}
    selfwaits:
      - {func: example.com/myloop.Flush, class: wait, why: w}
`)
	table := overlay(t, base, "b.yaml", `
frameworks:
  - framework: myloop
    loop: their loop
    roots:
      - {field: example.com/myloop.Loop.Tick, kind: own}
      - {functype: example.com/myloop.Handler}
`)
	pkg := types.NewPackage("example.com/myloop", "myloop")
	if regs := table.Registers(newFunc(pkg, "", "Do")); len(regs) != 1 || regs[0].Framework.Loop != "their loop" || regs[0].Framework.Kind != Loop {
		t.Errorf("Registers: %v", regs)
	}
	if regs := table.FieldRoots("example.com/myloop.Loop.Tick"); len(regs) != 1 || regs[0].Entry.Kind != NotALoop {
		t.Errorf("FieldRoots: %v", regs)
	}
	if regs := table.FuncTypeRoots("example.com/myloop.Handler"); len(regs) != 1 {
		t.Errorf("FuncTypeRoots: %v", regs)
	}
	if waits := table.SelfWait(newFunc(pkg, "", "Flush")); len(waits) != 1 || waits[0].Op.Effect != Blocks {
		t.Errorf("SelfWait: %v", waits)
	}
	if op := table.Op(newFunc(pkg, "Loop", "Other")); op == nil || op.Effect != Safe {
		t.Errorf("a function of the framework is %v", op)
	}
	if regs := base.FuncTypeRoots("example.com/myloop.Handler"); regs != nil {
		t.Error("an overlay changed the table below it")
	}
}

// TestGlobPrecedence: exact name, then the longest pattern, then the default.
func TestGlobPrecedence(t *testing.T) {
	table := overlay(t, Builtin(), "a.yaml", `
ops:
  - {func: "(*example.com/api/*.Client).*", effect: blocks, class: net, why: long}
  - {func: "(*example.com/*).*", effect: safe, why: short}
  - {func: (*example.com/api/v1.Client).Close, effect: inspect, why: exact}
`)
	v1 := types.NewPackage("example.com/api/v1", "v1")
	for _, test := range []struct {
		fn   *types.Func
		want string
	}{
		{newFunc(v1, "Client", "Close"), "exact"},
		{newFunc(v1, "Client", "Get"), "long"},
		{newFunc(v1, "Pool", "Get"), "short"},
		{newFunc(v1, "", "New"), ""}, // the star of (* is that of a pointer
		{newFunc(types.NewPackage("example.org/api", "api"), "Client", "Get"), ""},
	} {
		got := ""
		if op := table.Op(test.fn); op != nil {
			got = op.Why
		}
		if got != test.want {
			t.Errorf("%v: got %q, want %q", test.fn.FullName(), got, test.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, s string
		want       bool
	}{
		{"a*c", "abbc", true}, {"a*c", "ac", true}, {"a*c", "acd", false}, {"*", "", true}, {"", "", true}, {"", "a", false},
		{"a*b*c", "a1b2b3c", true}, {"a*b*c", "a1c2b", false}, {"p/*", "p", false}, {"p/*", "p/q/r", true},
		{"(*p.T).*", "(*p.T).M", true}, {"(*p.T).*", "(p.T).M", false}, {"(p.*).M", "(p.T).M", true},
	} {
		if got := matchFunc(test.pattern, test.s); got != test.want {
			t.Errorf("matchFunc(%q, %q) = %v", test.pattern, test.s, got)
		}
	}
}

func TestIsStd(t *testing.T) {
	for _, path := range []string{"fmt", "net/http", "unsafe", "cmd/go", "cmd", "internal/poll", "internal/future", "crypto/internal/fips140",
		"crypto/internal/future", "vendor/golang.org/x/net/idna"} {
		if !IsStd(path) {
			t.Errorf("IsStd(%q) = false", path)
		}
	}
	for _, path := range []string{"", "example", "app", "blockingio/app", "main", "command-line-arguments", "golang.org/x/net/idna", "netx", "net/httpx",
		"example/internal/x", "app/vendor/x", "github.com/a/b", "C"} {
		if IsStd(path) {
			t.Errorf("IsStd(%q) = true", path)
		}
	}
}

func TestDefaults(t *testing.T) {
	std := types.NewPackage("strings", "strings")
	if op := Builtin().Op(newFunc(std, "", "ToUpper")); op == nil || op.Effect != Safe || op.Func != "" {
		t.Errorf("strings.ToUpper is %v", op)
	}
	if op := Builtin().Op(newFunc(types.NewPackage("example", "example"), "", "F")); op != nil {
		t.Errorf("example.F is %v", op)
	}
	iface := types.NewInterfaceType(nil, nil).Complete()
	recv := types.NewVar(token.NoPos, std, "", iface)
	m := types.NewFunc(token.NoPos, std, "M", types.NewSignatureType(recv, nil, nil, nil, nil, false))
	if op := Builtin().Op(m); op != nil {
		t.Errorf("an interface method of std is %v", op)
	}
	if op := Builtin().Op(types.Universe.Lookup("error").Type().Underlying().(*types.Interface).Method(0)); op != nil {
		t.Errorf("error.Error is %v", op)
	}
}

// TestHash: equal tables have equal hashes, whatever the order of the entries;
// each change that can matter changes it, and a comment or a reference does not.
func TestHash(t *testing.T) {
	const a = "  - {func: p.A, effect: blocks, class: net, why: w, ref: r}\n"
	const b = "  - {func: p.B, effect: safe, calls: [param0.()], why: w}\n"
	hash := func(content string) string { return overlay(t, Builtin(), "f.yaml", content).Hash() }
	base := hash("ops:\n" + a + b)
	for range 5 { // map order
		if got := hash("# comment\nops:\n" + b + a); got != base {
			t.Fatalf("hash depends on order: %s, %s", got, base)
		}
	}
	if hash("ops:\n"+"  - {func: p.A, effect: blocks, class: net, why: w, ref: other}\n"+b) != base {
		t.Error("hash depends on a reference")
	}
	hashes := []string{base, Builtin().Hash()}
	for _, change := range []string{
		"ops:\n" + a,
		"ops:\n" + a + "  - {func: p.B, effect: safe, calls: [param1.()], why: w}\n",
		"ops:\n" + a + "  - {func: p.B, effect: inspect, calls: [param0.()], why: w}\n",
		"ops:\n" + b + "  - {func: p.A, effect: blocks, class: net, cost: ms, why: w}\n",
		"ops:\n" + b + "  - {func: p.A, effect: blocks, class: dns, why: w}\n",
		"ops:\n" + a + b + "vars:\n  - {var: p.V, class: net, why: w}\n",
		"ops:\n" + a + b + "frameworks:\n  - {framework: f, loop: l, kind: loop}\n",
		"ops:\n" + a + b + "frameworks:\n  - {framework: f, loop: l, kind: own}\n",
	} {
		h := hash(change)
		if slices.Contains(hashes, h) {
			t.Errorf("hash is not new after\n%s", change)
		}
		hashes = append(hashes, h)
	}
}

func TestVar(t *testing.T) {
	pkg := types.NewPackage("os", "os")
	v := types.NewVar(token.NoPos, pkg, "Stdout", types.Typ[types.Int])
	if Builtin().Var(v) != nil {
		t.Error("a local variable called Stdout has an entry")
	}
	pkg.Scope().Insert(v)
	if e := Builtin().Var(v); e == nil || e.Class != Terminal {
		t.Errorf("os.Stdout is %v", e)
	}
}

// A universe holds packages. Those whose path starts with "unused" are not
// part of the build.
type universe map[string]*types.Package

func (u universe) Packages(paths []string) map[string]*types.Package { return u }

func (u universe) Paths() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(u)), func(path string) bool { return strings.HasPrefix(path, "unused") })
}

// newUniverse returns the packages with functions of the given full names.
func newUniverse(funcs ...string) universe {
	u := make(universe)
	for _, full := range funcs {
		n, _ := splitName(full)
		if u[n.pkg] == nil {
			u[n.pkg] = types.NewPackage(n.pkg, "p")
		}
		u[n.pkg].Scope().Insert(newFunc(u[n.pkg], "", n.name))
	}
	return u
}

func unmatched(table *Table, u Universe) []string {
	var got []string
	for _, u := range table.Unmatched(u) {
		got = append(got, u.String())
	}
	return got
}

func TestUnmatched(t *testing.T) {
	table := overlay(t, Builtin(), "f.yaml", `
ops:
  - {func: ex.com/p.Fetch, effect: safe, why: w}
  - {func: ex.com/p.Fetsh, effect: safe, why: w}
  - {func: ex.com/q.F, effect: safe, why: w}
  - {func: unused/p.F, effect: safe, why: w}
  - {func: "ex.com/p.Fe*", effect: safe, why: w}
  - {func: "ex.com/p.Fet*hh", effect: safe, why: w}
  - {func: "ex.com/p.G*", effect: safe, why: w}
  - {func: "ex.com/*.Fetch", effect: safe, why: w}
  - {func: "unu*.F", effect: safe, why: w}
  - {func: (error).Error, effect: safe, why: w}
frameworks:
  - framework: f
    loop: l
    kind: loop
    roots:
      - {field: ex.com/p.Fetch.X}
      - {field: unused/q.T.X}
      - {firstparam: ["*ex.com/p.Fetch", "*ex.com/p.Fetc"]}
`)
	want := []string{
		`f.yaml:4: ex.com/p.Fetsh: package ex.com/p has no Fetsh, did you mean "Fetch"?`,
		`f.yaml:5: ex.com/q.F: there is no package ex.com/q, did you mean "ex.com/p"?`,
		`f.yaml:8: ex.com/p.Fet*hh: the pattern matches no function of package ex.com/p, did you mean "ex.com/p.Fetch"?`,
		`f.yaml:9: ex.com/p.G*: the pattern matches no function of package ex.com/p`,
		`f.yaml:11: unu*.F: the pattern matches no function of the build`,
		`f.yaml:18: ex.com/p.Fetch.X: Fetch is not a struct`,
		`f.yaml:19: unused/q.T.X: there is no package unused/q`,
		`f.yaml:20: ex.com/p.Fetc: package ex.com/p has no Fetc, did you mean "Fetch"?`,
	}
	if got := unmatched(table, newUniverse("ex.com/p.Fetch", "unused/p.F")); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestUnmatchedIncomplete: a type that needs a package which is not at hand may have any field.
func TestUnmatchedIncomplete(t *testing.T) {
	pkg := types.NewPackage("p", "p")
	obj := types.NewTypeName(token.NoPos, pkg, "T", nil)
	types.NewNamed(obj, types.Typ[types.Invalid], nil)
	pkg.Scope().Insert(obj)
	table := overlay(t, Builtin(), "f.yaml", "frameworks:\n  - {framework: f, loop: l, kind: loop, roots: [{field: p.T.X}, {field: p.U.X}]}\n")
	got := unmatched(table, universe{"p": pkg})
	if want := []string{`f.yaml:2: p.U.X: package p has no U, did you mean "T"?`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
