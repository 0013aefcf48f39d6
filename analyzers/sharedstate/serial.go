package sharedstate

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/report"
)

// Serialised state: a method runs the functions that it is given one at a
// time, by sending them to the goroutine of its object, or while it holds the
// token of a channel. A field that is written only in such functions belongs to
// them; exported methods that touch it otherwise race with them.

// serialFindings returns at most one finding for each field.
func serialFindings(pass *analysis.Pass, acc *accesses.Result) []report.Finding {
	serial := serialFuncs(acc)
	if len(serial) == 0 {
		return nil
	}
	var out []report.Finding
	for _, c := range acc.Cells {
		if c.Guard != nil {
			continue
		}
		if f, ok := besideSerial(pass, acc, c, serial); ok {
			out = append(out, f)
		}
	}
	return out
}

// serialFuncs returns the literals that methods run one at a time, with the method.
func serialFuncs(acc *accesses.Result) map[*ssa.Function]*ssa.Function {
	params := make(map[*ssa.Parameter]bool)
	for _, fn := range acc.Program.Funcs {
		if fn.Signature.Recv() == nil || acc.IsTest(fn) {
			continue
		}
		for _, p := range fn.Params[1:] {
			if _, isFunc := p.Type().Underlying().(*types.Signature); isFunc && (sentAway(p) || calledInTurn(p, acc)) {
				params[p] = true
			}
		}
	}
	out := make(map[*ssa.Function]*ssa.Function)
	for _, fn := range acc.Program.Funcs {
		if acc.IsTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				g := calleeIn(call, acc)
				if g == nil {
					continue
				}
				for i, arg := range call.Call.Args {
					if c, ok := arg.(*ssa.MakeClosure); ok && i < len(g.Params) && params[g.Params[i]] {
						out[c.Fn.(*ssa.Function)] = g
					}
				}
			}
		}
	}
	return out
}

// sentAway reports whether a function sends its parameter on a channel, alone
// or in a struct.
func sentAway(p *ssa.Parameter) bool {
	carriers := []ssa.Value{p}
	for i := 0; i < len(carriers) && i < maxCarriers; i++ {
		for _, ref := range *carriers[i].Referrers() {
			switch ref := ref.(type) {
			case *ssa.Send:
				if ref.X == carriers[i] {
					return true
				}
			case *ssa.Select:
				if slices.ContainsFunc(ref.States, func(s *ssa.SelectState) bool { return s.Send == carriers[i] }) {
					return true
				}
			case *ssa.Store:
				if fa, ok := ref.Addr.(*ssa.FieldAddr); ok && ref.Val == carriers[i] {
					carriers = append(carriers, fa.X)
				}
			case *ssa.UnOp:
				carriers = append(carriers, ref)
			}
		}
	}
	return false
}

// maxCarriers bounds the values through which a parameter is followed to a send.
const maxCarriers = 8

// calledInTurn reports whether a method calls its parameter after it has sent
// a token on a channel of its receiver, which it receives afterwards.
func calledInTurn(p *ssa.Parameter, acc *accesses.Result) bool {
	for _, ref := range *p.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok || call.Call.Value != p {
			continue
		}
		for _, ch := range sendsBefore(call) {
			l := acc.Locks.Paths.Of(ch)
			if l != nil && isToken(ch) && l.Step == paths.Deref && l.Parent.Step == paths.Field && l.Top().Base == p.Parent().Params[0] && receivedAfter(call, l, acc) {
				return true
			}
		}
	}
	return false
}

// sendsBefore returns the channels that are sent on, or may be, before a call.
func sendsBefore(call *ssa.Call) []ssa.Value {
	var out []ssa.Value
	for _, b := range call.Parent().Blocks {
		for _, instr := range b.Instrs {
			if chans, isSend := sentOrClosed(instr); isSend && program.Dominates(instr, call) {
				out = append(out, chans...)
			}
		}
	}
	return out
}

// receivedAfter reports whether the channel at l is received from after a call.
func receivedAfter(call *ssa.Call, l *paths.Loc, acc *accesses.Result) bool {
	for _, b := range call.Parent().Blocks {
		if b != call.Block() && !program.Reaches(call.Block().Succs, b) {
			continue
		}
		for _, instr := range b.Instrs {
			if u, ok := instr.(*ssa.UnOp); ok && acc.Locks.Paths.Of(u.X) == l && isReceive(u) {
				return true
			}
		}
	}
	return false
}

func isReceive(u *ssa.UnOp) bool {
	_, ok := u.X.Type().Underlying().(*types.Chan)
	return ok
}

// inSerial returns the method that runs the function around a one at a time, nil if none does.
func inSerial(fn *ssa.Function, serial map[*ssa.Function]*ssa.Function) *ssa.Function {
	for ; fn != nil; fn = fn.Parent() {
		if by := serial[fn]; by != nil {
			return by
		}
	}
	return nil
}

// besideSerial reports an access to a field in an exported method, if all
// writes of the field are in functions that run one at a time.
func besideSerial(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell, serial map[*ssa.Function]*ssa.Function) (report.Finding, bool) {
	var w *accesses.Access
	for _, a := range c.All {
		switch {
		case a.Atomic || len(a.Locks) > 0:
			return report.Finding{}, false
		case a.Write && inSerial(a.Fn, serial) == nil:
			return report.Finding{}, false
		case a.Write:
			w = a
		}
	}
	if w == nil {
		return report.Finding{}, false
	}
	by := inSerial(w.Fn, serial)
	for _, a := range c.All {
		if a.Write || a.Fn.Parent() != nil || !exportedOn(a.Fn) || !ofReceiver(a) || named(acc, a.Fn) || !types.Identical(a.Fn.Signature.Recv().Type(), by.Signature.Recv().Type()) {
			continue
		}
		f := report.Finding{Pos: place(a), Category: categoryUnlocked, Confidence: report.Proved}
		if lifecycle(a.Fn) || flagLike(c.Var.Type()) {
			f.Confidence = report.Suspect
		}
		f.Message = fmt.Sprintf("%s is read here, and written in functions that %s runs one at a time", cellName(c), funcName(by))
		f.Chain = []report.Step{
			{Pos: place(w), Text: "written in a function that is passed to " + funcName(by)},
			{Pos: place(a), Text: fmt.Sprintf("%s %s", funcName(a.Fn), runBy(pass, acc, a.Fn))},
		}
		return f, true
	}
	return report.Finding{}, false
}
