// Package counters has gaps between operations that are whole by themselves.
package counters

import (
	"net"
	"sync"
	"sync/atomic"
)

type stats struct {
	n     atomic.Int64
	plain int64
	conns sync.Map
}

func (s *stats) AddBad() {
	s.n.Store(s.n.Load() + 1) // want `Store acts on a check that may be stale: stats.n was observed at line \d+, and others may change it in between \[yieldpoints/atomic-gap\]`
}

func (s *stats) AddOK() { s.n.Add(1) }

func (s *stats) PlainBad() {
	n := atomic.LoadInt64(&s.plain)
	atomic.StoreInt64(&s.plain, n+1) // want `StoreInt64 acts on a check that may be stale: stats.plain was observed at line \d+`
}

func (s *stats) Reset() {
	s.n.Store(0)
	atomic.StoreInt64(&s.plain, 0)
}

func (s *stats) SwapOK() {
	for {
		n := s.n.Load()
		if s.n.CompareAndSwap(n, n+1) {
			return
		}
	}
}

func (s *stats) DialBad(addr string) net.Conn {
	if c, ok := s.conns.Load(addr); ok {
		return c.(net.Conn)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	s.conns.Store(addr, c) // want `Store acts on a check that may be stale: stats.conns was observed at line \d+, and net.Dial at line \d+ suspends on the network \[yieldpoints/syncmap-gap\]`
	return c
}

func (s *stats) DialOK(addr string) net.Conn {
	if c, ok := s.conns.Load(addr); ok {
		return c.(net.Conn)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	if old, loaded := s.conns.LoadOrStore(addr, c); loaded {
		c.Close()
		return old.(net.Conn)
	}
	return c
}

// MemoOK keeps what follows from the key alone.
func (s *stats) MemoOK(key string) int {
	if n, ok := s.conns.Load(key); ok {
		return n.(int)
	}
	n := len(key) * 7
	s.conns.Store(key, n)
	return n
}

type task struct{ fn func() }

// AddBad lets the second of two callers win, although the first has been told that it did.
func (s *stats) AddTaskBad(id string, fn func()) {
	if s.exists(id) {
		return
	}
	s.conns.Store(id, &task{fn: fn}) // want `stats.conns was observed at line \d+, and others may change it in between \[yieldpoints/syncmap-gap\]`
}

func (s *stats) exists(id string) bool {
	_, ok := s.conns.Load(id)
	return ok
}

// MarkOK puts an element into a set.
func (s *stats) MarkOK(id string) {
	if s.exists(id) {
		return
	}
	s.conns.Store(id, true)
}

// A hub has one goroutine that adds topics; others may only remove them.
type hub struct {
	topics sync.Map
	n      atomic.Int64
	unreg  chan string
}

type topic struct{ subs int }

func (h *hub) start() { go h.run() }

func (h *hub) run() {
	for name := range h.unreg {
		h.topics.Store(name, new(topic))
		h.FP_removeOwned(name)
		h.FP_soleAdder()
	}
}

// FP_removeOwned removes what nobody else puts back.
func (h *hub) FP_removeOwned(name string) {
	t, ok := h.topics.Load(name)
	if ok && t.(*topic).subs == 0 {
		if c, err := net.Dial("tcp", name); err == nil {
			c.Close()
		}
		h.topics.Delete(name)
	}
}

func (h *hub) drop(name string) { h.topics.Delete(name) }

// FP_soleAdder adds to what others only take away from.
func (h *hub) FP_soleAdder() {
	if h.n.Load() < 10 {
		h.n.Add(1)
	}
}

func (h *hub) done() { h.n.Add(-1) }

func (s *stats) LimitBad() bool {
	if s.n.Load() >= 10 {
		return false
	}
	s.n.Add(1) // want `Add acts on a check that may be stale: stats.n was observed at line \d+, and others may change it in between \[yieldpoints/atomic-gap\]`
	return true
}

func (s *stats) LimitOK() bool {
	if s.n.Add(1) > 10 {
		s.n.Add(-1)
		return false
	}
	return true
}

// FP_bothWays counts whether or not it has flushed; only an error ends it.
func (s *stats) FP_bothWays(c net.Conn) error {
	if s.n.Load() >= 10 {
		if err := c.Close(); err != nil {
			return err
		}
	}
	s.n.Add(1)
	return nil
}

type listener struct {
	open atomic.Int64
	conn chan net.Conn
}

func (l *listener) serve() {
	for c := range l.conn {
		go l.handleBad(c)
	}
}

// handleBad runs on a goroutine for each connection.
func (l *listener) handleBad(c net.Conn) {
	if l.open.Load() >= 100 {
		return
	}
	l.open.Add(1) // want `listener.open was observed at line \d+, and others may change it in between \[yieldpoints/atomic-gap\]`
	defer l.open.Add(-1)
	c.Close()
}

// FP_saturates stops at zero, or a little below: nothing else hangs on it.
func (s *stats) FP_saturates() {
	if s.n.Load() > 0 {
		s.n.Add(-1)
	}
}
