package models

import (
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

// This file proves that the entries of mutates in data/std are complete: an
// exported function of the standard library without one stores nothing through
// its parameters.
//
// For each function it computes the parameters that a store may go through: a
// value has the roots of what it is loaded, selected, sliced or converted
// from, and a call stores through an argument what its static callee stores
// through that parameter. What is called through interfaces is known by the
// entries of the interface methods (io.Reader.Read). Left out are other
// dynamic calls, reflection, unsafe conversions, the tail that append fills,
// and what a callee returns of its arguments.

// A rootSet is a set of parameters of an ssa.Function, the receiver first, one bit each.
type rootSet uint64

func (s rootSet) has(i int) bool { return s>>i&1 != 0 }

const (
	maxParams = 64
	maxChain  = 12 // calls that a message tells
)

// A storeProof computes what functions store through.
type storeProof struct {
	table  *Table
	writes map[*ssa.Function]rootSet
	roots  map[ssa.Value]rootSet
	units  map[*ssa.Function][]*ssa.Function         // a declared function, with its closures
	first  map[*ssa.Function]map[int]ssa.Instruction // the first store found, by parameter
}

func newStoreProof(table *Table, prog *ssa.Program) *storeProof {
	p := &storeProof{
		table:  table,
		writes: make(map[*ssa.Function]rootSet),
		roots:  make(map[ssa.Value]rootSet),
		units:  make(map[*ssa.Function][]*ssa.Function),
		first:  make(map[*ssa.Function]map[int]ssa.Instruction),
	}
	for fn := range ssautil.AllFunctions(prog) {
		if fn.Parent() == nil && !opaque(pkgPath(fn)) {
			p.units[fn] = withClosures(fn)
		}
	}
	order := sortedFuncs(p.units)
	for _, fn := range order {
		p.findRoots(p.units[fn])
	}
	for changed := true; changed; { // at most one round for each parameter of a longest chain
		changed = false
		for _, fn := range order {
			if w := p.storesOf(p.units[fn]); w != p.writes[fn] {
				p.writes[fn] = w
				changed = true
			}
		}
	}
	return p
}

// withClosures returns fn and all functions declared in it.
func withClosures(fn *ssa.Function) []*ssa.Function {
	unit := []*ssa.Function{fn}
	for _, anon := range fn.AnonFuncs {
		unit = append(unit, withClosures(anon)...)
	}
	return unit
}

// findRoots computes the roots of the values of a unit, to a fixed point.
// A local variable has the roots of what is stored in it.
func (p *storeProof) findRoots(unit []*ssa.Function) {
	for i, param := range unit[0].Params {
		if i < maxParams && pointsOn(param.Type()) {
			p.roots[param] = 1 << i
		}
	}
	for changed := true; changed; {
		changed = false
		add := func(v ssa.Value, s rootSet) {
			if s &^= p.roots[v]; s != 0 {
				p.roots[v] |= s
				changed = true
			}
		}
		for _, fn := range unit {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					p.flow(instr, add)
				}
			}
		}
	}
}

// pointsOn reports whether a store through a value of type t is seen by others.
func pointsOn(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Signature:
		return false
	}
	return true
}

// flow adds the roots that instr passes on.
func (p *storeProof) flow(instr ssa.Instruction, add func(ssa.Value, rootSet)) {
	switch instr := instr.(type) {
	case *ssa.Store:
		if local := localOf(instr.Addr); local != nil {
			add(local, p.roots[instr.Val])
		}
	case *ssa.MakeClosure:
		for i, v := range instr.Bindings {
			add(instr.Fn.(*ssa.Function).FreeVars[i], p.roots[v])
		}
	case *ssa.FieldAddr:
		add(instr, p.roots[instr.X])
	case *ssa.IndexAddr:
		add(instr, p.roots[instr.X])
	case *ssa.Slice:
		add(instr, p.roots[instr.X])
	case *ssa.Convert:
		if _, toString := instr.Type().Underlying().(*types.Basic); !toString && pointsOn(instr.X.Type()) {
			add(instr, p.roots[instr.X])
		}
	case *ssa.Phi, *ssa.UnOp, *ssa.ChangeType, *ssa.MakeInterface, *ssa.TypeAssert, *ssa.ChangeInterface,
		*ssa.SliceToArrayPointer, *ssa.Extract, *ssa.Field, *ssa.Index, *ssa.Lookup:
		v := instr.(ssa.Value)
		if tuple, ok := v.Type().(*types.Tuple); !ok && !pointsOn(v.Type()) || ok && tuple.Len() == 0 {
			return
		}
		for _, op := range instr.Operands(nil) {
			add(v, p.roots[*op])
		}
	}
}

