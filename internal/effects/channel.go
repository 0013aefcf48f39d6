package effects

import (
	"go/constant"
	"go/token"
	"go/types"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Names of the operations of the language that suspend.
const (
	opSend    = "channel send"
	opReceive = "channel receive"
	opSelect  = "select"
)

// shortWait is the longest constant wait that is not worth a finding: about
// what a scheduler or a page fault may cost anyway.
const shortWait = 50 * time.Millisecond

// shortSleep is the same for a sleep, which always takes all of it.
const shortSleep = time.Millisecond

// channel collects the effects of a channel operation. What is certain to
// wait for another goroutine or the clock is an effect; whether an operation
// on a channel that comes from elsewhere waits depends on its other end, and
// is suspect.
func (f *frame) channel(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Send:
		if !f.oneShot(instr.Chan, instr) {
			f.channelEffect(opSend, models.Wait, instr.Pos(), true)
		}
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			f.receive(instr)
		}
	case *ssa.Select:
		if instr.Blocking && !f.boundedSelect(instr) {
			f.channelEffect(opSelect, models.Wait, instr.Pos(), true)
		}
	}
}

func (f *frame) channelEffect(op string, class models.Class, pos token.Pos, suspect bool) {
	if !pos.IsValid() {
		return
	}
	f.addEffect(&effect{
		effectKey: effectKey{class: class, op: op},
		cost:      models.Unbounded, suspect: suspect,
		chain: cons(step{callee: op, pos: pos}, nil),
	})
}

func (f *frame) receive(recv *ssa.UnOp) {
	switch d, kind := timerOf(recv.X); {
	case kind == noTimer:
		if isContextDone(recv.X) {
			f.channelEffect(opReceive, models.Wait, recv.Pos(), false)
		} else {
			f.channelEffect(opReceive, models.Wait, recv.Pos(), !f.waitsForWork(recv.X))
		}
	case d < 0 || d > shortWait:
		f.channelEffect(opReceive, models.Sleep, recv.Pos(), false)
	}
}

// waitsForWork reports whether ch is made in this function and a goroutine
// that it starts, which itself suspends, is to send on it or close it: then
// receiving from it waits for that.
func (f *frame) waitsForWork(ch ssa.Value) bool {
	m := madeHere(ch)
	if m == nil {
		return false
	}
	for _, b := range m.Parent().Blocks {
		for _, instr := range b.Instrs {
			g, ok := instr.(*ssa.Go)
			if !ok {
				continue
			}
			c, ok := g.Call.Value.(*ssa.MakeClosure)
			if !ok || !capturesChan(c, m) {
				continue
			}
			for _, x := range f.summaryOf(c.Fn.(*ssa.Function)).effects.values {
				if !x.suspect && x.loop == "" && x.cost > models.Millis && outside(x.class) {
					return true
				}
			}
		}
	}
	return false
}

// joinsComputation reports whether fn starts goroutines and none of them may
// wait for anything outside the process or for the caller's funcs: waiting
// for them is computing in parallel.
func (f *frame) joinsComputation(fn *ssa.Function) bool {
	started := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			callee, ok := startedBy(instr)
			if !ok {
				continue
			}
			started = true
			if callee == nil || !f.ours(callee) {
				return false
			}
			s := f.summaryOf(callee)
			if s.deferred.len() > 0 {
				return false
			}
			for _, x := range s.effects.values {
				if outside(x.class) || x.class == models.Disk {
					return false
				}
			}
		}
	}
	return started
}

// startedBy returns the function that instr runs on another goroutine, nil if
// it is not known, and whether instr does so.
func startedBy(instr ssa.Instruction) (*ssa.Function, bool) {
	switch instr := instr.(type) {
	case *ssa.Go:
		return instr.Call.StaticCallee(), true
	case *ssa.Call:
		if fn := instr.Call.StaticCallee(); fn != nil && nameOf(fn) == "(*sync.WaitGroup).Go" {
			if c, ok := instr.Call.Args[1].(*ssa.MakeClosure); ok {
				return c.Fn.(*ssa.Function), true
			}
			fn, _ := instr.Call.Args[1].(*ssa.Function)
			return fn, true
		}
	}
	return nil, false
}

