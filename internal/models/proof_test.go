package models

import (
	"cmp"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// This file proves that data/std is complete: an exported function of the
// standard library that has no entry does not suspend its caller.
//
// It builds SSA for all of std and asks, for each function, which is the
// nearest operation that may suspend and that static calls lead to. Such an
// operation is a leaf below, a channel operation, or a function whose entry
// says that it blocks; a function whose entry says that it is safe hides what
// is behind it. The approximation is meant to report too much rather than too
// little, but it is not sound: what is called through interfaces without an
// entry, func fields and variables, reflection and sync.Once is left out, as
// are locks, which no entry reports, and what a go statement runs.

// leaves are the functions of std below which this file does not look, and
// which may suspend.
var leaves = map[string]string{
	"time.Sleep":                       "sleep",
	"runtime.Gosched":                  "wait",
	"sync.runtime_Semacquire":          "wait",
	"sync.runtime_SemacquireWaitGroup": "wait",
	"sync.runtime_notifyListWait":      "wait",
	"internal/poll.runtime_Semacquire": "wait",
	"internal/poll.runtime_pollWait":   "net",
	"internal/synctest.Wait":           "wait",
	"internal/synctest.Run":            "wait",
	"syscall.Syscall":                  "system call",
	"syscall.Syscall6":                 "system call",
	"syscall.rawVforkSyscall":          "fork",
}

// quick are system call wrappers that return at once: they read or set a
// property of a descriptor or of the process.
var quick = map[string]bool{}

func init() {
	for _, name := range strings.Fields(`
		syscall.Bind syscall.Close syscall.Dup syscall.Dup2 syscall.Dup3 syscall.Fstat syscall.Getsockname syscall.Getpeername
		syscall.GetsockoptInt syscall.Listen syscall.Pipe syscall.Pipe2 syscall.Seek syscall.SetNonblock syscall.SetsockoptInt
		syscall.Shutdown syscall.Socket syscall.bind syscall.fcntl syscall.fstat syscall.getsockopt syscall.setsockopt syscall.socket
		syscall.listen syscall.runtime_envs internal/syscall/unix.Fcntl internal/syscall/unix.GetRandom internal/poll.CloseFunc crypto/internal/sysrand.Read`) {
		quick[name] = true
	}
}

// opaque reports whether pkg is implemented in the runtime, whose functions
// are not suspension points unless they are leaves.
func opaque(pkg string) bool {
	return pkg == "runtime" || strings.HasPrefix(pkg, "internal/runtime/") || pkg == "internal/abi" || pkg == "internal/bytealg"
}

// A proof is the graph of static calls of std.
type proof struct {
	table   *Table
	callees map[*ssa.Function][]*ssa.Function
	direct  map[*ssa.Function]string        // what the body itself suspends on
	dynamic map[*ssa.Function]bool          // has a call without a static callee
	next    map[*ssa.Function]*ssa.Function // towards the nearest leaf
	reaches map[*ssa.Function]string        // the name of the nearest leaf
}

func newProof(table *Table, prog *ssa.Program) *proof {
	p := &proof{
		table:   table,
		callees: make(map[*ssa.Function][]*ssa.Function),
		direct:  make(map[*ssa.Function]string),
		dynamic: make(map[*ssa.Function]bool),
	}
	for fn := range ssautil.AllFunctions(prog) {
		p.scan(fn)
	}
	p.propagate()
	return p
}

// scan records the calls of fn and what it suspends on itself.
func (p *proof) scan(fn *ssa.Function) {
	if opaque(pkgPath(fn)) || quick[ssaName(fn)] {
		return
	}
	for _, b := range fn.Blocks {
		if endsInPanic(b) {
			p.dynamic[fn] = true
			continue // a failure is not an ordinary wait
		}
		for _, instr := range b.Instrs {
			p.scanInstr(fn, instr)
		}
	}
}

func endsInPanic(b *ssa.BasicBlock) bool {
	if len(b.Instrs) == 0 {
		return false
	}
	_, panics := b.Instrs[len(b.Instrs)-1].(*ssa.Panic)
	return panics
}

func (p *proof) scanInstr(fn *ssa.Function, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Send:
		p.direct[fn] = cmp.Or(p.direct[fn], "channel send")
	case *ssa.Select:
		if instr.Blocking {
			p.direct[fn] = cmp.Or(p.direct[fn], "select")
		}
	case *ssa.UnOp:
		if instr.Op.String() == "<-" {
			p.direct[fn] = cmp.Or(p.direct[fn], "channel receive")
		}
	case *ssa.Call:
		p.scanCall(fn, &instr.Call)
	case *ssa.Defer:
		p.scanCall(fn, &instr.Call)
	}
}

