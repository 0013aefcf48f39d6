package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/models"
)

// runWhy serves "yieldlint why name[:class] [packages]".
func runWhy(args []string) (int, error) {
	opts, err := parseQuestion(args)
	if err != nil {
		return 0, err
	}
	if opts.help {
		fmt.Print(whyUsage)
		return exitClean, nil
	}
	if len(opts.patterns) == 0 {
		return 0, errors.New("why wants the name of a function, as in yieldlint why '(*Server).Serve'")
	}
	cwd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	q, err := newQuestion(opts.patterns[0], cwd)
	if err != nil {
		return 0, err
	}
	if opts.patterns = opts.patterns[1:]; len(opts.patterns) == 0 {
		opts.patterns = opts.patternsFor(q)
	}
	r, err := opts.ask()
	if err != nil {
		return 0, err
	}
	f, err := q.one(r)
	if model := r.models.entry(q.text); err != nil && model != nil {
		// Not part of the packages, but the models know it.
		f, err = explain.Function{Name: q.text, Package: effects.PackageOf(q.text), Model: model}, nil
	}
	if err != nil {
		return 0, err
	}
	r.models.complete(&f)
	if q.class != "" {
		f.Ways = slices.DeleteFunc(f.Ways, func(w explain.Ways) bool { return w.Class != q.class })
	}
	if opts.json {
		return r.exit(), writeJSON(os.Stdout, f)
	}
	w := &whyWriter{Writer: bufio.NewWriter(os.Stdout), places: r.places, f: f, all: r.functions, class: q.class}
	w.write()
	return r.exit(), w.Flush()
}

// patternsFor returns the packages to look for q in if the user names none:
// that of a full name or file, else all here and below.
func (o *options) patternsFor(q question) []string {
	if q.file != "" {
		return []string{filepath.Dir(q.file)}
	}
	if path := q.packagePath(); path != "" && !models.IsStd(path) {
		cmd := exec.Command("go", slices.Concat([]string{"list"}, o.buildFlags, []string{"--", path})...)
		cmd.Dir = o.dir
		if cmd.Run() == nil {
			return []string{path}
		}
	}
	return []string{"./..."}
}

// complete fills in what the models say of f and of what its chains call.
func (m modelFiles) complete(f *explain.Function) {
	if f.Model == nil {
		f.Model = m.entry(f.Name)
	}
	hops := func(chain []explain.Hop) {
		for i := range chain {
			if entry := m.entry(chain[i].Callee); entry != nil && entry.Effect != models.Inspect {
				chain[i].Model = entry.Posn
			}
		}
	}
	for _, w := range f.Ways {
		hops(w.Chain)
	}
	for _, d := range f.Deferred {
		hops(d.Chain)
	}
}

// A whyWriter prints one explanation.
type whyWriter struct {
	*bufio.Writer
	places findings.Places
	f      explain.Function
	all    []explain.Function
	class  models.Class
}

func (w *whyWriter) write() {
	w.header()
	if w.f.Model != nil && w.f.Model.Effect != models.Inspect {
		w.model()
		return
	}
	for _, ways := range w.f.Ways {
		if w.lasts(ways) {
			w.ways(ways)
		}
	}
	w.moments()
	w.deferred()
	w.elsewhere()
	w.conclusion()
}

func (w *whyWriter) header() {
	fmt.Fprint(w, effects.ShortName(w.f.Name, ""))
	if w.f.Posn != "" {
		fmt.Fprintf(w, "   %s", w.places.Show(w.f.Posn))
	}
	var loops []string
	var evidence []line
	for _, run := range w.f.Runs {
		if !slices.Contains(loops, run.How) {
			loops = append(loops, run.How)
		}
		for _, note := range run.Evidence {
			evidence = append(evidence, line{w.places.Show(note.Posn), note.Text, ""})
		}
	}
	if len(loops) > 0 {
		fmt.Fprintf(w, "   %s", strings.Join(loops, ", "))
	}
	fmt.Fprintln(w)
	if n := len(evidence) - shownEvidence; n > 0 {
		evidence = append(evidence[:shownEvidence], line{text: fmt.Sprintf("and %d more", n)})
	}
	writeLines(w, "  ", evidence)
}

// model says that a model decides, whatever the source says.
func (w *whyWriter) model() {
	m := w.f.Model
	what := "never blocks"
	switch {
	case m.Effect == models.Blocks:
		what = fmt.Sprintf("%s, %s", m.Class, costWords[m.Cost])
	case len(m.Calls) > 0:
		what = "does not block by itself, calls " + strings.Join(m.Calls, ", ")
	}
	switch m.When {
	case "first-call":
		what += ", but only the first call in a process, which does not count"
	case "rare":
		what += ", but only rarely, which does not count"
	}
	fmt.Fprintf(w, "  %s   model %s\n    %s\n", what, m.Posn, m.Why)
	if w.f.Posn != "" {
		fmt.Fprintln(w, "  the model decides; the source is not looked at")
	}
}

