package findings

import (
	"os"
	"path/filepath"
	"testing"
)

func TestShow(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "b.go"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p := Places{Dir: dir, Modules: map[string]string{"example.com/m": dir}}
	for posn, want := range map[string]string{
		filepath.Join(dir, "a.go") + ":3:4": "a.go:3",
		"/elsewhere/a.go:3:4":               "/elsewhere/a.go:3",
		"example.com/m/b.go:7":              "b.go:7",
		"example.com/m/gone.go:7":           "example.com/m/gone.go:7",
		"example.com/other/c.go:7":          "example.com/other/c.go:7",
		"c.go:7":                            "c.go:7",
		"":                                  "",
	} {
		if got := p.Show(posn); got != want {
			t.Errorf("Show(%q) = %q, want %q", posn, got, want)
		}
	}
}

func TestFileLine(t *testing.T) {
	for posn, want := range map[string]struct {
		file string
		line int
	}{
		"a/b.go:3":       {"a/b.go", 3},
		"a/b.go:3:4":     {"a/b.go", 3},
		"a/b.go":         {"", 0},
		"Server.Run:net": {"", 0},
		"a.go:0":         {"", 0},
	} {
		if file, line := FileLine(posn); file != want.file || line != want.line {
			t.Errorf("FileLine(%q) = %q, %d, want %q, %d", posn, file, line, want.file, want.line)
		}
	}
}
