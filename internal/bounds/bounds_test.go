package bounds_test

import (
	"fmt"
	"go/types"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

func TestLog(t *testing.T) {
	prog := linttest.Program(t, `package p

type box struct{}

func (*box) method() {}
func outer() { func() { func() {}() }() }
`)
	var a, b bounds.Log
	for range 2 {
		for _, fn := range prog.Funcs {
			a.Exceeded("threads.maxNodes", fn)
			b.Exceeded("order.maxDepth", fn)
		}
		b.ExceededBy("safety.maxMethods", prog.Pkg.Pkg.Scope().Lookup("box").(*types.TypeName))
		a.Add(&b)
		a.Exceeded("threads.maxNodes", nil)
	}
	var got []string
	for _, p := range a.Places() {
		got = append(got, fmt.Sprint(p.Bound, " ", p.Name))
	}
	want := "order.maxDepth (*p.box).method, order.maxDepth p.init, order.maxDepth p.outer, safety.maxMethods p.box, " +
		"threads.maxNodes (*p.box).method, threads.maxNodes p.init, threads.maxNodes p.outer"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("\n got %s\nwant %s", text, want)
	}
}

// TestNil: nobody need ask for a log.
func TestNil(t *testing.T) {
	var none *bounds.Log
	var a bounds.Log
	a.Add(none)
	none.Add(&a)
	none.Exceeded("threads.maxNodes", nil)
	if len(none.Places())+len(a.Places()) > 0 {
		t.Error("nothing was exceeded")
	}
}
