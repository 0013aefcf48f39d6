package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		write(t, name, got)
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it); got:\n%s", name, got)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// corpus runs the command with this test binary as every tool.
func corpus(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	t.Setenv(fakeEnv, "1")
	var out, errs strings.Builder
	err = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), err
}

func self(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}

var (
	commitA = strings.Repeat("a", 40)
	commitB = strings.Repeat("b", 40)
)

// checkouts lays out two repositories and their list.
func checkouts(t *testing.T) (dir, list string) {
	t.Helper()
	dir = t.TempDir()
	list = filepath.Join(dir, "repos.yaml")
	write(t, list, `
- repo: one/loop
  commit: `+commitA+`
  dir: sub
  frameworks: [gnet]
  set: shape
- repo: two/server
  commit: `+commitB+`
  dir: .
  frameworks: []
  set: confirm
`)
	write(t, filepath.Join(dir, "one__loop/.corpus-commit"), commitA+"\n")
	write(t, filepath.Join(dir, "one__loop/sub/findings.json"), `{
	"m/p": {
		"blockingio": [
			{"category": "loop-blocks", "posn": "DIR/a.go:20:3", "end": "", "message": "b blocks",
				"related": [{"posn": "/root/go/pkg/mod/x.org/y@v1.2.3/y.go:4:1", "end": "", "message": "F → G"}]},
			{"category": "loop-blocks", "posn": "DIR/a.go:3:3", "end": "", "message": "a blocks"},
			{"category": "loop-blocks", "posn": "DIR/a.go:3:3", "end": "", "message": "c blocks"}
		],
		"yieldpoints": {"error": "no"}
	},
	"m/q": {"blockingio": [{"category": "loop-blocks", "posn": "DIR/a.go:3:3", "end": "", "message": "a blocks"}]}
}`)
	write(t, filepath.Join(dir, "two__server/.corpus-commit"), commitB+"\n")
	write(t, filepath.Join(dir, "two__server/findings.json"), `{}`)
	return dir, list
}

func TestRun(t *testing.T) {
	dir, list := checkouts(t)
	results := filepath.Join(dir, "results.jsonl")
	stdout, stderr, err := corpus(t, "-repos", list, "-checkouts", dir, "-yieldlint", self(t), "-results", results)
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	golden(t, "run.stdout", stdout)
	data, err := os.ReadFile(results)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "run.jsonl", string(data))

	again, _, err := corpus(t, "-results", results)
	if err != nil || again != stdout {
		t.Errorf("reading what was written: %v\n%s", err, again)
	}
}

func TestRunSelects(t *testing.T) {
	dir, list := checkouts(t)
	results := filepath.Join(dir, "results.jsonl")
	args := []string{"-repos", list, "-checkouts", dir, "-yieldlint", self(t), "-results", results}
	for _, selection := range [][]string{{"-set", "confirm"}, {"-only", "two/server"}} {
		stdout, _, err := corpus(t, append(args, selection...)...)
		if err != nil || strings.Contains(stdout, "one/loop") || !strings.Contains(stdout, "two/server") {
			t.Errorf("%v: %v\n%s", selection, err, stdout)
		}
	}
	for _, bad := range [][]string{{"-set", "all"}, {"-only", "no/body"}} {
		if _, _, err := corpus(t, append(args, bad...)...); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}

func TestRunFailures(t *testing.T) {
	tests := []struct {
		name, file, text, want string
		keeps                  bool // the findings
	}{
		{"exit 2", "sub/stderr", "yieldlint: package m/p does not compile\n", "m/p does not compile", true},
		{"no JSON", "sub/findings.json", "panic", "reading the findings", false},
		{"other commit", ".corpus-commit", commitB, "the checkout is of commit " + commitB, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, list := checkouts(t)
			write(t, filepath.Join(dir, "one__loop", test.file), test.text)
			stdout, stderr, err := corpus(t, "-repos", list, "-checkouts", dir, "-yieldlint", self(t), "-results", filepath.Join(dir, "r"))
			if err == nil || !strings.Contains(err.Error(), "1 of 2 runs failed") {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(stderr, test.want) {
				t.Errorf("stderr lacks %q:\n%s", test.want, stderr)
			}
			if keeps := strings.Contains(stdout, "| one/loop | sub | 3 | 2 |"); keeps != test.keeps {
				t.Errorf("findings kept: %t, want %t:\n%s", keeps, test.keeps, stdout)
			}
		})
	}
}

func TestCheckCommitOfGit(t *testing.T) {
	// A directory in the work tree of another repository is no checkout.
	if err := checkCommit(context.Background(), t.TempDir(), commitA); err == nil || !strings.Contains(err.Error(), "no checkout") {
		t.Errorf("got %v", err)
	}
}

func TestDiff(t *testing.T) {
	stdout, _, err := corpus(t, "-before", "testdata/before.jsonl", "-results", "testdata/run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	_, diff, _ := strings.Cut(stdout, "\n\n")
	golden(t, "diff.stdout", diff)
}

func TestDiffSame(t *testing.T) {
	stdout, _, err := corpus(t, "-before", "testdata/run.jsonl", "-results", "testdata/run.jsonl")
	if want := "0 findings added, 0 removed, 3 as before\n"; err != nil || !strings.HasSuffix(stdout, want) {
		t.Errorf("%v\n%s", err, stdout)
	}
}

func TestReadResultsErrors(t *testing.T) {
	run := `{"repository":"one/loop","commit":"c","dir":".","findings":1}` + "\n"
	tests := []struct{ text, want string }{
		{run, "record 2: EOF"},
		{run + run, `record 2: json: unknown field "dir"`},
		{`{"rule":"blockingio"}`, `record 1: json: unknown field "rule"`},
	}
	for _, test := range tests {
		file := filepath.Join(t.TempDir(), "r")
		write(t, file, test.text)
		if _, err := readResults(file); err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.text, err, test.want)
		}
	}
}

