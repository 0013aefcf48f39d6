package falsepositives

import (
	"context"
	"sync"
)

// What leads through other functions, jobs and signals is suspect.

type task struct {
	name string
	err  chan error
}

func (j *task) do() { j.name += "!"; close(j.err) }

// Each task is received by one of the workers.
func FP_jobs(in []*task) {
	jobs := make(chan *task)
	for range 4 {
		go func() {
			for j := range jobs {
				j.do()
			}
		}()
	}
	for _, j := range in {
		jobs <- j
	}
	close(jobs)
}

// The context is ended when the result is there.
func FP_cancelTells(parent context.Context) int {
	n := 0
	ctx, cancel := context.WithCancel(parent)
	go func() {
		n = 1
		cancel()
	}()
	if ctx.Err() == nil {
		return 0
	}
	return n
}

func cancelsLateBad(parent context.Context) int {
	n := 0
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	go func() {
		n = 1 // want `n is written here by the goroutine started at line \d+, and read by cancelsLateBad without order`
	}()
	if ctx.Err() == nil {
		return 0
	}
	return n
}

// The counter counts jobs: who raises it has one.
func FP_countsJobs(first int) int {
	var wg sync.WaitGroup
	jobs := make(chan int, 100)
	var last []int
	for range 3 {
		go func() {
			for j := range jobs {
				if j > 0 {
					wg.Add(1)
					jobs <- j - 1
				} else {
					last = append(last[:0:0], j)
				}
				wg.Done()
			}
		}()
	}
	wg.Add(1)
	jobs <- first
	wg.Wait()
	return len(last)
}

// As many results are received as are sent, then the channel is closed.
func FP_closeAfterAll(n int, f func() error) (err error) {
	out := make(chan error)
	defer close(out)
	for range n {
		go func() { out <- f() }()
	}
	for range n {
		if e := <-out; e != nil {
			err = e
		}
	}
	return err
}

func closesWhileSendingBad(f func() error) {
	out := make(chan error, 1)
	go func() { out <- f() }()
	close(out) // want `out is closed here by closesWhileSendingBad, and sent to by the goroutine started at line \d+ without order`
}
