// Package explain answers the questions of yieldlint why, unknown, points and
// diff about a package: what each function may do and how that is known, on
// which lines, and which calls in loop code could not be resolved. Its
// analyzers report no findings; they run only when they are asked for by name.
//
// One run answers for all functions, and not for the one that the user names:
// the flags of go vet are part of its cache key, so that each question would
// analyse all dependencies anew. So only the first question costs a run.
package explain

import (
	"encoding/json"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/lazy"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
	"github.com/yieldlint/yieldlint/internal/roots"
)

// Name is the name of the analyzer, and of the flag that enables it.
const Name = "yieldexplain"

// Analyzer reports answers: diagnostics whose messages are JSON.
var Analyzer = &analysis.Analyzer{
	Name:     Name,
	Doc:      "answer the questions of yieldlint why and yieldlint unknown, as JSON",
	URL:      "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/explain",
	Requires: []*analysis.Analyzer{effects.Analyzer, roots.Analyzer},
	Run:      guard.Run(Name, run),
}

func run(pass *analysis.Pass) (any, error) {
	rs := pass.ResultOf[roots.Analyzer].(*roots.Result)
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	if rs == nil || eff == nil {
		return nil, nil // standard library
	}
	x := newExplainer(pass, rs, eff)
	for _, fn := range eff.Program.Funcs {
		if fn.Pos().IsValid() && !x.isTest(fn.Pos()) {
			if err := x.report(fn.Pos(), Functions, x.function(fn)); err != nil {
				return nil, err
			}
		}
	}
	for i := range rs.List {
		if r := &rs.List[i]; effects.PackageOf(r.Name) != pass.Pkg.Path() {
			if err := x.report(r.Pos, Roots, Root{r.Name, x.run(r)}); err != nil {
				return nil, err
			}
		}
	}
	for _, u := range x.unknowns() {
		if err := x.report(u.pos, Unknowns, u.Unknown); err != nil {
			return nil, err
		}
	}
	return nil, x.bounds()
}

// bounds reports the bounds that the analyzers have exceeded which this one
// requires: the command has it require all rules.
func (x *explainer) bounds() error {
	var log bounds.Log
	for _, a := range x.pass.Analyzer.Requires {
		if r, ok := x.pass.ResultOf[a].(bounds.Logger); ok {
			log.Add(r.Bounds())
		}
	}
	for _, p := range log.Places() {
		if !p.Pos.IsValid() || x.isTest(p.Pos) {
			continue
		}
		if err := x.report(p.Pos, Bounds, Bound{p.Bound, x.posn(p.Pos), p.Name}); err != nil {
			return err
		}
	}
	return nil
}

type explainer struct {
	pass        *analysis.Pass
	roots       *roots.Result
	eff         *effects.Explainer
	calls       map[token.Pos]ssa.CallInstruction
	conversions []*ssa.MakeInterface
}

func newExplainer(pass *analysis.Pass, rs *roots.Result, eff *effects.Result) *explainer {
	x := &explainer{
		pass: pass, roots: rs, eff: effects.NewExplainer(eff),
		calls: callsByPos(eff.Program.Funcs),
	}
	x.conversions = x.eff.Conversions()
	return x
}

func (x *explainer) report(pos token.Pos, category string, answer any) error {
	message, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	x.pass.Report(analysis.Diagnostic{Pos: pos, Category: category, Message: string(message)})
	return nil
}

func (x *explainer) isTest(pos token.Pos) bool {
	return program.IsTest(x.pass.Fset, pos)
}

func (x *explainer) posn(pos token.Pos) string {
	if !pos.IsValid() {
		return ""
	}
	return x.pass.Fset.Position(pos).String()
}

func (x *explainer) short(full string) string { return effects.ShortName(full, x.pass.Pkg.Path()) }

// function explains one function.
func (x *explainer) function(fn *ssa.Function) Function {
	val, runs := x.runsOf(fn)
	e := x.eff.Explain(val)
	f := Function{
		Name: effects.FullName(fn), Package: x.pass.Pkg.Path(), PkgName: x.pass.Pkg.Name(),
		Posn: x.posn(fn.Pos()), Runs: runs, Ways: x.ways(e.Effects),
	}
	if syntax := fn.Syntax(); syntax != nil {
		f.EndLine = x.pass.Fset.Position(syntax.End()).Line
	}
	for _, d := range e.Deferred {
		chain := x.hops(d.Chain)
		chain[len(chain)-1].By = nil // that is the question
		f.Deferred = append(f.Deferred, Deferred{d.Value, d.Method, chain})
	}
	f.NoBody = len(fn.Blocks) == 0
	f.Skipped = x.skipped(fn)
	f.Spawns = x.spawns(fn)
	for _, u := range e.Unresolved {
		if !x.idle(u) {
			f.Unresolved = append(f.Unresolved, x.call(u))
		}
	}
	return f
}

