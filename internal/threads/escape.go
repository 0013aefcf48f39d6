package threads

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
)

// Escaped reports whether code that is not in view may use the object of l:
// it is no object of the unfolding, or has been stored, passed or returned to
// where the unfolding does not look.
func (u *Unfolding) Escaped(l *paths.Loc) bool {
	return l == nil || !Local(l) || u.escaped[l.Top()]
}

// escapes finds the objects that leave the view.
func (u *Unfolding) escapes() {
	for l, s := range u.content {
		if !Local(l) {
			u.leak(s)
		}
	}
	for l, s := range u.snaps {
		if !Local(l) {
			u.leak(s)
		}
	}
	for _, s := range u.Root.returns {
		u.leak(s)
	}
	for _, f := range u.Frames {
		for _, b := range f.Fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					u.leakArguments(f, call)
				}
			}
		}
	}
}

// leak marks what s refers to, and all that can be reached from there.
func (u *Unfolding) leak(s *set) {
	for _, l := range s.locs {
		u.leakObject(l.Top())
	}
}

func (u *Unfolding) leakObject(top *paths.Loc) {
	if u.escaped[top] {
		return
	}
	u.escaped[top] = true
	if f, v := RootValue(top); f != nil {
		if c, ok := v.(*ssa.MakeClosure); ok {
			for _, b := range c.Bindings {
				u.leak(u.eval(f, b))
			}
		}
	}
	u.leakBelow(top)
}

func (u *Unfolding) leakBelow(l *paths.Loc) {
	if s := u.content[l]; s != nil {
		u.leak(s)
	}
	if s := u.snaps[l]; s != nil {
		u.leak(s)
	}
	for _, k := range l.Kids() {
		u.leakBelow(k)
	}
}

// leakArguments marks what a call that is not entered may keep.
func (u *Unfolding) leakArguments(f *Frame, instr ssa.CallInstruction) {
	call := instr.Common()
	if _, ok := call.Value.(*ssa.Builtin); ok && !call.IsInvoke() {
		return
	}
	info := u.info(instr)
	if info.sync != nil || len(f.kids[instr]) > 0 || len(f.starts[instr]) > 0 {
		return
	}
	std := info.obj != nil && info.obj.Pkg() != nil && models.IsStd(info.obj.Pkg().Path())
	args := call.Args
	if call.IsInvoke() {
		args = append([]ssa.Value{call.Value}, args...)
	}
	for _, a := range args {
		if !u.carries(a.Type()) {
			continue
		}
		if std && !keptByStd(a.Type()) {
			continue
		}
		u.leak(u.eval(f, a))
	}
}

// keptByStd reports whether a function of the standard library may use an
// argument of type t to tell others something: channels and funcs.
func keptByStd(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	}
	return false
}

// collectStores indexes the stores to each object.
func (u *Unfolding) collectStores() {
	for _, f := range u.Frames {
		for _, b := range f.Fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					u.note(f, instr, u.eval(f, instr.Addr), instr.Val)
				case ssa.CallInstruction:
					u.noteCall(f, instr)
				}
			}
		}
	}
}

func (u *Unfolding) note(f *Frame, instr ssa.Instruction, addr *set, val ssa.Value) {
	for _, l := range addr.locs {
		u.stores[l.Top()] = append(u.stores[l.Top()], storeAt{f, instr, val, l})
	}
}

// noteCall notes that a call may change what its pointers point to.
func (u *Unfolding) noteCall(f *Frame, instr ssa.CallInstruction) {
	call := instr.Common()
	if _, ok := call.Value.(*ssa.Builtin); ok && !call.IsInvoke() {
		return
	}
	if len(f.kids[instr]) > 0 || len(f.starts[instr]) > 0 && u.info(instr).sync == nil {
		return
	}
	for _, a := range call.Args {
		switch a.Type().Underlying().(type) {
		case *types.Pointer:
			u.note(f, instr, u.eval(f, a), nil)
		case *types.Interface:
			u.note(f, instr, u.contents(u.eval(f, a)), nil)
		}
	}
}

// groups notes what each thread's end can be waited for by.
func (u *Unfolding) groups() {
	u.joinMethods = make(map[string]bool)
	for _, t := range u.Threads[1:] {
		call, ok := t.Site.(ssa.CallInstruction)
		if !ok {
			continue
		}
		info := u.info(call)
		common := call.Common()
		if info.sync != nil && info.sync.Kind == models.SyncWGGo {
			t.Group = u.target(t.From, common, info.sync.Target).only()
		}
		for _, j := range t.Joins {
			if j.At == models.JoinMethod && j.Path.Root == models.Recv {
				u.joinMethods[j.Method] = true
				if recv := argument(common, models.Recv); recv != nil {
					t.Group = u.eval(t.From, recv).only()
				}
			}
		}
		if v, ok := t.Site.(*ssa.Call); ok && info.sync != nil && info.sync.Kind == models.SyncTimerNew {
			t.Timer = u.eval(t.From, v).only()
		}
	}
}
