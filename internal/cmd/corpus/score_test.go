package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPrecision(t *testing.T) {
	tests := []struct {
		tally
		want float64
		ok   bool
	}{
		{tally{9, 0, 1}, 0.9, true},
		{tally{9, 2, 0}, 0.9, true},
		{tally{6, 4, 2}, 0.6, true},
		{tally{0, 0, 3}, 0, true},
		{tally{0, 0, 0}, 0, false},
	}
	for _, test := range tests {
		got, ok := test.precision()
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%+v: got %v, %t", test.tally, got, ok)
		}
	}
}

func TestScore(t *testing.T) {
	stdout, _, err := corpus(t, "-results", "testdata/run.jsonl", "-verdicts", "testdata/verdicts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, score, _ := strings.Cut(stdout, "\n\n")
	golden(t, "score.stdout", score)
}

func TestSample(t *testing.T) {
	var cells []cell
	for i := range 100 {
		cells = append(cells, cell{Repository: "one/loop", Position: fmt.Sprintf("a.go:%d:1", i+1)})
	}
	s := sampler{size: 40, seed: 1}
	all := s.sample(cells)
	if len(all) != 40 {
		t.Fatalf("%d in the sample, want 40", len(all))
	}
	if maps.Equal(all, sampler{size: 40, seed: 2}.sample(cells)) {
		t.Error("the seed makes no difference")
	}
	// Fewer findings: those of the sample that are left stay in it.
	fewer := s.sample(cells[:90])
	for c := range all {
		if slices.Contains(cells[:90], c) && !fewer[c] {
			t.Errorf("%v has left the sample", c)
		}
	}
	if got := len(s.sample(cells[:7])); got != 7 {
		t.Errorf("%d of 7 in the sample", got)
	}
}

const goodVerdict = `- repository: one/loop
  commit: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  rule: blockingio
  category: loop-blocks
  position: a.go:3:3
  verdict: "true"
  argument: it blocks
`

func TestVerdictErrors(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(goodVerdict, old, new, 1) }
	tests := []struct{ text, want string }{
		{goodVerdict, ""},
		{"", ""},
		{edit(`"true"`, "true"), ""},
		{edit(`"true"`, "false"), "FILE:1: class is for false verdicts, and required there"},
		{edit(`"true"`, "maybe"), `FILE:1: verdict "maybe" is none of true, debatable, false`},
		{edit("it blocks", `" "`), "FILE:1: argument is missing"},
		{edit("a.go:3:3", "a.go"), `FILE:1: position "a.go" is not of the form file:line:column`},
		{edit("a.go:3:3", "a.go:3"), `FILE:1: position "a.go:3" is not of the form file:line:column`},
		{edit("aaaa", "a"), `is not a full hash`},
		{edit("argument", "reason"), "FILE:7: field reason not found in type main.verdict"},
		{goodVerdict + "  rule: other\n", `FILE:8: mapping key "rule" already defined at line 3`},
		{goodVerdict + goodVerdict, "FILE:8: duplicate of the record at line 1"},
		{goodVerdict + edit("one/", "a/"), "FILE:8: not sorted: belongs before the record at line 1"},
		{goodVerdict + edit("a.go:3:3", "a.go:10:3"), ""},
		{goodVerdict + "---\n" + goodVerdict, "FILE: more than one document"},
		{"- [", "FILE:"},
	}
	for _, test := range tests {
		file := filepath.Join(t.TempDir(), "verdicts.yaml")
		write(t, file, test.text)
		_, err := readVerdicts(file)
		got := ""
		if err != nil {
			got = strings.ReplaceAll(err.Error(), file, "FILE")
		}
		if test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("got %q, want %q; of:\n%s", got, test.want, test.text)
		}
	}
}

func TestRepoErrors(t *testing.T) {
	const good = "- repo: one/loop\n  commit: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  dir: .\n  frameworks: [gnet]\n  set: shape\n"
	edit := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	tests := []struct{ text, want string }{
		{good, ""},
		{edit("one/loop", "loop"), `FILE:1: repo "loop" is not of the form owner/name`},
		{edit("dir: .", "dir: ../x"), `FILE:1: dir "../x" is not a relative directory`},
		{edit("shape", "other"), `FILE:1: set "other" is neither shape nor confirm`},
		{edit("set:", "sets:"), "FILE:5: field sets not found in type main.repo"},
		{edit("aaaa", "HEAD"), "is not a full hash"},
	}
	for _, test := range tests {
		file := filepath.Join(t.TempDir(), "repos.yaml")
		write(t, file, test.text)
		_, err := readRepos(file)
		got := ""
		if err != nil {
			got = strings.ReplaceAll(err.Error(), file, "FILE")
		}
		if test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("got %q, want %q; of:\n%s", got, test.want, test.text)
		}
	}
}

// TestOwnList checks the list of the repository itself.
func TestOwnList(t *testing.T) {
	repos, err := readRepos("../../../corpus/repos.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range repos {
		if !slices.IsSorted(r.Frameworks) {
			t.Errorf("%s: frameworks are not sorted", r.Repo)
		}
	}
}
