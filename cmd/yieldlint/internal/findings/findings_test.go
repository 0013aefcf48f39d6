package findings

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParsePosition(t *testing.T) {
	tests := []struct {
		in   string
		want position
	}{
		{"/a/f.go:3:14", position{"/a/f.go", 3, 14}},
		{"/a/f.go:3", position{"/a/f.go", 3, 0}},
		{"/a/f.go", position{"/a/f.go", 0, 0}},
		{"C:/a/f.go:3:14", position{"C:/a/f.go", 3, 14}},
		{"/a:7/f.go:3:14", position{"/a:7/f.go", 3, 14}},
		{"-", position{"-", 0, 0}},
		{"", position{}},
	}
	for _, test := range tests {
		got := parsePosition(test.in)
		if got != test.want {
			t.Errorf("parsePosition(%q) = %v, want %v", test.in, got, test.want)
		}
		if got.String() != test.in {
			t.Errorf("parsePosition(%q) prints as %q", test.in, got)
		}
	}
}

// TestRead has what go vet and multichecker print of the same packages.
func TestRead(t *testing.T) {
	const vet = `{}
{"p [p.test]": {"r": [
	{"posn": "/p/b.go:9:1", "end": "", "message": "b9"},
	{"posn": "/p/b.go:10:1", "end": "", "message": "b10"},
	{"posn": "/p/b.go:2:1", "end": "", "message": "b2", "related": [{"posn": "/p/b.go:1:1", "end": "", "message": "step"}]}]}}
{"p_test [p.test]": {"r": [{"posn": "/p/x_test.go:2:1", "end": "", "message": "<x>"}]}}
`
	const multichecker = `{"p": {"r": [
	{"posn": "/p/b.go:2:1", "end": "", "message": "b2", "related": [{"posn": "/p/b.go:1:1", "end": "", "message": "step"}]},
	{"posn": "/p/b.go:10:1", "end": "", "message": "b10"}]},
"p [p.test]": {"r": [
	{"posn": "/p/b.go:2:1", "end": "", "message": "b2", "related": [{"posn": "/p/b.go:1:1", "end": "", "message": "step"}]},
	{"posn": "/p/b.go:9:1", "end": "", "message": "b9"},
	{"posn": "/p/b.go:10:1", "end": "", "message": "b10"}]},
"p_test [p.test]": {"r": [{"posn": "/p/x_test.go:2:1", "end": "", "message": "<x>"}]}}
`
	var outputs []string
	for _, input := range []string{vet, multichecker} {
		tree, _, err := Read(strings.NewReader(input))
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := tree.WriteJSON(&buf); err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, buf.String())
		var messages []string
		for _, d := range tree.All() {
			messages = append(messages, d.Message)
		}
		if want := []string{"b2", "b9", "b10", "<x>"}; !slices.Equal(messages, want) {
			t.Errorf("All = %q, want %q", messages, want)
		}
	}
	if outputs[0] != outputs[1] {
		t.Errorf("outputs differ:\n%s\n%s", outputs[0], outputs[1])
	}
	again, n, err := Read(strings.NewReader(outputs[0]))
	if err != nil || n != 1 {
		t.Fatalf("reading what was written: %d trees, error %v", n, err)
	}
	again.DropTests()
	if got := len(again.All()); got != 3 {
		t.Errorf("%d findings outside tests, want 3", got)
	}
}

func TestReadBroken(t *testing.T) {
	tree, n, err := Read(strings.NewReader(`{"p": {"r": [{"posn": "/p/b.go:2:1", "message": "m"}]}} {"q": [`))
	if err == nil || n != 1 || len(tree.All()) != 1 {
		t.Errorf("Read = %d findings, %d trees, error %v; want 1, 1 and an error", len(tree.All()), n, err)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, input string
		want        []string
	}{
		{"cause and consequence",
			`{"p": {"facts": {"error": "boom\nat x"}, "rule": {"error": "failed prerequisites: facts@p"}}}
			{"q": {"rule": {"error": "failed prerequisites: facts@q"}}}`,
			[]string{"p: facts: boom; at x"}},
		{"consequence alone",
			`{"p": {"rule": {"error": "failed prerequisites: facts@p"}}}`,
			[]string{"p: rule: failed prerequisites: facts@p"}},
		{"does not compile",
			`{"p": {"facts": {"error": "analysis skipped due to errors in package"}, "rule": {"error": "failed prerequisites: facts@p"}}}`,
			nil},
		{"variants", `{"p": {"r": {"error": "boom"}}, "p [p.test]": {"r": {"error": "boom"}}}`, []string{"p: r: boom"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, _, err := Read(strings.NewReader(test.input))
			if err != nil {
				t.Fatal(err)
			}
			if got := tree.Errors(); !slices.Equal(got, test.want) {
				t.Errorf("Errors = %q, want %q", got, test.want)
			}
		})
	}
}

