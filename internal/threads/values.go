package threads

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// A set is what a value may refer to. For a value of struct or array type, it
// is the locations that the value may have been copied from.
type set struct {
	locs []*paths.Loc // in the order of their making
	top  bool         // there are others
	full bool         // some of them are known, but too many
}

// add adds l and reports whether s has changed.
func (s *set) add(l *paths.Loc) bool {
	if l == nil {
		return s.setTop()
	}
	i, found := slices.BinarySearchFunc(s.locs, l, func(a, b *paths.Loc) int { return a.ID() - b.ID() })
	if found {
		return false
	}
	if len(s.locs) >= maxTargets {
		s.full = true
		return s.setTop()
	}
	s.locs = slices.Insert(s.locs, i, l)
	return true
}

func (s *set) setTop() bool {
	was := s.top
	s.top = true
	return !was
}

// only returns the one location of s, nil if there is not exactly one.
func (s *set) only() *paths.Loc {
	if len(s.locs) == 1 && !s.top {
		return s.locs[0]
	}
	return nil
}

var emptySet = new(set)

func (u *Unfolding) merge(to, from *set) {
	for _, l := range from.locs {
		if to.add(l) {
			u.changed = true
		}
	}
	if from.top && to.setTop() {
		u.changed = true
	}
	to.full = to.full || from.full
}

// noteValues notes what the values were cut short by.
func (u *Unfolding) noteValues() {
	if u.Space.TooDeep {
		u.Exceeded("paths.maxDepth")
	}
	for _, f := range u.Frames {
		for _, s := range f.vals {
			if s.full {
				u.Exceeded("threads.maxTargets")
				return
			}
		}
	}
}

func (u *Unfolding) slot(f *Frame, v ssa.Value) *set {
	s := f.vals[v]
	if s == nil {
		s = new(set)
		f.vals[v] = s
	}
	return s
}

// carries reports whether values of type t lead to memory.
func (u *Unfolding) carries(t types.Type) bool {
	if _, ok := t.(*types.Basic); ok {
		return t == types.Typ[types.UnsafePointer]
	}
	if c, ok := u.lazy[t]; ok {
		return c
	}
	u.lazy[t] = false // of a recursive struct, by way of arrays only: impossible
	c := false
	switch t := t.Underlying().(type) {
	case *types.Basic:
		c = t.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range t.NumFields() {
			c = c || u.carries(t.Field(i).Type())
		}
	case *types.Array:
		c = u.carries(t.Elem())
	case *types.Tuple:
		c = false
	default:
		c = true
	}
	u.lazy[t] = c
	return c
}

func isAggregate(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

type rootKey struct {
	frame *Frame
	value ssa.Value
}

func (u *Unfolding) rootOf(f *Frame, v ssa.Value, name string, t types.Type) *paths.Loc {
	return u.Space.Root(rootKey{f, v}, name, t)
}

// RootValue returns the frame and value that a root stands for.
func RootValue(l *paths.Loc) (*Frame, ssa.Value) {
	k, ok := l.Top().Base.(rootKey)
	if !ok {
		return nil, nil
	}
	return k.frame, k.value
}

// Local reports whether l lies in memory that the unfolding allocates, with
// no unknown pointer on the way.
func Local(l *paths.Loc) bool {
	for p := l; p != nil; p = p.Parent {
		if p.Step == paths.Deref {
			return false
		}
	}
	_, v := RootValue(l)
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.MakeInterface, *ssa.MakeClosure, *ssa.Convert:
		return true
	case *ssa.Call:
		_, isBuiltin := v.Call.Value.(*ssa.Builtin)
		return isBuiltin
	}
	return false
}

// Alloc returns the frame and instruction that make the object of l, nil if
// it is not made in the unfolding or not known.
func Alloc(l *paths.Loc) (*Frame, ssa.Instruction) {
	f, v := RootValue(l)
	instr, ok := v.(ssa.Instruction)
	if !ok || f == nil {
		return nil, nil
	}
	return f, instr
}

// Global returns the package-level variable at the root of l, or nil.
func Global(l *paths.Loc) *ssa.Global {
	_, v := RootValue(l)
	g, _ := v.(*ssa.Global)
	return g
}

func pointee(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return nil
}

