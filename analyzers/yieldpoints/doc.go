// Package yieldpoints defines an analyzer of what happens between two steps
// that belong together.
//
// # Analyzer yieldpoints
//
// yieldpoints: report suspensions in what must not be split
//
// What it reports: atomic is a call in a function or block that is marked
// //yieldlint:atomic, at which the goroutine may be suspended for longer than a
// moment: for the network, the disk, a database, another process, another
// goroutine, a sleep, or in a function that is marked //yieldlint:suspends. The
// chain of calls says why. Waiting for a lock, a line of a log on the standard
// error, and computing do not count.
//
// Why it matters: the code is correct until something that it calls starts to
// block, often in another package. No test fails on the day it does.
//
// Example:
//
//	//yieldlint:atomic
//	func (t *table) move(from, to string) {
//		v := t.take(from)
//		t.log.Printf("moving %s", from) // (*table).move is marked atomic and suspends on the network: …
//		t.put(to, v)
//	}
//
// Use instead: do what waits before or after; hand it to another goroutine.
//
// Not reported: a call of which nothing is known, as of an interface whose
// values come from elsewhere; what a go statement starts.
//
// Known problems: a mark on a block is about what the block does, not about
// what callers of the function do.
//
// To suppress: //yieldlint:ignore yieldpoints -- reason
package yieldpoints
