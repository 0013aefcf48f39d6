// Package against holds the twins of the shapes that are no dispatchers, or
// not certainly.
package against

import (
	"loops/screen"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

type request struct{ reply chan int }

type hub struct {
	mu       sync.Mutex
	get, set chan request
	jobs     chan func()
	names    chan string
	out      chan string
	quit     chan struct{}
	data     map[string]int
	n        int
	conn     net.Conn
}

func (h *hub) Start() {
	for range 4 {
		go h.pool()
	}
	h.startMore()
	go h.ticker()
	go h.jobQueue()
	go h.spawns()
	go h.locked()
	go h.drain()
	go h.pump()
	go h.worker()
	go h.finite()
	go h.once()
	go h.alarms()
	go h.paused()
}

func (h *hub) startMore() {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(h.pool2)
	}
}

// A pool: started in a counting loop.
func (h *hub) pool() {
	for f := range h.jobs {
		f()
	}
}

func (h *hub) pool2() {
	for f := range h.jobs {
		f()
	}
}

// A pure ticker.
func (h *hub) ticker() {
	for {
		select {
		case <-time.After(time.Second):
			h.n++
		case <-h.quit:
			return
		}
	}
}

// One work case without a reply.
func (h *hub) jobQueue() {
	for {
		select {
		case s := <-h.names:
			h.data[s]++
		case <-h.quit:
			return
		}
	}
}

// Branches that only start goroutines are no work.
func (h *hub) spawns() {
	for {
		select {
		case r := <-h.get:
			go func() { r.reply <- 1 }()
		case r := <-h.set:
			go func() { r.reply <- 1 }()
		case s := <-h.names:
			h.data[s]++
		}
	}
}

// The state has a lock: three channels, and nothing else.
func (h *hub) locked() {
	for {
		select {
		case <-h.get:
			h.mu.Lock()
			h.n++
			h.mu.Unlock()
		case <-h.set:
			h.n++
		case s := <-h.names:
			println(s)
		}
	}
}

// A select with a default does not wait.
func (h *hub) drain() {
	for {
		select {
		case r := <-h.get:
			r.reply <- 1
		case r := <-h.set:
			h.n++
			r.reply <- 1
		default:
			return
		}
	}
}

// The pump of one connection: a dispatcher, but its I/O is its purpose.
func (h *hub) pump() {
	for { // want `weak: serves 3 channels, answers on channels carried by requests, owns state without a lock <get set names>`
		select {
		case r := <-h.get:
			r.reply <- 1
		case r := <-h.set:
			h.n++
			r.reply <- 1
		case s := <-h.names:
			h.conn.Write([]byte(s))
		}
	}
}

// The name says that it does one kind of work.
func (h *hub) worker() {
	for f := range h.jobs {
		h.n++
		f()
	}
}

// It counts to an end.
func (h *hub) finite() {
	for i := 0; i < 10; i++ {
		select {
		case r := <-h.get:
			r.reply <- 1
		case r := <-h.set:
			h.n++
			r.reply <- 1
		}
	}
}

// It returns after the first case.
func (h *hub) once() {
	for {
		select {
		case r := <-h.get:
			r.reply <- 1
			return
		case r := <-h.set:
			h.n++
			r.reply <- 1
			return
		}
	}
}

type alarm struct{ c chan struct{} }

func (a *alarm) C() chan struct{} { return a.c }

// The alarms of a home-made clock are timers.
func (h *hub) alarms() {
	var a, b alarm
	for {
		select {
		case <-a.C():
			h.n++
		case <-b.C():
			h.n++
		case s := <-h.names:
			h.data[s]++
		}
	}
}

var pause = make(chan chan struct{})

// A handshake is no service.
func (h *hub) paused() {
	for { // want `weak: serves 2 channels, answers on channels carried by requests, owns state without a lock <names pause>`
		select {
		case s := <-h.names:
			h.data[s]++
		case ack := <-pause:
			close(ack)
		}
	}
}

// One per request.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for {
		select {
		case r := <-h.get:
			r.reply <- 1
		case r := <-h.set:
			h.n++
			r.reply <- 1
		}
	}
}

// One per connection.
func (h *hub) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go h.session(c)
	}
}

func (h *hub) session(c net.Conn) {
	for {
		select {
		case r := <-h.get:
			r.reply <- 1
		case r := <-h.set:
			h.n++
			r.reply <- 1
		}
	}
}

// Nobody in view starts it.
func (h *hub) mystery() {
	for { // want `weak: serves 2 channels, answers on channels carried by requests, owns state without a lock <get set>`
		select {
		case r := <-h.get:
			r.reply <- 1
		case r := <-h.set:
			h.n++
			r.reply <- 1
		}
	}
}

// A fan-in ends with its producers.
func fanIn() {
	results := make(chan func())
	go close(results)
	for f := range results {
		f()
	}
}

// A retry of one call is no loop.
func wait(fd int) (int, error) {
	events := make([]syscall.EpollEvent, 1)
	for {
		n, err := syscall.EpollWait(fd, events, -1)
		if err == syscall.EINTR {
			continue
		}
		return n, err
	}
}

// It only forwards.
func forward(s screen.Screen, out chan<- screen.Event) {
	for {
		out <- s.PollEvent()
	}
}
