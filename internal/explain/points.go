package explain

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/roots"
)

// PointsName is the name of the analyzer PointsAnalyzer, and of the flag that
// enables it.
const PointsName = "yieldgutter"

// PointsAnalyzer reports the answers of yieldlint points: of each function,
// where it may suspend, and where it holds which locks. It is apart from
// Analyzer because locks need the facts of accesses, which the other questions
// do without.
var PointsAnalyzer = &analysis.Analyzer{
	Name:     PointsName,
	Doc:      "answer the questions of yieldlint points, as JSON",
	URL:      Analyzer.URL,
	Requires: []*analysis.Analyzer{effects.Analyzer, roots.Analyzer, accesses.Analyzer},
	Run:      guard.Run(PointsName, runPoints),
}

// A Gutter is what is known of the lines of one function. It does not say what
// is known of its literals, which have gutters of their own.
type Gutter struct {
	Name    string  `json:"name"`
	Package string  `json:"package"`
	PkgName string  `json:"pkgname"`
	Posn    string  `json:"posn"`
	EndLine int     `json:"endline"`
	Points  []Point `json:"points,omitempty"` // in the order of positions
	Locks   []Span  `json:"locks,omitempty"`  // in the order of lines, then of names
}

// A Point is an instruction at which a function may suspend.
type Point struct {
	Posn string `json:"posn"`
	Ways []Ways `json:"ways"` // by class, in the order of models.Classes
}

// A Span is lines on all of which a lock must be held: at each instruction on
// them but those that take it.
type Span struct {
	Lock string `json:"lock"` // as the source would name it
	Read bool   `json:"read,omitempty"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

func runPoints(pass *analysis.Pass) (any, error) {
	rs := pass.ResultOf[roots.Analyzer].(*roots.Result)
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	acc := pass.ResultOf[accesses.Analyzer].(*accesses.Result)
	if rs == nil || eff == nil || acc == nil {
		return nil, nil // standard library
	}
	x := newExplainer(pass, rs, eff)
	for _, fn := range eff.Program.Funcs {
		if !fn.Pos().IsValid() || x.isTest(fn.Pos()) {
			continue
		}
		g := Gutter{
			Name: effects.FullName(fn), Package: pass.Pkg.Path(), PkgName: pass.Pkg.Name(), Posn: x.posn(fn.Pos()),
			Points: x.points(fn), Locks: x.spans(acc.Locks, fn),
		}
		if syntax := fn.Syntax(); syntax != nil {
			g.EndLine = x.line(syntax.End())
		}
		if err := x.report(fn.Pos(), Points, g); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (x *explainer) line(pos token.Pos) int { return x.pass.Fset.Position(pos).Line }

// points returns the instructions at which fn may suspend, each with the
// shortest chain of each class. Two calls that lead to one operation are two
// points, so each instruction is asked by itself.
func (x *explainer) points(fn *ssa.Function) []Point {
	if len(x.eff.EffectsOf(fn, nil)) == 0 {
		return nil
	}
	byPos := make(map[token.Pos]bool)
	var places []token.Pos
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if pos := instr.Pos(); pos.IsValid() && maySuspend(instr) && !byPos[pos] {
				byPos[pos] = true
				places = append(places, pos)
			}
		}
	}
	slices.SortFunc(places, func(a, b token.Pos) int {
		p, q := x.pass.Fset.Position(a), x.pass.Fset.Position(b)
		return cmp.Or(strings.Compare(p.Filename, q.Filename), cmp.Compare(p.Offset, q.Offset))
	})
	var out []Point
	for _, pos := range places {
		found := x.eff.EffectsOf(fn, func(instr ssa.Instruction) bool { return instr.Pos() == pos })
		if ways := x.ways(found); len(ways) > 0 {
			out = append(out, Point{x.posn(pos), ways})
		}
	}
	return out
}

// maySuspend reports whether instr is of a kind that can suspend.
func maySuspend(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Call, *ssa.Defer, *ssa.Send, *ssa.Select:
		return true
	case *ssa.UnOp:
		return instr.Op == token.ARROW
	}
	return false
}

// spans returns the lines of fn on which locks must be held. A line has a lock
// if it is held before each of its instructions, but for those that take it.
func (x *explainer) spans(held *locks.Analysis, fn *ssa.Function) []Span {
	onLine := make(map[int][]Span)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if !instr.Pos().IsValid() || !hasLocks(instr) {
				continue
			}
			n := x.line(instr.Pos())
			here := named(held.Before(before(instr)), n)
			if old, ok := onLine[n]; ok {
				here = common(old, here)
			}
			onLine[n] = here
		}
	}
	return joined(onLine)
}

// before returns the instruction before which locks are held as on the line
// of instr: for a return, which comes after the deferred calls, these.
func before(instr ssa.Instruction) ssa.Instruction {
	if _, ok := instr.(*ssa.Return); ok {
		for _, x := range instr.Block().Instrs {
			if _, ok := x.(*ssa.RunDefers); ok {
				return x
			}
		}
	}
	return instr
}

// hasLocks reports whether the locks before instr are known, and say something
// of its line.
func hasLocks(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Call, *ssa.Defer, *ssa.Store, *ssa.MapUpdate, *ssa.Send, *ssa.Select, *ssa.Go, *ssa.Return, *ssa.Lookup, *ssa.Range:
		return true
	case *ssa.UnOp:
		return instr.Op == token.MUL || instr.Op == token.ARROW
	}
	return false
}

// named returns the locks of a set as spans of one line, in the order of names.
func named(set locks.Set, line int) []Span {
	var out []Span
	for _, h := range set {
		s := Span{Lock: lockName(h), Read: h.Read, From: line, To: line}
		if s.Lock != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Span) int { return strings.Compare(a.Lock, b.Lock) })
	return out
}

// lockName names a lock as the source would: by its path, or, if callers hold
// it, by its declaration.
func lockName(h locks.Held) string {
	if h.Loc != nil {
		return strings.TrimPrefix(h.Loc.String(), "&")
	}
	if d, ok := h.Class.(interface{ Name() string }); ok {
		return d.Name()
	}
	return ""
}

func common(a, b []Span) []Span {
	var out []Span
	for _, s := range a {
		for _, t := range b {
			if s.Lock == t.Lock {
				s.Read = s.Read || t.Read
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// joined joins the spans of lines that follow each other with nothing between
// them that says otherwise: lines without an instruction belong to those around.
func joined(onLine map[int][]Span) []Span {
	var lines []int
	for n := range onLine {
		lines = append(lines, n)
	}
	slices.Sort(lines)
	var out, open []Span
	for _, n := range lines {
		var still []Span
		for _, s := range onLine[n] {
			if i := slices.IndexFunc(open, func(o Span) bool { return o.Lock == s.Lock && o.Read == s.Read }); i >= 0 {
				s.From = open[i].From
				open = slices.Delete(open, i, i+1)
			}
			still = append(still, s)
		}
		out = append(out, open...)
		open = still
	}
	out = append(out, open...)
	slices.SortFunc(out, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), strings.Compare(a.Lock, b.Lock))
	})
	return out
}