// scanCall records the static callee of a call and the func values that it is given.
func (p *proof) scanCall(fn *ssa.Function, call *ssa.CallCommon) {
	if call.IsInvoke() {
		p.dynamic[fn] = true
		if op := p.table.Op(call.Method); op != nil && suspends(op) {
			p.direct[fn] = cmp.Or(p.direct[fn], op.Func)
		}
		return
	}
	callee := call.StaticCallee()
	if callee == nil {
		_, isBuiltin := call.Value.(*ssa.Builtin)
		p.dynamic[fn] = p.dynamic[fn] || !isBuiltin
		return
	}
	name := ssaName(callee)
	if leaf := leaves[name]; leaf != "" {
		p.direct[fn] = cmp.Or(p.direct[fn], name)
		return
	}
	p.callees[fn] = append(p.callees[fn], callee)
	if strings.HasPrefix(name, "(*sync.Once)") || strings.HasPrefix(name, "sync.Once") {
		return // at most once in a process
	}
	for _, arg := range call.Args {
		if f := funcValue(arg); f != nil {
			p.callees[fn] = append(p.callees[fn], f)
		}
	}
}

// funcValue returns the function that v is known to be, or nil.
func funcValue(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	}
	return nil
}

// propagate computes next and reaches, breadth first from the leaves.
func (p *proof) propagate() {
	callers := make(map[*ssa.Function][]*ssa.Function)
	for _, fn := range sortedFuncs(p.callees) {
		for _, callee := range p.callees[fn] {
			callers[callee] = append(callers[callee], fn)
		}
	}
	p.next = make(map[*ssa.Function]*ssa.Function)
	p.reaches = make(map[*ssa.Function]string)
	var queue []*ssa.Function
	for _, fn := range sortedFuncs(callers) {
		if op := p.entry(fn); op != nil && suspends(op) {
			p.reaches[fn] = op.Func
			queue = append(queue, fn)
		}
	}
	for _, fn := range sortedFuncs(p.direct) {
		if p.entry(fn) == nil {
			p.reaches[fn] = p.direct[fn]
			queue = append(queue, fn)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		callee := queue[0]
		for _, fn := range callers[callee] {
			if p.reaches[fn] == "" && p.entry(fn) == nil {
				p.reaches[fn] = p.reaches[callee]
				p.next[fn] = callee
				queue = append(queue, fn)
			}
		}
	}
}

// entry returns the op of fn if data/std has an entry for it.
func (p *proof) entry(fn *ssa.Function) *Op {
	obj, ok := fn.Object().(*types.Func)
	if !ok && fn.Origin() != nil {
		obj, ok = fn.Origin().Object().(*types.Func)
	}
	if !ok {
		return nil
	}
	if op := p.table.Op(obj); op != nil && op.Func != "" {
		return op
	}
	return nil
}

// suspends reports whether an ordinary call of op waits for something.
func suspends(op *Op) bool {
	return op.Effect == Blocks && op.When == "" && op.Class != CPU && op.Class != Lock
}

// chain spells the calls from fn to the leaf that it reaches.
func (p *proof) chain(fn *ssa.Function) string {
	var b strings.Builder
	leaf := p.reaches[fn]
	for ; fn != nil; fn = p.next[fn] {
		b.WriteString(fn.String() + " -> ")
	}
	return b.String() + leaf
}

// mayWait reports whether the body of fn, without regard to its own entry,
// leads to something that waits, or to something that this file does not know.
func (p *proof) mayWait(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if len(fn.Blocks) == 0 || opaque(pkgPath(fn)) || p.direct[fn] != "" || p.dynamic[fn] {
		return true
	}
	seen[fn] = true
	for _, callee := range p.callees[fn] {
		if !seen[callee] && (p.entry(callee) != nil || p.mayWait(callee, seen)) {
			return true
		}
	}
	return false
}

func pkgPath(fn *ssa.Function) string {
	if fn.Pkg == nil {
		return ""
	}
	return fn.Pkg.Pkg.Path()
}

func ssaName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return nameOf(obj).String()
	}
	return fn.String()
}

