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
