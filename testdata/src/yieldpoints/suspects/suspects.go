// Package suspects has findings about locks of which a step is assumed.
package suspects

import (
	"net"
	"sync"
	"time"
)

// A Watcher's func is for other packages to provide.
type Watcher struct {
	mu       sync.Mutex
	OnChange func()
	n        int
}

func (w *Watcher) Change() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	w.OnChange() // want `\(\*Watcher\).Change calls the func in OnChange, which other packages provide, with Watcher.mu held: if that calls \(\*Watcher\).Change, it waits for itself \[yieldpoints/callback-under-lock, suspect\]`
}

func (w *Watcher) Count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}

// A Peer's lock is part of the object that has the connection: who waits for
// the lock mostly wants something of that peer.
type Peer struct {
	mu   sync.Mutex
	conn net.Conn
	name string
}

func (p *Peer) Send(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conn.Write(b) // want `\(\*Peer\).Send holds Peer.mu while it waits for the network: .* \[yieldpoints/lock-across-suspension, suspect\]`
}

func (p *Peer) Name() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.name
}

// A Job sleeps while it starts.
type Job struct {
	mu sync.Mutex
	n  int
}

func (j *Job) Start() {
	j.mu.Lock()
	defer j.mu.Unlock()
	time.Sleep(time.Second) // want `\(\*Job\).Start holds Job.mu while it sleeps: .* \[yieldpoints/lock-across-suspension, suspect\]`
}

func (j *Job) Add() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
}

// Only readers, in both orders: they wait if writers come in between.
type Shared struct{ a, b sync.RWMutex }

func (s *Shared) One() {
	s.a.RLock()
	defer s.a.RUnlock()
	s.b.RLock() // want `Shared.b is taken while Shared.a is held, and in \(\*Shared\).Two the other way round: .* \[yieldpoints/lock-order, suspect\]`
	s.b.RUnlock()
}

func (s *Shared) Two() {
	s.b.RLock()
	defer s.b.RUnlock()
	s.a.RLock()
	s.a.RUnlock()
}
