// Package hub knows who is present. One goroutine owns that knowledge; all
// others ask it over channels.
package hub

import (
	"time"

	"github.com/yieldlint/yieldlint/examples/ownerloop/netlog"
)

type request struct {
	name  string
	reply chan bool // buffered, so that the answer never waits
}

type op struct {
	name string
	join bool
}

// A Hub is safe for concurrent use.
type Hub struct {
	requests chan request
	ops      chan op
	events   chan string // names of those who gave a sign of life
	stop     chan struct{}
	done     chan struct{}
	idle     time.Duration
	log      *netlog.Logger
}

// New starts a hub that forgets whoever gives no sign of life for idle.
func New(log *netlog.Logger, idle time.Duration) *Hub {
	h := &Hub{
		requests: make(chan request),
		ops:      make(chan op),
		events:   make(chan string),
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
		idle:     idle,
		log:      log,
	}
	go h.run()
	return h
}

// run is the only code that touches seen.
func (h *Hub) run() {
	defer close(h.done)
	seen := make(map[string]time.Time)
	ticker := time.NewTicker(h.idle / 4)
	defer ticker.Stop()
	for {
		select {
		case req := <-h.requests:
			_, ok := seen[req.name]
			req.reply <- ok
		case op := <-h.ops:
			if op.join {
				seen[op.name] = time.Now()
			} else {
				h.forget(seen, op.name, "left")
			}
		case name := <-h.events:
			if _, ok := seen[name]; ok {
				seen[name] = time.Now()
			}
		case now := <-ticker.C:
			for name, last := range seen {
				if now.Sub(last) > h.idle {
					h.forget(seen, name, "timed out")
				}
			}
		case <-h.stop:
			return
		}
	}
}

func (h *Hub) forget(seen map[string]time.Time, name, why string) {
	delete(seen, name)
	// Wrong: the logger writes to the network. While the collector does not
	// read, the hub answers nobody.
	h.log.Printf("%s %s", name, why)
}

// Join makes name present.
func (h *Hub) Join(name string) { h.do(op{name: name, join: true}) }

// Leave makes name absent.
func (h *Hub) Leave(name string) { h.do(op{name: name}) }

func (h *Hub) do(o op) {
	select {
	case h.ops <- o:
	case <-h.done:
	}
}

// Alive tells the hub that name gave a sign of life.
func (h *Hub) Alive(name string) {
	select {
	case h.events <- name:
	case <-h.done:
	}
}

// Present reports whether name is present. After Stop nobody is.
func (h *Hub) Present(name string) bool {
	req := request{name: name, reply: make(chan bool, 1)}
	select {
	case h.requests <- req:
		return <-req.reply
	case <-h.done:
		return false
	}
}

// Stop ends the hub and waits until it has ended. Call it once.
func (h *Hub) Stop() {
	close(h.stop)
	<-h.done
}
