// Package yieldpoints defines an analyzer of what suspension does to critical
// sections: checks that it makes stale, and locks that are held across it.
//
// # Analyzer yieldpoints
//
// yieldpoints: report locks that are held while their holder waits, or are taken in the wrong order
//
// What it reports: faults of critical sections that are seen only across
// calls. A lock is held while its holder waits for the network, a database,
// another process, a remote call or the clock, and another function that is
// called at any time takes the same lock without waiting itself: that one is
// named, since it is held up (lock-across-suspension). The same, if what the
// holder waits for is a goroutine that takes the lock: neither goes on. A
// goroutine takes a lock that it holds (lock-reentry), directly or through
// calls, also in other packages; with a writer around, that goes for reading
// twice, too. A func is called under a lock that it takes (callback-under-lock).
// Two locks are taken in both orders by functions that may run at the same
// time (lock-order). An event loop takes a lock that another goroutine holds
// while it waits (loop-takes-contended-lock).
//
// Why it matters: a lock that is held across a wait hands the delays of the
// network to everybody who wants the lock, and a deadlock stops them for good.
// The function with the fault is often correct by itself, until something that
// it calls starts to wait or to lock.
//
// Example:
//
//	func (c *Cache) Refresh() error {
//		c.mu.Lock()
//		defer c.mu.Unlock()
//		v, err := fetch(c.addr) // (*Cache).Refresh holds Cache.mu while it waits for the network
//		c.value = v
//		return err
//	}
//
//	func (c *Cache) Get() byte { // waits for it meanwhile
//		c.mu.Lock()
//		defer c.mu.Unlock()
//		return c.value
//	}
//
// Use instead: wait first, then lock to store the result; call funcs of others
// after the unlock; take two locks in one order, or only one of them.
//
// Not reported: locks that are there for the connection or file itself, so that
// all their sections work on that; sections without another one to hold up;
// what runs only while the object is made. Locks are compared by the path to
// them and by their declaration, so two objects of one type that are locked in
// both orders are not reported, nor are locks that only an interface leads to.
//
// Known problems: of two objects of one type it is assumed that they are one,
// if nothing says otherwise: the section that is held up may be of another.
// The disk, waits on channels without a peer in view, writes to the connection
// of the locked object, database calls that store what the section changes,
// and functions that start or stop something are suspect; -confidence=suspect
// shows them.
//
// To suppress: //yieldlint:ignore yieldpoints -- reason
package yieldpoints