// localOf returns the local variable that addr is in, or nil.
func localOf(addr ssa.Value) *ssa.Alloc {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		return addr
	case *ssa.FieldAddr:
		return localOf(addr.X)
	case *ssa.IndexAddr:
		return localOf(addr.X)
	}
	return nil
}

// isLocal reports whether addr is in a local variable, also of the enclosing function.
func isLocal(addr ssa.Value) bool {
	switch addr := addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return true
	case *ssa.FieldAddr:
		return isLocal(addr.X)
	case *ssa.IndexAddr:
		return isLocal(addr.X)
	}
	return false
}

// storesOf returns the parameters that a unit stores through.
func (p *storeProof) storesOf(unit []*ssa.Function) rootSet {
	var w rootSet
	for _, fn := range unit {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if found := p.storesIn(instr); found&^w != 0 {
					p.record(unit[0], found&^w, instr)
					w |= found
				}
			}
		}
	}
	return w
}

// record remembers that instr is the first store of fn through the parameters in s.
func (p *storeProof) record(fn *ssa.Function, s rootSet, instr ssa.Instruction) {
	if p.first[fn] == nil {
		p.first[fn] = make(map[int]ssa.Instruction)
	}
	for i := range fn.Params {
		if s.has(i) && p.first[fn][i] == nil {
			p.first[fn][i] = instr
		}
	}
}

// chain spells the calls from fn to the store through its parameter i.
func (p *storeProof) chain(fn *ssa.Function, i int) string {
	var b strings.Builder
	for range maxChain {
		instr := p.first[fn][i]
		call, ok := instr.(ssa.CallInstruction)
		if !ok || call.Common().StaticCallee() == nil {
			fmt.Fprintf(&b, " -> %v: %v", fn.Prog.Fset.Position(instr.Pos()), instr)
			return b.String()
		}
		callee := call.Common().StaticCallee()
		if callee.Origin() != nil {
			callee = callee.Origin()
		}
		fmt.Fprintf(&b, " -> %v", callee)
		next := slices.IndexFunc(call.Common().Args, func(arg ssa.Value) bool { return p.roots[arg].has(i) && !isLocal(arg) })
		if next < 0 || p.first[callee][next] == nil {
			break
		}
		fn, i = callee, next
	}
	return b.String()
}

func (p *storeProof) storesIn(instr ssa.Instruction) rootSet {
	switch instr := instr.(type) {
	case *ssa.Store:
		if isLocal(instr.Addr) {
			return 0
		}
		return p.roots[instr.Addr]
	case *ssa.MapUpdate:
		return p.roots[instr.Map]
	case ssa.CallInstruction:
		if _, isGo := instr.(*ssa.Go); !isGo {
			return p.storesByCall(instr.Common())
		}
	}
	return 0
}

