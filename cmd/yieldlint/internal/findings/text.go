package findings

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/yieldlint/yieldlint/internal/lazy"
)

// A TextStyle says how WriteText prints.
type TextStyle struct {
	Places  Places
	Color   bool
	Context int // lines of source around a finding, none if negative
}

// maxColumn bounds the width of the column of positions in a chain, so that
// one long file name does not move all texts out of sight.
const maxColumn = 48

// WriteText prints each finding of t: its position and message on a line, then
// its chain, indented, with aligned texts.
func (t Tree) WriteText(w io.Writer, style TextStyle) error {
	out := bufio.NewWriter(w)
	for _, d := range t.All() {
		style.writeFinding(out, d)
	}
	return out.Flush()
}

func (s TextStyle) writeFinding(out *bufio.Writer, d Diagnostic) {
	message, mark := cutMark(d.Message)
	fmt.Fprintf(out, "%s: %s%s\n", s.paint(bold, s.Places.local(d.Posn)), message, s.paint(faint, mark))
	s.writeSource(out, d)
	s.writeChain(out, d)
}

// mark is what internal/report puts at the end of a message: " [rule/category]".
var mark = lazy.Regexp(` \[[^\[\]]+\]$`)

func cutMark(message string) (string, string) {
	if i := mark().FindStringIndex(message); i != nil {
		return message[:i[0]], message[i[0]:]
	}
	return message, ""
}

// writeSource prints the lines of a finding and s.Context lines around them,
// in the form of go vet -c.
func (s TextStyle) writeSource(out *bufio.Writer, d Diagnostic) {
	start, end := parsePosition(d.Posn), parsePosition(d.End)
	if s.Context < 0 || start.line == 0 {
		return
	}
	data, err := os.ReadFile(start.file)
	if err != nil {
		return // the finding is shown without
	}
	lines := strings.Split(string(data), "\n")
	for n := start.line - s.Context; n <= max(start.line, end.line)+s.Context; n++ {
		if 1 <= n && n <= len(lines) {
			fmt.Fprintf(out, "%d\t%s\n", n, lines[n-1])
		}
	}
}

func (s TextStyle) writeChain(out *bufio.Writer, d Diagnostic) {
	places := make([]string, len(d.Related))
	texts := make([]string, len(d.Related))
	width := 0
	for i, r := range d.Related {
		places[i], texts[i] = s.Places.step(d.Posn, r)
		if n := utf8.RuneCountInString(places[i]); n <= maxColumn {
			width = max(width, n)
		}
	}
	for i, place := range places {
		pad := max(0, width-utf8.RuneCountInString(place))
		fmt.Fprintf(out, "    %s%s  %s\n", s.paint(faint, place), strings.Repeat(" ", pad), texts[i])
	}
}

// The escape sequences of the terminal that text is painted with.
const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	plain = "\x1b[0m"
)

func (s TextStyle) paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return color + text + plain
}
