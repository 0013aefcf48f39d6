package blockingio

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
)

// place moves what an injected value does to where it is injected: the value's
// own package need not be here, and is not to blame. A func is its own place,
// if it is written in this package.
func place(h hit) token.Pos {
	in := h.root.Injected
	switch {
	case in != nil && in.Duty.Method != "":
		return in.Pos
	case !h.found.Site.IsValid():
		return h.root.Pos
	}
	return h.found.Site
}

// An answer is an operation that somebody answers for: who, and what it is.
type answer struct {
	by, op string
	class  models.Class
}

// once drops what is said twice: what is injected in the package of the code
// that calls it, and found there by the flow of values; and what breaks a
// contract and stalls a loop at one place, of which the contract is said.
func once(hits []hit) []hit {
	direct := make(map[answer]bool)
	type broken struct {
		at token.Pos
		op string
	}
	contracts := make(map[broken]bool)
	for _, h := range hits {
		if h.root.Injected == nil && !h.suspect {
			direct[answer{h.root.Name, h.found.Op, h.found.Class}] = true
		}
		if h.category == brokenContract && !h.suspect {
			contracts[broken{h.found.Site, h.found.Op}] = true
		}
	}
	var out []hit
	for _, h := range hits {
		if in := h.root.Injected; in != nil && h.found.Site == in.Pos {
			if direct[answer{in.Duty.By, h.found.Op, h.found.Class}] {
				continue
			}
			if h.category == loopBlocks && contracts[broken{h.found.Site, h.found.Op}] {
				continue
			}
		}
		out = append(out, h)
	}
	return out
}

// contractText says why what is not called by a method of its own must not block.
func contractText(h hit) string {
	if in := h.root.Injected; in != nil && in.Duty.Quote != "" {
		return fmt.Sprintf("(a comment says %q, %s)", in.Duty.Quote, in.Duty.At)
	}
	return "(//yieldlint:" + h.root.Contract + ")"
}

// injectedText says what is injected, and who calls it: the beginning of a message.
func injectedText(pass *analysis.Pass, h hit) string {
	pkg := pass.Pkg.Path()
	d := h.root.Injected.Duty
	typ := shortType(h.root.Injected.Func.TypeName(), pkg)
	by, called := effects.ShortName(d.By, pkg), d.By
	if n := len(d.Chain); n > 0 {
		called = d.Chain[n-1].Callee
	}
	as := interfaceOf(called, pkg)
	if as != "" {
		as = " as " + as
	}
	text := fmt.Sprintf("%s is injected here%s: its %s", typ, as, d.Method)
	if h.root.Injected.Slot == "" && len(d.Chain) == 0 {
		text = fmt.Sprintf("%s is used%s here: its %s", typ, as, d.Method) // a conversion
	}
	switch {
	case d.Quote != "":
		return fmt.Sprintf("%s, of which a comment says %q (%s),", text, d.Quote, d.At)
	case d.Contract != "" && len(d.Chain) == 0:
		return fmt.Sprintf("%s must not block (//yieldlint:%s at %s) and", text, d.Contract, d.At)
	case d.Contract != "":
		return fmt.Sprintf("%s, which %s calls and must not block in,", text, by)
	case len(d.Chain) == 0:
		return fmt.Sprintf("%s runs on the %s and", text, h.root.Loop)
	}
	if d.Loop == effects.HandWritten {
		return fmt.Sprintf("%s, which the %s calls,", text, h.root.Loop)
	}
	return fmt.Sprintf("%s, which %s calls on the %s,", text, by, h.root.Loop)
}

// shortType is ShortName for the name of a type, pointer or not.
func shortType(name, pkg string) string {
	if rest, ok := strings.CutPrefix(name, "*"); ok {
		return "*" + effects.ShortName(rest, pkg)
	}
	return effects.ShortName(name, pkg)
}

// interfaceOf returns the type of the method called full, "" if it is none.
func interfaceOf(full, pkg string) string {
	typ, _, ok := strings.Cut(strings.TrimPrefix(full, "("), ")")
	if !ok || !strings.HasPrefix(full, "(") {
		return ""
	}
	return shortType(typ, pkg)
}

// half returns the steps from the code that must not block to the call of
// what is injected, and the name of what is called.
func half(h hit, pkg string) (steps []report.Step, called string) {
	d := h.root.Injected.Duty
	called = effects.ShortName(d.By, pkg)
	for i := 0; i < len(d.Chain); i++ {
		s := d.Chain[i]
		text := called
		called = effects.ShortName(s.Callee, pkg)
		text += " → " + called
		// A call without a place is that of what is known to be called.
		for i+1 < len(d.Chain) && d.Chain[i+1].File == "" {
			i++
			called = effects.ShortName(d.Chain[i].Callee, pkg)
			text += " → " + called
		}
		if s.File != "" {
			text += fmt.Sprintf(" (%s:%d)", s.File, s.Line)
		}
		steps = append(steps, report.Step{Text: text})
	}
	return steps, called
}

// dutyEvidence says what makes the caller of an injected value what it is.
func dutyEvidence(h hit, pkg string) string {
	d := h.root.Injected.Duty
	by := effects.ShortName(d.By, pkg)
	switch {
	case d.Quote != "":
		return fmt.Sprintf("a comment on %s says %q (%s)", by, d.Quote, d.At)
	case d.Contract != "":
		return fmt.Sprintf("%s is marked //yieldlint:%s (%s)", by, d.Contract, d.At)
	case d.Loop == effects.HandWritten:
		return fmt.Sprintf("%s is an event loop (%s)", by, d.At)
	case d.At != "":
		return fmt.Sprintf("%s runs on the %s (%s)", by, h.root.Loop, d.At)
	}
	return fmt.Sprintf("%s runs on the %s", by, h.root.Loop)
}
