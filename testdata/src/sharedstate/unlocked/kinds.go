package unlocked

import (
	"math/rand"
	"net/http"
	"sync"
	"sync/atomic"
)

// An Agent runs functions one at a time, on its goroutine.
type Agent struct {
	tasks chan task
	after []func()
	name  string
	rank  int
}

type task struct {
	fn   func(*Agent)
	done chan struct{}
}

func (a *Agent) loop() {
	for t := range a.tasks {
		t.fn(a)
		close(t.done)
	}
}

func (a *Agent) run(fn func(*Agent)) {
	done := make(chan struct{})
	a.tasks <- task{fn, done}
	<-done
}

func (a *Agent) Rename(name string) {
	a.run(func(a *Agent) {
		a.name = name
		a.rank++
	})
}

func (a *Agent) FN_Name() string { return a.name } // want `Agent.name is read here, and written in functions that \(\*Agent\).run runs one at a time`

func (a *Agent) Rank() (n int) {
	a.run(func(a *Agent) { n = a.rank })
	return n
}

// A Token lets one caller at a time run a function.
type Token struct {
	turn chan struct{}
	user string
}

func (t *Token) run(fn func()) {
	select {
	case t.turn <- struct{}{}:
		fn()
		<-t.turn
	}
}

func (t *Token) Login(user string) { t.run(func() { t.user = user }) }
func (t *Token) FN_User() string   { return t.user } // want `Token.user is read here, and written in functions that \(\*Token\).run runs one at a time`

// A Query has a channel that is closed under a lock.
type Query struct {
	mu     sync.Mutex
	acks   chan int
	closed bool
	good   chan int
}

func (q *Query) Finish() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.acks)
	close(q.good)
}

func (q *Query) FN_send(n int) {
	select { // want `Query.acks is sent on without mu, under which \(\*Query\).Finish closes it: a send on a closed channel panics`
	case q.acks <- n:
	default:
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.good <- n
	}
}

// FP_recovers knows that the send may panic.
type FP_recovers struct {
	mu sync.Mutex
	ch chan int
}

func (r *FP_recovers) Finish() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.ch)
}

func (r *FP_recovers) send(n int) {
	defer func() { _ = recover() }()
	r.ch <- n
}

// A picker counts by pointers that copies share.
type counter struct {
	name string
	n    *int32
}

type Picker struct{ list []counter }

func (p *Picker) FN_Pick(i int) string {
	best, c := p.list[0], p.list[i]
	if *c.n < *best.n { // want `what counter.n points to is read here without atomic, and written with atomic functions elsewhere`
		best = c
	}
	atomic.AddInt32(best.n, 1)
	return best.name
}

type goodCounter struct{ n *int32 }

func (c goodCounter) less(d goodCounter) bool { return atomic.LoadInt32(c.n) < atomic.LoadInt32(d.n) }
func (c goodCounter) add()                    { atomic.AddInt32(c.n, 1) }

// A Session replaces the Once that others use.
type Session struct {
	stop sync.Once
	quit chan struct{}
}

func (s *Session) FN_Again() {
	s.stop = sync.Once{} // want `Session.stop is replaced here while others may use it`
}

func (s *Session) End() { s.stop.Do(func() { close(s.quit) }) }

// FP_reset: an object of a free list is used again.
func (s *Session) reset() { s.stop = sync.Once{} }

// A balancer has a source behind an interface.
type source interface{ Intn(n int) int }

type balancer struct {
	src source
}

func newBalancer() *balancer { return &balancer{src: rand.New(rand.NewSource(1))} }

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	println(b.src.Intn(4)) // want `\*balancer.src, a rand.Rand, is used here \(Intn\) by several goroutines at once, without a lock`
}

// Two sources: which one it is is not known.
type either struct {
	src source
}

type fixed struct{}

func (fixed) Intn(int) int { return 0 }

func newEither(ok bool) *either {
	e := &either{src: fixed{}}
	if ok {
		e.src = rand.New(rand.NewSource(1))
	}
	return e
}

func (e *either) ServeHTTP(w http.ResponseWriter, r *http.Request) { println(e.src.Intn(4)) }

// pick is shared by all callers of the package.
var pick = rand.New(rand.NewSource(1))

func FN_Shuffle(list []int) {
	i := pick.Intn(len(list)) // want `pick, a rand.Rand, is used here \(Intn\) by whoever calls FN_Shuffle, without a lock`
	list[0], list[i] = list[i], list[0]
}

// Settings are copied before their method takes the lock of the package.
type Settings struct {
	parity int
	ready  bool
}

var settingsMu sync.RWMutex

func (s Settings) FN_Parity() int {
	settingsMu.RLock()
	defer settingsMu.RUnlock()
	if !s.ready { // want `\(Settings\).FN_Parity has a value receiver: a call copies ready without synchronisation, and \(\*Settings\).Update writes it under settingsMu`
		return -1
	}
	return s.parity
}

func (s *Settings) Update(p int) {
	settingsMu.Lock()
	defer settingsMu.Unlock()
	s.parity, s.ready = p, true
}
