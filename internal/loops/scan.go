package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// maxDepth bounds how many calls deep a scan follows helpers of the package.
const maxDepth = 3

// A role says what a variable of the scanned code stands for. A role is a
// may-property: a variable keeps the first that it was given.
type role uint8

const (
	none     role = iota
	received      // came out of a channel of the loop, or is part of such a value
	state         // lives longer than a round of the loop: receiver, local declared before it
	element       // an element of a collection in the state: one of many
)

// effects count what a stretch of code may do before it ends. Code in go
// statements and function literals is left out: it runs elsewhere or later.
type effects struct {
	runs    int // calls of received functions
	replies int // sends on, closes of, or answers to what was received
	acks    int // the replies among them that only acknowledge: see scope.reply
	mutates int // writes to state, without a lock in the same function
	pumps   int // I/O on a connection that is part of the state, one for the whole loop
	calls   int // of anything but builtins
	locks   int // acquired here; not counted for callers
}

func (e *effects) add(o effects) {
	e.runs += o.runs
	e.replies += o.replies
	e.acks += o.acks
	e.mutates += o.mutates
	e.pumps += o.pumps
	e.calls += o.calls
	e.locks += o.locks
}

// A scope is one function (or part of one) that is scanned.
type scope struct {
	f     *finder
	roles map[types.Object]role
	// isState says of a variable that has no role whether it is state; nil in helpers.
	isState func(*types.Var) bool
	skip    map[ast.Node]bool
	stack   []*types.Func // the helpers that are being scanned
	eff     effects
}

// A scanKey identifies a scan of a helper.
type scanKey struct {
	fn    *types.Func
	roles string
	depth int
}

// scan adds the effects of nodes to s.eff and returns them alone.
func (s *scope) scan(nodes ...ast.Stmt) effects {
	before := s.eff
	s.eff = effects{}
	for _, n := range nodes {
		inspectOwn(n, s.visit)
	}
	own := s.eff
	s.eff = before
	s.eff.add(own)
	return own
}

func (s *scope) visit(n ast.Node) bool {
	if s.skip[n] {
		return false
	}
	switch n := n.(type) {
	case *ast.GoStmt:
		return false
	case *ast.AssignStmt:
		s.assign(n)
	case *ast.IncDecStmt:
		s.write(n.X)
	case *ast.RangeStmt:
		s.rangeOver(n)
	case *ast.TypeSwitchStmt:
		s.typeSwitch(n)
	case *ast.SendStmt:
		if s.roleOf(n.Chan) == received {
			s.reply(n.Chan)
		}
	case *ast.CallExpr:
		s.call(n)
	}
	return true
}

// reply counts an answer on a channel. If the request is nothing but a channel
// of struct{}, it is the handshake of pause and flush, not a service:
//
//	case ack := <-p.pause: close(ack)
func (s *scope) reply(ch ast.Expr) {
	s.eff.replies++
	if _, bare := ast.Unparen(ch).(*ast.Ident); bare {
		if c := chanOf(s.f.info().TypeOf(ch)); c != nil && isSignal(c.Elem()) {
			s.eff.acks++
		}
	}
}

func (s *scope) assign(n *ast.AssignStmt) {
	if n.Tok != token.DEFINE {
		for _, lhs := range n.Lhs {
			s.write(lhs)
		}
	}
	for i, lhs := range n.Lhs {
		id, ok := lhs.(*ast.Ident)
		switch {
		case !ok:
		case len(n.Rhs) == len(n.Lhs):
			s.give(id, s.roleOf(n.Rhs[i]))
		case i == 0: // v, ok := m[k], x.(T), <-ch
			s.give(id, s.roleOf(n.Rhs[0]))
		}
	}
}

func (s *scope) give(id *ast.Ident, r role) {
	obj := s.f.info().ObjectOf(id)
	if r == none || obj == nil || s.roles[obj] != none {
		return
	}
	if v, ok := obj.(*types.Var); ok && s.isState != nil && s.isState(v) {
		return
	}
	s.roles[obj] = r
}

