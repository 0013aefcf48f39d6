package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/lazy"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/spelling"
)

// A question asks about the functions with a name, or around a line, and about
// one class of operations or all.
type question struct {
	text  string // of the user, without the class
	name  string // plain form
	file  string // absolute, or ""
	line  int
	class models.Class // "" asks for all
}

// newQuestion parses "name", "name:class", "file.go:line" or
// "file.go:line:column", as the user writes it in directory cwd.
func newQuestion(text, cwd string) (question, error) {
	if file, line := findings.FileLine(text); line > 0 {
		if !filepath.IsAbs(file) {
			file = filepath.Join(cwd, file)
		}
		if _, err := os.Stat(file); err != nil {
			name, _ := findings.FileLine(text)
			return question{}, fmt.Errorf("%s: no such file", name)
		}
		return question{text: text, file: file, line: line}, nil
	}
	name, class, hasClass := strings.Cut(text, ":")
	q := question{text: name, name: plainName(name), class: models.Class(class)}
	if q.name == "" {
		return q, errors.New("why wants the name of a function, as in yieldlint why '(*Server).Serve'")
	}
	if hasClass && !slices.Contains(models.Classes, q.class) {
		return q, fmt.Errorf("unknown class %q (the classes are %v)", class, models.Classes)
	}
	return q, nil
}

var (
	literalIn  = lazy.Regexp(`^func literal in (.*)$`)
	typeParams = lazy.Regexp(`\[[^\]]*\]`)
)

// plainName returns a name without brackets, stars and type parameters:
// "p.T.M" of "(*p.T).M".
func plainName(name string) string {
	name = strings.TrimSpace(name)
	if m := literalIn().FindStringSubmatch(name); m != nil {
		name = m[1] + "$"
	}
	name = typeParams().ReplaceAllString(name, "")
	return strings.NewReplacer("(", "", ")", "", "*", "").Replace(name)
}

// packagePath returns the import path in q, "" if it has none or none that
// could be told from a directory in it.
func (q question) packagePath() string {
	slash := strings.LastIndexByte(q.name, '/')
	if slash < 0 {
		return ""
	}
	name, _, ok := strings.Cut(q.name[slash:], ".")
	if !ok {
		return ""
	}
	return q.name[:slash] + name
}

// find returns the functions that q may mean: those of the best kind of match.
func (q question) find(functions []explain.Function) []explain.Function {
	if q.file != "" {
		return innermost(functions, q.file, q.line)
	}
	best := unlike
	var out []explain.Function
	for _, f := range functions {
		m := q.match(f)
		if m > best {
			best, out = m, nil
		}
		if m == best && m > unlike {
			out = append(out, f)
		}
	}
	return out
}

// Kinds of matches of a name, the better the larger.
const (
	unlike     = iota
	likeSuffix // the name ends in what was asked for: "M" of "p.T.M"
	likeShort  // a short form of the name is what was asked for: "T.M", "p.T.M"
	likeFull
)

func (q question) match(f explain.Function) int {
	forms := formsOf(f)
	want := q.name
	if literals, ok := strings.CutSuffix(want, "$"); ok {
		// All literals of a function.
		for i, form := range forms {
			before, _, isLiteral := strings.Cut(form, "$")
			if !isLiteral {
				return unlike
			}
			forms[i] = before
		}
		want = literals
	}
	switch i := slices.Index(forms, want); {
	case i == 0:
		return likeFull
	case i > 0:
		return likeShort
	case strings.HasSuffix(forms[0], "."+want), strings.HasSuffix(forms[0], "/"+want):
		return likeSuffix
	}
	return unlike
}

// formsOf returns the plain forms of a name: in full, as messages in and
// outside its package have it, and after the name of its package.
func formsOf(f explain.Function) []string {
	full := plainName(f.Name)
	local := strings.TrimPrefix(full, f.Package+".")
	short := full
	if base, literal, ok := strings.Cut(f.Name, "$"); ok {
		short = plainName(effects.ShortName(base, "")) + "$" + literal
	} else {
		short = plainName(effects.ShortName(f.Name, ""))
	}
	return []string{full, local, short, f.PkgName + "." + local}
}

// innermost returns the function that contains a line and begins last.
func innermost(functions []explain.Function, file string, line int) []explain.Function {
	var best []explain.Function
	for _, f := range functions {
		in, from := findings.FileLine(f.Posn)
		if in != file || line < from || line > f.EndLine {
			continue
		}
		if len(best) > 0 {
			if _, old := findings.FileLine(best[0].Posn); old > from {
				continue
			}
		}
		best = []explain.Function{f}
	}
	return best
}

// one returns the function that q means. Its error lists what q may mean, or
// names what is nearest.
func (q question) one(r *reply) (explain.Function, error) {
	found := q.find(r.functions)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return explain.Function{}, q.ambiguous(found, r.places)
	case q.file != "":
		return explain.Function{}, fmt.Errorf("%s is in no function of the packages named", q.text)
	}
	hint := ""
	if near := q.nearest(r.functions); near != "" {
		hint = fmt.Sprintf(", did you mean %s?", near)
	}
	return explain.Function{}, fmt.Errorf("no function %s in the packages named%s", q.text, hint)
}

// shownCandidates is how many functions with one short name are listed.
const shownCandidates = 10

func (q question) ambiguous(found []explain.Function, places findings.Places) error {
	slices.SortFunc(found, func(a, b explain.Function) int { return strings.Compare(a.Name, b.Name) })
	lines := []string{fmt.Sprintf("%s is the name of %d functions; say which:", q.text, len(found))}
	names := askable(found)
	for i, f := range found {
		if i == shownCandidates {
			lines = append(lines, fmt.Sprintf("    and %d more", len(found)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("    %s   %s", names[i], places.Show(f.Posn)))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// askable returns names by which each of functions can be asked for: short
// ones as far as they differ.
func askable(functions []explain.Function) []string {
	names := make([]string, len(functions))
	count := make(map[string]int)
	for i, f := range functions {
		names[i] = f.Name
		if !strings.Contains(f.Name, "$") { // the short name of a literal is prose
			names[i] = effects.ShortName(f.Name, "")
		}
		count[names[i]]++
	}
	for i, f := range functions {
		if count[names[i]] > 1 {
			names[i] = f.Name
		}
	}
	return names
}

// nearest returns the name that is spelt most like q, "" if none is.
func (q question) nearest(functions []explain.Function) string {
	limit := max(1, len(q.name)/3)
	best, near := limit+1, -1
	for i, f := range functions {
		forms := formsOf(f)
		for _, form := range append(forms, forms[0][strings.LastIndexByte(forms[0], '.')+1:]) {
			if d := spelling.Distance(q.name, form, best+1); d < best || d == best && near >= 0 && f.Name < functions[near].Name {
				best, near = d, i
			}
		}
	}
	if near < 0 {
		return ""
	}
	return askable(functions)[near]
}
