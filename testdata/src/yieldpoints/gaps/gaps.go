// Package gaps holds checks in one section of a lock that are acted on in another.
package gaps

import (
	"net/http"
	"sync"
	"time"
)

type pool struct {
	mu      sync.RWMutex
	balance int
	used    int
	max     int
	next    int
	gen     int
	idle    map[string]*conn
	busy    map[string]bool
	items   []int
	names   map[string]string
	current *conn
	last    time.Time
	cond    *sync.Cond
}

type conn struct{ refs int }

func (c *conn) Close() error { return nil }

// OverrunBad lets two callers take the last place.
func (p *pool) OverrunBad() bool {
	p.mu.Lock()
	full := p.used >= p.max
	p.mu.Unlock()
	if full {
		return false
	}
	p.mu.Lock()
	p.used++ // want `this write acts on a check that may be stale: pool.used was observed at line \d+, and pool.mu is released in between \[yieldpoints/limit-overrun\]`
	p.mu.Unlock()
	return true
}

func (p *pool) OverrunOK() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used >= p.max {
		return false
	}
	p.used++
	return true
}

// RecheckOK looks again under the lock that it writes under.
func (p *pool) RecheckOK() bool {
	p.mu.RLock()
	full := p.used >= p.max
	p.mu.RUnlock()
	if full {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used >= p.max {
		return false
	}
	p.used++
	return true
}

// ReserveOK takes the place first, and gives it back.
func (p *pool) ReserveOK(f func() error) error {
	p.mu.Lock()
	if p.used >= p.max {
		p.mu.Unlock()
		return nil
	}
	p.used++
	p.mu.Unlock()
	err := f()
	p.mu.Lock()
	p.used--
	p.mu.Unlock()
	return err
}

// UpgradeBad upgrades a read lock, which lets writers in.
func (p *pool) UpgradeBad(amount int) {
	p.mu.RLock()
	if p.balance < amount {
		p.mu.RUnlock()
		return
	}
	p.mu.RUnlock()
	p.mu.Lock()
	p.balance -= amount // want `pool.balance was observed at line \d+, and pool.mu is released in between \[yieldpoints/limit-overrun\]`
	p.mu.Unlock()
}

func (p *pool) Deposit(amount int) {
	p.mu.Lock()
	p.balance += amount
	p.mu.Unlock()
}

// NextBad gives two callers one number.
func (p *pool) NextBad() int {
	p.mu.RLock()
	id := p.next
	p.mu.RUnlock()
	p.mu.Lock()
	p.next = id + 1 // want `pool.next was observed at line \d+, and pool.mu is released in between \[yieldpoints/id-allocation\]`
	p.mu.Unlock()
	return id
}

func (p *pool) NextOK() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := p.next
	p.next = id + 1
	return id
}

func (p *pool) ResetNext() {
	p.mu.Lock()
	p.next = 0
	p.mu.Unlock()
}

// GetBad opens two connections, of which one is lost.
func (p *pool) GetBad() *conn {
	p.mu.Lock()
	c := p.current
	p.mu.Unlock()
	if c != nil {
		return c
	}
	c = &conn{}
	p.mu.Lock()
	p.current = c // want `pool.current was observed at line \d+, and pool.mu is released in between \[yieldpoints/lazy-init\]`
	p.mu.Unlock()
	return c
}

func (p *pool) KeepFirstOK() *conn {
	p.mu.Lock()
	c := p.current
	p.mu.Unlock()
	if c != nil {
		return c
	}
	c = &conn{}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil {
		p.current = c
	}
	return p.current
}

// GenerationOK looks at another field of the object, which changes with the map.
func (p *pool) GenerationOK(key string) string {
	p.mu.Lock()
	v, ok := p.names[key]
	gen := p.gen
	p.mu.Unlock()
	if ok {
		return v
	}
	v = fetch(key)
	p.mu.Lock()
	if p.gen == gen {
		p.names[key] = v
	}
	p.mu.Unlock()
	return v
}

// ResurrectBad puts back what Forget has removed while the answer was on its way.
func (p *pool) ResurrectBad(key string) string {
	p.mu.Lock()
	v, ok := p.names[key]
	p.mu.Unlock()
	if ok {
		return v
	}
	v = fetch(key)
	p.mu.Lock()
	p.names[key] = v // want `this insert acts on a check that may be stale: pool.names was observed at line \d+, and fetch at line \d+ suspends on the network \[yieldpoints/cache-resurrection\]`
	p.mu.Unlock()
	return v
}

func (p *pool) Forget(key string) {
	p.mu.Lock()
	delete(p.names, key)
	p.gen++
	p.mu.Unlock()
}

