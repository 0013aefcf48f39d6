// Package contended has an event loop that takes a lock which is held over I/O.
package contended

import (
	"sync"

	"yieldpoints/heldlib"
)

type Hub struct {
	mu    sync.Mutex
	addr  string
	value byte
	n     int
}

//yieldlint:eventloop
func (h *Hub) OnEventBad() {
	h.mu.Lock() // want `\(\*Hub\).OnEventBad runs on the event loop and takes Hub.mu, which \(\*Hub\).Refresh holds while it waits for the network: .* \[yieldpoints/loop-takes-contended-lock\]`
	h.n++
	h.mu.Unlock()
}

func (h *Hub) Refresh() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.value, _ = heldlib.Ask(h.addr) // want `\(\*Hub\).Refresh holds Hub.mu`
}

// The lock of a Quiet hub is held for an instant.
type Quiet struct {
	mu sync.Mutex
	n  int
}

//yieldlint:eventloop
func (q *Quiet) OnEventOK() {
	q.mu.Lock()
	q.n++
	q.mu.Unlock()
}

func (q *Quiet) Count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n
}
