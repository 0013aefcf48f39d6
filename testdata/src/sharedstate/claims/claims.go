// Package claims has comments that claim more than the code gives.
//
// Registry is safe for concurrent use.
package claims

import (
	"sync"
	"sync/atomic"
)

// CounterBad is safe for concurrent use by multiple goroutines.
type CounterBad struct{ n int }

func (c *CounterBad) Inc() { c.n++ } // want `CounterBad\.n is (read|written) without a lock in \(\*CounterBad\)\.Inc, but the comment on line 11 says that CounterBad is "safe for concurrent use by multiple goroutines"`

// CounterOK is safe for concurrent use by multiple goroutines.
type CounterOK struct {
	mu sync.Mutex
	n  int
}

func (c *CounterOK) Inc() {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
}

// HalfBad is a cache. It may be used by multiple goroutines.
type HalfBad struct {
	mu sync.Mutex
	m  map[string]int
}

func (h *HalfBad) Put(k string, v int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.m[k] = v
}

func (h *HalfBad) Size() int { return len(h.m) } // want `HalfBad\.m refers to is read without mu` `HalfBad\.m refers to is read without a lock`

// HelperBad is a goroutine-safe set.
type HelperBad struct{ m map[string]bool }

func (h *HelperBad) Add(k string) { h.add(k) }

func (h *HelperBad) add(k string) { h.m[k] = true } // want `HelperBad\.m refers to is written without a lock in \(\*HelperBad\)\.add`

func (h *HelperBad) Has(k string) bool { return h.m[k] }

type Registry struct{ names []string }

func (r *Registry) Add(s string) { r.names = append(r.names, s) } // want `Registry\.names is written without a lock in \(\*Registry\)\.Add, but the comment on line 3`

// AtomicOK is safe for concurrent use.
type AtomicOK struct {
	n    atomic.Int64
	conf string
}

func NewAtomicOK(s string) *AtomicOK {
	a := &AtomicOK{}
	a.conf = s
	return a
}

func (a *AtomicOK) Inc() string { a.n.Add(1); return a.conf }

// NegatedOK is not safe for concurrent use.
type NegatedOK struct{ n int }

func (c *NegatedOK) Inc() { c.n++ }

// HedgedOK is safe for concurrent use, unless Inc is called.
type HedgedOK struct{ n int }

func (c *HedgedOK) Inc() { c.n++ }

// DutyOK wraps a handler, which must be safe for concurrent use.
type DutyOK struct{ n int }

func (c *DutyOK) Inc() { c.n++ }

// AboutOtherOK counts. Use a thread-safe wrapper in servers.
type AboutOtherOK struct{ n int }

func (c *AboutOtherOK) Inc() { c.n++ }

// FP_OnceOK is safe for concurrent use: Get sets the value once.
type FP_OnceOK struct {
	once sync.Once
	v    map[string]int
}

func (l *FP_OnceOK) Get(k string) int {
	l.once.Do(func() { l.v = map[string]int{"a": 1} })
	return l.v[k]
}

// Setup is safe for concurrent use. SetName is for the set-up.
type Setup struct{ name string }

func (s *Setup) SetName(n string) { s.name = n } // want `Setup.name is written without a lock in .* suspect`

func (s *Setup) Name() string { return s.name }

// FP_LoopOK is safe for concurrent use: one goroutine does all.
type FP_LoopOK struct {
	in  chan int
	sum int
}

func NewLoop() *FP_LoopOK {
	l := &FP_LoopOK{in: make(chan int)}
	go l.loop()
	return l
}

func (l *FP_LoopOK) loop() {
	for v := range l.in {
		l.sum += v
	}
}

func (l *FP_LoopOK) Send(v int) { l.in <- v }

// FP_CallerHoldsOK is safe for concurrent use.
type FP_CallerHoldsOK struct {
	mu sync.Mutex
	n  int
}

// IncLocked must be called with mu held.
func (c *FP_CallerHoldsOK) IncLocked() { c.n++ }

func (c *FP_CallerHoldsOK) Inc() {
	c.mu.Lock()
	c.IncLocked()
	c.mu.Unlock()
}

// FN_Indirect is safe for concurrent use. A pointer to the field is not followed.
type FN_Indirect struct{ n int }

func (f *FN_Indirect) Inc() { inc(&f.n) }

func inc(p *int) { *p++ }

// Client is safe for concurrent use by multiple goroutines, once it is started.
type Client struct {
	send chan int
	urls []string
}

// FP_OnStart is called once: OnStart, as a framework names it.
func (c *Client) OnStart() { c.send = make(chan int); c.dial() }

func (c *Client) dial() { c.urls = append(c.urls, "") }
