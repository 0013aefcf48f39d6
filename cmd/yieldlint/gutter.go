package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/explain"
)

// A gutterStyle says how points prints source with its gutter.
type gutterStyle struct {
	findings.Places
	color bool
	ascii bool
}

// The signs of the gutter.
type signs struct{ lock, yield, warn, bar, more string }

var (
	withSigns = signs{lock: "🔒", yield: "⏸", warn: "⚠", bar: "│", more: "…"}
	withASCII = signs{lock: "#", yield: "||", warn: "!", bar: "|", more: "~"}
)

func (s gutterStyle) signs() signs {
	if s.ascii {
		return withASCII
	}
	return withSigns
}

// Bounds of the gutter, so that one long name does not move the source out of sight.
const (
	widestLock  = 20
	shownYields = 2
)

// write prints sheets, and what they come to. Of several files, those that
// have nothing in the gutter are only named.
func (s gutterStyle) write(out *bufio.Writer, sheets []*sheet, brief bool) {
	points := 0
	inFunctions := make(map[string]bool)
	for i, sh := range sheets {
		points += len(sh.points)
		for _, p := range sh.points {
			inFunctions[p.function] = true
		}
		if brief && len(sh.points)+len(sh.spans)+len(sh.findings) == 0 {
			fmt.Fprintf(out, "%s   no yield points\n", s.Show(sh.file))
			continue
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		s.sheet(out, sh)
	}
	if points == 0 {
		fmt.Fprintln(out, "\nno yield points")
		return
	}
	fmt.Fprintf(out, "\n%s in %s\n", number(points, "yield point"), number(len(inFunctions), "function"))
}

// A gutterLine is one line of source with its gutter.
type gutterLine struct {
	number      int
	lock, yield string
	text        string
	below       []string // what is printed under it
}

func (s gutterStyle) sheet(out *bufio.Writer, sh *sheet) {
	fmt.Fprintln(out, s.paint(s.Show(sh.file), boldText))
	data, err := os.ReadFile(sh.file)
	if err != nil {
		fmt.Fprintf(out, "    the source cannot be read: %v\n", err)
		return
	}
	lines := s.lines(sh, strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"))
	digits, locks, yields := 0, 0, 0
	for _, l := range lines {
		digits = max(digits, len(fmt.Sprint(l.number)))
		locks = max(locks, s.width(l.lock))
		yields = max(yields, s.width(l.yield))
	}
	for _, l := range lines {
		text := fmt.Sprintf("%*d", digits, l.number)
		fmt.Fprint(out, s.paint(text, faintText), s.cell(l.lock, locks, plainText), s.cell(l.yield, yields, boldText))
		fmt.Fprintln(out, strings.TrimRight(" "+s.paint(s.signs().bar, faintText)+" "+l.text, " \t"))
		for _, text := range l.below {
			blank := strings.Repeat(" ", digits+columns(locks)+columns(yields))
			fmt.Fprintln(out, blank+" "+s.paint(s.signs().bar, faintText)+" "+text)
		}
	}
}

// columns returns how wide a cell is, with the space before it.
func columns(width int) int {
	if width == 0 {
		return 0
	}
	return width + 1
}

func (s gutterStyle) cell(text string, width int, style string) string {
	if width == 0 {
		return ""
	}
	return " " + s.paint(text, style) + strings.Repeat(" ", width-s.width(text))
}

// width returns the columns that text takes on a terminal: the lock is twice
// as wide as a letter.
func (s gutterStyle) width(text string) int {
	return utf8.RuneCountInString(text) + strings.Count(text, withSigns.lock)
}

const (
	plainText = ""
	boldText  = "\x1b[1m"
	faintText = "\x1b[2m"
)

func (s gutterStyle) paint(text, style string) string {
	if !s.color || text == "" || style == plainText {
		return text
	}
	return style + text + "\x1b[0m"
}

// lines returns the lines of a sheet with what the gutter says of them.
func (s gutterStyle) lines(sh *sheet, source []string) []gutterLine {
	var out []gutterLine
	marks := s.marks(sh)
	for n := sh.from; n <= len(source) && sh.has(n); n++ {
		l := gutterLine{number: n, text: strings.TrimSuffix(source[n-1], "\r")}
		if held := sh.locksAt(n, ""); len(held) > 0 {
			l.lock = s.signs().lock + " " + s.cut(strings.Join(held, ", "))
		}
		var cells []string
		if text := s.yields(sh, n); text != "" {
			cells = append(cells, text)
		}
		for _, mark := range marks[n] {
			cells = append(cells, strings.TrimSpace(s.signs().warn+" "+mark))
		}
		l.yield = strings.Join(cells, " ")
		for _, f := range sh.findings {
			if f.line == n {
				l.below = append(l.below, s.finding(f)...)
			}
		}
		out = append(out, l)
	}
	return out
}

func (s gutterStyle) cut(text string) string {
	if utf8.RuneCountInString(text) <= widestLock {
		return text
	}
	return string([]rune(text)[:widestLock-1]) + s.signs().more
}

// yields says what a line may suspend for, and how many calls down: of each
// class the nearest, what is sure first.
func (s gutterStyle) yields(sh *sheet, line int) string {
	var all []explain.Ways
	for _, p := range sh.points {
		if p.line != line {
			continue
		}
		for _, w := range p.Ways {
			i := slices.IndexFunc(all, func(old explain.Ways) bool { return old.Class == w.Class })
			switch {
			case i < 0:
				all = append(all, w)
			case compareWays(w, all[i]) < 0:
				all[i] = w
			}
		}
	}
	slices.SortStableFunc(all, compareWays)
	var texts []string
	for i, w := range all {
		if i == shownYields {
			texts = append(texts, fmt.Sprintf("+%d", len(all)-i))
			break
		}
		text := fmt.Sprintf("%s %d", w.Class, len(w.Chain))
		if w.Suspect {
			text += "?"
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return ""
	}
	return s.signs().yield + " " + strings.Join(texts, " ")
}

// compareWays orders ways of one line: certain ones first, then the nearer.
func compareWays(a, b explain.Ways) int {
	suspect := func(w explain.Ways) int {
		if w.Suspect {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(suspect(a), suspect(b)), cmp.Compare(len(a.Chain), len(b.Chain)))
}

// role is what a step of a finding's chain is in it: "check: …", "act: …".
var role = regexp.MustCompile(`^([a-z]+): `)

// marks returns what lines are in findings, by line: nothing for that of a
// finding itself, the role of the steps of its chain that have one.
func (s gutterStyle) marks(sh *sheet) map[int][]string {
	marks := make(map[int][]string)
	add := func(line int, mark string) {
		if !slices.Contains(marks[line], mark) {
			marks[line] = append(marks[line], mark)
		}
	}
	for _, f := range sh.findings {
		own := ""
		for _, r := range f.Related {
			m := role.FindStringSubmatch(r.Message)
			if file, line := findings.FileLine(r.Posn); m == nil || file != sh.file || !sh.has(line) {
				continue
			} else if line != f.line {
				add(line, m[1])
			} else if !strings.HasSuffix(r.Message, ")") { // else its place is in another package
				own = m[1]
			}
		}
		add(f.line, own)
	}
	return marks
}

// finding returns the lines that are printed below that of a finding.
func (s gutterStyle) finding(f sheetFinding) []string {
	out := []string{s.signs().warn + " " + f.Message}
	var places, texts []string
	width := 0
	for _, r := range f.Related {
		place, text := s.Step(f.Posn, r)
		places, texts = append(places, place), append(texts, text)
		if n := utf8.RuneCountInString(place); n <= widestColumn {
			width = max(width, n)
		}
	}
	for i, place := range places {
		out = append(out, "    "+pad(place, width)+"  "+texts[i])
	}
	return out
}
