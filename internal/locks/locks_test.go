package locks_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

const locked = `package p

import "sync"

type box struct {
	mu   sync.Mutex
	rw   sync.RWMutex
	ptr  *sync.Mutex
	once sync.Once
	cond *sync.Cond
	in   inner
	n    int
	sync.Mutex
}

type inner struct{ mu sync.Mutex }

var global sync.Mutex

func at() {}
func cond() bool { return false }

func plain(b *box)    { at(); b.mu.Lock(); at(); b.mu.Unlock(); at() }
func embedded(b *box) { b.Lock(); at(); b.Unlock(); at() }
func pointer(b *box)  { b.ptr.Lock(); at(); b.ptr.Unlock(); at() }
func globals()        { global.Lock(); at(); global.Unlock(); at() }
func local()          { var mu sync.Mutex; mu.Lock(); at(); mu.Unlock(); at() }
func two(b, c *box)   { b.mu.Lock(); c.mu.Lock(); at(); b.mu.Unlock(); at() }
func other(b, c *box) { b.mu.Lock(); c.mu.Unlock(); at() }
func read(b *box)     { b.rw.RLock(); at(); b.rw.RUnlock(); at(); b.rw.Lock(); at() }
func locker(l sync.Locker) { l.Lock(); at(); l.Unlock(); at() }
func once(b *box)     { b.once.Do(func() { at() }); at() }

// Deferred.
func deferred(b *box) { b.mu.Lock(); defer b.mu.Unlock(); at(); func() { at() }() }
func deferredBefore(b *box) { defer at(); b.mu.Lock(); at(); b.mu.Unlock() }
func deferredLiteral(b *box) { b.mu.Lock(); defer func() { at(); b.mu.Unlock(); at() }(); at() }

// Branches.
func oneBranch(b *box) {
	if cond() {
		b.mu.Lock()
		at()
	}
	at()
}
func bothBranches(b *box) {
	if cond() {
		b.mu.Lock()
	} else {
		b.mu.Lock()
	}
	at()
}
func readOrWrite(b *box) {
	if cond() {
		b.rw.Lock()
	} else {
		b.rw.RLock()
	}
	at()
}
func early(b *box) {
	b.mu.Lock()
	if cond() {
		b.mu.Unlock()
		at()
		return
	}
	at()
	b.mu.Unlock()
}
func loop(b *box) {
	b.mu.Lock()
	for cond() {
		at()
		b.mu.Unlock()
		at()
		b.mu.Lock()
	}
	at()
}
func loopLeak(b *box) {
	for cond() {
		at()
		b.mu.Lock()
	}
	at()
}
func panics(b *box) {
	b.mu.Lock()
	if cond() {
		b.mu.Unlock()
		panic("no")
	}
	at()
}

func defersEarly(b *box) {
	if cond() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	at()
}
func defersSome(b *box, lock bool) {
	if lock {
		b.mu.Lock()
		defer b.mu.Unlock()
	}
	at()
}
func releasesSome(b *box, lock bool) {
	if lock {
		b.mu.Lock()
	}
	at()
	if lock {
		b.mu.Unlock()
	}
}

// Attempts.
func try(b *box) {
	if b.mu.TryLock() {
		at()
		b.mu.Unlock()
	}
	at()
}
func tryNot(b *box) {
	if !b.mu.TryLock() {
		at()
		return
	}
	at()
}
func tryKept(b *box) {
	ok := b.mu.TryLock()
	if !ok {
		return
	}
	at()
}
func tryRead(b *box) {
	if b.rw.TryRLock() {
		at()
	}
}
func tryIgnored(b *box) { b.mu.TryLock(); at() }

// Cond: Wait gives the lock back and has it again when it returns.
func wait(b *box) {
	b.cond.L.Lock()
	for cond() {
		b.cond.Wait()
		at()
	}
	at()
	b.cond.L.Unlock()
	at()
}

// Wrappers.
func (b *box) lock()      { b.mu.Lock() }
func (b *box) unlock()    { b.mu.Unlock() }
func (b *box) lockIn()    { b.in.mu.Lock() }
func (b *box) relock()    { b.unlock(); at(); b.lock(); at() }
func (b *box) maybeLock() { if cond() { b.mu.Lock() } }
func lockOf(b *box)       { b.lock() }
func lockAll(list ...*box) { for _, b := range list { b.lock() } }
func wrapped(b *box)      { b.lock(); at(); b.unlock(); at() }
func wrappedTwice(b *box) { lockOf(b); at(); defer b.unlock(); at() }
func wrappedIn(b *box)    { b.lockIn(); at() }
func wrappedOther(b, c *box) { b.lock(); c.unlock(); at() }
func maybe(b *box)        { b.maybeLock(); at() }
func relocks(b *box)      { b.lock(); b.relock(); at() }
func methodValue(b *box)  { f := b.lock; f(); at() }
func withGlobal()         { lockGlobal(); at() }
func lockGlobal()         { global.Lock() }
func returnsUnlock(b *box) func() { b.mu.Lock(); return func() { b.mu.Unlock() } }
func usesReturned(b *box) { defer returnsUnlock(b)(); at() }
func literalLocks(b *box) { f := func() { b.mu.Lock() }; f(); at() }

// Given back and taken again: what the caller has stays its own.
func (b *box) between(give bool) {
	if give {
		b.mu.Unlock()
	}
	at()
	if give {
		b.mu.Lock()
	}
	at()
}
func (b *box) betweenOnly(give, take bool) {
	if give {
		b.mu.Unlock()
	}
	if take {
		b.mu.Lock()
	}
}
func (b *box) betweenNot(give bool) {
	if give {
		b.mu.Unlock()
	}
	if !give {
		b.mu.Lock()
	}
}
func (b *box) deferredAgain() bool {
	if cond() {
		return true
	}
	b.mu.Unlock()
	defer b.mu.Lock()
	return cond()
}
func (b *box) someAgain(c *box) {
	if c.ptr != nil {
		b.mu.Unlock()
		at()
		b.mu.Lock()
	}
}
func (b *box) someEarly(c *box) {
	if c.ptr != nil {
		b.mu.Unlock()
		if cond() {
			return
		}
		b.mu.Lock()
	}
}
func (b *box) outer(c *box) { b.someAgain(c) }
func callsBetween(b *box)     { b.mu.Lock(); b.between(cond()); at() }
func callsBetweenOnly(b *box) { b.mu.Lock(); b.betweenOnly(cond(), cond()); at() }
func callsBetweenNot(b *box)  { b.mu.Lock(); b.betweenNot(cond()); at() }
func callsDeferredAgain(b *box) { b.mu.Lock(); defer b.mu.Unlock(); b.deferredAgain(); at() }
func callsSomeAgain(b, c *box) { b.mu.Lock(); for cond() { b.outer(c); at() }; at() }
func callsSomeEarly(b, c *box) { b.mu.Lock(); b.someEarly(c); at() }
func ownBetween(b *box, give bool) {
	b.mu.Lock()
	if give {
		b.mu.Unlock()
	}
	at()
	if give {
		b.mu.Lock()
	}
	at()
}
func ownBetweenLoop(b *box) {
	b.mu.Lock()
	for {
		give := cond()
		if give {
			b.mu.Unlock()
		}
		at()
		if give {
			b.mu.Lock()
		}
		at()
	}
}
func ownBetweenChanged(b *box) {
	b.mu.Lock()
	for give := cond(); ; give = cond() {
		if give {
			b.mu.Lock()
		}
		at()
		if give {
			b.mu.Unlock()
		}
	}
}

// With-lock functions.
func (b *box) with(f func())   { b.mu.Lock(); defer b.mu.Unlock(); f() }
func (b *box) withNot(f func()) { b.mu.Lock(); b.mu.Unlock(); f() }
func (b *box) withSome(f func()) { if cond() { b.mu.Lock(); defer b.mu.Unlock(); f(); return }; f() }
func (b *box) withRead(f func()) { b.rw.RLock(); defer b.rw.RUnlock(); f() }

// A goroutine starts without locks.
func starts(b *box) { b.mu.Lock(); go func() { at() }(); at() }
`

