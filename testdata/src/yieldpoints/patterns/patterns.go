// Package patterns has checks and acts that need no lock to be seen.
package patterns

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
)

type queue struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	ch     chan int
	done   chan struct{}
	flag   atomic.Bool
	closed bool
	once   sync.Once
}

func (q *queue) TakeBad() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.cond.Wait() // want `queue.cond is waited for without a loop: when Wait returns, another goroutine may have changed what was tested \[yieldpoints/cond-wait-without-loop\]`
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x
}

func (q *queue) TakeOK() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x
}

func (q *queue) TakeGotoOK() int {
	q.mu.Lock()
	defer q.mu.Unlock()
again:
	if len(q.items) == 0 {
		q.cond.Wait()
		goto again
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x
}

func (q *queue) PutBad(x int) {
	if len(q.ch) < cap(q.ch) {
		q.ch <- x // want `this send may wait: that queue.ch had room was tested at line \d+, and others send too; use select with default \[yieldpoints/len-then-send, suspect\]`
	}
}

func (q *queue) PutOK(x int) {
	select {
	case q.ch <- x:
	default:
	}
}

func (q *queue) Close1Bad() {
	select {
	case <-q.done:
	default:
		close(q.done) // want `queue.done may be closed twice: that it is open was tested at line \d+, and another goroutine may close it in between \[yieldpoints/close-or-send-after-check.*\]`
	}
}

func (q *queue) Close2Bad() {
	if q.flag.Load() {
		return
	}
	q.flag.Store(true)
	close(q.done) // want `queue.done may be closed twice: queue.flag was tested at line \d+, and another goroutine may pass the test before it is set`
}

func (q *queue) CloseOK() {
	if !q.flag.CompareAndSwap(false, true) {
		return
	}
	close(q.done)
}

func (q *queue) CloseOnceOK() {
	q.once.Do(func() {
		select {
		case <-q.done:
		default:
			close(q.done)
		}
	})
}

func (q *queue) CloseLockedOK() {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.done:
	default:
		close(q.done)
	}
}

func (q *queue) SendBad(x int) {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.mu.Unlock()
	q.ch <- x // want `this send may be on a closed channel: queue.closed was tested at line \d+, and Shut, which closes queue.ch, may run since queue.mu is released \[yieldpoints/close-or-send-after-check\]`
}

// SendOK sends on what nobody closes meanwhile. Who wants the lock waits for
// whoever receives, if the channel is full.
func (q *queue) SendOK(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.ch <- x // want `\(\*queue\).SendOK holds queue.mu while it waits for another goroutine: channel send; .* \[yieldpoints/lock-across-suspension, suspect\]`
	}
}

func (q *queue) Shut() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed = true
		close(q.ch)
	}
}

func createBad(name string) error {
	if _, err := os.Stat(name); os.IsNotExist(err) {
		f, err := os.Create(name) // want `os.Create acts on what os.Stat said at line \d+: the file may have come or gone since \[yieldpoints/file-toctou, suspect\]`
		if err != nil {
			return err
		}
		return f.Close()
	}
	return nil
}

func createOK(name string) error {
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// otherOK makes another file.
func otherOK(name string) error {
	if _, err := os.Stat(name); err != nil {
		return err
	}
	f, err := os.Create(name + ".new")
	if err != nil {
		return err
	}
	return f.Close()
}

func probeBad() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	return net.Listen("tcp", addr) // want `this address was free at line \d+, where a listener on it was closed: another process may have taken it \[yieldpoints/probe-then-bind\]`
}

func probeOK() (net.Listener, error) {
	return net.Listen("tcp", "127.0.0.1:0")
}

type worker struct{ stop chan struct{} }

func (w *worker) Run() { go w.watch() }

func (w *worker) watch() { w.shut() }

func (w *worker) Stop() { w.shut() }

func (w *worker) shut() {
	select {
	case <-w.stop:
	default:
		close(w.stop) // want `worker.stop may be closed twice: that it is open was tested at line \d+, and another goroutine may close it in between \[yieldpoints/close-or-send-after-check\]`
	}
}

type stream struct {
	mu     sync.RWMutex
	closed bool
	ch     chan int
}

func (s *stream) ReadLockBad() {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return
	}
	s.closed = true
	close(s.ch) // want `stream.ch may be closed twice: stream.closed was tested at line \d+, and another goroutine may pass the test before it is set \[yieldpoints/close-or-send-after-check\]`
}

func (s *stream) GapBad() {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return
	}
	close(s.ch) // want `stream.ch may be closed twice: stream.closed was tested at line \d+.*close-or-send-after-check\]`
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

func (s *stream) ClaimOK() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.mu.Unlock()
	close(s.ch)
}