// costWords are the costs as findings say them.
var costWords = map[string]string{
	"us": "microseconds", "us-ms": "microseconds to milliseconds", "ms": "milliseconds",
	"s": "up to seconds", "arg": "as long as it is told", "unbounded": "unbounded",
}

func (w *whyWriter) lasts(ways explain.Ways) bool { return lasts(ways, w.class) }

// lasts reports whether ways are worth a chain: they take more than
// microseconds as a rule, or their class is the one that is asked for.
func lasts(ways explain.Ways, class models.Class) bool {
	switch {
	case class != "":
		return ways.Class == class
	case ways.Class == models.Lock || ways.Class == models.Log:
		return false
	}
	return ways.Cost != "us"
}

func (w *whyWriter) ways(ways explain.Ways) {
	fmt.Fprintf(w, "  %s, %s", ways.Class, costWords[ways.Cost])
	if ways.Loop != "" {
		fmt.Fprintf(w, ": waits for the %s loop itself", ways.Loop)
	}
	if n := len(ways.Chain); n > 1 {
		fmt.Fprintf(w, "   %d calls down", n)
	} else {
		fmt.Fprint(w, "   directly")
	}
	if ways.Count > 1 {
		fmt.Fprintf(w, ", %s", number(ways.Count-1, "other way"))
	}
	if ways.Suspect {
		fmt.Fprint(w, ", suspect: a step is assumed")
	}
	fmt.Fprintln(w)
	writeLines(w, "    ", w.chain(ways.Chain))
	if ignored := ways.Ignored; ignored != nil {
		fmt.Fprintf(w, "    ignored at %s, for callers too: %s\n", w.places.Show(ignored.Posn), ignored.Text)
	}
}

// chain returns the lines of a chain, each with what decides its callee.
// Calls inside the standard library have no place and stand on the line of the
// call that leads there.
func (w *whyWriter) chain(hops []explain.Hop) []line {
	var lines []line
	caller := w.short(w.f.Name)
	for i := 0; i < len(hops); i++ {
		l := line{place: w.places.Show(hops[i].Posn)}
		by := hops[i].By
		callee := w.short(hops[i].Callee)
		l.text = caller + " → " + callee
		models := []string{hops[i].Model}
		for i+1 < len(hops) && hops[i+1].Posn == "" {
			i++
			callee = w.short(hops[i].Callee)
			l.text += " → " + callee
			models = append(models, hops[i].Model)
		}
		if models = slices.DeleteFunc(models, func(m string) bool { return m == "" }); len(models) > 0 {
			l.by = "model " + strings.Join(models, ", ")
		}
		lines = append(lines, l)
		if by != nil {
			lines = append(lines, line{w.places.Show(by.Posn), by.Text, ""})
		}
		caller = callee
	}
	return lines
}

func (w *whyWriter) short(full string) string { return effects.ShortName(full, w.f.Package) }

// moments lists the classes that take microseconds as a rule.
func (w *whyWriter) moments() {
	var classes []string
	for _, ways := range w.f.Ways {
		if !w.lasts(ways) {
			classes = append(classes, string(ways.Class))
		}
	}
	if len(classes) > 0 {
		fmt.Fprintf(w, "  as a rule for microseconds: %s\n", strings.Join(classes, ", "))
	}
}

// Numbers of things that are named; the rest is counted.
const (
	shownEvidence   = 3
	shownDeferred   = 5
	shownUnresolved = 3
	shownElsewhere  = 5
)

// deferred lists what depends on the arguments, the nearest calls first.
func (w *whyWriter) deferred() {
	if len(w.f.Deferred) == 0 {
		return
	}
	fmt.Fprintln(w, "  depends on what it is given")
	all := slices.Clone(w.f.Deferred)
	slices.SortStableFunc(all, func(a, b explain.Deferred) int { return cmp.Compare(len(a.Chain), len(b.Chain)) })
	var lines []line
	seen := make(map[string]bool)
	for _, d := range all {
		call := d.Value + "()"
		if d.Method != "" {
			call = d.Value + "." + d.Method + "()"
		}
		if seen[call] {
			continue
		}
		seen[call] = true
		lines = append(lines, line{place: w.places.Show(d.Chain[0].Posn), text: w.way(d.Chain) + call})
	}
	if n := len(lines) - shownDeferred; n > 0 {
		lines = append(lines[:shownDeferred], line{text: fmt.Sprintf("and %d more", n)})
	}
	writeLines(w, "    ", lines)
}

