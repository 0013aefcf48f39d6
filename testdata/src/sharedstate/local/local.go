// Package local has goroutines of one function.
package local

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

func work() int { return 1 }

func capturedBad() int {
	x := 0
	go func() { x = work() }() // want `x is written here by the goroutine started at line \d+, and read by capturedBad without order \[sharedstate/race\]`
	return x
}

func capturedOK() int {
	x := 0
	done := make(chan struct{})
	go func() {
		x = work()
		close(done)
	}()
	<-done
	return x
}

// The waiter leaves when the time is up, and reads what is still being written.
func timeoutBad() int {
	x := 0
	done := make(chan struct{})
	go func() {
		x = work() // want `x is written here by the goroutine started at line \d+, and read by timeoutBad without order \[sharedstate/race\]`
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
	return x
}

func timeoutOK() int {
	x := 0
	done := make(chan struct{})
	go func() {
		x = work()
		close(done)
	}()
	select {
	case <-done:
		return x
	case <-time.After(time.Second):
		return 0
	}
}

func errorBad(tasks []func() error) error {
	var err error
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(func() {
			err = task() // want `err is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/captured-error\]`
		})
	}
	wg.Wait()
	return err
}

func errorOK(tasks []func() error) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = task()
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

func mapBad(keys []string) map[string]int {
	m := make(map[string]int)
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Go(func() {
			m[k] = work() // want `m is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/race\]`
		})
	}
	wg.Wait()
	return m
}

func mapOK(keys []string) map[string]int {
	m := make(map[string]int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Go(func() {
			n := work()
			mu.Lock()
			defer mu.Unlock()
			m[k] = n
		})
	}
	wg.Wait()
	return m
}

// One receive is not enough for two senders.
func countBad() int {
	x := 0
	ch := make(chan bool, 2)
	go func() {
		x++ // want `x is written here by the goroutine started at line \d+, and written by the goroutine started at line \d+ without order \[sharedstate/race\]`
		ch <- true
	}()
	go func() {
		x++
		ch <- true
	}()
	<-ch
	<-ch
	return x
}

func countOK(n int) []int {
	out := make([]int, n)
	ch := make(chan bool)
	for i := range n {
		go func() {
			out[i] = work()
			ch <- true
		}()
	}
	for range n {
		<-ch
	}
	return out
}

type server struct {
	name string
	done chan struct{}
}

func (s *server) loop() { print(s.name) }

func publishBad() *server {
	s := &server{}
	go s.loop()
	s.name = "late" // want `s.name is written here by publishBad, and read by the goroutine started at line \d+ without order \[sharedstate/publish-before-init\]`
	return s
}

func publishOK() *server {
	s := &server{}
	s.name = "early"
	go s.loop()
	return s
}

func atomicBad() int64 {
	var n int64
	go atomic.AddInt64(&n, 1)
	go func() { atomic.AddInt64(&n, 1) }()
	return n // want `n is read here by atomicBad, and written by the goroutine started at line \d+ without order \[sharedstate/mixed-atomic\]`
}

func atomicOK() int64 {
	var n atomic.Int64
	go func() { n.Add(1) }()
	return n.Load()
}

func closeBad(xs []int) {
	ch := make(chan int, 10)
	go func() {
		for _, x := range xs {
			ch <- x
		}
	}()
	close(ch) // want `ch is closed here by closeBad, and sent to by the goroutine started at line \d+ without order \[sharedstate/race\]`
}

func closeOK(xs []int) {
	ch := make(chan int, 10)
	go func() {
		defer close(ch)
		for _, x := range xs {
			ch <- x
		}
	}()
	for range ch {
	}
}

// Locks and flags.

func flagOK() int {
	x := 0
	var ready atomic.Bool
	go func() {
		x = work()
		ready.Store(true)
	}()
	for !ready.Load() {
		time.Sleep(time.Millisecond)
	}
	return x
}

func handedOverOK() int {
	var mu sync.Mutex
	x := 0
	mu.Lock()
	go func() {
		x = work()
		mu.Unlock()
	}()
	mu.Lock()
	return x
}

func differentLocksBad() {
	var a, b sync.Mutex
	x := 0
	go func() {
		a.Lock()
		x++ // want `x is written here by the goroutine started at line \d+, and written by differentLocksBad without order \[sharedstate/race\]`
		a.Unlock()
	}()
	b.Lock()
	x++
	b.Unlock()
}

func suppressedOK() int {
	x := 0
	//yieldlint:ignore sharedstate/race -- a lost update does not matter here
	go func() { x = work() }()
	return x
}

// A loop that turns twice starts two goroutines.
func twiceBad() int {
	x := 0
	for range 2 {
		go func() { x++ }() // want `x is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/race\]`
	}
	return x
}

func onceOK() {
	x := 0
	for range 1 {
		go func() { x++ }()
	}
}

func parallel(n int, f func(int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() { defer wg.Done(); f(i) }()
	}
	wg.Wait()
}

// The goroutines are started by a callee.
func FN_literalPassed() int {
	sum := 0
	parallel(10, func(i int) { sum += i }) // want `sum is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/race\]`
	return sum
}

func literalPassedOK() int {
	sums := make([]int, 10)
	parallel(10, func(i int) { sums[i] = i })
	return sums[0]
}

type store interface {
	Do() error
	Put(n int)
}

// The loops end only when somebody ends them: nothing is told for the last time.
func FN_endless(s store) {
	last := time.Now()
	go func() {
		for {
			time.Sleep(time.Second)
			if time.Since(last) > time.Minute {
				s.Put(1)
			}
		}
	}()
	for {
		if s.Do() == nil {
			last = time.Now() // want `last is written here by FN_endless, and read by the goroutine started at line \d+ without order \[sharedstate/race\]`
		}
	}
}

// Handlers run at the same time as themselves.
func FN_handler() {
	count := 0
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		count++ // want `count is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/race\]`
	})
	count = 1
	http.ListenAndServe(":80", nil)
}