// eval returns what v may refer to, so far.
func (u *Unfolding) eval(f *Frame, v ssa.Value) *set {
	switch v := v.(type) {
	case *ssa.Const:
		return emptySet
	case *ssa.Global:
		return u.single(u.Space.Root(rootKey{nil, v}, v.Name(), pointee(v.Type())))
	case *ssa.Function:
		return u.single(u.rootOf(nil, v, v.Name(), v.Type()))
	case *ssa.Builtin:
		return emptySet
	case *ssa.Parameter:
		return u.formal(f, v, f.args, slices.Index(f.Fn.Params, v))
	case *ssa.FreeVar:
		return u.formal(f, v, f.binds, slices.Index(f.Fn.FreeVars, v))
	}
	if s := f.vals[v]; s != nil {
		return s
	}
	return emptySet
}

func (u *Unfolding) single(l *paths.Loc) *set {
	if l == nil {
		return &set{top: true}
	}
	return &set{locs: []*paths.Loc{l}}
}

func (u *Unfolding) formal(f *Frame, v ssa.Value, actuals []bound, i int) *set {
	if i >= 0 && i < len(actuals) {
		b := actuals[i]
		if b.as != nil {
			return u.unbox(b.frame, b.value, b.as)
		}
		if b.value != nil {
			return u.eval(b.frame, b.value)
		}
	}
	t := v.Type()
	if e := pointee(t); e != nil {
		t = e
	}
	return u.single(u.rootOf(f, v, v.Name(), t))
}

// compute evaluates an instruction.
func (u *Unfolding) compute(f *Frame, v ssa.Value) *set {
	switch v := v.(type) {
	case *ssa.Alloc:
		return u.single(u.rootOf(f, v, v.Comment, pointee(v.Type())))
	case *ssa.MakeMap, *ssa.MakeChan:
		return u.single(u.rootOf(f, v, v.Name(), v.Type()))
	case *ssa.MakeClosure:
		return u.single(u.rootOf(f, v, v.Fn.Name(), v.Type()))
	case *ssa.MakeInterface:
		if !u.carries(v.X.Type()) {
			return u.single(u.rootOf(f, v, v.Name(), v.X.Type()))
		}
		box := u.rootOf(f, v, v.Name(), v.X.Type())
		u.storeOne(box, v.X.Type(), u.eval(f, v.X))
		return u.single(box)
	case *ssa.MakeSlice:
		hi := paths.Open
		if n, ok := u.constInt(f, v.Len); ok {
			hi = n
		}
		return u.single(u.Space.Elem(u.rootOf(f, v, v.Name(), nil), 0, hi, elemType(v.Type())))
	case *ssa.ChangeType:
		return u.eval(f, v.X)
	case *ssa.ChangeInterface:
		return u.eval(f, v.X)
	case *ssa.Convert:
		if _, isSlice := v.Type().Underlying().(*types.Slice); isSlice { // []byte(string)
			return u.single(u.Space.Elem(u.rootOf(f, v, v.Name(), nil), 0, paths.Open, elemType(v.Type())))
		}
		return u.eval(f, v.X)
	case *ssa.MultiConvert:
		return &set{top: true}
	case *ssa.TypeAssert:
		if v.CommaOk {
			return emptySet
		}
		return u.unbox(f, v.X, v.AssertedType)
	case *ssa.FieldAddr:
		fv := pointee(v.X.Type()).Underlying().(*types.Struct).Field(v.Field)
		return u.each(u.eval(f, v.X), func(l *paths.Loc) *paths.Loc { return u.Space.Field(l, fv.Origin()) })
	case *ssa.IndexAddr:
		lo, hi := u.indexRange(f, v.Index)
		return u.each(u.eval(f, v.X), func(l *paths.Loc) *paths.Loc { return u.element(l, lo, hi, pointee(v.Type())) })
	case *ssa.Slice:
		return u.slice(f, v)
	case *ssa.SliceToArrayPointer:
		return u.each(u.eval(f, v.X), func(l *paths.Loc) *paths.Loc {
			if l.Step == paths.Elem && l.Lo == 0 {
				return l.Parent
			}
			return nil
		})
	case *ssa.Field:
		fv := v.X.Type().Underlying().(*types.Struct).Field(v.Field)
		return u.part(u.eval(f, v.X), v.Type(), func(l *paths.Loc) *paths.Loc { return u.Space.Field(l, fv.Origin()) })
	case *ssa.Index:
		lo, hi := u.indexRange(f, v.Index)
		return u.part(u.eval(f, v.X), v.Type(), func(l *paths.Loc) *paths.Loc { return u.Space.Elem(l, lo, hi, v.Type()) })
	case *ssa.Lookup:
		if v.CommaOk {
			return emptySet
		}
		return u.lookup(f, v.X, v.Type())
	case *ssa.UnOp:
		switch v.Op {
		case token.MUL:
			return u.load(u.eval(f, v.X), v.Type())
		case token.ARROW:
			if !v.CommaOk {
				return u.lookup(f, v.X, v.Type())
			}
		}
		return emptySet
	case *ssa.Phi:
		out := new(set)
		for _, e := range v.Edges {
			u.join(out, u.eval(f, e))
		}
		return out
	case *ssa.Extract:
		return u.extract(f, v)
	case *ssa.Call:
		return u.result(f, v, 0)
	case *ssa.BinOp:
		return emptySet
	}
	return &set{top: true}
}

