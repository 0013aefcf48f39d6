package yieldpoints

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"os"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// Categories of patterns of their own.
const (
	condWithoutLoop = "cond-wait-without-loop" // the condition is not tested again after the wait
	closeAfterCheck = "close-or-send-after-check"
	fileToctou      = "file-toctou"     // a file is asked about, and then made or removed by name
	probeThenBind   = "probe-then-bind" // a free port is found, given back, and bound
	lenThenSend     = "len-then-send"   // there was room in the channel
)

// patternFindings returns the findings of one function about patterns of their own.
func (f *finder) patternFindings(fn *windows.Func) []report.Finding {
	p := &patterns{finder: f, fn: fn}
	for _, b := range fn.Fn.Blocks {
		for _, instr := range b.Instrs {
			p.instr(instr)
		}
	}
	return p.out
}

type patterns struct {
	*finder
	fn    *windows.Func
	calls []*ssa.Call // of functions of interest, before the present one
	out   []report.Finding
}

func (p *patterns) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Send:
		p.lenThenSend(instr)
		p.sendAfterCheck(instr)
	case *ssa.Call:
		p.condWait(instr)
		p.closing(instr)
		p.call(instr)
	}
}

func (p *patterns) add(pos token.Pos, category string, c report.Confidence, message string, chain ...report.Step) {
	p.out = append(p.out, report.Finding{Pos: pos, Category: category, Confidence: c, Message: message, Chain: chain})
}

// condWait reports a wait for a condition that no loop is around.
func (p *patterns) condWait(call *ssa.Call) {
	kind, cond := p.win.SyncOf(call)
	if kind != models.SyncCondWait || program.InCycle(call.Block()) {
		return
	}
	conf := report.Suspect // a wrapper, perhaps, that is called in a loop
	if p.fn.UnderCondition(call) {
		conf = report.Proved
	}
	name := "the condition"
	if _, l := p.fn.ChannelField(cond); l != nil {
		if n := windows.PathName(l); n != "" {
			name = n
		}
	}
	p.add(call.Pos(), condWithoutLoop, conf, fmt.Sprintf("%s is waited for without a loop: when Wait returns, another goroutine may have changed what was tested", name))
}

// lenThenSend reports a send that relies on there having been room.
func (p *patterns) lenThenSend(send *ssa.Send) {
	field, at := p.fn.ChannelField(send.Chan)
	if field == nil {
		return
	}
	for _, x := range p.lens() {
		if _, l := p.fn.ChannelField(x.Call.Args[0]); l != at || l.Vague() {
			continue
		}
		if p.fn.Decides(x, send) == nil || p.win.Exclusive(p.fn, send) {
			continue
		}
		p.add(send.Pos(), lenThenSend, report.Suspect, fmt.Sprintf("this send may wait: that %s had room was tested at line %d, and others send too; use select with default", windows.PathName(at), p.line(x.Pos())))
		return
	}
}

// lens returns the calls of len on channels in the function.
func (p *patterns) lens() []*ssa.Call {
	var out []*ssa.Call
	for _, b := range p.fn.Fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if bi, ok := call.Call.Value.(*ssa.Builtin); ok && bi.Name() == "len" {
				if _, isChan := call.Call.Args[0].Type().Underlying().(*types.Chan); isChan {
					out = append(out, call)
				}
			}
		}
	}
	return out
}

// closing reports a close of a channel that two goroutines may both come to.
func (p *patterns) closing(call *ssa.Call) {
	b, ok := call.Call.Value.(*ssa.Builtin)
	if !ok || b.Name() != "close" || p.win.Exclusive(p.fn, call) || p.acc.IsSetup(p.fn.Fn) {
		return
	}
	field, at := p.fn.ChannelField(call.Call.Args[0])
	if field == nil || at.Vague() || p.acc.OwnedLoc(at) || p.onceOnly() {
		return
	}
	name := windows.PathName(at)
	if name == "" {
		name = field.Name()
	}
	if pos, ok := p.notDone(call, at); ok {
		p.add(call.Pos(), closeAfterCheck, p.concurrent(), fmt.Sprintf("%s may be closed twice: that it is open was tested at line %d, and another goroutine may close it in between", name, p.line(pos)),
			report.Step{Pos: pos, Text: "check: " + name + " is not closed"}, report.Step{Pos: call.Pos(), Text: "act: closes it"})
		return
	}
	test, set := p.flagged(call)
	if test == nil {
		return
	}
	conf := p.concurrent()
	if len(test.Holds) > 0 && len(set.Holds) > 0 {
		conf = report.Proved // the lock says that several come here
	} else if test.Mode == windows.Plain {
		conf = report.Suspect
	}
	flag := windows.CellName(test)
	p.add(call.Pos(), closeAfterCheck, conf, fmt.Sprintf("%s may be closed twice: %s was tested at line %d, and another goroutine may pass the test before it is set", name, flag, p.line(test.Instr.Pos())),
		report.Step{Pos: test.Instr.Pos(), Text: "check: tests " + flag}, report.Step{Pos: call.Pos(), Text: "act: closes " + name})
}

