package paths

import (
	"fmt"
	"go/types"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	fieldA = types.NewField(0, nil, "a", types.Typ[types.Int], false)
	fieldB = types.NewField(0, nil, "b", types.Typ[types.Int], false)
)

// spell writes all steps of l, other than String, which writes Go: → for a
// dereference, {} for the entries of a map, ! for the state of an object.
func spell(l *Loc) string {
	if l == nil {
		return "?"
	}
	if l.Parent == nil {
		return l.Name
	}
	prefix := spell(l.Parent)
	switch l.Step {
	case Field:
		return prefix + "." + l.Field.Name()
	case Elem:
		if l.Hi == Open {
			return fmt.Sprintf("%s[%d:]", prefix, l.Lo)
		}
		return fmt.Sprintf("%s[%d:%d]", prefix, l.Lo, l.Hi)
	case Entries:
		return prefix + "{}"
	case Deref:
		return prefix + "→"
	}
	return prefix + "!"
}

// TestIntern: equal steps lead to one location, whatever was asked before.
func TestIntern(t *testing.T) {
	s := NewSpace()
	x, y := s.Root("x", "x", nil), s.Root("y", "y", nil)
	make := []func() *Loc{
		func() *Loc { return s.Root("x", "x", nil) },
		func() *Loc { return s.Field(x, fieldA) },
		func() *Loc { return s.Field(x, fieldB) },
		func() *Loc { return s.Field(y, fieldA) },
		func() *Loc { return s.Elem(x, 0, 1, nil) },
		func() *Loc { return s.Elem(x, 0, 2, nil) },
		func() *Loc { return s.Elem(x, 0, Open, nil) },
		func() *Loc { return s.Entries(x) },
		func() *Loc { return s.Deref(x, nil) },
		func() *Loc { return s.State(x) },
		func() *Loc { return s.Field(s.Deref(s.Field(x, fieldA), nil), fieldB) },
	}
	first := map[int]*Loc{}
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		i := rnd.IntN(len(make))
		l := make[i]()
		if first[i] == nil {
			first[i] = l
		}
		if l != first[i] {
			t.Fatalf("%s is made twice", spell(l))
		}
	}
	seen, ids := map[string]bool{}, map[int]bool{}
	for _, l := range first {
		if seen[spell(l)] || ids[l.ID()] {
			t.Errorf("%s: two locations have the name, or the number %d", spell(l), l.ID())
		}
		seen[spell(l)], ids[l.ID()] = true, true
	}
}

// TestDeep: what lies too deep has no name, and neither has what follows.
func TestDeep(t *testing.T) {
	s := NewSpace()
	l := s.Root("x", "x", nil)
	for i := range maxDepth {
		if l.Depth() != i {
			t.Fatalf("%s has depth %d, want %d", spell(l), l.Depth(), i)
		}
		l = s.Deref(l, nil)
	}
	if l == nil {
		t.Fatalf("%d steps are too deep", maxDepth)
	}
	for name, deeper := range map[string]*Loc{
		"field": s.Field(l, fieldA), "element": s.Elem(l, 0, 1, nil), "entries": s.Entries(l),
		"pointee": s.Deref(l, nil), "state": s.State(l),
		"field of nothing": s.Field(nil, fieldA), "element of nothing": s.Elem(nil, 0, 1, nil), "entries of nothing": s.Entries(nil),
		"pointee of nothing": s.Deref(nil, nil), "state of nothing": s.State(nil),
	} {
		if deeper != nil {
			t.Errorf("%s: %s has a name", name, spell(deeper))
		}
	}
	// A slice of a slice is no deeper than the slice.
	e := s.Elem(l.Parent, 2, 6, nil)
	if e2 := s.Elem(e, 1, 2, nil); e2 == nil || e2.Depth() != e.Depth() {
		t.Errorf("a part of %s is %s", spell(e), spell(e2))
	}
}

