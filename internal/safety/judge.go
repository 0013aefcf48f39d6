package safety

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/bounds"
	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/locks"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/program"
)

// maxLevelRounds bounds the fixed point of levels: they only get worse, and a
// chain of types that contain each other is rarely longer.
const maxLevelRounds = 8

// A judge decides about the types of one package.
type judge struct {
	pass     *analysis.Pass
	acc      *accesses.Result
	types    []*typeOf // in the order of names
	own      map[*types.TypeName]*typeOf
	effects  map[*ssa.Function]map[int]effect
	raws     []raw
	calls    []call
	once     map[any]bool                   // locks that are a sync.Once or its like
	escapes  map[*types.Var]token.Pos       // where the address of a field gets out of view
	returned map[*types.Var]ssa.Instruction // where an exported function returns the map or slice in a field
	loaded   map[*types.Var]bool            // the interface or func in it is called, or passed on, without a lock
	uses     map[*types.Var][]*use
	partSafe map[*types.Var]bool                // of the last round
	callsOf  map[*ssa.Function][]call           // of functions of the package
	worse    bool                               // something got worse in this round
	wholes   map[*types.TypeName][]*use         // writes of whole values
	marks    map[types.Object]directives.Marked // confined
	guards   map[types.Object]directives.Marked // guardedby
	log      bounds.Log
}

// A typeOf is one declared type.
type typeOf struct {
	obj    *types.TypeName
	doc    *ast.CommentGroup
	file   *ast.File
	level  Level
	locks  []string
	reason *reason
	parts  []*part
	claim  *Claim
	// depends are the fields whose dynamic types decide.
	depends []string
}

// A reason is a text about a place.
type reason struct {
	pos  token.Pos
	text string
}

func newJudge(pass *analysis.Pass, acc *accesses.Result) *judge {
	j := &judge{
		pass: pass, acc: acc, own: make(map[*types.TypeName]*typeOf), once: make(map[any]bool), partSafe: make(map[*types.Var]bool),
		marks: make(map[types.Object]directives.Marked), guards: make(map[types.Object]directives.Marked),
	}
	set := pass.ResultOf[directives.Analyzer].(*directives.Set)
	for _, m := range set.Contracts("confined") {
		j.marks[m.Obj] = m
	}
	for _, m := range set.Contracts("guardedby") {
		j.guards[m.Obj] = m
	}
	pkgDocs := slices.DeleteFunc(PackageDocs(pass), func(doc *ast.CommentGroup) bool { return program.IsTest(pass.Fset, doc.Pos()) })
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, spec := range gen.Specs {
				spec := spec.(*ast.TypeSpec)
				obj, ok := pass.TypesInfo.Defs[spec.Name].(*types.TypeName)
				if !ok || obj.IsAlias() || types.IsInterface(obj.Type()) {
					continue
				}
				t := &typeOf{obj: obj, doc: DocOf(gen, spec), file: file, level: Synchronised}
				t.claim = TypeClaim(t.doc, pkgDocs, obj.Name())
				j.types = append(j.types, t)
				j.own[obj] = t
			}
		}
	}
	slices.SortFunc(j.types, func(a, b *typeOf) int { return cmp.Compare(a.obj.Name(), b.obj.Name()) })
	return j
}

// solve computes the levels of all types.
func (j *judge) solve() {
	j.rawAccesses()
	j.findCalls()
	j.findEscapes()
	for round := range maxLevelRounds {
		j.computeEffects()
		j.collect()
		j.worse = false
		for _, t := range j.types {
			before := *t
			j.decide(t)
			switch {
			case before.level.Safe() && !t.level.Safe():
				j.worse = true
				if round == maxLevelRounds-1 {
					j.log.ExceededBy("safety.maxLevelRounds", t.obj)
				}
			case !before.level.Safe() && t.level.Safe():
				*t = before // levels only get worse
			}
		}
		if !j.worse {
			break
		}
	}
}

// decide computes the level of one type from its fields.
func (j *judge) decide(t *typeOf) {
	t.parts, t.locks, t.reason, t.depends = nil, nil, nil, nil
	st, ok := t.obj.Type().Underlying().(*types.Struct)
	if !ok {
		j.decideValue(t)
	} else {
		j.addParts(t, st)
		j.combine(t)
		j.whole(t)
	}
	if m, ok := j.marks[t.obj]; ok {
		t.level, t.locks, t.reason = Confined, nil, &reason{m.Pos, "its directive says so"}
		return
	}
	if t.claim != nil && !t.claim.Safe && t.level.Safe() {
		t.level, t.locks, t.reason = NotSafe, nil, &reason{t.claim.Pos, "its comment says so"}
	}
}

