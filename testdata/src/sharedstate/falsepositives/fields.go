package falsepositives

import (
	"fmt"
	"maps"
	"os"
	"sort"
	"sync"
)

// Fields whose lock is held in ways that are easy to miss.

type broker struct {
	subMu sync.RWMutex
	logMu sync.Mutex
	log   map[string][]int
	subs  map[string]int
}

func NewBroker() *broker { return &broker{log: map[string][]int{}, subs: map[string]int{}} }

func (b *broker) Publish(topic string, n int) {
	b.subMu.RLock()
	defer b.subMu.RUnlock()
	b.logMu.Lock()
	b.log[topic] = append(b.log[topic], n)
	b.logMu.Unlock()
}

func (b *broker) Truncate(topic string) {
	b.subMu.RLock()
	defer b.subMu.RUnlock()
	b.logMu.Lock()
	delete(b.log, topic)
	b.logMu.Unlock()
}

// The lock that keeps publishers out is taken here and given back by the goroutine.
func (b *broker) FP_HandedOver(topic string) {
	b.subMu.Lock()
	go func() {
		defer b.subMu.Unlock()
		b.logMu.Lock()
		n := len(b.log)
		b.logMu.Unlock()
		for range n {
			work()
		}
		for range b.log[topic] {
			work()
		}
		b.subs[topic]++
	}()
}

type openBroker struct {
	subMu sync.RWMutex
	logMu sync.Mutex
	log   map[string][]int
}

func (b *openBroker) Publish(topic string, n int) {
	b.logMu.Lock()
	b.log[topic] = append(b.log[topic], n)
	b.logMu.Unlock()
}

func (b *openBroker) Truncate(topic string) {
	b.logMu.Lock()
	delete(b.log, topic)
	b.logMu.Unlock()
}

// The lock is given back before the goroutine reads.
func (b *openBroker) NotHandedOverBad(topic string) {
	b.subMu.Lock()
	go func() {
		b.logMu.Lock()
		n := len(b.log)
		b.logMu.Unlock()
		for range n {
			work()
		}
		for range b.log[topic] { // want `what openBroker.log refers to is read after logMu has been unlocked`
			work()
		}
	}()
	b.subMu.Unlock()
}

var _ = []any{(*broker).Publish, (*broker).Truncate, (*broker).FP_HandedOver}
var _ = []any{(*openBroker).Publish, (*openBroker).Truncate, (*openBroker).NotHandedOverBad}

// The exported reader is called by those that hold the lock, in a method further down.

type Daemon struct {
	mu     sync.Mutex
	topics map[string]int
}

func (d *Daemon) FP_Metadata() []string {
	var out []string
	for name := range d.topics {
		out = append(out, name)
	}
	return out
}

func (d *Daemon) Persist() { os.Stdout.WriteString(d.FP_Metadata()[0]) }

func (d *Daemon) Exit() {
	d.mu.Lock()
	d.Persist()
	clear(d.topics)
	d.mu.Unlock()
}

func (d *Daemon) Add(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.topics[name]++
	d.Persist()
}

func (d *Daemon) Remove(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.topics, name)
	d.Persist()
}

type OpenDaemon struct {
	mu     sync.Mutex
	topics map[string]int
}

func (d *OpenDaemon) MetadataBad() []string {
	var out []string
	for name := range d.topics { // want `what OpenDaemon.topics refers to is read without mu`
		out = append(out, name)
	}
	return out
}

func (d *OpenDaemon) Persist() { os.Stdout.WriteString(d.MetadataBad()[0]) }

func (d *OpenDaemon) Exit() {
	d.mu.Lock()
	clear(d.topics)
	d.mu.Unlock()
	d.Persist()
}

func (d *OpenDaemon) Add(name string)    { d.mu.Lock(); d.topics[name]++; d.mu.Unlock() }
func (d *OpenDaemon) Remove(name string) { d.mu.Lock(); delete(d.topics, name); d.mu.Unlock() }

// A constructor calls without the lock what all others call with it.

type Index struct {
	mu   sync.Mutex
	keys map[string]int
}