func fetch(key string) string {
	resp, err := http.Get("http://example.com/" + key)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	return resp.Status
}

// OtherKeyOK inserts an entry that the check was not about.
func (p *pool) OtherKeyOK(a, b string) {
	p.mu.Lock()
	_, ok := p.names[a]
	p.mu.Unlock()
	if ok {
		return
	}
	v := fetch(a)
	p.mu.Lock()
	p.names[b] = v
	p.mu.Unlock()
}

// IndependentOK writes what it has read, but not because of it.
func (p *pool) IndependentOK(n int) int {
	p.mu.Lock()
	old := p.balance
	p.mu.Unlock()
	time.Sleep(time.Second)
	p.mu.Lock()
	p.balance += n
	p.mu.Unlock()
	return old
}

// AfterLoopOK comes after a loop over what it writes, not because of it.
func (p *pool) AfterLoopOK() (sum int) {
	p.mu.Lock()
	items := p.items
	p.mu.Unlock()
	for _, x := range items {
		sum += x
	}
	p.mu.Lock()
	p.items = append(p.items, 1)
	p.mu.Unlock()
	return sum
}

// SnapshotBad replaces what others have appended meanwhile.
func (p *pool) SnapshotBad() {
	p.mu.Lock()
	items := p.items
	p.mu.Unlock()
	var keep []int
	for _, x := range items {
		if fetch("x") != "" {
			keep = append(keep, x)
		}
	}
	p.mu.Lock()
	p.items = keep // want `pool.items was observed at line \d+, and fetch at line \d+ suspends on the network \[yieldpoints/lock-gap\]`
	p.mu.Unlock()
}

// PresenceOK removes an entry that is there, or not: it does not matter.
func (p *pool) PresenceOK(key string) {
	p.mu.Lock()
	_, ok := p.names[key]
	p.mu.Unlock()
	if !ok {
		return
	}
	fetch(key)
	p.mu.Lock()
	delete(p.names, key)
	p.mu.Unlock()
}

// EvictBad removes an entry that has come into use meanwhile.
func (p *pool) EvictBad(key string) {
	p.mu.Lock()
	c := p.idle[key]
	unused := c != nil && c.refs == 0
	p.mu.Unlock()
	if !unused {
		return
	}
	fetch(key)
	p.mu.Lock()
	delete(p.idle, key) // want `this removal acts on a check that may be stale: pool.idle was observed at line \d+, and fetch at line \d+ suspends on the network \[yieldpoints/lock-gap\]`
	p.mu.Unlock()
}

func (p *pool) Add(key string, c *conn) {
	p.mu.Lock()
	p.idle[key] = c
	p.mu.Unlock()
}

// WaitBad computes from what was so before the wait.
func (p *pool) WaitBad() {
	p.mu.Lock()
	n := p.balance
	for p.gen == 0 {
		p.cond.Wait()
	}
	p.balance = n + 1 // want `pool.balance was observed at line \d+, and .*Wait at line \d+ waits \[yieldpoints/stale-across-wait\]`
	p.mu.Unlock()
}

// WaitOK reads again.
func (p *pool) WaitOK() {
	p.mu.Lock()
	for p.gen == 0 {
		p.cond.Wait()
	}
	p.balance = p.balance + 1
	p.mu.Unlock()
}

// JoinOK holds the lock on both ways, by different acquisitions.
func (p *pool) JoinOK(again bool) {
	p.mu.Lock()
	n := p.used
	if again {
		p.mu.Unlock()
		p.mu.Lock()
		n = p.used
	}
	p.used = n + 1
	p.mu.Unlock()
}

// claim takes the mark, under the lock that its caller holds.
func (p *pool) claim(key string) bool {
	if p.busy[key] {
		return false
	}
	p.busy[key] = true
	return true
}

// ClaimOK marks the key before it lets others in.
func (p *pool) ClaimOK(key string) {
	p.mu.Lock()
	if _, ok := p.names[key]; ok || !p.claim(key) {
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	v := fetch(key)
	p.mu.Lock()
	p.names[key] = v
	delete(p.busy, key)
	p.mu.Unlock()
}

// outer serialises those who call it.
type outer struct {
	big sync.Mutex
	mu  sync.Mutex
	n   int
}

func (o *outer) SerialOK() {
	o.big.Lock()
	defer o.big.Unlock()
	o.mu.Lock()
	n := o.n
	o.mu.Unlock()
	o.mu.Lock()
	o.n = n + 1
	o.mu.Unlock()
}

func (o *outer) Reset() {
	o.mu.Lock()
	o.n = 5
	o.mu.Unlock()
}

// An owned counter is written by one goroutine only.
type owned struct {
	mu sync.Mutex
	n  int
}

func (o *owned) Start() { go o.loop() }

func (o *owned) loop() {
	for {
		o.mu.Lock()
		n := o.n
		o.mu.Unlock()
		time.Sleep(time.Second)
		o.mu.Lock()
		o.n = n + 1
		o.mu.Unlock()
	}
}

func (o *owned) Get() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.n
}

