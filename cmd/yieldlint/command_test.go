package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
)

func TestAddGoFlags(t *testing.T) {
	tests := []struct {
		value string
		flags []string
		want  string
	}{
		{"", nil, ""},
		{"-mod=mod", nil, "-mod=mod"},
		{"-mod=mod", []string{"-tags=a,b"}, "-mod=mod -tags=a,b"},
		{"", []string{"-tags=a b", "-race=true"}, "'-tags=a b' -race=true"},
		{"", []string{"-overlay=it's.json"}, `"-overlay=it's.json"`},
	}
	for _, test := range tests {
		if got := addGoFlags(test.value, test.flags); got != test.want {
			t.Errorf("addGoFlags(%q, %q) = %q, want %q", test.value, test.flags, got, test.want)
		}
	}
}

func TestParseFlags(t *testing.T) {
	opts, err := parseFlags([]string{"-tags", "a", "-stub", "-quiet=0", "-stub.depth=4", "-confidence=suspect", "-p=2", "./...", "./x"}, stubRules)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"-tags=a", "-p=2"}; !slices.Equal(opts.buildFlags, want) {
		t.Errorf("buildFlags = %q, want %q", opts.buildFlags, want)
	}
	if want := []string{"-stub=true", "-quiet=false", "-stub.depth=4", "-confidence=suspect"}; !slices.Equal(opts.ruleFlags, want) {
		t.Errorf("ruleFlags = %q, want %q", opts.ruleFlags, want)
	}
	if want := []string{"./...", "./x"}; !slices.Equal(opts.patterns, want) {
		t.Errorf("patterns = %q, want %q", opts.patterns, want)
	}
}

func TestIsUnitCall(t *testing.T) {
	for args, want := range map[string]bool{
		"-V=full": true, "-flags": true, "-json -stub=true /tmp/vet.cfg": true,
		"": false, "./...": false, "-json ./...": false, "-flags ./...": false, "help": false,
	} {
		if got := isUnitCall(strings.Fields(args)); got != want {
			t.Errorf("isUnitCall(%q) = %t, want %t", args, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8"}
	if got, want := describe(info), "yieldlint (devel) go1.26.8"; got != want {
		t.Errorf("describe = %q, want %q", got, want)
	}
	info.Main.Version = "v1.2.3"
	info.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"}}
	if got, want := describe(info), "yieldlint v1.2.3 (revision 0123456789ab, modified) go1.26.8"; got != want {
		t.Errorf("describe = %q, want %q", got, want)
	}
}

// TestProgress uses a file as the terminal.
func TestProgress(t *testing.T) {
	term, err := os.Create(filepath.Join(t.TempDir(), "term"))
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	quiet := startProgress(term) // a file is no terminal
	if env := quiet.env(); env != nil {
		t.Errorf("env = %q, want none", env)
	}
	quiet.stop()

	cfg := filepath.Join(t.TempDir(), "vet.cfg")
	long := strings.Repeat("long/", 30)
	if err := os.WriteFile(cfg, []byte(`{"ImportPath": "example.com/`+long+`"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	p := &progress{term: term, done: make(chan struct{}), ended: make(chan struct{})}
	if p.file, err = os.CreateTemp(t.TempDir(), "progress"); err != nil {
		t.Fatal(err)
	}
	close(p.ended) // no loop: this test reads by itself
	name, value, _ := strings.Cut(p.env()[0], "=")
	t.Setenv(name, value)
	reportProgress(readUnit(cfg))
	reportProgress(readUnit(cfg))
	p.read()
	p.print([]byte("message\n"))
	p.stop()

	got, err := os.ReadFile(term.Name())
	if err != nil {
		t.Fatal(err)
	}
	shown := "yieldlint: 2 packages, example.com/" + long
	if want := eraseLine + shown[:maxShown] + eraseLine + "message\n"; string(got) != want {
		t.Errorf("terminal has %q, want %q", got, want)
	}
	if _, err := os.Stat(p.file.Name()); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
}

// TestStderrCrash has the dump of a unit that recover cannot save.
func TestStderrCrash(t *testing.T) {
	term, err := os.Create(filepath.Join(t.TempDir(), "term"))
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	f := newStderrFilter(startProgress(term), findings.Places{Dir: "/w"}, "/w")
	fmt.Fprint(f, `# example.com/p
runtime: goroutine stack exceeds 1000000000-byte limit
fatal error: stack overflow
goroutine 1 [running]:
	/src/f.go:12 +0x70
example.com/q: /bin/yieldlint: exit status 1
# example.com/r
r.go:3:1: undefined: x
unfinished`)
	f.flush()
	got, err := os.ReadFile(term.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := `# example.com/p
yieldlint: internal error: runtime: goroutine stack exceeds 1000000000-byte limit; please report it
example.com/q: /bin/yieldlint: exit status 1
# example.com/r
r.go:3:1: undefined: x
unfinished
`
	if string(got) != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}