// addParts judges the fields of a struct, those of unnamed structs in it one by one.
func (j *judge) addParts(t *typeOf, st *types.Struct) {
	for f := range st.Fields() {
		if f.Name() == "_" {
			continue
		}
		p := j.part(t, f.Origin())
		t.parts = append(t.parts, p)
		if was, known := j.partSafe[p.field]; known && was && !p.level.Safe() || !known && !p.level.Safe() {
			j.worse = true
		}
		j.partSafe[p.field] = p.level.Safe()
	}
}

// whole judges assignments to whole values: (*T).Reset writes *t.
func (j *judge) whole(t *typeOf) {
	for _, u := range j.wholes[t.obj] {
		if u.maybe || len(u.locks) > 0 || j.callerLocks(u.fn) {
			continue
		}
		if t.level.Safe() || t.level == Unknown {
			t.level = NotSafe
			t.reason = &reason{place(u.instr), fmt.Sprintf("%s writes the whole value without a lock", funcName(u.fn))}
			t.locks = nil
			for _, p := range t.parts {
				p.worsen(NotSafe, "written with the whole value", place(u.instr))
			}
		}
		return
	}
}

func (j *judge) callerLocks(fn *ssa.Function) bool {
	ctx := j.acc.Contexts[accesses.Declared(fn)]
	return ctx != nil && ctx.Named
}

// A part is one field with what has been decided of it.
type part struct {
	field  *types.Var
	level  Level
	text   string
	pos    token.Pos
	lock   string
	isLock bool
	// exported says that the field is not safe only because everybody can write it.
	exported               bool
	open                   bool // exported, and not safe for whatever reason
	depends                bool
	count, written, locked int
	uses                   []*use
}

// part judges one field.
func (j *judge) part(t *typeOf, f *types.Var) *part {
	p := &part{field: f, level: Immutable, text: "never written after construction"}
	uses := j.uses[f]
	p.uses = uses
	p.count = len(uses)
	for _, u := range uses {
		if u.write {
			p.written++
		}
	}
	if m, ok := j.marks[f]; ok {
		p.level, p.text, p.pos = Confined, "confined by its directive", m.Pos
		return p
	}
	if m, ok := j.marks[namedOrNil(f.Type())]; ok {
		p.level, p.text, p.pos = Confined, "confined by the directive of its type", m.Pos
		return p
	}
	if j.synced(p) {
		return p
	}
	if pos, ok := j.escapes[f]; ok && !j.valueIsSafe(f.Type()) {
		p.level, p.text, p.pos = Unknown, "its address gets out of view", pos
		return p
	}
	for _, group := range groups(uses) {
		before := p.level
		if j.group(p, group); p.level != before {
			p.count, p.written = len(group.uses), 0
			for _, u := range group.uses {
				if u.write {
					p.written++
				}
			}
		}
	}
	j.exportedField(t, p)
	j.leaks(p)
	if p.level == Immutable {
		j.contents(p)
	}
	return p
}

func namedOrNil(t types.Type) types.Object {
	if obj := namedOf(t); obj != nil {
		return obj
	}
	return nil
}

// synced decides for locks, atomics, channels and values of safe types that are never replaced.
func (j *judge) synced(p *part) bool {
	t := p.field.Type()
	for _, u := range p.uses {
		if u.write && !u.inside && !u.atomic && u.leaf == p.field {
			return false // replaced
		}
	}
	switch t := t.Underlying().(type) {
	case *types.Chan:
		p.level, p.text = Synchronised, "a channel"
		return true
	case *types.Interface:
		if obj := namedOf(p.field.Type()); obj == nil || !j.levelOf(obj).Safe() {
			return false
		}
	case *types.Array:
		if obj := namedOf(t.Elem()); obj != nil && j.isSync(obj) {
			p.level, p.text = Synchronised, "elements of type "+typeName(t.Elem(), j.pass.Pkg)
			return true
		}
	case *types.Slice, *types.Map:
		return false
	}
	if p.field.Exported() && !p.field.Embedded() {
		if _, isPtr := types.Unalias(t).(*types.Pointer); isPtr || types.IsInterface(t) {
			return false // everybody can replace it
		}
	}
	obj := namedOf(t)
	if accesses.IsLockType(t) && !types.IsInterface(t) || types.IsInterface(t) && accesses.IsLockType(t) {
		if obj == nil || j.own[obj] == nil {
			p.level, p.text, p.isLock = Immutable, "a lock", true
			return true
		}
	}
	if obj == nil || !j.isSync(obj) {
		return false
	}
	p.level = j.levelOf(obj)
	if p.level != Immutable && !types.IsInterface(t) {
		p.level = Synchronised
	} else {
		p.level = Immutable
	}
	p.text = typeName(t, j.pass.Pkg) + " is safe by itself"
	return true
}