func OpenIndex(keys []string) *Index {
	x := &Index{keys: map[string]int{}}
	for _, k := range keys {
		x.add(k)
	}
	return x
}

func (x *Index) add(k string) { x.keys[k]++; x.addAll(k) }

func (x *Index) addAll(k string) { x.keys[k+"*"]++ }

func (x *Index) Add(k string)     { x.mu.Lock(); x.add(k); x.mu.Unlock() }
func (x *Index) AddTwo(k string)  { x.mu.Lock(); x.add(k); x.add(k + "2"); x.mu.Unlock() }
func (x *Index) Del(k string)     { x.mu.Lock(); delete(x.keys, k); x.mu.Unlock() }
func (x *Index) Get(k string) int { x.mu.Lock(); defer x.mu.Unlock(); return x.keys[k] }
func (x *Index) LenBad() int      { return len(x.keys) } // want `what Index.keys refers to is read without mu`

// A library function calls the methods of what it sorts, under the caller's lock.

type slots struct {
	mu   sync.Mutex
	next []int
}

func (s *slots) Len() int           { return len(s.next) }
func (s *slots) Less(i, j int) bool { return i < j }
func (s *slots) Swap(i, j int)      {}

func (s *slots) FP_Push(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, n)
	sort.Sort(s)
}

func (s *slots) FP_Drop() {
	s.mu.Lock()
	s.next = s.next[:0]
	sort.Stable(s)
	s.mu.Unlock()
}

type OpenSlots struct {
	mu   sync.Mutex
	next []int
}

func (s *OpenSlots) Len() int           { return len(s.next) }
func (s *OpenSlots) Less(i, j int) bool { return s.next[i] < s.next[j] } // want `OpenSlots.next is read without mu`
func (s *OpenSlots) Swap(i, j int)      {}

func (s *OpenSlots) Push(n int) {
	s.mu.Lock()
	s.next = append(s.next, n)
	s.mu.Unlock()
	sort.Sort(s)
}

func (s *OpenSlots) Drop()    { s.mu.Lock(); s.next = s.next[:0]; s.mu.Unlock() }
func (s *OpenSlots) Has() int { s.mu.Lock(); defer s.mu.Unlock(); return s.next[0] }
func (s *OpenSlots) Shift()   { s.mu.Lock(); s.next = s.next[1:]; s.mu.Unlock() }

func UseSlots() []any {
	s := &shared.slots
	s.FP_Push(1)
	s.FP_Drop()
	return nil
}

var shared struct {
	slots slots
}

// The function fills what it is given: of its own, or the shared one under its lock.

type Manifest struct{ deletions, creations int }

type manifestFile struct {
	mu       sync.Mutex
	manifest Manifest
}

func FP_replay(changes []int) Manifest {
	m := Manifest{}
	apply(&m, changes)
	return m
}

func apply(m *Manifest, changes []int) {
	for _, c := range changes {
		applyOne(m, c)
	}
}

func applyOne(m *Manifest, c int) {
	if c < 0 {
		m.deletions++
	} else {
		m.creations++
	}
}

func (f *manifestFile) FP_Add(c []int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	apply(&f.manifest, c)
	return f.manifest.deletions > f.manifest.creations || f.manifest.deletions > 10
}

func (f *manifestFile) FP_Deleted() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.manifest.deletions + f.manifest.deletions + f.manifest.deletions
}

// The lock is for the second call of Close, whoever started it has long gone.

type Tunnel struct {
	mu    sync.Mutex
	watch chan int
}

func (t *Tunnel) Activate() { t.FP_watchRoutes() }

func (t *Tunnel) FP_watchRoutes() { t.watch = make(chan int) }

func (t *Tunnel) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watch != nil {
		close(t.watch)
		t.watch = nil
	}
}

// One goroutine writes, under the lock for those who read elsewhere, and reads
// what it has written itself.

type ValueLog struct {
	mu    sync.RWMutex
	maxID []int
}

func (v *ValueLog) FP_create() int {
	id := v.maxID[0] + 1
	v.mu.Lock()
	v.maxID = []int{id}
	v.mu.Unlock()
	return id
}

