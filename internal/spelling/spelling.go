// Package spelling finds the name that was meant.
package spelling

import "fmt"

// Suggest returns `, did you mean "x"?` for the one of names that is nearest to
// s, or "" if none is near.
func Suggest(s string, names []string) string {
	best, bestDist := "", max(1, len(s)/3)+1
	for _, n := range names {
		if d := Distance(s, n, bestDist); d < bestDist {
			best, bestDist = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// Distance returns the number of edits between a and b, or limit if it is not
// less. An edit inserts, deletes or replaces a byte, or swaps two neighbours
// (which Levenshtein counts twice, although it is one slip of the fingers).
func Distance(a, b string, limit int) int {
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
