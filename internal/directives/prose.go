package directives

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"
	"unicode"
)

// A Prose is an obligation that a comment puts into words, on whoever
// implements an interface method or supplies a func.
type Prose struct {
	Kind string // "nonblocking" or "eventloop"
	// Obj is the *types.Func of an interface method, the *types.TypeName of a
	// func type, or the *types.Var of a struct field of func type. What the
	// comment of an interface type says is about its methods: those that the
	// sentence names, else all that the type lists.
	Obj  types.Object
	Pos  token.Pos // of the line of the comment on which the phrase starts
	Text string    // the phrase, with single spaces
}

// A topic is what a comment is about: one thing, or the methods of an
// interface type.
type topic struct {
	name       string         // of the thing or interface type
	objs       []types.Object // the thing or the methods
	iface      string         // the interface type of a method
	isFunc     bool           // a func type or a field of func type: "the callback" is the thing itself
	isType     bool           // an interface type
	takesFuncs bool           // a method that is given callbacks: "it" may be one of them
}

// collectProse reads the comments of interface methods, interface types, func
// types and struct fields of func type that the file declares at top level.
func (s *Set) collectProse(file *ast.File, info *types.Info) {
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			spec := spec.(*ast.TypeSpec)
			comments := []*ast.CommentGroup{spec.Doc, spec.Comment}
			if len(gen.Specs) == 1 {
				comments = append(comments, gen.Doc)
			}
			s.proseOfType(spec, info, comments)
		}
	}
}

func (s *Set) proseOfType(spec *ast.TypeSpec, info *types.Info, comments []*ast.CommentGroup) {
	switch t := ast.Unparen(spec.Type).(type) {
	case *ast.FuncType:
		s.readProse(topic{name: spec.Name.Name, objs: []types.Object{info.Defs[spec.Name]}, isFunc: true}, comments...)
	case *ast.InterfaceType:
		whole := topic{name: spec.Name.Name, isType: true}
		for _, m := range t.Methods.List {
			for _, name := range m.Names {
				obj := info.Defs[name]
				whole.objs = append(whole.objs, obj)
				s.readProse(topic{
					name: name.Name, objs: []types.Object{obj}, iface: spec.Name.Name, takesFuncs: takesFuncs(obj),
				}, m.Doc, m.Comment)
			}
		}
		if len(whole.objs) > 0 {
			s.readProse(whole, comments...)
		}
	case *ast.StructType:
		for _, field := range t.Fields.List {
			if field.Doc == nil && field.Comment == nil || !isFunc(info.TypeOf(field.Type)) {
				continue
			}
			for _, name := range field.Names {
				s.readProse(topic{name: name.Name, objs: []types.Object{info.Defs[name]}, isFunc: true}, field.Doc, field.Comment)
			}
		}
	}
}

func isFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// takesFuncs reports whether funcs are among the parameters of a method, or
// values of interface types that are named like callbacks.
func takesFuncs(method types.Object) bool {
	fn, ok := method.(*types.Func)
	if !ok {
		return false
	}
	for v := range fn.Signature().Params().Variables() {
		t := v.Type()
		if slice, ok := t.(*types.Slice); ok {
			t = slice.Elem() // of a variadic method
		}
		if isFunc(t) {
			return true
		}
		if named, ok := types.Unalias(t).(*types.Named); ok && types.IsInterface(t) {
			words := camelWords(named.Obj().Name())
			if isCallback(words[len(words)-1]) {
				return true
			}
		}
	}
	return false
}

// readProse notes the first phrase of each kind in the comments on a topic.
func (s *Set) readProse(t topic, comments ...*ast.CommentGroup) {
	for _, group := range comments {
		if group == nil || !mayHoldProse(group) {
			continue
		}
		text := proseOf(group)
		for _, kind := range []string{"nonblocking", "eventloop"} {
			for _, f := range findPhrases(kind, text.text, t) {
				s.addProse(kind, text, t, f)
			}
		}
	}
}

func (s *Set) addProse(kind string, text prose, t topic, f phrase) {
	for _, obj := range t.objs {
		switch {
		case obj == nil || t.isType && len(f.methods) > 0 && !slices.Contains(f.methods, obj.Name()):
			continue
		case kind == "nonblocking" && !t.isFunc && managesService(obj.Name(), len(f.methods) == 0 && t.isType):
			continue
		case slices.ContainsFunc(s.prose, func(p Prose) bool { return p.Kind == kind && p.Obj == obj }):
			continue
		}
		s.prose = append(s.prose, Prose{kind, obj, text.pos(f.from), text.text[f.from:f.to]})
	}
}

// managesService reports whether a method of that name starts something that
// goes on: "must not block" says that it returns, not that it does no I/O. In
// what is said of a whole interface type, the methods that end it are not
// meant either.
func managesService(name string, ofWhole bool) bool {
	switch name {
	case "Start", "Init", "Serve":
		return true
	case "Run", "Stop", "Close", "Shutdown":
		return ofWhole
	}
	return false
}

// mayHoldProse is a cheap test that most comments fail.
func mayHoldProse(group *ast.CommentGroup) bool {
	return slices.ContainsFunc(group.List, func(c *ast.Comment) bool {
		lower := asciiLower(c.Text)
		return strings.Contains(lower, "block") || mentionsLoop(lower)
	})
}

// A prose is the text of a comment with single spaces for white space and line
// breaks, and "\n" for the ends of paragraphs and before items of lists.
type prose struct {
	text   string
	starts []int       // where lines start in text
	lines  []token.Pos // the comments, or places in one, that hold these lines
}

// pos returns the position of the line to which an offset belongs.
func (p prose) pos(offset int) token.Pos {
	i := sort.Search(len(p.starts), func(i int) bool { return p.starts[i] > offset })
	return p.lines[i-1]
}

func proseOf(group *ast.CommentGroup) prose {
	var p prose
	var text []byte
	add := func(pos token.Pos, words []string) {
		switch {
		case len(words) == 0 || isBullet(words[0]):
			text = append(text, '\n')
		case len(text) > 0 && text[len(text)-1] != '\n':
			text = append(text, ' ')
		}
		p.starts = append(p.starts, len(text))
		p.lines = append(p.lines, pos)
		text = append(text, strings.Join(words, " ")...)
	}
	for _, c := range group.List {
		if line, ok := strings.CutPrefix(c.Text, "//"); ok {
			if _, isDirective := ast.ParseDirective(token.NoPos, c.Text); !isDirective {
				add(c.Slash, strings.Fields(line))
			}
			continue
		}
		offset := len("/*")
		for line := range strings.Lines(strings.TrimSuffix(c.Text[offset:], "*/")) {
			words := strings.Fields(line)
			if len(words) > 0 && words[0] == "*" {
				words = words[1:] // the frame
			}
			add(c.Slash+token.Pos(offset), words)
			offset += len(line)
		}
	}
	p.text = string(text)
	return p
}

// isBullet reports whether a word starts an item of a list.
func isBullet(word string) bool {
	switch word {
	case "-", "+", "*", "•", "–":
		return true
	}
	number, dot := strings.CutSuffix(word, ".")
	return dot && number != "" && strings.TrimLeft(number, "0123456789") == ""
}

// camelWords returns the parts of a name in lower case: "OnRawEvent" gives on,
// raw and event.
func camelWords(name string) []string {
	var words []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) && !unicode.IsUpper(rune(name[i-1])) {
			words = append(words, strings.ToLower(name[start:i]))
			start = i
		}
	}
	return append(words, strings.ToLower(name[start:]))
}
