// Package fields has fields that a lock guards in most places.
package fields

import (
	"sync"
	"sync/atomic"
)

type Counter struct {
	mu sync.Mutex
	n  int
	m  map[string]int
}

func (c *Counter) Add()     { c.mu.Lock(); c.n++; c.mu.Unlock() }
func (c *Counter) Sub()     { c.mu.Lock(); defer c.mu.Unlock(); c.n-- }
func (c *Counter) Bad() int { return c.n } // want `Counter.n is read without mu, which 4 of 5 accesses hold \[sharedstate/unguarded, suspect\]`

func (c *Counter) Put(k string, v int) { c.mu.Lock(); c.m[k] = v; c.mu.Unlock() }

func (c *Counter) SnapshotBad() int {
	c.mu.Lock()
	m := c.m
	c.mu.Unlock()
	sum := 0
	for _, v := range m { // want `what Counter.m refers to is read after mu has been unlocked, which \d of \d accesses hold \[sharedstate/use-after-unlock\]`
		sum += v
	}
	return sum
}

func (c *Counter) LenOK() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.m)
}

func (c *Counter) MapBad() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m // want `\(\*Counter\).MapBad returns the map Counter.m itself, whose entries are changed under mu \[sharedstate/guarded-alias-escapes, suspect\]`
}

func (c *Counter) MapOK() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string]int, len(c.m))
	for k, v := range c.m {
		out[k] = v
	}
	return out
}

func NewCounter() *Counter {
	c := &Counter{m: make(map[string]int)}
	c.n = 1
	c.fill()
	return c
}

// fill is called by the constructor only.
func (c *Counter) fill() { c.m["a"] = c.n }

// A number that is read late is suspect; one that is lost, or finds an element, is not.

type Turns struct {
	mu   sync.Mutex
	lost int
	next int
	done bool
	all  []string
}

func (t *Turns) Add() {
	t.mu.Lock()
	t.lost++
	t.next++
	t.done = false
	t.all = append(t.all, "")
	t.mu.Unlock()
}
func (t *Turns) Sub()     { t.mu.Lock(); t.lost--; t.next--; t.done = t.next > 0; t.mu.Unlock() }
func (t *Turns) Is() bool { t.mu.Lock(); defer t.mu.Unlock(); return t.done && len(t.all) > 0 }
func (t *Turns) LoseBad() { t.lost++ }      // want `Turns.lost is written without mu, which 4 of 6 accesses hold \[sharedstate/unguarded\]`
func (t *Turns) LateBad() { t.done = true } // want `Turns.done is written without mu, which 3 of 4 accesses hold \[sharedstate/unguarded, suspect\]`

func (t *Turns) PickBad(all []string) string {
	return all[t.next%len(all)] // want `Turns.next is read without mu, which 5 of 6 accesses hold \[sharedstate/unguarded\]`
}

type Cache struct {
	mu   sync.RWMutex
	hits int
	data map[string]string
}

func (c *Cache) GetBad(k string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	c.hits++ // want `Cache.hits is written while mu is held for reading only \[sharedstate/write-under-rlock\]`
	return c.data[k]
}

func (c *Cache) SetOK(k, v string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data[k] = v
}

// One of two modes, by a condition: not known which.
func (c *Cache) UpgradeOK(k string, write bool) {
	if write {
		c.mu.Lock()
		defer c.mu.Unlock()
	} else {
		c.mu.RLock()
		defer c.mu.RUnlock()
	}
	if write {
		c.data[k] = ""
	}
}

type Stats struct {
	n    int64
	safe int64
}

func (s *Stats) Inc()       { atomic.AddInt64(&s.n, 1); atomic.AddInt64(&s.safe, 1) }
func (s *Stats) Bad() int64 { return s.n } // want `Stats.n is read here without atomic, and written with atomic functions elsewhere \[sharedstate/mixed-atomic, suspect\]`
func (s *Stats) OK() int64  { return atomic.LoadInt64(&s.safe) }

type Totals struct{ n int64 }

func (t *Totals) Inc()       { atomic.AddInt64(&t.n, 1) }
func (t *Totals) Get() int64 { return atomic.LoadInt64(&t.n) }
func (t *Totals) TakeBad() int64 {
	n := atomic.LoadInt64(&t.n)
	t.n -= n // want `Totals.n is written here without atomic, and written with atomic functions elsewhere \[sharedstate/mixed-atomic(, suspect)?\]`
	return n
}

var (
	regMu    sync.Mutex
	registry = map[string]int{}
)

func Register(k string)      { regMu.Lock(); registry[k] = 1; regMu.Unlock() }
func Unregister(k string)    { regMu.Lock(); delete(registry, k); regMu.Unlock() }
func Has(k string) bool      { regMu.Lock(); defer regMu.Unlock(); return registry[k] == 1 }
func LookupBad(k string) int { return registry[k] } // want `what registry refers to is read without regMu, which 3 of 4 accesses hold \[sharedstate/unguarded\]`

type Stated struct {
	mu sync.Mutex
	n  int // guarded by mu
}

func (s *Stated) Inc()     { s.mu.Lock(); s.n++; s.mu.Unlock() }
func (s *Stated) Bad() int { return s.n } // want `Stated.n is read without mu, which 2 of 3 accesses hold; its declaration says "guarded by mu" \[sharedstate/unguarded\]`

func lose(t *Turns)   { go t.LoseBad() }
func pick(t *Turns)   { go t.PickBad(nil) }
func lookup(k string) { go LookupBad(k) }
