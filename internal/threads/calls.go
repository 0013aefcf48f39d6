package threads

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// A callInfo is what the models say of a call.
type callInfo struct {
	obj       *types.Func
	sync      *models.SyncOp
	spawns    []models.Spawn
	calls     []models.Target
	registers []bool // of spawns: they run when the framework's loop or server runs
	nested    bool   // what it registers runs before it returns
}

func (u *Unfolding) info(instr ssa.CallInstruction) *callInfo {
	if c := u.facts[instr]; c != nil {
		return c
	}
	c := &callInfo{obj: program.Callee(instr.Common())}
	if c.obj != nil {
		c.sync = u.Table.Sync(c.obj)
		c.spawns = u.Table.Spawns(c.obj)
		for _, r := range u.Table.Registers(c.obj) {
			// A callback that runs while the library holds a lock runs before the call returns.
			c.nested = c.nested || r.Kind() == models.Reentry
		}
		op := u.Table.Op(c.obj)
		if op != nil {
			c.calls = op.Calls
		}
		for _, s := range c.spawns {
			isStart := op != nil && slices.ContainsFunc(op.Spawns, func(t models.Target) bool { return t.String() == s.Target.String() })
			// What makes something that runs it later starts it then.
			makes := c.sync == nil && len(s.Joins) == 0 && returnsObject(c.obj)
			c.registers = append(c.registers, !isStart || makes)
		}
		if c.sync != nil {
			c.calls = c.sync.Runs
			switch c.sync.Kind {
			case models.SyncOnceFunc:
				c.calls = nil // the result runs it
			case models.SyncWGGo:
				c.calls = nil
			}
		}
	}
	u.facts[instr] = c
	return c
}

// returnsObject reports whether fn returns something other than an error.
func returnsObject(fn *types.Func) bool {
	res := fn.Signature().Results()
	for i := range res.Len() {
		if !types.Identical(res.At(i).Type(), types.Universe.Lookup("error").Type()) {
			return true
		}
	}
	return false
}

// Sync returns what the models say that a call does for synchronisation, or nil.
func (u *Unfolding) Sync(instr ssa.CallInstruction) *models.SyncOp { return u.info(instr).sync }

// call enters what a call, go or defer statement runs.
func (u *Unfolding) call(f *Frame, instr ssa.CallInstruction) {
	common := instr.Common()
	if _, ok := common.Value.(*ssa.Builtin); ok && !common.IsInvoke() {
		return
	}
	info := u.info(instr)
	for i := range info.spawns {
		s := &info.spawns[i]
		inline := info.nested || len(s.Joins) == 1 && s.Joins[0].At == models.JoinCall && s.Thread != models.ThreadMany
		for _, ref := range u.funcsAt(f, common, s.Target) {
			if inline {
				u.enter(f, instr, ref, nil)
			} else {
				u.start(f, instr, ref, nil, s)
				for _, t := range f.starts[instr] {
					t.Registered = t.Registered || info.registers[i]
				}
			}
		}
	}
	for _, t := range info.calls {
		for _, ref := range u.funcsAt(f, common, t) {
			u.enter(f, instr, ref, nil)
		}
	}
	_, isGo := instr.(*ssa.Go)
	for _, ref := range u.callees(f, common) {
		args := make([]bound, 0, len(common.Args)+1)
		if common.IsInvoke() {
			args = append(args, bound{frame: f, value: common.Value, as: ref.recv})
		}
		for _, a := range common.Args {
			args = append(args, bound{frame: f, value: a})
		}
		if isGo {
			u.start(f, instr, ref, args, nil)
		} else {
			u.enter(f, instr, ref, args)
		}
	}
}

// A funcRef is a function with what it has captured.
type funcRef struct {
	fn      *ssa.Function
	closure *ssa.MakeClosure // nil if it captures nothing
	frame   *Frame           // that has made closure
	recv    types.Type       // of a method called through an interface: what the interface holds
	assumed bool             // there may be others, see Frame.Assumed
}

func (r funcRef) binds() []bound {
	if r.closure == nil {
		return nil
	}
	out := make([]bound, len(r.closure.Bindings))
	for i, b := range r.closure.Bindings {
		out[i] = bound{frame: r.frame, value: b}
	}
	return out
}

// callees returns the functions of the package that a call may run, as far as they are known.
func (u *Unfolding) callees(f *Frame, call *ssa.CallCommon) []funcRef {
	if call.IsInvoke() {
		return u.methods(u.eval(f, call.Value), call.Method)
	}
	if fn, ok := call.Value.(*ssa.Function); ok {
		return []funcRef{{fn: fn}}
	}
	return u.funcsIn(u.eval(f, call.Value))
}

