package directives

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A thing is something that a directive may mark.
type thing struct {
	places place // all that it is
	node   ast.Node
	obj    types.Object
}

func (t thing) mark() Marked { return Marked{Node: t.node, Obj: t.obj} }

// An attacher knows what in a file a comment can belong to.
type attacher struct {
	fset *token.FileSet
	info *types.Info
	file string

	funcOfDoc  map[*ast.CommentGroup]*ast.FuncDecl
	documented map[*ast.CommentGroup][]thing // by doc comment, or comment at the end of the line
	starting   map[int][]thing               // functions and blocks by the line on which they start
	opening    map[int][]thing               // functions by the line of their brace, if that is another one
	params     []*ast.FieldList              // outer lists before those in them
	structs    []*ast.StructType
	code       map[int]token.Pos // the leftmost code that starts or ends on a line
}

func newAttacher(fset *token.FileSet, file *ast.File, info *types.Info) *attacher {
	at := &attacher{
		fset:       fset,
		info:       info,
		file:       fset.PositionFor(file.FileStart, false).Filename,
		funcOfDoc:  make(map[*ast.CommentGroup]*ast.FuncDecl),
		documented: make(map[*ast.CommentGroup][]thing),
		starting:   make(map[int][]thing),
		opening:    make(map[int][]thing),
		code:       make(map[int]token.Pos),
	}
	for _, decl := range file.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.VAR {
			at.addVars(gen)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true // its end may lie behind the last comment
		}
		at.add(n)
		at.noteCode(n.Pos())
		at.noteCode(n.End() - 1)
		return true
	})
	return at
}

func (at *attacher) noteCode(pos token.Pos) {
	line := at.line(pos)
	if old, ok := at.code[line]; !ok || pos < old {
		at.code[line] = pos
	}
}

// add notes what n declares or is, but for package variables.
func (at *attacher) add(n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		fn := thing{aFunc, n, at.info.Defs[n.Name]}
		if n.Doc != nil {
			at.funcOfDoc[n.Doc] = n
		}
		at.document(fn, n.Doc)
		at.addFunc(fn, n.Body)
	case *ast.FuncLit:
		at.addFunc(thing{aLiteral, n, nil}, n.Body)
	case *ast.FuncType:
		at.params = append(at.params, n.Params)
	case *ast.GenDecl:
		// gofmt writes the comment of a lone type before the keyword.
		if len(n.Specs) == 1 {
			if spec, ok := n.Specs[0].(*ast.TypeSpec); ok {
				at.document(at.typeOf(spec), n.Doc)
			}
		}
	case *ast.TypeSpec:
		at.document(at.typeOf(n), n.Doc, n.Comment)
	case *ast.InterfaceType:
		at.addMethods(n)
	case *ast.StructType:
		at.structs = append(at.structs, n)
		for _, field := range n.Fields.List {
			for _, t := range at.variables(field, fieldIdents(field), field.Type, aField, aFuncField, anInterfaceField) {
				at.document(t, field.Doc, field.Comment)
			}
		}
	case *ast.BlockStmt:
		at.addBlocks(n.List)
	case *ast.CaseClause:
		at.addBlocks(n.Body)
	case *ast.CommClause:
		at.addBlocks(n.Body)
	case *ast.LabeledStmt:
		at.addBlocks([]ast.Stmt{n.Stmt})
	}
}

// document says that comments, which may be nil, are about t.
func (at *attacher) document(t thing, comments ...*ast.CommentGroup) {
	for _, c := range comments {
		if c != nil {
			at.documented[c] = append(at.documented[c], t)
		}
	}
}

func (at *attacher) addFunc(fn thing, body *ast.BlockStmt) {
	line := at.line(fn.node.Pos())
	at.starting[line] = append(at.starting[line], fn)
	if body == nil {
		return
	}
	if brace := at.line(body.Lbrace); brace != line {
		at.opening[brace] = append(at.opening[brace], fn)
	}
}

// addBlocks notes the blocks among statements.
func (at *attacher) addBlocks(stmts []ast.Stmt) {
	for _, s := range stmts {
		if block, ok := s.(*ast.BlockStmt); ok {
			line := at.line(block.Pos())
			at.starting[line] = append(at.starting[line], thing{aBlock, block, nil})
		}
	}
}

// addMethods notes the methods that an interface type lists.
func (at *attacher) addMethods(n *ast.InterfaceType) {
	for _, m := range n.Methods.List {
		for _, name := range m.Names {
			at.document(thing{aMethod, m, at.info.Defs[name]}, m.Doc, m.Comment)
		}
	}
}

// addVars notes package variables.
func (at *attacher) addVars(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec := spec.(*ast.ValueSpec)
		comments := []*ast.CommentGroup{spec.Doc, spec.Comment}
		if len(decl.Specs) == 1 {
			comments = append(comments, decl.Doc)
		}
		for _, name := range spec.Names {
			for _, t := range at.variables(spec, []*ast.Ident{name}, name, aVar, aFuncVar, anInterfaceVar) {
				at.document(t, comments...)
			}
		}
	}
}

// variables returns the variables that node declares by names, if they have
// a place: that of every variable, and that of their type, which is
// that of the expression.
func (at *attacher) variables(node ast.Node, names []*ast.Ident, typ ast.Expr, always, ofFunc, ofInterface place) []thing {
	places := always
	switch at.shapeOf(typ) {
	case aFuncType:
		places |= ofFunc
	case anInterface:
		places |= ofInterface
	}
	if places == 0 {
		return nil
	}
	var things []thing
	for _, name := range names {
		things = append(things, thing{places, node, at.info.Defs[name]})
	}
	return things
}

func (at *attacher) typeOf(spec *ast.TypeSpec) thing {
	return thing{at.shapeOf(spec.Type), spec, at.info.Defs[spec.Name]}
}

// shapeOf reports whether the type of e is a func type, a struct type, or an
// interface type whose methods can be called on a value; else it returns 0.
func (at *attacher) shapeOf(e ast.Expr) place {
	t := at.info.TypeOf(e)
	if t == nil {
		return 0
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return 0
	}
	switch t := t.Underlying().(type) {
	case *types.Signature:
		return aFuncType
	case *types.Struct:
		return aStruct
	case *types.Interface:
		if t.IsMethodSet() && t.NumMethods() > 0 {
			return anInterface
		}
	}
	return 0
}

// fieldIdents returns the names of struct fields; that of an embedded one is
// the name of its type.
func fieldIdents(field *ast.Field) []*ast.Ident {
	if len(field.Names) > 0 {
		return field.Names
	}
	for e := field.Type; ; {
		switch t := e.(type) {
		case *ast.Ident:
			return []*ast.Ident{t}
		case *ast.SelectorExpr:
			return []*ast.Ident{t.Sel}
		case *ast.StarExpr:
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		default:
			return nil
		}
	}
}