func (v *ValueLog) Drop()      { v.mu.Lock(); v.maxID = nil; v.mu.Unlock() }
func (v *ValueLog) Write()     { v.FP_create() }
func (v *ValueLog) Max() int   { v.mu.RLock(); defer v.mu.RUnlock(); return v.maxID[0] }
func (v *ValueLog) Count() int { v.mu.RLock(); defer v.mu.RUnlock(); return len(v.maxID) }

// Here a function locks to read and to write at different times: others write.

type OpenLog struct {
	mu    sync.RWMutex
	maxID []int
}

func (v *OpenLog) Create() int {
	id := v.maxID[0] + 1 // want `OpenLog.maxID is read without mu`
	v.mu.Lock()
	v.maxID = []int{id}
	v.mu.Unlock()
	return id
}

func (v *OpenLog) Bump() {
	v.mu.RLock()
	id := v.maxID[0]
	v.mu.RUnlock()
	v.mu.Lock()
	v.maxID = []int{id + 1}
	v.mu.Unlock()
}

func (v *OpenLog) Max() int { v.mu.RLock(); defer v.mu.RUnlock(); return v.maxID[0] }

// The constructor makes the channel; what is replaced is that of a zero value.

var closed = make(chan int)

type Message struct {
	mu   sync.Mutex
	sent bool
	ack  chan int
}

func NewMessage() *Message { return &Message{ack: make(chan int)} }

func (m *Message) Ack() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sent {
		return
	}
	m.sent = true
	if m.ack == nil {
		m.ack = closed
	} else {
		close(m.ack)
	}
}

func (m *Message) Again() bool { m.mu.Lock(); defer m.mu.Unlock(); return m.ack == closed && m.sent }

func (m *Message) FP_Acked() <-chan int { return m.ack }

// Another goroutine replaces what the constructor has made.

type Signal struct {
	mu  sync.Mutex
	ack chan int
}

func NewSignal() *Signal { return &Signal{ack: make(chan int)} }

func (m *Signal) Fire() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.ack)
	m.ack = make(chan int)
}

func (m *Signal) Again() bool        { m.mu.Lock(); defer m.mu.Unlock(); return m.ack == closed }
func (m *Signal) AckBad() <-chan int { return m.ack } // want `Signal.ack is read without mu`

// Callbacks of one connection run in turn; the lock is for those who list them.

type Conn struct {
	mu    sync.RWMutex
	agent string
	user  string
	path  string // without the lock: of the callbacks alone
}

func (c *Conn) OnAnnounce(s string) {
	c.path = s
	c.mu.Lock()
	c.agent, c.user = s, s
	c.mu.Unlock()
}

func (c *Conn) OnPlay(s string) {
	if c.path == "" {
		c.path = s
	}
	c.mu.Lock()
	c.agent = s
	c.mu.Unlock()
}

func (c *Conn) FP_OnRecord() string { return c.path + c.agent }

func (c *Conn) Item() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.agent + c.user
}

// The path never changes: nothing says that the functions run in turn.

type Peer struct {
	mu    sync.RWMutex
	agent string
	path  string
}

func (p *Peer) OnAnnounce(s string) { p.mu.Lock(); p.agent = p.path + s; p.mu.Unlock() }
func (p *Peer) OnPlay(s string)     { p.mu.Lock(); p.agent = s + p.path; p.mu.Unlock() }
func (p *Peer) RecordBad() string   { return p.path + p.agent } // want `Peer.agent is read without mu`
func (p *Peer) Item() string        { p.mu.RLock(); defer p.mu.RUnlock(); return p.agent }

// The one function that writes reads without the lock, as its owner may.

type View struct {
	mu  sync.RWMutex
	sel *Slot
	n   []int
}

type Slot struct{ id int }

func (v *View) Update() {
	next := Slot{v.sel.id + 1}
	v.mu.Lock()
	v.sel = &next
	v.mu.Unlock()
}

func (v *View) FP_View() int     { return v.sel.id }
func (v *View) Selected() Slot   { v.mu.RLock(); defer v.mu.RUnlock(); return *v.sel }
func (v *View) Cursor() int      { v.mu.RLock(); defer v.mu.RUnlock(); return v.sel.id }
func (v *View) Moved(n int) bool { v.mu.RLock(); defer v.mu.RUnlock(); return v.sel.id != n }

