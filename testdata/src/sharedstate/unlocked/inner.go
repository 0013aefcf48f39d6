package unlocked

import (
	"sync"

	"sharedstate/unlocked/lib"
)

// A Store locks the cache that it wraps.
type Store struct {
	mu    sync.RWMutex
	cache *lib.Cache
	other *lib.Cache
}

func (s *Store) Add(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cache.Add(key, 1)
	s.other.Add(key, 1)
}

func (s *Store) FN_Get(key string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cache.Get(key) // want `what Store.cache refers to is written while mu is held for reading only`
}

// FP_Len only reads.
func (s *Store) FP_Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cache.Len() + s.other.Len()
}

func (s *Store) Has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.other.Get(key) > 0
}

func (s *Store) FN_OnEvicted(fn func(string)) {
	s.other.Evicted = fn // want `what Store.other refers to is written without mu, which \d of \d accesses hold`
}
