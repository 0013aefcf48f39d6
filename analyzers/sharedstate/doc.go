// Package sharedstate defines an analyzer of unsynchronised sharing between
// goroutines. It reports nothing yet.
//
// # Analyzer sharedstate
//
// sharedstate: report state shared between goroutines without synchronisation (reports nothing yet)
//
// What it reports: nothing yet. The rule is in the list so that its name, its
// place in the configuration and its documentation do not change when it
// comes. It is meant for accesses to a variable, field or element that two
// goroutines may make at the same time, one of them a write, with no lock,
// channel or other order between them.
//
// Why it matters: such accesses corrupt data rarely and far from their cause,
// and the race detector sees them only in runs in which they happen.
//
// Example: what the rule is meant to report, and does not report today.
//
//	func (c *Counter) Add()     { c.mu.Lock(); c.n++; c.mu.Unlock() }
//	func (c *Counter) Get() int { return c.n } // c.n is read without c.mu
//
// Use instead: the lock that the other methods hold, or an atomic.Int64.
//
// Not reported: everything, so far. Use go test -race.
//
// Known problems: none, as there are no findings.
//
// To suppress: nothing to suppress yet.
package sharedstate
