package threads

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// A Class says with what an access conflicts.
type Class uint8

const (
	Plain   Class = iota
	Sends         // a send: conflicts with a close
	Closes        // a close: conflicts with a send, and another close
	Adds          // wg-add: conflicts with wg-wait
	Waits         // wg-wait
	Library       // plain, inside a function that is not in view
)

// An Access is a read or write of a location.
type Access struct {
	Loc    *paths.Loc
	Strong bool // Loc is the only location that it may be
	Write  bool
	Atomic bool
	Class  Class
	Frame  *Frame
	Instr  ssa.Instruction
	Index  ssa.Value // of the element, if Loc ends in one that is not known
	Node   *Node
	Via    string // the library function that makes the access
	Use    *Use   // the call of a method whose receiver Loc is, if its type is known
}

// An EventKind is a kind of event that orders threads.
type EventKind uint8

const (
	Send       EventKind = iota
	Recv                 // of a value, or of the zero value of a closed channel
	RecvOK               // of a value
	RecvClosed           // the channel is closed and empty
	Close
	Lock
	Unlock
	Add
	Done
	Wait
	Settle // all other goroutines are blocked or have ended
	Stop   // of a timer
	Reset
	Flag      // the branch on a value that was read from a synchronised variable
	FlagWrite // the synchronised write of one
	Cancel    // of a context, or something else that a func value may do
	Finished  // the end of a once
	Opaque    // a call of which nothing is known
	Begin     // the start of a thread
	Fresh     // an allocation
	Pause     // waits for a time only
)

// An Event is an operation on a synchronisation object.
type Event struct {
	Kind  EventKind
	Obj   *paths.Loc   // nil: not known
	Objs  []*paths.Loc // of Opaque: what it is given
	Made  []*paths.Loc // of Opaque: what it returns
	Read  bool         // of Lock and Unlock: for reading
	Try   bool         // of Lock: only where its result is true
	Value ssa.Value    // of Flag: the condition
	Want  bool         // of Flag: what it is
	Instr ssa.Instruction
	Frame *Frame
	Node  *Node
	Start *Thread // of Begin
}

// An item is what an instruction does.
type item struct {
	accesses []*Access
	events   []*Event
}

// gather finds the accesses and events of an instruction.
func (u *Unfolding) gather(f *Frame, instr ssa.Instruction) *item {
	g := &gatherer{u: u, f: f, instr: instr, item: new(item)}
	switch instr := instr.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
		g.event(&Event{Kind: Fresh, Obj: u.rootOf(f, instr.(ssa.Value), "", nil)})
	case *ssa.Store:
		if !isSelfStore(instr) {
			g.access(u.eval(f, instr.Addr), true, indexOfAddr(instr.Addr))
		}
	case *ssa.MapUpdate:
		g.access(u.entries(u.eval(f, instr.Map)), true, nil)
	case *ssa.UnOp:
		switch instr.Op {
		case token.MUL:
			g.access(u.eval(f, instr.X), false, indexOfAddr(instr.X))
		case token.ARROW:
			g.channel(Recv, instr.X)
		}
	case *ssa.Lookup:
		if _, isMap := instr.X.Type().Underlying().(*types.Map); isMap {
			g.access(u.entries(u.eval(f, instr.X)), false, nil)
		}
	case *ssa.Range:
		if _, isMap := instr.X.Type().Underlying().(*types.Map); isMap {
			g.access(u.entries(u.eval(f, instr.X)), false, nil)
		}
	case *ssa.Next:
		if r, ok := instr.Iter.(*ssa.Range); ok && !instr.IsString {
			g.access(u.entries(u.eval(f, r.X)), false, nil)
		}
	case *ssa.Send:
		g.channel(Send, instr.Chan)
	case *ssa.Select:
		for _, st := range instr.States {
			if st.Dir == types.SendOnly {
				g.channel(Send, st.Chan)
			}
		}
		g.item.events = nil // they belong to the arms
	case *ssa.Convert:
		if _, isSlice := instr.X.Type().Underlying().(*types.Slice); isSlice { // string(bytes)
			g.access(u.eval(f, instr.X), false, nil)
		}
	case ssa.CallInstruction:
		g.call(instr)
	}
	if len(g.item.accesses) == 0 && len(g.item.events) == 0 {
		return nil
	}
	return g.item
}

