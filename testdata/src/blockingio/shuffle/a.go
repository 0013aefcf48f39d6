// Package shuffle has several roots that reach several operations by several
// chains, in several files: which are shown must not depend on order.
package shuffle

import "time"

type step interface{ run(n int) }

type stepA struct{}

func (stepA) run(n int) { time.Sleep(time.Second); both(n) } // want `^rootD runs on the event loop and sleeps: time\.Sleep, 2 calls down, and so do 3 other roots \[blockingio/loop-blocks\]$`

//yieldlint:eventloop
func rootA() { both(1) }

//yieldlint:eventloop
func rootB() { walk(1, stepB{}) }
