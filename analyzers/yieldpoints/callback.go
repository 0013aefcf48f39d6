package yieldpoints

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/critical"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/report"
)

// callbacks returns the findings about funcs in fields that are called under
// a lock which they take: what is stored there is in view, and the lock is one
// of the same object. Funcs that are passed as arguments are reentries.
func (l *locker) callbacks() []report.Finding {
	var out []report.Finding
	for _, fn := range l.crit.Program.Funcs {
		if skipped(l.crit.Result, fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || call.Call.IsInvoke() || call.Call.StaticCallee() != nil {
					continue
				}
				if own := l.crit.Own(call); len(own) > 0 {
					if f, ok := l.callback(call, own); ok {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}

// callback decides for the call of a func value under locks.
func (l *locker) callback(call *ssa.Call, own []critical.Lock) (report.Finding, bool) {
	field := l.crit.Locks.Paths.Of(call.Call.Value)
	if field != nil && field.Step == paths.Deref {
		field = field.Parent
	}
	if field == nil || field.Step != paths.Field {
		return report.Finding{}, false
	}
	known := l.eff.FieldFuncs(field.Field)
	for _, g := range known {
		fn := g.SSA()
		if fn == nil || l.crit.Summary(fn) == nil || l.crit.IsTest(fn) {
			continue
		}
		for _, a := range l.crit.Summary(fn).Acquires {
			for _, h := range own {
				if h.Class != a.Class || h.Read && a.Read || sibling(h.Loc, field) == "" {
					continue
				}
				return l.reentrant(call, h, fn, a, l.sameObject(field, h, fn, a)), true
			}
		}
	}
	if len(known) == 0 && field.Field.Exported() {
		return l.unknown(call, own, field)
	}
	return report.Finding{}, false
}

// unknown decides for a func that other packages put into a field: if it calls
// a method that takes the lock, it waits for itself.
func (l *locker) unknown(call *ssa.Call, own []critical.Lock, field *paths.Loc) (report.Finding, bool) {
	for _, h := range own {
		if sibling(h.Loc, field) == "" {
			continue
		}
		for _, s := range l.sections(h.Class) {
			if !token.IsExported(s.fn.Name()) || s.fn.Parent() != nil || h.Read && s.lock.Read || l.isSetup(s.fn) {
				continue
			}
			name := l.crit.Name(h.Class)
			f := report.Finding{Pos: call.Pos(), Category: callbackLocked, Confidence: report.Suspect}
			f.Message = fmt.Sprintf("%s calls the func in %s, which other packages provide, with %s held: if that calls %s, it waits for itself", l.name(call.Parent()), field.Field.Name(), name, l.name(s.fn))
			f.Chain = l.taken(h, l.crit.Site(h, call))
			if s.site != nil {
				f.Chain = append(f.Chain, report.Step{Pos: s.site.Pos(), Text: l.name(s.fn) + " takes " + name})
			}
			return f, true
		}
	}
	return report.Finding{}, false
}

// sibling returns the path of a lock from the object that a field is part of,
// "" if it is of another object.
func sibling(lock, field *paths.Loc) string {
	base, path := field.Parent, ""
	for m := lock; m != nil; m = m.Parent {
		if m == base {
			return path
		}
		if m.Step == paths.Field {
			path = "." + m.Field.Name() + path
		}
	}
	return ""
}

// sameObject reports whether fn, where it is stored in the field, takes the
// lock of the very object that it is stored in.
func (l *locker) sameObject(field *paths.Loc, h critical.Lock, fn *ssa.Function, a *critical.Acquire) bool {
	want := sibling(h.Loc, field)
	for _, st := range l.stores() {
		at := l.crit.Locks.Paths.Of(st.Addr)
		if at == nil || at.Step != paths.Field || at.Field != field.Field {
			continue
		}
		if lock, ok := l.crit.TakenBy(st.Val, fn, a); ok && lock.Loc != nil && sibling(lock.Loc, at) == want {
			return true
		}
	}
	return false
}

func (l *locker) reentrant(call *ssa.Call, h critical.Lock, fn *ssa.Function, a *critical.Acquire, sure bool) report.Finding {
	f := report.Finding{Pos: call.Pos(), Category: callbackLocked, Confidence: report.Suspect}
	if sure && !a.Maybe && a.If == nil {
		f.Confidence = report.Proved
	}
	name := l.crit.Name(h.Class)
	f.Message = fmt.Sprintf("%s calls %s with %s held, and that takes it again: it waits for itself", l.name(call.Parent()), l.short(effects.FullName(fn)), name)
	f.Chain = l.taken(h, l.crit.Site(h, call))
	f.Chain = append(f.Chain, report.Step{Pos: call.Pos(), Text: l.name(call.Parent()) + " → " + l.short(effects.FullName(fn))})
	f.Chain = append(f.Chain, l.steps(l.short(effects.FullName(fn)), a.Chain, "takes "+name)...)
	return f
}
