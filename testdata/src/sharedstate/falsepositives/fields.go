package falsepositives

import (
	"os"
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
