package models

import (
	"cmp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A layer is the content of one source of models: all embedded files, or one
// user's file.
type layer struct {
	ops        []*Op
	vars       []*Var
	frameworks []*Framework
	syncs      []*SyncOp
	types      []*Safety
	mutations  []*Mutation
	process    []*ProcessOp
	safe       []safePackages
	settings   map[string]any
	// module is the path of the module that ships the file, and speaks only of
	// itself; "" if the file is the user's own.
	module string
}

// safePackages are patterns of import paths whose functions are safe by default.
type safePackages struct {
	patterns []string
	op       *Op
}

// strict says what an embedded file must have and a user may leave out.
type strict bool

// with returns the required keys of an entry: those of every file, and ref of an embedded one.
func (s strict) with(keys ...string) []string {
	if s {
		keys = append(keys, "ref")
	}
	return keys
}

// opsFile decodes a file of data/std or data/thirdparty.
func (l *layer) opsFile(d *decoder, n *yaml.Node) {
	var pkg, def string
	d.mapping(n, fields{
		"package": d.text(&pkg),
		"default": enum(d, &def, string(Safe)),
		"ops":     func(n *yaml.Node) { l.opsList(d, n, true) },
		"vars":    func(n *yaml.Node) { l.varsList(d, n) },
		"syncs":   func(n *yaml.Node) { l.syncsList(d, n, true) },
		"types":   func(n *yaml.Node) { l.typesList(d, n, true) },
		"mutates": func(n *yaml.Node) { l.mutatesList(d, n, true) },
		"process": func(n *yaml.Node) { l.processList(d, n, true) },
	}, "package")
	if def != "" {
		l.addSafe([]string{pkg}, d.pos(n))
	}
}

// frameworkFile decodes a file of data/frameworks: a framework, with the
// operations of its packages beside it.
func (l *layer) frameworkFile(d *decoder, n *yaml.Node) {
	l.framework(d, n, true)
}

// overlayFile decodes a user's file.
func (l *layer) overlayFile(d *decoder, n *yaml.Node) {
	d.mapping(n, fields{
		"ops":        func(n *yaml.Node) { l.opsList(d, n, false) },
		"vars":       func(n *yaml.Node) { l.varsList(d, n) },
		"frameworks": func(n *yaml.Node) { d.list(n, func(n *yaml.Node) { l.framework(d, n, false) }) },
		"syncs":      func(n *yaml.Node) { l.syncsList(d, n, false) },
		"types":      func(n *yaml.Node) { l.typesList(d, n, false) },
		"mutates":    func(n *yaml.Node) { l.mutatesList(d, n, false) },
		"process":    func(n *yaml.Node) { l.processList(d, n, false) },
		"settings": func(n *yaml.Node) {
			if err := n.Decode(&l.settings); err != nil {
				d.errorf(n, "settings: %v", err)
			}
		},
	})
}

func (l *layer) opsList(d *decoder, n *yaml.Node, strict strict) {
	d.list(n, func(n *yaml.Node) { l.ops = append(l.ops, d.op(n, strict)) })
}

func (l *layer) varsList(d *decoder, n *yaml.Node) {
	d.list(n, func(n *yaml.Node) {
		v := &Var{Pos: d.pos(n)}
		d.mapping(n, fields{
			"var":   one(d, &v.Name, parseQualified),
			"class": one(d, &v.Class, parseClass),
			"why":   d.text(&v.Why),
		}, "var", "class", "why")
		l.vars = append(l.vars, v)
	})
}

func (l *layer) addSafe(patterns []string, pos Pos) {
	op := &Op{Effect: Safe, Why: "default of its package", Pos: pos}
	l.safe = append(l.safe, safePackages{patterns, op})
}

// op decodes an entry of ops.
func (d *decoder) op(n *yaml.Node, strict strict) *Op {
	op := &Op{Pos: d.pos(n)}
	d.mapping(n, d.opFields(op), strict.with("func", "effect", "why")...)
	d.checkOp(n, op, strict)
	return op
}

func (d *decoder) opFields(op *Op) fields {
	return fields{
		"func":     one(d, &op.Func, parseFunc),
		"effect":   enum(d, &op.Effect, Blocks, Safe, Inspect),
		"class":    one(d, &op.Class, parseClass),
		"also":     each(d, &op.Also, parseClass),
		"cost":     one(d, &op.Cost, parseCost),
		"when":     enum(d, &op.When, "first-call", "rare"),
		"calls":    each(d, &op.Calls, parseTarget),
		"spawns":   each(d, &op.Spawns, parseTarget),
		"stores":   each(d, &op.Stores, parseTarget),
		"wraps":    each(d, &op.Wraps, parsePath),
		"thread":   enum(d, &op.Thread, ThreadOne, ThreadMany),
		"joins":    each(d, &op.Joins, parseJoin),
		"releases": enum(d, &op.Releases, "loop"),
		"why":      d.text(&op.Why),
		"ref":      d.text(&op.Ref),
	}
}

// checkOp reports keys of an op that do not go together.
func (d *decoder) checkOp(n *yaml.Node, op *Op, strict strict) {
	if op.Spawns == nil && (op.Thread != "" || op.Joins != nil) {
		d.errorf(n, "thread and joins are only for spawns")
	}
	switch op.Effect {
	case Blocks:
		if op.Class == "" {
			d.errorf(n, "effect: blocks needs a class")
		}
		if op.Cost == 0 && bool(strict) {
			d.errorf(n, "effect: blocks needs a cost")
		}
		op.Cost = cmp.Or(op.Cost, Unbounded) // a user who names no bound knows of none
	case Safe, Inspect:
		if op.Class != "" || op.Also != nil || op.Cost != 0 {
			d.errorf(n, "class, also and cost are only for effect: blocks")
		}
		if op.When != "" && op.Calls == nil {
			d.errorf(n, "when restricts nothing: there is neither effect: blocks nor calls")
		}
	}
}

// framework decodes a framework.
func (l *layer) framework(d *decoder, n *yaml.Node, strict strict) {
	f := &Framework{Pos: d.pos(n)}
	d.mapping(n, fields{
		"framework": d.text(&f.Name),
		"loop":      d.text(&f.Loop),
		"kind":      enum(d, &f.Kind, Loop, Replay, PerPeer, Reentry, NotALoop),
		"stalls":    d.text(&f.Stalls),
		"thread":    enum(d, &f.Thread, "one", "many"),
		"packages":  each(d, &f.Packages, parsePackage),
		"patience":  one(d, &f.Patience, parseCost),
		"tolerates": each(d, &f.Tolerates, parseClass),
		"ref":       d.text(&f.Ref),
		"roots": func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) { f.Roots = append(f.Roots, d.root(n)) })
		},
		"selfwaits": func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) { f.SelfWaits = append(f.SelfWaits, d.selfWait(n)) })
		},
		"ops":  func(n *yaml.Node) { l.opsList(d, n, strict) },
		"vars": func(n *yaml.Node) { l.varsList(d, n) },
	}, "framework")
	if f.Name != "" {
		l.frameworks = append(l.frameworks, f)
	}
}