// outside reports whether class waits for something outside the process.
func outside(c models.Class) bool {
	switch c {
	case models.Net, models.DNS, models.Process, models.Database, models.RPC, models.Sleep:
		return true
	}
	return false
}

func capturesChan(c *ssa.MakeClosure, m *ssa.MakeChan) bool {
	for _, b := range c.Bindings {
		if madeHere(b) == m {
			return true
		}
	}
	return false
}

// madeHere returns the make of a channel that v holds, if it is the only
// value that v can have.
func madeHere(v ssa.Value) *ssa.MakeChan { return makeOf(v, maxCopies) }

// maxCopies bounds the variables that makeOf follows: x, y = y, x is a cycle.
const maxCopies = 8

func makeOf(v ssa.Value, copies int) *ssa.MakeChan {
	if copies == 0 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.MakeChan:
		return v
	case *ssa.ChangeType:
		return makeOf(v.X, copies-1)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return makeOf(v.X, copies-1)
		}
	case *ssa.Alloc:
		var made *ssa.MakeChan
		for _, r := range *v.Referrers() {
			if s, ok := r.(*ssa.Store); ok && s.Addr == v {
				m := makeOf(s.Val, copies-1)
				if m == nil || made != nil {
					return nil
				}
				made = m
			}
		}
		return made
	}
	return nil
}

// oneShot reports whether a send cannot wait: the channel is made in this
// function with room for at least one value, and this is the only send on it
// here, outside any loop.
func (f *frame) oneShot(ch ssa.Value, send *ssa.Send) bool {
	m := madeHere(ch)
	if m == nil {
		m = f.capturedChan(ch)
	}
	if m == nil {
		return false
	}
	size, ok := m.Size.(*ssa.Const)
	if !ok || size.Value == nil || constant.Sign(size.Value) <= 0 {
		return false
	}
	return !program.InCycle(send.Block())
}

// capturedChan is madeHere for a channel captured from the function around.
func (f *frame) capturedChan(v ssa.Value) *ssa.MakeChan {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		v = u.X
	}
	fv, ok := v.(*ssa.FreeVar)
	if !ok {
		return nil
	}
	closures := f.index.closures[fv.Parent()]
	if len(closures) != 1 {
		return nil
	}
	for i, x := range fv.Parent().FreeVars {
		if x == fv {
			return madeHere(closures[0].Bindings[i])
		}
	}
	return nil
}

type timerKind uint8

const (
	noTimer timerKind = iota
	timerChan
)

// timerOf reports whether ch is the channel of a timer, and its duration if
// that is a constant.
func timerOf(ch ssa.Value) (time.Duration, timerKind) {
	switch v := ch.(type) {
	case *ssa.Call:
		if fn := v.Common().StaticCallee(); fn != nil {
			switch nameOf(fn) {
			case "time.After", "time.Tick":
				return constDuration(v.Common().Args[0]), timerChan
			}
		}
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			switch types.TypeString(deref(fa.X.Type()), nil) {
			case "time.Timer", "time.Ticker":
				return timerDuration(fa.X), timerChan
			}
		}
	}
	return unknownDuration, noTimer
}

// unknownDuration is the duration of a timer that is not a constant.
const unknownDuration = time.Duration(-1)

func timerDuration(t ssa.Value) time.Duration {
	if call, ok := t.(*ssa.Call); ok {
		if fn := call.Common().StaticCallee(); fn != nil {
			switch nameOf(fn) {
			case "time.NewTimer", "time.NewTicker":
				return constDuration(call.Common().Args[0])
			}
		}
	}
	return unknownDuration
}

// constDuration returns a constant duration, or unknownDuration.
func constDuration(v ssa.Value) time.Duration {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int {
		if n, ok := constant.Int64Val(c.Value); ok {
			return time.Duration(n)
		}
	}
	return unknownDuration
}

