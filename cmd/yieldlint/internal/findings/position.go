package findings

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// A position is a place in a file. Line and column are 0 if not known.
type position struct {
	file         string
	line, column int
}

// parsePosition parses "file.go:line:column", "file.go:line" or "file.go".
func parsePosition(s string) position {
	file, last := cutNumber(s)
	if last == 0 {
		return position{file: s}
	}
	if file, line := cutNumber(file); line > 0 {
		return position{file, line, last}
	}
	return position{file, last, 0}
}

// cutNumber cuts ":n" off the end of s; n is 0 if there is none.
func cutNumber(s string) (string, int) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n <= 0 {
		return s, 0
	}
	return s[:i], n
}

func (p position) String() string {
	switch {
	case p.line == 0:
		return p.file
	case p.column == 0:
		return fmt.Sprintf("%s:%d", p.file, p.line)
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column)
}

// ComparePosn orders positions as drivers spell them.
func ComparePosn(a, b string) int { return parsePosition(a).compare(parsePosition(b)) }

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.file, q.file), cmp.Compare(p.line, q.line), cmp.Compare(p.column, q.column))
}