func (u *Unfolding) funcsIn(s *set) []funcRef {
	if u.tooMany(len(s.locs)) {
		return nil
	}
	var out []funcRef
	assumed := s.only() == nil
	for _, l := range s.locs {
		if l.Parent != nil {
			continue
		}
		switch frame, v := RootValue(l); v := v.(type) {
		case *ssa.Function:
			out = append(out, funcRef{fn: v, assumed: assumed})
		case *ssa.MakeClosure:
			out = append(out, funcRef{fn: v.Fn.(*ssa.Function), closure: v, frame: frame, assumed: assumed})
		}
	}
	return out
}

// tooMany reports whether n functions are more than one call is followed to.
func (u *Unfolding) tooMany(n int) bool {
	if n > maxCallees {
		u.Exceeded("threads.maxCallees")
		return true
	}
	return false
}

// methods returns the methods that a call through an interface may run.
func (u *Unfolding) methods(ifaces *set, method *types.Func) []funcRef {
	var out []funcRef
	if u.tooMany(len(ifaces.locs)) {
		return nil
	}
	for _, l := range ifaces.locs {
		_, v := RootValue(l)
		box, ok := v.(*ssa.MakeInterface)
		if !ok || l.Parent != nil {
			continue
		}
		t := box.X.Type()
		sel := types.NewMethodSet(t).Lookup(method.Pkg(), method.Name())
		if sel == nil {
			continue
		}
		fn := u.Pkg.Prog.MethodValue(sel)
		if fn == nil {
			continue
		}
		out = append(out, funcRef{fn: fn, recv: t, assumed: ifaces.only() == nil})
	}
	return out
}

// funcsAt returns the funcs at a path of the arguments of a call.
func (u *Unfolding) funcsAt(f *Frame, call *ssa.CallCommon, t models.Target) []funcRef {
	s := u.valueAt(f, call, t.Path)
	if s == nil {
		return nil
	}
	if t.Method != "" {
		return nil // methods of objects: nobody captures variables with them
	}
	out := u.funcsIn(s)
	if len(out) > 0 || len(s.locs) > maxCallees {
		return out
	}
	// A func in an interface, as runtime.SetFinalizer takes it.
	for _, l := range s.locs {
		if _, v := RootValue(l); l.Parent == nil {
			if box, ok := v.(*ssa.MakeInterface); ok {
				out = append(out, u.funcsIn(u.load(u.single(l), box.X.Type()))...)
			}
		}
	}
	return out
}

// argument returns the actual of a path's root, nil if there is none.
func argument(call *ssa.CallCommon, root int) ssa.Value {
	if call.IsInvoke() {
		if root == models.Recv {
			return call.Value
		}
		if root >= 0 && root < len(call.Args) {
			return call.Args[root]
		}
		return nil
	}
	i := root
	if sig := call.Signature(); sig.Recv() != nil {
		i = root + 1
	}
	if i < 0 || i >= len(call.Args) {
		return nil
	}
	return call.Args[i]
}

// valueAt returns what is at a path of the arguments.
func (u *Unfolding) valueAt(f *Frame, call *ssa.CallCommon, p models.Path) *set {
	arg := argument(call, p.Root)
	if arg == nil {
		return nil
	}
	s := u.eval(f, arg)
	t := arg.Type()
	for _, name := range p.Fields {
		var next types.Type
		s, next = u.step(s, t, name)
		if next == nil {
			return nil
		}
		t = next
	}
	return s
}

// step follows a field, or "[]" for an element, from a value.
func (u *Unfolding) step(s *set, t types.Type, name string) (*set, types.Type) {
	if name == "[]" {
		e := elemType(t)
		if e == nil {
			return nil, nil
		}
		return u.load(s, e), e
	}
	if p := pointee(t); p != nil {
		t = p
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil, nil
	}
	for i := range st.NumFields() {
		if fv := st.Field(i); fv.Name() == name {
			return u.load(u.each(s, func(l *paths.Loc) *paths.Loc { return u.Space.Field(l, fv.Origin()) }), fv.Type()), fv.Type()
		}
	}
	return nil, nil
}

// enter gives the frame of a call.
func (u *Unfolding) enter(f *Frame, site ssa.Instruction, ref funcRef, args []bound) {
	for _, k := range f.kids[site] {
		if k.Fn == ref.fn && sameBinds(k.binds, ref.binds()) {
			return
		}
	}
	if !u.canEnter(f, ref.fn, false) || u.tooMany(len(f.kids[site])+1) {
		return
	}
	k := u.newFrame(&Frame{Fn: ref.fn, Caller: f, Site: site, Thread: f.Thread, args: args, binds: ref.binds(), depth: f.depth + 1, Assumed: ref.assumed || f.Assumed})
	f.kids[site] = append(f.kids[site], k)
}

