// Package callbacklib calls funcs under its lock.
package callbacklib

import "sync"

type Set struct {
	mu    sync.Mutex
	items map[string]int
}

func (s *Set) Get(k string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[k]
}

func (s *Set) Range(f func(k string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.items {
		f(k)
	}
}