// Who locks elsewhere in the function is not in the goroutine of the writer.

type Syncer struct {
	mu  sync.RWMutex
	cur *Slot
}

func (s *Syncer) Sync() {
	s.mu.Lock()
	s.cur = &Slot{}
	s.mu.Unlock()
	s.cur.id++
	s.mu.Lock()
	s.cur = nil
	s.mu.Unlock()
}

func (s *Syncer) ReceiveBad(ok bool) int {
	if !ok {
		return s.cur.id // want `Syncer.cur is read without mu`
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.cur == nil {
		return 0
	}
	return s.cur.id
}

func (s *Syncer) Active() bool { s.mu.RLock(); defer s.mu.RUnlock(); return s.cur != nil }

// A second writer takes the lock for the whole of its work.

type OpenView struct {
	mu  sync.RWMutex
	sel *Slot
}

func (v *OpenView) Update() {
	v.mu.Lock()
	v.sel = &Slot{v.sel.id + 1}
	v.mu.Unlock()
}

func (v *OpenView) ViewBad() int   { return v.sel.id } // want `OpenView.sel is read without mu`
func (v *OpenView) Selected() Slot { v.mu.RLock(); defer v.mu.RUnlock(); return *v.sel }
func (v *OpenView) Cursor() int    { v.mu.RLock(); defer v.mu.RUnlock(); return v.sel.id }

// A method is kept in a field, and called from there under the lock.

type Pager struct {
	mu   sync.Mutex
	page []string
	scan func() error
}

func NewPager() *Pager {
	p := &Pager{}
	p.scan = p.FP_scan
	return p
}

func (p *Pager) FP_scan() error { p.page = append(p.page, "x"); return nil }

func (p *Pager) Next() bool   { p.mu.Lock(); defer p.mu.Unlock(); return p.fetch() }
func (p *Pager) fetch() bool  { return len(p.page) > 0 || p.scan() == nil }
func (p *Pager) Reset()       { p.mu.Lock(); defer p.mu.Unlock(); p.page = nil }
func (p *Pager) Last() string { p.mu.Lock(); defer p.mu.Unlock(); return p.page[len(p.page)-1] }

// Here it is called without, too.

type OpenPager struct {
	mu   sync.Mutex
	page []string
	scan func() error
}

func MakePager() *OpenPager {
	p := &OpenPager{}
	p.scan = p.scanBad
	return p
}

func (p *OpenPager) scanBad() error { p.page = append(p.page, "x"); return nil } // want `OpenPager.page is written without mu`

func (p *OpenPager) Next() bool { return p.scan() == nil }
func (p *OpenPager) Reset()     { p.mu.Lock(); defer p.mu.Unlock(); p.page = nil }
func (p *OpenPager) Pop()       { p.mu.Lock(); p.page = p.page[1:]; p.mu.Unlock() }
func (p *OpenPager) Last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.page[len(p.page)-1]
}

// The comment of the caller says that there is one goroutine.

type FP_Tree struct {
	mu  sync.RWMutex
	mem *Slot
}

// write is called serially by only one goroutine.
func (t *FP_Tree) write(n int) {
	t.put(n)
	t.grow()
}

func (t *FP_Tree) put(n int) { t.mem.id += n }

func (t *FP_Tree) grow()       { t.mu.Lock(); t.mem = &Slot{t.mem.id}; t.mu.Unlock() }
func (t *FP_Tree) Get() int    { t.mu.RLock(); defer t.mu.RUnlock(); return t.mem.id }
func (t *FP_Tree) Two() int    { t.mu.RLock(); defer t.mu.RUnlock(); return t.mem.id * 2 }
func (t *FP_Tree) Drop()       { t.mu.Lock(); defer t.mu.Unlock(); t.mem = nil }
func (t *FP_Tree) Put(n int)   { go t.write(n) }
func (t *FP_Tree) Batch(n int) { t.write(n) }

type OpenTree struct {
	mu  sync.RWMutex
	mem *Slot
}

