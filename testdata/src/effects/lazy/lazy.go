// Package lazy sets things up the first time.
package lazy

import "time"

type T struct {
	conn  *int
	ready bool
	reset *int
}

func open() *int {
	time.Sleep(time.Second)
	return new(int)
}

func (t *T) NilOK() *int {
	if t.conn == nil {
		t.conn = open()
	}
	return t.conn
}

func (t *T) FlagOK() {
	if !t.ready {
		open()
		t.ready = true
	}
}

var shared *int

func EarlyReturnOK() {
	if shared != nil {
		return
	}
	shared = open()
}

// ResetBad: another method sets it back, so the wait comes again.
func (t *T) ResetBad() { // want ResetBad:`^blocks\(sleep: time\.Sleep via lazy\.open\)$`
	if t.reset == nil {
		t.reset = open()
	}
}

func (t *T) Drop() { t.reset = nil }

// NotSetBad: nothing is set, so the wait comes every time.
func (t *T) NotSetBad() { // want NotSetBad:`^blocks\(sleep: time\.Sleep via lazy\.open\)$`
	if t.conn == nil {
		open()
	}
}

type model struct {
	write func()
	other func()
}

func newModel() *model { return &model{write: func() {}} }

// FallbackOK: every model has a writer, so the fallback is dead.
func (m *model) FallbackOK() { // want FallbackOK:`^calls\(param0\.write\.\(\)\)$`
	if m.write != nil {
		m.write()
		return
	}
	open()
}

// FallbackBad: no model has the other one.
func (m *model) FallbackBad() { // want FallbackBad:`^blocks\(sleep: time\.Sleep via lazy\.open\) calls\(param0\.other\.\(\)\)$`
	if m.other != nil {
		m.other()
		return
	}
	open()
}

var _ = newModel

var session *int

// FP_DeferredStoreOK stores what it has opened when it returns.
func FP_DeferredStoreOK() (s *int) {
	if session != nil {
		return session
	}
	defer func() {
		if s != nil {
			session = s
		}
	}()
	s = open()
	return s
}
