package findings

import (
	"path/filepath"
	"strings"
)

// Show returns a position the way a user in p.Dir names files, without its
// column: an absolute file name, or "import path/base name" of a file in
// another package.
func (p Places) Show(posn string) string {
	pos := parsePosition(posn)
	pos.column = 0
	switch {
	case filepath.IsAbs(pos.file):
		pos.file = p.Relative(pos.file)
		return pos.String()
	case strings.Contains(pos.file, "/"):
		return p.foreign(pos.String())
	}
	return pos.String()
}

// FileLine returns the file and the line of a position, "" and 0 if it has no line.
func FileLine(posn string) (file string, line int) {
	pos := parsePosition(posn)
	if pos.line == 0 {
		return "", 0
	}
	return pos.file, pos.line
}
