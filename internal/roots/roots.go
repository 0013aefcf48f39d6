// Package roots finds the functions that run on an event loop: because a
// framework calls them, because a directive says so, or because they contain
// a hand-written loop.
package roots

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"sort"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

// Analyzer finds the roots of a package. Its result is a *Result, nil for a
// standard package.
var Analyzer = &analysis.Analyzer{
	Name:       "yieldroots",
	Doc:        "find the functions that run on an event loop",
	URL:        "https://pkg.go.dev/github.com/yieldlint/yieldlint/internal/roots",
	Requires:   []*analysis.Analyzer{program.Analyzer, effects.Analyzer},
	Run:        guard.Run("yieldroots", run),
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is the roots of one package, and its directives.
type Result struct {
	List       []Root // in the order of positions, then of names
	Directives *directives.Set
}

// A Root is a function, or the loop in it, that runs on an event loop.
type Root struct {
	Func      *effects.Func
	Name      string    // full name
	Pos       token.Pos // of the function, or of its registration
	Loop      string    // how messages call the loop: "gnet event loop"
	Framework string    // models.Framework.Name, "" for a loop of the program's own
	Kind      models.Kind
	Thread    string
	Tolerates []models.Class
	Patience  models.Cost // the longest cost that does not stall the loop
	// Posted says that the function is posted to the loop by a call that waits
	// for it, from code that need not be off the loop: if it is on the loop,
	// that call never returns, and the function never runs.
	Posted bool
	// From and To enclose the loop in a function that contains more; NoPos
	// if the whole function is loop code.
	From, To token.Pos
	// Contract is the directive that forbids to block, "" for loop code, and
	// Classes what it forbids, all that block if empty.
	Contract string
	Classes  []models.Class
	// Injected is the value that is put where loop code, or code under a
	// contract, calls it; nil if the function is called by the loop itself.
	Injected *effects.Injection
	// Weak says that the evidence is not enough for a proved finding.
	Weak     bool
	Evidence []Evidence // what makes it a root
}

// Evidence is a place and what it says, "" if the place says it all.
type Evidence struct {
	Pos  token.Pos
	Text string
}

func run(pass *analysis.Pass) (any, error) {
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	if eff == nil {
		return (*Result)(nil), nil
	}
	f := &finder{
		pass: pass, eff: eff,
		dirs: eff.Directives(),
	}
	f.interfaces()
	f.registrations()
	f.firstParams()
	f.resultFuncs()
	f.marked()
	f.nonblocking()
	f.structural()
	f.injections()
	sort.SliceStable(f.list, func(i, j int) bool {
		a, b := pass.Fset.Position(f.list[i].Pos), pass.Fset.Position(f.list[j].Pos)
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		if a.Offset != b.Offset {
			return a.Offset < b.Offset
		}
		return f.list[i].Name < f.list[j].Name
	})
	return &Result{List: f.list, Directives: f.dirs}, nil
}

type finder struct {
	pass *analysis.Pass
	eff  *effects.Result
	dirs *directives.Set
	list []Root
}

// add adds a root that a framework runs, unless the model says that it has a
// goroutine of its own.
func (f *finder) add(fn *effects.Func, pos token.Pos, by models.Registration, evidence ...Evidence) {
	if by.Kind() == models.NotALoop {
		return
	}
	f.list = append(f.list, Root{
		Func: fn, Name: fn.Name(), Pos: pos,
		Loop: by.Loop(), Framework: by.Framework.Name, Kind: by.Kind(), Thread: by.Thread(),
		Tolerates: by.Framework.Tolerates, Patience: by.Framework.Patience, Evidence: evidence,
	})
}

// interfaces adds the methods that implement an interface of a framework.
func (f *finder) interfaces() {
	for _, r := range f.eff.InterfaceRoots {
		fn := f.eff.Func(r.Fn)
		name := effects.ShortName(r.By.Entry.Interface, f.pass.Pkg.Path())
		recv := types.TypeString(r.Fn.Signature.Recv().Type(), types.RelativeTo(f.pass.Pkg))
		ev := Evidence{r.Fn.Pos(), recv + " implements " + name}
		if pos := f.eff.Conversion(r.Fn, r.Interface); pos.IsValid() {
			ev = Evidence{pos, recv + " becomes a " + name + " here"}
		}
		f.add(fn, r.Fn.Pos(), r.By, ev)
	}
}

// registrations adds the funcs that the package hands to frameworks. A
// func that is both registered for a loop and for a goroutine of its own is
// loop code.
func (f *finder) registrations() {
	for _, r := range f.eff.Registrations() {
		if fn := r.Func.SSA(); fn != nil && f.isTest(fn.Pos()) || f.isTest(r.Pos) {
			continue
		}
		f.add(r.Func, r.Pos, r.By, Evidence{r.Pos, "runs on the " + r.By.Loop() + " because it is passed here"})
		if n := len(f.list); n > 0 && r.By.Waits() && f.list[n-1].Func == r.Func {
			f.list[n-1].Posted = !f.offLoop(r.Func.SSA())
		}
	}
}

// offLoop reports whether the literal fn is written in a function that is
// started as a goroutine.
func (f *finder) offLoop(fn *ssa.Function) bool {
	if fn == nil {
		return false
	}
	for p := fn.Parent(); p != nil; p = p.Parent() {
		for _, g := range f.eff.Program.Funcs {
			for _, b := range g.Blocks {
				for _, instr := range b.Instrs {
					if instr, ok := instr.(*ssa.Go); ok && instr.Call.StaticCallee() == p {
						return true
					}
				}
			}
		}
	}
	return false
}

func (f *finder) isTest(pos token.Pos) bool { return program.IsTest(f.pass.Fset, pos) }

// firstParams adds the declared functions whose first parameter has a type
// that only a framework makes.
func (f *finder) firstParams() {
	for _, reg := range f.eff.Table.FirstParamRoots() {
		for _, fn := range f.eff.Program.Funcs {
			if fn.Parent() != nil || f.isTest(fn.Pos()) || fn.Signature.Params().Len() == 0 {
				continue
			}
			named, ok := types.Unalias(fn.Signature.Params().At(0).Type()).(*types.Named)
			if ok && named.Obj().Pkg() != nil &&
				slices.Contains(reg.Entry.FirstParam, named.Obj().Pkg().Path()+"."+named.Obj().Name()) {
				f.add(f.eff.Func(fn), fn.Pos(), reg, Evidence{fn.Pos(), "its first parameter makes it " + reg.Loop() + " code"})
			}
		}
	}
}

// resultFuncs adds the funcs that implementations of a framework's method return.
func (f *finder) resultFuncs() {
	for _, reg := range f.eff.Table.ResultRoots() {
		method := effects.ShortName(reg.Entry.Result, f.pass.Pkg.Path())
		for _, g := range f.eff.ResultFuncs(reg.Entry.Result) {
			if g.SSA() != nil {
				pos := g.SSA().Pos()
				f.add(g, pos, reg, Evidence{pos, "an implementation of " + method + " returns it to the " + reg.Loop()})
			}
		}
	}
}

// marked adds what eventloop directives mark.
func (f *finder) marked() {
	for _, m := range f.dirs.EventLoop() {
		for _, fn := range f.markedFuncs(m) {
			f.list = append(f.list, Root{
				Func: fn, Name: fn.Name(), Pos: m.Node.Pos(),
				Loop: "event loop", Kind: models.Loop, Thread: "one",
				Evidence: []Evidence{{m.Pos, "marked //yieldlint:eventloop here"}},
			})
		}
	}
}

func (f *finder) markedFuncs(m directives.Marked) []*effects.Func {
	switch node := m.Node.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		for _, fn := range f.eff.Program.Funcs {
			if fn.Syntax() == node {
				return []*effects.Func{f.eff.Func(fn)}
			}
		}
	case *ast.TypeSpec:
		return f.converted(m.Obj)
	case *ast.Field:
		switch obj := m.Obj.(type) {
		case *types.Var:
			return f.eff.FieldFuncs(obj)
		case *types.Func:
			if iface, ok := obj.Signature().Recv().Type().Underlying().(*types.Interface); ok {
				var out []*effects.Func
				for _, fn := range f.eff.Implementers(iface, obj.Name()) {
					out = append(out, f.eff.Func(fn))
				}
				return out
			}
		}
	}
	return nil
}

