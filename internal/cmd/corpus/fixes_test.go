package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const raceFixes = `
- repository: one/loop
  fix: FIX
  parent: PARENT
  dir: .
  packages: [./...]
  state: [count]
  places:
  - p/a.go:6
  kind: missing-lock-read
  note: Count reads what add writes
- repository: two/server
  fix: FIX
  parent: PARENT
  dir: .
  packages: [./...]
  state: [count]
  places:
  - p/a.go:6
  kind: no-lock
  note: Count reads what add writes
`

// raceCode has the place of raceFixes in line 6.
const raceCode = `package p

type T[E any] struct{ count int }

func (t *T[E]) Count() int {
	return t.count
}

func (t *T[E]) add() {
	t.count++
}
`

// raceCheckouts lays out the two commits of two fixes, and their list.
func raceCheckouts(t *testing.T) (dir, list string) {
	t.Helper()
	dir = t.TempDir()
	list = filepath.Join(dir, "racefix.yaml")
	write(t, list, strings.NewReplacer("FIX", commitB, "PARENT", commitA).Replace(raceFixes))
	side := func(repo, name, commit, code, findings string) {
		root := filepath.Join(dir, repo+"@"+commitB[:10], name)
		write(t, filepath.Join(root, ".corpus-commit"), commit+"\n")
		write(t, filepath.Join(root, "p/a.go"), code)
		write(t, filepath.Join(root, "findings.json"), findings)
	}
	// Found, as the second of two accesses; another field on the fix.
	side("one__loop", "parent", commitA, raceCode, `{"m/p": {"sharedstate": [
		{"category": "unguarded", "posn": "DIR/p/a.go:10:2", "message": "T.count is written without mu [sharedstate/unguarded, suspect]",
			"related": [{"posn": "DIR/p/a.go:6:11", "message": "read without mu in Count too"}]}]}}`)
	side("one__loop", "fix", commitB, "// Package p moves by one line.\n"+raceCode, `{"m/p": {"sharedstate": [
		{"category": "unguarded", "posn": "DIR/p/a.go:7:2", "message": "T.counter is read without mu"}]}}`)
	// Not found: the place is only evidence. Reported on the fix, lines moved.
	side("two__server", "parent", commitA, raceCode, `{"m/p": {"sharedstate": [
		{"category": "unguarded", "posn": "DIR/p/a.go:10:2", "message": "T.count is written without mu",
			"related": [{"posn": "DIR/p/a.go:6:11", "message": "read under mu in Count"}]}]}}`)
	side("two__server", "fix", commitB, "// Package p moves by one line.\n"+raceCode, `{"m/p": {"sharedstate": [
		{"category": "race", "posn": "DIR/p/a.go:7:2", "message": "count is read here"}]}}`)
	return dir, list
}

func TestFixes(t *testing.T) {
	dir, list := raceCheckouts(t)
	stdout, stderr, err := corpus(t, "-fixes", list, "-checkouts", dir, "-yieldlint", self(t))
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	golden(t, "fixes.stdout", stdout)

	stdout, _, err = corpus(t, "-fixes", list, "-checkouts", dir, "-yieldlint", self(t), "-only", "two/server")
	if err != nil || strings.Contains(stdout, "one/loop") || !strings.Contains(stdout, "two/server") {
		t.Errorf("-only: %v\n%s", err, stdout)
	}
}

func TestFixesFailures(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"commit", "one__loop@bbbbbbbbbb/fix/.corpus-commit", commitA, "the checkout is of commit"},
		{"place", "one__loop@bbbbbbbbbb/parent/p/a.go", "package p\n", "p/a.go:6 is in no declaration"},
		{"crash", "one__loop@bbbbbbbbbb/fix/stderr", "load error", "load error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, list := raceCheckouts(t)
			write(t, filepath.Join(dir, test.file), test.text)
			stdout, stderr, err := corpus(t, "-fixes", list, "-checkouts", dir, "-yieldlint", self(t))
			if err == nil || !strings.Contains(stderr, test.want) {
				t.Errorf("%v: want %q on stderr:\n%s", err, test.want, stderr)
			}
			if !strings.Contains(stdout, "| error | error |") || !strings.Contains(stdout, "two/server") {
				t.Errorf("the table lacks the failure, or what comes after it:\n%s", stdout)
			}
		})
	}
}

func TestReadRaceFixes(t *testing.T) {
	good := strings.NewReplacer("FIX", commitB, "PARENT", commitA).Replace(raceFixes)
	tests := []struct{ old, new, want string }{
		{"p/a.go:6", "p/a.go", "place"},
		{"p/a.go:6", "../a.go:6", "place"},
		{"two/server", "server", "owner/name"},
		{commitB, "b", "full hash"},
		{"kind: no-lock", "kind: other", "kind"},
		{"state: [count]", "state: []", "missing"},
		{"two/server", "a/a", "not sorted"},
		{"note:", "remark:", "remark"},
	}
	for _, test := range tests {
		file := filepath.Join(t.TempDir(), "racefix.yaml")
		write(t, file, strings.Replace(good, test.old, test.new, 1))
		if _, err := readRaceFixes(file); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s for %s: got %v, want an error with %q", test.new, test.old, err, test.want)
		}
	}
}

// TestRaceFixList checks the list that is kept.
func TestRaceFixList(t *testing.T) {
	list, err := readRaceFixes("../../../corpus/racefix.yaml")
	if err != nil {
		t.Fatal(err)
	}
	perRepository := make(map[string]int)
	for _, x := range list {
		if perRepository[x.Repository]++; perRepository[x.Repository] > 3 {
			t.Errorf("%s has more than 3 fixes", x.Repository)
		}
	}
	if len(perRepository) < 14 {
		t.Errorf("%d repositories, want at least 14", len(perRepository))
	}
}
