// Package shapes holds loops of every shape.
package shapes

import (
	"loops/screen"
	"sync"
	"syscall"
	"time"
)

type request struct {
	key   string
	reply chan int
}

func (r *request) respond(n int) { r.reply <- n }

type hub struct {
	get, set chan *request
	join     chan string
	ops      chan func(map[string]int)
	calls    chan func()
	inbox    chan any
	quit     chan struct{}
	data     map[string]int
	open     bool
}

func (h *hub) Start() {
	go h.selectLoop()
	go h.condLoop()
	go h.executor()
	go h.owner()
	go h.actor()
	go h.plain()
	go h.gotoLoop()
	var wg sync.WaitGroup
	wg.Go(h.three)
	go func() {
		for { // want `strong: serves 2 channels, answers on channels carried by requests, owns state without a lock <get set>`
			select {
			case r := <-h.get:
				r.reply <- h.data[r.key]
			case r := <-h.set:
				h.data[r.key]++
				close(r.reply)
			}
		}
	}()
}

func (h *hub) selectLoop() {
	for { // want `strong: serves 2 channels, answers on channels carried by requests, owns state without a lock, keeps timers <get set quit>`
		select {
		case r := <-h.get:
			r.respond(h.data[r.key])
		case r := <-h.set:
			h.put(r)
		case <-time.After(time.Second):
		case <-h.quit:
			return
		}
	}
}

func (h *hub) put(r *request) {
	h.data[r.key] = 1
	close(r.reply)
}

func (h *hub) condLoop() {
	answer := func(r *request) { r.reply <- 1 }
	for h.open { // want `strong: serves 2 channels, answers on channels carried by requests, owns state without a lock <get set>`
		select {
		case r := <-h.get:
			answer(r)
		case r := <-h.set:
			h.put(r)
		}
	}
}

func (h *hub) executor() {
	for f := range h.calls { // want `weak: serves a channel, runs received functions <calls>`
		f()
	}
}

func (h *hub) owner() {
	peers := make(map[string]int)
	for { // want `strong: serves a channel, runs received functions, owns state without a lock <ops quit>`
		select {
		case op := <-h.ops:
			op(peers)
		case <-h.quit:
			return
		}
	}
}

func (h *hub) actor() {
	for m := range h.inbox { // want `strong: serves 2 kinds of messages, answers on channels carried by requests, owns state without a lock <inbox>`
		switch m := m.(type) {
		case *request:
			m.reply <- h.data[m.key]
		case string:
			h.data[m]++
		}
	}
}

func (h *hub) plain() {
	for { // want `weak: serves a channel, runs received functions <calls>`
		f := <-h.calls
		f()
	}
}

func (h *hub) gotoLoop() {
again: // want `strong: serves 2 channels, answers on channels carried by requests, owns state without a lock <get set>`
	select {
	case r := <-h.get:
		r.reply <- h.data[r.key]
	case r := <-h.set:
		h.put(r)
	}
	goto again
}

func (h *hub) three() {
	for { // want `strong: serves 3 channels, owns state without a lock <get set join>`
		select {
		case r := <-h.get:
			println(r.key)
		case r := <-h.set:
			println(r.key)
		case name := <-h.join:
			delete(h.data, name)
		}
	}
}

func poll(fd int, handle func(syscall.EpollEvent)) error {
	events := make([]syscall.EpollEvent, 16)
	for { // want `strong: waits in epoll <>`
		n, err := syscall.EpollWait(fd, events, -1)
		if err != nil {
			return err
		}
		for _, ev := range events[:n] {
			handle(ev)
		}
	}
}

func ui(s screen.Screen) {
	for { // want `strong: waits in \(screen.Screen\).PollEvent <>`
		switch s.PollEvent().(type) {
		case string:
			draw()
		}
	}
}

func draw() {}

type workQueue struct{}

func (*workQueue) Pop() (string, bool) { return "", false }

func runQueue(q *workQueue) {
	for { // want `weak: takes work from a queue <>`
		s, ok := q.Pop()
		if !ok {
			return
		}
		handle(s)
	}
}

func handle(string) {}