func TestCost(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "m/leaf.go"), "package leaf\n\n")
	write(t, filepath.Join(dir, "m/base.go"), "package base\n")
	stdout, stderr, err := corpus(t, "-cost", filepath.Join(dir, "m"), "-yieldlint", self(t), "-go", self(t), "-staticcheck", self(t), "-runs", "1", "-csv", filepath.Join(dir, "cost.csv"))
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	points, err := readPoints(filepath.Join(dir, "cost.csv"))
	if err != nil || len(points) != 9 || points[4].Module != "m" || points[4].Step != coldStep {
		t.Errorf("table: %+v, %v", points, err)
	}
	number := regexp.MustCompile(`\d+\.\d+|\| \d+ \|`) // of a machine, not of a program
	stdout = number.ReplaceAllString(strings.ReplaceAll(stdout, dir, "DIR"), "N")
	_, stdout, _ = strings.Cut(stdout, "\n") // number of CPUs
	for _, want := range []string{"go vet, warm", "staticcheck, cold", "yieldlint, cold", "yieldlint, after an edit", "2 vet processes"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("stdout lacks %q:\n%s", want, stdout)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "m/leaf.go")); err != nil || string(data) != "package leaf\n\n" {
		t.Errorf("leaf.go is not restored: %q, %v", data, err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "record"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "edited 1 times"); n != 3 {
		t.Errorf("%d runs after an edit, want 3:\n%s", n, data)
	}
}

func TestCostUnits(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "leaf.go"), "package leaf\n\n")
	write(t, filepath.Join(dir, "base.go"), "package base\n")
	t.Setenv(fakeEnv, "1")
	b := &bench{costOptions: costOptions{dir: dir, goTool: self(t), runs: 1}, ctx: context.Background(), temp: t.TempDir(), progress: os.Stderr}
	if err := b.prepare(self(t)); err != nil {
		t.Fatal(err)
	}
	units, err := b.measureUnits()
	if err != nil || len(units) != 2 {
		t.Fatalf("%v, %v", units, err)
	}
	for i, want := range []unit{{Package: "m/base", FactsOnly: true, Lines: 1, Facts: 1024}, {Package: "m/leaf", Lines: 2, Facts: 2048}} {
		got := units[i]
		if got.MaxRSS == 0 {
			t.Errorf("%s: no memory measured", got.Package)
		}
		got.MaxRSS, got.CPU = 0, 0
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestLeafPackage(t *testing.T) {
	packages := []listed{
		{ImportPath: "m", Name: "main", GoFiles: []string{"main.go"}, Imports: []string{"m/a", "m/b"}},
		{ImportPath: "m/a", Name: "a", GoFiles: []string{"a.go"}},
		{ImportPath: "m/b", Name: "b", GoFiles: []string{"b.go"}, XTestImports: []string{"m/b", "m/testutil"}},
		{ImportPath: "m/c", Name: "c", GoFiles: []string{"c.go"}, XTestImports: []string{"m/c"}},
		{ImportPath: "m/docs", Name: "docs"},
		{ImportPath: "m/testutil", Name: "testutil", GoFiles: []string{"t.go"}},
	}
	if got := leafPackage(packages).ImportPath; got != "m/c" {
		t.Errorf("got %q, want m/c", got)
	}
	if got := leafPackage(packages[:3]).ImportPath; got != "m" {
		t.Errorf("without others, got %q, want m", got)
	}
}
