// Package copies has methods with value receivers on types that are shared.
package copies

import (
	"sort"
	"sync"
	"sync/atomic"

	uber "go.uber.org/atomic"
)

type counter struct {
	hits int64
	name string
}

func newCounter(name string) *counter { return &counter{name: name} }

func (c *counter) Hit() { atomic.AddInt64(&c.hits, 1) }

func (c counter) Hits() int64 {
	return atomic.LoadInt64(&c.hits) // want `\(counter\).Hits has a value receiver: a call copies hits without synchronisation, and \(\*counter\).Hit writes it with an atomic function`
}

func (c *counter) HitsNow() int64 { return atomic.LoadInt64(&c.hits) }

// FP_name: the field does not change. (The copy reads hits all the same; a
// reader would not believe it.)
func (c counter) FP_name() string { return c.name }

// byLock has its lock behind a pointer, where copylocks does not look.
type byLock struct {
	mu *sync.Mutex
	n  int
	at map[string]int
}

func (b *byLock) Add() {
	b.mu.Lock()
	b.n++
	b.at["x"] = b.n
	b.mu.Unlock()
}

func (b byLock) Get() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n // want `\(byLock\).Get has a value receiver: a call copies n without synchronisation, and \(\*byLock\).Add writes it under mu`
}

// FP_map: the copy shares the map, and the lock.
func (b byLock) FP_map() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at["x"]
}

func (b byLock) Reset() {
	b.mu.Lock()
	b.n = 0 // want `\(byLock\).Reset has a value receiver: this write of n goes to a copy and is lost`
	b.mu.Unlock()
}

// FP_with: the copy is what the caller gets.
func (b byLock) FP_with(n int) byLock2 {
	b.n = n
	return byLock2{b.n}
}

type byLock2 struct{ n int }

// config has an atomic that copylocks does not know.
type config struct {
	cur atomic.Value
	gen uber.Int64
}

func (c *config) Set(v string) {
	c.cur.Store(v)
	c.gen.Inc()
}

func (c config) Get() string {
	s, _ := c.cur.Load().(string) // want `\(config\).Get has a value receiver: a call copies cur without synchronisation, and \(\*config\).Set writes it as an atomic`
	return s
}

func (c config) Gen() int64 {
	return c.gen.Load() // want `\(config\).Gen has a value receiver: a call copies gen`
}

// vetted holds its lock by value: go vet's copylocks reports the method.
type vetted struct {
	mu sync.Mutex
	n  int
}

func (v *vetted) Add() {
	v.mu.Lock()
	v.n++
	v.mu.Unlock()
}

func (v vetted) FP_vet() int { return v.n }

// stats is also handed out as a snapshot: its methods may be for that.
type stats struct{ n int64 }

func (s *stats) Inc() { atomic.AddInt64(&s.n, 1) }

func (s *stats) Snapshot() stats { return stats{n: atomic.LoadInt64(&s.n)} }

func (s stats) FP_snapshot() int64 {
	return s.n // want `suspect`
}

// plain has no synchronisation: its methods are of no concern here.
type plain struct{ n int }

func (p *plain) Set(n int) { p.n = n }
func (p plain) Get() int   { return p.n }

// option changes its copy and returns it.
type option struct {
	mu *sync.Mutex
	n  int
}

func (o option) With(n int) option {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n = n
	return o
}

// module is set up by a framework before anybody uses it.
type module struct {
	mu   *sync.RWMutex
	root string
	leaf string
}

func (m *module) Provision() {
	m.mu.Lock()
	m.root, m.leaf = "r", "l"
	m.mu.Unlock()
}

func (m *module) Watch() { go m.renew() }

func (m *module) renew() {
	m.mu.Lock()
	m.leaf = "l2"
	m.mu.Unlock()
}

func (m module) FP_Root() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.root // want `suspect`
}

func (m module) Leaf() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.leaf // want `\(module\).Leaf has a value receiver: a call copies leaf without synchronisation, and \(\*module\).renew writes it under mu \[sharedstate/value-receiver-copies-lock-state\]`
}

// tagSort is part of a table, whose lock guards it.
type tagSort struct{ tags []int }

// FP_Len: who sorts holds the lock of the table.
func (t tagSort) Len() int           { return len(t.tags) }
func (t tagSort) Less(i, j int) bool { return t.tags[i] < t.tags[j] }
func (t tagSort) Swap(i, j int)      { t.tags[i], t.tags[j] = t.tags[j], t.tags[i] }

type table struct {
	tagSort
	mu *sync.Mutex
}

func (t *table) Add(n int) {
	t.mu.Lock()
	t.tags = append(t.tags, n)
	sort.Sort(t)
	t.mu.Unlock()
}