func (p *storeProof) storesByCall(call *ssa.CallCommon) rootSet {
	if b, ok := call.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "copy", "clear", "delete":
			return p.roots[call.Args[0]]
		}
		return 0
	}
	if call.IsInvoke() {
		return p.storesByEntry(call.Method, call.Value, call.Args)
	}
	callee := call.StaticCallee()
	if callee == nil {
		return 0
	}
	if obj, ok := callee.Object().(*types.Func); ok {
		if m := p.decided(obj); m != nil {
			args := call.Args
			var recv ssa.Value
			if callee.Signature.Recv() != nil {
				recv, args = args[0], args[1:]
			}
			return p.storesByEntry(obj, recv, args)
		}
	}
	if callee.Origin() != nil {
		callee = callee.Origin()
	}
	var w rootSet
	for i, arg := range call.Args {
		if i < maxParams && p.writes[callee].has(i) && !isLocal(arg) {
			w |= p.roots[arg]
		}
	}
	return w
}

// decided returns what an entry, of fn or of its type, says, and nil for the default of std.
func (p *storeProof) decided(fn *types.Func) *Mutation {
	if m, known := p.table.Mutates(fn); known && (m.Func != "" || p.table.SafetyOf(fn) != nil && p.table.SafetyOf(fn).Method(fn.Name()) != AccessUnknown) {
		return m
	}
	return nil
}

// storesByEntry returns what a call stores through according to the entry of fn.
func (p *storeProof) storesByEntry(fn *types.Func, recv ssa.Value, args []ssa.Value) rootSet {
	m := p.decided(fn)
	if m == nil {
		return 0
	}
	var w rootSet
	for _, path := range m.Writes {
		v := recv
		if path.Root >= 0 {
			if path.Root >= len(args) {
				continue
			}
			v = args[path.Root]
		}
		if v != nil && !isLocal(v) {
			w |= p.roots[v]
		}
	}
	return w
}

// A missing store is one through a parameter that no entry names.
type missingStore struct{ path, chain string }

// missing returns the stores of fn that the entry of obj does not name.
func (p *storeProof) missing(obj *types.Func, fn *ssa.Function) []missingStore {
	m := p.decided(obj)
	said := make(map[int]bool)
	if m != nil {
		said[Recv] = true // what Safety says of methods was decided by hand
		for _, path := range m.Writes {
			said[path.Root] = true
		}
	}
	var stores []missingStore
	for i := range min(len(fn.Params), maxParams) {
		path := Path{Root: i}
		if obj.Signature().Recv() != nil {
			path.Root--
		}
		if !p.writes[fn].has(i) || said[path.Root] {
			continue
		}
		switch coreOf(fn.Params[i].Type()).(type) {
		case *types.Slice, *types.Map:
			path.Fields = []string{"[]"}
		}
		stores = append(stores, missingStore{path.String(), p.chain(fn, i)})
	}
	return stores
}

// TestStdMutates fails when an exported function stores through a parameter
// and neither an entry nor a line of std-writes.txt says so.
func TestStdMutates(t *testing.T) {
	loadStd(t)
	pkgs, _ := stdSyntax()
	prog := stdProgram()
	p := newStoreProof(Builtin(), prog)

	claims := readClaims(t, "data/std-writes.txt")
	diff := make(map[string]bool)
	packages.Visit(pkgs, nil, func(pkg *packages.Package) {
		if !isPublic(pkg.PkgPath) || opaque(pkg.PkgPath) {
			return
		}
		for _, obj := range exportedFuncs(pkg.Types) {
			fn := prog.FuncValue(obj.Origin())
			if fn == nil {
				continue
			}
			name := nameOf(obj.Origin()).String()
			for _, s := range p.missing(obj.Origin(), fn) {
				if c := claimOf(claims, name, s.path); c != nil && match(c.leaf, s.path) {
					c.used = true
				} else {
					diff["new  "+name+" stores through "+s.path+":"+s.chain] = true
				}
			}
		}
	})
	for _, c := range claims {
		if !c.used {
			diff[fmt.Sprintf("gone data/std-writes.txt:%d: no function without an entry is %s", c.line, c.fn)] = true
		}
	}
	for _, line := range slices.Sorted(maps.Keys(diff)) {
		t.Error(line)
	}
	if t.Failed() {
		t.Log("new: give it an entry of mutates in data/std, or a line in data/std-writes.txt if nobody can observe the store; gone: remove the line")
	}
}