// write counts an assignment to a part of the state. An assignment to a
// variable itself counts only for collections: counters and flags of a
// function need no owner.
func (s *scope) write(lhs ast.Expr) {
	r := s.roleOf(lhs)
	if r != state && r != element {
		return
	}
	if _, isVar := ast.Unparen(lhs).(*ast.Ident); isVar {
		switch s.f.info().TypeOf(lhs).Underlying().(type) {
		case *types.Map, *types.Slice:
		default:
			return
		}
	}
	if t := s.f.info().TypeOf(lhs); t != nil && isTimerType(t) {
		return
	}
	s.eff.mutates++
}

func isTimerType(t types.Type) bool {
	if c := chanOf(t); c != nil {
		return isTime(c.Elem())
	}
	named := namedOf(t)
	return named != nil && (named.Obj().Name() == "Timer" || named.Obj().Name() == "Ticker")
}

func (s *scope) rangeOver(n *ast.RangeStmt) {
	r := s.roleOf(n.X)
	if r == state {
		r = element
	}
	for _, e := range []ast.Expr{n.Key, n.Value} {
		if id, ok := e.(*ast.Ident); ok {
			s.give(id, r)
		}
	}
}

func (s *scope) typeSwitch(n *ast.TypeSwitchStmt) {
	assign, ok := n.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	r := s.roleOf(assign.Rhs[0])
	for _, clause := range n.Body.List {
		if obj := s.f.info().Implicits[clause]; obj != nil && r != none {
			s.roles[obj] = r
		}
	}
}

// roleOf returns the role of the value that an expression selects from.
func (s *scope) roleOf(e ast.Expr) role {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := s.f.info().ObjectOf(e).(*types.Var)
		switch {
		case !ok:
			return none
		case s.roles[v] != none:
			return s.roles[v]
		case s.isState != nil && s.isState(v):
			return state
		}
	case *ast.SelectorExpr:
		if sel := s.f.info().Selections[e]; sel != nil && sel.Kind() == types.FieldVal {
			return s.roleOf(e.X)
		}
	case *ast.IndexExpr:
		if r := s.roleOf(e.X); r != state {
			return r
		}
		if s.roleOf(e.X) == state {
			return element
		}
	case *ast.SliceExpr:
		return s.roleOf(e.X)
	case *ast.StarExpr:
		return s.roleOf(e.X)
	case *ast.TypeAssertExpr:
		return s.roleOf(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return s.roleOf(e.X)
		}
	case *ast.CallExpr:
		if tv := s.f.info().Types[e.Fun]; tv.IsType() && len(e.Args) == 1 {
			return s.roleOf(e.Args[0])
		}
	}
	return none
}

func (s *scope) call(call *ast.CallExpr) {
	if s.f.info().Types[call.Fun].IsType() {
		return
	}
	switch fn := s.f.callee(call).(type) {
	case *types.Builtin:
		s.builtin(fn.Name(), call.Args)
	case *types.Func:
		s.eff.calls++
		s.function(fn, call)
	default: // a func value
		s.eff.calls++
		if lit := s.closure(call.Fun); lit != nil {
			s.local(lit, call.Args)
		}
		if s.roleOf(call.Fun) == received {
			s.eff.runs++
			if s.passesState(call) {
				s.eff.mutates++ // lends what it owns to the received function
			}
		}
	}
}

func (s *scope) builtin(name string, args []ast.Expr) {
	if len(args) == 0 {
		return
	}
	switch r := s.roleOf(args[0]); name {
	case "close":
		if r == received {
			s.reply(args[0])
		}
	case "delete", "clear":
		if r == state || r == element {
			s.eff.mutates++
		}
	}
}

// passesState reports whether an argument is state. A context is none,
// whatever else its dynamic type is.
func (s *scope) passesState(call *ast.CallExpr) bool {
	sig, ok := s.f.info().TypeOf(call.Fun).Underlying().(*types.Signature)
	if !ok {
		return false
	}
	for i, arg := range call.Args {
		r := s.roleOf(arg)
		if r != state && r != element || isContext(s.f.info().TypeOf(arg)) {
			continue
		}
		if i >= sig.Params().Len() || !isContext(sig.Params().At(i).Type()) {
			return true
		}
	}
	return false
}