// isSelfStore reports whether a store writes back what was just loaded from
// the same variable: "return x" of the result x is no write.
func isSelfStore(s *ssa.Store) bool {
	load, ok := s.Val.(*ssa.UnOp)
	return ok && load.Op == token.MUL && load.X == s.Addr && load.Block() == s.Block()
}

// indexOfAddr returns the index of the element that addr leads into, or nil.
func indexOfAddr(addr ssa.Value) ssa.Value {
	for range 4 {
		switch x := addr.(type) {
		case *ssa.IndexAddr:
			return x.Index
		case *ssa.FieldAddr:
			addr = x.X
		default:
			return nil
		}
	}
	return nil
}

type gatherer struct {
	u     *Unfolding
	f     *Frame
	instr ssa.Instruction
	item  *item
}

func (g *gatherer) access(locs *set, write bool, index ssa.Value) {
	for _, l := range locs.locs {
		if l == nil {
			continue
		}
		g.item.accesses = append(g.item.accesses, &Access{
			Loc: l, Strong: locs.only() != nil && !l.Vague(), Write: write, Frame: g.f, Instr: g.instr, Index: index,
		})
	}
}

func (g *gatherer) event(e *Event) {
	e.Instr, e.Frame = g.instr, g.f
	g.item.events = append(g.item.events, e)
}

// channel records an operation on a channel.
func (g *gatherer) channel(kind EventKind, ch ssa.Value) {
	s := g.u.eval(g.f, ch)
	g.event(&Event{Kind: kind, Obj: s.only()})
	class := Plain
	switch kind {
	case Send:
		class = Sends
	case Close:
		class = Closes
	default:
		return
	}
	for _, l := range s.locs {
		if st := g.u.Space.State(l); st != nil {
			g.item.accesses = append(g.item.accesses, &Access{
				Loc: st, Strong: s.only() != nil && !l.Vague(), Write: kind == Close, Class: class, Frame: g.f, Instr: g.instr,
			})
		}
	}
}

func (g *gatherer) call(instr ssa.CallInstruction) {
	common := instr.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok && !common.IsInvoke() {
		g.builtin(b, common)
		return
	}
	info := g.u.info(instr)
	g.made(instr)
	_, isGo := instr.(*ssa.Go)
	if info.sync != nil && !isGo {
		g.sync(instr, info.sync)
	}
	if info.obj != nil && !isGo {
		g.mutation(common, info)
	}
	for _, t := range g.f.starts[instr] {
		g.event(&Event{Kind: Begin, Start: t})
	}
	if info.obj != nil && !isGo {
		if op := g.u.Table.Op(info.obj); op != nil && op.Class == models.Sleep {
			g.event(&Event{Kind: Pause})
		}
	}
	if info.obj != nil && info.sync == nil && g.u.joinMethods[info.obj.Name()] {
		if recv := argument(common, models.Recv); recv != nil && recvType(info.obj) != types.Typ[types.Invalid] {
			g.event(&Event{Kind: Wait, Obj: g.u.eval(g.f, recv).only()})
			return
		}
	}
	if info.sync == nil && len(g.f.kids[instr]) == 0 && len(g.f.starts[instr]) == 0 && !g.harmless(info) {
		e := &Event{Kind: Opaque}
		args := common.Args
		if common.IsInvoke() || common.StaticCallee() == nil {
			args = append([]ssa.Value{common.Value}, args...)
		}
		for _, a := range args {
			if g.u.carries(a.Type()) && !isMute(a.Type()) {
				in := g.u.eval(g.f, a)
				e.Objs = append(e.Objs, in.locs...)
				if types.IsInterface(a.Type()) {
					e.Objs = append(e.Objs, g.u.contents(in).locs...)
				}
			}
		}
		e.Made = g.results(instr)
		g.event(e)
	}
}

// results returns what a call returns, as far as that leads to memory.
func (g *gatherer) results(instr ssa.CallInstruction) []*paths.Loc {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return nil
	}
	var out []*paths.Loc
	sig := call.Call.Signature().Results()
	for i := range sig.Len() {
		if g.u.carries(sig.At(i).Type()) && !isMute(sig.At(i).Type()) {
			out = append(out, g.u.result(g.f, call, i).locs...)
		}
	}
	return out
}

