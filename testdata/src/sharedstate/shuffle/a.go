// Package shuffle is spread over files whose order must not matter.
package shuffle

import "sync"

type Set struct {
	mu sync.Mutex
	m  map[string]bool
	n  int
}

func (s *Set) Add(k string) { s.mu.Lock(); s.m[k] = true; s.n++; s.mu.Unlock() }
