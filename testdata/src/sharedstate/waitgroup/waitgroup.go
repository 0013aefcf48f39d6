// Package waitgroup counts goroutines, too late or too early.
package waitgroup

import "sync"

func late(in []int) {
	var wg sync.WaitGroup
	for _, x := range in {
		go func() {
			if x > 0 {
				wg.Add(1) // want `wg is raised here by the goroutine started at line \d+, which Wait does not know of yet`
				defer wg.Done()
			}
		}()
	}
	wg.Wait()
}

// What go vet reports too.
func vettedBad() {
	var wg sync.WaitGroup
	go func() {
		wg.Add(1) // want `wg is raised here by the goroutine started at line \d+, which Wait does not know of yet`
		defer wg.Done()
	}()
	wg.Wait()
}

func inTime(in []int) {
	var wg sync.WaitGroup
	for range in {
		wg.Add(1)
		go func() { defer wg.Done() }()
	}
	wg.Wait()
}

// FP_serial waits in the loop that starts the goroutines.
func FP_serial(in []int) {
	var wg sync.WaitGroup
	for range in {
		wg.Add(1)
		go func() { defer wg.Done() }()
		wg.Wait()
	}
}

type pool struct {
	wg   sync.WaitGroup
	work chan func()
}

func (p *pool) Start() {
	for range 4 {
		go p.run()
	}
}

func (p *pool) run() {
	p.wg.Add(1) // want `\(\*pool\).run counts itself in wg after it has been started: Wait may return before this Add`
	defer p.wg.Done()
	for f := range p.work {
		f()
	}
}

func (p *pool) Stop() {
	close(p.work)
	p.wg.Wait()
}

type counted struct {
	wg   sync.WaitGroup
	work chan func()
}

func (p *counted) Start() {
	for range 4 {
		p.wg.Add(1)
		go p.run()
	}
}

func (p *counted) run() {
	defer p.wg.Done()
	for f := range p.work {
		// FP_nested: counted itself, it may count others.
		p.wg.Add(1)
		go func() {
			defer p.wg.Done()
			f()
		}()
	}
}

func (p *counted) Stop() { p.wg.Wait() }

// FP_handshake: the starter waits until the goroutine has counted itself.
type handshaken struct{ wg sync.WaitGroup }

func (p *handshaken) Start() {
	ready := make(chan struct{})
	go p.run(ready)
	<-ready
}

func (p *handshaken) run(ready chan struct{}) {
	p.wg.Add(1) // want `suspect`
	defer p.wg.Done()
	close(ready)
}

func (p *handshaken) Stop() { p.wg.Wait() }

// FP_called: run is also called, by who has counted.
type called struct{ wg sync.WaitGroup }

func (p *called) Start() { go p.run() }
func (p *called) Now()   { p.run() }

func (p *called) run() {
	p.wg.Add(1)
	defer p.wg.Done()
}

func (p *called) Stop() { p.wg.Wait() }

// early says that it is done before it is.
func early() int {
	var wg sync.WaitGroup
	n := 0
	wg.Add(1)
	go func() {
		wg.Done()
		n = 1 // want `n is written here by the goroutine started at line \d+ after its Done, and read by early, which has waited for that`
	}()
	wg.Wait()
	return n
}

func inOrder() int {
	var wg sync.WaitGroup
	n := 0
	wg.Add(1)
	go func() {
		n = 1
		wg.Done()
	}()
	wg.Wait()
	return n
}

// FP_counted: who counts others is counted itself.
func FP_counted() {
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			println("go vet would report an Add that comes first")
			wg.Add(1)
			go func() { wg.Done() }()
			wg.Done()
		}()
	}
	wg.Wait()
}

// The counter is used again while somebody may not have left the Wait before.
func reusedBad() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		wg.Wait()
		print("first")
	}()
	go func() { wg.Done() }()
	wg.Wait()
	wg.Add(1) // want `wg is raised again here by reusedBad, while the goroutine started at line \d+ may still wait for what was counted before`
	go func() { wg.Done() }()
	wg.Wait()
}

func reusedOK() {
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() { wg.Done() }()
		wg.Wait()
	}
}
