package models

import (
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"
)

// TestLoadErrors: a wrong file is refused with the line of each error.
func TestLoadErrors(t *testing.T) {
	const op = "ops:\n  - func: p.F\n    effect: safe\n    why: w\n"
	for _, test := range []struct{ name, file, want string }{
		{"unknown top-level key", "op: []", `f.yaml:1: unknown key "op", did you mean "ops"?`},
		{"unknown key", op + "    clas: net\n", `f.yaml:5: unknown key "clas", did you mean "class"?`},
		{"unknown key, nothing near", op + "    quux: net\n", `f.yaml:5: unknown key "quux"`},
		{"duplicate key", op + "    why: x\n", `f.yaml:5: duplicate key "why", first at f.yaml:4`},
		{"missing key", "ops:\n  - func: p.F\n    effect: safe\n", `f.yaml:2: missing key "why"`},
		{"duplicate func", op + "  - func: p.F\n    effect: safe\n    why: w\n", `f.yaml:5: duplicate func p.F, first at f.yaml:2`},
		{"bad class", "ops:\n  - func: p.F\n    effect: blocks\n    class: network\n    why: w\n",
			`f.yaml:4: "network" is none of net, dns, disk, process, database, rpc, sleep, wait, lock, terminal, log, cgo, cpu, suspends` + "\n" +
				`f.yaml:2: effect: blocks needs a class`},
		{"bad effect", "ops:\n  - func: p.F\n    effect: block\n    why: w\n", `f.yaml:3: "block" is none of blocks, safe, inspect`},
		{"bad cost", op + "    cost: long\n", `f.yaml:5: "long" is none of us, us-ms, ms, s, arg, unbounded`},
		{"class of safe", op + "    class: net\n", `f.yaml:2: class, also and cost are only for effect: blocks`},
		{"when of nothing", op + "    when: rare\n", `f.yaml:2: when restricts nothing: there is neither effect: blocks nor calls`},
		{"bad name", "ops:\n  - func: p.Atomic[T]\n    effect: safe\n    why: w\n",
			`f.yaml:2: "p.Atomic[T]" is not a function's full name: want pkg/path.Func, (pkg/path.Type).Method or (*pkg/path.Type).Method, without type parameters`},
		{"bad target", op + "    calls: [param0.Write]\n", `f.yaml:5: target "param0.Write" is neither of the form "path.()" nor of "path.Method()"`},
		{"bad root", op + "    calls: [arg0.Write()]\n", `f.yaml:5: path "arg0" starts neither with recv nor with param and a number`},
		{"bad index", op + "    calls: [paramX.()]\n", `f.yaml:5: path "paramX" starts neither with recv nor with param and a number`},
		{"bad field", op + "    wraps: [recv.a-b]\n", `f.yaml:5: path "recv.a-b" has the element "a-b", which is no field name and not []`},
		{"not a list", "ops: {}\n", `f.yaml:1: want a list, got a mapping`},
		{"not a mapping", "- 1\n", `f.yaml:1: want a mapping, got a list`},
		{"nothing", "ops:\n", `f.yaml:1: want a list, got nothing`},
		{"alias", "ops: &a []\nvars: *a\n", `f.yaml:2: want a list, got an alias`},
		{"syntax", "ops:\n  - func: [\n", `f.yaml:2: did not find expected node content`},
		{"duplicate var", "vars:\n  - {var: p.V, class: net, why: w}\n  - {var: p.V, class: net, why: w}\n", `f.yaml:3: duplicate var p.V, first at f.yaml:2`},
		{"new framework", "frameworks:\n  - framework: f\n", "f.yaml:2: missing key \"loop\"\nf.yaml:2: missing key \"kind\""},
		{"empty root", "frameworks:\n  - {framework: f, loop: l, kind: loop, roots: [{why: w}]}\n",
			`f.yaml:2: a root needs one of interface, register, field, functype, firstparam, result, poll`},
		{"two roots in one", "frameworks:\n  - {framework: f, loop: l, kind: loop, roots: [{field: p.T.F, poll: p.F}]}\n",
			`f.yaml:2: a root has one of field, poll, not all`},
		{"register without params", "frameworks:\n  - {framework: f, loop: l, kind: loop, roots: [{register: p.F}]}\n",
			`f.yaml:2: register and params go together`},
		{"duplicate root", "frameworks:\n  - framework: f\n    loop: l\n    kind: loop\n    roots:\n      - field: p.T.F\n      - field: p.T.F\n",
			`f.yaml:7: duplicate root of f: field p.T.F, first at f.yaml:6`},
		{"thread without spawns", op + "    thread: many\n", `f.yaml:2: thread and joins are only for spawns`},
		{"bad join", op + "    spawns: [param0.()]\n    joins: [param0]\n", `f.yaml:6: join "param0" is none of call, path.Method(), path.<-`},
		{"result in a target", op + "    calls: [result0.()]\n", `f.yaml:5: path "result0" starts with a result`},
		{"unknown kind", "syncs:\n  - {func: p.F, does: locks, target: recv, why: w}\n", `f.yaml:2: "locks" is none of ` + join(SyncKinds)},
		{"no target", "syncs:\n  - {func: p.F, does: lock, why: w}\n", `f.yaml:2: does: lock needs a target`},
		{"needless target", "syncs:\n  - {func: p.F, does: yield, target: recv, why: w}\n", `f.yaml:2: does: yield has no target`},
		{"try without condition", "syncs:\n  - {func: p.F, does: trylock, target: recv, why: w}\n", `f.yaml:2: does: trylock needs if`},
		{"once of nothing", "syncs:\n  - {func: p.F, does: once, target: recv, why: w}\n", `f.yaml:2: does: once needs runs`},
		{"bad target of sync", "syncs:\n  - {func: p.F, does: lock, target: mu, why: w}\n", `f.yaml:2: path "mu" starts neither with recv nor with param and a number`},
		{"duplicate sync", "syncs:\n  - {func: p.F, does: yield, why: w}\n  - {func: p.F, does: yield, why: w}\n", `f.yaml:3: duplicate sync of p.F, first at f.yaml:2`},
		{"unknown level", "types:\n  - {type: p.T, safety: unsafe, why: w}\n", `f.yaml:2: "unsafe" is none of not-safe, one-writer, safe-after-setup, safe`},
		{"method in two lists", "types:\n  - {type: p.T, safety: not-safe, reads: [A], writes: [A], why: w}\n", `f.yaml:2: method A is listed twice`},
		{"one side only", "types:\n  - {type: p.T, safety: one-writer, reads: [A], why: w}\n", `f.yaml:2: safety: one-writer needs reads and writes`},
		{"duplicate type", "types:\n  - {type: p.T, safety: safe, why: w}\n  - {type: p.T, safety: safe, why: w}\n", `f.yaml:3: duplicate type p.T, first at f.yaml:2`},
		{"mutates a result", "mutates:\n  - {func: p.F, writes: [result0], why: w}\n", `f.yaml:2: path "result0" starts with a result`},
		{"process without state", "process:\n  - {func: p.F, why: w}\n", `f.yaml:2: neither writes nor reads`},
		{"process without guard", "process:\n  - {func: p.F, writes: [cwd], why: w}\n", `f.yaml:2: writes needs a guard`},
		{"bad state", "process:\n  - {func: p.F, reads: [Cwd], why: w}\n", `f.yaml:2: "Cwd" is neither a word nor a variable, of the form pkg/path.Name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Builtin().Overlay("f.yaml", []byte(test.file))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestLoadEmbeddedStrictly: an embedded file must say more than a user's.
func TestLoadEmbeddedStrictly(t *testing.T) {
	fsys := fstest.MapFS{
		"data/std/a.yaml": {Data: []byte("ops:\n  - func: p.F\n    effect: blocks\n    class: net\n    why: w\n")},
		"data/std/b.yaml": {Data: []byte("package: p\nops:\n  - func: p.F\n    effect: safe\n    why: w\n    ref: r\n")},
		"data/notes.txt":  {Data: []byte("not a model")},
	}
	_, err := loadFS(fsys)
	want := strings.Join([]string{
		`data/std/a.yaml:2: missing key "ref"`,
		`data/std/a.yaml:2: effect: blocks needs a cost`,
		`data/std/a.yaml:1: missing key "package"`,
		`data/std/b.yaml:3: duplicate func p.F, first at data/std/a.yaml:2`,
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestBuiltinComplete: every embedded entry says why, and where to read on.
func TestBuiltinComplete(t *testing.T) {
	check := func(pos Pos, name, why, ref string) {
		if why == "" || ref == "" || strings.HasSuffix(why, ".") {
			t.Errorf("%v: %s: why %q, ref %q", pos, name, why, ref)
		}
	}
	b := Builtin()
	for _, op := range b.byFunc {
		check(op.Pos, op.Func, op.Why, op.Ref)
	}
	for _, op := range b.syncs.exact {
		check(op.Pos, op.Func, op.Why, op.Ref)
	}
	for _, s := range b.types {
		check(s.Pos, s.Type, s.Why, s.Ref)
	}
	for _, m := range b.mutations.exact {
		check(m.Pos, m.Func, m.Why, m.Ref)
	}
	for _, op := range b.process.exact {
		check(op.Pos, op.Func, op.Why, op.Ref)
	}
}

// FuzzLoad: no file makes loading panic, and what it accepts can be hashed.
func FuzzLoad(f *testing.F) {
	err := walk(data, func(file string) error {
		content, err := data.ReadFile(file)
		f.Add(content)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("ops:\n  - func: a/b.*\n    effect: inspect\n    why: w\nsettings: {a: [1]}\n"))
	empty, err := newTable(new(layer))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, decode := range []func(*layer) func(*decoder, *yaml.Node){
			func(l *layer) func(*decoder, *yaml.Node) { return l.opsFile },
			func(l *layer) func(*decoder, *yaml.Node) { return l.frameworkFile },
		} {
			_ = load("f.yaml", content, decode(new(layer)))
		}
		if table, err := empty.Overlay("f.yaml", content); err == nil && table.Hash() == "" {
			t.Error("no hash")
		}
	})
}