// runsOf returns fn with what is known of its captured variables if a loop
// runs it, and the loops that do.
func (x *explainer) runsOf(fn *ssa.Function) (*effects.Func, []Run) {
	val := x.eff.Func(fn)
	var runs []Run
	for i := range x.roots.List {
		r := &x.roots.List[i]
		if r.Name != effects.FullName(fn) {
			continue
		}
		if r.Func.SSA() == fn && !r.From.IsValid() { // not a method value
			val = r.Func
		}
		runs = append(runs, x.run(r))
	}
	return val, runs
}

func (x *explainer) run(r *roots.Root) Run {
	run := Run{How: "runs on the " + r.Loop}
	switch {
	case r.Contract != "":
		run.How = "must not block (" + r.Contract + ")"
	case r.From.IsValid() && r.Framework == "":
		run.How = "has an event loop in it"
	case r.From.IsValid():
		run.How = "has the " + r.Loop + " in it"
	}
	if in := r.Injected; in != nil {
		text := "is put here, where " + x.short(in.Duty.By) + " calls it"
		run.Evidence = append(run.Evidence, Note{x.posn(in.Pos), text})
	}
	for _, ev := range r.Evidence {
		run.Evidence = append(run.Evidence, Note{x.posn(ev.Pos), ev.Text})
	}
	return run
}

// skipped returns the operations of fn that do not count, if they are worth a
// chain, each with the call in fn that leads there.
func (x *explainer) skipped(fn *ssa.Function) []Note {
	var out []Note
	for _, f := range x.eff.Skipped(fn) {
		if f.Cost > models.Micros && f.Class != models.Lock && len(f.Chain) > 0 && f.Chain[0].Pos.IsValid() {
			out = append(out, Note{x.posn(f.Chain[0].Pos), x.short(f.Op)})
		}
	}
	return out
}

// spawns returns the places of the go statements of fn.
func (x *explainer) spawns(fn *ssa.Function) []string {
	var out []string
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if g, ok := instr.(*ssa.Go); ok {
				out = append(out, x.posn(g.Pos()))
			}
		}
	}
	return out
}

// ways chooses, for each class, the effect to show.
func (x *explainer) ways(found []effects.Found) []Ways {
	var out []Ways
	for _, class := range models.Classes {
		var best *effects.Found
		count := 0
		for i := range found {
			if f := &found[i]; f.Class == class {
				count++
				if best == nil || x.compare(f, best) < 0 {
					best = f
				}
			}
		}
		if best == nil {
			continue
		}
		w := Ways{
			Class: class, Count: count, Op: best.Op, Cost: Cost(best.Cost), Loop: best.Loop,
			Suspect: best.Suspect, Chain: x.hops(best.Chain),
		}
		if best.Excused != "" {
			w.Ignored = excuse(best.Excused)
		}
		if last := len(w.Chain) - 1; class == models.Suspends && last >= 0 && w.Chain[last].By == nil {
			w.Chain[last].By = &Note{Text: "marked //yieldlint:suspends"}
		}
		out = append(out, w)
	}
	return out
}

var reasonAndPlace = lazy.Regexp(`^(.*) \((\S+:[0-9]+)\)$`)

// excuse takes the reason of a directive and its place apart.
func excuse(text string) *Note {
	if m := reasonAndPlace().FindStringSubmatch(text); m != nil {
		return &Note{Posn: m[2], Text: m[1]}
	}
	return &Note{Text: text}
}

// compare orders the effects of a class: those that last before those of
// microseconds and those that a directive excuses, certain ones first, then
// the shorter chain, the longer wait, the earlier place.
func (x *explainer) compare(a, b *effects.Found) int {
	rank := func(f *effects.Found) []int {
		return []int{
			toInt(f.Excused != ""), toInt(f.Cost <= models.Micros), toInt(f.Suspect), len(f.Chain), -int(f.Cost), x.pass.Fset.Position(f.Site).Offset,
		}
	}
	if c := slices.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	return strings.Compare(a.Op, b.Op)
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
