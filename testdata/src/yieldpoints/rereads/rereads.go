// Package rereads looks at a location twice.
package rereads

import (
	"sync"
	"sync/atomic"
)

type conn struct{ n int }

func (c *conn) Send() { c.n++ }

type server struct {
	mu   sync.Mutex
	conn *conn
	cfg  atomic.Pointer[conn]
	n    int
	peak int
}

func (s *server) Connect() {
	s.mu.Lock()
	s.conn = new(conn)
	s.mu.Unlock()
	s.cfg.Store(new(conn))
}

func (s *server) Disconnect() {
	s.mu.Lock()
	s.conn = nil
	s.mu.Unlock()
	s.cfg.Store(nil)
}

func (s *server) SendBad() {
	s.mu.Lock()
	if s.conn == nil {
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	s.conn.Send() // want `server.conn is read again without server.mu: it was tested under the lock at line \d+ \(2 of 2 writes hold mu\) \[yieldpoints/unlocked-reread\]`
}

func (s *server) SendOK() {
	s.mu.Lock()
	c := s.conn
	s.mu.Unlock()
	if c == nil {
		return
	}
	c.Send()
}

func (s *server) FetchBad() {
	if s.cfg.Load() != nil {
		s.cfg.Load().Send() // want `server.cfg is loaded again: it was tested at line \d+, and may have changed since \[yieldpoints/double-fetch\]`
	}
}

func (s *server) FetchOK() {
	if c := s.cfg.Load(); c != nil {
		c.Send()
	}
}

func (s *server) CountBad() {
	n := s.n
	s.mu.Lock()
	s.n = n + 1 // want `this write acts on what was read before the lock: server.n was read at line \d+, and server.mu is taken after it \(2 of 2 writes hold it\) \[yieldpoints/read-before-lock\]`
	s.mu.Unlock()
}

func (s *server) CountOK() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
}

// PeakOK looks again under the lock.
func (s *server) PeakOK(n int) {
	if n > s.peak {
		s.mu.Lock()
		if n > s.peak {
			s.peak = n
		}
		s.mu.Unlock()
	}
}

func (s *server) ResetPeak() {
	s.mu.Lock()
	s.peak = 0
	s.mu.Unlock()
}

// PlainBad looks twice without the lock that those who write hold.
func (s *server) PlainBad() {
	if s.conn != nil {
		s.conn.Send() // want `server.conn is loaded again: it was tested at line \d+, and may have changed since \(2 of 2 writes hold mu\) \[yieldpoints/double-fetch\]`
	}
}

type slots struct {
	mu    sync.Mutex
	items []conn
}

// OtherElementOK looks at one element, and writes another.
func (s *slots) OtherElementOK(i, j int) {
	s.mu.Lock()
	full := s.items[i].n > 3
	s.mu.Unlock()
	if full {
		return
	}
	s.mu.Lock()
	s.items[j].n++
	s.mu.Unlock()
}

func (s *slots) ElementBad(i int) {
	s.mu.Lock()
	full := s.items[i].n > 3
	s.mu.Unlock()
	if full {
		return
	}
	s.mu.Lock()
	s.items[i].n++ // want `conn.n was observed at line \d+, and slots.mu is released in between \[yieldpoints/limit-overrun\]`
	s.mu.Unlock()
}

type table struct {
	mu sync.RWMutex
	m  map[string]*conn
}

func (t *table) Put(key string) {
	t.mu.Lock()
	t.m[key] = new(conn)
	t.mu.Unlock()
}

func (t *table) Drop(key string) {
	t.mu.Lock()
	delete(t.m, key)
	t.mu.Unlock()
}

func (t *table) SendBad(key string) {
	t.mu.RLock()
	_, ok := t.m[key]
	t.mu.RUnlock()
	if ok {
		t.m[key].Send() // want `table.m is read again without table.mu: it was tested under the lock at line \d+ \(2 of 2 writes hold mu\) \[yieldpoints/unlocked-reread\]`
	}
}

func (t *table) SendOK(key string) {
	t.mu.RLock()
	c, ok := t.m[key]
	t.mu.RUnlock()
	if ok {
		c.Send()
	}
}

// A machine calls its steps in Tick.
type machine struct {
	mu   sync.Mutex
	step func()
	cur  *conn
	done *conn
}

func newMachine() *machine {
	m := new(machine)
	m.step = m.fp_value
	return m
}

func (m *machine) Tick() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.step()
	m.cur = new(conn)
}

func (m *machine) Clear() {
	m.mu.Lock()
	m.cur = nil
	m.mu.Unlock()
}

// fp_value is called as a value, by who holds the lock.
func (m *machine) fp_value() {
	if m.cur != nil {
		m.cur.Send()
	}
}

func (m *machine) Table() map[string]any {
	return map[string]any{"value": m.unknownCallers}
}

// unknownCallers is called as a value: what its callers do is not known.
func (m *machine) unknownCallers() {
	if m.cur != nil {
		m.cur.Send() // want `machine.cur is loaded again: .*suspect\]`
	}
}
