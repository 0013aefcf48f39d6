package loops

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Signals is the evidence for and against a loop being a dispatcher. The
// numbers are those of the catalogue of event loops, section 11.
type Signals struct {
	Runs    int  // 1: calls of received code
	Polls   bool // 2: built around a poll call
	Work    int  // 3: channels of work
	Kinds   int  // 3: kinds of messages told apart on the only channel
	Replies int  // 4: answers to requests
	Acks    int  // 4: those of them that only acknowledge
	Owned   int  // 5: writes to state in a function without locks
	Timers  int  // 6: timers, counted only next to work
	Named   bool // 7: named like an event loop

	// Signals against.
	Default  bool  // the select does not wait
	Finite   bool  // counts to an end
	Pump     bool  // does I/O on the one connection that it belongs to
	PoolName bool  // named like a worker
	Queue    bool  // no channel, a blocking queue: weak
	Start    Start // how many at a time
}

// signalsOf gathers the evidence about a region, and its input channels.
func (f *finder) signalsOf(fn *ssa.Function, r *region) (Signals, []types.Object) {
	sig := Signals{
		Polls:    r.poll,
		Queue:    r.queue,
		Default:  r.hasDef,
		Finite:   r.finite,
		Named:    isLoopName(funcName(fn)),
		PoolName: hasWord(funcName(fn), poolWords) || hasWord(recvName(fn), poolWords),
		Start:    f.pkgIndex().startOf(fn.Syntax()),
	}
	s := &scope{f: f, roles: make(map[types.Object]role), skip: make(map[ast.Node]bool)}
	s.isState = func(v *types.Var) bool { return f.isLoopState(fn, r, v) }
	inputs := f.scanCases(s, r, &sig)
	if s.eff.locks > 0 {
		s.eff.mutates = 0
	}
	sig.Runs, sig.Replies, sig.Acks = s.eff.runs, s.eff.replies, s.eff.acks
	sig.Owned, sig.Pump = s.eff.mutates, s.eff.pumps > 0
	if r.queue && s.eff.calls < 2 { // the pop itself is one
		sig.Queue = false
	}
	return sig, inputs
}

// scanCases scans every case, then what is outside all cases, and counts the
// channels. A channel that two cases receive from counts once.
func (f *finder) scanCases(s *scope, r *region, sig *Signals) []types.Object {
	var inputs []types.Object
	seen := make(map[types.Object]bool)
	plain := false
	for i := range r.cases {
		c := &r.cases[i]
		obj := f.channelOf(c.ch)
		again := obj != nil && seen[obj]
		if obj != nil && !again && c.kind != timer {
			seen[obj] = true
			inputs = append(inputs, obj)
		}
		if c.clause == nil {
			plain = true
		} else {
			s.skip[c.clause] = true
		}
		switch {
		case c.kind == timer:
			sig.Timers++
		case c.kind == work && !again:
			sig.Work++
			sig.Kinds = max(sig.Kinds, c.kinds)
		}
		if c.kind == work {
			for _, obj := range c.bound {
				s.roles[obj] = received
			}
		}
		s.scan(c.body...)
	}
	if !plain {
		s.scan(r.body...)
	}
	return inputs
}

// channelOf returns the field or variable that holds a channel, or nil.
func (f *finder) channelOf(e ast.Expr) types.Object {
	if v, ok := f.objectOf(e).(*types.Var); ok {
		return v.Origin()
	}
	return nil
}

// isLoopState reports whether a variable lives longer than a round: it is
// declared in the function before the loop, is the receiver of the declared
// function around it, or is a captured pointer.
func (f *finder) isLoopState(fn *ssa.Function, r *region, v *types.Var) bool {
	if v.IsField() || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() || r.pos <= v.Pos() && v.Pos() < r.end {
		return false
	}
	node := fn.Syntax()
	if node.Pos() <= v.Pos() && v.Pos() < node.End() {
		return node.Pos() <= v.Pos() && v.Pos() < r.pos
	}
	_, isPointer := v.Type().Underlying().(*types.Pointer)
	return isPointer
}

// dispatcher reports whether the evidence is enough to call it a loop at all.
func (s Signals) dispatcher() bool {
	switch {
	case s.Polls:
		return true // several poll loops at a time still serve many clients each
	case s.Finite, s.Start == Many, s.Start == Direct, s.Default && s.Runs == 0:
		return false
	case s.PoolName && s.Work < 3:
		return false
	case s.Queue:
		return s.Start == One
	}
	return s.Runs > 0 ||
		s.Work >= 3 && (s.Replies > 0 || s.Owned > 0 || s.Timers > 0) ||
		s.Replies > 0 && max(s.Work, s.Kinds) >= 2
}

// strong reports whether a reader will believe without a second look that one
// goroutine serves many.
func (s Signals) strong() bool {
	switch {
	case s.Polls:
		return true
	case !s.dispatcher(), s.Start != One, s.Default, s.Pump, s.Queue:
		return false
	}
	return (s.Runs > 0 || s.Replies > s.Acks) && s.Owned > 0 ||
		s.Work >= 3 && (s.Replies > 0 || s.Owned > 0)
}

// evidence words the signals for a message.
func (s Signals) evidence(pollName string) string {
	var parts []string
	add := func(ok bool, part string) {
		if ok {
			parts = append(parts, part)
		}
	}
	add(s.Polls, "waits in "+pollName)
	add(s.Queue, "takes work from a queue")
	add(s.Work > 1, fmt.Sprintf("serves %d channels", s.Work))
	add(s.Work == 1 && s.Kinds > 1, fmt.Sprintf("serves %d kinds of messages", s.Kinds))
	add(s.Work == 1 && s.Kinds <= 1, "serves a channel")
	add(s.Runs > 0, "runs received functions")
	add(s.Replies > 0, "answers on channels carried by requests")
	add(s.Owned > 0, "owns state without a lock")
	add(s.Timers > 0 && s.Work > 0, "keeps timers")
	return strings.Join(parts, ", ")
}

// funcName returns the name of the declared function that is or contains fn.
func funcName(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn.Name()
}

// recvName returns the name of the receiver type of the declared function around fn, or "".
func recvName(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if recv := fn.Signature.Recv(); recv != nil {
		if named := namedOf(recv.Type()); named != nil {
			return named.Obj().Name()
		}
	}
	return ""
}
