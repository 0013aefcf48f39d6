package unlocked

import "sync"

// Nodes keeps objects whose fields its lock guards.
type Nodes struct {
	mu    sync.RWMutex
	byKey map[string]*node
	gone  []*node
}

type node struct {
	name string
	inc  int
	addr string
	was  int
}

func (n *Nodes) Alive(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	x := n.byKey[key]
	if x == nil {
		x = &node{name: key}
		n.byKey[key] = x
	}
}

func (n *Nodes) Bump(key, addr string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	x, ok := n.byKey[key]
	if !ok {
		return
	}
	x.inc++
	x.addr = addr
	x.was = x.inc
}

func (n *Nodes) FN_Leave(key string) int {
	n.mu.Lock()
	x, ok := n.byKey[key]
	n.mu.Unlock()
	if !ok {
		return 0
	}
	return x.inc // want `node.inc, of an object from byKey, is read after mu has been unlocked, under which others write it`
}

// FP_drop removes the object: it is its own then.
func (n *Nodes) FP_drop(key string) int {
	n.mu.Lock()
	x := n.byKey[key]
	delete(n.byKey, key)
	n.mu.Unlock()
	return x.was
}

// FP_name reads what is never written again.
func (n *Nodes) FP_name(key string) string {
	n.mu.RLock()
	x := n.byKey[key]
	n.mu.RUnlock()
	return x.name
}

// A Keeper's lock guards the entries that it hands out.
type Keeper struct {
	mtx sync.Mutex
	all map[string]*Entry
}

type Entry struct {
	tries int
	last  int
	own   sync.RWMutex
}

func (e *Entry) FN_Tries() int { return e.tries } // want `Entry.tries is read without mtx, which \d of \d accesses hold`

// FP_worse is called by the keeper only, under its lock.
func (e *Entry) worse() bool { return e.tries > 3 }

// FP_last: the writer holds both locks.
func (e *Entry) FP_last() int {
	e.own.RLock()
	defer e.own.RUnlock()
	return e.last
}

func (k *Keeper) Attempt(key string) {
	k.mtx.Lock()
	defer k.mtx.Unlock()
	e := k.find(key)
	e.tries++
	e.own.Lock()
	e.last++
	e.own.Unlock()
	if e.worse() || e.last > 9 {
		delete(k.all, key)
	}
}

func (k *Keeper) find(key string) *Entry { return k.all[key] }
