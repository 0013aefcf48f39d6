package falsepositives

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Shapes of real programs that were once reported.

type logger struct{ w int }

func newLogger(name string) (*logger, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &logger{}, nil
}

func (l *logger) run() { l.w++ }

// Each goroutine has an object of its own, from a constructor that may fail.
func ObjectOfEachTurn(names []string) {
	var wg sync.WaitGroup
	for _, name := range names {
		l, err := newLogger(name)
		if err != nil {
			continue
		}
		wg.Add(1)
		go func(l *logger) {
			l.run()
			wg.Done()
		}(l)
	}
	wg.Wait()
}

type runner interface{ run() }

// The objects are kept in a slice in between.
func ObjectsInSlice(n int) {
	var all []runner
	for range n {
		all = append(all, &logger{})
	}
	for _, r := range all {
		go r.run()
	}
}

// The WaitGroup comes from a callee.
func workers(in <-chan int, out chan<- int) *sync.WaitGroup {
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for x := range in {
				out <- x
			}
		})
	}
	return &wg
}

func CloseAfterWait(xs []int) {
	in, out := make(chan int), make(chan int)
	wg := workers(in, out)
	go func() {
		for range out {
		}
	}()
	for _, x := range xs {
		in <- x
	}
	close(in)
	wg.Wait()
	close(out)
}

// The counter is raised by a goroutine that is counted itself.
func NestedAdd(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() {
			wg.Add(1)
			go func() { wg.Done() }()
			wg.Done()
		}()
	}
	wg.Wait()
}

type session struct {
	mu   sync.Mutex
	tls  atomic.Bool
	conn *logger
	seen map[string]time.Time
	n    int
}

// A pointer that an atomic flag publishes.
func (s *session) upgrade(l *logger) { s.mu.Lock(); s.conn = l; s.mu.Unlock(); s.tls.Store(true) }
func (s *session) Use()              { s.mu.Lock(); s.conn.run(); s.mu.Unlock() }
func (s *session) Again()            { s.mu.Lock(); s.conn.run(); s.mu.Unlock() }
func (s *session) Stats() int {
	if s.tls.Load() {
		return s.conn.w
	}
	return 0
}

func Upgrade(s *session) { s.upgrade(&logger{}) }

// Every caller in view holds the lock.
func (s *session) IsStale() bool { return len(s.seen) == 0 }

func (s *session) See(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.IsStale() {
		s.seen[k] = time.Now()
	}
}

func (s *session) Forget(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.IsStale() {
		delete(s.seen, k)
	}
}

// flush must be called with the lock held.
func (s *session) flush() { s.write(); s.write() }

func (s *session) write() { s.n++ }

func (s *session) One()   { s.mu.Lock(); s.n = 1; s.mu.Unlock() }
func (s *session) Two()   { s.mu.Lock(); s.n = 2; s.mu.Unlock() }
func (s *session) Three() { s.mu.Lock(); s.n = 3; s.mu.Unlock() }

func Flush(s *session) { s.flush() }

// The handle of a timer is stored when the timer is running already.
type timed struct {
	t *time.Timer
}

func NewTimed() *timed {
	x := &timed{}
	x.t = time.AfterFunc(time.Hour, func() { x.t.Reset(time.Hour) })
	return x
}

type result struct{ status int }

// Each goroutine has an element of its own, by the captured loop variable.
func ElementOfEachTurn() int {
	results := [4]result{}
	var wg sync.WaitGroup
	wg.Add(4)
	for i := 0; i < 4; i++ {
		go func() {
			defer wg.Done()
			r := &results[i]
			r.status = work()
		}()
	}
	wg.Wait()
	return results[0].status
}

type job struct{ index int }

// The elements are divided among the goroutines by the data.
func ElementsOfEachJob(jobs map[int][]job, n int) []int {
	results := make([]int, n)
	var wg sync.WaitGroup
	for _, list := range jobs {
		wg.Add(1)
		go func(list []job) {
			defer wg.Done()
			for _, j := range list {
				results[j.index] = work()
			}
		}(list)
	}
	wg.Wait()
	return results
}
