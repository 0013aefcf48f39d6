package main

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"
)

// comparePositions orders "file:line:column" by file, then by number.
func comparePositions(a, b string) int {
	fileA, lineA, colA := splitPosition(a)
	fileB, lineB, colB := splitPosition(b)
	return cmp.Or(cmp.Compare(fileA, fileB), cmp.Compare(lineA, lineB), cmp.Compare(colA, colB))
}

// splitPosition splits "file:line:column". Numbers that are not there are 0.
func splitPosition(s string) (file string, line, col int) {
	file, col = cutNumber(s)
	if file, line = cutNumber(file); line == 0 {
		return file, col, 0
	}
	return file, line, col
}

func cutNumber(s string) (string, int) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		if n, err := strconv.Atoi(s[i+1:]); err == nil && n > 0 {
			return s[:i], n
		}
	}
	return s, 0
}

// relative returns position without what differs between machines: the place
// of the checkout at root, or of the module cache.
func relative(position, root string) string {
	if rest, ok := strings.CutPrefix(position, root+string(filepath.Separator)); ok {
		return filepath.ToSlash(rest)
	}
	if _, rest, ok := strings.Cut(filepath.ToSlash(position), "/pkg/mod/"); ok {
		return rest
	}
	return position
}
