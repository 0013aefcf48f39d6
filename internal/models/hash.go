package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
)

// computeHash hashes the entries in a fixed order. Ref and Pos are left out:
// they change what is printed about an entry, never a decision.
func (t *Table) computeHash() string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	encodeAll(enc, t.byFunc, anonymousOp)
	encodeAll(enc, t.vars, func(v Var) Var { v.Pos = Pos{}; return v })
	encodeAll(enc, t.types, func(s Safety) Safety { s.Ref, s.Pos = "", Pos{}; return s })
	encodeAll(enc, t.syncs.exact, func(op SyncOp) SyncOp { op.Ref, op.Pos = "", Pos{}; return op })
	encodeAll(enc, t.mutations.exact, func(m Mutation) Mutation { m.Ref, m.Pos = "", Pos{}; return m })
	encodeAll(enc, t.process.exact, func(op ProcessOp) ProcessOp { op.Ref, op.Pos = "", Pos{}; return op })
	for _, s := range t.safe {
		encode(enc, s.patterns)
	}
	for _, f := range t.frameworks {
		encode(enc, anonymousFramework(*f))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// encodeAll encodes the entries of m in the order of their keys, each without
// what anonymous takes away.
func encodeAll[V any](enc *json.Encoder, m map[string]*V, anonymous func(V) V) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		encode(enc, anonymous(*m[key]))
	}
}

func encode(enc *json.Encoder, v any) {
	if err := enc.Encode(v); err != nil {
		panic("internal error: " + err.Error())
	}
}

func anonymousOp(op Op) Op {
	op.Ref, op.Pos = "", Pos{}
	return op
}

func anonymousFramework(f Framework) Framework {
	f.Ref, f.Pos = "", Pos{}
	f.Roots = slices.Clone(f.Roots)
	for i := range f.Roots {
		f.Roots[i].Ref, f.Roots[i].Pos = "", Pos{}
	}
	f.SelfWaits = slices.Clone(f.SelfWaits)
	for i := range f.SelfWaits {
		f.SelfWaits[i] = anonymousOp(f.SelfWaits[i])
	}
	return f
}
