package main

import (
	"bytes"
	"cmp"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/explain"
)

// A comparison is what one state has and the other has not.
type comparison struct {
	before, after *state
	worse         side // what only the new state has
	better        side // what only the old state had
}

// A side is one half of a comparison: findings in the order of positions, and
// what functions suspend for, nearest first.
type side struct {
	*state
	findings []finding
	suspends []suspension
}

// A suspension is one class for which a function suspends.
type suspension struct {
	function explain.Function
	explain.Ways
}

// compare compares two states. What is suspect counts as a change if the user
// wants to see it, but in any case as there.
func compare(before, after *state, suspect bool) comparison {
	c := comparison{before: before, after: after, worse: side{state: after}, better: side{state: before}}
	c.worse.suspends = newSuspensions(before, after, suspect)
	c.better.suspends = newSuspensions(after, before, suspect)
	gone, come := unmatched(before, after)
	hidden := func(f finding) bool { return f.suspect && !suspect }
	c.worse.findings = slices.DeleteFunc(come, hidden)
	c.better.findings = slices.DeleteFunc(gone, hidden)
	return c
}

// newSuspensions returns what the functions of the state to suspend for and
// those of the state from do not. A function that only one of them has is no
// change: what its callers then do is. So is no change what somebody has
// excused.
func newSuspensions(from, to *state, suspect bool) []suspension {
	var out []suspension
	for name, f := range to.functions {
		old, ok := from.functions[name]
		if !ok {
			continue
		}
		for _, w := range f.Ways {
			if !lasts(w, "") || w.Ignored != nil || w.Suspect && !suspect {
				continue
			}
			if !slices.ContainsFunc(old.Ways, func(x explain.Ways) bool { return x.Class == w.Class && lasts(x, "") }) {
				out = append(out, suspension{f, w})
			}
		}
	}
	slices.SortFunc(out, func(a, b suspension) int {
		return cmp.Or(cmp.Compare(len(a.Chain), len(b.Chain)), strings.Compare(a.function.Name, b.function.Name), strings.Compare(string(a.Class), string(b.Class)))
	})
	return out
}

func compareFindings(a, b finding) int {
	return cmp.Or(
		findings.ComparePosn(a.Posn, b.Posn), strings.Compare(a.rule, b.rule), strings.Compare(a.Category, b.Category),
		strings.Compare(a.Message, b.Message), strings.Compare(a.pkg, b.pkg),
	)
}

// unmatched returns the findings of two states that the other has not. Two are
// the same if they are of one rule and category, in one function, and about
// the same thing, wherever that is in the file: first those whose chains are
// the same too, then the others, then those that differ in names which have
// changed.
func unmatched(before, after *state) (gone, come []finding) {
	gone, come = slices.Clone(before.findings), slices.Clone(after.findings)
	gone, come = pairOff(gone, come, finding.exactKey)
	gone, come = pairOff(gone, come, finding.key)
	return renamed(before, after, gone, come)
}

// pairOff drops pairs of findings with the same key.
func pairOff(gone, come []finding, key func(finding) string) (restGone, restCome []finding) {
	count := make(map[string]int)
	for _, f := range gone {
		count[key(f)]++
	}
	paired := make(map[string]int)
	for _, f := range come {
		if k := key(f); count[k] > paired[k] {
			paired[k]++
		} else {
			restCome = append(restCome, f)
		}
	}
	for _, f := range gone {
		if k := key(f); paired[k] > 0 {
			paired[k]--
		} else {
			restGone = append(restGone, f)
		}
	}
	return restGone, restCome
}

// key is what a finding is known by: no line, no number of calls.
func (f finding) key() string {
	return strings.Join([]string{f.rule, f.Category, f.pkg, f.function, about(f.Message)}, "\x00")
}

// exactKey is key with the chain.
func (f finding) exactKey() string {
	texts := []string{f.key()}
	for _, r := range f.Related {
		texts = append(texts, about(r.Message))
	}
	return strings.Join(texts, "\x00")
}

var (
	markAtEnd  = regexp.MustCompile(` \[[^\[\]]+\]$`)
	placeAtEnd = regexp.MustCompile(` \([^\s()]+\.go:[0-9]+(?::[0-9]+)?\)$`)
	// What may change in a message with calls that are no part of it.
	incidental = regexp.MustCompile(`, and so do(?:es)? [0-9]+ other roots?|, [0-9]+ calls? down| \(also [a-z, ]+\)`)
	digits     = regexp.MustCompile(`\b[0-9]+\b`)
)

