package sharedstate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// A places finds the places of accesses in the source. SSA gives none to the
// load of a variable: it is looked up among the uses of the variable.
type places struct {
	pass  *analysis.Pass
	uses  map[types.Object][]token.Pos // in the order of files
	decls map[token.Pos]types.Object
	funcs map[token.Pos]ast.Node
	made  map[token.Pos]string // variables, by the expression that makes their value
	memo  map[*threads.Access]token.Pos
	log   *bounds.Log
}

func newPlaces(pass *analysis.Pass) *places {
	return &places{pass: pass, memo: make(map[*threads.Access]token.Pos)}
}

// of returns the place of an access.
func (p *places) of(a *threads.Access) token.Pos {
	if pos := a.Instr.Pos(); pos.IsValid() {
		return pos
	}
	if pos, ok := p.memo[a]; ok {
		return pos
	}
	pos := returned(a)
	if !pos.IsValid() {
		pos = p.loadOf(a)
	}
	if !pos.IsValid() {
		pos = threads.Position(a.Instr)
	}
	p.memo[a] = pos
	return pos
}

// returned returns the place of the return statement for which a loads a result.
func returned(a *threads.Access) token.Pos {
	if _, isLoad := a.Instr.(*ssa.UnOp); !isLoad {
		return token.NoPos
	}
	list := a.Instr.Block().Instrs
	for _, instr := range list[slices.Index(list, a.Instr)+1:] {
		switch instr := instr.(type) {
		case *ssa.UnOp:
		case *ssa.Return:
			return instr.Pos()
		default:
			return token.NoPos
		}
	}
	return token.NoPos
}

// loadOf returns the use of the variable of a that lies between the
// instructions before and after a that have places.
func (p *places) loadOf(a *threads.Access) token.Pos {
	p.index()
	var obj types.Object
	switch _, v := threads.RootValue(a.Loc); v := v.(type) {
	case *ssa.Alloc:
		obj = p.decls[v.Pos()]
	case *ssa.Global:
		obj = v.Object()
	}
	if obj == nil {
		return token.NoPos
	}
	body := p.funcs[a.Frame.Fn.Pos()]
	if body == nil {
		return token.NoPos
	}
	lo, hi := around(a.Instr)
	if !lo.IsValid() {
		lo = body.Pos()
	}
	if !hi.IsValid() {
		hi = body.End()
	}
	for _, use := range p.uses[obj] {
		if lo <= use && use <= hi && body.Pos() <= use && use < body.End() && p.innermost(use, body) {
			return use
		}
	}
	return token.NoPos
}

// innermost reports whether no function literal inside body holds pos.
func (p *places) innermost(pos token.Pos, body ast.Node) bool {
	for _, f := range p.funcs {
		if f != body && f.Pos() <= pos && pos < f.End() && body.Pos() <= f.Pos() && f.End() <= body.End() {
			return false
		}
	}
	return true
}

// around returns the places of the nearest instructions before and after
// instr in its block.
func around(instr ssa.Instruction) (lo, hi token.Pos) {
	passed := false
	for _, x := range instr.Block().Instrs {
		switch pos := x.Pos(); {
		case x == instr:
			passed = true
		case !pos.IsValid() || isPhi(x):
		case !passed:
			lo = pos
		default:
			return lo, pos
		}
	}
	return lo, hi
}

func isPhi(instr ssa.Instruction) bool {
	_, ok := instr.(*ssa.Phi)
	return ok
}

func (p *places) index() {
	if p.uses != nil {
		return
	}
	p.uses = make(map[types.Object][]token.Pos)
	p.decls = make(map[token.Pos]types.Object)
	p.funcs = make(map[token.Pos]ast.Node)
	p.made = make(map[token.Pos]string)
	for _, file := range p.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				p.funcs[n.Name.Pos()] = n
			case *ast.FuncLit:
				p.funcs[n.Pos()] = n
			case *ast.AssignStmt:
				p.noteMade(n.Lhs, n.Rhs)
			case *ast.ValueSpec:
				names := make([]ast.Expr, len(n.Names))
				for i, id := range n.Names {
					names[i] = id
				}
				p.noteMade(names, n.Values)
			case *ast.Ident:
				if obj := p.pass.TypesInfo.Defs[n]; obj != nil {
					p.decls[n.Pos()] = obj
				} else if obj := p.pass.TypesInfo.Uses[n]; obj != nil {
					p.uses[obj] = append(p.uses[obj], n.Pos())
				}
			}
			return true
		})
	}
}

// name returns the name of a location. What is made by an expression is
// called after the variable that it is assigned to.
func (p *places) name(l *paths.Loc) string {
	text := l.String()
	top := l.Top()
	if top.Name != "" && !unnamed(top.Name) {
		return text
	}
	_, v := threads.RootValue(top)
	if v == nil {
		return text
	}
	p.index()
	name := p.made[v.Pos()]
	if name == "" {
		name = "the " + types.TypeString(v.Type(), types.RelativeTo(p.pass.Pkg)) + " made at line " + strconv.Itoa(p.pass.Fset.Position(v.Pos()).Line)
	}
	return name + strings.TrimPrefix(text, top.Name)
}

// unnamed reports whether a name is one that SSA has invented.
func unnamed(name string) bool {
	switch name {
	case "complit", "new", "makeslice", "slicelit", "varargs":
		return true
	}
	_, err := strconv.Atoi(strings.TrimPrefix(name, "t"))
	return err == nil
}

// noteMade notes which variables the values of expressions are assigned to,
// by the places that SSA gives to what makes them.
func (p *places) noteMade(lhs, rhs []ast.Expr) {
	if len(lhs) != len(rhs) {
		return
	}
	for i, x := range rhs {
		id, ok := lhs[i].(*ast.Ident)
		if !ok {
			continue
		}
		x = ast.Unparen(x)
		if u, ok := x.(*ast.UnaryExpr); ok {
			x = ast.Unparen(u.X)
		}
		switch x := x.(type) {
		case *ast.CallExpr:
			p.made[x.Lparen] = id.Name
		case *ast.CompositeLit:
			p.made[x.Lbrace] = id.Name
		}
	}
}
