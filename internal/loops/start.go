package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A Start says how many goroutines run a function at a time, for one value of
// its receiver. It is a guess from the text of the package.
type Start uint8

const (
	Unknown Start = iota // nobody in the package runs it in a way that is understood
	Direct               // called by the main function of a command, to the end
	One                  // started once, or run by Run, Serve or Start
	Many                 // started in a loop, or once for each request or connection
)

func (s Start) String() string { return [...]string{"unknown", "direct", "one", "many"}[s] }

// maxCallers bounds how far start follows callers.
const maxCallers = 5

// A use is a place where a function is called, started or passed on.
type use struct {
	how    how
	inLoop bool     // in a loop of the function around it
	encl   ast.Node // the *ast.FuncDecl or *ast.FuncLit around it, or nil
	callee string   // of passed: the function that it is passed to
}

type how uint8

const (
	called  how = iota
	started     // go f()
	passed      // g.Go(f)
	stored      // anything else
)

// An index is what the files of a package say about its functions. Test files
// say nothing: they start whatever they test.
type index struct {
	f        *finder
	decls    map[*types.Func]*ast.FuncDecl
	made     map[*types.Var]bool
	uses     map[types.Object][]use // of declared functions, and of variables that hold literals
	lits     map[*ast.FuncLit]use
	litVars  map[*ast.FuncLit]*types.Var
	closures map[*types.Var]*ast.FuncLit // the reverse
	scanned  map[scanKey]effects
	starts   map[ast.Node]Start
}

// pkgIndex returns the index, which is built when the first candidate asks.
func (f *finder) pkgIndex() *index {
	if f.index == nil {
		f.index = newIndex(f)
	}
	return f.index
}

func newIndex(f *finder) *index {
	ix := &index{
		f:        f,
		decls:    make(map[*types.Func]*ast.FuncDecl),
		made:     make(map[*types.Var]bool),
		uses:     make(map[types.Object][]use),
		lits:     make(map[*ast.FuncLit]use),
		litVars:  make(map[*ast.FuncLit]*types.Var),
		closures: make(map[*types.Var]*ast.FuncLit),
		scanned:  make(map[scanKey]effects),
		starts:   make(map[ast.Node]Start),
	}
	for _, file := range f.pass.Files {
		name := f.pass.Fset.Position(file.FileStart).Filename
		if !strings.HasSuffix(name, "_test.go") && !importsTesting(file) {
			ix.addFile(file)
		}
	}
	return ix
}

func (ix *index) addFile(file *ast.File) {
	var stack []ast.Node // from the file to the parent of the node visited
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			if fn, ok := ix.f.info().Defs[n.Name].(*types.Func); ok {
				ix.decls[fn] = n
			}
		case *ast.FuncLit:
			ix.lits[n] = useOf(stack, n)
			if v := ix.assigned(stack, n); v != nil {
				ix.litVars[n] = v
				ix.closures[v] = n
			}
		case *ast.CallExpr:
			if fn, ok := ix.f.callee(n).(*types.Builtin); ok && fn.Name() == "make" {
				if v := ix.assigned(stack, n); v != nil {
					ix.made[v] = true
				}
			}
		case *ast.Ident:
			ix.addIdent(stack, n)
		}
		stack = append(stack, n)
		return true
	})
}

// addIdent notes a use of a function or of a variable of func type.
func (ix *index) addIdent(stack []ast.Node, id *ast.Ident) {
	obj := ix.f.info().Uses[id]
	switch o := obj.(type) {
	case *types.Func:
		if o.Pkg() != ix.f.pass.Pkg {
			return
		}
		obj = o.Origin()
	case *types.Var:
		if _, ok := o.Type().Underlying().(*types.Signature); !ok || o.IsField() {
			return
		}
	default:
		return
	}
	var expr ast.Expr = id
	for len(stack) > 0 {
		parent := stack[len(stack)-1]
		switch p := parent.(type) {
		case *ast.SelectorExpr:
			if p.Sel != id {
				return
			}
			expr = p
		case *ast.IndexExpr:
			expr = p
		case *ast.ParenExpr:
			expr = p
		default:
			ix.uses[obj] = append(ix.uses[obj], useOf(stack, expr))
			return
		}
		stack = stack[:len(stack)-1]
	}
}

// useOf says how an expression of func type is used. stack ends in its parent.
func useOf(stack []ast.Node, e ast.Expr) use {
	u := use{how: stored}
	u.encl, u.inLoop = around(stack)
	parent := stack[len(stack)-1]
	call, ok := parent.(*ast.CallExpr)
	switch {
	case !ok:
	case call.Fun == e:
		u.how = called
		if _, ok := stack[len(stack)-2].(*ast.GoStmt); ok {
			u.how = started
		}
	default:
		u.how, u.callee = passed, nameOf(call.Fun)
	}
	return u
}

