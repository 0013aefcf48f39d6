package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/models"
)

// write prints what has changed, under headings, and nothing if nothing has.
func (c comparison) write(to io.Writer) error {
	out := bufio.NewWriter(to)
	w := &changeWriter{Writer: out, c: c, color: to == os.Stdout && isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == ""}
	w.side(c.worse, worseTitles, "functions that newly suspend")
	w.side(c.better, betterTitles, "functions that no longer suspend")
	if w.sections > 0 {
		fmt.Fprintf(out, "\nworse: %s; better: %s\n", c.worse.sum(), c.better.sum())
	}
	return out.Flush()
}

// sum says how much a side has.
func (s side) sum() string {
	var parts []string
	if n := len(s.findings); n > 0 {
		parts = append(parts, number(n, "finding"))
	}
	functions := make(map[string]bool)
	for _, x := range s.suspends {
		functions[x.function.Name] = true
	}
	if n := len(functions); n > 0 {
		parts = append(parts, number(n, "function"))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

type changeWriter struct {
	*bufio.Writer
	c        comparison
	color    bool
	sections int
}

func (w *changeWriter) section(title string) {
	if w.sections++; w.sections > 1 {
		fmt.Fprintln(w)
	}
	if w.color {
		title = boldText + title + "\x1b[0m"
	}
	fmt.Fprintln(w, title)
}

func (w *changeWriter) side(s side, titles [kinds]string, suspend string) {
	for k := range kinds {
		list := slices.DeleteFunc(slices.Clone(s.findings), func(f finding) bool { return f.kind() != k })
		if len(list) == 0 {
			continue
		}
		w.section(titles[k])
		for _, f := range list {
			w.finding(s, f)
		}
	}
	if len(s.suspends) > 0 {
		w.section(suspend)
		w.suspensions(s)
	}
}

// finding prints a finding as a check does, indented, and whether its file is
// one that the change has not touched.
func (w *changeWriter) finding(s side, f finding) {
	d := f.Diagnostic
	if w.c.untouched(f) {
		d.Related = append(slices.Clone(d.Related), findings.Related{Posn: d.Posn, Message: "in a file that has not changed"})
	}
	var text strings.Builder
	tree := findings.Tree{f.pkg: {f.rule: {Diagnostics: []findings.Diagnostic{d}}}}
	tree.WriteText(&text, findings.TextStyle{Places: s.places, Context: -1, Color: w.color}) // a Builder has no errors
	for line := range strings.Lines(text.String()) {
		fmt.Fprint(w, "  "+line)
	}
}

// suspensions prints functions, each with its chain as far as that does not
// lead through one that stands above it.
func (w *changeWriter) suspensions(s side) {
	type known struct {
		name  string
		class models.Class
	}
	above := make(map[known]bool)
	for _, x := range s.suspends {
		f := x.function
		if s.models.overlays != nil {
			f.Ways = []explain.Ways{x.Ways}
			s.models.complete(&f)
		}
		chain, cut := x.Chain, false
		for i, hop := range chain {
			if above[known{hop.Callee, x.Class}] {
				chain, cut = chain[:i+1], true
				break
			}
		}
		above[known{f.Name, x.Class}] = true
		down := "directly"
		if n := len(x.Chain); n > 1 {
			down = fmt.Sprintf("%d calls down", n)
		}
		if x.Suspect {
			down += ", suspect: a step is assumed"
		}
		fmt.Fprintf(w, "  %s   %s   %s, %s, %s\n", effects.ShortName(f.Name, ""), s.places.Show(f.Posn), x.Class, costWords[x.Cost], down)
		lines := (&whyWriter{places: s.places, f: f}).chain(chain)
		if cut {
			lines[len(lines)-1].text += ", see above"
		}
		writeLines(w, "    ", lines)
	}
}

// The form of diff -json.
type diffJSON struct {
	Old    string   `json:"old"`
	New    string   `json:"new"`
	Worse  sideJSON `json:"worse"`
	Better sideJSON `json:"better"`
}

type sideJSON struct {
	Findings []findingJSON    `json:"findings"`
	Suspends []suspensionJSON `json:"suspends"`
}

type findingJSON struct {
	Kind      string             `json:"kind"` // the heading
	Rule      string             `json:"rule"`
	Category  string             `json:"category"`
	Package   string             `json:"package"`
	Function  string             `json:"function,omitempty"`
	Posn      string             `json:"posn"`
	Message   string             `json:"message"`
	Suspect   bool               `json:"suspect,omitempty"`
	Untouched bool               `json:"untouched"` // the change has not touched the file
	Related   []findings.Related `json:"related,omitempty"`
}

type suspensionJSON struct {
	Function string        `json:"function"`
	Package  string        `json:"package"`
	Posn     string        `json:"posn"`
	Class    models.Class  `json:"class"`
	Op       string        `json:"op"`
	Cost     string        `json:"cost"`
	Hops     int           `json:"hops"`
	Suspect  bool          `json:"suspect,omitempty"`
	Chain    []explain.Hop `json:"chain"`
}

func (c comparison) json() diffJSON {
	return diffJSON{
		Old: c.before.name, New: c.after.name,
		Worse: c.sideJSON(c.worse, worseTitles), Better: c.sideJSON(c.better, betterTitles),
	}
}

// sideJSON gives positions in the old state, whose files are gone when
// somebody reads this, relative to the root of the repository.
func (c comparison) sideJSON(s side, titles [kinds]string) sideJSON {
	posn := func(posn string) string {
		if file, line := findings.FileLine(posn); line > 0 && s.env != nil && s.root != "" {
			if rel, err := filepath.Rel(s.root, file); err == nil && filepath.IsLocal(rel) {
				return filepath.ToSlash(rel) + strings.TrimPrefix(posn, file)
			}
		}
		return posn
	}
	out := sideJSON{Findings: []findingJSON{}, Suspends: []suspensionJSON{}}
	for _, f := range s.findings {
		j := findingJSON{
			Kind: titles[f.kind()], Rule: f.rule, Category: f.Category, Package: f.pkg, Function: f.function,
			Posn: posn(f.Posn), Message: f.Message, Suspect: f.suspect, Untouched: c.untouched(f),
		}
		for _, r := range f.Related {
			j.Related = append(j.Related, findings.Related{Posn: posn(r.Posn), End: posn(r.End), Message: r.Message})
		}
		out.Findings = append(out.Findings, j)
	}
	for _, x := range s.suspends {
		j := suspensionJSON{
			Function: x.function.Name, Package: x.function.Package, Posn: posn(x.function.Posn),
			Class: x.Class, Op: x.Op, Cost: x.Cost, Hops: len(x.Chain), Suspect: x.Suspect, Chain: slices.Clone(x.Chain),
		}
		for i := range j.Chain {
			j.Chain[i].Posn = posn(j.Chain[i].Posn)
			if by := j.Chain[i].By; by != nil {
				j.Chain[i].By = &explain.Note{Posn: posn(by.Posn), Text: by.Text}
			}
		}
		out.Suspends = append(out.Suspends, j)
	}
	return out
}
