// Package confined confines state to event loops.
package confined

import "sync"

type hub struct {
	clients map[string]int //yieldlint:confined
	mu      sync.Mutex
	open    int
	post    chan func()
}

// A session belongs to the loop that made it.
//
//yieldlint:confined
type session struct{ user string }

var total int //yieldlint:confined

func newHub() *hub {
	h := &hub{clients: make(map[string]int), post: make(chan func())}
	h.clients["self"] = 1 // nobody else has it yet
	go h.run()
	return h
}

// run is the loop: it may.
//
//yieldlint:eventloop
func (h *hub) run() {
	for f := range h.post {
		h.clients["x"]++
		total++
		f()
	}
}

// join is called by anybody, and posts.
func (h *hub) join(name string) {
	h.post <- func() { h.clients[name]++ }
}

func (h *hub) watchBad() {
	go func() {
		h.clients["y"]++ // want `clients is confined to its event loop, and func literal in \(\*hub\)\.watchBad touches it on a goroutine of its own`
	}()
}

func (h *hub) watchOK() {
	go func() {
		h.mu.Lock()
		h.open++
		h.mu.Unlock()
		h.post <- func() { h.clients["y"]++ }
	}()
}

func (h *hub) indirectBad() {
	var wg sync.WaitGroup
	wg.Go(h.count)
	wg.Wait()
}

func (h *hub) count() { h.report() }

func (h *hub) report() {
	println(len(h.clients)) // want `clients is confined to its event loop, and \(\*hub\)\.report touches it on the goroutine of \(\*hub\)\.count`
}

func globalBad() {
	go func() {
		total = 0 // want `total is confined`
	}()
}

func sessionBad(s *session) {
	go func() {
		s.user = "root" // want `session is confined`
	}()
}

func sessionOK() {
	go func() {
		s := &session{user: "guest"}
		_ = s
	}()
}

func ignored(s *session) {
	go func() {
		s.user = "root" //yieldlint:ignore sharedstate/confined -- the loop has ended
	}()
}
