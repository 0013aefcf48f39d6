package paths_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// resolved has, for each function, the locations of what it passes to at.
const resolved = `package p

type node struct {
	next  *node
	val   int
	inner inner
	list  []*node
	array [4]inner
	byKey map[string]*node
	ch    chan *node
	face  any
}

type inner struct{ n int; p *int }

var global node
var pointer *node

func at(x any) {}
func newNode() *node { return new(node) }
func two() (*node, error) { return nil, nil }

func parameter(p *node)   { at(p); at(&p.val); at(&p.inner.n) }
func pointee(p *node)     { at(p.next); at(&p.next.next.val) }
func globals()            { at(&global.val); at(&pointer.val); at(global.next) }
func local()              { var x node; x.val = 1; at(&x); at(&x.inner.n) }
func made()               { x := new(node); at(&x.val) }
func result()             { x := newNode(); at(&x.val); y := newNode(); at(&y.val) }
func results()            { x, _ := two(); at(&x.val) }
func element(p *node, i int) { at(&p.array[i]); at(&p.array[3].n); at(p.list[i]); at(&p.list[i].val) }
func slice(p *node)       { at(&p.list[1:][2].val) }
func entry(p *node)       { at(p.byKey["k"]); v, ok := p.byKey["k"]; _ = ok; at(v) }
func ranged(p *node) {
	for _, v := range p.byKey {
		at(v)
	}
	for _, v := range p.list {
		at(v)
	}
}
func received(p *node)    { at(p.ch); at(<-p.ch) }
func asserted(p *node)    { at(p.face.(*node)); v, ok := p.face.(*node); _ = ok; at(v) }
func copied(p *node)      { x := p.inner; at(&x.n); at(x.p); at(p.inner.p) }

// A variable that is stored to once stands for what is stored; a pointer in
// one that is stored to twice has a name of its own.
func once(p *node)        { q := p; f := func() { at(q) }; f(); at(&q.val) }
func twice(p *node)       { q := p; q = p.next; f := func() { at(q) }; f(); at(&q.val) }
func storedInside(p *node) { q := p; f := func() { q = nil }; f(); at(q) }

// Literals share the names of the function around them.
func literal(p *node) {
	x := new(node)
	go func() { func() { at(&p.val); at(&x.val) }() }()
}

// A φ of one location has it; nil does not count.
func same(p *node, b bool) {
	var q *node
	if b {
		q = p
	}
	at(q)
}
func differs(p *node, b bool) {
	q := p.next
	if b {
		q = p
	}
	at(q)
}
func loop(p *node) {
	for p != nil {
		p = p.next
	}
	at(p)
}

func tooDeep(p *node) { at(p.next.next.next.next); at(p.next.next.next.next.next) }
`

func TestResolver(t *testing.T) {
	want := map[string]string{
		"parameter":    "p p.val p.inner.n",
		"pointee":      "p.next→ p.next→.next→.val",
		"globals":      "global.val pointer→.val global.next→",
		"local":        "x x.inner.n",
		"made":         "new.val",
		"result":       "#1.val #2.val",
		"results":      "#1.val",
		"element":      "p.array[…] p.array[…].n p.list→[…]→ p.list→[…]→.val",
		"slice":        "p.list→[…]→.val",
		"entry":        "p.byKey→{}→ p.byKey→{}→",
		"ranged":       "p.byKey→{}→ p.list→[…]→",
		"received":     "p.ch→ ?",
		"asserted":     "p.face→ p.face→",
		"copied":       "x.n x.p→ p.inner.p→",
		"once":         "p p.val",
		"twice":        "q→ q→.val",
		"storedInside": "q→",
		"literal":      "p.val new.val",
		"same":         "p",
		"differs":      "?",
		"loop":         "?",
		"tooDeep":      "p.next→.next→.next→.next→ ?",
	}
	prog := linttest.Program(t, resolved)
	rnd := rand.New(rand.NewPCG(1, 1))
	for run := range 4 {
		order := slices.Clone(prog.Funcs)
		if run > 0 { // the first one asked must not matter
			rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		r := paths.NewResolver(prog.Funcs)
		for _, fn := range order {
			for _, arg := range passed(fn) {
				r.Of(arg)
			}
		}
		got := make(map[string]string)
		for _, fn := range prog.Funcs {
			outer := fn
			for outer.Parent() != nil {
				outer = outer.Parent()
			}
			roots := make(map[*paths.Loc]int)
			for _, arg := range passed(fn) {
				text := spell(r.Of(arg), roots)
				got[outer.Name()] = strings.TrimSpace(got[outer.Name()] + " " + text)
			}
		}
		// Literals come behind the function around them.
		want["once"] = "p.val p"
		want["twice"] = "q→.val q→"
		for name, text := range want {
			if got[name] != text {
				t.Errorf("run %d: %s:\n got %s\nwant %s", run, name, got[name], text)
			}
		}
	}
}

// passed returns what fn passes to at.
func passed(fn *ssa.Function) []ssa.Value {
	var out []ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Name() == "at" {
				out = append(out, call.Call.Args[0])
			}
		}
	}
	return out
}

// spell writes all steps of l: → for a dereference, {} for the entries of a
// map. Roots without a name are numbered.
func spell(l *paths.Loc, roots map[*paths.Loc]int) string {
	switch {
	case l == nil:
		return "?"
	case l.Parent == nil && l.Name == "":
		if roots[l] == 0 {
			roots[l] = len(roots) + 1
		}
		return "#" + strconv.Itoa(roots[l])
	case l.Parent == nil:
		return l.Name
	}
	prefix := spell(l.Parent, roots)
	switch l.Step {
	case paths.Field:
		return prefix + "." + l.Field.Name()
	case paths.Elem:
		return prefix + strings.TrimPrefix(l.String(), l.Parent.String())
	case paths.Entries:
		return prefix + "{}"
	case paths.Deref:
		return prefix + "→"
	}
	return prefix + "!"
}
