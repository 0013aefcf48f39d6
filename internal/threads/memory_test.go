package threads_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/threads"
)

const memory = `package p

type box struct {
	n    int
	in   inner
	next *box
	list []int
	m    map[string]int
	ch   chan int
}

type inner struct{ n int }

var global int
var kept chan int

func cond() bool { return false }
func keep(ch chan int) { kept = ch }
func set(b *box) { b.n = 1 }
func newBox() *box { return &box{} }
func other(f func()) // not in view

func local()   { x := 0; func() { x = 1 }(); _ = x }
func fields()  { b := new(box); b.n = 1; b.in.n = 2 }
func through() { b := new(box); c := &box{next: b}; c.next.n = 1 }
func passed()  { b := new(box); set(b) }
func result()  { b := newBox(); b.n = 1 }
func globals() { global = 1 }
func entries() { m := map[string]int{}; m["k"] = 1; delete(m, "k"); clear(m) }
func elements(i int) { a := make([]int, 4); a[2] = 1; a[i] = 2; b := a[1:3]; b[1] = 3 }
func array()   { var a [4]int; p := &a; p[2] = 1 }
func one(p, q *box) {
	b := p
	if cond() {
		b = q
	}
	b.n = 1
}
func appended() { a := make([]int, 2, 4); b := append(a, 1); b[0] = 1 }
func given(b *box) { b.next.n = 1 }
func inFrames() { for i := range 2 { func(n int) { x := n; func() { x++ }() }(i) } }

func capacity() {
	a := make(chan int)
	b := make(chan int, 3)
	n := 2
	c := make(chan int, n+1)
	d := make(chan int, cap(b))
	e := make(chan int, len(kept))
	close(a)
	close(b)
	close(c)
	close(d)
	close(e)
}

func escapes(give chan chan int) chan int {
	a := make(chan int) // stays
	b := make(chan int) // is returned
	c := make(chan int) // is stored in a global
	d := make(chan int) // is sent to what came from outside
	e := make(chan int) // is given to what is not in view
	f := make(chan int) // is captured by what is given to that
	g := &box{ch: make(chan int)}
	keep(c)
	give <- d
	keepers(e)
	other(func() { <-f })
	close(a)
	close(b)
	close(c)
	close(d)
	close(e)
	close(f)
	close(g.ch)
	return b
}
func keepers(ch chan int) // not in view

func trips(n int) {
	for i := 0; i < 3; i++ { at(3) }
	for i := 3; i > 0; i-- { at(3) }
	for i := 0; i <= 3; i++ { at(4) }
	for i := 0; i < 10; i += 3 { at(4) }
	for i := range 5 { at(5); _ = i }
	for i := 0; i < n; i++ { at(-1) }
	for cond() { at(-1) }
	k := 2
	for i := 0; i < k; i++ { at(2) }
	var a [3]int
	for i := range a { at(3); _ = i }
	s := make([]int, 4)
	for i := range s { at(4); _ = i }
	for i := 5; i < 5; i++ { at(0) }
	for i := 0; i != 6; i += 2 { at(3) }
	for i := 0; i+2 < 5; i++ { at(-1) } // 3
	for i := range 1 { at(1); _ = i }
	for i := range 5 { if cond() { at(5) }; _ = i }
	for i := 0; ; { at(-1); i++; if i >= 4 { break } } // 4
	for i := 0; ; i++ { at(-1); if i >= 4 { break } } // 5
	for i := 0; i < 3; { if cond() { i++ }; at(-1) }
	for i := 0; i < 3; i++ { if cond() { break }; at(3) }
}
func at(n int) {}
`

// TestAccesses: what is written, each access with all locations that it may be to.
func TestAccesses(t *testing.T) {
	prog := linttest.Program(t, memory)
	for _, test := range []struct{ name, want string }{
		{"local", "x x"},
		{"fields", "new.n new.in.n"},
		{"through", "complit.next new.n"},
		{"passed", "new.n"},
		{"result", "complit.n"},
		{"globals", "global"},
		{"entries", "t0 t0 t0"},
		{"elements", "makeslice[2] makeslice[0:4] makeslice[2]"},
		{"array", "a[2]"},
		{"one", "p.n? q.n?"},
		{"given", "b.next.n"},
		{"inFrames", "x x"},
	} {
		u := unfold(t, prog, test.name)
		var got []string
		for _, a := range u.Build().Accesses {
			if !a.Write {
				continue
			}
			text := a.Loc.String()
			if !a.Strong {
				text += "?"
			}
			got = append(got, text)
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, text, test.want)
		}
	}
}

// closes returns the channels that are closed in a function, in the order of the source.
func closes(t *testing.T, u *threads.Unfolding) []*threads.Event {
	t.Helper()
	var out []*threads.Event
	for _, e := range u.Build().Events {
		if e.Kind == threads.Close {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(x, y *threads.Event) int { return int(x.Instr.Pos() - y.Instr.Pos()) })
	return out
}

func TestCapacity(t *testing.T) {
	u := unfold(t, linttest.Program(t, memory), "capacity")
	var got []int
	for _, e := range closes(t, u) {
		got = append(got, u.Capacity(e.Obj))
	}
	if want := []int{0, 3, 3, 3, -1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEscaped(t *testing.T) {
	u := unfold(t, linttest.Program(t, memory), "escapes")
	var got []bool
	for _, e := range closes(t, u) {
		got = append(got, u.Escaped(e.Obj))
	}
	if want := []bool{false, true, true, true, true, true, false}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !u.Escaped(nil) {
		t.Error("what is not known is in view")
	}
}

// TestTrips: how often the loops turn: each has a call with the number, -1 if
// it is not known.
func TestTrips(t *testing.T) {
	u := unfold(t, linttest.Program(t, memory), "trips")
	g := u.Build().Graphs[u.Threads[0]]
	n := 0
	for _, l := range g.Loops() {
		want, found := int64(0), false
		for _, node := range g.Nodes {
			if !l.Nodes.Has(node.ID) || node.Block == nil {
				continue
			}
			for _, instr := range node.Block.Instrs {
				if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Name() == "at" {
					want, found = call.Call.Args[0].(*ssa.Const).Int64(), true
				}
			}
		}
		if !found {
			t.Errorf("the loop at %v has no call", g.Nodes[l.Header].Block)
			continue
		}
		n++
		trips := g.Trips(l.Header)
		got := int64(-1)
		if trips.Known {
			got = int64(trips.N)
		}
		if got != want {
			t.Errorf("the loop with at(%d) turns %d times", want, got)
		}
	}
	if n < 10 {
		t.Errorf("only %d loops", n)
	}
}
