package loops

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A recvKind says what a receive is for.
type recvKind uint8

const (
	work  recvKind = iota // something to do
	timer                 // a channel of time.Time
	stop                  // ends the loop, or has the name and type of a stop signal
	idle                  // does nothing here, or only starts a goroutine
)

// A recv is one receive of a loop.
type recv struct {
	kind  recvKind
	ch    ast.Expr
	elem  types.Type
	bound []types.Object // what is assigned from the receive
	body  []ast.Stmt
	kinds int // of messages that it tells apart
	// clause is the case of a select; nil if the receive is a statement or a range.
	clause *ast.CommClause
}

// plainReceive recognises <-ch, x := <-ch, x, ok := <-ch, x = <-ch and var x = <-ch.
func (f *finder) plainReceive(s ast.Stmt) (recv, bool) {
	var value ast.Expr
	var target ast.Expr
	switch s := s.(type) {
	case *ast.ExprStmt:
		value = s.X
	case *ast.AssignStmt:
		if len(s.Rhs) != 1 {
			return recv{}, false
		}
		value, target = s.Rhs[0], s.Lhs[0]
	case *ast.LabeledStmt:
		return f.plainReceive(s.Stmt)
	}
	unary, ok := ast.Unparen(value).(*ast.UnaryExpr)
	if !ok || unary.Op != token.ARROW {
		return recv{}, false
	}
	t := f.info().TypeOf(unary.X)
	if t == nil || chanOf(t) == nil {
		return recv{}, false
	}
	c := recv{ch: unary.X, elem: chanOf(t).Elem()}
	if target != nil {
		c.bind(f.info(), target)
	}
	return c, true
}

func (c *recv) bind(info *types.Info, target ast.Expr) {
	if id, ok := target.(*ast.Ident); ok {
		if obj := info.ObjectOf(id); obj != nil {
			c.bound = append(c.bound, obj)
		}
	}
}

// classify decides what a receive is for.
func (f *finder) classify(c *recv) {
	switch {
	case isTime(c.elem), nameOf(c.ch) == "C" && isSignal(c.elem): // alarm.C() of a home-made clock
		c.kind = timer
	case f.isStop(c), f.leaves(c.body):
		c.kind = stop
	case f.onlySpawns(c.body):
		c.kind = idle
	default:
		c.kind = work
	}
}

// isStop reports whether a channel is a stop signal by its name and type:
// values of a stop signal tell nothing.
func (f *finder) isStop(c *recv) bool {
	if named := namedOf(c.elem); named != nil && named.Obj().Pkg() != nil &&
		named.Obj().Pkg().Path() == "os" && named.Obj().Name() == "Signal" {
		return true
	}
	switch t := c.elem.Underlying().(type) {
	case *types.Struct:
		if t.NumFields() > 0 {
			return false
		}
	case *types.Basic:
		if t.Info()&types.IsBoolean == 0 {
			return false
		}
	case *types.Interface, *types.Chan:
	default:
		return false
	}
	return hasStopWord(nameOf(c.ch))
}

// leaves reports whether a case always ends the loop. A break or goto without
// a view of its target counts only if it is labelled; an unlabelled break
// leaves the select, not the loop.
func (f *finder) leaves(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	switch s := body[len(body)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.BREAK && s.Label != nil
	case *ast.IfStmt:
		els, ok := s.Else.(*ast.BlockStmt)
		return ok && f.leaves(s.Body.List) && f.leaves(els.List)
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && f.neverReturns(call)
	}
	return false
}

func (f *finder) neverReturns(call *ast.CallExpr) bool {
	switch fn := f.callee(call).(type) {
	case *types.Builtin:
		return fn.Name() == "panic"
	case *types.Func:
		switch fn.FullName() {
		case "os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "runtime.Goexit":
			return true
		}
	}
	return false
}

// onlySpawns reports whether a body does nothing, or only starts goroutines.
func (f *finder) onlySpawns(body []ast.Stmt) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *ast.GoStmt, *ast.EmptyStmt:
		case *ast.BranchStmt:
		case *ast.ExprStmt:
			call, ok := s.X.(*ast.CallExpr)
			if !ok {
				return false
			}
			fn, ok := f.callee(call).(*types.Func)
			if !ok || fn.Name() != "Add" && fn.Name() != "Go" {
				return false // wg.Add(1), wg.Go(f), group.Go(f)
			}
		default:
			return false
		}
	}
	return true
}

// kindsOf returns how many kinds of messages the body of the only receive of
// a loop tells apart in a switch at its top level.
func (f *finder) kindsOf(c *recv) int {
	kinds := 1
	for _, s := range c.body {
		var clauses *ast.BlockStmt
		switch s := s.(type) {
		case *ast.TypeSwitchStmt:
			clauses = s.Body
		case *ast.SwitchStmt:
			if s.Tag == nil || !f.mentions(s.Tag, c.bound) {
				continue
			}
			clauses = s.Body
		default:
			continue
		}
		n := 0
		for _, clause := range clauses.List {
			if clause := clause.(*ast.CaseClause); clause.List != nil && !f.leaves(clause.Body) {
				n++
			}
		}
		kinds = max(kinds, n)
	}
	return kinds
}

func (f *finder) mentions(e ast.Expr, objs []types.Object) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			for _, obj := range objs {
				found = found || f.info().Uses[id] == obj
			}
		}
		return !found
	})
	return found
}

func chanOf(t types.Type) *types.Chan {
	c, _ := t.Underlying().(*types.Chan)
	return c
}

// isSignal reports whether values of a type tell nothing but that they came.
func isSignal(t types.Type) bool {
	st, ok := t.Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

func isTime(t types.Type) bool {
	named := namedOf(t)
	return named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time" && named.Obj().Name() == "Time"
}

// objectOf returns the field or variable that an expression ends in, or nil.
func (f *finder) objectOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return f.info().ObjectOf(e)
	case *ast.SelectorExpr:
		return f.info().ObjectOf(e.Sel)
	}
	return nil
}

// callee returns the static callee of a call: a *types.Func (maybe an
// interface method), a *types.Builtin, or nil.
func (f *finder) callee(call *ast.CallExpr) types.Object {
	fun := ast.Unparen(call.Fun)
	switch e := fun.(type) {
	case *ast.IndexExpr:
		fun = e.X
	case *ast.IndexListExpr:
		fun = e.X
	}
	switch obj := f.objectOf(fun).(type) {
	case *types.Func:
		return obj.Origin()
	case *types.Builtin:
		return obj
	}
	return nil
}

// nameOf returns the last name in an expression: s.quit and ctx.Done() give quit and Done.
func nameOf(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return nameOf(e.Fun)
	case *ast.IndexExpr:
		return nameOf(e.X)
	}
	return ""
}