// isSync reports whether values of a type synchronise themselves, or never
// change; not a plain value of another package, of which nothing is known.
func (j *judge) isSync(obj *types.TypeName) bool {
	if t := j.own[obj]; t != nil {
		_, isStruct := obj.Type().Underlying().(*types.Struct)
		return isStruct && (t.level == Synchronised || t.level == Guarded)
	}
	if s := j.acc.Table.Safety(obj); s != nil {
		return s.Level == models.ThreadSafe && len(s.Writes) == 0
	}
	if fact := j.importLevel(obj); fact != nil {
		return fact.Level == Synchronised || fact.Level == Guarded
	}
	return false
}

// valueIsSafe reports whether a pointer to a value of type t may be shared.
func (j *judge) valueIsSafe(t types.Type) bool {
	if _, isPtr := types.Unalias(t).(*types.Pointer); isPtr {
		return false
	}
	obj := namedOf(t)
	return obj != nil && (j.isSync(obj) || accesses.IsLockType(t))
}

// A groupOf is the uses of one piece of memory: the field, what it refers to, or a field in it.
type groupOf struct {
	leaf   *types.Var
	inside bool
	uses   []*use
}

func groups(uses []*use) []*groupOf {
	var out []*groupOf
	for _, u := range uses {
		i := slices.IndexFunc(out, func(g *groupOf) bool { return g.leaf == u.leaf && g.inside == u.inside })
		if i < 0 {
			out = append(out, &groupOf{leaf: u.leaf, inside: u.inside})
			i = len(out) - 1
		}
		out[i].uses = append(out[i].uses, u)
	}
	return out
}

// rank orders levels for the choice of the worst.
func rank(l Level) int {
	return slices.Index([]Level{Immutable, Stateless, Synchronised, Guarded, Confined, Unknown, NotSafe}, l)
}

func (p *part) worsen(l Level, text string, pos token.Pos) bool {
	if rank(l) <= rank(p.level) {
		return false
	}
	p.level, p.text, p.pos = l, text, pos
	return true
}

