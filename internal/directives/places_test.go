package directives

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"
)

const places = "../../testdata/src/directives/places/places.go"

// render says what a contract marks, as the comments of the fixture do.
func (m Marked) render() string {
	_, node, _ := strings.Cut(fmt.Sprintf("%T", m.Node), ".")
	words := []string{node}
	if m.Obj != nil {
		words = append(words, m.Obj.Name())
	}
	switch {
	case len(m.Classes) > 0:
		words = append(words, m.Classes...)
	case len(m.Locks) > 0:
		words = append(words, m.Locks...)
	case m.Args != "":
		words = append(words, m.Args)
	}
	if m.Read {
		words = append(words, "for reading")
	}
	return strings.Join(words, " ")
}

// all returns everything that contracts mark, by the position of the directive.
func (s *Set) all() map[token.Pos][]Marked {
	byPos := make(map[token.Pos][]Marked)
	for _, name := range append(slices.Clone(names), "checklocksignore") {
		for _, m := range s.Contracts(name) {
			byPos[m.Pos] = append(byPos[m.Pos], m)
		}
	}
	return byPos
}

// TestPlaces compares what each directive marks with what is said behind it.
func TestPlaces(t *testing.T) {
	set, fset, file := load(t, places, nil)
	for _, p := range set.Problems() {
		t.Errorf("%v: %s", fset.Position(p.Pos), p.Message)
	}
	marked := set.all()
	directives := 0
	for _, group := range file.Comments {
		for _, c := range group.List {
			d, ok := parse(c.Text)
			if !ok {
				continue
			}
			directives++
			_, want, _ := strings.Cut(c.Text, " // marks ")
			var got []string
			for _, m := range marked[c.Slash] {
				got = append(got, m.render())
				if d.name != "" && d.name != m.Name {
					t.Errorf("%v: the name is %s", fset.Position(c.Slash), m.Name)
				}
			}
			if strings.Join(got, "; ") != want {
				t.Errorf("%v: marks %q, want %q", fset.Position(c.Slash), strings.Join(got, "; "), want)
			}
		}
	}
	if directives < 60 {
		t.Errorf("only %d directives", directives)
	}
}

// TestForeignNames: what an annotation of gVisor's means depends on what it marks.
func TestForeignNames(t *testing.T) {
	set, _, _ := load(t, "a.go", `package a

type s struct {
	// +checklocks:mu
	x, mu int
}

// +checklocksread:s.mu
func (s) f() {}

// +checklocks:mu
type misplaced int
`)
	var got []string
	for _, name := range names {
		for _, m := range set.Contracts(name) {
			got = append(got, fmt.Sprint(name, " ", m.Obj.Name(), " ", m.Locks, m.Read))
		}
	}
	want := []string{"guardedby x [mu] false", "guardedby mu [mu] false", "holds f [s.mu] true"}
	if !slices.Equal(got, want) || len(set.Problems()) > 0 {
		t.Errorf("got %q and %v, want %q", got, set.Problems(), want)
	}
}
