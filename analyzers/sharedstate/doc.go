// Package sharedstate defines an analyzer of unsynchronised sharing between
// goroutines. So far it checks what directives confine.
//
// # Analyzer sharedstate
//
// sharedstate: report state that is touched off the event loop it is confined to
//
// What it reports: an access to a struct field, struct type or package
// variable that is marked //yieldlint:confined, in a function that the package
// starts on a goroutine of its own, or in what that function calls. Races
// between goroutines in general are not reported yet.
//
// Why it matters: what only its event loop touches needs no lock. One access
// from another goroutine makes all others wrong.
//
// Example:
//
//	type hub struct {
//		clients map[string]int //yieldlint:confined
//	}
//
//	func (h *hub) watch() {
//		go func() { h.clients["a"]++ }()
//	}
//
// Use instead: post a function to the loop, or send it a message.
//
//	func (h *hub) watch() {
//		go func() { h.post <- func() { h.clients["a"]++ } }()
//	}
//
// Not reported: accesses in functions that are the event loop itself, to an
// object that the function has just made, and in exported functions that any
// goroutine may call.
//
// Known problems: the loop that state belongs to is not told from other loops.
//
// To suppress: //yieldlint:ignore sharedstate/confined -- reason
package sharedstate