// group judges the uses of one piece of memory, and worsens the field's level.
func (j *judge) group(p *part, g *groupOf) {
	if !slices.ContainsFunc(g.uses, func(u *use) bool { return u.write }) {
		return
	}
	what := ""
	switch {
	case g.leaf != p.field && g.leaf != nil:
		what = g.leaf.Name() + " in it "
	case g.inside:
		what = "what it refers to "
	}
	switch {
	case !slices.ContainsFunc(g.uses, func(u *use) bool { return !u.atomic }):
		p.worsen(Synchronised, what+"accessed with atomic functions", token.NoPos)
		return
	case j.loop(g) != nil:
		p.worsen(Synchronised, what+"touched only by the goroutine in "+funcName(j.loop(g)), token.NoPos)
		return
	}
	if class, early := j.setOnce(g); class != nil {
		if early == nil {
			p.worsen(Synchronised, what+"set once, under "+j.lockName(p, class), token.NoPos)
			return
		}
		text := fmt.Sprintf("%s reads %s without %s, under which it is set", funcName(early.fn), pronoun(what), j.lockName(p, class))
		p.worsen(NotSafe, text, place(early.instr))
		return
	}
	class, held := j.bestLock(g)
	broken := j.broken(g, class)
	if fn := j.onlyValue(g); fn != nil && broken != nil {
		p.worsen(Unknown, fmt.Sprintf("only %s touches %s, and who runs that is out of view", funcName(fn), pronoun(what)), place(broken.instr))
		return
	}
	if class != nil && broken == nil {
		name := j.lockName(p, class)
		text := fmt.Sprintf("%sall %s hold %s", colon(what), plural(len(g.uses), "access"), name)
		switch {
		case len(g.uses) == 1:
			text = fmt.Sprintf("%sthe only access holds %s", colon(what), name)
		case held < len(g.uses):
			text = fmt.Sprintf("%s%d of %s hold %s, the others are in functions that say that their caller does", colon(what), held, plural(len(g.uses), "access"), name)
		}
		if m, ok := j.guards[p.field]; ok {
			text += ", as its directive says"
			if p.pos = m.Pos; p.level != Guarded {
				p.pos = m.Pos
			}
		}
		if p.worsen(Guarded, text, p.pos) {
			p.lock, p.locked = name, held
		} else if p.level == Guarded && p.lock != name {
			p.lock += " and " + name
		}
		return
	}
	if broken == nil {
		return
	}
	level := NotSafe
	if v := j.onlyVague(g); v != nil && !j.vague(broken) {
		broken = v // one goroutine makes all the others
	}
	if j.vague(broken) {
		level = Unknown
	}
	verb := "reads"
	if broken.write {
		verb = "writes"
	}
	text := fmt.Sprintf("%s %s %s", funcName(broken.fn), verb, pronoun(what))
	if broken.via != "" {
		text += " (" + broken.via + ")"
	}
	if level == Unknown {
		text += " (who calls is out of view)"
	}
	weak, onlyRead := broken.locks.OfClass(class)
	switch {
	case slices.ContainsFunc(g.uses, func(u *use) bool { return u.atomic }):
		text += " without atomic functions, which others use"
	case class != nil && onlyRead && weak.Read:
		text += fmt.Sprintf(" while %s is held for reading only", j.lockName(p, class))
	case class != nil && (2*held >= len(g.uses) || held > 1 && j.sibling(p, class)):
		name := j.lockName(p, class)
		text += fmt.Sprintf(" without %s, which %d of %s hold", name, held, plural(len(g.uses), "access"))
		p.locked = max(p.locked, held)
	default:
		text += " without a lock"
	}
	if o := j.other(g, broken); o != nil {
		verb := "reads"
		if o.write {
			verb = "writes"
		}
		text += ", and " + funcName(o.fn) + " " + verb + " it"
	}
	p.worsen(level, text, place(broken.instr))
}

// other returns the first use in another function that conflicts with u, nil if there is none.
func (j *judge) other(g *groupOf, u *use) *use {
	for _, write := range []bool{true, false} {
		for _, o := range g.uses {
			if o.write == write && (o.write || u.write) && accesses.Declared(o.fn) != accesses.Declared(u.fn) {
				return o
			}
		}
	}
	return nil
}

// pronoun is what a message calls the memory of a group.
func pronoun(what string) string {
	if what == "" {
		return "it"
	}
	return strings.TrimSuffix(what, " ")
}

func colon(what string) string {
	if what == "" {
		return ""
	}
	return pronoun(what) + ": "
}

// loop returns the function of the one goroutine that makes all uses of a
// group, nil if there is none: it is started, and nobody else calls it.
func (j *judge) loop(g *groupOf) *ssa.Function {
	var loop *ssa.Function
	for _, u := range g.uses {
		ctx := j.acc.Contexts[u.fn]
		if u.maybe || ctx == nil || len(ctx.Roots) != 1 || loop != nil && ctx.Roots[0] != loop {
			return nil
		}
		loop = ctx.Roots[0]
	}
	ctx := j.acc.Contexts[loop]
	if ctx == nil || !ctx.Go || ctx.Root || ctx.Calls != 1 || j.startedInLoop(loop) {
		return nil
	}
	return loop
}

// onlyValue returns the unexported function from which all uses of a group are
// reached, if it is not called but used as a value, nil if there is none.
func (j *judge) onlyValue(g *groupOf) *ssa.Function {
	var only *ssa.Function
	for _, u := range g.uses {
		ctx := j.acc.Contexts[u.fn]
		if ctx == nil || len(ctx.Roots) != 1 || only != nil && ctx.Roots[0] != only {
			return nil
		}
		only = ctx.Roots[0]
	}
	ctx := j.acc.Contexts[only]
	if ctx == nil || ctx.Go || ctx.Calls > 0 {
		return nil
	}
	if obj := only.Object(); obj != nil && obj.Exported() {
		return nil
	}
	return only
}