// start gives the thread that an instruction starts.
func (u *Unfolding) start(f *Frame, site ssa.Instruction, ref funcRef, args []bound, s *models.Spawn) {
	for _, t := range f.starts[site] {
		if t.First.Fn == ref.fn && sameBinds(t.First.binds, ref.binds()) {
			return
		}
	}
	if !u.canEnter(f, ref.fn, true) || u.tooMany(len(f.starts[site])+1) {
		return
	}
	t := &Thread{ID: len(u.Threads), Parent: f.Thread, Site: site, From: f}
	if s != nil {
		t.Many = s.Thread == models.ThreadMany
		t.Loop = s.Loop
		t.Joins = s.Joins
	}
	u.Threads = append(u.Threads, t)
	t.First = u.newFrame(&Frame{Fn: ref.fn, Caller: f, Site: site, Thread: t, args: args, binds: ref.binds(), Assumed: ref.assumed || f.Assumed})
	f.starts[site] = append(f.starts[site], t)
}

func sameBinds(a, b []bound) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// result returns what result i of a call may refer to.
func (u *Unfolding) result(f *Frame, call *ssa.Call, i int) *set {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok && !call.Call.IsInvoke() {
		return u.builtin(f, call, b)
	}
	if kids, info := f.kids[call], u.info(call); len(kids) > 0 && info.sync == nil && len(info.calls)+len(info.spawns) == 0 {
		out := new(set)
		for _, k := range kids {
			if i < len(k.returns) {
				u.join(out, k.returns[i])
			}
		}
		return out
	}
	t := call.Type()
	if tuple, ok := t.(*types.Tuple); ok {
		if i >= tuple.Len() {
			return emptySet
		}
		t = tuple.At(i).Type()
	}
	if !u.carries(t) {
		return emptySet
	}
	name := "the result of a call"
	if obj := u.info(call).obj; obj != nil {
		name = "the result of " + obj.Name()
	}
	root := u.Space.Root(resultKey{rootKey{f, call}, i}, name, derefType(t))
	if _, ok := t.Underlying().(*types.Slice); ok {
		return u.single(u.Space.Elem(root, 0, paths.Open, elemType(t)))
	}
	return u.single(root)
}

// A resultKey is the base of a root that stands for what a call returns.
type resultKey struct {
	rootKey
	index int
}

// ResultOf returns the frame and call whose result the root of l is, or nil.
func ResultOf(l *paths.Loc) (*Frame, *ssa.Call) {
	k, ok := l.Top().Base.(resultKey)
	if !ok {
		return nil, nil
	}
	return k.frame, k.value.(*ssa.Call)
}

func (u *Unfolding) builtin(f *Frame, call *ssa.Call, b *ssa.Builtin) *set {
	if b.Name() != "append" {
		return emptySet
	}
	// The old array if there is room in it, a new one otherwise.
	out := new(set)
	old := u.eval(f, call.Call.Args[0])
	fresh := u.Space.Elem(u.rootOf(f, call, call.Name(), nil), 0, paths.Open, elemType(call.Type()))
	grows := len(old.locs) == 0 && !old.top
	for _, l := range old.locs {
		if l.Step == paths.Elem && l.Parent != fresh.Parent {
			if room, known := u.room(l); !known || room {
				out.add(u.Space.Elem(l, 0, paths.Open, l.Type))
				continue
			}
		}
		grows = true
	}
	out.top = old.top
	if grows || len(out.locs) > 0 {
		out.add(fresh)
	}
	// What the elements refer to is kept.
	e := elemType(call.Type())
	if e != nil && u.carries(e) {
		all := u.Space.Elem(fresh, 0, paths.Open, e)
		u.storeOne(all, e, u.load(old, e))
		if len(call.Call.Args) > 1 {
			u.storeOne(all, e, u.load(u.eval(f, call.Call.Args[1]), e))
		}
	}
	return out
}

// room reports whether an append to the slice l may write behind it, if that
// is known from the place that has made it.
func (u *Unfolding) room(l *paths.Loc) (room, known bool) {
	if l.Parent == nil || l.Parent.Parent != nil {
		return false, false
	}
	f, v := RootValue(l)
	switch v := v.(type) {
	case *ssa.MakeSlice:
		n, ok1 := u.constInt(f, v.Cap)
		if !ok1 {
			return false, false
		}
		return l.Hi < n, true
	case *ssa.Alloc:
		if a, ok := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array); ok {
			return l.Hi < a.Len(), true
		}
	case *ssa.Convert:
		return false, true
	}
	return false, false
}