func (u *Unfolding) join(to, from *set) {
	for _, l := range from.locs {
		to.add(l)
	}
	to.top, to.full = to.top || from.top, to.full || from.full
}

func elemType(t types.Type) types.Type {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	}
	return nil
}

func (u *Unfolding) each(s *set, fn func(*paths.Loc) *paths.Loc) *set {
	out := &set{top: s.top}
	for _, l := range s.locs {
		out.add(fn(l))
	}
	return out
}

// part returns what a part of an aggregate value refers to.
func (u *Unfolding) part(s *set, t types.Type, fn func(*paths.Loc) *paths.Loc) *set {
	return u.load(u.each(s, fn), t)
}

// element returns an element of the array at l, or of the range of a slice.
func (u *Unfolding) element(l *paths.Loc, lo, hi int64, t types.Type) *paths.Loc {
	return u.Space.Elem(l, lo, hi, t)
}

func (u *Unfolding) indexRange(f *Frame, index ssa.Value) (lo, hi int64) {
	if n, ok := u.constInt(f, index); ok && n >= 0 {
		return n, n + 1
	}
	return 0, paths.Open
}

func (u *Unfolding) slice(f *Frame, v *ssa.Slice) *set {
	if b, ok := v.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return emptySet
	}
	lo, hi := int64(0), paths.Open
	if v.Low != nil {
		lo, _ = u.constInt(f, v.Low) // if it is unknown, the range is larger
	}
	if v.High != nil {
		if n, ok := u.constInt(f, v.High); ok {
			hi = n
		}
	} else if p := pointee(v.X.Type()); p != nil {
		if a, ok := p.Underlying().(*types.Array); ok {
			hi = a.Len()
		}
	}
	return u.each(u.eval(f, v.X), func(l *paths.Loc) *paths.Loc { return u.element(l, lo, hi, elemType(v.Type())) })
}

func (u *Unfolding) lookup(f *Frame, container ssa.Value, t types.Type) *set {
	if !u.carries(t) {
		return emptySet
	}
	return u.load(u.entries(u.eval(f, container)), t)
}

func (u *Unfolding) extract(f *Frame, v *ssa.Extract) *set {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		return u.result(f, t, v.Index)
	case *ssa.Lookup:
		if v.Index == 0 {
			return u.lookup(f, t.X, v.Type())
		}
	case *ssa.UnOp:
		if v.Index == 0 && t.Op == token.ARROW {
			return u.lookup(f, t.X, v.Type())
		}
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return u.unbox(f, t.X, t.AssertedType)
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index == 2 {
			return u.lookup(f, r.X, v.Type())
		}
	case *ssa.Select:
		i := 2
		for _, st := range t.States {
			if st.Dir != types.RecvOnly {
				continue
			}
			if i == v.Index {
				return u.lookup(f, st.Chan, v.Type())
			}
			i++
		}
	}
	return &set{top: true}
}

// unbox returns what is in an interface value.
func (u *Unfolding) unbox(f *Frame, x ssa.Value, t types.Type) *set {
	if types.IsInterface(t) {
		return u.eval(f, x)
	}
	out := new(set)
	in := u.eval(f, x)
	out.top = in.top
	for _, l := range in.locs {
		if _, v := RootValue(l); l.Parent == nil {
			if box, ok := v.(*ssa.MakeInterface); ok {
				if types.Identical(box.X.Type(), t) {
					u.join(out, u.load(u.single(l), t))
				}
				continue
			}
		}
		out.add(l)
	}
	return out
}

// store records that val is stored at the locations of addr.
func (u *Unfolding) store(addr *set, t types.Type, val *set) {
	for _, l := range addr.locs {
		u.storeOne(l, t, val)
	}
}

