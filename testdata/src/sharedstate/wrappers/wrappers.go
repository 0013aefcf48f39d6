// Package wrappers takes locks in ways other than a plain Lock.
package wrappers

import "sync"

type Store struct {
	mu sync.RWMutex
	n  int
}

func (s *Store) lock()   { s.mu.Lock() }
func (s *Store) unlock() { s.mu.Unlock() }

func (s *Store) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *Store) AddOK()  { s.lock(); s.n++; s.unlock() }
func (s *Store) SubOK()  { s.lock(); defer s.unlock(); s.n-- }
func (s *Store) ZeroOK() { s.with(func() { s.n = 0 }) }

func (s *Store) TryOK() {
	if s.mu.TryLock() {
		s.n++
		s.mu.Unlock()
	}
	if !s.mu.TryLock() {
		return
	}
	s.n++
	s.mu.Unlock()
}

func (s *Store) DeferredOK() {
	s.mu.Lock()
	defer func() {
		s.n++
		s.mu.Unlock()
	}()
	s.n++
}

// Bump takes the lock and calls what its name says needs it.
func (s *Store) Bump() { s.mu.Lock(); s.bumpLocked(); s.plain(); s.mu.Unlock() }

func (s *Store) bumpLocked() { s.n++ }

// plain is called with the lock held, as its only caller shows.
func (s *Store) plain() { s.n++ }

func (s *Store) PokeBad() { s.n++ } // want `Store.n is written without mu, which \d+ of \d+ accesses hold \[sharedstate/unguarded\]`

// An embedded mutex, promoted.
type Box struct {
	sync.Mutex
	v int
}

func (b *Box) Put(v int) { b.Lock(); defer b.Unlock(); b.v = v }
func (b *Box) Inc()      { b.Lock(); b.v++; b.v++; b.Unlock() }
func (b *Box) DecBad()   { b.v-- } // want `Box.v is written without Mutex, which 5 of 7 accesses hold \[sharedstate/unguarded\]`

// A mutex behind a pointer.
type Shared struct {
	mu *sync.Mutex
	v  int
}

func (s *Shared) Put(v int) { s.mu.Lock(); defer s.mu.Unlock(); s.v = v }
func (s *Shared) Inc()      { s.mu.Lock(); s.v++; s.mu.Unlock() }
func (s *Shared) Get() int  { s.mu.Lock(); defer s.mu.Unlock(); return s.v }
func (s *Shared) DecBad()   { s.v-- } // want `Shared.v is written without mu, which 4 of 6 accesses hold \[sharedstate/unguarded\]`

func pokeStore(s *Store)  { go s.PokeBad() }
func decBox(b *Box)       { go b.DecBad() }
func decShared(s *Shared) { go s.DecBad() }
