// Package conditions has condition variables, of which the lock is taken by
// its own name and through the condition.
package conditions

import "sync"

func FP_SameLock() int {
	n := 0
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		n = 1
		mu.Unlock()
		c.Signal()
	}()
	c.L.Lock()
	defer c.L.Unlock()
	for n == 0 {
		c.Wait()
	}
	return n
}

func otherLockBad() int {
	n := 0
	var mu, other sync.Mutex
	c := sync.NewCond(&other)
	go func() {
		mu.Lock()
		n = 1 // want `n is written here by the goroutine started at line \d+, and read by otherLockBad without order \[sharedstate/race\]`
		mu.Unlock()
	}()
	c.L.Lock()
	defer c.L.Unlock()
	return n
}