// write is called by all goroutines.
func (t *OpenTree) write(n int) {
	t.putBad(n)
	t.grow()
}

func (t *OpenTree) putBad(n int) { t.mem.id += n } // want `OpenTree.mem is read without mu`

func (t *OpenTree) grow()       { t.mu.Lock(); t.mem = &Slot{t.mem.id}; t.mu.Unlock() }
func (t *OpenTree) Get() int    { t.mu.RLock(); defer t.mu.RUnlock(); return t.mem.id }
func (t *OpenTree) Two() int    { t.mu.RLock(); defer t.mu.RUnlock(); return t.mem.id * 2 }
func (t *OpenTree) Drop()       { t.mu.Lock(); defer t.mu.Unlock(); t.mem = nil }
func (t *OpenTree) Put(n int)   { go t.write(n) }
func (t *OpenTree) Batch(n int) { t.write(n) }

// The function is an argument of one that calls it under the lock.

type Source struct {
	mu    sync.Mutex
	items map[string]int
}

func (s *Source) Replace(m map[string]int) { s.mu.Lock(); s.items = m; s.mu.Unlock() }
func (s *Source) Clear()                   { s.mu.Lock(); s.items = map[string]int{}; s.mu.Unlock() }
func (s *Source) Load() map[string]int     { s.mu.Lock(); defer s.mu.Unlock(); return maps.Clone(s.items) }

func FP_entries(s *Source) map[string]int { return s.items }

func addEntry[T any](s *Source, of func(*Source) map[string]T, k string, v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of(s)[k] = v
}

func (s *Source) Add(k string) { addEntry(s, FP_entries, k, 1) }

type OpenSource struct {
	mu    sync.Mutex
	items map[string]int
}

func (s *OpenSource) Replace(m map[string]int) { s.mu.Lock(); s.items = m; s.mu.Unlock() }
func (s *OpenSource) Clear()                   { s.mu.Lock(); s.items = map[string]int{}; s.mu.Unlock() }
func (s *OpenSource) Load() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.items)
}

func entriesBad(s *OpenSource) map[string]int { return s.items } // want `OpenSource.items is read without mu`

func addOpen[T any](s *OpenSource, of func(*OpenSource) map[string]T, k string, v T) {
	of(s)[k] = v
	s.mu.Lock()
	defer s.mu.Unlock()
}

func (s *OpenSource) Add(k string) { addOpen(s, entriesBad, k, 1) }

// A name that is only printed is no reason to speak; one that decides is.

type Group struct {
	mu         sync.RWMutex
	name, kind string
	n          int
}

func (g *Group) Register(name string) { g.mu.Lock(); g.name, g.kind = name, name; g.mu.Unlock() }
func (g *Group) Rename(name string)   { g.mu.Lock(); g.name, g.kind = name, name; g.mu.Unlock() }
func (g *Group) Name() string         { g.mu.RLock(); defer g.mu.RUnlock(); return g.name + g.kind }

func (g *Group) FP_Create(f map[string]func(string)) error {
	return fmt.Errorf("none in group %s", g.name)
}

func (g *Group) CreateBad(f map[string]func(string)) {
	f["x"](g.kind) // want `Group.kind is read without mu`
}

// What a getter returns is a copy of the part; the lock is in the whole.

type Round struct {
	votes []int
	step  string
}

type PeerState struct {
	mu    sync.Mutex
	round Round
}

func (p *PeerState) Vote(n int)      { p.mu.Lock(); p.round.votes = append(p.round.votes, n); p.mu.Unlock() }
func (p *PeerState) Step(s string)   { p.mu.Lock(); p.round.step = s; p.mu.Unlock() }
func (p *PeerState) Reset()          { p.mu.Lock(); p.round.votes, p.round.step = nil, ""; p.mu.Unlock() }
func (p *PeerState) First() int      { p.mu.Lock(); defer p.mu.Unlock(); return p.round.votes[0] }
func (p *PeerState) Snapshot() Round { p.mu.Lock(); defer p.mu.Unlock(); return p.round }

func FP_send(r *Round) int { return len(r.votes) }

func Gossip(p *PeerState) int { r := p.Snapshot(); return FP_send(&r) }

