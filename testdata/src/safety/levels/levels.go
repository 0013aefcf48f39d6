// Package levels has a type for each level, and twins that just miss it.
package levels

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"

	"safety/lib"
)

// Immutable.

type Point struct{ x, y int }

func NewPoint(x, y int) *Point {
	p := &Point{}
	p.x, p.y = x, y
	p.normalise()
	return p
}

func (p *Point) normalise() {
	if p.x < 0 {
		p.x = 0
	}
}

func (p *Point) X() int { return p.x + p.y }

type MovedPoint struct{ x int }

func (p *MovedPoint) X() int { return p.x }

func (p *MovedPoint) Move(x int) { p.x = x }

type Options struct {
	limit int
	name  string
}

type Option func(*Options)

func WithLimit(n int) Option { return func(o *Options) { o.limit = n } }

func NewOptions(opts ...Option) *Options {
	o := &Options{}
	for _, f := range opts {
		f(o)
	}
	return o
}

func (o *Options) Limit() int { return o.limit }

// Guarded.

type Guarded struct {
	mu    sync.RWMutex
	items map[string]int
	name  string
}

func NewGuarded(name string) *Guarded {
	return &Guarded{items: make(map[string]int), name: name}
}

func (g *Guarded) Put(k string, v int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.items[k] = v
}

func (g *Guarded) Get(k string) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.items[k]
}

func (g *Guarded) Drop(k string) {
	g.mu.Lock()
	g.dropLocked(k)
	g.mu.Unlock()
}

func (g *Guarded) dropLocked(k string) { delete(g.items, k) }

type Leaky struct {
	mu    sync.Mutex
	items map[string]int
}

func (l *Leaky) Put(k string, v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.items[k] = v
}

func (l *Leaky) Len() int { return len(l.items) }

type Returns struct {
	mu    sync.Mutex
	items map[string]int
}

func (r *Returns) Put(k string, v int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items[k] = v
}

func (r *Returns) Items() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.items
}

type UnderRLock struct {
	mu sync.RWMutex
	n  int
}

func (u *UnderRLock) Inc() {
	u.mu.RLock()
	u.n++
	u.mu.RUnlock()
}

// Its part is guarded by its lock.
type Parent struct {
	mu   sync.Mutex
	kids []*Kid
}

type Kid struct{ n int }

func (p *Parent) Visit() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kids {
		k.n++
	}
}

func (p *Parent) Add(k *Kid) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kids = append(p.kids, k)
}

type GuardedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (g *GuardedBuffer) Add(s string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.buf.WriteString(s)
}

type OpenBuffer struct{ buf bytes.Buffer }

func (o *OpenBuffer) Add(s string) { o.buf.WriteString(s) }

type EmbeddedBuffer struct{ bytes.Buffer }

type GuardedPlain struct {
	mu sync.Mutex
	p  lib.Plain
}

func (g *GuardedPlain) Inc() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.p.Inc()
}

func (g *GuardedPlain) Name() string { return g.p.Name() }

type OpenPlain struct {
	mu sync.Mutex
	p  *lib.Plain
}

func (o *OpenPlain) Inc() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.p.Inc()
}

func (o *OpenPlain) N() int { return o.p.N() }

// Internally synchronised.

type Synced struct {
	n    atomic.Int64
	seen sync.Map
	ch   chan int
	c    lib.Counter
	old  int64
}

func (s *Synced) Do(v int) {
	s.n.Add(1)
	s.seen.Store(v, true)
	s.ch <- v
	s.c.Inc()
	atomic.AddInt64(&s.old, 1)
}

type MixedAtomic struct{ n int64 }

func (m *MixedAtomic) Inc() { atomic.AddInt64(&m.n, 1) }

func (m *MixedAtomic) N() int64 { return m.n }

type Lazy struct {
	once sync.Once
	v    map[string]int
}

func (l *Lazy) Get(k string) int {
	l.once.Do(func() { l.v = map[string]int{"a": 1} })
	return l.v[k]
}

type LazyPeek struct {
	once sync.Once
	v    map[string]int
}

func (l *LazyPeek) Get(k string) int {
	l.once.Do(func() { l.v = map[string]int{"a": 1} })
	return l.v[k]
}

func (l *LazyPeek) Peek() bool { return l.v != nil }

