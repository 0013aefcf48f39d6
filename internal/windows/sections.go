package windows

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
)

// A Token says by which acquisition a lock is held. Two places in one section
// of a lock have the same token; places with different ones lie in different
// sections.
type Token struct {
	At    ssa.Instruction // the acquisition; nil for those below
	Entry bool            // the caller holds the lock
	Mixed bool            // several paths hold it by different acquisitions
}

// A Hold is a lock that is held at an instruction.
type Hold struct {
	Class any
	Loc   *paths.Loc // nil: some lock of the class, held by a caller
	Read  bool
	Token Token
}

// Holds are the locks that must be held at an instruction.
type Holds []Hold

func (s Holds) find(class any, l *paths.Loc) int {
	return slices.IndexFunc(s, func(h Hold) bool { return h.Class == class && h.Loc == l })
}

func (s Holds) with(h locks.Held, t Token) Holds {
	if i := s.find(h.Class, h.Loc); i >= 0 {
		s = slices.Clone(s)
		s[i].Token, s[i].Read = t, h.Read
		return s
	}
	return append(slices.Clip(s), Hold{h.Class, h.Loc, h.Read, t})
}

func (s Holds) without(h locks.Held) Holds {
	i := s.find(h.Class, h.Loc)
	if i < 0 {
		i = s.find(h.Class, nil)
	}
	if i < 0 {
		return s
	}
	return slices.Delete(slices.Clone(s), i, i+1)
}

// meet joins two paths: a lock that both hold is held, by which acquisition is
// known only if it is the same one.
func (s Holds) meet(t Holds) Holds {
	var out Holds
	for _, h := range s {
		j := t.find(h.Class, h.Loc)
		if j < 0 {
			continue
		}
		if h.Token != t[j].Token {
			h.Token = Token{Mixed: true}
		}
		h.Read = h.Read || t[j].Read
		out = append(out, h)
	}
	return out
}

func (s Holds) equal(t Holds) bool { return slices.Equal(s, t) }

// sections computes which locks are held, by which acquisition, before each
// instruction of fn.
type sections struct {
	locks  *locks.Analysis
	table  *models.Table
	renews map[*ssa.Function][]locks.Held // what functions give back and take again
	before map[ssa.Instruction]Holds
	exit   Holds
	locked bool // some lock is taken or given back in the function
}

func newSections(a *locks.Analysis, table *models.Table, renews map[*ssa.Function][]locks.Held, fn *ssa.Function) *sections {
	s := &sections{locks: a, table: table, renews: renews, before: make(map[ssa.Instruction]Holds)}
	var entry Holds
	if f := a.Funcs[fn]; f != nil {
		for _, h := range f.Entry {
			entry = append(entry, Hold{h.Class, h.Loc, h.Read, Token{Entry: true}})
		}
	}
	n := len(fn.Blocks)
	in, seen := make([]Holds, n), make([]bool, n)
	in[0], seen[0] = entry, true
	for changed := true; changed; {
		changed = false
		s.exit = nil
		exits := 0
		for _, b := range fn.Blocks {
			if !seen[b.Index] {
				continue
			}
			out, returns := s.block(fn, b, in[b.Index])
			if returns {
				if exits++; exits == 1 {
					s.exit = out
				} else {
					s.exit = s.exit.meet(out)
				}
			}
			for i, next := range b.Succs {
				h := s.branch(b, i, out)
				if !seen[next.Index] {
					seen[next.Index], in[next.Index], changed = true, h, true
				} else if m := in[next.Index].meet(h); !m.equal(in[next.Index]) {
					in[next.Index], changed = m, true
				}
			}
		}
	}
	return s
}

func (s *sections) block(fn *ssa.Function, b *ssa.BasicBlock, h Holds) (out Holds, returns bool) {
	for _, instr := range b.Instrs {
		if len(h) > 0 {
			s.before[instr] = h
		} else {
			delete(s.before, instr)
		}
		switch instr := instr.(type) {
		case *ssa.Call:
			h = s.call(instr, h)
		case *ssa.RunDefers:
			for i := len(fn.Blocks) - 1; i >= 0; i-- {
				for j := len(fn.Blocks[i].Instrs) - 1; j >= 0; j-- {
					if d, ok := fn.Blocks[i].Instrs[j].(*ssa.Defer); ok {
						h = s.call(d, h)
					}
				}
			}
		case *ssa.Return:
			returns = true
		}
	}
	return h, returns
}

func (s *sections) call(call ssa.CallInstruction, h Holds) Holds {
	if op := s.locks.OpOf(call); op != nil {
		if op.Lock.Class == nil {
			return h
		}
		switch op.Kind {
		case locks.Acquire:
			s.locked = true
			return h.with(op.Lock, Token{At: call})
		case locks.Release:
			s.locked = true
			return h.without(op.Lock)
		}
		return h
	}
	if s.waits(call) && len(h) > 0 {
		h = slices.Clone(h)
		h[len(h)-1].Token = Token{At: call} // the lock taken last is that of the condition
		return h
	}
	acquires, releases := s.locks.CallEffects(call)
	for _, x := range releases {
		s.locked = true
		h = h.without(x)
	}
	for _, x := range acquires {
		s.locked = true
		h = h.with(x, Token{At: call})
	}
	if callee := staticCallee(call); callee != nil {
		for _, x := range s.renews[callee] {
			for i := range h {
				if h[i].Class == x.Class {
					s.locked = true
					h = slices.Clone(h)
					h[i].Token = Token{At: call}
				}
			}
		}
	}
	return h
}

// waits reports whether a call waits for a condition, which gives its lock back.
func (s *sections) waits(call ssa.CallInstruction) bool {
	obj := program.Callee(call.Common())
	if obj == nil {
		return false
	}
	op := s.table.Sync(obj)
	return op != nil && op.Kind == models.SyncCondWait
}

// branch returns the locks on an edge: an attempt has taken its lock where its result is true.
func (s *sections) branch(b *ssa.BasicBlock, i int, h Holds) Holds {
	cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return h
	}
	v, want := stripNot(cond.Cond, i == 0)
	if call, ok := v.(*ssa.Call); ok && want {
		if op := s.locks.OpOf(call); op != nil && op.Kind == locks.Try && op.Lock.Class != nil {
			s.locked = true
			return h.with(op.Lock, Token{At: call})
		}
	}
	return h
}

// renewed returns the locks that fn has at its end by another acquisition than
// at its start.
func (s *sections) renewed(f *locks.Func) []locks.Held {
	var out []locks.Held
	for _, h := range s.exit {
		if h.Token.Entry {
			continue
		}
		held := locks.Held{Class: h.Class, Loc: h.Loc, Read: h.Read}
		atEntry := slices.ContainsFunc(f.Entry, func(x locks.Held) bool { return x.Class == h.Class })
		released := slices.ContainsFunc(f.Releases, func(x locks.Held) bool { return x.Class == h.Class })
		if atEntry || released {
			out = append(out, held)
		}
	}
	return out
}

// staticCallee returns the function that a call certainly calls, its origin if it is generic.
func staticCallee(call ssa.CallInstruction) *ssa.Function {
	common := call.Common()
	if common.IsInvoke() {
		return nil
	}
	if c, ok := common.Value.(*ssa.MakeClosure); ok {
		return c.Fn.(*ssa.Function)
	}
	fn := common.StaticCallee()
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}