// isMute reports whether who has a value of type t cannot tell somebody else
// who has it anything: an error, or a context, of which only the func that
// cancels it tells.
func isMute(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	obj := n.Obj()
	return obj.Pkg() == nil && obj.Name() == "error" || obj.Pkg() != nil && obj.Pkg().Path() == "context" && obj.Name() == "Context"
}

// harmless reports whether a call is known not to order anything.
func (g *gatherer) harmless(info *callInfo) bool {
	if info.obj == nil || info.obj.Pkg() == nil {
		return false
	}
	if models.IsStd(info.obj.Pkg().Path()) {
		return !types.IsInterface(recvType(info.obj)) || g.u.Table.Op(info.obj) != nil
	}
	op := g.u.Table.Op(info.obj)
	return op != nil && op.Effect != models.Inspect && op.Class != models.Wait
}

func recvType(fn *types.Func) types.Type {
	if r := fn.Signature().Recv(); r != nil {
		return r.Type()
	}
	return types.Typ[types.Invalid]
}

func (g *gatherer) builtin(b *ssa.Builtin, call *ssa.CallCommon) {
	u := g.u
	switch b.Name() {
	case "close":
		g.channel(Close, call.Args[0])
	case "len":
		if _, isMap := call.Args[0].Type().Underlying().(*types.Map); isMap {
			g.access(u.entries(u.eval(g.f, call.Args[0])), false, nil)
		}
	case "delete":
		g.access(u.entries(u.eval(g.f, call.Args[0])), true, nil)
	case "clear":
		if _, isMap := call.Args[0].Type().Underlying().(*types.Map); isMap {
			g.access(u.entries(u.eval(g.f, call.Args[0])), true, nil)
		} else {
			g.access(u.eval(g.f, call.Args[0]), true, nil)
		}
	case "copy":
		g.access(u.eval(g.f, call.Args[0]), true, nil)
		g.access(u.eval(g.f, call.Args[1]), false, nil)
	case "append":
		g.appends(call)
	}
}

// appends records what append does to elements: it reads the old ones if it
// must move them, and writes behind them if there is room.
func (g *gatherer) appends(call *ssa.CallCommon) {
	u := g.u
	if len(call.Args) > 1 {
		g.access(u.eval(g.f, call.Args[1]), false, nil)
	}
	old := u.eval(g.f, call.Args[0])
	for _, l := range old.locs {
		if l.Step != paths.Elem {
			continue
		}
		room, known := u.room(l)
		if known && !room {
			g.access(u.single(l), false, nil)
		}
		if known && room {
			if tail := u.Space.Elem(l.Parent, l.Hi, paths.Open, l.Type); tail != nil {
				g.access(u.single(tail), true, nil)
			}
		}
	}
}

// mutation records what a library function does to what it is given.
func (g *gatherer) mutation(call *ssa.CallCommon, info *callInfo) {
	if info.sync != nil {
		return
	}
	used := g.use(call, info)
	m, known := g.u.Table.Mutates(info.obj)
	if !known {
		return
	}
	first := len(g.item.accesses)
	if m == nil {
		if len(g.f.kids) == 0 || g.f.kids[g.instr] == nil {
			for _, a := range call.Args {
				if s, ok := a.Type().Underlying().(*types.Slice); ok && !types.IsInterface(s.Elem()) {
					g.access(g.u.eval(g.f, a), false, nil)
				}
			}
		}
	} else {
		for _, p := range m.Writes {
			if !used || !isReceiver(p) {
				g.access(g.memoryAt(call, p), true, nil)
			}
		}
		for _, p := range m.Reads {
			if !used || !isReceiver(p) {
				g.access(g.memoryAt(call, p), false, nil)
			}
		}
	}
	for _, a := range g.item.accesses[first:] {
		a.Class, a.Via = Library, info.obj.FullName()
	}
}

// memoryAt returns the memory that a path of a mutation stands for.
func (g *gatherer) memoryAt(call *ssa.CallCommon, p models.Path) *set {
	if n := len(p.Fields); n > 0 && p.Fields[n-1] == "[]" {
		p.Fields = p.Fields[:n-1]
	}
	s := g.u.valueAt(g.f, call, p)
	if s == nil {
		return emptySet
	}
	arg := argument(call, p.Root)
	if _, isMap := arg.Type().Underlying().(*types.Map); isMap {
		return g.u.entries(s)
	}
	if types.IsInterface(arg.Type()) {
		return g.u.contents(s)
	}
	return s
}

