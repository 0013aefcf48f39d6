package yieldpoints

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
)

// Categories about locks.
const (
	lockReentry    = "lock-reentry"           // a goroutine takes a lock that it holds
	lockOrder      = "lock-order"             // two locks are taken in both orders
	heldAcross     = "lock-across-suspension" // a lock is held while its holder waits, and others wait for it
	callbackLocked = "callback-under-lock"    // a func of the caller's is called under a lock that it takes
	loopContends   = "loop-takes-contended-lock"
)

// A locker finds what is wrong with the locks of a package.
type locker struct {
	pass  *analysis.Pass
	eff   *effects.Result
	roots *roots.Result
	crit  *critical.Result
	list  []held // what is taken under a lock, in the order of the functions

	byClass map[string][]*section // critical sections, by critical.Result.Key
	classes []string              // its keys, in the order of the functions
	conds   map[any]string        // the locks of condition variables
	instrs  map[token.Pos]ssa.Instruction
	endings *endings
	worksOn map[string]map[types.Object]bool // see resources
}

// A held is a lock that is taken, by a call or in what it calls, while
// another one, or the same, is held.
type held struct {
	lock  critical.Lock // what is held
	site  ssa.CallInstruction
	instr ssa.CallInstruction // at which the other one is taken
	event *critical.Event
	by    []critical.Step // of a callback: the calls to where lock is held; nil if it is held at instr
}

// lockFindings returns the findings about locks.
func lockFindings(pass *analysis.Pass, eff *effects.Result, rs *roots.Result) []report.Finding {
	crit := pass.ResultOf[critical.Analyzer].(*critical.Result)
	l := &locker{pass: pass, eff: eff, roots: rs, crit: crit, worksOn: make(map[string]map[types.Object]bool)}
	l.collect()
	found := l.reentries()
	found = append(found, l.inversions()...)
	found = append(found, l.callbacks()...)
	joins := l.joins()
	found = append(found, joins...)
	found = append(found, without(l.holds(), joins)...)
	found = append(found, l.contentions()...)
	return found
}

// collect finds what is taken under a lock.
func (l *locker) collect() {
	for _, fn := range l.crit.Program.Funcs {
		if skipped(l.crit.Result, fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok {
					l.under(call)
				}
			}
		}
	}
}

func (l *locker) under(call *ssa.Call) {
	own := l.crit.Own(call)
	for _, e := range l.crit.Events(call) {
		for _, h := range own {
			if !givenBack(h, e.Released) {
				l.list = append(l.list, held{lock: h, site: l.crit.Site(h, call), instr: call, event: e})
			}
		}
		if e.Callback {
			for _, h := range e.Under {
				l.list = append(l.list, held{lock: h, instr: call, event: e, by: e.Chain})
			}
		}
	}
}

func givenBack(h critical.Lock, list []critical.Lock) bool {
	for _, x := range list {
		if x.Class == h.Class && (x.Loc == nil || x.Loc == h.Loc) {
			return true
		}
	}
	return false
}

// isSetup reports whether fn runs only while its object is made, and nobody
// else has it.
func (l *locker) isSetup(fn *ssa.Function) bool {
	fn = accesses.Declared(fn)
	c := l.crit.Contexts[fn]
	return c != nil && c.Setup
}

// steps shows a chain, nearest call first.
func (l *locker) steps(caller string, chain []critical.Step, last string) []report.Step {
	pkg := l.pass.Pkg.Path()
	var out []report.Step
	for i, s := range chain {
		callee := effects.ShortName(s.Callee, pkg)
		text := caller + " → " + callee
		if i == len(chain)-1 {
			text += "   " + last
		}
		pos := token.NoPos
		if s.Call != nil {
			pos = s.Call.Pos()
		} else if s.File != "" {
			text += fmt.Sprintf(" (%s:%d)", s.File, s.Line)
		}
		out = append(out, report.Step{Pos: pos, Text: text})
		caller = callee
	}
	return out
}

// name is the name of fn in messages.
func (l *locker) name(fn *ssa.Function) string {
	return funcName(l.pass, fn)
}

// taken shows where a lock is taken.
func (l *locker) taken(h critical.Lock, site ssa.CallInstruction) []report.Step {
	if site == nil {
		return nil
	}
	verb := "takes "
	if h.Read {
		verb = "takes, for reading, "
	}
	return []report.Step{{Pos: site.Pos(), Text: l.name(site.Parent()) + " " + verb + l.crit.Name(h.Class)}}
}

// stableOn reports whether a path means the same object in all functions of a
// chain: none of them stores to a field on the way.
func (l *locker) stableOn(loc *paths.Loc, fn *ssa.Function, chain []critical.Step) bool {
	for m := loc; m.Parent != nil; m = m.Parent {
		if m.Step != paths.Deref || m.Parent.Step != paths.Field {
			continue
		}
		for _, a := range l.crit.Accesses {
			if a.Write && !a.Inside && a.Var == m.Parent.Field && !a.Setup && !a.Owned && on(a.Fn, fn, chain) {
				return false
			}
		}
	}
	return true
}

func on(x, fn *ssa.Function, chain []critical.Step) bool {
	if x == fn {
		return true
	}
	for _, s := range chain {
		if s.Fn == x {
			return true
		}
	}
	return false
}

// without returns the findings that are not at a place and of a category of others.
func without(found, others []report.Finding) []report.Finding {
	return slices.DeleteFunc(found, func(f report.Finding) bool {
		return slices.ContainsFunc(others, func(o report.Finding) bool { return o.Pos == f.Pos && o.Category == f.Category })
	})
}
