// Package yieldpoints defines an analyzer of what suspension does to steps that
// belong together: checks that it makes stale, and locks that are held across it.
//
// # Analyzer yieldpoints
//
// yieldpoints: report checks that are stale when they are acted on, and locks held while waiting
//
// What it reports: code that observes shared state, lets other goroutines run,
// and then acts on what it has observed, without looking again; and critical
// sections in which a goroutine waits, or that deadlock. Others run where a
// lock is released and taken again, between two operations that lock for
// themselves, where a goroutine waits, and, in a workflow, where it yields.
//
// Stale checks: lock-gap is state that is read in one section of a lock and
// written in another, because of what was read; of such, limit-overrun is about
// room that two take, id-allocation about a number that two get, lazy-init
// about a thing that two make, cache-resurrection about an entry that comes
// back after its removal, and stale-across-wait about a wait for a condition.
// check-act-methods is the same with two methods that lock for themselves: a
// check and an act, or a getter and a setter. atomic-gap and syncmap-gap are
// the same with atomic variables and maps. Whether a function suspends in
// between may be decided in another package, which injects the value that it
// calls: then the finding is there, with the chain. unlocked-reread is what was
// tested under the lock, and is read again without it; double-fetch what is
// loaded again where the first load was tested; read-before-lock what is read
// before the lock is taken under which it is written. close-or-send-after-check
// is a channel that two may close, or that is closed before the send.
// cond-wait-without-loop is a condition that is not tested again after Wait,
// len-then-send a send that relies on there having been room, file-toctou a
// file that is asked about and then made by name, probe-then-bind a free port
// that is given back and bound again. workflow-state is the state of a workflow
// that another handler may change while this one yields.
//
// Locks: lock-across-suspension is a lock that is held while its holder waits
// for the network, a database, another process, a remote call or the clock,
// while another function that is called at any time takes the same lock without
// waiting itself: that one is named, since it is held up; or what the holder
// waits for is a goroutine that takes the lock, and neither goes on.
// lock-reentry is a goroutine that takes a lock that it holds, directly or
// through calls, also in other packages; with a writer around, that goes for
// reading twice, too. callback-under-lock is a func that is called under a lock
// that it takes, lock-order two locks that are taken in both orders by functions
// that may run at the same time, loop-takes-contended-lock an event loop that
// takes a lock which another goroutine holds while it waits.
//
// Contracts: atomic is a call in a function or block that is marked
// //yieldlint:atomic, at which the goroutine may be suspended for longer than a
// moment. Waiting for a lock, a line of a log on the standard error, and
// computing do not count; a call of which nothing is known does not either.
//
// Why it matters: the code is correct until something that it calls starts to
// block or to lock, often in another package. No test fails on the day it does.
// A lock that is held across a wait hands the delays of the network to
// everybody who wants the lock, and a deadlock stops them for good.
//
// Example:
//
//	if !payer.SufficientFunds(amount) { // locks, reads the balance, unlocks
//		return ErrInsufficientFunds
//	}
//	log.Printf("%s has sufficient funds", payer) // others run here
//	payer.Withdraw(amount)                       // Withdraw acts on a check that may be stale: Account.balance …
//
//	func (c *Cache) Refresh() error {
//		c.mu.Lock()
//		defer c.mu.Unlock()
//		v, err := fetch(c.addr) // (*Cache).Refresh holds Cache.mu while it waits for the network
//		c.value = v
//		return err
//	}
//
// Use instead: one method that checks and acts under one lock; a second look
// under the lock that is written under; a claim before the lock is released
// (count first, and give back); CompareAndSwap, LoadOrStore, Once; a local
// variable that keeps what was tested. Wait first, then lock to store the
// result; call funcs of others after the unlock; take two locks in one order,
// or only one of them.
//
// Not reported: writes of constants, which are the same by whomever they are
// made; sets and tables of what follows from the key alone; removals that only
// ask whether there is an entry; locations whose writers all run on one
// goroutine; checks and acts on different objects, keys or elements; what the
// observing section claims, in the location or in another field of the object;
// functions whose callers hold a lock, or that say so; generated files, mocks
// and tests. A check, an act or a lock behind an interface is not seen as such.
// Locks that are there for the connection or file itself, so that all their
// sections work on that; sections without another one to hold up; what runs
// only while the object is made. Two objects of one type that are locked in
// both orders are not reported.
//
// Known problems: that two methods lock for themselves does not say that
// nothing around them locks too: pairs of methods are proved only if something
// suspends between them. Whether two may run a function at once is known for
// the package only. Of two objects of one type it is assumed that they are one,
// if nothing says otherwise: the section that is held up may be of another. The
// disk, waits on channels without a peer in view, and functions that start or
// stop something are suspect, as are findings of which a step is assumed;
// -confidence=suspect shows them.
//
// To suppress: //yieldlint:ignore yieldpoints -- reason
package yieldpoints
