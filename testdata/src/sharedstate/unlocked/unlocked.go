// Package unlocked has objects that live long, whose fields no lock guards.
package unlocked

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// fallback is given out as a RoundTripper, which must be safe for concurrent use.
type fallback struct {
	next http.RoundTripper
	host string
	n    int
}

func NewFallback(next http.RoundTripper) http.RoundTripper { return &fallback{next: next} }

func (f *fallback) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.host != r.Host {
		f.host = r.Host // want `fallback.host is written here by several goroutines at once, without a lock`
	}
	return f.next.RoundTrip(r)
}

// locked is the good twin.
type locked struct {
	next http.RoundTripper
	mu   sync.Mutex
	host string
}

func NewLocked(next http.RoundTripper) http.RoundTripper { return &locked{next: next} }

func (f *locked) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	if f.host != r.Host {
		f.host = r.Host
	}
	f.mu.Unlock()
	return f.next.RoundTrip(r)
}

// A Server: each connection has a goroutine that writes the map.
type Server struct {
	ln    net.Listener
	peers map[string]net.Addr
	mu    sync.Mutex
	good  map[string]net.Addr
}

func NewServer(ln net.Listener) *Server {
	return &Server{ln: ln, peers: make(map[string]net.Addr), good: make(map[string]net.Addr)}
}

func (s *Server) Listen() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return
		}
		go s.FN_peers(c)
	}
}

func (s *Server) FN_peers(c net.Conn) {
	s.peers[c.LocalAddr().String()] = c.RemoteAddr() // want `what Server.peers refers to is written here by several goroutines at once, without a lock`
	s.mu.Lock()
	s.good[c.LocalAddr().String()] = c.RemoteAddr()
	s.mu.Unlock()
}

// Wheel has no lock of its own: who has it locks.
type Wheel struct {
	slots []int
	at    int
}

func (w *Wheel) Add(n int) {
	w.slots = append(w.slots, n)
	w.at++
}

// Table locks its wheel.
type Table struct {
	mu    sync.Mutex
	Wheel *Wheel
}

type Engine struct{ table *Table }

// FP_heldOnTheWay: the caller of Add holds a lock.
func (e *Engine) FP_heldOnTheWay() {
	for range 4 {
		go func() {
			e.table.mu.Lock()
			e.table.Wheel.Add(1)
			e.table.mu.Unlock()
		}()
	}
}

// Other calls Add with a lock of another kind.
type Other struct {
	big   sync.RWMutex
	wheel *Wheel
}

func (o *Other) Push() {
	o.big.Lock()
	o.wheel.Add(2)
	o.big.Unlock()
}

// A Clock counts in a goroutine that its constructor starts.
type Clock struct {
	ticks int
	done  chan struct{}
	sum   int
}

func NewClock() *Clock {
	c := &Clock{done: make(chan struct{})}
	go c.loop()
	return c
}

func (c *Clock) loop() {
	for range 10 {
		time.Sleep(time.Second)
		c.ticks++ // want `Clock.ticks is read here by a goroutine, and written in \(\*Clock\).FN_Zero, without a lock`
		c.sum += c.ticks
	}
	close(c.done)
}

func (c *Clock) FN_Zero() { c.ticks = 0 }

// FP_sum waits for the goroutine before it reads.
func (c *Clock) FP_sum() int {
	<-c.done
	return c.sum
}

// A Job is set up by methods before another one starts its goroutine.
type Job struct{ name string }

func (j *Job) Label(name string) { j.name = name }

func (j *Job) FP_begin() {
	go func() {
		for {
			println(j.name)
		}
	}()
}

// A Config is copied by value into what uses it.
type Config struct{ Period int }

func (c *Config) Apply(p int) { c.Period = p }

type Looper struct{ cfg Config }

func NewLooper(c Config) *Looper {
	l := &Looper{cfg: c}
	go l.FP_copy()
	return l
}

func (l *Looper) FP_copy() {
	for {
		time.Sleep(time.Duration(l.cfg.Period))
	}
}

// A Book has a goroutine, and a map that two of its methods use.
type Book struct {
	ids  map[string]int
	quit chan struct{}
}

func (b *Book) Begin() { go func() { <-b.quit }() }

func (b *Book) FN_Enter(name string) { b.ids[name] = len(name) } // want `what Book.ids refers to is written here, and read in \(\*Book\).Find, without a lock`

func (b *Book) Find(name string) int { return b.ids[name] }

// A Plain has none: nothing says that others share it.
type Plain struct{ ids map[string]int }

func (p *Plain) Enter(name string)    { p.ids[name] = len(name) }
func (p *Plain) Find(name string) int { return p.ids[name] }

// A Timed is changed by the timer that its constructor sets.
type Timed struct {
	cond *sync.Cond
	done bool
	err  error
}

func NewFN_Timed(err error) *Timed {
	t := &Timed{cond: sync.NewCond(&sync.Mutex{})}
	time.AfterFunc(time.Second, func() {
		t.err = err // want `Timed.err is written here by a goroutine, and read in \(\*Timed\).Peek, without a lock`
		t.finish()
	})
	return t
}

func (t *Timed) finish() {
	t.cond.L.Lock()
	t.done = true
	t.cond.L.Unlock()
	t.cond.Broadcast()
}

func (t *Timed) Peek() error {
	t.cond.L.Lock()
	defer t.cond.L.Unlock()
	return t.err
}
