package loops

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A region is a stretch of one function that is executed again and again and
// receives something each time.
type region struct {
	node     ast.Node
	pos, end token.Pos
	body     []ast.Stmt // what is repeated
	cond     ast.Expr   // of a for statement, or nil
	finite   bool       // counts to an end
	cases    []recv     // every receive, in order
	hasDef   bool       // a select has a default case
	poll     bool       // the loop is built around a poll call
	queue    bool       // the loop is built around a blocking queue
	pollName string
}

// regions returns the loops of a function body that receive, innermost
// regions separately from the loops around them.
func (f *finder) regions(body *ast.BlockStmt) []*region {
	var found []*region
	labels := make(map[*types.Label]*ast.LabeledStmt)
	add := func(r *region) {
		if r != nil {
			found = append(found, r)
		}
	}
	inspectOwn(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			add(f.forRegion(n))
		case *ast.RangeStmt:
			add(f.rangeRegion(n))
		case *ast.LabeledStmt:
			if label, ok := f.info().Defs[n.Label].(*types.Label); ok {
				labels[label] = n
			}
		}
		return true
	})
	for _, g := range f.backwardGotos(body, labels) {
		found = f.addGotoRegion(found, body, g)
	}
	return found
}

// inspectOwn visits the nodes of a function, without the literals in it.
func inspectOwn(root ast.Node, visit func(ast.Node) bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		if _, ok := n.(*ast.FuncLit); ok && n != root {
			return false
		}
		return visit(n)
	})
}

// forRegion recognises
//
//	for [cond] { … select { case x := <-ch: … } … }
//	for { x := <-ch; … }
//	for { poll(); … }
//	for { x := queue.Pop(); … }
func (f *finder) forRegion(n *ast.ForStmt) *region {
	r := &region{node: n, pos: n.Body.Pos(), end: n.End(), body: n.Body.List, cond: n.Cond}
	if n.Cond != nil {
		r.pos = n.Cond.Pos()
	}
	r.finite = n.Post != nil || n.Init != nil || f.countsDown(n)
	f.gather(r, n.Body)
	if f.findPoll(r, n) || len(r.cases) > 0 {
		return r
	}
	if n.Cond == nil && f.findQueue(r, n) {
		return r
	}
	return nil
}

// rangeRegion recognises for x := range ch. A channel that is made in the
// same function collects results and is closed in the end.
func (f *finder) rangeRegion(n *ast.RangeStmt) *region {
	t := f.info().TypeOf(n.X)
	if t == nil || chanOf(t) == nil {
		return nil
	}
	r := &region{node: n, pos: n.Body.Pos(), end: n.End(), body: n.Body.List}
	first := recv{ch: n.X, elem: chanOf(t).Elem(), body: n.Body.List, kinds: 1}
	if n.Key != nil {
		first.bind(f.info(), n.Key)
	}
	f.classify(&first)
	first.kinds = f.kindsOf(&first)
	r.cases = []recv{first}
	if v, ok := f.objectOf(n.X).(*types.Var); ok && !v.IsField() && f.isMade(v) {
		r.finite = true
	}
	return r
}

// gather collects the selects and plain receives of a loop body that are not
// part of an inner loop.
func (f *finder) gather(r *region, body ast.Node) {
	inspectOwn(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return false
		case *ast.SelectStmt:
			f.addSelect(r, n)
			return false // a select inside a case waits for that case's own reasons
		}
		return true
	})
	if len(r.cases) > 0 {
		return
	}
	// Only a receive that is executed in every round, as a statement of its own.
	for i, stmt := range r.body {
		if c, ok := f.plainReceive(stmt); ok {
			c.body = r.body[i+1:]
			f.classify(&c)
			c.kinds = f.kindsOf(&c)
			r.cases = append(r.cases, c)
		}
	}
}

func (f *finder) addSelect(r *region, sel *ast.SelectStmt) {
	for _, clause := range sel.Body.List {
		clause := clause.(*ast.CommClause)
		if clause.Comm == nil {
			r.hasDef = true
			continue
		}
		if c, ok := f.plainReceive(clause.Comm); ok {
			c.body, c.clause = clause.Body, clause
			f.classify(&c)
			c.kinds = 1
			r.cases = append(r.cases, c)
		}
	}
}

// countsDown reports whether a loop ends after a known amount of work:
// for pending > 0, for len(todo) != 0, or pending-- followed by a test.
func (f *finder) countsDown(n *ast.ForStmt) bool {
	if cond, ok := n.Cond.(*ast.BinaryExpr); ok {
		switch cond.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			return true
		case token.NEQ:
			return f.isConst(cond.X) || f.isConst(cond.Y)
		}
	}
	return false
}

func (f *finder) isConst(e ast.Expr) bool { return f.info().Types[e].Value != nil }

// isMade reports whether the only thing known about a local variable is that
// it is declared by v := make(chan T) or var v = make(chan T).
func (f *finder) isMade(v *types.Var) bool { return f.pkgIndex().made[v] }

// A backGoto is a goto statement with the labelled statement before it.
type backGoto struct {
	stmt   *ast.BranchStmt
	target *ast.LabeledStmt
}

func (f *finder) backwardGotos(body *ast.BlockStmt, labels map[*types.Label]*ast.LabeledStmt) []backGoto {
	var gotos []backGoto
	inspectOwn(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			label, _ := f.info().Uses[b.Label].(*types.Label)
			if target := labels[label]; target != nil && target.Pos() < b.Pos() {
				gotos = append(gotos, backGoto{b, target})
			}
		}
		return true
	})
	return gotos
}

// addGotoRegion widens a loop that lies between a label and the goto, or adds
// the select that is repeated by the goto alone:
//
//	INGEST:
//		for { select { … goto FLUSH … } }
//	FLUSH:
//		…
//		goto INGEST
func (f *finder) addGotoRegion(found []*region, body *ast.BlockStmt, g backGoto) []*region {
	for _, r := range found {
		if g.target.Pos() <= r.pos && r.end <= g.stmt.Pos() {
			r.pos, r.end = g.target.Pos(), g.stmt.End()
			return found
		}
		if r.pos <= g.target.Pos() && g.stmt.End() <= r.end {
			return found // inside: a retry
		}
	}
	r := &region{node: g.target, pos: g.target.Pos(), end: g.stmt.End()}
	inspectOwn(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return false
		case *ast.SelectStmt:
			if r.pos <= n.Pos() && n.Pos() < r.end {
				f.addSelect(r, n)
				r.body = append(r.body, n)
			}
			return false
		}
		return true
	})
	if len(r.cases) == 0 {
		return found
	}
	return append(found, r)
}
