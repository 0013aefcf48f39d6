package accesses

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/lazy"
)

// lockedComment matches comments that leave locking to the callers. What it
// needs, mayMeetLocked has to know.
var lockedComment = lazy.Regexp(`(?i)\b(must|should|needs? to) (be )?(hold|held|call(ed)? with|locked|own)|caller(s)? (must )?hold|(lock|mutex|mu) (must be|is|should be|to be) (held|locked|acquired)|with (the )?\S*(lock|mu|mutex) held|while holding|(hold|holding|holds) (the )?\S*(lock|mu|mutex)|called (serially|sequentially|(by|from|on|in) (only one|only a single|a single|one|the same) (goroutine|thread))|(not|never) (be )?(called|run|used|invoked) (concurrently|in parallel)|under (the )?\S*(lock|mutex)|not (goroutine|thread)[- ]safe|not safe for concurrent`)

// lockedName matches the names of functions that leave locking to their callers.
var lockedName = lazy.Regexp(`(?i)(locked$|^locked|unlocked|(no|non|none|without|under|with)_?lock|unsafe|racy|lockheld|holdinglock)`)

// saysLocked reports whether the name, the comment or a directive of fn says
// that its caller holds the lock.
func (r *Result) saysLocked(fn *ssa.Function, obj *types.Func) bool {
	if r.holds[obj] || lockedName().MatchString(obj.Name()) {
		return true
	}
	decl := declOf(fn, obj)
	if decl == nil || decl.Doc == nil {
		return false
	}
	text := strings.ReplaceAll(decl.Doc.Text(), "\n", " ")
	return mayMeetLocked(text) && lockedComment().MatchString(text)
}

// declOf returns the declaration of fn, or of what it wraps, whose object is
// obj; nil if it is not in this package.
func declOf(fn *ssa.Function, obj *types.Func) *ast.FuncDecl {
	if fn.Syntax() == nil {
		fn = fn.Prog.FuncValue(obj.Origin())
	}
	if fn == nil {
		return nil
	}
	decl, _ := fn.Syntax().(*ast.FuncDecl)
	return decl
}

// mayMeetLocked is false only if lockedComment does not match: it is much faster.
func mayMeetLocked(text string) bool {
	text = strings.ToLower(text)
	has := func(part string) bool { return strings.Contains(text, part) }
	return has("hold") || has("held") || has("lock") || has("mutex") || has("acquired") || has("safe") ||
		has("called") || has("concurrently") || has("parallel") ||
		(has("must") || has("should") || has("need")) && (has("call") || has("own"))
}