func TestSteps(t *testing.T) {
	root := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.work", "go 1.26\nuse ./a // first\nuse (\n\t./b/v2\n)\n")
	write("a/go.mod", "// comment\nmodule example.com/a\n")
	write("a/lib/lib.go", "package lib\n")
	write("b/v2/go.mod", "module \"example.com/b/v2\"\n")
	write("b/v2/b.go", "package b\n")
	cwd := filepath.Join(root, "a")
	places := FindPlaces(cwd, cwd)

	at := filepath.Join(cwd, "x.go") + ":3:1"
	tests := []struct{ posn, message, place, text string }{
		{filepath.Join(cwd, "y.go") + ":4:2", "A → B", "y.go:4:2", "A → B"},
		{at, "A → B", "x.go:3:1", "A → B"},
		{at, "lib.F → net.Dial (example.com/a/lib/lib.go:12)", "lib/lib.go:12", "lib.F → net.Dial"},
		{at, "lib.F → net.Dial (example.com/a/lib/lib.go:12:5)", "lib/lib.go:12:5", "lib.F → net.Dial"},
		{at, "b.F → net.Dial (example.com/b/v2/b.go:7)", "../b/v2/b.go:7", "b.F → net.Dial"},
		// Not in a main module, or not a file of it.
		{at, "c.F → net.Dial (example.com/c@v1.2.3/c.go:7)", "example.com/c@v1.2.3/c.go:7", "c.F → net.Dial"},
		{at, "ab.F → net.Dial (example.com/ab/lib.go:7)", "example.com/ab/lib.go:7", "ab.F → net.Dial"},
		{at, "lib.G → net.Dial (example.com/a/lib/gone.go:12)", "example.com/a/lib/gone.go:12", "lib.G → net.Dial"},
		// Only looks like a place.
		{at, "calls (f.go)", "x.go:3:1", "calls (f.go)"},
		{filepath.Join(cwd, "y.go") + ":4:2", "A → B (example.com/a/lib/lib.go:12)", "y.go:4:2", "A → B (example.com/a/lib/lib.go:12)"},
	}
	for _, test := range tests {
		place, text := places.step(at, Related{Posn: test.posn, Message: test.message})
		if place != test.place || text != test.text {
			t.Errorf("step(%q) = %q, %q; want %q, %q", test.message, place, text, test.place, test.text)
		}
	}
}

func TestWriteText(t *testing.T) {
	tree, _, err := Read(strings.NewReader(`{"p": {"r": [{"posn": "/p/f.go:2:1", "message": "blocks [r/c]", "related": [
		{"posn": "/p/f.go:2:1", "message": "f → g"},
		{"posn": "/p/a-file-name-that-is-longer-than-the-column-of-positions.go:100:1", "message": "g → h"},
		{"posn": "/p/f.go:12:10", "message": "h → net.Dial"}]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	places := Places{Dir: "/p"}
	for color, want := range map[bool]string{
		false: `f.go:2:1: blocks [r/c]
    f.go:2:1    f → g
    a-file-name-that-is-longer-than-the-column-of-positions.go:100:1  g → h
    f.go:12:10  h → net.Dial
`,
		true: "\x1b[1mf.go:2:1\x1b[0m: blocks\x1b[2m [r/c]\x1b[0m\n" +
			"    \x1b[2mf.go:2:1\x1b[0m    f → g\n" +
			"    \x1b[2ma-file-name-that-is-longer-than-the-column-of-positions.go:100:1\x1b[0m  g → h\n" +
			"    \x1b[2mf.go:12:10\x1b[0m  h → net.Dial\n",
	} {
		var buf bytes.Buffer
		if err := tree.WriteText(&buf, TextStyle{Places: places, Color: color, Context: -1}); err != nil {
			t.Fatal(err)
		}
		if buf.String() != want {
			t.Errorf("color %t: got\n%q, want\n%q", color, buf.String(), want)
		}
	}
}
