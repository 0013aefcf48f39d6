package yieldpoints

import (
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
)

// skipped reports whether nothing is reported of fn: it is in a file of tests,
// in a generated one, or in one of mocks and fakes.
func skipped(acc *accesses.Result, fn *ssa.Function) bool {
	if acc.IsTest(fn) {
		return true
	}
	for file, kind := range acc.Program.Files {
		if file.FileStart <= fn.Pos() && fn.Pos() < file.FileEnd {
			return kind.Generated || isFake(acc.Program.Pkg.Pkg, acc.Program.Prog.Fset.Position(file.FileStart).Filename)
		}
	}
	return false
}

// isFake reports whether a file of a package holds stand-ins for tests. Where
// the module lies on the machine does not matter.
func isFake(pkg *types.Package, name string) bool {
	name = strings.ToLower(pkg.Path() + "/" + filepath.Base(name))
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/_.-", r) }) {
		switch part {
		case "mock", "mocks", "fake", "fakes", "testutil", "testutils", "testing", "testhelpers":
			return true
		}
	}
	return false
}

// instrAt returns the instruction at pos, nil if it is not of this package.
func (l *locker) instrAt(pos token.Pos) ssa.Instruction {
	if l.instrs == nil {
		l.instrs = make(map[token.Pos]ssa.Instruction)
		for _, fn := range l.crit.Program.Funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if _, isDebug := instr.(*ssa.DebugRef); isDebug || !instr.Pos().IsValid() {
						continue
					}
					_, isCall := instr.(ssa.CallInstruction)
					if old := l.instrs[instr.Pos()]; old == nil || isCall {
						l.instrs[instr.Pos()] = instr
					}
				}
			}
		}
	}
	return l.instrs[pos]
}

// functionAt returns the function of the instruction at pos, else fn.
func (l *locker) functionAt(pos token.Pos, fn *ssa.Function) *ssa.Function {
	if instr := l.instrAt(pos); instr != nil {
		return instr.Parent()
	}
	return fn
}

// stores returns the stores of the package, in the order of its functions.
func (l *locker) stores() []*ssa.Store {
	var out []*ssa.Store
	for _, fn := range l.crit.Program.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok {
					out = append(out, st)
				}
			}
		}
	}
	return out
}