type registry struct {
	mu   sync.RWMutex
	list []*conn
	used map[string]*conn
}

// AddBad keeps two of one number.
func (r *registry) AddBad(c *conn) bool {
	if r.find(c.refs) != nil {
		return false
	}
	r.mu.Lock()
	r.list = append(r.list, c) // want `registry.list was observed at line \d+, and registry.mu is released in between \[yieldpoints/lock-gap\]`
	r.mu.Unlock()
	return true
}

func (r *registry) find(n int) *conn {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, c := range r.list {
		if c.refs == n {
			return c
		}
	}
	return nil
}

func (r *registry) AddOK(c *conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, old := range r.list {
		if old.refs == c.refs {
			return false
		}
	}
	r.list = append(r.list, c)
	return true
}

type record struct{ until time.Time }

func (r record) fresh() bool { return time.Now().Before(r.until) }

type lookup struct {
	mu   sync.RWMutex
	recs map[string]record
	work map[int]*conn
}

// FP_recheckByMethod asks a method of the entry again. That it fetches under the
// lock is another matter.
func (l *lookup) FP_recheckByMethod(key string) record {
	l.mu.RLock()
	r := l.recs[key]
	l.mu.RUnlock()
	if r.fresh() {
		return r
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r = l.recs[key]
	if r.fresh() {
		return r
	}
	fetch(key) // want `\(\*lookup\).FP_recheckByMethod holds lookup.mu while it waits for the network: http.Get, 2 calls down; \(\*lookup\).FP_soleInserter waits for it meanwhile \[yieldpoints/lock-across-suspension\]`
	l.recs[key] = record{time.Now()}
	return l.recs[key]
}

func (l *lookup) Start() { go l.feed() }

func (l *lookup) feed() {
	for i := 0; ; i++ {
		l.FP_soleInserter(i)
	}
}

// FP_soleInserter is the only one that inserts: others make more room.
func (l *lookup) FP_soleInserter(i int) {
	l.mu.Lock()
	full := len(l.work) >= 10
	l.mu.Unlock()
	if full {
		return
	}
	l.mu.Lock()
	l.work[i] = new(conn)
	l.mu.Unlock()
}

func (l *lookup) Done(i int) {
	l.mu.Lock()
	delete(l.work, i)
	l.mu.Unlock()
}

var (
	tableMu sync.Mutex
	table   []int
	limit   = 3
)

// GlobalBad compares by equality.
func GlobalBad(n int) bool {
	tableMu.Lock()
	full := len(table) == limit
	tableMu.Unlock()
	if full {
		return false
	}
	tableMu.Lock()
	table = append(table, n) // want `table was observed at line \d+, and tableMu is released in between \[yieldpoints/limit-overrun\]`
	tableMu.Unlock()
	return true
}

// LiteralBad has its sections in function literals.
func (p *pool) LiteralBad() bool {
	var full bool
	func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		full = p.used >= p.max
	}()
	if full {
		return false
	}
	func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.used++
	}() // want `pool.used was observed at line \d+, and pool.mu is released in between \[yieldpoints/limit-overrun\]`
	return true
}

func (p *pool) locked(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// HelperBad has them in literals that are passed to a helper.
func (p *pool) HelperBad() bool {
	var full bool
	p.locked(func() { full = p.used >= p.max })
	if full {
		return false
	}
	p.locked(func() { p.used++ }) // want `pool.used was observed at line \d+, and pool.mu is released in between \[yieldpoints/limit-overrun\]`
	return true
}

func (p *pool) HelperOK() (ok bool) {
	p.locked(func() {
		if p.used < p.max {
			p.used++
			ok = true
		}
	})
	return ok
}

type topics struct {
	mu sync.RWMutex
	m  map[string]map[string]bool
}

func (t *topics) Add(client string) {
	t.mu.Lock()
	t.m[client] = make(map[string]bool)
	t.mu.Unlock()
}

// FP_looksAgain decides on what the entry holds when it has the lock again.
func (t *topics) FP_looksAgain(client, query string) {
	t.mu.RLock()
	subs, ok := t.m[client]
	t.mu.RUnlock()
	if !ok {
		return
	}
	fetch(query)
	t.mu.Lock()
	delete(subs, query)
	if len(subs) == 0 {
		delete(t.m, client)
	}
	t.mu.Unlock()
}
