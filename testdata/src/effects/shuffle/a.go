// Package shuffle is a recursion over several files, with several chains of
// the same length to the same operation: one must be chosen, always the same.
package shuffle

import "time"

type Node interface{ Visit(n int) }

type leafA struct{}

func (leafA) Visit(n int) { left(n) } // want Visit:`^blocks\(sleep: time\.Sleep via shuffle\.left → shuffle\.pause\)$`

func left(n int) { pause(); Walk(n, leafB{}) }

func right(n int) { pause(); Walk(n, leafA{}) }

func pause() { time.Sleep(time.Second) }