// isContextDone reports whether ch is the result of (context.Context).Done.
func isContextDone(ch ssa.Value) bool {
	call, ok := ch.(*ssa.Call)
	return ok && call.Common().IsInvoke() && call.Common().Method.FullName() == "(context.Context).Done"
}

// boundedSelect reports whether a timer of a short constant duration ends the wait.
func (f *frame) boundedSelect(s *ssa.Select) bool {
	for _, st := range s.States {
		if d, kind := timerOf(st.Chan); kind != noTimer && d >= 0 && d <= shortWait {
			return true
		}
	}
	return false
}

// bounded reports whether a call waits at most shortWait: a sleep of a short
// constant, or an operation on a connection whose deadline was set to a short
// constant from now earlier in the same function.
func (f *frame) bounded(call ssa.CallInstruction) bool {
	common := call.Common()
	if fn := common.StaticCallee(); fn != nil && nameOf(fn) == "time.Sleep" {
		c, ok := common.Args[0].(*ssa.Const)
		return ok && c.Value != nil && constDuration(c) <= shortSleep
	}
	if fn := common.StaticCallee(); fn != nil && nameOf(fn) == "(*sync.WaitGroup).Wait" {
		return f.joinsComputation(call.Parent())
	}
	if dialsUnix(common) {
		return true
	}
	method, recv := methodCall(common)
	if recv == nil {
		return false
	}
	switch method {
	case "Read", "ReadFrom", "Accept", "Write", "WriteTo", "ReadMsgUDP", "ReadFromUDP", "WriteToUDP":
		return f.shortDeadline(call, recv, method)
	}
	return false
}

// dialsUnix reports whether the call connects to a socket of this machine.
func dialsUnix(common *ssa.CallCommon) bool {
	fn := common.StaticCallee()
	if fn == nil {
		return false
	}
	switch nameOf(fn) {
	case "net.Dial", "net.DialTimeout", "(*net.Dialer).Dial", "(*net.Dialer).DialContext":
		for _, arg := range common.Args {
			if c, ok := arg.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
				return constant.StringVal(c.Value) == "unix"
			}
		}
	}
	return false
}

func methodCall(common *ssa.CallCommon) (name string, recv ssa.Value) {
	if common.IsInvoke() {
		return common.Method.Name(), common.Value
	}
	if fn := common.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(common.Args) > 0 {
		return fn.Name(), common.Args[0]
	}
	return "", nil
}

// shortDeadline reports whether a call of Set…Deadline on recv that dominates
// op sets a deadline of at most shortWait from now.
func (f *frame) shortDeadline(op ssa.CallInstruction, recv ssa.Value, method string) bool {
	setter := "SetReadDeadline"
	if method[0] == 'W' {
		setter = "SetWriteDeadline"
	}
	for _, b := range op.Parent().Blocks {
		if !b.Dominates(op.Block()) {
			continue
		}
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			name, r := methodCall(call.Common())
			if (name == "SetDeadline" || name == setter) && sameValue(r, recv) {
				args := call.Common().Args
				if d := fromNow(args[len(args)-1]); d > 0 && d <= shortWait {
					return true
				}
			}
		}
	}
	return false
}

// fromNow returns d of time.Now().Add(d), if d is constant.
func fromNow(v ssa.Value) time.Duration {
	call, ok := v.(*ssa.Call)
	if !ok {
		return 0
	}
	fn := call.Common().StaticCallee()
	if fn == nil || nameOf(fn) != "(time.Time).Add" {
		return 0
	}
	now, ok := call.Common().Args[0].(*ssa.Call)
	if !ok || now.Common().StaticCallee() == nil || nameOf(now.Common().StaticCallee()) != "time.Now" {
		return 0
	}
	return constDuration(call.Common().Args[1])
}

// sameValue reports whether a and b are the same value, or loads of the same field.
func sameValue(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.UnOp)
	if !ok {
		return false
	}
	y, ok := b.(*ssa.UnOp)
	if !ok {
		return false
	}
	return sameAddr(x.X, y.X)
}
