// Package order takes locks in both orders.
package order

import (
	"sync"

	"yieldpoints/orderlib"
)

type Account struct {
	mu   sync.Mutex
	bank *Bank
	n    int
}

type Bank struct {
	mu       sync.Mutex
	accounts []*Account
	n        int
}

func (b *Bank) SumBad() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := 0
	for _, a := range b.accounts {
		sum += a.Value()
	}
	return sum
}

func (a *Account) Value() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n
}

func (a *Account) CloseBad() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.bank.remove(a) // want `Bank.mu is taken while Account.mu is held, and in \(\*Bank\).SumBad the other way round: two goroutines may wait for each other \[yieldpoints/lock-order\]`
}

func (b *Bank) remove(a *Account) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n--
}

// Inner and Outer are always taken in one order.
type Outer struct {
	mu    sync.Mutex
	inner Inner
}

type Inner struct {
	mu sync.Mutex
	n  int
}

func (o *Outer) OneOK() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.inner.mu.Lock()
	o.inner.n++
	o.inner.mu.Unlock()
}

func (o *Outer) TwoOK() {
	o.inner.mu.Lock()
	o.inner.n++
	o.inner.mu.Unlock()
	o.mu.Lock()
	o.mu.Unlock()
}

// A gate is held on both ways.
type Gated struct {
	gate sync.Mutex
	a, b sync.Mutex
}

func (g *Gated) FP_GateOne() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.a.Lock()
	g.b.Lock()
	g.b.Unlock()
	g.a.Unlock()
}

func (g *Gated) FP_GateTwo() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.b.Lock()
	g.a.Lock()
	g.a.Unlock()
	g.b.Unlock()
}

// Tries do not wait.
type Tried struct{ a, b sync.Mutex }

func (t *Tried) OneOK() {
	t.a.Lock()
	defer t.a.Unlock()
	if t.b.TryLock() {
		t.b.Unlock()
	}
}

func (t *Tried) TwoOK() {
	t.b.Lock()
	defer t.b.Unlock()
	t.a.Lock()
	t.a.Unlock()
}

// Readers do not wait for each other, but for a writer that waits.
type Shared struct{ a, b sync.RWMutex }

func (s *Shared) OneOK() {
	s.a.RLock()
	defer s.a.RUnlock()
	s.b.RLock()
	s.b.RUnlock()
}

func (s *Shared) TwoOK() {
	s.b.RLock()
	defer s.b.RUnlock()
	s.a.RLock()
	s.a.RUnlock()
}

// One goroutine takes both orders: it does not wait for itself.
type Solo struct{ a, b sync.Mutex }

func (s *Solo) Start() { go s.run() }

func (s *Solo) run() {
	for {
		s.oneOK()
		s.twoOK()
	}
}

func (s *Solo) oneOK() {
	s.a.Lock()
	defer s.a.Unlock()
	s.b.Lock()
	s.b.Unlock()
}

func (s *Solo) twoOK() {
	s.b.Lock()
	defer s.b.Unlock()
	s.a.Lock()
	s.a.Unlock()
}

// One of the locks is taken in another package, and held there while it calls
// what it is given.
type Client struct {
	mu  sync.Mutex
	reg *orderlib.Registry
	n   int
}

func (c *Client) AddBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reg.Put("x") // want `orderlib.Registry.mu is taken while Client.mu is held, and in \(\*Client\).CountBad the other way round`
}

func (c *Client) CountBad() {
	c.reg.Each(func(string) {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
	})
}

// An entry is locked when it is already in the map.
type Map struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	mu sync.Mutex
	n  int
}

func (m *Map) AddBad(k string, f func() int) {
	m.mu.Lock()
	e := &entry{}
	e.mu.Lock()
	m.entries[k] = e
	m.mu.Unlock()
	e.n = f()
	m.mu.Lock()
	delete(m.entries, k)
	m.mu.Unlock()
	e.mu.Unlock()
}

func (m *Map) SumBad() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	sum := 0
	for _, e := range m.entries {
		e.mu.Lock() // want `entry.mu is taken while Map.mu is held, and in \(\*Map\).AddBad the other way round`
		sum += e.n
		e.mu.Unlock()
	}
	return sum
}

// FP_CallerHolds: the second function takes the first lock again, which its
// only caller holds already.
type Table struct{ members, table sync.RWMutex }

func (t *Table) Start() {
	t.members.RLock()
	defer t.members.RUnlock()
	t.bootstrap(t)
}

func (t *Table) bootstrap(u *Table) {
	t.table.Lock()
	defer t.table.Unlock()
	u.members.RLock()
	u.members.RUnlock()
}