var loaded *program.Program

// load loads the source, once for all tests.
func load(t *testing.T) *program.Program {
	t.Helper()
	if loaded == nil {
		loaded = linttest.Program(t, locked)
	}
	return loaded
}

// TestBefore: the locks at each call of at, in the order of the source. A lock
// that is held for reading has an r, one that is held differently on different
// paths an m.
func TestBefore(t *testing.T) {
	prog := load(t)
	a := locks.New(prog.Funcs, models.Builtin(), nil)
	for name, want := range map[string]string{
		"plain":          "- b.mu -",
		"embedded":       "b.Mutex -",
		"pointer":        "b.ptr -",
		"globals":        "global -",
		"local":          "mu -",
		"two":            "b.mu,c.mu c.mu",
		"other":          "b.mu",
		"read":           "b.rw:r - b.rw",
		"locker":         "l -",
		"once":           "-",
		"deferred":       "b.mu",
		"deferredBefore": "b.mu",

		"deferredLiteral": "b.mu",

		"oneBranch":    "b.mu -",
		"bothBranches": "b.mu",
		"readOrWrite":  "b.rw:rm",
		"early":        "- b.mu",
		"loop":         "b.mu - b.mu",
		"loopLeak":     "- -",
		"panics":       "b.mu",
		"defersEarly":  "b.mu",
		"defersSome":   "-",
		"releasesSome": "-",

		"try":        "b.mu -",
		"tryNot":     "- b.mu",
		"tryKept":    "b.mu",
		"tryRead":    "b.rw:r",
		"tryIgnored": "-",

		"wait": "b.cond b.cond -",

		"wrapped":      "b.mu -",
		"wrappedTwice": "b.mu b.mu",
		"wrappedIn":    "b.in.mu",
		"wrappedOther": "b.mu",
		"maybe":        "-",
		"relock":       "- b.mu",
		"relocks":      "b.mu",
		"methodValue":  "-",
		"withGlobal":   "global",
		"usesReturned": "b.mu",
		"literalLocks": "b.mu",

		"between":            "- -",
		"callsBetween":       "b.mu",
		"callsBetweenOnly":   "-",
		"callsBetweenNot":    "-",
		"callsDeferredAgain": "b.mu",
		"callsSomeAgain":     "b.mu b.mu",
		"callsSomeEarly":     "-",
		"ownBetween":         "- b.mu",
		"ownBetweenLoop":     "- b.mu",
		"ownBetweenChanged":  "-",

		"starts":   "b.mu",
		"starts$1": "-",
	} {
		check(t, name, calls(prog.Funcs, name, a), want)
	}
}

