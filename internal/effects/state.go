package effects

import (
	"go/token"

	"github.com/yieldlint/yieldlint/internal/models"
)

// A summary is the state of one function inside the engine; Summary is what
// is exported of it.
type summary struct {
	effects  ordered[effectKey, *effect]
	deferred ordered[deferredKey, *deferred]
	handoffs ordered[handoffKey, handoff]
	slots    ordered[slotKey, *slotCall]
	results  [][]*value
}

// An effect is kept once per operation and place: the place is the deepest
// call of the chain that is written in this package.
type effectKey struct {
	class models.Class
	op    string
	loop  string
	site  token.Pos
}

type effect struct {
	effectKey
	cost    models.Cost
	suspect bool
	chain   *chain
	// reported says that the chain passes through a function that a loop
	// runs, whose own package reports the effect.
	reported bool
	excused  string    // the reason of an ignore directive on the way, and its place
	cond     condition // on a parameter of the function
}

// A deferred call of val, or of a method of val, which is a parameter or
// captured variable (or a field of one) of the function.
type deferred struct {
	val     *value
	method  string
	args    [][]*value
	suspect bool
	log     bool   // a logger makes the call, see asLog
	excused string // see effect
	chain   []step // the last step is the deferred call
}

type deferredKey struct {
	val    *value
	method string
	site   token.Pos
}

type handoff struct {
	val   *value
	kind  HandoffKind
	entry string
	duty  *Duty // of Injects, interned
}

// A handoffKey says what a handoff is about: of duties that ask the same, one
// is kept.
type handoffKey struct {
	val   *value
	kind  HandoffKind
	entry string
}

func (h handoff) key() handoffKey {
	k := handoffKey{h.val, h.kind, h.entry}
	if h.duty != nil {
		k.entry = h.duty.id()
	}
	return k
}

// A step is one call.
type step struct {
	callee string    // full name
	pos    token.Pos // of the call, if it is in this package
	file   string    // else where it is, as in Step
	line   int
}

// A chain is a list of steps that is never changed.
type chain struct {
	step
	next *chain
	n    int // its length
}

func (c *chain) len() int {
	if c == nil {
		return 0
	}
	return c.n
}

func cons(s step, c *chain) *chain { return &chain{s, c, c.len() + 1} }

// site returns the deepest position of the chain in this package.
func (c *chain) site() token.Pos {
	pos := token.NoPos
	for ; c != nil; c = c.next {
		if c.pos.IsValid() {
			pos = c.pos
		}
	}
	return pos
}

// better reports whether a is to be preferred to b, both of the same key: what
// is ignored last, proved before suspect, reported elsewhere last, then the shorter chain.
func (a *effect) better(b *effect) bool {
	if (a.excused == "") != (b.excused == "") {
		return b.excused != ""
	}
	if a.suspect != b.suspect {
		return b.suspect
	}
	if (a.cond == condition{}) != (b.cond == condition{}) {
		return a.cond == condition{}
	}
	if a.reported != b.reported {
		return b.reported
	}
	return a.chain.len() < b.chain.len()
}

// maxEffects bounds the effects of one function inside the engine.
const maxEffects = 600

func (s *summary) addEffect(x *effect) {
	old, ok := s.effects.get(x.effectKey)
	switch {
	case !ok && s.effects.len() < maxEffects:
		s.effects.put(x.effectKey, x)
	case ok:
		s.effects.put(x.effectKey, either(old, x))
	}
}

// either returns the better of two effects of one key. If they have different
// conditions, it happens in any case.
func either(a, b *effect) *effect {
	best := a
	if b.better(a) {
		best = b
	}
	if a.cond == b.cond || best.cond == (condition{}) {
		return best
	}
	y := *best
	y.cond = condition{}
	return &y
}

func (s *summary) addDeferred(d *deferred) {
	k := deferredKey{d.val, d.method, siteOf(d.chain)}
	if old, ok := s.deferred.get(k); !ok || len(d.chain) < len(old.chain) {
		s.deferred.put(k, d)
	}
}

func (s *summary) addHandoff(h handoff) {
	if old, ok := s.handoffs.get(h.key()); !ok || h.duty != nil && h.duty.nearer(old.duty) {
		s.handoffs.put(h.key(), h)
	}
}

func siteOf(steps []step) token.Pos {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].pos.IsValid() {
			return steps[i].pos
		}
	}
	return token.NoPos
}

// same reports whether s and t say the same, chains compared by length.
func (s *summary) same(t *summary) bool {
	if s.effects.len() != t.effects.len() || s.deferred.len() != t.deferred.len() || s.handoffs.len() != t.handoffs.len() || s.slots.len() != t.slots.len() {
		return false
	}
	for _, x := range s.effects.values {
		y, ok := t.effects.get(x.effectKey)
		if !ok || x.suspect != y.suspect || x.reported != y.reported || x.excused != y.excused || x.cond != y.cond || x.chain.len() != y.chain.len() {
			return false
		}
	}
	for i, k := range s.deferred.keys {
		y, ok := t.deferred.get(k)
		if !ok || len(y.chain) != len(s.deferred.values[i].chain) {
			return false
		}
	}
	for i, k := range s.handoffs.keys {
		if h, ok := t.handoffs.get(k); !ok || h.duty != s.handoffs.values[i].duty {
			return false
		}
	}
	for i, k := range s.slots.keys {
		y, ok := t.slots.get(k)
		if x := s.slots.values[i]; !ok || len(y.chain) != len(x.chain) || x.suspect != y.suspect {
			return false
		}
	}
	return s.sameResults(t)
}

func (s *summary) sameResults(t *summary) bool {
	if len(s.results) != len(t.results) {
		return false
	}
	for i, vs := range s.results {
		if len(vs) != len(t.results[i]) {
			return false
		}
		for j, v := range vs {
			if v != t.results[i][j] {
				return false
			}
		}
	}
	return true
}

// An ordered map remembers the order of first insertion.
type ordered[K comparable, V any] struct {
	keys   []K
	values []V
	at     map[K]int
}

func (o *ordered[K, V]) len() int { return len(o.keys) }

func (o *ordered[K, V]) get(k K) (v V, ok bool) {
	i, ok := o.at[k]
	if !ok {
		return v, false
	}
	return o.values[i], true
}

func (o *ordered[K, V]) put(k K, v V) {
	if i, ok := o.at[k]; ok {
		o.values[i] = v
		return
	}
	if o.at == nil {
		o.at = make(map[K]int)
	}
	o.at[k] = len(o.keys)
	o.keys = append(o.keys, k)
	o.values = append(o.values, v)
}