// startedInLoop reports whether a go statement in a cycle starts fn.
func (j *judge) startedInLoop(fn *ssa.Function) bool {
	for _, f := range j.acc.Program.Funcs {
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				g, ok := instr.(*ssa.Go)
				if !ok {
					continue
				}
				callee := g.Call.StaticCallee()
				if callee != nil && (callee == fn || callee.Origin() == fn) && program.InCycle(b) {
					return true
				}
			}
		}
	}
	return false
}

// setOnce returns the sync.Once under which all writes are made, nil if there
// is none, and a use in a function that has not called it before, nil if all have.
func (j *judge) setOnce(g *groupOf) (class any, early *use) {
	for _, u := range g.uses {
		if !u.write {
			continue
		}
		found := false
		for _, h := range u.locks {
			if j.once[h.Class] && (class == nil || class == h.Class) {
				class, found = h.Class, true
			}
		}
		if !found {
			return nil, nil
		}
	}
	for _, u := range g.uses {
		if _, held := u.locks.OfClass(class); !u.write && !held && !j.afterOnce(u, class) {
			return class, u
		}
	}
	return class, nil
}

// afterOnce reports whether the function of u has called the Once, itself or
// through a function of the package that does.
func (j *judge) afterOnce(u *use, class any) bool {
	for _, b := range u.fn.Blocks {
		for _, instr := range b.Instrs {
			c, ok := instr.(*ssa.Call)
			if !ok || !before(c, u.instr) {
				continue
			}
			if op := j.acc.Locks.OpOf(c); op != nil && op.Once && op.Lock.Class == class {
				return true
			}
			if callee := c.Call.StaticCallee(); callee != nil && j.callsOnce(callee, class) {
				return true
			}
		}
	}
	return false
}

func (j *judge) callsOnce(fn *ssa.Function, class any) bool {
	if fn.Origin() != nil {
		fn = fn.Origin()
	}
	if len(fn.Blocks) == 0 || j.acc.Contexts[fn] == nil {
		return false
	}
	for _, instr := range fn.Blocks[0].Instrs {
		if c, ok := instr.(*ssa.Call); ok {
			if op := j.acc.Locks.OpOf(c); op != nil && op.Once && op.Lock.Class == class {
				return true
			}
		}
	}
	return false
}

// before reports whether a is executed before b whenever b is.
func before(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b)
}

// bestLock returns the lock that most uses hold, those that are written for
// writing, and how many; of several, the first.
func (j *judge) bestLock(g *groupOf) (class any, held int) {
	var order []any
	count := make(map[any]int)
	for _, u := range g.uses {
		for _, c := range j.classesOf(u) {
			if j.once[c] {
				continue
			}
			if count[c] == 0 {
				order = append(order, c)
			}
			count[c]++
		}
	}
	for _, c := range order {
		if count[c] > held {
			class, held = c, count[c]
		}
	}
	return class, held
}

