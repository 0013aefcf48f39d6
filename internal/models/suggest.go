package models

import (
	"fmt"
	"slices"
	"strings"
)

// suggest returns `, did you mean "x"?` for the one of names that is nearest to
// s, or "" if none is near.
func suggest(s string, names []string) string {
	best, bestDist := "", max(1, len(s)/3)+1
	for _, n := range names {
		if d := distance(s, n, bestDist); d < bestDist {
			best, bestDist = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// suggestFor is suggest for a pattern of functions of the package pkg, and the
// full names of these.
func suggestFor(pattern, pkg string, names []string) string {
	local := func(full string) string {
		return strings.TrimPrefix(strings.TrimLeft(full, "(*"), pkg+".")
	}
	pattern = local(pattern)
	letters := len(strings.ReplaceAll(pattern, "*", ""))
	best, bestDist := "", min(letters, max(1, letters/3)+1)
	for _, n := range names {
		if d := patternDistance(pattern, local(n)); d < bestDist {
			best, bestDist = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// patternDistance returns the number of edits that make pattern, in which '*'
// stands for any run of characters, match s.
func patternDistance(pattern, s string) int {
	row := make([]int, len(s)+1) // of pattern[:i] to s[:j]
	for j := range row {
		row[j] = j
	}
	for _, p := range []byte(pattern) {
		prev := slices.Clone(row)
		if p != '*' {
			row[0]++
		}
		for j := range len(s) {
			switch {
			case p == '*':
				row[j+1] = min(prev[j+1], row[j])
			case p == s[j]:
				row[j+1] = prev[j]
			default:
				row[j+1] = 1 + min(prev[j], prev[j+1], row[j])
			}
		}
	}
	return row[len(s)]
}

// distance returns the number of edits between a and b, or limit if it is not
// less. An edit inserts, deletes or replaces a byte, or swaps two neighbours
// (which Levenshtein counts twice, although it is one slip of the fingers).
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j // of a[:0] to b[:j]
	}
	for i := range len(a) {
		before, last, row = last, row, before // of a[:i-1], a[:i], a[:i+1]
		row[0] = i + 1
		for j := range len(b) {
			d := last[j]
			if a[i] != b[j] {
				d++
			}
			d = min(d, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
		}
	}
	return min(row[len(b)], limit)
}