// converted returns the funcs that the package converts to a named func type.
func (f *finder) converted(typ types.Object) []*effects.Func {
	var out []*effects.Func
	for _, fn := range f.eff.Program.Funcs {
		if f.isTest(fn.Pos()) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(*ssa.ChangeType)
				if !ok {
					continue
				}
				if named, ok := types.Unalias(c.Type()).(*types.Named); ok && named.Obj() == typ {
					out = append(out, f.eff.FuncsIn(c.X)...)
				}
			}
		}
	}
	return out
}

// structural adds the hand-written loops.
func (f *finder) structural() {
	for _, l := range f.eff.Loops() {
		fn := f.eff.Func(l.Fn)
		r := Root{
			Func: fn, Name: fn.Name(), Pos: l.Body.Pos(),
			Loop: effects.LoopName(fn.Name(), f.pass.Pkg.Path()),
			Kind: models.Loop, Thread: "one",
			From: l.Pos, To: l.End, Weak: !l.Strong,
			Evidence: []Evidence{{l.Body.Pos(), "this loop " + l.Evidence}},
		}
		if reg, ok := f.eff.PolledBy(l); ok {
			r.Loop, r.Framework, r.Kind, r.Thread = reg.Loop(), reg.Framework.Name, reg.Kind(), reg.Thread()
			r.Tolerates, r.Patience = reg.Framework.Tolerates, reg.Framework.Patience
		}
		if r.Kind != models.NotALoop {
			f.list = append(f.list, r)
		}
	}
}

