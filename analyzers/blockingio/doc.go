// Package blockingio defines an analyzer of blocking operations in event loop
// code.
//
// # Analyzer blockingio
//
// blockingio: report blocking operations in code that runs on an event loop
//
// What it reports: a function that runs on an event loop (a framework's
// callback, a function marked //yieldlint:eventloop, a hand-written loop) and
// that may block: on the network, a disk, another process, a database, the
// clock or another goroutine, directly or any number of calls down. One
// finding per function and operation, with the chain of calls under it.
//
// Why it matters: an event loop serves all its clients, or a whole user
// interface, from one goroutine. While one callback waits, all of them wait.
//
// Example:
//
//	//yieldlint:eventloop
//	func onTick() {
//		time.Sleep(time.Second)
//	}
//
// Use instead: another goroutine, a pool, or what the framework offers for
// work off the loop, and post the result back.
//
//	//yieldlint:eventloop
//	func onTick(done chan<- struct{}) {
//		go func() {
//			time.Sleep(time.Second)
//			done <- struct{}{}
//		}()
//	}
//
// Not reported: calls of interface methods and func values whose target
// cannot be known; operations of the classes lock and log, unless asked for
// with -blockingio.classes; findings whose argument has a gap, unless asked
// for with -confidence=suspect.
//
// Known problems: an operation that blocks only for unusual data or
// configuration is judged by its model.
//
// To suppress: //yieldlint:ignore blockingio -- reason
package blockingio