// around returns the function that the top of stack is in, and whether it is
// in a loop of that function.
func around(stack []ast.Node) (encl ast.Node, inLoop bool) {
	for _, n := range slices.Backward(stack) {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return n, inLoop
		case *ast.ForStmt, *ast.RangeStmt:
			inLoop = true
		}
	}
	return nil, inLoop
}

// assigned returns the variable in v := e or var v = e.
func (ix *index) assigned(stack []ast.Node, e ast.Expr) *types.Var {
	var id *ast.Ident
	switch p := stack[len(stack)-1].(type) {
	case *ast.AssignStmt:
		if i := slices.Index(p.Rhs, e); i >= 0 && len(p.Lhs) == len(p.Rhs) && p.Tok == token.DEFINE {
			id, _ = p.Lhs[i].(*ast.Ident)
		}
	case *ast.ValueSpec:
		if i := slices.Index(p.Values, e); i >= 0 && len(p.Names) == len(p.Values) {
			id = p.Names[i]
		}
	}
	if id == nil {
		return nil
	}
	v, _ := ix.f.info().Defs[id].(*types.Var)
	return v
}

// startOf returns how a function is started. A function that is being looked
// at already adds nothing: recursion starts no goroutines.
func (ix *index) startOf(node ast.Node) Start { return ix.follow(node, 0) }

func (ix *index) follow(node ast.Node, depth int) Start {
	if node == nil || depth > maxCallers {
		return Unknown
	}
	if s, ok := ix.starts[node]; ok {
		return s
	}
	ix.starts[node] = Unknown
	s := ix.compute(node, depth)
	if depth == 0 {
		ix.starts[node] = s
	} else {
		delete(ix.starts, node) // a bounded answer is not for others
	}
	return s
}

func (ix *index) compute(node ast.Node, depth int) Start {
	if sig, ok := ix.signature(node); ok && servesOne(sig) {
		return Many
	}
	name := ix.nameOf(node)
	if ix.isCommand(node) {
		return Direct
	}
	result := Unknown
	uses := ix.usesOf(node)
	for _, u := range uses {
		result = max(result, ix.startOfUse(u, depth))
	}
	if result == Unknown && isRunnerName(name) && !ix.onlyStored(uses) {
		return One
	}
	return result
}

func (ix *index) usesOf(node ast.Node) []use {
	switch n := node.(type) {
	case *ast.FuncDecl:
		return ix.uses[ix.f.info().Defs[n.Name]]
	case *ast.FuncLit:
		if v := ix.litVars[n]; v != nil {
			return ix.uses[v]
		}
		return []use{ix.lits[n]}
	}
	return nil
}

func (ix *index) onlyStored(uses []use) bool {
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(u use) bool { return u.how == called })
}

func (ix *index) startOfUse(u use, depth int) Start {
	up := ix.follow(u.encl, depth+1)
	switch u.how {
	case called:
		return up
	case started:
		if u.inLoop || up == Many {
			return Many
		}
		return One
	case passed:
		switch {
		case u.inLoop || up == Many:
			return Many
		case hasWord(u.callee, starterNames):
			return One
		}
	}
	return Unknown
}

func (ix *index) nameOf(node ast.Node) string {
	if decl, ok := node.(*ast.FuncDecl); ok {
		return decl.Name.Name
	}
	return ""
}

func (ix *index) signature(node ast.Node) (*types.Signature, bool) {
	switch n := node.(type) {
	case *ast.FuncDecl:
		if fn, ok := ix.f.info().Defs[n.Name].(*types.Func); ok {
			return fn.Signature(), true
		}
	case *ast.FuncLit:
		sig, ok := ix.f.info().TypeOf(n).(*types.Signature)
		return sig, ok
	}
	return nil, false
}

// servesOne reports whether a function is called for each request or
// connection: it takes a response writer, a connection or a server stream.
func servesOne(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		t := v.Type()
		if isNetConn(t) || hasMethod(t, "WriteHeader") || hasMethod(t, "SendMsg") && hasMethod(t, "RecvMsg") {
			return true
		}
	}
	return false
}

// isCommand reports whether a function is the body of a command-line command:
// main, func([]string) int, or one that takes a *cobra.Command or *cli.Context.
func (ix *index) isCommand(node ast.Node) bool {
	if decl, ok := node.(*ast.FuncDecl); ok && decl.Recv == nil && decl.Name.Name == "main" && ix.f.pass.Pkg.Name() == "main" {
		return true
	}
	sig, ok := ix.signature(node)
	if !ok {
		return false
	}
	for v := range sig.Params().Variables() {
		if named := namedOf(v.Type()); named != nil && named.Obj().Pkg() != nil {
			pkg := named.Obj().Pkg().Name()
			if pkg == "cobra" && named.Obj().Name() == "Command" || pkg == "cli" && named.Obj().Name() == "Context" {
				return true
			}
		}
	}
	return sig.Params().Len() == 1 && isStrings(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.Int])
}

func isStrings(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && types.Identical(s.Elem(), types.Typ[types.String])
}
