// Package callback calls funcs under locks.
package callback

import (
	"sync"

	"yieldpoints/callbacklib"
)

func SumBad(s *callbacklib.Set) int {
	n := 0
	s.Range(func(k string) { // want `the func that SumBad passes here is called with callbacklib.Set.mu held and locks it again: it waits for itself \[yieldpoints/callback-under-lock\]`
		n += s.Get(k)
	})
	return n
}

func CountOK(s *callbacklib.Set) int {
	n := 0
	s.Range(func(string) { n++ })
	return n
}

func OtherOK(s, t *callbacklib.Set) int {
	n := 0
	s.Range(func(k string) { n += t.Get(k) })
	return n
}

type Server struct {
	mu      sync.Mutex
	onClose func()
	n       int
}

func NewServer() *Server {
	s := &Server{}
	s.onClose = func() {
		s.mu.Lock()
		s.n--
		s.mu.Unlock()
	}
	return s
}

func (s *Server) DropBad() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onClose() // want `\(\*Server\).DropBad calls func literal in NewServer with Server.mu held, and that takes it again: it waits for itself \[yieldpoints/callback-under-lock\]`
}

func (s *Server) DropOK() {
	s.mu.Lock()
	f := s.onClose
	s.mu.Unlock()
	f()
}

func (s *Server) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *Server) WithOK() { s.with(func() { s.n++ }) }

func (s *Server) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func (s *Server) WithBad() {
	s.with(func() { s.n = s.Len() }) // want `the func that \(\*Server\).WithBad passes here is called with Server.mu held and locks it again`
}

func (s *Server) MethodBad() {
	s.with(s.reset) // want `the func that \(\*Server\).MethodBad passes here is called with Server.mu held and locks it again`
}

func (s *Server) reset() {
	s.mu.Lock()
	s.n = 0
	s.mu.Unlock()
}

// FP_Async: the func runs on another goroutine.
func (s *Server) FP_Async() {
	s.later(func() { s.reset() })
}

func (s *Server) later(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	go f()
}
