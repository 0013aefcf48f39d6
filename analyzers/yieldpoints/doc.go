// Package yieldpoints defines an analyzer of check-then-act sequences that a
// suspension splits. It reports nothing yet.
//
// # Analyzer yieldpoints
//
// yieldpoints: report checks that a suspension makes stale before they are acted on (reports nothing yet)
//
// What it reports: nothing yet. The rule is in the list so that its name, its
// place in the configuration and its documentation do not change when it
// comes. It is meant for code that observes shared state, lets other
// goroutines run (by releasing the lock, or by blocking somewhere down the
// calls), and then acts on the stale observation.
//
// Why it matters: the code is correct until something that it calls starts to
// block, often in another package. No test fails on the day it does.
//
// Example: what the rule is meant to report, and does not report today.
//
//	if !payer.SufficientFunds(amount) { // locks, reads the balance, unlocks
//		return ErrInsufficientFunds
//	}
//	log.Printf("%s has sufficient funds", payer) // others run here
//	payer.Withdraw(amount)                       // acts on a stale check
//
// Use instead: one method that checks and acts under one lock.
//
// Not reported: everything, so far.
//
// Known problems: none, as there are no findings.
//
// To suppress: nothing to suppress yet.
package yieldpoints
