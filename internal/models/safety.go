package models

import (
	"go/types"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A Level is how far a type may be used by several goroutines at once.
type Level string

const (
	// NotSafe: a call of one of Writes needs exclusive access; Reads may overlap each other.
	NotSafe Level = "not-safe"
	// OneEach: one goroutine may call methods of Reads while another calls
	// methods of Writes, but two may not call methods of the same list
	// (a connection with one reader and one writer).
	OneEach Level = "one-writer"
	// SafeAfterSetup: Writes set the value up and need exclusive access;
	// afterwards everything else may overlap.
	SafeAfterSetup Level = "safe-after-setup"
	// ThreadSafe: all methods may overlap, but for those in Writes, if any.
	ThreadSafe Level = "safe"
)

// A Safety is what is known of the use of a named type by several goroutines.
// Methods are named as the type declares them, not those that it has by embedding.
type Safety struct {
	Type  string // "bytes.Buffer", without type parameters
	Level Level
	// Reads only look at the value, or are the reading side of OneEach.
	// Writes change it without a lock of its own. Synced may overlap
	// everything: they lock, or touch nothing that others change. Of a method
	// in none of the three nothing is known, unless Level is ThreadSafe.
	Reads, Writes, Synced []string
	Why, Ref              string
	Pos                   Pos
}

// A MethodAccess is what a method does to its receiver.
type MethodAccess uint8

const (
	AccessUnknown MethodAccess = iota
	AccessSynced               // may overlap everything
	AccessRead                 // may overlap other reads
	AccessWrite                // needs exclusive access
)

// Safety returns what is known of the type that obj declares, or nil.
func (t *Table) Safety(obj *types.TypeName) *Safety {
	if obj.Pkg() == nil || len(t.types) == 0 {
		return nil
	}
	var buf [128]byte
	full := append(buf[:0], obj.Pkg().Path()...)
	full = append(full, '.')
	full = append(full, obj.Name()...)
	return t.types[string(full)]
}

// SafetyOf returns what is known of the type that declares the method fn, or nil.
func (t *Table) SafetyOf(fn *types.Func) *Safety {
	recv := fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	typ := types.Unalias(recv.Type())
	if p, ok := typ.(*types.Pointer); ok {
		typ = types.Unalias(p.Elem())
	}
	named, ok := typ.(*types.Named)
	if !ok {
		return nil
	}
	return t.Safety(named.Obj())
}

// Method returns what the method called name does to its receiver.
func (s *Safety) Method(name string) MethodAccess {
	switch {
	case slices.Contains(s.Writes, name):
		return AccessWrite
	case slices.Contains(s.Reads, name):
		return AccessRead
	case slices.Contains(s.Synced, name) || s.Level == ThreadSafe:
		return AccessSynced
	}
	return AccessUnknown
}

// Conflict reports whether calls of the methods a and b on one value must not
// overlap. It does not, of a method of which nothing is known.
func (s *Safety) Conflict(a, b string) bool {
	x, y := s.Method(a), s.Method(b)
	if x < AccessRead || y < AccessRead {
		return false
	}
	if s.Level == OneEach {
		return x == y
	}
	return x == AccessWrite || y == AccessWrite
}

// typesList decodes the value of types.
func (l *layer) typesList(d *decoder, n *yaml.Node, strict strict) {
	d.list(n, func(n *yaml.Node) {
		s := &Safety{Pos: d.pos(n)}
		d.mapping(n, fields{
			"type":   one(d, &s.Type, parseQualified),
			"safety": enum(d, &s.Level, NotSafe, OneEach, SafeAfterSetup, ThreadSafe),
			"reads":  each(d, &s.Reads, parseIdent),
			"writes": each(d, &s.Writes, parseIdent),
			"synced": each(d, &s.Synced, parseIdent),
			"why":    d.text(&s.Why),
			"ref":    d.text(&s.Ref),
		}, strict.with("type", "safety", "why")...)
		d.checkSafety(n, s)
		l.types = append(l.types, s)
	})
}

// checkSafety reports methods that are listed twice, and lists that the level does not allow for.
func (d *decoder) checkSafety(n *yaml.Node, s *Safety) {
	seen := make(map[string]bool)
	for _, m := range slices.Concat(s.Reads, s.Writes, s.Synced) {
		if seen[m] {
			d.errorf(n, "method %s is listed twice", m)
		}
		seen[m] = true
	}
	if s.Level == OneEach && (s.Reads == nil || s.Writes == nil) {
		d.errorf(n, "safety: %s needs reads and writes", OneEach)
	}
}