func check(t *testing.T, name, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", name, got, want)
	}
}

// calls returns the locks at each call of at in the function called name.
func calls(funcs []*ssa.Function, name string, a *locks.Analysis) string {
	var sites []*ssa.Call
	for _, b := range named(funcs, name).Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Name() == "at" {
				sites = append(sites, call)
			}
		}
	}
	slices.SortFunc(sites, func(x, y *ssa.Call) int { return int(x.Pos() - y.Pos()) })
	var out []string
	for _, call := range sites {
		out = append(out, spell(a.Before(call)))
	}
	return strings.Join(out, " ")
}

func named(funcs []*ssa.Function, name string) *ssa.Function {
	for _, fn := range funcs {
		if fn.Name() == name {
			return fn
		}
	}
	panic("no function " + name)
}

func spell(s []locks.Held) string {
	var out []string
	for _, h := range s {
		text := h.Loc.String()
		if h.Read || h.Mixed {
			text += ":"
		}
		if h.Read {
			text += "r"
		}
		if h.Mixed {
			text += "m"
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return "-"
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// TestSummaries: what calls take from callers and give to them.
func TestSummaries(t *testing.T) {
	prog := load(t)
	a := locks.New(prog.Funcs, models.Builtin(), nil)
	for name, want := range map[string]string{
		"plain":          "- -",
		"lock":           "b.mu -",
		"unlock":         "- b.mu",
		"lockIn":         "b.in.mu -",
		"relock":         "b.mu b.mu",
		"maybeLock":      "- -",
		"lockOf":         "b.mu -",
		"lockAll":        "- -",
		"lockGlobal":     "global -",
		"local":          "- -",
		"tryIgnored":     "- -",
		"defersEarly":    "- -",
		"defersSome":     "- -",
		"releasesSome":   "- -",
		"tryKept":        "- -",
		"deferred":       "- -",
		"returnsUnlock":  "b.mu -",
		"literalLocks$1": "b.mu -",
		"read":           "b.rw -",
		"tryRead":        "- -",
	} {
		f := a.Funcs[named(prog.Funcs, name)]
		check(t, name, spell(f.Acquires)+" "+spell(f.Releases), want)
	}
}

// TestParamCalls: the locks under which functions call what they are given.
func TestParamCalls(t *testing.T) {
	prog := load(t)
	a := locks.New(prog.Funcs, models.Builtin(), nil)
	for name, want := range map[string]string{
		"with":     "b.mu",
		"withNot":  "-",
		"withSome": "-",
		"withRead": "b.rw:r",
	} {
		fn := named(prog.Funcs, name)
		held, called := a.ParamCalls[fn.Params[1]]
		if !called {
			t.Errorf("%s calls nothing", name)
		}
		check(t, name, spell(held), want)
	}
}

// TestOps: what single calls do.
func TestOps(t *testing.T) {
	prog := load(t)
	a := locks.New(prog.Funcs, models.Builtin(), nil)
	names := map[locks.OpKind]string{
		locks.None: "none", locks.Acquire: "acquire", locks.Release: "release", locks.Try: "try", locks.With: "with", locks.Wait: "wait",
	}
	for name, want := range map[string]string{
		"plain":   "acquire b.mu, release b.mu",
		"read":    "acquire b.rw:r, release b.rw:r, acquire b.rw",
		"tryRead": "try b.rw:r",
		"try":     "try b.mu, release b.mu",
		"once":    "with b.once",
		"locker":  "acquire l, release l",
		"wrapped": "",
	} {
		var ops []string
		for _, b := range named(prog.Funcs, name).Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					if op := a.OpOf(call); op != nil {
						ops = append(ops, names[op.Kind]+" "+spell([]locks.Held{op.Lock}))
					}
				}
			}
		}
		check(t, name, strings.Join(ops, ", "), want)
	}
}

