package threads_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/threads"
)

const unfolded = `package p

import (
	"sync"
	"time"
)

type box struct {
	n  int
	f  func()
	ch chan int
}

type doer interface{ do() }
type doA struct{}
type doB struct{}

func (doA) do()         { work() }
func (*doB) do()        { work() }
func (b *box) method()  { b.n++ }
func (b *box) starts()  { go b.method() }
func work()             {}
func cond() bool        { return false }
func run(f func())      { f() }
func runInGo(f func())  { go f() }
func twice(f func())    { f(); f() }
func pass(f func()) func() { return f }

// Nothing starts.
func none() { work(); run(func() {}) }

// The ways to start a goroutine.
func literal()     { go func() { work() }() }
func function()    { go work() }
func methodGo()    { b := new(box); go b.method() }
func methodValue() { b := new(box); f := b.method; go f() }
func variable()    { f := func() { work() }; go f() }
func field()       { b := &box{f: func() { work() }}; go b.f() }
func interface_()  { var d doer = doA{}; go d.do() }
func returned()    { go pass(func() { work() })() }
func within()      { b := new(box); b.starts() }
func given()       { runInGo(func() { work() }) }
func nested()      { go func() { go func() { go work() }() }() }
func two()         { go func() {}(); go func() {}() }
func either() {
	f := func() {}
	if cond() {
		f = func() {}
	}
	go f()
}
func eitherDoer() {
	var d doer = doA{}
	if cond() {
		d = new(doB)
	}
	go d.do()
}
func deferredGo() { defer func() { go work() }() }
func unknown(f func()) { go f() }

// By the library.
func group()  { var wg sync.WaitGroup; wg.Go(func() { work() }); wg.Wait() }
func timer()  { t := time.AfterFunc(time.Second, func() { work() }); t.Stop() }
func inOnce() { var o sync.Once; o.Do(func() { go work() }) }

// Where functions are called, not started.
func calls()      { work(); run(work); go work() }
func callsTwice() { twice(func() { go work() }) }
func deep()  { d1() }
func d1()    { d2() }
func d2()    { d3() }
func d3()    { d4() }
func d4()    { d5() }
func d5()    { go work(); d6() }
func d6()    { go work() }

// Functions on top of themselves.
func recursive(n int) {
	if n > 0 {
		recursive(n - 1)
	}
	go work()
}
func respawns() { go respawns() }
`

var loaded *program.Program

// load loads the source, once for all tests.
func load(t *testing.T) *program.Program {
	t.Helper()
	if loaded == nil {
		loaded = linttest.Program(t, unfolded)
	}
	return loaded
}

func unfold(t *testing.T, prog *program.Program, name string) *threads.Unfolding {
	t.Helper()
	for _, fn := range prog.Funcs {
		if fn.Name() == name {
			if u := threads.Unfold(fn, prog.Pkg, models.Builtin(), nil); u != nil {
				return u
			}
			t.Fatalf("%s is not unfolded", name)
		}
	}
	t.Fatalf("no function %s", name)
	return nil
}

// TestUnfold: the goroutines below a function. Each is written as the function
// that it runs, those that it calls in brackets, those that it starts in braces.
func TestUnfold(t *testing.T) {
	prog := load(t)
	for _, test := range []struct{ name, want string }{
		{"none", "none[work run none$1]"},

		{"literal", "literal{literal$1[work]}"},
		{"function", "function{work}"},
		{"methodGo", "methodGo{method}"},
		{"methodValue", "methodValue{method$bound[method]}"},
		{"variable", "variable{variable$1[work]}"},
		{"field", "field{field$1[work]}"},
		{"interface_", "interface_{do[work]}"},
		{"returned", "returned[pass]{returned$1[work]}"},
		{"within", "within[starts]{method}"},
		{"given", "given[runInGo]{given$1[work]}"},
		{"nested", "nested{nested$1{nested$1$1{work}}}"},
		{"two", "two{two$1 two$2}"},
		{"either", "either[cond]{either$1 either$2}"},
		{"eitherDoer", "eitherDoer[cond]{do[work] do[work]}"},
		{"deferredGo", "deferredGo[deferredGo$1]{work}"},
		{"unknown", "unknown"},

		{"group", "group{group$1[work]}"},
		{"timer", "timer{timer$1[work]}"},
		{"inOnce", "inOnce[inOnce$1]{work}"},

		{"calls", "calls[work run work]{work}"},
		{"callsTwice", "callsTwice[twice callsTwice$1 callsTwice$1]{work work}"},
		{"deep", "deep[d1 d2 d3 d4 d5]{work}"}, // d6 is too deep

		{"recursive", "recursive{work}"},
		{"respawns", "respawns{respawns{respawns}}"},
	} {
		u := unfold(t, prog, test.name)
		if got := describe(u, u.Threads[0]); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
		for i, th := range u.Threads {
			if th.ID != i || th.First.Thread != th || (th.Parent == nil) != (i == 0) {
				t.Errorf("%s: thread %d has number %d, parent %v", test.name, i, th.ID, th.Parent)
			}
			if chain := th.Chain(); len(chain) != th.Depth()+1 || chain[0] != u.Threads[0] || chain[len(chain)-1] != th {
				t.Errorf("%s: thread %d has depth %d, chain %v", test.name, i, th.Depth(), chain)
			}
		}
	}
}

