package directives

import (
	"go/ast"
	"go/token"
	"go/types"
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
			s.attachIgnore(at, f)
		case f.name == "eventloop":
			s.attachEventLoop(at, f)
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

func (s *Set) attachEventLoop(at *attacher, f found) {
	const misplaced = "eventloop directive marks nothing: it belongs to a function, a func type, an interface method or a struct field of func type"
	marks := at.marks[f.group]
	if marks == nil {
		if lit := at.literal(at.coveredLine(f)); lit != nil {
			marks = []Marked{{Node: lit}}
		}
	}
	if marks == nil {
		s.problem(f.comment.Slash, misplaced)
	}
	for _, m := range marks {
		m.Pos, m.Args = f.comment.Slash, f.args
		s.marked = append(s.marked, m)
	}
}

// An attacher knows where in a file a comment can belong to.
type attacher struct {
	fset *token.FileSet
	info *types.Info
	file string

	funcOfDoc map[*ast.CommentGroup]*ast.FuncDecl
	marks     map[*ast.CommentGroup][]Marked // what an eventloop directive in the comment marks
	literals  map[int]*ast.FuncLit           // the leftmost that starts on a line
	code      map[int]token.Pos              // the leftmost code that starts or ends on a line
}

func newAttacher(fset *token.FileSet, file *ast.File, info *types.Info) *attacher {
	at := &attacher{
		fset:      fset,
		info:      info,
		file:      fset.PositionFor(file.FileStart, false).Filename,
		funcOfDoc: make(map[*ast.CommentGroup]*ast.FuncDecl),
		marks:     make(map[*ast.CommentGroup][]Marked),
		literals:  make(map[int]*ast.FuncLit),
		code:      make(map[int]token.Pos),
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true // its end may lie behind the last comment
		case *ast.FuncDecl:
			if n.Doc != nil {
				at.funcOfDoc[n.Doc] = n
			}
			at.mark(n, n.Name, n.Doc)
		case *ast.FuncLit:
			line := at.line(n.Pos())
			if old := at.literals[line]; old == nil || n.Pos() < old.Pos() {
				at.literals[line] = n
			}
		case *ast.GenDecl:
			// gofmt writes the comment of a lone type before the keyword.
			if spec, ok := loneType(n); ok && isFuncType(spec.Type) {
				at.mark(spec, spec.Name, n.Doc)
			}
		case *ast.TypeSpec:
			if isFuncType(n.Type) {
				at.mark(n, n.Name, n.Doc, n.Comment)
			}
		case *ast.InterfaceType:
			at.markFields(n.Methods)
		case *ast.StructType:
			at.markFields(n.Fields)
		}
		at.noteCode(n.Pos())
		at.noteCode(n.End() - 1)
		return true
	})
	return at
}

// markFields marks interface methods and fields of func type, embedded ones excepted.
func (at *attacher) markFields(fields *ast.FieldList) {
	for _, field := range fields.List {
		if !isFuncType(field.Type) && !at.hasFuncType(field.Type) {
			continue
		}
		for _, name := range field.Names {
			at.mark(field, name, field.Doc, field.Comment)
		}
	}
}

func (at *attacher) mark(node ast.Node, name *ast.Ident, comments ...*ast.CommentGroup) {
	for _, c := range comments {
		if c != nil {
			at.marks[c] = append(at.marks[c], Marked{Node: node, Obj: at.info.Defs[name]})
		}
	}
}

func loneType(decl *ast.GenDecl) (*ast.TypeSpec, bool) {
	if decl.Doc == nil || len(decl.Specs) != 1 {
		return nil, false
	}
	spec, ok := decl.Specs[0].(*ast.TypeSpec)
	return spec, ok
}

func isFuncType(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.FuncType)
	return ok
}

// hasFuncType reports whether e names a type whose underlying type is a func type.
func (at *attacher) hasFuncType(e ast.Expr) bool {
	t := at.info.TypeOf(e)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func (at *attacher) line(pos token.Pos) int { return at.fset.PositionFor(pos, false).Line }

func (at *attacher) noteCode(pos token.Pos) {
	line := at.line(pos)
	if old, ok := at.code[line]; !ok || pos < old {
		at.code[line] = pos
	}
}

// coveredLine returns the line that a directive outside doc comments is
// about: its own if it stands behind code, else the first after its group,
// so that directives can be stacked.
func (at *attacher) coveredLine(f found) int {
	line := at.line(f.comment.Slash)
	if code, ok := at.code[line]; ok && code < f.comment.Slash {
		return line
	}
	return at.line(f.group.End()) + 1
}

// literal returns the function literal on a line, or nil.
func (at *attacher) literal(line int) *ast.FuncLit { return at.literals[line] }