// TestEntry: what callers hold is held, until it is given back; and it is not
// part of what the function takes.
func TestEntry(t *testing.T) {
	prog := load(t)
	a := locks.New(prog.Funcs, models.Builtin(), nil)
	fn := named(prog.Funcs, "relock")
	b := a.Paths.Of(fn.Params[0])
	mu := a.OpOf(firstOp(a, named(prog.Funcs, "lock"))).Lock.Class
	var lock locks.Held
	for _, k := range b.Kids() {
		if locks.ClassOf(k) == mu {
			lock = locks.Held{Class: mu, Loc: k}
		}
	}
	a.SetEntry(fn, locks.Set{lock})
	check(t, "at the start", spell(a.Before(fn.Blocks[0].Instrs[0])), "b.mu")
	check(t, "behind the unlock", calls(prog.Funcs, "relock", a), "- b.mu")
	a.SetEntry(fn, locks.Set{{Class: mu}})
	check(t, "some lock of the class", calls(prog.Funcs, "relock", a), "- b.mu")
	a.SetEntry(fn, nil)
	check(t, "nobody holds it", spell(a.Before(fn.Blocks[0].Instrs[0])), "-")
}

func firstOp(a *locks.Analysis, fn *ssa.Function) ssa.CallInstruction {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && a.OpOf(call) != nil {
				return call
			}
		}
	}
	return nil
}

// TestOrderOfFunctions: callers before callees or behind them, the answers are
// the same. Literals come behind their parents, as callers of New have them.
func TestOrderOfFunctions(t *testing.T) {
	prog := load(t)
	all := func(funcs []*ssa.Function) string {
		a := locks.New(funcs, models.Builtin(), nil)
		var b strings.Builder
		for _, fn := range prog.Funcs {
			f := a.Funcs[fn]
			b.WriteString(fn.Name() + ": " + spell(f.Acquires) + " " + spell(f.Releases) + " " + calls(prog.Funcs, fn.Name(), a) + "\n")
		}
		return b.String()
	}
	want := all(prog.Funcs)
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		rank := make(map[*ssa.Function]int)
		for _, fn := range prog.Funcs {
			if fn.Parent() == nil {
				rank[fn] = rnd.IntN(1000)
			} else {
				rank[fn] = rank[fn.Parent()]
			}
		}
		funcs := slices.Clone(prog.Funcs)
		slices.SortStableFunc(funcs, func(f, g *ssa.Function) int { return rank[f] - rank[g] })
		if got := all(funcs); got != want {
			t.Fatalf("another order of functions, other locks\n got %s\nwant %s", got, want)
		}
	}
}