// shownWay is how many calls on the way to a deferred one are named.
const shownWay = 2

// way names the calls before the last of a chain, each with an arrow after it.
func (w *whyWriter) way(chain []explain.Hop) string {
	text := ""
	for i, hop := range chain[:len(chain)-1] {
		if i == shownWay {
			return text + "… → "
		}
		text += w.short(hop.Callee) + " → "
	}
	return text
}

// elsewhere lists what a reader may expect to count and does not: what runs
// elsewhere or later, and what hardly ever runs.
func (w *whyWriter) elsewhere() {
	var lines []line
	for _, f := range w.all {
		if inner, ok := strings.CutPrefix(f.Name, w.f.Name+"$"); ok && !strings.Contains(inner, "$") && len(f.Runs) > 0 {
			lines = append(lines, line{place: w.places.Show(f.Posn), text: "func literal, " + f.Runs[0].How})
		}
	}
	for _, posn := range w.f.Spawns {
		lines = append(lines, line{place: w.places.Show(posn), text: "go statement"})
	}
	for _, note := range w.f.Skipped {
		lines = append(lines, line{place: w.places.Show(note.Posn), text: note.Text + ", only the first time, or on the way to a panic or exit"})
	}
	lines = slices.Compact(lines)
	if len(lines) == 0 {
		return
	}
	if n := len(lines) - shownElsewhere; n > 0 {
		lines = append(lines[:shownElsewhere], line{text: fmt.Sprintf("and %d more", n)})
	}
	fmt.Fprintln(w, "  does not count here")
	writeLines(w, "    ", lines)
}

// conclusion says how sure the absence of the rest is.
func (w *whyWriter) conclusion() {
	if w.f.NoBody {
		fmt.Fprintln(w, "  not written in Go: taken to do nothing")
		return
	}
	lasting := slices.ContainsFunc(w.f.Ways, w.lasts)
	what := "nothing blocks"
	switch {
	case w.class != "" && !lasting:
		what = fmt.Sprintf("nothing of class %s", w.class)
	case w.class != "":
		what = ""
	case lasting:
		what = "nothing else blocks"
	}
	n := len(w.f.Unresolved)
	switch {
	case n == 0 && what == "":
		return
	case n == 0:
		other := ""
		if lasting || len(w.f.Deferred) > 0 {
			other = "other "
		}
		fmt.Fprintf(w, "  %s: every %scall is resolved\n", what, other)
		return
	}
	if what != "" {
		what += " as far as is known; "
	}
	var texts []string
	seen := make(map[string]bool)
	for _, c := range w.f.Unresolved {
		if key := c.What + " " + c.Via; !seen[key] {
			seen[key] = true
			texts = append(texts, w.unresolved(c))
		}
	}
	calls := number(n, "call")
	if len(texts) < n {
		calls += " of " + number(len(texts), "callee")
	}
	fmt.Fprintf(w, "  %s%s could not be resolved: %s\n", what, calls, firstOf(texts, shownUnresolved))
}

func (w *whyWriter) unresolved(c explain.Call) string {
	text := fmt.Sprintf("%s %s (%s)", w.places.Show(c.Posn), c.What, kindWords[c.Kind])
	if c.Via != "" {
		text += " through " + w.short(c.Via)
	}
	return text
}

// kindWords says what a callee is that is not known.
var kindWords = map[string]string{
	"interface": "interface", "field": "func field", "variable": "func variable",
	"parameter": "func parameter", "func": "func value",
}

// A line is a place, a text and who decides.
type line struct{ place, text, by string }

// widestColumn bounds the columns, so that one long name does not move all
// others out of sight.
const widestColumn = 72

// writeLines prints lines in three aligned columns.
func writeLines(w io.Writer, indent string, lines []line) {
	places, texts := 0, 0
	for _, l := range lines {
		places = max(places, columnOf(l.place))
		if l.by != "" {
			texts = max(texts, columnOf(l.text))
		}
	}
	for _, l := range lines {
		text := indent + pad(l.place, places) + "  "
		if places == 0 {
			text = indent
		}
		if text += l.text; l.by != "" {
			text = text[:len(text)-len(l.text)] + pad(l.text, texts) + "   " + l.by
		}
		fmt.Fprintln(w, text)
	}
}

func columnOf(s string) int {
	if n := utf8.RuneCountInString(s); n <= widestColumn {
		return n
	}
	return 0
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