// TestElem: ranges of ranges.
func TestElem(t *testing.T) {
	for _, test := range []struct {
		lo, hi, lo2, hi2 int64
		want             string
	}{
		{0, Open, 0, Open, "x[0:]"},
		{0, Open, 3, 4, "x[3:4]"},
		{2, 6, 0, Open, "x[2:6]"},
		{2, 6, 1, 2, "x[3:4]"},
		{2, 6, 1, 9, "x[3:6]"},
		{2, Open, 1, 3, "x[3:5]"},
		{2, Open, 1, Open, "x[3:]"},
	} {
		s := NewSpace()
		l := s.Elem(s.Elem(s.Root("x", "x", nil), test.lo, test.hi, nil), test.lo2, test.hi2, nil)
		if got := spell(l); got != test.want {
			t.Errorf("[%d:%d] of [%d:%d]: got %s, want %s", test.lo2, test.hi2, test.lo, test.hi, got, test.want)
		}
	}
}

func TestString(t *testing.T) {
	s := NewSpace()
	x := s.Root("x", "x", nil)
	for _, test := range []struct {
		l    *Loc
		want string
	}{
		{nil, "?"},
		{x, "x"},
		{s.Field(s.Deref(s.Field(x, fieldA), nil), fieldB), "x.a.b"},
		{s.Field(s.Elem(x, 3, 4, nil), fieldB), "x[3].b"},
		{s.Elem(x, 0, Open, nil), "x[…]"},
		{s.Elem(x, 2, Open, nil), "x[2:]"},
		{s.Elem(x, 2, 5, nil), "x[2:5]"},
		{s.Deref(s.Entries(s.Field(x, fieldA)), nil), "x.a"},
		{s.State(x), "x"},
	} {
		if got := test.l.String(); got != test.want {
			t.Errorf("%s: got %s, want %s", spell(test.l), got, test.want)
		}
	}
}

func TestTopObjectVague(t *testing.T) {
	s := NewSpace()
	x := s.Root("x", "x", nil)
	at := s.Deref(s.Field(x, fieldA), nil)
	for _, test := range []struct {
		l      *Loc
		object *Loc
		vague  bool
	}{
		{x, x, false},
		{s.Field(x, fieldA), x, false},
		{at, at, false},
		{s.Field(s.Elem(at, 0, 1, nil), fieldB), at, false},
		{s.Elem(x, 0, Open, nil), x, false},
		{s.Deref(s.Elem(x, 3, 4, nil), nil), s.Deref(s.Elem(x, 3, 4, nil), nil), false},
		{s.Field(s.Deref(s.Elem(x, 0, Open, nil), nil), fieldA), s.Deref(s.Elem(x, 0, Open, nil), nil), true},
		{s.Field(s.Deref(s.Entries(x), nil), fieldA), s.Deref(s.Entries(x), nil), true},
	} {
		if got := test.l.Top(); got != x {
			t.Errorf("%s: the root is %s", spell(test.l), spell(got))
		}
		if got := test.l.Object(); got != test.object {
			t.Errorf("%s: the object is %s, want %s", spell(test.l), spell(got), spell(test.object))
		}
		if got := test.l.Vague(); got != test.vague {
			t.Errorf("%s: vague: %v, want %v", spell(test.l), got, test.vague)
		}
	}
}

func TestOverlaps(t *testing.T) {
	s := NewSpace()
	x, y := s.Root("x", "x", nil), s.Root("y", "y", nil)
	xa, at := s.Field(x, fieldA), s.Deref(s.Field(x, fieldA), nil)
	for _, test := range []struct {
		l, m *Loc
		want bool
	}{
		{x, x, true},
		{x, y, false},
		{x, xa, true},
		{xa, s.Field(x, fieldB), false},
		{xa, s.Field(y, fieldA), false},
		{xa, s.Field(xa, fieldB), true},
		{x, s.Field(xa, fieldB), true},
		{xa, at, false}, // a pointer, and what it points to
		{x, s.Field(at, fieldB), false},
		{at, s.Field(at, fieldB), true},
		{x, s.State(x), false},
		{x, s.Entries(x), false},
		{s.Elem(x, 0, 1, nil), s.Elem(x, 1, 2, nil), false},
		{s.Elem(x, 0, 2, nil), s.Elem(x, 1, 3, nil), true},
		{s.Elem(x, 0, Open, nil), s.Elem(x, 7, 8, nil), true},
		{x, s.Elem(x, 7, 8, nil), true},
		{s.Elem(x, 0, Open, nil), s.Field(s.Elem(x, 7, 8, nil), fieldA), true},
		{s.Field(s.Elem(x, 0, Open, nil), fieldA), s.Field(s.Elem(x, 7, 8, nil), fieldA), true},
		{s.Field(s.Elem(x, 0, Open, nil), fieldA), s.Field(s.Elem(x, 7, 8, nil), fieldB), false},
		{s.Field(s.Elem(x, 0, 7, nil), fieldA), s.Field(s.Elem(x, 7, 8, nil), fieldA), false},
	} {
		for range 2 {
			if got := test.l.Overlaps(test.m); got != test.want {
				t.Errorf("%s and %s: got %v, want %v", spell(test.l), spell(test.m), got, test.want)
			}
			test.l, test.m = test.m, test.l
		}
	}
}

