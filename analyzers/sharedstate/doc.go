// Package sharedstate defines an analyzer of unsynchronised sharing between
// goroutines.
//
// # Analyzer sharedstate
//
// sharedstate: report state shared between goroutines without synchronisation
//
// What it reports: a variable, field or element that two goroutines may access
// at the same time, one of them writing, with nothing that orders them. There
// are two ways to such a finding. Within one function and the goroutines that
// it starts, accesses are compared pair by pair, and what orders them (the go
// statement, channels, WaitGroups, locks, flags, timers) is followed. Over the
// functions of a package, and those that import it, a lock that most accesses
// to a field hold is taken to guard it, and accesses without it are reported.
// Of fields that no lock guards anywhere, those are reported that a goroutine of
// the package writes, or a method that must be safe for concurrent use, and
// another goroutine accesses.
// The categories are race, captured-error, publish-before-init, mixed-atomic,
// unguarded, unlocked, use-after-unlock, write-under-rlock, guarded-alias-escapes,
// value-receiver-copies-lock-state, unsafe-type, process-global and
// waitgroup-misuse. Of what is marked //yieldlint:confined, accesses on a
// goroutine that is not the event loop are reported (confined); of a type
// whose comment says that it is safe for concurrent use, what is not (claims).
//
// Why it matters: such accesses corrupt data rarely and far from their cause,
// and the race detector sees them only in runs in which they happen.
//
// Example:
//
//	type Counter struct {
//		mu sync.Mutex
//		n  int
//	}
//
//	func (c *Counter) Add()     { c.mu.Lock(); c.n++; c.mu.Unlock() }
//	func (c *Counter) Sub()     { c.mu.Lock(); c.n--; c.mu.Unlock() }
//	func (c *Counter) Twice()   { c.n *= 2 } // Counter.n is written without mu, which 4 of 6 accesses hold
//	func (c *Counter) Run()     { go c.Twice() }
//
// Use instead: the lock that the others hold, or an atomic.Int64. If callers
// hold it, a name such as getLocked or a comment says so.
//
// Not reported: objects reached through elements of containers, unless the
// lock of the container guards their fields too; what only reflection, cgo or a
// sync.Pool shares; accesses in test files to guarded fields. Where a channel, WaitGroup or lock is out of
// view, it is taken to order what it could order. Suspect is what a reader
// cannot check at one place: a field without its lock if no goroutine in view
// makes the access, a number or flag that is late at worst, races that lead
// through other functions, jobs of a queue or parts of a slice, fields used in
// two ways, counters in fields, and comments that claim too much.
//
// Known problems: a field that one goroutine writes under a lock, so that
// others may read it, and itself reads without, is reported if that goroutine
// is not in view as the only writer. Findings of which a step is assumed are
// suspect; -confidence=suspect shows them.
//
// To suppress: //yieldlint:ignore sharedstate -- reason
package sharedstate
