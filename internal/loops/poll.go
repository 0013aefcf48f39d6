package loops

import (
	"go/ast"
	"go/types"
	"slices"
)

// osPolls are the calls by which a program asks an operating system for the
// next ready descriptors.
var osPolls = map[string]string{
	"golang.org/x/sys/unix.EpollWait":                    "epoll",
	"golang.org/x/sys/unix.Kevent":                       "kqueue",
	"golang.org/x/sys/windows.GetQueuedCompletionStatus": "a completion port",
	"syscall.EpollWait":                                  "epoll",
	"syscall.Kevent":                                     "kqueue",
	"syscall.GetQueuedCompletionStatus":                  "a completion port",
}

// findPoll makes r a poll loop if n polls in every round and handles what it
// gets in the loop. It is not one if it
//
//   - retries one call: the last statement leaves the loop;
//   - forwards: all it does is to send the event to another goroutine.
func (f *finder) findPoll(r *region, n *ast.ForStmt) bool {
	calls, sends, name := 0, 0, ""
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SendStmt:
			sends++
		case *ast.CallExpr:
			if f.info().Types[n.Fun].IsType() {
				break
			}
			switch fn := f.callee(n).(type) {
			case *types.Func:
				if p, ok := f.pollCall(fn); ok {
					name = p
					break
				}
				calls++
			case *types.Builtin:
			default:
				calls++
			}
		}
		return true
	}
	for _, part := range []ast.Node{n.Init, n.Cond, n.Post, n.Body} {
		if part != nil {
			inspectOwn(part, visit)
		}
	}
	if name == "" || f.leaves(n.Body.List) || endsInBreak(n.Body.List) || sends > 0 && calls == 0 || inner(n, f) {
		return false
	}
	r.poll, r.pollName = true, name
	return true
}

// inner reports whether the poll call of n is in a loop inside n: that one is the poll loop.
func inner(n *ast.ForStmt, f *finder) bool {
	found := false
	for _, stmt := range n.Body.List {
		inspectOwn(stmt, func(m ast.Node) bool {
			if loop, ok := m.(*ast.ForStmt); ok {
				inspectOwn(loop, func(m ast.Node) bool {
					if call, ok := m.(*ast.CallExpr); ok {
						if fn, ok := f.callee(call).(*types.Func); ok {
							_, isPoll := f.pollCall(fn)
							found = found || isPoll
						}
					}
					return !found
				})
			}
			return !found
		})
	}
	return found
}

func endsInBreak(body []ast.Stmt) bool {
	if len(body) == 0 {
		return true
	}
	b, ok := body[len(body)-1].(*ast.BranchStmt)
	return ok && b.Tok.String() == "break"
}

func (f *finder) pollCall(fn *types.Func) (string, bool) {
	if name, ok := osPolls[fn.FullName()]; ok {
		return name, true
	}
	if f.poll == nil {
		return "", false
	}
	return f.poll(fn)
}

// findQueue makes r a queue loop if its first statement takes an element from
// something that has the name of a queue:
//
//	for { x, ok := q.Pop(); … handle(x) … }
func (f *finder) findQueue(r *region, n *ast.ForStmt) bool {
	if len(n.Body.List) < 2 {
		return false
	}
	assign, ok := n.Body.List[0].(*ast.AssignStmt)
	if !ok || len(assign.Rhs) != 1 {
		return false
	}
	call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !slices.Contains(popNames, sel.Sel.Name) {
		return false
	}
	named := namedOf(f.info().TypeOf(sel.X))
	if named == nil || !hasWord(named.Obj().Name(), queueWords) || f.leaves(n.Body.List) {
		return false
	}
	r.queue = true
	return true
}