// classesOf returns the locks that u holds strongly enough, each once, by
// itself or because all its callers do that may share the object.
func (j *judge) classesOf(u *use) []any {
	out := strongClasses(u)
	for _, c := range j.callersClasses(u.fn, u.write, 0) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// strongClasses returns the locks of the set of u that it holds strongly enough, each once.
func strongClasses(u *use) []any {
	var out []any
	for _, h := range u.locks {
		switch h.Class.(type) {
		case *types.Var, *ssa.Global:
		default:
			continue
		}
		if u.write && h.Read && !strongly(u.locks, h.Class) || slices.Contains(out, h.Class) {
			continue
		}
		out = append(out, h.Class)
	}
	return out
}

// maxCallers bounds the calls that callersClasses goes up.
const maxCallers = 3

// callersClasses returns the locks that all callers of an unexported function
// hold, but for those that own the object that they call it with: in
// construction nobody needs the lock.
func (j *judge) callersClasses(fn *ssa.Function, write bool, depth int) []any {
	ctx := j.acc.Contexts[fn]
	if ctx == nil || ctx.Root || ctx.Go || ctx.Unknown || fn.Parent() != nil {
		return nil
	}
	if depth == maxCallers {
		j.log.Exceeded("safety.maxCallers", fn)
		return nil
	}
	var out []any
	first := true
	for _, c := range j.callsOf[fn] {
		args := c.instr.Common().Args
		if len(args) > 0 && j.acc.OwnedLoc(j.acc.Locks.Paths.Of(args[0])) {
			continue
		}
		_, isCall := c.instr.(*ssa.Call)
		if !isCall {
			return nil
		}
		u := &use{fn: c.fn, write: write, locks: j.acc.Locks.Before(c.instr)}
		held := slices.Concat(strongClasses(u), j.callersClasses(c.fn, write, depth+1))
		if first {
			out, first = held, false
			continue
		}
		out = slices.DeleteFunc(out, func(x any) bool { return !slices.Contains(held, x) })
	}
	return out
}

func strongly(s locks.Set, class any) bool {
	h, ok := s.OfClass(class)
	return ok && !h.Read
}

// broken returns the first use that breaks the discipline: those that are
// certain first, then writes, then by position.
func (j *judge) broken(g *groupOf, class any) *use {
	var all []*use
	for _, u := range g.uses {
		if class != nil && (slices.Contains(j.classesOf(u), class) || j.callerLocks(u.fn)) {
			continue
		}
		all = append(all, u)
	}
	if len(all) == 0 {
		return nil
	}
	return slices.MinFunc(all, func(a, b *use) int {
		return cmp.Or(
			boolOrder(j.vague(a), j.vague(b)),
			boolOrder(a.atomic, b.atomic),
			boolOrder(class == nil && !a.write, class == nil && !b.write),
			j.comparePos(place(a.instr), place(b.instr)),
		)
	})
}

// onlyVague returns a vague use of a group if one goroutine makes all others,
// so that these are in order by themselves; nil if it is not so.
func (j *judge) onlyVague(g *groupOf) *use {
	certain := &groupOf{leaf: g.leaf, inside: g.inside}
	var vague *use
	for _, u := range g.uses {
		switch {
		case !j.vague(u):
			certain.uses = append(certain.uses, u)
		case vague == nil:
			vague = u
		}
	}
	if vague == nil || len(certain.uses) > 0 && j.loop(certain) == nil {
		return nil
	}
	return vague
}

// vague reports whether it is out of view what a use does, or which goroutine
// does it: the function is called through an interface only.
func (j *judge) vague(u *use) bool {
	if u.maybe || j.acc.Uncalled(u.fn) {
		return true
	}
	ctx := j.acc.Contexts[u.fn]
	return ctx != nil && len(ctx.Roots) > 0 && !slices.ContainsFunc(ctx.Roots, func(fn *ssa.Function) bool { return !j.throughInterface(fn) })
}

// throughInterface reports whether fn is a method of an unexported type that
// nobody in view calls but, through an interface, somebody may.
func (j *judge) throughInterface(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	ctx := j.acc.Contexts[fn]
	if recv == nil || ctx == nil || ctx.Go || ctx.Calls > 0 {
		return false
	}
	obj := namedOf(recv.Type())
	return obj != nil && !obj.Exported()
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (j *judge) comparePos(a, b token.Pos) int {
	p, q := j.pass.Fset.Position(a), j.pass.Fset.Position(b)
	return cmp.Or(cmp.Compare(p.Filename, q.Filename), cmp.Compare(p.Offset, q.Offset))
}

// sibling reports whether a lock is a field of the same type as p.
func (j *judge) sibling(p *part, class any) bool {
	f, ok := class.(*types.Var)
	return ok && j.ownerOf(f) != nil && j.ownerOf(f) == j.ownerOf(p.field)
}

// lockName returns the name of a lock as seen from the type of the field:
// with its owner if that is another one.
func (j *judge) lockName(p *part, class any) string {
	switch c := class.(type) {
	case *ssa.Global:
		return c.Name()
	case *types.Var:
		owner := j.ownerOf(c)
		if owner == nil || owner == j.ownerOf(p.field) {
			return c.Name()
		}
		return owner.Name() + "." + c.Name()
	}
	return "a lock"
}

// ownerOf returns the type of the package whose struct has the field, nil if there is none.
func (j *judge) ownerOf(f *types.Var) *types.TypeName {
	for _, t := range j.types {
		if st, ok := t.obj.Type().Underlying().(*types.Struct); ok {
			for g := range st.Fields() {
				if g.Origin() == f.Origin() {
					return t.obj
				}
			}
		}
	}
	return nil
}

// exportedField judges that everybody can write an exported field.
func (j *judge) exportedField(t *typeOf, p *part) {
	if !p.field.Exported() || p.field.Embedded() || !t.obj.Exported() {
		return
	}
	p.open = true
	if p.level == NotSafe {
		return
	}
	text := "exported: everybody can write it"
	if p.level == Guarded {
		text = "exported: everybody can write it without " + p.lock
	}
	p.worsen(NotSafe, text, p.field.Pos())
	p.exported = true
}

// leaks judges maps and slices that are changed in place and returned.
func (j *judge) leaks(p *part) {
	instr := j.returned[p.field]
	if instr == nil || p.level != Guarded {
		return
	}
	for _, u := range p.uses {
		if u.write && u.inside && u.leaf == p.field {
			text := fmt.Sprintf("%s returns the %s itself, and its elements are written under %s", funcName(instr.Parent()), kindOf(p.field.Type()), p.lock)
			p.worsen(NotSafe, text, place(instr))
			return
		}
	}
}

func kindOf(t types.Type) string {
	if _, isMap := t.Underlying().(*types.Map); isMap {
		return "map"
	}
	return "slice"
}

// contents judges what a field refers to that is never written in view: a
// value of a type that is not known, or one embedded that is not safe.
func (j *judge) contents(p *part) {
	t := p.field.Type()
	switch t.Underlying().(type) {
	case *types.Interface, *types.Signature:
		if isError(t) {
			return
		}
		if j.loaded[p.field] {
			p.depends = true
			p.text = "never replaced; it is called, or passed on"
		}
		return
	}
	obj := namedOf(t)
	if obj == nil || !p.field.Embedded() {
		return
	}
	// The methods of an embedded value are those of the type.
	level := j.levelOf(obj)
	if level == NotSafe {
		text := "embedded, and " + typeName(t, j.pass.Pkg) + " is not safe"
		if own := j.own[obj]; own != nil && own.reason != nil {
			text += ": " + own.reason.text
		} else if fact := j.importLevel(obj); fact != nil && fact.Reason != "" {
			text += ": " + fact.Reason
		}
		p.worsen(NotSafe, text, p.field.Pos())
	}
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// combine computes the level of a struct from its fields.
func (j *judge) combine(t *typeOf) {
	t.level = Immutable
	var worst *part
	state := 0
	for _, p := range t.parts {
		if !p.isLock {
			state++
		}
		if p.level == Guarded && !slices.Contains(t.locks, p.lock) {
			t.locks = append(t.locks, p.lock)
		}
		if p.depends {
			t.depends = append(t.depends, p.field.Name()+" ("+typeName(p.field.Type(), j.pass.Pkg)+")")
		}
		level := p.level
		if p.exported && t.claim != nil && t.claim.Safe {
			continue // documented
		}
		if worst == nil || rank(level) > rank(worst.level) || rank(level) == rank(worst.level) && worst.open && !p.open {
			worst = p
		}
	}
	if worst != nil {
		t.level = worst.level
	}
	switch t.level {
	case NotSafe, Unknown, Confined:
		t.reason = &reason{worst.pos, worst.field.Name() + ": " + worst.text}
		if worst.open {
			t.reason = &reason{t.obj.Pos(), exportedReason(t)}
		}
		t.locks = nil
	case Guarded:
		slices.Sort(t.locks)
	case Immutable:
		if state == 0 || j.writesArguments(t) {
			t.level = Stateless
		}
	}
}

// shownFields is how many fields a text names.
const shownFields = 3

func exportedReason(t *typeOf) string {
	var names []string
	for _, p := range t.parts {
		if p.open {
			names = append(names, p.field.Name())
		}
	}
	return fmt.Sprintf("%s: nothing in the type orders what users do to %s", plural(len(names), "exported field"), firstOf(names))
}

func firstOf(names []string) string {
	if len(names) <= shownFields {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shownFields], ", "), len(names)-shownFields)
}

// writesArguments reports whether an exported method writes through an
// argument other than the receiver.
func (j *judge) writesArguments(t *typeOf) bool {
	for _, fn := range j.methodsOf(t) {
		for i := 1; i < len(fn.Params); i++ {
			if j.effects[fn][i] == writes1 {
				return true
			}
		}
	}
	return false
}

// methodsOf returns the exported methods of a type that have a body.
func (j *judge) methodsOf(t *typeOf) []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range j.acc.Program.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if ok && obj.Exported() && fn.Signature.Recv() != nil && namedOf(fn.Signature.Recv().Type()) == t.obj {
			out = append(out, fn)
		}
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func typeName(t types.Type, pkg *types.Package) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == pkg {
			return ""
		}
		return p.Name()
	})
}