func (p *PeerState) Name() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.round.step + p.round.step
}

// StepBad reads the part where it is.
func (p *PeerState) StepBad() string { return p.round.step } // want `Round.step is read without mu`

// The goroutines end before their starter unlocks.

type Light struct {
	mu    sync.Mutex
	nodes []*Slot
}

func (l *Light) Add(s *Slot) { l.mu.Lock(); l.nodes = append(l.nodes, s); l.mu.Unlock() }
func (l *Light) Drop()       { l.mu.Lock(); l.nodes = l.nodes[1:]; l.mu.Unlock() }

func (l *Light) FP_Ask() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(chan int)
	for i := range l.nodes {
		go func(i int) { out <- l.nodes[i].id }(i)
	}
	sum := 0
	for range l.nodes {
		sum += <-out
	}
	return sum
}

type OpenLight struct {
	mu    sync.Mutex
	nodes []*Slot
}

func (l *OpenLight) Add(s *Slot) { l.mu.Lock(); l.nodes = append(l.nodes, s); l.mu.Unlock() }
func (l *OpenLight) Drop()       { l.mu.Lock(); l.nodes = l.nodes[1:]; l.mu.Unlock() }

func (l *OpenLight) Ask() int {
	l.mu.Lock()
	n := len(l.nodes)
	l.mu.Unlock()
	out := make(chan int)
	for i := range n {
		go func(i int) { out <- l.nodes[i].id }(i) // want `OpenLight.nodes is read without mu`
	}
	return <-out
}

// The map is taken away under the lock, and belongs to who took it.

type Offers struct {
	mu  sync.Mutex
	out map[string]int
}

func (o *Offers) Put(k string)  { o.mu.Lock(); o.out[k] = 1; o.mu.Unlock() }
func (o *Offers) Drop(k string) { o.mu.Lock(); delete(o.out, k); o.mu.Unlock() }

func (o *Offers) FP_Take() {
	o.mu.Lock()
	all := o.out
	o.out = nil
	o.mu.Unlock()
	for range all {
		work()
	}
}

// Votes come in through a handler that locks, and through the replay of a log;
// the constructor needs no lock.

type State struct {
	mu    sync.RWMutex
	block []int
	log   func(int)
}

func StartState() *State {
	s := &State{}
	s.FP_update(0)
	return s
}

func (s *State) Handle(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vote(n)
}

func (s *State) Replay(n int) { s.mu.Lock(); s.commit(n); s.mu.Unlock() }

func (s *State) vote(n int) {
	if n > 0 {
		s.commit(n - 1)
	}
}

func (s *State) commit(n int) {
	s.FP_update(n)
	if n > 1 {
		s.vote(n - 1)
	}
}

func (s *State) FP_update(n int) { s.block = append(s.block, n) }

func (s *State) Len() int { s.mu.RLock(); defer s.mu.RUnlock(); return len(s.block) + len(s.block) }
func (s *State) Clear()   { s.mu.Lock(); s.block = nil; s.mu.Unlock() }

// One way to the helper leads through a method that interfaces call, the other through the lock.

type peerImpl interface{ badData() }

type FP_Swarm struct {
	mu    sync.Mutex
	peers map[int]*webPeer
}

type webPeer struct{ s *FP_Swarm }

func (p *webPeer) badData() { p.s.ban() }

func (s *FP_Swarm) ban() {
	for id := range s.peers {
		delete(s.peers, -id)
	}
}

func (s *FP_Swarm) Hashed()    { s.mu.Lock(); defer s.mu.Unlock(); s.ban() }
func (s *FP_Swarm) Add(id int) { s.mu.Lock(); s.peers[id] = &webPeer{s}; s.mu.Unlock() }
func (s *FP_Swarm) Has(id int) { s.mu.Lock(); delete(s.peers, id); s.mu.Unlock() }
func (s *FP_Swarm) Len() int   { s.mu.Lock(); defer s.mu.Unlock(); return len(s.peers) }
func (s *FP_Swarm) Bad(id int) { s.mu.Lock(); var p peerImpl = s.peers[id]; p.badData(); s.mu.Unlock() }