// nonblocking adds the functions that a directive forbids to block.
func (f *finder) nonblocking() {
	for _, m := range f.dirs.Contracts("nonblocking") {
		switch m.Node.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			for _, fn := range f.markedFuncs(m) {
				f.list = append(f.list, Root{
					Func: fn, Name: fn.Name(), Pos: m.Node.Pos(), Kind: models.Loop,
					Contract: m.Name, Classes: classes(m.Classes),
					Evidence: []Evidence{{m.Pos, "marked //yieldlint:nonblocking here"}},
				})
			}
		}
	}
}

func classes(names []string) []models.Class {
	var out []models.Class
	for _, name := range names {
		out = append(out, models.Class(name))
	}
	return out
}

// injections adds the values that the package puts where code that must not
// block calls them.
func (f *finder) injections() {
	for _, in := range f.eff.Injections() {
		d := in.Duty
		if d.Contract == effects.InWindow {
			continue // is no loop, and may block
		}
		r := Root{
			Func: in.Func, Name: in.Func.Name(), Pos: in.Pos,
			Loop: d.Loop, Kind: models.Loop, Thread: "one",
			Contract: d.Contract, Classes: d.Classes, Injected: in, Weak: d.Weak,
		}
		if reg, ok := f.eff.Table.Registration(d.Key); ok && d.Key != "" {
			r.Loop, r.Framework, r.Kind, r.Thread = reg.Loop(), reg.Framework.Name, reg.Kind(), reg.Thread()
			r.Tolerates, r.Patience = reg.Framework.Tolerates, reg.Framework.Patience
		}
		if d.Loop == effects.HandWritten {
			r.Loop = effects.LoopName(d.By, f.pass.Pkg.Path())
		}
		f.list = append(f.list, r)
	}
}

// Effects returns what the root may do.
func (r *Root) Effects(eff *effects.Result) []effects.Found {
	if r.Injected != nil {
		return eff.InjectedEffects(r.Injected)
	}
	if r.From.IsValid() {
		return eff.EffectsWithin(r.Func.SSA(), r.From, r.To)
	}
	return eff.Effects(r.Func)
}
