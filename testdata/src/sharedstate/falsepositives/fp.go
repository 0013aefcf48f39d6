// Package falsepositives has what looks like a race and is none: nothing is
// reported in it, and where something is, the name says FP_.
package falsepositives

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func work() int { return 1 }

// Constructor and option functions.

type Client struct {
	mu      sync.Mutex
	retries int
	name    string
}

type Option func(*Client)

func WithRetries(n int) Option { return func(c *Client) { c.retries = n } }

func NewClient(opts ...Option) *Client {
	c := &Client{name: "x"}
	for _, o := range opts {
		o(c)
	}
	c.retries++
	return c
}

func (c *Client) Retry() { c.mu.Lock(); c.retries--; c.mu.Unlock() }
func (c *Client) Left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.retries
}
func (c *Client) More() { c.mu.Lock(); c.retries++; c.mu.Unlock() }

// Immutable after construction.
func (c *Client) Name() string { return c.name }

// The lock is in the caller only.

type table struct {
	mu   sync.Mutex
	rows map[string]int
}

type DB struct{ t table }

func (d *DB) Put(k string)        { d.t.mu.Lock(); d.t.put(k); d.t.mu.Unlock() }
func (d *DB) Del(k string)        { d.t.mu.Lock(); d.t.del(k); d.t.mu.Unlock() }
func (t *table) put(k string)     { t.rows[k]++; t.log(k) }
func (t *table) del(k string)     { delete(t.rows, k); t.log(k) }
func (t *table) log(k string) int { return t.rows[k] }

// The parent's lock guards the child.

type Parent struct {
	mu    sync.Mutex
	child *Child
}

type Child struct{ n int }

func (p *Parent) Inc() { p.mu.Lock(); p.child.inc(); p.mu.Unlock() }
func (p *Parent) Dec() { p.mu.Lock(); p.child.n--; p.mu.Unlock() }
func (p *Parent) Get() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.child.get()
}
func (c *Child) inc()     { c.n++ }
func (c *Child) get() int { return c.n }

// Each worker has its own index; the results are read after the join.

func Indexed(in []int) int {
	out := make([]int, len(in))
	var wg sync.WaitGroup
	for i := range in {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			out[i] = in[i] * 2
		}(i)
	}
	wg.Wait()
	return out[0]
}

// The join is in a callee, and in a method.

type group struct{ wg sync.WaitGroup }

func (g *group) run(f func()) { g.wg.Add(1); go func() { defer g.wg.Done(); f() }() }
func (g *group) wait()        { g.wg.Wait() }

func JoinedByMethod() int {
	x := 0
	g := &group{}
	g.run(func() { x = work() })
	g.wait()
	return x
}

// Joined by context cancellation and a done channel.

func Cancelled() int {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			n++
		}
	}()
	cancel()
	<-done
	return n
}

// A single goroutine owns the state: all accesses are in its loop.

type Loop struct {
	reqs  chan func()
	state map[string]int
}

func (l *Loop) Run() {
	for f := range l.reqs {
		f()
		l.state["n"]++
		l.step()
	}
}

func (l *Loop) step() { delete(l.state, "m") }

func (l *Loop) Put(k string) { l.reqs <- func() { l.state[k] = 1 } }

// The goroutine that writes reads without the lock.

type Poller struct {
	mu   sync.Mutex
	last int
}

func NewPoller() *Poller {
	p := &Poller{}
	go p.loop()
	return p
}

func (p *Poller) loop() {
	for {
		n := p.last + 1
		p.mu.Lock()
		p.last = n
		p.mu.Unlock()
		time.Sleep(time.Second)
	}
}

func (p *Poller) Last() int  { p.mu.Lock(); defer p.mu.Unlock(); return p.last }
func (p *Poller) Twice() int { p.mu.Lock(); defer p.mu.Unlock(); return p.last + p.last }

// Copy-on-write behind an atomic.

type Config struct {
	mu  sync.Mutex
	cur atomic.Pointer[map[string]string]
}

func (c *Config) Set(k, v string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := map[string]string{}
	for k, v := range *c.cur.Load() {
		next[k] = v
	}
	next[k] = v
	c.cur.Store(&next)
}

func (c *Config) Get(k string) string { return (*c.cur.Load())[k] }

// Copy-on-write under a lock: entries of a published map never change.

type Routes struct {
	mu sync.Mutex
	m  map[string]int
}

func (r *Routes) Add(k string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := make(map[string]int)
	for k, v := range r.m {
		next[k] = v
	}
	next[k] = 1
	r.m = next
}

func (r *Routes) Snapshot() int {
	r.mu.Lock()
	m := r.m
	r.mu.Unlock()
	return m["x"]
}

// sync.Once guards, and orders what comes after.

type Lazy struct {
	once sync.Once
	v    int
}

func (l *Lazy) Get() int {
	l.once.Do(func() { l.v = work() })
	return l.v
}

func OnceLocal() (int, int) {
	var once sync.Once
	v := 0
	get := func() int {
		once.Do(func() { v = work() })
		return v
	}
	ch := make(chan int)
	go func() { ch <- get() }()
	return get(), <-ch
}

// Independent workers that collect their results through a channel.

func Collect(in []int) int {
	out := make(chan int)
	for _, x := range in {
		go func() {
			local := x
			local *= 2
			out <- local
		}()
	}
	sum := 0
	for range in {
		sum += <-out
	}
	return sum
}

// A semaphore channel of one place is a lock.

func Token() int {
	sem := make(chan struct{}, 1)
	n := 0
	done := make(chan bool)
	go func() {
		sem <- struct{}{}
		n++
		<-sem
		done <- true
	}()
	sem <- struct{}{}
	n++
	<-sem
	<-done
	return n
}

// A variable of each turn of a loop.

func PerTurn(in []int) {
	for _, x := range in {
		y := x
		go func() { y++ }()
	}
}

// The object is handed over by a message.

type msg struct{ n int }

func HandedOver() int {
	ch := make(chan *msg)
	go func() {
		m := &msg{}
		m.n = work()
		ch <- m
	}()
	m := <-ch
	m.n++
	return m.n
}

// Generic types, used with two arguments.

type List[T any] struct {
	mu    sync.Mutex
	items []T
}

func (l *List[T]) Push(x T) { l.mu.Lock(); l.items = append(l.items, x); l.mu.Unlock() }
func (l *List[T]) Pop()     { l.mu.Lock(); defer l.mu.Unlock(); l.items = l.items[:0] }
func (l *List[T]) Len() int { l.mu.Lock(); defer l.mu.Unlock(); return len(l.items) }

func Use() (int, int) {
	var a List[int]
	var b List[string]
	a.Push(1)
	b.Push("")
	return a.Len(), b.Len()
}

// A value copy belongs to the function that has it.

type Snapshot struct{ n int }

type Holder struct {
	mu sync.Mutex
	s  Snapshot
}

func (h *Holder) Copy() Snapshot { h.mu.Lock(); defer h.mu.Unlock(); return h.s }
func (h *Holder) Set(n int)      { h.mu.Lock(); h.s.n = n; h.mu.Unlock() }
func (h *Holder) Inc()           { h.mu.Lock(); h.s.n++; h.mu.Unlock() }

func Local(h *Holder) int {
	s := h.Copy()
	s.n++
	return s.n
}
