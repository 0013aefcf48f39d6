// Package reentry takes locks that it holds.
package reentry

import "sync"

type Store struct {
	mu   sync.Mutex
	rw   sync.RWMutex
	n    int
	next *Store
	cur  *Store
}

func (s *Store) DirectBad() {
	s.mu.Lock()
	s.n++
	s.mu.Lock() // want `\(\*Store\).DirectBad locks Store.mu, which it holds already: it waits for itself \[yieldpoints/lock-reentry\]`
	s.mu.Unlock()
	s.mu.Unlock()
}

func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func (s *Store) CallBad() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 2 * s.Len() // want `\(\*Store\).CallBad holds Store.mu and calls \(\*Store\).Len, which locks it again: it waits for itself \[yieldpoints/lock-reentry\]`
}

func (s *Store) deep() int { return s.Len() }

func (s *Store) DeepBad() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deep() // want `\(\*Store\).DeepBad holds Store.mu and calls \(\*Store\).Len, which locks it again`
}

// doubleLocked is always called with the lock held: it is to blame, once.
func (s *Store) doubleLocked() int {
	return s.Len() // want `\(\*Store\).One holds Store.mu and calls \(\*Store\).Len, which locks it again`
}

func (s *Store) One() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubleLocked()
}

func (s *Store) Two() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubleLocked()
}

func (s *Store) AfterOK() int {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
	return s.Len()
}

func (s *Store) OtherOK(t *Store) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.Len()
}

func (s *Store) NextOK() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		return 0
	}
	return s.next.Len()
}

func (s *Store) TryOK() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.TryLock() {
		s.mu.Unlock()
	}
}

func (s *Store) GoOK() {
	s.mu.Lock()
	defer s.mu.Unlock()
	go s.Len()
}

func (s *Store) load() int {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return s.n
}

func (s *Store) Save(n int) {
	s.rw.Lock()
	defer s.rw.Unlock()
	s.n = n
}

func (s *Store) ReadTwiceBad() int {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return s.load() // want `\(\*Store\).ReadTwiceBad holds Store.rw and calls \(\*Store\).load, which locks, for reading, it again: a writer that comes in between`
}

func (s *Store) UpgradeBad(n int) {
	s.rw.RLock()
	defer s.rw.RUnlock()
	if s.n != n {
		s.Save(n) // want `\(\*Store\).UpgradeBad holds Store.rw and calls \(\*Store\).Save, which locks it again: it waits for itself`
	}
}

// A Log has readers only: reading twice is safe.
type Log struct {
	rw sync.RWMutex
	n  int
}

func (l *Log) read() int {
	l.rw.RLock()
	defer l.rw.RUnlock()
	return l.n
}

func (l *Log) ReadTwiceOK() int {
	l.rw.RLock()
	defer l.rw.RUnlock()
	return l.read()
}

// FP_GivesBack: what it calls unlocks first, in a literal with a deferred Lock.
func (s *Store) FP_GivesBack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notify()
}

func (s *Store) notify() {
	func() {
		s.mu.Unlock()
		defer s.mu.Lock()
		s.Len()
	}()
}

// FP_Moves: the path leads to another object the second time.
func (s *Store) FP_Moves() {
	s.cur.mu.Lock()
	defer s.cur.mu.Unlock()
	s.cur = s.cur.next
	s.cur.mu.Lock()
	s.cur.mu.Unlock()
}

// FP_Flag: the parameter says that the lock is held.
func (s *Store) FP_Flag() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count(true)
}

func (s *Store) count(locked bool) int {
	if !locked {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return s.n
}

func (s *Store) FlagBad() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count(false) // want `\(\*Store\).FlagBad holds Store.mu and calls \(\*Store\).count, which locks it again`
}

func (s *Store) IgnoredOK() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	//yieldlint:ignore yieldpoints/lock-reentry -- a test of the directive
	return s.Len()
}