type Actor struct {
	in  chan int
	sum int
}

func NewActor() *Actor {
	a := &Actor{in: make(chan int)}
	go a.loop()
	return a
}

func (a *Actor) loop() {
	for v := range a.in {
		a.sum += v
	}
}

func (a *Actor) Send(v int) { a.in <- v }

type PeekedActor struct {
	in  chan int
	sum int
}

func NewPeekedActor() *PeekedActor {
	a := &PeekedActor{in: make(chan int)}
	go a.loop()
	return a
}

func (a *PeekedActor) loop() {
	for v := range a.in {
		a.sum += v
	}
}

func (a *PeekedActor) Sum() int { return a.sum }

// Safe unless the same arguments are shared.

type Codec struct{}

func (Codec) Encode(b []byte) {}

type Filler struct{ v byte }

func (f *Filler) Fill(b []byte) {
	for i := range b {
		b[i] = f.v
	}
}

type Writer struct{ w io.Writer }

func NewWriter(w io.Writer) *Writer { return &Writer{w} }

func (w *Writer) Line(s string) { io.WriteString(w.w, s+"\n") }

// Confined.

//yieldlint:confined
type Confined struct{ n int }

func (c *Confined) Inc() { c.n++ }

type PartlyConfined struct {
	n int //yieldlint:confined
}

func (c *PartlyConfined) Inc() { c.n++ }

// Exported fields.

type Config struct {
	Name string
	N    int
}

// Documented is safe for concurrent use.
type Documented struct {
	Name string
	n    atomic.Int32
}

func (d *Documented) Inc() { d.n.Add(1) }

// Said is not safe for concurrent use.
type Said struct {
	mu sync.Mutex
	n  int
}

func (s *Said) Inc() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
}

// Unknown.

type Lends struct {
	mu sync.Mutex
	n  int
}

func (l *Lends) Inc() {
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
}

func (l *Lends) P() *int { return &l.n }

type Callback func()

// Values.

type Kind int

type Header map[string]string

type List []int

type Flag int

func (f *Flag) Set(v int) { *f = Flag(v) }

type Reset struct{ a, b int }

func (r *Reset) Reset() { *r = Reset{} }

type ValueReceiver struct{ m map[string]int }

func (v ValueReceiver) Put(k string) { v.m[k] = 1 }

type Generic[T any] struct {
	mu sync.Mutex
	v  T
}

func (g *Generic[T]) Set(v T) {
	g.mu.Lock()
	g.v = v
	g.mu.Unlock()
}

type Embeds struct {
	Guarded
	extra int
}

func (e *Embeds) Extra() int { return e.extra }

// A handler is called through an interface: by which goroutine is out of view.
type handler interface{ handle(v int) }

type Dispatcher struct {
	total int
	list  []handler
}

func NewDispatcher() *Dispatcher {
	d := &Dispatcher{}
	d.list = []handler{&adder{d}}
	return d
}

type adder struct{ d *Dispatcher }

func (a *adder) handle(v int) { a.d.total += v }

// open is called by the constructor without the lock, and by Reopen with it.
type Reopened struct {
	mu sync.Mutex
	n  int
}

func NewReopened() *Reopened {
	r := &Reopened{}
	r.open()
	return r
}

func (r *Reopened) open() { r.n++ }

func (r *Reopened) Reopen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open()
}

type ReopenedOnce struct {
	mu sync.Mutex
	n  int
}

func (r *ReopenedOnce) open() { r.n++ }

func (r *ReopenedOnce) Reopen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open()
}

func (r *ReopenedOnce) Open() { r.open() }

// Preset is filled by functions that start from what others return.
type Preset struct{ limit, size int }

func Small() *Preset { return &Preset{limit: 1} }

func Large() *Preset {
	p := Small()
	p.limit = 2
	return p
}

func Huge() *Preset {
	p := Large()
	p.size = 9
	return p
}

func (p *Preset) Limit() int { return p.limit + p.size }

// Registered is known to others when the function that fills it has it.
type Registered struct{ limit int }

var registry = map[string]*Registered{}

func Lookup() *Registered {
	r := &Registered{}
	registry["default"] = r
	return r
}

func Standard() *Registered {
	r := Lookup()
	r.limit = 2
	return r
}

func (r *Registered) Limit() int { return r.limit }