// concurrent returns how sure it is that the function runs on several
// goroutines at once: it is reached from two, one of which the package starts.
func (p *patterns) concurrent() report.Confidence {
	c := p.acc.Contexts[p.fn.Fn]
	if c == nil {
		return report.Suspect
	}
	others, started := 0, false
	for _, root := range c.Roots {
		others++
		started = started || p.acc.Contexts[root].Go
	}
	if others > 1 && started {
		return report.Proved
	}
	return report.Suspect
}

// onceOnly reports whether the function runs under a Once or its like.
func (p *patterns) onceOnly() bool {
	fn := p.fn.Fn
	if fn.Parent() == nil {
		return false
	}
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			c, ok := instr.(*ssa.MakeClosure)
			if !ok || c.Fn != fn {
				continue
			}
			for _, ref := range *c.Referrers() {
				call, ok := ref.(ssa.CallInstruction)
				if !ok {
					continue
				}
				switch kind, _ := p.win.SyncOf(call); kind {
				case models.SyncOnce, models.SyncOnceFunc, models.SyncWith, models.SyncFlight:
					return true
				}
			}
		}
	}
	return false
}

// notDone finds a select with default that has tested whether a channel is closed.
func (p *patterns) notDone(call *ssa.Call, at any) (token.Pos, bool) {
	for _, b := range p.fn.Fn.Blocks {
		for _, instr := range b.Instrs {
			sel, ok := instr.(*ssa.Select)
			if !ok || sel.Blocking || p.fn.Decides(sel, call) == nil && !p.selected(sel, call) {
				continue
			}
			for _, s := range sel.States {
				if _, l := p.fn.ChannelField(s.Chan); s.Dir == types.RecvOnly && any(l) == at {
					return sel.Pos(), true
				}
			}
		}
	}
	return token.NoPos, false
}

// selected reports whether the outcome of a select decides on instr.
func (p *patterns) selected(sel *ssa.Select, instr ssa.Instruction) bool {
	for _, ref := range *sel.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == 0 && p.fn.Decides(x, instr) != nil {
			return true
		}
	}
	return false
}

// flagged finds a flag that is tested before call, and set in the same
// function: not in one step, and not in one section of a lock.
func (p *patterns) flagged(call *ssa.Call) (test, set *windows.Event) {
	for _, test := range p.fn.Events {
		if test.Kind != windows.Load || test.Use != nil || test.Inside || test.Mode == windows.Map || p.fn.Decides(test.Val, call) == nil {
			continue
		}
		var found *windows.Event
		claimed := false
		for _, set := range p.fn.Events {
			if set.Kind != windows.Store || set.Mode != test.Mode || set.Use != nil || set.Loc != test.Loc || set.Val == nil || !isConst(set.Val) {
				continue
			}
			if p.fn.Before(test.Instr, set.Instr) {
				found = set
			}
			claimed = claimed || test.Mode == windows.Plain && excludes(test, set)
		}
		if found != nil && !claimed {
			return test, found
		}
	}
	return nil, nil
}

// excludes reports whether a test and a store lie in one section of a lock
// that is held for writing.
func excludes(test, set *windows.Event) bool {
	for _, h := range test.Holds {
		for _, g := range set.Holds {
			if h.Class == g.Class && h.Token == g.Token && !h.Read && !g.Read {
				return true
			}
		}
	}
	return false
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}

// sendAfterCheck reports a send on a channel that another function closes
// under a lock, after a test of its flag under that lock.
func (p *patterns) sendAfterCheck(send *ssa.Send) {
	field, at := p.fn.ChannelField(send.Chan)
	if field == nil || at.Vague() {
		return
	}
	for _, test := range p.fn.Events {
		if test.Kind != windows.Load || test.Use != nil || test.Inside || len(test.Holds) == 0 || p.fn.Decides(test.Val, send) == nil {
			continue
		}
		lock := test.Holds[len(test.Holds)-1]
		if lock.Token.At == nil || lock.Loc == nil || p.holds(send, lock) {
			continue
		}
		closer, pos := p.closer(field, test.Var, lock.Class)
		if closer == nil {
			continue
		}
		p.add(send.Pos(), closeAfterCheck, report.Proved,
			fmt.Sprintf("this send may be on a closed channel: %s was tested at line %d, and %s, which closes %s, may run since %s is released",
				windows.CellName(test), p.line(test.Instr.Pos()), closer.Name(), windows.PathName(at), lockName(&lock)),
			report.Step{Pos: test.Instr.Pos(), Text: "check: tests " + windows.CellName(test) + " under " + lockName(&lock)},
			report.Step{Pos: pos, Text: closer.Name() + " sets it, and closes the channel"})
		return
	}
}

func (p *patterns) holds(instr ssa.Instruction, lock windows.Hold) bool {
	for _, h := range p.fn.Holds(instr) {
		if h.Class == lock.Class {
			return true
		}
	}
	return false
}

