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
	for _, key := range slices.Sorted(maps.Keys(t.byFunc)) {
		encode(enc, anonymousOp(*t.byFunc[key]))
	}
	for _, key := range slices.Sorted(maps.Keys(t.vars)) {
		v := *t.vars[key]
		v.Pos = Pos{}
		encode(enc, v)
	}
	for _, s := range t.safe {
		encode(enc, s.patterns)
	}
	for _, f := range t.frameworks {
		encode(enc, anonymousFramework(*f))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
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