// TestOverlapsCells compares with the memory that locations are made of: the
// cells of a variable of type [4]struct{a, b [4]struct{a, b int}}.
func TestOverlapsCells(t *testing.T) {
	var cells [][4]int // index, field, index, field
	for i := range 4 * 2 * 4 * 2 {
		cells = append(cells, [4]int{i / 16, i / 8 % 2, i / 2 % 4, i % 2})
	}
	fields := []*types.Var{fieldA, fieldB}
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 3000 {
		s := NewSpace()
		var in [2][]bool
		var l [2]*Loc
		for k := range l {
			in[k] = make([]bool, len(cells))
			l[k] = s.Root("x", "x", nil)
			var from, to [4]int
			to = [4]int{3, 1, 3, 1}
			for step := range rnd.IntN(5) {
				if step%2 == 1 {
					f := rnd.IntN(2)
					from[step], to[step] = f, f
					l[k] = s.Field(l[k], fields[f])
					continue
				}
				from[step] = rnd.IntN(4)
				to[step] = from[step] + rnd.IntN(4-from[step])
				hi := int64(to[step]) + 1
				if to[step] == 3 && rnd.IntN(2) == 0 {
					hi = Open
				}
				l[k] = s.Elem(l[k], int64(from[step]), hi, nil)
			}
			for i, c := range cells {
				in[k][i] = true
				for step := range c {
					in[k][i] = in[k][i] && from[step] <= c[step] && c[step] <= to[step]
				}
			}
		}
		want := false
		for i := range cells {
			want = want || in[0][i] && in[1][i]
		}
		if got := l[0].Overlaps(l[1]); got != want {
			t.Fatalf("%s and %s: got %v, want %v", spell(l[0]), spell(l[1]), got, want)
		}
	}
}

func TestRebase(t *testing.T) {
	s := NewSpace()
	x, y := s.Root("x", "x", nil), s.Root("y", "y", nil)
	xa := s.Field(x, fieldA)
	deep := s.Deref(s.Field(y, fieldB), nil)
	all := s.State(s.Deref(s.Entries(s.Elem(s.Field(s.Deref(xa, nil), fieldB), 1, 2, nil)), nil))
	for _, test := range []struct {
		l, from, to *Loc
		want        string
	}{
		{x, x, y, "y"},
		{xa, x, y, "y.a"},
		{xa, xa, y, "y"},
		{xa, x, deep, "y.b→.a"},
		{all, x, y, "y.a→.b[1:2]{}→!"},
		{all, s.Deref(xa, nil), deep, "y.b→.b[1:2]{}→!"},
		{all, x, deep, "?"}, // too deep
		{x, xa, y, "?"},     // not behind it
		{xa, y, x, "?"},
		{nil, x, y, "?"},
		{xa, x, nil, "?"},
		{s.Elem(x, 2, 4, nil), x, s.Elem(y, 1, Open, nil), "y[3:5]"}, // a part of a slice
	} {
		if got := spell(s.Rebase(test.l, test.from, test.to)); got != test.want {
			t.Errorf("%s with %s for %s: got %s, want %s", spell(test.l), spell(test.to), spell(test.from), got, test.want)
		}
	}
}

func TestKids(t *testing.T) {
	s := NewSpace()
	x := s.Root("x", "x", nil)
	for range 2 {
		s.Field(x, fieldB)
		s.State(x)
		s.Field(s.Field(x, fieldA), fieldA)
	}
	var got []string
	for _, k := range x.Kids() {
		got = append(got, spell(k))
	}
	if want := "x.b x! x.a"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
