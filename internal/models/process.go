package models

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/yieldlint/yieldlint/internal/lazy"
)

// A ProcessOp is what a function does to state that the whole process shares:
// the working directory, the environment, a default logger.
type ProcessOp struct {
	Func string // as in Op; patterns are allowed
	// Writes and Reads name pieces of state: a word ("cwd", "env", "umask"),
	// or a package-level variable ("os.Stdout", "net/http.DefaultClient").
	Writes, Reads []string
	// Guard says what keeps concurrent calls from corrupting memory.
	Guard Guard
	Why   string
	Ref   string
	Pos   Pos
}

// A Guard is what keeps concurrent accesses to process-wide state apart.
type Guard string

const (
	GuardLock   Guard = "lock"   // a lock or an atomic inside: concurrent calls surprise, but are no data race
	GuardKernel Guard = "kernel" // the kernel's: as for a lock
	GuardNone   Guard = "none"   // nothing: concurrent calls are a data race
)

// ProcessOp returns what fn does to process-wide state, or nil.
func (t *Table) ProcessOp(fn *types.Func) *ProcessOp {
	op, _ := t.process.find(fn)
	return op
}

// ProcessGlobals returns all functions that write process-wide state, sorted by Func.
func (t *Table) ProcessGlobals() []*ProcessOp {
	var ops []*ProcessOp
	for _, op := range t.process.exact {
		if len(op.Writes) > 0 {
			ops = append(ops, op)
		}
	}
	slices.SortFunc(ops, func(a, b *ProcessOp) int { return cmp.Compare(a.Func, b.Func) })
	return ops
}

// processList decodes the value of process.
func (l *layer) processList(d *decoder, n *yaml.Node, strict strict) {
	d.list(n, func(n *yaml.Node) {
		op := &ProcessOp{Pos: d.pos(n)}
		before := len(d.errs)
		d.mapping(n, fields{
			"func":   one(d, &op.Func, parseFunc),
			"writes": each(d, &op.Writes, parseState),
			"reads":  each(d, &op.Reads, parseState),
			"guard":  enum(d, &op.Guard, GuardLock, GuardKernel, GuardNone),
			"why":    d.text(&op.Why),
			"ref":    d.text(&op.Ref),
		}, strict.with("func", "why")...)
		switch {
		case len(d.errs) > before: // reported already
		case op.Writes == nil && op.Reads == nil:
			d.errorf(n, "neither writes nor reads")
		case op.Writes != nil && op.Guard == "":
			d.errorf(n, "writes needs a guard")
		}
		l.process = append(l.process, op)
	})
}

var stateWord = lazy.Regexp(`^[a-z]+(-[a-z]+)*$`)

// parseState checks the name of a piece of process-wide state.
func parseState(s string) (string, error) {
	if stateWord().MatchString(s) {
		return s, nil
	}
	if _, err := parseQualified(s); err != nil {
		return "", fmt.Errorf("%q is neither a word nor a variable, of the form pkg/path.Name", s)
	}
	return s, nil
}