// contents returns what the pointers in interface values point to.
func (u *Unfolding) contents(s *set) *set {
	out := &set{top: s.top}
	for _, l := range s.locs {
		if _, v := RootValue(l); l.Parent == nil {
			if box, ok := v.(*ssa.MakeInterface); ok {
				if !isAggregate(box.X.Type()) {
					u.join(out, u.load(u.single(l), box.X.Type()))
				}
				continue
			}
		}
		out.top = true
	}
	return out
}

// Target returns the object that a synchronisation operation is about.
func (u *Unfolding) target(f *Frame, call *ssa.CallCommon, p models.Path) *set {
	s := u.valueAt(f, call, p)
	if s == nil {
		return &set{top: true}
	}
	arg := argument(call, p.Root)
	t := arg.Type()
	if len(p.Fields) > 0 {
		// The last field may be an interface (Cond.L).
		return u.unlocker(s)
	}
	if types.IsInterface(t) {
		return u.unlocker(s)
	}
	return s
}

// unlocker looks into interface values that hold pointers.
func (u *Unfolding) unlocker(s *set) *set {
	out := u.contents(s)
	if len(out.locs) == 0 {
		return s
	}
	return out
}

func (g *gatherer) sync(instr ssa.CallInstruction, op *models.SyncOp) {
	call := instr.Common()
	s := g.u.target(g.f, call, op.Target)
	obj := s.only()
	touch := func(write bool, class Class) {
		for _, l := range s.locs {
			g.item.accesses = append(g.item.accesses, &Access{
				Loc: l, Strong: obj != nil && !l.Vague(), Write: write, Atomic: true, Class: class, Frame: g.f, Instr: g.instr,
			})
		}
	}
	switch op.Kind {
	case models.SyncLock, models.SyncRLock, models.SyncTryLock, models.SyncTryRLock, models.SyncSemAcquire, models.SyncSemTry:
		if op.Kind == models.SyncSemAcquire || op.Kind == models.SyncSemTry {
			g.event(&Event{Kind: Opaque, Objs: s.locs})
			return
		}
		touch(true, Plain)
		g.event(&Event{
			Kind: Lock, Obj: obj,
			Read: op.Kind == models.SyncRLock || op.Kind == models.SyncTryRLock,
			Try:  op.Kind == models.SyncTryLock || op.Kind == models.SyncTryRLock,
		})
	case models.SyncUnlock, models.SyncRUnlock:
		touch(true, Plain)
		g.event(&Event{Kind: Unlock, Obj: obj, Read: op.Kind == models.SyncRUnlock})
	case models.SyncOnce:
		touch(true, Plain)
		g.event(&Event{Kind: Finished, Obj: obj})
	case models.SyncWith, models.SyncWithR:
		touch(true, Plain)
	case models.SyncWGAdd:
		if n, ok := g.u.constInt(g.f, argument(call, 0)); ok && n < 0 {
			g.event(&Event{Kind: Done, Obj: obj})
			return
		}
		touch(true, Adds)
		g.event(&Event{Kind: Add, Obj: obj})
	case models.SyncWGGo:
		touch(true, Adds)
		g.event(&Event{Kind: Add, Obj: obj})
	case models.SyncWGDone:
		g.event(&Event{Kind: Done, Obj: obj})
	case models.SyncWGWait:
		touch(true, Waits)
		g.event(&Event{Kind: Wait, Obj: obj})
	case models.SyncAtomicLoad:
		touch(false, Plain)
	case models.SyncAtomicStore, models.SyncAtomicRMW, models.SyncAtomicCAS:
		touch(true, Plain)
		g.event(&Event{Kind: FlagWrite, Obj: obj})
	case models.SyncTimerStop:
		g.event(&Event{Kind: Stop, Obj: obj})
	case models.SyncTimerReset:
		g.event(&Event{Kind: Reset, Obj: obj})
	case models.SyncSettle:
		g.event(&Event{Kind: Settle})
	}
}
