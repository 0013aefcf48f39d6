package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// A diff is how findings differ between two runs.
type diff struct {
	added, removed []finding
	same           int
	// skipped are repositories that one of the two has not, or has at another
	// commit or with an error. Their findings are not compared.
	skipped []string
}

// diffResults compares findings by what a reader sees first: their chains may differ.
func diffResults(before, after []runRecord) diff {
	var d diff
	old := byModule(before)
	for _, run := range after {
		prev, ok := old[moduleOf(run)]
		delete(old, moduleOf(run))
		if !ok || !sameInput(prev, run) {
			d.skipped = append(d.skipped, run.Repository)
			continue
		}
		d.add(prev.Findings, run.Findings)
	}
	for _, prev := range old {
		d.skipped = append(d.skipped, prev.Repository)
	}
	slices.Sort(d.skipped)
	return d
}

// A module names what a run was on.
type module struct{ repository, dir string }

func moduleOf(r runRecord) module { return module{r.Repository, r.Dir} }

func byModule(results []runRecord) map[module]runRecord {
	m := make(map[module]runRecord, len(results))
	for _, r := range results {
		m[moduleOf(r)] = r
	}
	return m
}

// sameInput reports whether the findings of a and b can be compared.
func sameInput(a, b runRecord) bool {
	return a.Commit == b.Commit && len(a.Errors)+len(b.Errors) == 0
}

// add merges two sorted lists.
func (d *diff) add(before, after []finding) {
	for len(before) > 0 || len(after) > 0 {
		switch c := compareHeads(before, after); {
		case c < 0:
			d.removed, before = append(d.removed, before[0]), before[1:]
		case c > 0:
			d.added, after = append(d.added, after[0]), after[1:]
		default:
			d.same++
			before, after = before[1:], after[1:]
		}
	}
}

// compareHeads compares the first of a and that of b; nothing is greater than anything.
func compareHeads(a, b []finding) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return cmp.Or(compareCells(a[0].cell, b[0].cell), cmp.Compare(a[0].Message, b[0].Message))
}

// printDiff prints d, in the order of the results, with removed ones first.
func printDiff(w io.Writer, d diff) {
	fmt.Fprintf(w, "\n%d findings added, %d removed, %d as before\n", len(d.added), len(d.removed), d.same)
	for _, repository := range d.skipped {
		fmt.Fprintf(w, "? %s: not compared\n", repository)
	}
	for _, f := range d.removed {
		printFinding(w, "- ", f)
	}
	for _, f := range d.added {
		printFinding(w, "+ ", f)
	}
}

func printFinding(w io.Writer, mark string, f finding) {
	fmt.Fprintf(w, "%s%s\n%*s%s\n", mark, f.cell, len(mark)+2, "", f.Message)
}

// printTotals prints one line for each run.
func printTotals(w io.Writer, results []runRecord) {
	fmt.Fprintf(w, "| repository | dir | findings | cells | run |\n|---|---|---|---|---|\n")
	for _, r := range results {
		state := "ok"
		if len(r.Errors) > 0 {
			state = "failed: " + r.Errors[0]
		}
		fmt.Fprintf(w, "| %s | %s | %d | %d | %s |\n", r.Repository, r.Dir, r.Count, len(cellsOf(r.Findings)), state)
	}
}

// cellsOf returns each cell of findings once, in order.
func cellsOf(findings []finding) []cell {
	var cells []cell
	for _, f := range findings {
		cells = append(cells, f.cell)
	}
	return slices.Compact(cells)
}