// about returns a message without what depends on lines and on the length of chains.
func about(message string) string {
	message = markAtEnd.ReplaceAllString(message, "")
	message = placeAtEnd.ReplaceAllString(message, "")
	message = incidental.ReplaceAllString(message, "")
	return digits.ReplaceAllString(message, "#")
}

// renamed drops pairs of findings that differ in names only, if the old names
// are gone from the package and the new ones have come: what has been renamed
// is the same.
func renamed(before, after *state, gone, come []finding) (restGone, restCome []finding) {
	words := vocabulary{}
	for _, f := range come {
		i := slices.IndexFunc(gone, func(g finding) bool {
			if g.rule != f.rule || g.Category != f.Category || g.pkg != f.pkg {
				return false
			}
			return words.sameBut(before, after, f.pkg, g.function+" "+about(g.Message), f.function+" "+about(f.Message))
		})
		if i >= 0 {
			gone = slices.Delete(gone, i, i+1)
		} else {
			restCome = append(restCome, f)
		}
	}
	return gone, restCome
}

// A vocabulary is the identifiers in the source of packages, by directory.
type vocabulary map[string]map[string]bool

var word = regexp.MustCompile(`[\pL_][\pL_0-9]*`)

// sameBut reports whether two texts about a package differ in words only of
// which those of the first text are not in the new source of the package, and
// those of the second not in the old one, each always for the same other.
func (v vocabulary) sameBut(before, after *state, pkg, old, new string) bool {
	x, y := word.FindAllString(old, -1), word.FindAllString(new, -1)
	if len(x) != len(y) || word.ReplaceAllString(old, "") != word.ReplaceAllString(new, "") {
		return false
	}
	is := make(map[string]string)
	for i := range x {
		if was, ok := is[x[i]]; ok && was != y[i] {
			return false
		}
		is[x[i]] = y[i]
		if x[i] != y[i] && (v.of(after, pkg)[x[i]] || v.of(before, pkg)[y[i]]) {
			return false
		}
	}
	return true
}

// of returns the identifiers in the Go files of a package.
func (v vocabulary) of(s *state, pkg string) map[string]bool {
	dir, ok := s.places.PackageDir(pkg)
	if !ok {
		return nil
	}
	if v[dir] == nil {
		v[dir] = make(map[string]bool)
		files, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is right but for names that have brackets
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			v.add(dir, data)
		}
	}
	return v[dir]
}

// add adds the identifiers of a file: what a comment says is no name.
func (v vocabulary) add(dir string, data []byte) {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(data)), data, func(token.Position, string) {}, 0)
	for {
		switch _, tok, text := s.Scan(); tok {
		case token.EOF:
			return
		case token.IDENT:
			v[dir][text] = true
		}
	}
}

// A kind is a heading of the output: what it says of findings that have come,
// and of those that have gone.
type kind int

const (
	sequences kind = iota
	contracts
	heldLocks
	blockedLoops
	others
	kinds
)

var (
	worseTitles  = [kinds]string{"sequences newly split", "contracts newly broken", "locks newly in the way", "event loops newly blocked", "other new findings"}
	betterTitles = [kinds]string{"sequences no longer split", "contracts no longer broken", "locks no longer in the way", "event loops no longer blocked", "other findings that are gone"}
)

// kind returns the heading for f. Findings of rules that are not known here
// are other findings.
func (f finding) kind() kind {
	switch f.Category {
	case "broken-contract", "atomic", "confined", "claims":
		return contracts
	case "directive":
		return others
	}
	switch f.rule {
	case "blockingio":
		return blockedLoops
	case "yieldpoints":
		if strings.HasPrefix(f.Category, "lock-") && f.Category != "lock-gap" || strings.HasSuffix(f.Category, "-lock") && f.Category != "read-before-lock" {
			return heldLocks
		}
		return sequences
	}
	return others
}

// untouched reports whether the file of a finding is the same in both states.
func (c comparison) untouched(f finding) bool {
	if c.before.root == "" || c.after.root == "" {
		return false // they share their files
	}
	file, _ := findings.FileLine(f.Posn)
	for _, s := range []*state{c.before, c.after} {
		rel, err := filepath.Rel(s.root, file)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		x, err1 := os.ReadFile(filepath.Join(c.before.root, rel))
		y, err2 := os.ReadFile(filepath.Join(c.after.root, rel))
		return err1 == nil && err2 == nil && bytes.Equal(x, y)
	}
	return false
}
