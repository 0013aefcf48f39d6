// Package structural has hand-written loops: strong ones are reported, weak
// ones only with -confidence=suspect.
package structural

import "time"

type request struct {
	key   string
	reply chan int
}

type hub struct {
	requests chan request
	joins    chan string
	leaves   chan string
	members  map[string]int
}

func (h *hub) runBad() {
	for {
		select {
		case r := <-h.requests:
			r.reply <- h.members[r.key]
		case m := <-h.joins:
			h.members[m]++
			time.Sleep(time.Second) // want `^the event loop in \(\*hub\)\.runBad \(serves 3 channels, answers on channels carried by requests, owns state without a lock\) sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
		case m := <-h.leaves:
			delete(h.members, m)
		}
	}
}

type hub2 struct {
	requests chan request
	joins    chan string
	leaves   chan string
	members  map[string]int
}

func (h *hub2) runOK() {
	time.Sleep(time.Second)
	for {
		select {
		case r := <-h.requests:
			r.reply <- h.members[r.key]
		case m := <-h.joins:
			h.members[m]++
			go time.Sleep(time.Second)
		case m := <-h.leaves:
			delete(h.members, m)
		}
	}
}

// workerOK does one job after another, which is its purpose.
func workerOK(jobs chan func()) {
	for job := range jobs {
		job()
		time.Sleep(time.Second)
	}
}

func tickerOK(stop chan bool) {
	t := time.NewTicker(time.Second)
	for {
		select {
		case <-t.C:
			time.Sleep(time.Second)
		case <-stop:
			return
		}
	}
}

func start(h *hub, g *hub2) {
	go h.runBad()
	go g.runOK()
}
