package directives

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A found is a directive with its place.
type found struct {
	directive
	comment *ast.Comment
	group   *ast.CommentGroup
}

// collectFile reads the comments of a file, then finds what they belong to.
func (s *Set) collectFile(file *ast.File, info *types.Info) {
	var all []found
	for _, group := range file.Comments {
		for _, c := range group.List {
			d, ok := parse(c.Text)
			if !ok {
				continue
			}
			if d.problem != "" {
				s.problem(c.Slash, d.problem)
			}
			all = append(all, found{d, c, group})
		}
	}
	if len(all) == 0 {
		return // the usual file
	}
	at := newAttacher(s.fset, file, info)
	for _, f := range all {
		switch {
		case f.name == "ignore":
			s.attachIgnore(at, f) // those of its rules that are right
		case f.problem != "":
		case f.foreign:
			s.attachForeign(at, f)
		default:
			c, _ := contractOf(f.name)
			s.attach(at, f, c)
		}
	}
}

func (s *Set) attachIgnore(at *attacher, f found) {
	for _, t := range f.targets {
		ig := &ignore{target: t, pos: f.comment.Slash}
		if decl := at.funcOfDoc[f.group]; decl != nil {
			ig.from, ig.to = decl.Pos(), decl.End()
		} else {
			ig.file, ig.line = at.file, at.coveredLine(f)
		}
		s.ignores = append(s.ignores, ig)
	}
}

// attach finds what a directive marks.
func (s *Set) attach(at *attacher, f found, c *contract) {
	marks, problem := at.marked(f, c.marks)
	switch {
	case problem != "":
		s.problem(f.comment.Slash, c.name+" directive "+problem)
	case len(marks) == 0:
		s.problem(f.comment.Slash, c.name+" directive marks nothing: it belongs to "+c.belongs)
	}
	for _, m := range marks {
		if c.name == "guardedby" {
			if problem := at.lockProblem(f.locks[0], m); problem != "" {
				s.problem(f.comment.Slash, problem)
				return
			}
		}
		s.mark(c, f, m)
	}
}

// attachForeign finds what an annotation of gVisor's marks. If it is nothing
// that we know, that is for gVisor's analyzer to say.
func (s *Set) attachForeign(at *attacher, f found) {
	possible := []string{"holds", "guardedby"}
	if f.name != "" {
		possible = []string{f.name}
	}
	for _, name := range possible {
		c, _ := contractOf(name)
		marks, _ := at.marked(f, c.marks)
		for _, m := range marks {
			s.mark(c, f, m)
		}
	}
}

func (s *Set) mark(c *contract, f found, m Marked) {
	m.Name, m.Pos, m.Args = c.name, f.comment.Slash, f.args
	m.Classes, m.Locks, m.Read, m.foreign = f.classes, f.locks, f.read, f.foreign
	s.marked[c.name] = append(s.marked[c.name], m)
}

// marked returns those things in the given places that a directive marks: what
// its comment documents, else parameters, else what starts on the line that
// it covers.
func (at *attacher) marked(f found, places place) (marks []Marked, problem string) {
	for _, t := range at.documented[f.group] {
		if t.places&places != 0 {
			marks = append(marks, t.mark())
		}
	}
	if len(marks) > 0 {
		return marks, ""
	}
	if params, problem := at.paramsOf(f, places); len(params) > 0 || problem != "" {
		return params, problem
	}
	line := at.coveredLine(f)
	starting := at.starting[line]
	if at.isBehindCode(f.comment) {
		starting = append(starting[:len(starting):len(starting)], at.opening[line]...)
	}
	var first *thing
	for _, t := range starting {
		if t.places&places != 0 && (first == nil || t.node.Pos() < first.node.Pos()) {
			first = &t
		}
	}
	if first != nil {
		marks = []Marked{first.mark()}
	}
	return marks, ""
}

// paramsOf returns the parameters that a directive in a parameter list marks:
// those of the one declaration on the line that it covers.
func (at *attacher) paramsOf(f found, places place) (marks []Marked, problem string) {
	line := at.coveredLine(f)
	behind := at.isBehindCode(f.comment)
	for i := len(at.params) - 1; i >= 0; i-- { // inner lists come after outer ones
		list := at.params[i]
		if f.comment.Slash < list.Opening || list.Closing < f.comment.Slash {
			continue
		}
		var names []string
		for _, field := range list.List {
			if at.line(field.Pos()) != line && !(behind && at.line(field.End()) == line) {
				continue
			}
			things := at.variables(field, field.Names, field.Type, 0, aFuncParam, anInterfaceParam)
			if len(things) == 0 || things[0].places&places == 0 {
				continue
			}
			names = append(names, field.Names[0].Name)
			for _, t := range things {
				marks = append(marks, t.mark())
			}
		}
		if len(names) > 1 {
			return nil, "may mean " + strings.Join(names, " or ") + ": put the parameter on a line of its own"
		}
		if len(marks) > 0 {
			return marks, ""
		}
	}
	return nil, ""
}

// coveredLine returns the line that a directive outside doc comments is
// about: its own if it stands behind code, else the first after its group,
// so that directives can be stacked.
func (at *attacher) coveredLine(f found) int {
	if at.isBehindCode(f.comment) {
		return at.line(f.comment.Slash)
	}
	return at.line(f.group.End()) + 1
}

func (at *attacher) isBehindCode(c *ast.Comment) bool {
	code, ok := at.code[at.line(c.Slash)]
	return ok && code < c.Slash
}

func (at *attacher) line(pos token.Pos) int { return at.fset.PositionFor(pos, false).Line }
