// Package held holds locks while it waits.
package held

import (
	"net"
	"sync"
	"time"

	"yieldpoints/heldlib"
)

type Cache struct {
	mu    sync.Mutex
	addr  string
	value byte
	hits  int
}

func (c *Cache) RefreshBad() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, err := heldlib.Ask(c.addr) // want `\(\*Cache\).RefreshBad holds Cache.mu while it waits for the network: .*, 2 calls down; \(\*Cache\).Get waits for it meanwhile \[yieldpoints/lock-across-suspension\]`
	c.value = v
	return err
}

func (c *Cache) Get() byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hits++
	return c.value
}

func (c *Cache) RefreshOK() error {
	v, err := heldlib.Ask(c.addr)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value = v
	return err
}

func (c *Cache) BackoffBad() {
	c.mu.Lock()
	time.Sleep(time.Second) // want `\(\*Cache\).BackoffBad holds Cache.mu while it sleeps: time.Sleep`
	c.hits = 0
	c.mu.Unlock()
}

// waitLocked is always called with the lock held: it is to blame.
func (c *Cache) waitLocked() {
	time.Sleep(time.Minute) // want `\(\*Cache\).FirstBad holds Cache.mu while it sleeps: time.Sleep, 2 calls down; .*; so does 1 other function`
}

func (c *Cache) FirstBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waitLocked()
}

func (c *Cache) SecondBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waitLocked()
}

// FP_GivesBack: what it calls unlocks before it waits.
func (c *Cache) FP_GivesBack() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pause()
}

func (c *Cache) pause() {
	c.mu.Unlock()
	time.Sleep(time.Second)
	c.mu.Lock()
}

// FP_SleepOfCaller: the caller says how long, and here it is not at all.
func (c *Cache) FP_SleepOfCaller() {
	c.mu.Lock()
	defer c.mu.Unlock()
	linger(0)
}

func linger(d time.Duration) { time.Sleep(d) }

// A Writer's lock is there for the connection: all sections use it.
type Writer struct {
	mu   sync.Mutex
	conn net.Conn
}

func (w *Writer) SendOK(p []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.conn.Write(p)
	return err
}

func (w *Writer) FP_ConnOnly(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn.SetDeadline(t)
}

// Flush has one section only: nobody waits for anything else.
type Flusher struct {
	mu   sync.Mutex
	addr string
}

func (f *Flusher) FlushOK() {
	f.mu.Lock()
	defer f.mu.Unlock()
	heldlib.Ask(f.addr)
}

// Readers hold up a writer, and it holds up the readers after it.
type Table struct {
	mu   sync.RWMutex
	addr string
	rows int
}

func (t *Table) QueryBad() {
	t.mu.RLock()
	defer t.mu.RUnlock()
	heldlib.Ask(t.addr) // want `\(\*Table\).QueryBad holds Table.mu for reading while it waits for the network: .*; \(\*Table\).Insert waits for it meanwhile, and new readers behind that`
}

func (t *Table) Insert() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows++
}

// Nobody writes: readers do not wait for each other.
type Fixed struct {
	mu   sync.RWMutex
	addr string
	rows int
}

func (f *Fixed) QueryOK() {
	f.mu.RLock()
	defer f.mu.RUnlock()
	heldlib.Ask(f.addr)
}

func (f *Fixed) RowsOK() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.rows
}

// A Pool waits for workers that want its lock.
type Pool struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	done int
}

func (p *Pool) Start() {
	p.wg.Add(1)
	go p.work()
}

func (p *Pool) work() {
	defer p.wg.Done()
	p.mu.Lock()
	p.done++
	p.mu.Unlock()
}

func (p *Pool) StopBad() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wg.Wait() // want `\(\*Pool\).StopBad holds Pool.mu while it waits on the WaitGroup Pool.wg for \(\*Pool\).work, which takes Pool.mu: neither may go on`
}

func (p *Pool) StopOK() {
	p.mu.Lock()
	p.done = 0
	p.mu.Unlock()
	p.wg.Wait()
}

// A Queue waits for a receiver that wants its lock.
type Queue struct {
	mu   sync.Mutex
	jobs chan int
	n    int
}

func NewQueue() *Queue {
	q := &Queue{jobs: make(chan int)}
	go q.run()
	return q
}

func (q *Queue) run() {
	for {
		j := <-q.jobs
		q.mu.Lock()
		q.n += j
		q.mu.Unlock()
	}
}

func (q *Queue) PushBad(j int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs <- j // want `\(\*Queue\).PushBad holds Queue.mu while it waits on the channel Queue.jobs for \(\*Queue\).run, which takes Queue.mu: neither may go on`
}

func (q *Queue) PushOK(j int) {
	q.mu.Lock()
	q.n++
	q.mu.Unlock()
	q.jobs <- j
}

func (q *Queue) TryOK(j int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case q.jobs <- j:
	default:
	}
}

// A condition variable gives its own lock back, and no other.
type Gate struct {
	mu, other sync.Mutex
	cond      *sync.Cond
	ready     *sync.Cond
	open      bool
	n         int
}

func NewGate() *Gate {
	g := &Gate{}
	g.cond = sync.NewCond(&g.mu)
	g.ready = sync.NewCond(&g.mu)
	return g
}

func (g *Gate) WaitOK() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait()
	}
}

// WaitByValueOK waits by a method value.
func (g *Gate) WaitByValueOK() {
	wait := g.cond.Wait
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		wait()
	}
}

func (g *Gate) Open() {
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
	g.cond.Broadcast()
}

// FP_Wrapped: a lock type of the program's own is not one lock.
type Mutex struct{ sync.Mutex }

type Dialer struct {
	mu   Mutex
	addr string
}

func (d *Dialer) FP_Wrapped() {
	d.mu.Lock()
	defer d.mu.Unlock()
	heldlib.Ask(d.addr)
}

type Counter struct {
	mu Mutex
	n  int
}

func (c *Counter) AddOK() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (g *Gate) WaitOtherBad() {
	g.other.Lock()
	defer g.other.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.n == 0 {
		g.ready.Wait() // want `\(\*Gate\).WaitOtherBad holds Gate.other while it waits on the condition Gate.ready for \(\*Gate\).Ready, which takes Gate.other: neither may go on`
	}
}

func (g *Gate) Ready() {
	g.other.Lock()
	g.n++
	g.other.Unlock()
	g.ready.Signal()
}

// FP_Inside: only functions of the object itself are held up.
type Batch struct {
	mu    sync.Mutex
	addr  string
	queue []int
}

func (b *Batch) FP_Inside() {
	b.mu.Lock()
	defer b.mu.Unlock()
	heldlib.Ask(b.addr)
	b.queue = nil
}

func (b *Batch) Add(n int) { b.enqueue(n) }

func (b *Batch) enqueue(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, n)
}
