package models

import (
	"fmt"
	"slices"
	"strings"
)

// suggestFor is spelling.Suggest for a pattern of functions of the package pkg, and the
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