// root decodes an entry of roots.
func (d *decoder) root(n *yaml.Node) RootEntry {
	e := RootEntry{Pos: d.pos(n)}
	d.mapping(n, fields{
		"interface":  one(d, &e.Interface, parseQualified),
		"methods":    each(d, &e.Methods, parseIdent),
		"register":   one(d, &e.Register, parseFunc),
		"params":     each(d, &e.Params, parseIndex),
		"field":      one(d, &e.Field, parseQualified),
		"functype":   one(d, &e.FuncType, parseQualified),
		"firstparam": each(d, &e.FirstParam, parseTypeName),
		"result":     one(d, &e.Result, parseFunc),
		"poll":       one(d, &e.Poll, parseFunc),
		"kind":       enum(d, &e.Kind, Loop, Replay, PerPeer, Reentry, NotALoop),
		"loop":       d.text(&e.Loop),
		"thread":     enum(d, &e.Thread, "one", "many"),
		"why":        d.text(&e.Why),
		"ref":        d.text(&e.Ref),
	})
	d.checkRoot(n, &e)
	return e
}

// checkRoot reports whether the keys of a root go together.
func (d *decoder) checkRoot(n *yaml.Node, e *RootEntry) {
	var set []string
	for _, t := range e.targets() {
		if t.value != "" {
			set = append(set, t.key)
		}
	}
	switch {
	case len(set) == 0:
		d.errorf(n, "a root needs one of interface, register, field, functype, firstparam, result, poll")
	case len(set) > 1:
		d.errorf(n, "a root has one of %s, not all", strings.Join(set, ", "))
	case (e.Interface != "") != (e.Methods != nil):
		d.errorf(n, "interface and methods go together")
	case (e.Register != "") != (e.Params != nil):
		d.errorf(n, "register and params go together")
	}
}

// A rootTarget is one of the alternatives of a root, with its key in a file.
type rootTarget struct{ key, value string }

func (e *RootEntry) targets() []rootTarget {
	return []rootTarget{
		{"interface", e.Interface}, {"register", e.Register}, {"field", e.Field}, {"functype", e.FuncType},
		{"firstparam", strings.Join(e.FirstParam, " ")}, {"result", e.Result}, {"poll", e.Poll},
	}
}

// identity is what two roots of a framework must not share.
func (e *RootEntry) identity() string {
	var b strings.Builder
	for _, t := range e.targets() {
		if t.value != "" {
			b.WriteString(t.key + " " + t.value)
		}
	}
	for _, m := range e.Methods {
		b.WriteString(" " + m)
	}
	for _, p := range e.Params {
		b.WriteString(" " + strconv.Itoa(p))
	}
	return b.String()
}

// selfWait decodes an entry of selfwaits, which always blocks.
func (d *decoder) selfWait(n *yaml.Node) Op {
	op := Op{Pos: d.pos(n), Effect: Blocks}
	d.mapping(n, d.opFields(&op), "func", "why")
	if op.Class == "" {
		op.Class = Wait
	}
	d.checkOp(n, &op, false)
	return op
}
