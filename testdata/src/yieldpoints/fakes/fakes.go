// Package fakes stands in for servers in tests: nothing is reported in it.
package fakes

import (
	"net/http"
	"sync"
)

type Server struct {
	mu   sync.Mutex
	hits int
	used int
	max  int
}

// FP_Held waits with its lock held.
func (s *Server) FP_Held() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits++
	http.Get("http://localhost")
}

func (s *Server) Hits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits
}

// FP_Gap acts on what it has read under the lock before.
func (s *Server) FP_Gap() bool {
	s.mu.Lock()
	full := s.used >= s.max
	s.mu.Unlock()
	if full {
		return false
	}
	s.mu.Lock()
	s.used++
	s.mu.Unlock()
	return true
}
