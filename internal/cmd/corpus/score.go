package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
)

// A tally counts verdicts.
type tally struct{ trues, debatables, falses int }

func (t *tally) add(verdict string) {
	switch verdict {
	case isTrue:
		t.trues++
	case isDebatable:
		t.debatables++
	case isFalse:
		t.falses++
	}
}

// precision returns a value in [0, 1], and whether there is one.
func (t tally) precision() (float64, bool) {
	judged := float64(t.trues) + float64(t.debatables)/2 + float64(t.falses)
	return float64(t.trues) / judged, judged > 0
}

// A kind is what precision is counted of.
type kind struct{ rule, category string }

func compareKinds(a, b kind) int {
	return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.category, b.category))
}

// A scoring is what verdicts say of results.
type scoring struct {
	all      tally
	kinds    map[kind]tally
	classes  map[string]int // of false findings
	unjudged []cell         // in the sample
	left     int            // unjudged ones that are not in the sample
	lost     []cell         // judged true, and no longer reported
	agreed   int            // second readings with the same verdict
	reread   int            // second readings
}

// score compares results with verdicts.
func score(results []runRecord, verdicts []verdict, s sampler) scoring {
	sc := scoring{kinds: make(map[kind]tally), classes: make(map[string]int)}
	judged := make(map[cell]verdict, len(verdicts))
	for _, v := range verdicts {
		judged[v.cell] = v
	}
	ran := make(map[[2]string]bool)
	for _, run := range results {
		ran[[2]string{run.Repository, run.Commit}] = len(run.Errors) == 0
		cells := cellsOf(run.Findings)
		sampled := s.sample(cells)
		for _, c := range cells {
			if v, ok := judged[c]; ok {
				sc.count(v)
				delete(judged, c)
			} else if sampled[c] {
				sc.unjudged = append(sc.unjudged, c)
			} else {
				sc.left++
			}
		}
	}
	for c, v := range judged { // without a finding
		if v.Verdict == isTrue && ran[[2]string{c.Repository, c.Commit}] {
			sc.lost = append(sc.lost, c)
		}
	}
	slices.SortFunc(sc.lost, compareCells)
	return sc
}

// count adds the verdict of a finding that is there.
func (sc *scoring) count(v verdict) {
	sc.all.add(v.Verdict)
	k := kind{v.Rule, v.Category}
	t := sc.kinds[k]
	t.add(v.Verdict)
	sc.kinds[k] = t
	if v.Class != "" {
		sc.classes[v.Class]++
	}
	if v.Second != "" {
		sc.reread++
		if v.Second == v.Verdict {
			sc.agreed++
		}
	}
}

// A sampler selects findings of a repository to judge.
type sampler struct {
	size int
	seed uint64
}

// sample returns the size cells with the smallest hash.
func (s sampler) sample(cells []cell) map[cell]bool {
	sorted := slices.Clone(cells)
	slices.SortFunc(sorted, func(a, b cell) int {
		return cmp.Or(cmp.Compare(s.hash(a), s.hash(b)), compareCells(a, b))
	})
	sampled := make(map[cell]bool)
	for _, c := range sorted[:min(s.size, len(sorted))] {
		sampled[c] = true
	}
	return sampled
}

func (s sampler) hash(c cell) uint64 {
	h := fnv.New64a()
	binary.Write(h, binary.LittleEndian, s.seed) // cannot fail
	fmt.Fprintf(h, "%q", c)
	return mix(h.Sum64())
}

// mix spreads the bits of h: FNV alone orders similar texts alike. It is the
// finaliser of SplitMix64.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func printScore(w io.Writer, sc scoring) {
	fmt.Fprintf(w, "\n| rule | category | true | debatable | false | precision |\n|---|---|---|---|---|---|\n")
	for _, k := range slices.SortedFunc(maps.Keys(sc.kinds), compareKinds) {
		printTally(w, k, sc.kinds[k])
	}
	printTally(w, kind{"all", ""}, sc.all)
	if sc.reread > 0 {
		fmt.Fprintf(w, "\n%d read a second time, %d of them with the same verdict\n", sc.reread, sc.agreed)
	}
	if len(sc.classes) > 0 {
		fmt.Fprintf(w, "\nclasses of false findings:\n")
		for _, class := range slices.Sorted(maps.Keys(sc.classes)) {
			fmt.Fprintf(w, "%4d %s\n", sc.classes[class], class)
		}
	}
	printCells(w, "judged true, and no longer reported", sc.lost)
	printCells(w, fmt.Sprintf("without a verdict (%d more are not in the sample)", sc.left), sc.unjudged)
}

func printTally(w io.Writer, k kind, t tally) {
	precision := "–"
	if p, ok := t.precision(); ok {
		precision = fmt.Sprintf("%.1f %%", 100*p)
	}
	fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %s |\n", k.rule, k.category, t.trues, t.debatables, t.falses, precision)
}

func printCells(w io.Writer, title string, cells []cell) {
	if len(cells) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%d %s:\n", len(cells), title)
	for _, c := range cells {
		fmt.Fprintf(w, "\t%s\n", c)
	}
}