func sortedFuncs[V any](m map[*ssa.Function]V) []*ssa.Function {
	return slices.SortedFunc(maps.Keys(m), func(a, b *ssa.Function) int {
		return cmp.Or(cmp.Compare(a.String(), b.String()), cmp.Compare(a.Pos(), b.Pos()))
	})
}

// exportedFuncs returns the functions and methods that users of pkg can call
// by name, promoted methods included.
func exportedFuncs(pkg *types.Package) []*types.Func {
	var funcs []*types.Func
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			funcs = append(funcs, obj)
		case *types.TypeName:
			if types.IsInterface(obj.Type()) {
				continue // the dynamic type decides, unless there is an entry
			}
			mset := types.NewMethodSet(types.NewPointer(obj.Type()))
			for sel := range mset.Methods() {
				if m := sel.Obj().(*types.Func); m.Exported() && !isInterfaceMethod(m) {
					funcs = append(funcs, m)
				}
			}
		}
	}
	return funcs
}

// A claim is a line of std-proof.txt, where what fn matches may reach leaf, or
// of std-writes.txt, where it may store through the path leaf.
type claim struct {
	line     int
	fn, leaf string // patterns
	used     bool
}

// readClaims reads a file of claims.
func readClaims(t *testing.T, file string) []*claim {
	t.Helper()
	content, err := data.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var claims []*claim
	for i, line := range strings.Split(string(content), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		text, reason, _ := strings.Cut(line, " # ")
		fn, leaf, ok := strings.Cut(text, " -> ")
		if !ok || reason == "" {
			t.Fatalf(`%s:%d: want "function -> leaf # reason"`, file, i+1)
		}
		claims = append(claims, &claim{line: i + 1, fn: fn, leaf: leaf})
	}
	return claims
}

// claimOf returns the claim about fn and leaf, else one about fn alone, else nil.
func claimOf(claims []*claim, fn, leaf string) *claim {
	var near *claim
	for _, c := range claims {
		if !matchFunc(c.fn, fn) {
			continue
		}
		if match(c.leaf, leaf) {
			return c
		}
		near = c
	}
	return near
}

// TestStdProof fails with a diff when an exported function reaches a leaf and
// has no entry, or has an entry and reaches none.
func TestStdProof(t *testing.T) {
	loadStd(t)
	pkgs, _ := stdSyntax()
	prog := stdProgram()
	p := newProof(Builtin(), prog)

	claims := readClaims(t, "data/std-proof.txt")
	var diff []string
	seen := make(map[string]bool)
	packages.Visit(pkgs, nil, func(pkg *packages.Package) {
		if !isPublic(pkg.PkgPath) || opaque(pkg.PkgPath) {
			return
		}
		for _, obj := range exportedFuncs(pkg.Types) {
			name := nameOf(obj.Origin()).String()
			fn := prog.FuncValue(obj.Origin())
			if fn == nil || seen[name] {
				continue
			}
			seen[name] = true
			if line := p.compare(name, fn, claims); line != "" {
				diff = append(diff, line)
			}
		}
	})
	for _, c := range claims {
		if !c.used {
			diff = append(diff, fmt.Sprintf("gone    data/std-proof.txt:%d: no function without an entry is %s", c.line, c.fn))
		}
	}
	slices.Sort(diff)
	for _, line := range diff {
		t.Error(line)
	}
	if t.Failed() {
		t.Log("new: give it an entry in data/std, or a line in data/std-proof.txt if it does not wait in fact; " +
			"gone: remove the entry or the line; changed: decide again")
	}
}

// compare returns the line of the diff for one function, or "".
func (p *proof) compare(name string, fn *ssa.Function, claims []*claim) string {
	if op := p.entry(fn); op != nil {
		if suspends(op) && pkgPath(fn) != "plugin" && // a stub without cgo
			!p.mayWait(fn, make(map[*ssa.Function]bool)) {
			return fmt.Sprintf("gone    %s: %v says that it blocks, but it reaches nothing that does", name, op.Pos)
		}
		return ""
	}
	leaf := p.reaches[fn]
	if leaf == "" {
		return ""
	}
	switch c := claimOf(claims, name, leaf); {
	case c == nil:
		return "new     " + p.chain(fn)
	case !match(c.leaf, leaf):
		c.used = true
		return fmt.Sprintf("changed %s: data/std-proof.txt:%d says %s", p.chain(fn), c.line, c.leaf)
	default:
		c.used = true
		return ""
	}
}