// closer returns a function that sets flag under a lock of the class and
// closes the channel in field.
func (p *patterns) closer(field, flag types.Object, class any) (*ssa.Function, token.Pos) {
	for _, fn := range p.acc.Program.Funcs {
		x := p.win.Funcs[fn]
		if x == nil || p.acc.IsSetup(fn) {
			continue
		}
		sets := false
		for _, e := range x.Events {
			if e.Var != flag || e.Kind != windows.Store || e.Use != nil {
				continue
			}
			for _, h := range e.Holds {
				sets = sets || h.Class == class
			}
		}
		if !sets {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				if bi, ok := call.Call.Value.(*ssa.Builtin); ok && bi.Name() == "close" {
					if v, _ := x.ChannelField(call.Call.Args[0]); v == field {
						return accesses.Declared(fn), call.Pos()
					}
				}
			}
		}
	}
	return nil, token.NoPos
}

// What is done to files by name.
var (
	fileChecks = map[string]bool{"os.Stat": true, "os.Lstat": true}
	fileActs   = map[string]int{ // the parameter that is the name
		"os.Create": 0, "os.WriteFile": 0, "os.OpenFile": 0, "os.Rename": 1, "os.Symlink": 1, "os.Link": 1, "os.Mkdir": 0,
	}
	listens = map[string]bool{"net.Listen": true, "net.ListenPacket": true, "net.ListenTCP": true, "net.ListenUDP": true, "(*net.ListenConfig).Listen": true}
)

// call reports acts on what an earlier call has said about a file or port.
func (p *patterns) call(call *ssa.Call) {
	fn := program.Callee(&call.Call)
	if fn == nil || fn.Pkg() == nil || !models.IsStd(fn.Pkg().Path()) {
		return
	}
	name := fn.FullName()
	switch i, isAct := fileActs[name]; {
	case fileChecks[name]:
		p.calls = append(p.calls, call)
	case isAct:
		p.fileAct(call, name, call.Call.Args[i])
	case listens[name]:
		p.bind(call)
		p.calls = append(p.calls, call)
	}
}

func (p *patterns) fileAct(call *ssa.Call, name string, path ssa.Value) {
	if name == "os.OpenFile" && !creates(call.Call.Args[1]) {
		return
	}
	for _, check := range p.calls {
		c := program.Callee(&check.Call).FullName()
		if !fileChecks[c] || !p.fn.SameValue(check.Call.Args[0], path) || !p.fn.Before(check, call) {
			continue
		}
		if p.decides(check, call) {
			p.add(call.Pos(), fileToctou, report.Suspect, fmt.Sprintf("%s acts on what %s said at line %d: the file may have come or gone since", name, c, p.line(check.Pos())),
				report.Step{Pos: check.Pos(), Text: "check: " + c}, report.Step{Pos: call.Pos(), Text: "act: " + name + " on the same path"})
			return
		}
	}
}

// decides reports whether a result of a call decides on instr.
func (p *patterns) decides(check *ssa.Call, instr ssa.Instruction) bool {
	for _, ref := range *check.Referrers() {
		x, ok := ref.(*ssa.Extract)
		if !ok {
			continue
		}
		if p.fn.Decides(x, instr) != nil {
			return true
		}
		for _, use := range *x.Referrers() { // errors.Is(err, …), os.IsNotExist(err)
			if test, ok := use.(*ssa.Call); ok && x.Index == 1 && p.fn.Decides(test, instr) != nil {
				return true
			}
		}
	}
	return false
}

// creates reports whether the flags of an open make the file, unless it is there.
func creates(flags ssa.Value) bool {
	c, ok := flags.(*ssa.Const)
	if !ok || c.Value == nil {
		return false
	}
	n, exact := constant.Int64Val(c.Value)
	return exact && n&int64(os.O_CREATE) != 0 && n&int64(os.O_EXCL) == 0
}

// bind reports a listener on the address that another one has had, and given back.
func (p *patterns) bind(call *ssa.Call) {
	args := call.Call.Args
	addr := args[len(args)-1]
	for _, probe := range p.calls {
		if fileChecks[program.Callee(&probe.Call).FullName()] {
			continue
		}
		for _, ref := range *probe.Referrers() {
			l, ok := ref.(*ssa.Extract)
			if !ok || l.Index != 0 || p.fn.DependsOn(addr, l) == windows.No {
				continue
			}
			if p.closedBetween(l, probe, call) {
				p.add(call.Pos(), probeThenBind, report.Proved, fmt.Sprintf("this address was free at line %d, where a listener on it was closed: another process may have taken it", p.line(probe.Pos())),
					report.Step{Pos: probe.Pos(), Text: "check: listens on a free port"}, report.Step{Pos: call.Pos(), Text: "act: listens on it again"})
				return
			}
		}
	}
}

// closedBetween reports whether l is closed between two calls.
func (p *patterns) closedBetween(l ssa.Value, from, to *ssa.Call) bool {
	for _, instr := range p.fn.Between(from, to) {
		c, ok := instr.(*ssa.Call)
		if !ok {
			continue
		}
		if fn := program.Callee(&c.Call); fn != nil && fn.Name() == "Close" {
			if c.Call.IsInvoke() && c.Call.Value == l || len(c.Call.Args) > 0 && c.Call.Args[0] == l {
				return true
			}
		}
	}
	return false
}