func (u *Unfolding) storeOne(l *paths.Loc, t types.Type, val *set) {
	m := u.content
	if isAggregate(t) {
		m = u.snaps
	}
	s := m[l]
	if s == nil {
		s = new(set)
		m[l] = s
	}
	u.merge(s, val)
}

// load returns what the content, of type t, of the locations of addr may refer to.
func (u *Unfolding) load(addr *set, t types.Type) *set {
	if !u.carries(t) {
		return emptySet
	}
	if isAggregate(t) {
		return addr
	}
	out := &set{top: addr.top}
	for _, l := range addr.locs {
		u.loadOne(l, t, out, 0)
	}
	return out
}

const maxCopies = 4 // of a struct, from variable to variable, that are followed

func (u *Unfolding) loadOne(l *paths.Loc, t types.Type, out *set, depth int) {
	if s := u.condLock(l); s != nil {
		u.join(out, s)
		return
	}
	if !Local(l) {
		d := u.Space.Deref(l, derefType(t))
		if _, ok := t.Underlying().(*types.Slice); ok && d != nil {
			d = u.Space.Elem(d, 0, paths.Open, elemType(t))
		}
		out.add(d)
		return
	}
	if s := u.content[l]; s != nil {
		u.join(out, s)
		if l.Step == paths.Entries || l.Step == paths.Elem && l.Hi-l.Lo != 1 {
			out.top = out.top || u.several(s)
		}
	}
	if l.Step == paths.Elem {
		for _, k := range l.Parent.Kids() {
			if k != l && k.Step == paths.Elem && k.Lo < l.Hi && l.Lo < k.Hi {
				if s := u.content[k]; s != nil {
					u.join(out, s)
				}
			}
		}
	}
	if depth >= maxCopies {
		u.Exceeded("threads.maxCopies")
		return
	}
	// The struct around l may have been copied from elsewhere.
	var rest []*paths.Loc
	for p := l; p.Parent != nil; p = p.Parent {
		rest = append(rest, p)
		s := u.snaps[p.Parent]
		if s == nil {
			continue
		}
		out.top = out.top || s.top
		for _, from := range s.locs {
			if from == p.Parent {
				continue
			}
			if q := u.rebase(from, rest); q != nil {
				u.loadOne(q, t, out, depth+1)
			}
		}
	}
}

// condLock returns what the lock of a condition variable refers to, if l is
// that lock, and the condition was made with it in view.
func (u *Unfolding) condLock(l *paths.Loc) *set {
	if l.Step != paths.Field || l.Parent.Parent != nil || l.Field.Name() != "L" {
		return nil
	}
	f, call := ResultOf(l)
	if call == nil {
		return nil
	}
	if op := u.info(call).sync; op != nil && op.Kind == models.SyncCondNew {
		return u.valueAt(f, &call.Call, op.Target)
	}
	return nil
}

// several reports whether one of the objects of s is made more than once: in a
// container, there may be several of them.
func (u *Unfolding) several(s *set) bool {
	for _, l := range s.locs {
		f, instr := Alloc(l)
		if instr == nil {
			if g, call := ResultOf(l); call != nil {
				f, instr = g, call
			}
		}
		if instr != nil && f != nil && u.repeats(f, instr) {
			return true
		}
	}
	return false
}

// repeats reports whether an instruction is in a loop, of its function or of
// one that calls it in the same thread.
func (u *Unfolding) repeats(f *Frame, instr ssa.Instruction) bool {
	for f != nil && instr != nil && instr.Block() != nil {
		for _, l := range u.loopsOf(f.Fn).loops {
			if l.blocks[instr.Block()] {
				return true
			}
		}
		if f.Caller == nil || f.Caller.Thread != f.Thread {
			return false
		}
		instr, f = f.Site, f.Caller
	}
	return false
}

// rebase follows the steps of rest, the last first, from l.
func (u *Unfolding) rebase(l *paths.Loc, rest []*paths.Loc) *paths.Loc {
	for i := len(rest) - 1; i >= 0 && l != nil; i-- {
		switch s := rest[i]; s.Step {
		case paths.Field:
			l = u.Space.Field(l, s.Field)
		case paths.Elem:
			l = u.Space.Elem(l, s.Lo, s.Hi, s.Type)
		default:
			return nil
		}
	}
	return l
}

func derefType(t types.Type) types.Type {
	if e := pointee(t); e != nil {
		return e
	}
	return t
}

// constInt returns the constant integer that v is in f.
func (u *Unfolding) constInt(f *Frame, v ssa.Value) (int64, bool) {
	c := u.constant(f, v, 0)
	if c == nil || c.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(c)
}