// closure returns the literal that a local variable was declared with, or nil.
func (s *scope) closure(fun ast.Expr) *ast.FuncLit {
	v, _ := s.f.objectOf(fun).(*types.Var)
	return s.f.pkgIndex().closures[v]
}

// local scans a literal of the same function where it is called; it sees the
// variables of this scope.
func (s *scope) local(lit *ast.FuncLit, args []ast.Expr) {
	if s.skip[lit] {
		return // recursion, or scanned already
	}
	i := 0
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			if obj := s.f.info().Defs[name]; obj != nil && i < len(args) {
				s.roles[obj] = s.roleOf(args[i])
			}
			i++
		}
	}
	// What the literal declares lives as long as its call.
	outer := s.isState
	s.isState = func(v *types.Var) bool {
		return outer != nil && outer(v) && (v.Pos() < lit.Pos() || v.Pos() >= lit.End())
	}
	s.skip[lit] = true
	s.scan(lit.Body)
	delete(s.skip, lit)
	s.isState = outer
}

func isContext(t types.Type) bool {
	named := namedOf(t)
	return named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

// function handles a call of a declared function or method.
func (s *scope) function(fn *types.Func, call *ast.CallExpr) {
	recvRole := none
	var recvType types.Type
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if selection := s.f.info().Selections[sel]; selection != nil {
			recvRole, recvType = s.roleOf(sel.X), selection.Recv()
		}
	}
	switch name := fn.Name(); {
	case recvType == nil:
	case name == "Lock" || name == "RLock":
		s.eff.locks++
	case recvRole == received && types.IsInterface(recvType) && slices.Contains(runNames, name):
		s.eff.runs++
	case recvRole == received && slices.Contains(respondNames, name):
		s.eff.replies++
		return
	case recvRole == state && slices.Contains(ioNames, name) && isConn(recvType):
		s.eff.pumps++
	}
	if decl := s.f.pkgIndex().decls[fn]; decl != nil && decl.Body != nil {
		s.eff.add(s.helper(fn, decl, recvRole, call))
	}
}

// helper returns the effects of a function of the package for the roles of
// its receiver and arguments. A recursive call has none beyond those found.
func (s *scope) helper(fn *types.Func, decl *ast.FuncDecl, recvRole role, call *ast.CallExpr) effects {
	roles, key := s.argRoles(decl, recvRole, call.Args)
	if len(roles) == 0 || len(s.stack) >= maxDepth || slices.Contains(s.stack, fn) {
		return effects{}
	}
	memoKey := scanKey{fn, key, len(s.stack)}
	if eff, ok := s.f.pkgIndex().scanned[memoKey]; ok {
		return eff
	}
	inner := &scope{f: s.f, roles: roles, skip: make(map[ast.Node]bool), stack: append(slices.Clip(s.stack), fn)}
	eff := inner.scan(decl.Body)
	if eff.locks > 0 {
		eff.mutates, eff.locks = 0, 0
	}
	s.f.pkgIndex().scanned[memoKey] = eff
	return eff
}

// argRoles maps the receiver and parameters of decl to roles, and spells the mapping.
func (s *scope) argRoles(decl *ast.FuncDecl, recvRole role, args []ast.Expr) (map[types.Object]role, string) {
	roles := make(map[types.Object]role)
	var key []byte
	give := func(name *ast.Ident, r role) {
		key = append(key, '0'+byte(r))
		if obj := s.f.info().Defs[name]; obj != nil && r != none {
			roles[obj] = r
		}
	}
	if decl.Recv != nil && len(decl.Recv.List) == 1 && len(decl.Recv.List[0].Names) == 1 {
		give(decl.Recv.List[0].Names[0], recvRole)
	}
	i := 0
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			r := none
			if i < len(args) {
				r = s.roleOf(args[i])
			}
			give(name, r)
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	return roles, string(key)
}

// isConn reports whether a type stands for one peer or file, by its methods or name.
func isConn(t types.Type) bool {
	if named := namedOf(t); named != nil && hasWord(named.Obj().Name(), connWords) {
		return true
	}
	return isNetConn(t)
}

func isNetConn(t types.Type) bool {
	return hasMethod(t, "RemoteAddr") && hasMethod(t, "Write")
}

func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}