func describe(u *threads.Unfolding, th *threads.Thread) string {
	var calls, starts []string
	for _, f := range u.Frames {
		if f.Thread == th && f != th.First {
			calls = append(calls, f.Fn.Name())
		}
	}
	for _, x := range u.Threads {
		if x.Parent == th {
			starts = append(starts, describe(u, x))
		}
	}
	text := th.First.Fn.Name()
	if len(calls) > 0 {
		text += "[" + strings.Join(calls, " ") + "]"
	}
	if len(starts) > 0 {
		text += "{" + strings.Join(starts, " ") + "}"
	}
	return text
}

// TestStarts: which functions are worth unfolding.
func TestStarts(t *testing.T) {
	prog := load(t)
	for _, fn := range prog.Funcs {
		if fn.Parent() != nil {
			continue
		}
		own := false
		for _, f := range prog.Funcs {
			outer := f
			for outer.Parent() != nil {
				outer = outer.Parent()
			}
			own = own || outer == fn && hasStart(f)
		}
		if got := threads.Starts(fn, models.Builtin()); got != own {
			t.Errorf("%s: got %v, want %v", fn.Name(), got, own)
		}
	}
}

// hasStart reports whether fn has a go statement, or one of the calls of the
// source that start a goroutine.
func hasStart(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Go:
				return true
			case *ssa.Call:
				if f := instr.Call.StaticCallee(); f != nil && f.Pkg != fn.Pkg && (f.Name() == "Go" || f.Name() == "AfterFunc") {
					return true
				}
			}
		}
	}
	return false
}

// TestGroups: what can be waited for, and what stops a timer's goroutine.
func TestGroups(t *testing.T) {
	prog := load(t)
	if th := unfold(t, prog, "group").Threads[1]; th.Group.String() != "wg" || th.Timer != nil {
		t.Errorf("group: got %v %v, want wg", th.Group, th.Timer)
	}
	if th := unfold(t, prog, "timer").Threads[1]; th.Group != nil || th.Timer.String() != "the result of AfterFunc" {
		t.Errorf("timer: got %v %v", th.Group, th.Timer)
	}
	if th := unfold(t, prog, "literal").Threads[1]; th.Group != nil || th.Timer != nil {
		t.Errorf("literal: got %v %v", th.Group, th.Timer)
	}
}

// TestDeterministic: what was unfolded before does not matter.
func TestDeterministic(t *testing.T) {
	prog := load(t)
	want := make(map[string]string)
	rnd := rand.New(rand.NewPCG(1, 1))
	for run := range 5 {
		funcs := slices.Clone(prog.Funcs)
		rnd.Shuffle(len(funcs), func(i, j int) { funcs[i], funcs[j] = funcs[j], funcs[i] })
		for _, fn := range funcs {
			u := threads.Unfold(fn, prog.Pkg, models.Builtin(), nil)
			text := describe(u, u.Threads[0])
			for _, a := range u.Build().Accesses {
				text += fmt.Sprintf(" %d:%d:%s:%v", a.Node.Thread.ID, a.Node.ID, a.Loc, a.Write)
			}
			if run == 0 {
				want[fn.String()] = text
			} else if text != want[fn.String()] {
				t.Fatalf("%s:\n got %s\nwant %s", fn, text, want[fn.String()])
			}
		}
	}
}
